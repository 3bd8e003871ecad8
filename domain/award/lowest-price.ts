// lowest-price@1: the lowest price that is not above the ceiling, nor below a floor where the law has one, wins.
import type { AwardRule, RankedBid, RankingInput, RankingLine } from './rules.ts'
import { compare, type Fraction, fraction, over, readDecimal, times } from './fraction.ts'
import { byIndex, exclude, place } from './order.ts'

/** What prices are measured against: the sum the notice named as ceiling, or null where the method has none. Throws a RangeError when the reserve price was not drawn yet. */
export function ceilingOf({ parameters, budget, reservePrice }: RankingInput): string | null {
  if (parameters.ceiling === 'none') return null
  if (parameters.ceiling === 'budget') return budget
  if (reservePrice === null) throw new RangeError('the reserve price is not drawn yet')
  return reservePrice
}

/** price × 100 / measure, exact. */
export const percentOf = (price: string, measure: string): Fraction =>
  over(times(fraction(BigInt(price)), fraction(100n)), fraction(BigInt(measure)))

const byPrice = (a: RankedBid, b: RankedBid): number => compare(fraction(BigInt(a.price)), fraction(BigInt(b.price)))

/**
 * Reads `ceiling` (budget, reserve price or none) and `floorPercent`: the least lawful share of the ceiling in percent, as in the Korean
 * small e-quotation (koneps.md §2.3.5), which is a quotation with a floor and has no review. The comparison is exact, without rounding:
 * a bid of exactly the floor is in. Equal prices go to the lot. A floor without a ceiling throws a RangeError.
 */
export const lowestPrice: AwardRule<'lowest-price@1'> = (input) => {
  const ceiling = ceilingOf(input)
  const floor = input.parameters.floorPercent
  if (floor !== undefined && ceiling === null) throw new RangeError('a floor needs a ceiling to be measured by')
  const out: RankingLine[] = []
  const inside: RankedBid[] = []
  for (const bid of input.bids.toSorted(byIndex)) {
    if (ceiling !== null && BigInt(bid.price) > BigInt(ceiling)) out.push(exclude(bid, 'above-ceiling', { ceiling }))
    else if (ceiling !== null && floor !== undefined && compare(percentOf(bid.price, ceiling), readDecimal(floor)) < 0)
      out.push(exclude(bid, 'below-floor', { ceiling, floorPercent: floor }))
    else inside.push(bid)
  }
  const placed = place(inside, byPrice, input.lot)
  const best = placed[0]?.bid
  const ranked = placed.map(({ bid, rank, tie }): RankingLine => {
    const reason =
      tie !== 'none' && bid.price === best?.price ? tie : rank === 1 ? 'lowest' : 'higher-than-better-ranked'
    const numbers = { price: bid.price, best: best?.price ?? bid.price, ...(ceiling !== null && { ceiling }) }
    return { bid: bid.bid, price: bid.price, standing: 'ranked', rank, reason, numbers }
  })
  return { lines: [...ranked, ...out], winner: best?.bid ?? null, next: null }
}
