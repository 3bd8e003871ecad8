// Fictia's legal numbers and organisation numbers.
import type { IdentifierScheme, Pack } from '@naru/domain/pack.ts'

const stages = { plan: 'P', notice: 'N', contract: 'C' } as const

/** FB-N-20261122-0007: the stage, the day and the serial of that day. */
export const tenderNumber: Pack['tenderNumber'] = (day, serial, stage) =>
  `FB-${stages[stage]}-${day.replaceAll('-', '')}-${serial.toString().padStart(4, '0')}`

/** Whether the last digit is the sum of the others modulo 10 (Fictia Register Act, art. 3). */
export const registerDigitHolds = (id: string): boolean => {
  const digits = Array.from(id.slice(3), Number)
  const check = digits.pop()
  return check === digits.reduce((sum, digit) => sum + digit, 0) % 10
}

export const identifiers: readonly IdentifierScheme[] = [
  {
    scheme: 'FC-REG',
    pattern: /^FC-[0-9]{7}$/,
    of: 'organisation',
    example: 'FC-1234561',
    check: { holds: registerDigitHolds, otherwise: 'refuse', source: 'Fictia Register Act, art. 3' },
  },
  { scheme: 'FC-TRD', pattern: /^FT-[0-9]{6}$/, of: 'sole-trader', example: 'FT-204816' },
]
