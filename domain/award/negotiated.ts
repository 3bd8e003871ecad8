// negotiated@1 (협상에 의한 계약): technical and price points; who may negotiate, and in which order (koneps.md §2.6, State Contracts Enforcement Decree art. 43).
import type { AwardRule, RankedBid, RankingLine } from './rules.ts'
import { dampedPoints } from './best-score.ts'
import { compare, type Fraction, fraction, plus, readDecimal, rounded, writeDecimal } from './fraction.ts'
import { ceilingOf } from './lowest-price.ts'
import { byIndex, exclude, place } from './order.ts'
import { qualityMinimum } from './parameters.ts'

interface Scored extends RankedBid {
  readonly technical: Fraction
  readonly pricePoints: Fraction
  readonly total: Fraction
}

/** Technical points by sub-item: the heaviest sub-item first; of equal weight in the order of the notice. */
const byWeight = ({ parts = [] }: RankedBid): readonly Fraction[] =>
  parts
    .map(({ most, points }, at) => ({ most: readDecimal(most), points: readDecimal(points), at }))
    .toSorted((a, b) => compare(b.most, a.most) || a.at - b.at)
    .map(({ points }) => points)

/** Negative where the first bid has more points in the heaviest sub-item in which the two differ. */
function compareParts(a: RankedBid, b: RankedBid): number {
  const [first, second] = [byWeight(a), byWeight(b)]
  const least = fraction(-1n)
  for (let at = 0; at < Math.max(first.length, second.length); at += 1) {
    const difference = compare(second[at] ?? least, first[at] ?? least)
    if (difference !== 0) return difference
  }
  return 0
}

/**
 * Reads `pricePoints` (B), `qualityPoints` (the technical maximum), `eligiblePercent` and `priceMeasure` (P: the estimated value, or the
 * reserve price where one was drawn). Out are bids above the ceiling and those with less than `eligiblePercent` of the technical maximum. Price
 * points follow the damped formula, settled half up at the fifth decimal. Order: the sum; equal sums by the higher technical points, then
 * by the points in the sub-item with the larger weight, then by the lot. The first negotiates; if that fails, the next (`ifNotSigned`).
 * Throws a RangeError without technical points, or with more than the maximum.
 */
export const negotiated: AwardRule<'negotiated@1'> = (input) => {
  const { parameters, reservePrice } = input
  const ceiling = ceilingOf(input)
  const measure = parameters.priceMeasure === 'reserve-price' ? reservePrice : input.estimatedValue
  if (measure === null) throw new RangeError('the reserve price is not drawn yet')
  const most = readDecimal(parameters.pricePoints)
  const best = readDecimal(parameters.qualityPoints)
  const needed = qualityMinimum(parameters) ?? '0'
  const settle = (value: Fraction) => rounded(value, 4, 'half-up')
  const out: RankingLine[] = []
  const inside: RankedBid[] = []
  for (const bid of input.bids.toSorted(byIndex)) {
    if (bid.quality === undefined) throw new RangeError(`bid ${bid.bid} has no technical points yet`)
    const technical = readDecimal(bid.quality)
    if (technical.parts < 0n || compare(technical, best) > 0)
      throw new RangeError(`points ${bid.quality} are out of range`)
    if (compare(technical, readDecimal(needed)) < 0)
      out.push(exclude(bid, 'below-eligibility', { qualityPoints: bid.quality, needed }))
    else if (ceiling !== null && BigInt(bid.price) > BigInt(ceiling))
      out.push(exclude(bid, 'above-ceiling', { ceiling }))
    else inside.push(bid)
  }
  const lowest = inside.reduce<bigint | null>(
    (low, { price }) => (low === null || BigInt(price) < low ? BigInt(price) : low),
    null,
  )
  const scored = inside.map((bid): Scored => {
    const technical = settle(readDecimal(bid.quality ?? '0'))
    const pricePoints = settle(dampedPoints(most, lowest ?? 0n, BigInt(bid.price), BigInt(measure)))
    return { ...bid, technical, pricePoints, total: plus(technical, pricePoints) }
  })
  const weigh = (a: Scored, b: Scored) =>
    compare(b.total, a.total) || compare(b.technical, a.technical) || compareParts(a, b)
  const placed = place(scored, weigh, input.lot)
  const top = placed[0]?.bid
  const ranked = placed.map(({ bid, rank, tie }): RankingLine => {
    const equalsTop = tie !== 'none' && top !== undefined && weigh(bid, top) === 0
    const reason = equalsTop ? tie : rank === 1 ? 'negotiates-first' : 'negotiates-later'
    const numbers = {
      price: bid.price,
      lowest: (lowest ?? 0n).toString(),
      measure,
      pricePoints: writeDecimal(bid.pricePoints, 4),
      qualityPoints: writeDecimal(bid.technical, 4),
      total: writeDecimal(bid.total, 4),
    }
    return { bid: bid.bid, price: bid.price, standing: 'ranked', rank, reason, numbers }
  })
  return { lines: [...ranked, ...out], winner: top?.bid ?? null, next: null }
}
