// Award rules by name@version: bids in, a ranking with a reason for every bid out. A version that a case names is never edited.
import type { Category } from '../pack.ts'
import { balanced } from './balanced-price.ts'
import { bestScore } from './best-score.ts'
import { lowestPrice } from './lowest-price.ts'
import { negotiated } from './negotiated.ts'
import type { AwardParameters, AwardRuleName, ParametersOf } from './parameters.ts'
import { priceByFeatures } from './price-by-features.ts'
import { filteredReview, qualificationReview } from './qualification-review.ts'

/** A valid, opened bid for one lot. `price` counts smallest units; `quality` is the evaluators' mean and `reviewed` the review's points, as decimal text. */
export interface RankedBid {
  readonly bid: string
  readonly index: number
  readonly price: string
  readonly quality?: string
  /** Quality by criterion, in the order of the notice: the most that may be given and the mean that was; where a rule settles ties by it. */
  readonly parts?: readonly { readonly most: string; readonly points: string }[]
  readonly reviewed?: string
}

export interface RankingInput<Parameters extends AwardParameters = AwardParameters> {
  readonly bids: readonly RankedBid[]
  readonly parameters: Parameters
  readonly category: Category
  /** The kind of purchase that the law's tables tell apart within a category, e.g. `technical`; none for the ordinary kind. */
  readonly kind?: string
  /** Costs that works bids may not compete on (koneps.md §2.3.1, A); smallest units. */
  readonly aValue?: string
  /** The base amount from which the reserve price was drawn, and the net construction cost within it (koneps.md §2.3.1); smallest units. */
  readonly baseAmount?: string
  readonly netCost?: string
  readonly estimatedValue: string
  readonly budget: string
  readonly reservePrice: string | null
  /** Order of bids that are equal in everything the rule weighs, drawn verifiably (protocol §4 step g): bid ids, best first. */
  readonly lot: (tied: readonly string[]) => readonly string[]
}

/** Why a bid stands where it stands. */
export const rankingReasons = [
  'lowest',
  'higher-than-better-ranked',
  'above-ceiling',
  'below-floor',
  'below-net-cost',
  'abnormally-low',
  'passed-review',
  'failed-review',
  'awaits-review',
  'not-reached',
  'highest-score',
  'lower-score',
  'best-balanced',
  'less-balanced',
  'below-eligibility',
  'negotiates-first',
  'negotiates-later',
  'lowest-divided',
  'higher-divided',
  'earlier-bid',
  'later-bid',
  'won-lot',
  'lost-lot',
  'winner-declined',
  'next-in-rank',
] as const
export type RankingReason = (typeof rankingReasons)[number]

/** Where one bid stands and why; `numbers` are the figures the sentence shows. */
export interface RankingLine {
  readonly bid: string
  readonly price: string
  readonly standing: 'ranked' | 'excluded'
  readonly rank: number | null
  readonly reason: RankingReason
  readonly numbers: Readonly<Record<string, string>>
}

/** `winner` is null while a review is due (`next` names whose) or when nobody can win. */
export interface Ranking {
  readonly rule: AwardRuleName
  readonly lines: readonly RankingLine[]
  readonly winner: string | null
  readonly next: string | null
}

export type AwardRule<Name extends AwardRuleName> = (input: RankingInput<ParametersOf[Name]>) => Omit<Ranking, 'rule'>

/** A rule with the steps of a method that give it what it weighs; a method has those steps and no other of the kind. */
interface RuleEntry<Name extends AwardRuleName> {
  readonly rank: AwardRule<Name>
  readonly needs: readonly ('evaluation' | 'review')[]
  /** Ties are settled by the points of single criteria, so the evaluation publishes their means. */
  readonly weighsParts?: true
}

/** Every award rule there is. */
export const awardRules: { readonly [Name in AwardRuleName]: RuleEntry<Name> } = {
  'lowest-price@1': { rank: lowestPrice, needs: [] },
  'qualification-review@1': { rank: qualificationReview, needs: ['review'] },
  'qualification-review@2': { rank: filteredReview, needs: ['review'] },
  'best-score@1': { rank: bestScore, needs: ['evaluation'] },
  'balanced-price@1': { rank: balanced, needs: ['evaluation'] },
  'negotiated@1': { rank: negotiated, needs: ['evaluation'], weighsParts: true },
  'price-by-features@1': { rank: priceByFeatures, needs: ['evaluation'] },
}
export const awardRuleNames = Object.keys(awardRules) as AwardRuleName[]

/** Ranks the bids of one lot by the named rule. Rule and parameters belong together by the method that named them. */
export const rank = (rule: AwardRuleName, input: RankingInput): Ranking => ({
  rule,
  ...(awardRules[rule].rank as (all: RankingInput) => Omit<Ranking, 'rule'>)(input),
})
