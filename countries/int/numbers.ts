// International texts: neutral numbers, the legal entity identifier, and any scheme of org-id.guide, so that foreign bidders stand equal.
import type { IdentifierScheme, Pack } from '@naru/domain/pack.ts'

const stages = { plan: 'P', notice: 'N', contract: 'C' } as const

/** INT-N-20261122-0007: the stage, the day and the serial of that day. */
export const tenderNumber: Pack['tenderNumber'] = (day, serial, stage) =>
  `INT-${stages[stage]}-${day.replaceAll('-', '')}-${serial.toString().padStart(4, '0')}`

/** LEI: letters become 10 to 35, and the whole number leaves 1 by 97 (ISO 7064 MOD 97-10). */
export const leiHolds = (id: string): boolean =>
  BigInt(Array.from(id, (sign) => Number.parseInt(sign, 36).toString()).join('')) % 97n === 1n

export const identifiers: readonly IdentifierScheme[] = [
  {
    scheme: 'XI-LEI',
    pattern: /^[A-Z0-9]{18}[0-9]{2}$/,
    of: 'organisation',
    // Eighteen signs of a made-up entity; the two digits by hand in packs.test.ts.
    example: 'NARUEXAMPLE000000129',
    check: {
      holds: leiHolds,
      otherwise: 'warn',
      source: 'ISO 17442 with ISO 7064 MOD 97-10: general knowledge, no source text was read.',
    },
  },
  { scheme: 'ORG-ID', pattern: /^[A-Z]{2}-[A-Z]+-.+$/, of: 'organisation', example: 'XX-REG-0001' },
  { scheme: 'XI-SOLE', pattern: /^[A-Z]{2}-[A-Z0-9]{4,20}$/, of: 'sole-trader', example: 'XX-0001' },
]
