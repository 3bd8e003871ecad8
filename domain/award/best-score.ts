// best-score@1: points for price and points for quality; the highest sum wins.
import type { Rounding } from '../money.ts'
import type { AwardRule, RankedBid, RankingLine } from './rules.ts'
import {
  atLeast,
  compare,
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

/** Rounding where the terms name none: half up at the fifth decimal, as the Korean negotiated contract rounds (koneps.md §2.6). */
const fifthDecimal: { readonly decimals: number; readonly mode: Rounding } = { decimals: 4, mode: 'half-up' }

/**
 * Price points in proportion to the lowest price: B × m / x, with B the points for price, m the lowest lawful price and x the bid.
 * The first branch of the Korean formula and the usual proportional rule elsewhere. Unrounded.
 */
export const proportionalPoints = (points: Fraction, lowest: bigint, price: bigint): Fraction =>
  over(times(points, fraction(lowest)), fraction(price))

/**
 * Price points of the Korean negotiated contract (koneps.md §2.6): B × m / x from 80 % of the reserve price P; below it
 * B × m / 0.8P + 2 × (0.8P − x) / (0.8P − 0.6P), where x counts as at least 0.6P, so that dumping gains little. Unrounded.
 */
export function dampedPoints(points: Fraction, lowest: bigint, price: bigint, reserve: bigint): Fraction {
  const edge = fraction(reserve * 8n, 10n)
  const bottom = fraction(reserve * 6n, 10n)
  if (compare(fraction(price), edge) >= 0) return proportionalPoints(points, lowest, price)
  const counted = atLeast(fraction(price), bottom)
  const share = over(times(points, fraction(lowest)), edge)
  return plus(share, over(times(fraction(2n), minus(edge, counted)), minus(edge, bottom)))
}

interface Scored extends RankedBid {
  readonly pricePoints: Fraction
  readonly qualityPoints: Fraction
  readonly total: Fraction
}

/**
 * Reads `pricePoints` (B), `qualityPoints` (the most that evaluators may give), `ceiling`, `rounding` and `priceFormula`:
 * `proportional` (default) or `damped`, which needs the reserve price. A bid's `quality` is the evaluators' mean in points.
 * Equal sums: the higher quality, then the lot. Throws a RangeError when a bid has no quality yet, or more than the terms allow.
 */
export const bestScore: AwardRule<'best-score@1'> = (input) => {
  const { parameters, reservePrice } = input
  const ceiling = ceilingOf(input)
  const most = readDecimal(parameters.pricePoints)
  const best = readDecimal(parameters.qualityPoints)
  const { decimals, mode } = parameters.rounding ?? fifthDecimal
  const settle = (value: Fraction) => rounded(value, decimals, mode)
  const out: RankingLine[] = []
  const inside: RankedBid[] = []
  for (const bid of input.bids.toSorted(byIndex)) {
    if (ceiling !== null && BigInt(bid.price) > BigInt(ceiling)) out.push(exclude(bid, 'above-ceiling', { ceiling }))
    else inside.push(bid)
  }
  const lowest = inside.reduce<bigint | null>(
    (low, { price }) => (low === null || BigInt(price) < low ? BigInt(price) : low),
    null,
  )
  const pointsFor = (price: bigint): Fraction => {
    if (lowest === null || price === 0n) return most
    if (parameters.priceFormula !== 'damped') return proportionalPoints(most, lowest, price)
    if (reservePrice === null) throw new RangeError('the damped formula needs the reserve price')
    return dampedPoints(most, lowest, price, BigInt(reservePrice))
  }
  const scored = inside.map((bid): Scored => {
    if (bid.quality === undefined) throw new RangeError(`bid ${bid.bid} has no quality points yet`)
    const qualityPoints = settle(readDecimal(bid.quality))
    if (qualityPoints.parts < 0n || compare(qualityPoints, best) > 0)
      throw new RangeError(`quality ${bid.quality} is out of range`)
    const pricePoints = settle(pointsFor(BigInt(bid.price)))
    return { ...bid, pricePoints, qualityPoints, total: plus(pricePoints, qualityPoints) }
  })
  const weigh = (a: Scored, b: Scored) => compare(b.total, a.total) || compare(b.qualityPoints, a.qualityPoints)
  const placed = place(scored, weigh, input.lot)
  const top = placed[0]?.bid
  const ranked = placed.map(({ bid, rank, tie }): RankingLine => {
    const tiesWithTop = tie !== 'none' && top !== undefined && weigh(bid, top) === 0
    const numbers = {
      price: bid.price,
      lowest: (lowest ?? 0n).toString(),
      pricePoints: writeDecimal(bid.pricePoints, decimals),
      qualityPoints: writeDecimal(bid.qualityPoints, decimals),
      total: writeDecimal(bid.total, decimals),
    }
    const reason = tiesWithTop ? tie : rank === 1 ? 'highest-score' : 'lower-score'
    return { bid: bid.bid, price: bid.price, standing: 'ranked', rank, reason, numbers }
  })
  return { lines: [...ranked, ...out], winner: top?.bid ?? null, next: null }
}
