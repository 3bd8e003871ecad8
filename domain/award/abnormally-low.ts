// Whether the price of the bid that would win is so low that it must be explained before anything is decided (EU Directive 2014/24 art. 69, UNCITRAL Model Law art. 20).
import { z } from 'zod'
import type { Fraction } from './fraction.ts'
import { compare, fraction, minus, over, readDecimal, times } from './fraction.ts'
import type { Ranking } from './rules.ts'

/** From how many percent below the mean of the other ranked bids, and below the next in rank, a price must be explained. */
export interface AbnormallyLow {
  readonly belowMeanPercent: string
  readonly belowNextPercent: string
}

export const lowGroundSchema = z.strictObject({
  by: z.enum(['mean', 'next']),
  percent: z.string(),
  price: z.string(),
  /** What it lies below: the mean of the others, brought down to a whole unit for reading, or the price of the next. */
  measure: z.string(),
})
export type LowGround = z.infer<typeof lowGroundSchema>

const hundred = fraction(100n)

/** Whether the price lies at least so many percent below the measure, exactly. */
const liesBelow = (price: bigint, measure: Fraction, percent: string): boolean => {
  const most = over(times(measure, minus(hundred, readDecimal(percent))), hundred)
  return compare(fraction(price), most) <= 0
}

/**
 * Why the ranking's winner must explain its price, or null. The mean is that of the other ranked bids; where the winner is the only one, nothing
 * can be compared and nothing is asked. Of two grounds the mean is named (ProZorro asks from 40 % below the mean and 30 % below the next).
 */
export function abnormallyLow(ranking: Pick<Ranking, 'lines' | 'winner'>, limits: AbnormallyLow): LowGround | null {
  const ranked = ranking.lines.filter((each) => each.standing === 'ranked')
  const winner = ranked.find((each) => each.bid === ranking.winner)
  const others = ranked.filter((each) => each !== winner)
  const next = others.toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))[0]
  if (!winner || !next) return null
  const price = BigInt(winner.price)
  const sum = others.reduce((total, each) => total + BigInt(each.price), 0n)
  const mean = fraction(sum, BigInt(others.length))
  if (sum > 0n && liesBelow(price, mean, limits.belowMeanPercent))
    return {
      by: 'mean',
      percent: limits.belowMeanPercent,
      price: winner.price,
      measure: (mean.parts / mean.of).toString(),
    }
  const second = BigInt(next.price)
  return second > 0n && liesBelow(price, fraction(second), limits.belowNextPercent)
    ? { by: 'next', percent: limits.belowNextPercent, price: winner.price, measure: next.price }
    : null
}
