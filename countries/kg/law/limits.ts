// Kyrgyz Republic: money limits, the rule on taking a bid back, and what follows when the winner does not sign. Amounts in tyiyn.
import type { IfNotSigned } from '@naru/domain/method.ts'
import type { Money } from '@naru/domain/money.ts'
import { dated } from '@naru/domain/pack.ts'

const from = '2022-04-14'
const unread = 'Law 27/2022 and the procedure of the Cabinet could not be read.'
const som = (amount: number): Money => ({ amount: (BigInt(amount) * 100n).toString(), currency: 'KGS' })

export const quotationCeiling = dated<Money>('kg.quotation.ceiling', 'notice', [
  {
    from,
    why: `${unread} The amount up to which a request for quotations is lawful is missing.`,
    candidates: [
      {
        value: som(1_000_000),
        from: 'repealed-law',
        source: 'Ceiling of the simplified method under Law 72/2015: 1,000,000 som.',
      },
      { value: som(200_000), from: 'design', source: 'Draft of April 2025: simplified rules up to 200,000 som.' },
    ],
  },
])

export const withdrawal = dated<'until-deadline' | 'none'>('kg.withdrawal', 'notice', [
  {
    from,
    why: `${unread} Whether a supplier may replace or withdraw its proposal before the deadline is missing.`,
    candidates: [
      {
        value: 'until-deadline',
        from: 'international-default',
        source: 'UNCITRAL Model Law, modification and withdrawal of tenders: allowed until the deadline.',
      },
    ],
  },
])

export const ifNotSigned = dated<IfNotSigned>('kg.contract.not-signed', 'notice', [
  {
    from,
    why: `${unread} What follows when the winner declines the contract is missing.`,
    candidates: [
      {
        value: 'next-ranked',
        from: 'international-default',
        source:
          'UNCITRAL Model Law art. 22(8): the procurement is cancelled or the next successful submission is selected.',
      },
    ],
  },
])
