// Korea: legal numbers and identifiers.
import type { IdentifierScheme, Pack } from '@naru/domain/pack.ts'

const stages = { plan: 'DD', notice: 'BK', contract: 'TA' } as const

/** Thirteen characters: R, year, stage, eight digits (koneps.md §1.6). Our eight digits are month, day and the serial of that day. */
export const tenderNumber: Pack['tenderNumber'] = (day, serial, stage) =>
  `R${day.slice(2, 4)}${stages[stage]}${day.slice(5).replace('-', '')}${serial.toString().padStart(4, '0')}`

const weights = [1, 3, 7, 1, 3, 7, 1, 3, 5]

/** Business registration number: weights 1 3 7 1 3 7 1 3 5, plus the tens of five times the ninth digit, modulo 10. Real numbers fail it: warn only. */
export function businessNumberHolds(id: string): boolean {
  const digits = [...id].map(Number)
  const sum = weights.reduce((total, weight, at) => total + weight * (digits[at] ?? 0), 0)
  const carried = Math.floor(((digits[8] ?? 0) * 5) / 10)
  return (10 - ((sum + carried) % 10)) % 10 === digits[9]
}

const source = '231 of 237 sampled numbers hold; the register decides, so a mismatch only warns.'

export const identifiers: readonly IdentifierScheme[] = [
  {
    scheme: 'KR-BRN',
    pattern: /^[0-9]{10}$/,
    of: 'organisation',
    example: '1168200276',
    check: { holds: businessNumberHolds, otherwise: 'warn', source },
  },
  {
    scheme: 'KR-BRN-SOLE',
    pattern: /^[0-9]{10}$/,
    of: 'sole-trader',
    example: '1348672683',
    check: { holds: businessNumberHolds, otherwise: 'warn', source },
  },
]
