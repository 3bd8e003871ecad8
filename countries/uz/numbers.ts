// Uzbekistan: lot numbers and identifiers. All of them are text; a KTUT that lost its leading zero is none.
import type { IdentifierScheme, Pack } from '@naru/domain/pack.ts'
import { okpoHolds } from '../okpo.ts'

const stages = { plan: '10', notice: '12', contract: '17' } as const

/** Fourteen digits that begin with the year (26120012517052): year, two digits of the stage, month and day, serial in six. */
export const tenderNumber: Pack['tenderNumber'] = (day, serial, stage) =>
  `${day.slice(2, 4)}${stages[stage]}${day.slice(5, 7)}${day.slice(8)}${serial.toString().padStart(6, '0')}`

/** PINFL: thirteen digits weighted 7, 3, 1 over and over, modulo 10, give the fourteenth. The rule is told, not published. */
export function pinflHolds(id: string): boolean {
  const digits = [...id].map(Number)
  const check = digits.pop()
  return check === digits.reduce((sum, digit, at) => sum + digit * ([7, 3, 1][at % 3] ?? 0), 0) % 10
}

export const identifiers: readonly IdentifierScheme[] = [
  { scheme: 'UZ-STIR', pattern: /^[0-9]{9}$/, of: 'organisation', example: '200000001' },
  {
    scheme: 'UZ-KTUT',
    pattern: /^[0-9]{8}$/,
    of: 'organisation',
    example: '02365119',
    check: {
      holds: okpoHolds,
      otherwise: 'refuse',
      source: 'Modulo 11 rule of ОКПО, confirmed on the one public Uzbek example once its leading zero is restored.',
    },
  },
  {
    scheme: 'UZ-PINFL',
    pattern: /^[0-9]{14}$/,
    of: 'sole-trader',
    // By hand: 3·7+0·3+1·1+0·7+1·3+8·1+0·7+0·3+0·1+0·7+0·3+0·1+1·7 = 40, remainder 0
    example: '30101800000010',
    check: {
      holds: pinflHolds,
      otherwise: 'warn',
      source: 'Weights 7, 3, 1 modulo 10: general knowledge, no source text was read; personal, never published.',
    },
  },
]
