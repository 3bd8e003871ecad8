// balanced-price@1 (균형가격, comprehensive evaluation): points for capability, and for a price near the mean of the bids that are neither dearest nor cheapest.
import type { AwardRule, RankedBid, RankingLine } from './rules.ts'
import {
  atLeast,
  compare,
  distance,
  type Fraction,
  fraction,
  minus,
  over,
  plus,
  readDecimal,
  rounded,
  times,
  writeDecimal,
} from './fraction.ts'
import { ceilingOf } from './lowest-price.ts'
import { byIndex, exclude, place } from './order.ts'

const hundred = fraction(100n)

/** So many of `count` bids as `percent` of them makes, brought down. */
const shareOf = (count: number, percent: string): number =>
  Number(rounded(over(times(fraction(BigInt(count)), readDecimal(percent)), hundred), 0, 'down').parts)

/**
 * The balanced price: of the bids by price the dearest `dropHighest` percent and the cheapest `dropLowest` percent are left out, each number
 * brought down to a whole bid, and the rest is averaged; exact (koneps.md §2.5). Throws a RangeError where nothing would be left.
 */
export function balancedPrice(prices: readonly bigint[], dropHighest: string, dropLowest: string): Fraction {
  const sorted = prices.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const kept = sorted.slice(shareOf(prices.length, dropLowest), prices.length - shareOf(prices.length, dropHighest))
  if (kept.length === 0) throw new RangeError('no bid is left to average')
  return fraction(
    kept.reduce((sum, each) => sum + each, 0n),
    BigInt(kept.length),
  )
}

interface Scored extends RankedBid {
  readonly pricePoints: Fraction
  readonly qualityPoints: Fraction
  readonly total: Fraction
  readonly away: Fraction
}

/**
 * Reads `pricePoints` (B), `qualityPoints` (capability and social responsibility), `dropHighestPercent`, `dropLowestPercent` and `slope`: the
 * points that each percent of distance from the balanced price costs. Price points: B − slope × |100 × bid / balanced − 100|, never below 0,
 * settled half up at the fifth decimal. The highest sum wins; equal sums by capability, then nearer to the balanced price, then the lower
 * price, then the lot. Throws a RangeError without capability points, or with more than the maximum.
 */
export const balanced: AwardRule<'balanced-price@1'> = (input) => {
  const { parameters } = input
  const ceiling = ceilingOf(input)
  const most = readDecimal(parameters.qualityPoints)
  const settle = (value: Fraction) => rounded(value, 4, 'half-up')
  const out: RankingLine[] = []
  const inside: RankedBid[] = []
  for (const bid of input.bids.toSorted(byIndex))
    if (ceiling !== null && BigInt(bid.price) > BigInt(ceiling)) out.push(exclude(bid, 'above-ceiling', { ceiling }))
    else inside.push(bid)
  if (inside.length === 0) return { lines: out, winner: null, next: null }
  const prices = inside.map((each) => BigInt(each.price))
  const mean = balancedPrice(prices, parameters.dropHighestPercent, parameters.dropLowestPercent)
  const scored = inside.map((bid): Scored => {
    if (bid.quality === undefined) throw new RangeError(`bid ${bid.bid} has no points for capability yet`)
    const qualityPoints = settle(readDecimal(bid.quality))
    if (qualityPoints.parts < 0n || compare(qualityPoints, most) > 0)
      throw new RangeError(`points ${bid.quality} are out of range`)
    const price = fraction(BigInt(bid.price))
    // A mean of zero is only possible where every kept bid is zero: then such a bid lies on it and any other infinitely far.
    const off = mean.parts === 0n ? fraction(price.parts === 0n ? 0n : 1_000_000n) : over(distance(price, mean), mean)
    const lost = times(readDecimal(parameters.slope), times(hundred, off))
    const pricePoints = settle(atLeast(minus(readDecimal(parameters.pricePoints), lost), fraction(0n)))
    return { ...bid, pricePoints, qualityPoints, total: plus(pricePoints, qualityPoints), away: distance(price, mean) }
  })
  const weigh = (a: Scored, b: Scored) =>
    compare(b.total, a.total) ||
    compare(b.qualityPoints, a.qualityPoints) ||
    compare(a.away, b.away) ||
    compare(fraction(BigInt(a.price)), fraction(BigInt(b.price)))
  const placed = place(scored, weigh, input.lot)
  const top = placed[0]?.bid
  const ranked = placed.map(({ bid, rank, tie }): RankingLine => {
    const equalsTop = tie !== 'none' && top !== undefined && weigh(bid, top) === 0
    const numbers = {
      price: bid.price,
      balanced: rounded(mean, 0, 'half-up').parts.toString(),
      pricePoints: writeDecimal(bid.pricePoints, 4),
      qualityPoints: writeDecimal(bid.qualityPoints, 4),
      total: writeDecimal(bid.total, 4),
    }
    const reason = equalsTop ? tie : rank === 1 ? 'best-balanced' : 'less-balanced'
    return { bid: bid.bid, price: bid.price, standing: 'ranked', rank, reason, numbers }
  })
  return { lines: [...ranked, ...out], winner: top?.bid ?? null, next: null }
}
