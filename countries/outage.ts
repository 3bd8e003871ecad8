// Each country's outage rule, dated. Korea's is that of KONEPS's terms of use; the others follow it, with the reason.
import type { OutageRule } from '@naru/domain/outage.ts'
import { dated } from '@naru/domain/pack.ts'

const koneps: OutageRule = {
  shortMinutes: 120,
  short: { deadline: 2, opening: 3 },
  long: { deadline: 24, opening: 25 },
  afterMinutes: 120,
  after: { deadline: 2, opening: 2 },
  office: { from: '09:00', until: '18:00' },
  resume: '10:00',
}

/** Where no hours are named, the sandbox moves deadlines as KONEPS does. */
const asKoneps = (key: string, why: string) =>
  dated<OutageRule>(key, 'act', [
    {
      from: '2023-01-01',
      why,
      candidates: [
        {
          value: koneps,
          from: 'international-default',
          source: 'The published rule of KONEPS, the only one found hour by hour.',
        },
      ],
    },
  ])

/**
 * Korea: terms of use of KONEPS, suppliers art. 17, agencies art. 21 (the long case: notice of 16 December 2024). They say "next working day" for
 * what falls beyond office hours, not the hours: 09:00-18:00 and the usual closing at 10:00 are observed practice.
 */
export const krOutage = dated<OutageRule>('kr.outage', 'act', [
  {
    from: '2024-12-16',
    value: koneps,
    law: 'Terms of use of KONEPS, suppliers art. 17, agencies art. 21; the hours are observed practice',
  },
])

/** The Kyrgyz portal has a status "automatically extended"; no rule on outages was found. */
export const kgOutage = asKoneps(
  'kg.outage',
  'No rule on outages was found in Law 27/2022; the former portal knew the status "automatically extended".',
)

/** Fictia took KONEPS's rule into its own act. */
export const fictiaOutage = dated<OutageRule>('fictia.outage', 'act', [
  { from: '2020-01-01', value: koneps, law: 'Fictia Public Buying Act, s. 30' },
])

export const uzOutage = asKoneps('uz.outage', 'No rule on outages was found for the Uzbek portals.')

/** Order 255/2019 of the Minister of Finance obliges the buyer to move the opening and to announce it; it names no hours. */
export const mnOutage = asKoneps(
  'mn.outage',
  'Order 255 of 2019, 10.1 and 10.2: the operator warns at once, the buyer moves the opening and announces it; no hours are named.',
)

export const intOutage = asKoneps(
  'int.outage',
  'UNCITRAL Model Law and the WTO agreement name no hours; the adopting State sets them.',
)
