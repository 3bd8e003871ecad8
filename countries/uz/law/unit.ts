// Uzbekistan: the base calculation value (БРВ, BHM), the dated unit in which the law states its limits, and limits as multiples of it. Amounts in tiyin.
import type { Money } from '@naru/domain/money.ts'
import { type Candidate, type Dated, dated } from '@naru/domain/pack.ts'
import { hearsay } from '../../model-law.ts'

const undecreed = 'The decree that sets the base calculation value was not read.'
const soum = (amount: number): Money => ({ amount: (BigInt(amount) * 100n).toString(), currency: 'UZS' })

/** One base calculation value. The amounts of three years are told, but no decree was read. */
export const baseValue = dated<Money>('uz.base-calculation-value', 'notice', [
  { from: '2023-01-01', why: undecreed, candidates: hearsay(soum(340_000)) },
  { from: '2024-01-01', why: undecreed, candidates: hearsay(soum(375_000)) },
  { from: '2025-01-01', why: undecreed, candidates: hearsay(soum(412_000)) },
])

/**
 * A limit of so many base calculation values: one entry for each amount of the unit, so that a new decree is one line in `baseValue`.
 * Never confirmed by itself: it needs the article on the multiple and the decree on the unit.
 */
export const multipleOf = (
  key: string,
  times: number,
  why: string,
  from: Candidate<Money>['from'],
  source: string,
): Dated<Money> =>
  dated<Money>(
    key,
    'notice',
    baseValue.entries.flatMap((entry) => {
      if ('law' in entry) throw new RangeError(`${key} must be confirmed now that the unit is`)
      const { amount, currency } = entry.candidates[0].value
      const value: Money = { amount: (BigInt(amount) * BigInt(times)).toString(), currency }
      return [{ from: entry.from, why, candidates: [{ value, from, source }] as const }]
    }),
  )
