// price-by-features@1: the price is divided by what the bid's features are worth, and the lowest divided price wins, as ProZorro computes it.
import type { AwardRule, RankedBid, RankingLine } from './rules.ts'
import { compare, type Fraction, fraction, minus, over, plus, readDecimal, rounded, writeDecimal } from './fraction.ts'
import { ceilingOf } from './lowest-price.ts'
import { byIndex, exclude, place } from './order.ts'

/**
 * What a price is divided by: 1 + Σ weights / (1 − Σ maxima), weights and maxima in percent (peers.md §1.6, `openprocurement/barbecue`).
 * A bid with all features is worth 1 / (1 − Σ maxima) of one with none. Exact. Throws a RangeError where the maxima leave nothing for the price.
 */
export function featuresCoefficient(weights: Fraction, maxima: Fraction): Fraction {
  const rest = minus(fraction(100n), maxima)
  if (rest.parts <= 0n) throw new RangeError('the maxima of features must stay below 100 percent')
  return plus(fraction(1n), over(weights, rest))
}

interface Divided extends RankedBid {
  readonly weights: Fraction
  readonly coefficient: Fraction
  readonly divided: Fraction
}

/**
 * Reads `ceiling` (for the price as it was bid) and `featuresPercent`, the sum of the features' maxima in percent; a bid's `quality` is the sum of
 * its weights. Compared as exact fractions, so two prices that only look equal when rounded are not. Of equal ones the earlier bid stands
 * first (its place in the log), as ProZorro has it; no lot is drawn. Throws a RangeError when weights are missing or above the maxima.
 */
export const priceByFeatures: AwardRule<'price-by-features@1'> = (input) => {
  const ceiling = ceilingOf(input)
  const maxima = readDecimal(input.parameters.featuresPercent)
  const out: RankingLine[] = []
  const inside: Divided[] = []
  for (const bid of input.bids.toSorted(byIndex)) {
    if (ceiling !== null && BigInt(bid.price) > BigInt(ceiling)) {
      out.push(exclude(bid, 'above-ceiling', { ceiling }))
      continue
    }
    if (bid.quality === undefined) throw new RangeError(`bid ${bid.bid} has no weights yet`)
    const weights = readDecimal(bid.quality)
    if (weights.parts < 0n || compare(weights, maxima) > 0)
      throw new RangeError(`weights ${bid.quality} are out of range`)
    const coefficient = featuresCoefficient(weights, maxima)
    inside.push({ ...bid, weights, coefficient, divided: over(fraction(BigInt(bid.price)), coefficient) })
  }
  const weigh = (a: Divided, b: Divided) => compare(a.divided, b.divided)
  const placed = place(inside, weigh, (tied) => tied)
  const best = placed[0]?.bid
  const ranked = placed.map(({ bid, rank, tie }): RankingLine => {
    const equalsBest = tie !== 'none' && best !== undefined && weigh(bid, best) === 0
    const reason = equalsBest
      ? rank === 1
        ? 'earlier-bid'
        : 'later-bid'
      : rank === 1
        ? 'lowest-divided'
        : 'higher-divided'
    const numbers = {
      price: bid.price,
      weights: writeDecimal(rounded(bid.weights, 2, 'half-up'), 2),
      maxima: input.parameters.featuresPercent,
      coefficient: writeDecimal(rounded(bid.coefficient, 6, 'half-up'), 6),
      // For reading only: the order above is that of the exact fractions.
      divided: rounded(bid.divided, 0, 'half-up').parts.toString(),
    }
    return { bid: bid.bid, price: bid.price, standing: 'ranked', rank, reason, numbers }
  })
  return { lines: [...ranked, ...out], winner: best?.bid ?? null, next: null }
}
