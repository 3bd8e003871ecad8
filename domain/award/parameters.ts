// What each award rule reads from the law: its parameters by name@version, so that a method cannot give a rule what belongs to another.
import type { Rounding } from '../money.ts'
import type { Category } from '../pack.ts'
import { fraction, over, readDecimal, rounded, times, writeDecimal } from './fraction.ts'

const hundred = fraction(100n)

/** What prices are measured against: the planned amount, the drawn reserve price, or nothing. */
interface Measured {
  readonly ceiling: 'budget' | 'reserve-price' | 'none'
}

/** `floorPercent`: the least lawful share of the ceiling. */
export interface LowestPriceParameters extends Measured {
  readonly floorPercent?: string
}

export interface ReviewParameters extends Measured {
  readonly bands: readonly QualificationBand[]
}

/**
 * Works below `belowValue` may not be bid for less than `percent` of their net construction cost (material, labour, expenses, tax):
 * the labour and material that the estimate counts must be paid (Korea, State Contracts Act art. 10(3)).
 */
export interface NetCostFilter {
  readonly category: Category
  readonly belowValue: string
  readonly percent: string
}
export interface FilteredReviewParameters extends ReviewParameters {
  readonly netCost?: NetCostFilter
}

/** Points as decimal text, never floats. */
interface Points extends Measured {
  readonly pricePoints: string
  readonly qualityPoints: string
  /** Points for quality that a bid needs for its price to be opened; none where every valid bid's price is opened. */
  readonly qualityMinimum?: string
  readonly rounding?: { readonly decimals: number; readonly mode: Rounding }
}

export interface BestScoreParameters extends Points {
  readonly priceFormula?: 'proportional' | 'damped'
}

/** `eligiblePercent`: the share of the technical maximum from which a bidder may negotiate; `priceMeasure`: P of the price formula. */
export interface NegotiatedParameters extends Measured {
  readonly pricePoints: string
  readonly qualityPoints: string
  readonly eligiblePercent: string
  readonly priceMeasure: 'estimated-value' | 'reserve-price'
}

/** Which share of the dearest and cheapest bids is left out of the balanced price, and what a percent of distance from it costs. */
export interface BalancedParameters extends Measured {
  readonly pricePoints: string
  readonly qualityPoints: string
  readonly dropHighestPercent: string
  readonly dropLowestPercent: string
  readonly slope: string
}

/** `featuresPercent`: the sum of the features' maxima, in percent of the price. */
export interface FeaturesParameters extends Measured {
  readonly featuresPercent: string
}

/** The parameters of each rule; the rules themselves stand in `rules.ts`. */
export interface ParametersOf {
  readonly 'lowest-price@1': LowestPriceParameters
  readonly 'qualification-review@1': ReviewParameters
  readonly 'qualification-review@2': FilteredReviewParameters
  readonly 'best-score@1': BestScoreParameters
  readonly 'balanced-price@1': BalancedParameters
  readonly 'negotiated@1': NegotiatedParameters
  readonly 'price-by-features@1': FeaturesParameters
}
export type AwardRuleName = keyof ParametersOf
export type AwardParameters = ParametersOf[AwardRuleName]

/** One row of a qualification table: base, B, k, T and Nmax are stored and the floor is derived (koneps.md §2.3). */
export interface QualificationBand {
  readonly category: Category
  readonly kind?: string
  readonly fromValue: string
  readonly belowValue: string | null
  readonly base: string
  readonly pricePoints: string
  readonly slope: string
  readonly passMark: string
  readonly otherPointsMax: string
  /** The fewest points a price may get (2 in the Korean works rules); 0 where the table names none. */
  readonly leastPoints?: string
  /** Whether a rate far above the base keeps the points that a pass needs (Korean works tables). */
  readonly plateau?: boolean
}

/** Points for quality that a bid needs for its price to be opened, as decimal text, or null where every valid bid's price is opened. */
export function qualityMinimum(parameters: AwardParameters): string | null {
  if ('eligiblePercent' in parameters) {
    const { qualityPoints, eligiblePercent } = parameters
    return writeDecimal(
      rounded(over(times(readDecimal(qualityPoints), readDecimal(eligiblePercent)), hundred), 5, 'up'),
      5,
    )
  }
  return 'qualityMinimum' in parameters ? (parameters.qualityMinimum ?? null) : null
}

/** What the points of a tender's criteria must add up to, or null where the rule weighs none. */
export function criteriaTotal(parameters: AwardParameters): string | null {
  if ('qualityPoints' in parameters) return parameters.qualityPoints
  return 'featuresPercent' in parameters ? parameters.featuresPercent : null
}
