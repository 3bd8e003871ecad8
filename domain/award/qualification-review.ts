// qualification-review@1 and @2 (적격심사): the lowest lawful bid is reviewed first, the first that reaches the pass mark wins (koneps.md §1.12, §2.3).
import type { AwardRule, Ranking, RankedBid, RankingInput, RankingLine, RankingReason } from './rules.ts'
import type { AwardParameters, NetCostFilter, QualificationBand, ReviewParameters } from './parameters.ts'
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
import { byIndex, exclude, place } from './order.ts'

const hundred = fraction(100n)

/** The points a bid must get for its price if it gets all other points: T − Nmax. */
const neededForPrice = (band: QualificationBand): Fraction =>
  minus(readDecimal(band.passMark), readDecimal(band.otherPointsMax))

/** How far from the base, in percent points, the price may lie and still get the needed points: (B − (T − Nmax)) / k. */
const reach = (band: QualificationBand): Fraction =>
  over(minus(readDecimal(band.pricePoints), neededForPrice(band)), readDecimal(band.slope))

/**
 * The floor rate in percent as exact decimal text with three decimals. The bid rate is rounded half up to two decimals of a percent
 * before it is scored, so the least rate that scores enough is base − (B − (T − Nmax)) / k, brought up to two decimals, less the
 * 0.005 that rounding gives back: (90, 70, 4, 95, 30) → 88.745.
 */
export function floorPercent(band: QualificationBand): string {
  const least = rounded(minus(readDecimal(band.base), reach(band)), 2, 'up')
  return writeDecimal(minus(least, readDecimal('0.005')), 3)
}

/**
 * The bid rate r = (bid − A) / (reserve price − A), rounded half up at the fifth decimal. A is the sum of insurance, safety and quality
 * costs that works may not compete on; 0 otherwise. Throws a RangeError when A is not below the reserve price.
 */
export function bidRate(price: bigint, reserve: bigint, aValue = 0n): Fraction {
  if (aValue >= reserve) throw new RangeError('the A value must be below the reserve price')
  return rounded(fraction(price - aValue, reserve - aValue), 4, 'half-up')
}

/**
 * Points for the price: B − k × |base − 100 r|, never under `least` (2 in the works rules). Where the table has a plateau, a rate at or
 * above base + (B − (T − Nmax)) / k keeps exactly the needed points, so that a dear bid is not thrown out for its price alone.
 */
export function pricePoints(band: QualificationBand, rate: Fraction): Fraction {
  const base = readDecimal(band.base)
  const percent = times(hundred, rate)
  if (band.plateau && compare(percent, plus(base, reach(band))) >= 0) return neededForPrice(band)
  const points = minus(readDecimal(band.pricePoints), times(readDecimal(band.slope), distance(base, percent)))
  return atLeast(points, readDecimal(band.leastPoints ?? '0'))
}

/** The least price in smallest units that reaches the floor: A + (reserve − A) × floor rate, brought up to a whole unit. */
export function floorPrice(band: QualificationBand, reserve: bigint, aValue = 0n): bigint {
  const rate = over(readDecimal(floorPercent(band)), hundred)
  const exact = plus(fraction(aValue), times(fraction(reserve - aValue), rate))
  return rounded(exact, 0, 'up').parts
}

/** The row of the table for a category, a kind of purchase and an estimated value: a row of that very kind, else one without kind. Throws a RangeError when none fits. */
export function getBand(
  input: Pick<RankingInput, 'parameters' | 'category' | 'estimatedValue' | 'kind'>,
): QualificationBand {
  const value = BigInt(input.estimatedValue)
  const fitting = ('bands' in input.parameters ? input.parameters.bands : []).filter(
    (band) =>
      band.category === input.category &&
      value >= BigInt(band.fromValue) &&
      (band.belowValue === null || value < BigInt(band.belowValue)),
  )
  const band = fitting.find((each) => each.kind === input.kind) ?? fitting.find((each) => each.kind === undefined)
  if (!band) throw new RangeError(`no row of the qualification table fits ${input.category} of ${input.estimatedValue}`)
  return band
}

/** The net-cost filter that applies to a purchase, or null. */
export function netCostFilter(
  parameters: AwardParameters,
  { category, estimatedValue }: Pick<RankingInput, 'category' | 'estimatedValue'>,
): NetCostFilter | null {
  const filter = 'netCost' in parameters ? parameters.netCost : undefined
  return filter?.category === category && BigInt(estimatedValue) < BigInt(filter.belowValue) ? filter : null
}

/**
 * The least sum that a bid must reach under the net-cost filter: the net cost within the base amount is brought to the reserve price
 * (net × reserve / base, up to a whole unit), of which `percent` is taken, again up to a whole unit (koneps.md §2.3.1, "Extra filter").
 */
export function leastOfNetCost(percent: string, netCost: bigint, base: bigint, reserve: bigint): bigint {
  const atReserve = rounded(fraction(netCost * reserve, base), 0, 'up')
  return rounded(over(times(atReserve, readDecimal(percent)), hundred), 0, 'up').parts
}

interface Measured extends RankedBid {
  readonly rate: Fraction
  readonly points: Fraction
}

/**
 * Reads `bands`. Out are bids above the reserve price and bids that could not reach the pass mark even with all other points (below the
 * floor). The rest stand by price; of equal prices the higher reviewed points, then the lot (Decree art. 47). `reviewed` is a bid's points
 * other than price; the first in order whose points reach the pass mark wins, and `next` names the bid whose review is due.
 * Two bids of the same price are both reviewed before either wins. Throws a RangeError without a drawn reserve price or a fitting row.
 */
export const qualificationReview: AwardRule<'qualification-review@1'> = (input) => review(input, null)

/**
 * @1 with the net-cost filter before the review: where `netCost` of the parameters applies to the purchase, bids below its percentage of
 * the net construction cost are out, whatever their rate (State Contracts Act art. 10(3)). Throws a RangeError where the filter applies and the
 * finance officer's net cost or base amount is missing; publication is refused before that.
 */
export const filteredReview: AwardRule<'qualification-review@2'> = (input) => {
  const filter = netCostFilter(input.parameters, input)
  if (!filter || input.reservePrice === null) return review(input, null)
  if (input.netCost === undefined || input.baseAmount === undefined)
    throw new RangeError('the net-cost filter needs the net cost and the base amount')
  const [net, base, reserve] = [input.netCost, input.baseAmount, input.reservePrice].map(BigInt) as [
    bigint,
    bigint,
    bigint,
  ]
  return review(input, { percent: filter.percent, least: leastOfNetCost(filter.percent, net, base, reserve) })
}

function review(
  input: RankingInput<ReviewParameters>,
  net: { readonly percent: string; readonly least: bigint } | null,
): Omit<Ranking, 'rule'> {
  const { reservePrice } = input
  if (reservePrice === null) throw new RangeError('the reserve price is not drawn yet')
  const band = getBand(input)
  const reserve = BigInt(reservePrice)
  const aValue = BigInt(input.aValue ?? '0')
  const floor = floorPercent(band)
  const least = floorPrice(band, reserve, aValue)
  const passMark = readDecimal(band.passMark)
  const mostOther = readDecimal(band.otherPointsMax)
  const out: RankingLine[] = []
  const inside: Measured[] = []
  for (const bid of input.bids.toSorted(byIndex)) {
    const price = BigInt(bid.price)
    if (price > reserve) out.push(exclude(bid, 'above-ceiling', { ceiling: reservePrice }))
    else if (price < least)
      out.push(
        exclude(bid, 'below-floor', { ceiling: reservePrice, floorPercent: floor, floorPrice: least.toString() }),
      )
    else if (net && price < net.least)
      out.push(exclude(bid, 'below-net-cost', { netCostPercent: net.percent, netCostLeast: net.least.toString() }))
    else {
      const rate = bidRate(price, reserve, aValue)
      inside.push({ ...bid, rate, points: pricePoints(band, rate) })
    }
  }
  const reviewed = (bid: RankedBid): Fraction | null => {
    if (bid.reviewed === undefined) return null
    const points = readDecimal(bid.reviewed)
    if (compare(points, mostOther) > 0)
      throw new RangeError(`reviewed points ${bid.reviewed} exceed ${band.otherPointsMax}`)
    return points
  }
  const total = (bid: Measured): Fraction | null => {
    const other = reviewed(bid)
    return other && plus(bid.points, other)
  }
  const byPrice = (a: RankedBid, b: RankedBid) => compare(fraction(BigInt(a.price)), fraction(BigInt(b.price)))
  const weigh = (a: Measured, b: Measured): number =>
    byPrice(a, b) || compare(reviewed(b) ?? fraction(-1_000_000n), reviewed(a) ?? fraction(-1_000_000n))
  const placed = place(inside, weigh, input.lot)

  let winner: Measured | null = null
  let next: Measured | null = null
  for (const { bid } of placed) {
    const equals = placed.filter((each) => byPrice(each.bid, bid) === 0)
    const unreviewed = equals.find((each) => reviewed(each.bid) === null)
    if (unreviewed) {
      next = unreviewed.bid
      break
    }
    const sum = total(bid)
    if (sum && compare(sum, passMark) >= 0) {
      winner = bid
      break
    }
  }

  const reasonOf = (bid: Measured, tie: 'none' | 'won-lot' | 'lost-lot'): RankingReason => {
    const sum = total(bid)
    if (bid === winner) return tie === 'won-lot' ? 'won-lot' : 'passed-review'
    if (sum && compare(sum, passMark) < 0) return 'failed-review'
    if (bid === next) return 'awaits-review'
    return tie === 'lost-lot' && winner && weigh(bid, winner) === 0 ? 'lost-lot' : 'not-reached'
  }
  const ranked = placed.map(({ bid, rank, tie }): RankingLine => {
    const sum = total(bid)
    const numbers = {
      price: bid.price,
      ceiling: reservePrice,
      ratePercent: writeDecimal(times(hundred, bid.rate), 2),
      floorPercent: floor,
      pricePoints: writeDecimal(rounded(bid.points, 4, 'half-up'), 4),
      passMark: band.passMark,
      ...(bid.reviewed !== undefined && { reviewed: bid.reviewed }),
      ...(sum && { total: writeDecimal(rounded(sum, 4, 'half-up'), 4) }),
    }
    return { bid: bid.bid, price: bid.price, standing: 'ranked', rank, reason: reasonOf(bid, tie), numbers }
  })
  return { lines: [...ranked, ...out], winner: winner?.bid ?? null, next: next?.bid ?? null }
}
