// Award rules by name@version: bids in, a ranking with a reason for every bid out. A version that a case names is never edited.
import type { AwardParameters } from '../method.ts'
import type { Category } from '../pack.ts'
import { bestScore } from './best-score.ts'
import { lowestPrice } from './lowest-price.ts'
import { qualificationReview } from './qualification-review.ts'

/** A valid, opened bid for one lot. `price` counts smallest units; `quality` is the evaluators' mean and `reviewed` the review's points, as decimal text. */
export interface RankedBid {
  readonly bid: string
  readonly index: number
  readonly price: string
  readonly quality?: string
  readonly reviewed?: string
}

export interface RankingInput {
  readonly bids: readonly RankedBid[]
  readonly parameters: AwardParameters
  readonly category: Category
  /** The kind of purchase that the law's tables tell apart within a category, e.g. `technical`; none for the ordinary kind. */
  readonly kind?: string
  /** Costs that works bids may not compete on (koneps.md §2.3.1, A); smallest units. */
  readonly aValue?: string
  readonly estimatedValue: string
  readonly budget: string
  readonly reservePrice: string | null
  /** Order of bids that are equal in everything the rule weighs, drawn verifiably (protocol §4 step g): bid ids, best first. */
  readonly lot: (tied: readonly string[]) => readonly string[]
}

export type RankingReason =
  | 'lowest'
  | 'higher-than-better-ranked'
  | 'above-ceiling'
  | 'below-floor'
  | 'passed-review'
  | 'failed-review'
  | 'awaits-review'
  | 'not-reached'
  | 'highest-score'
  | 'lower-score'
  | 'won-lot'
  | 'lost-lot'
  | 'winner-declined'

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

export type AwardRule = (input: RankingInput) => Omit<Ranking, 'rule'>

const rules = {
  'lowest-price@1': lowestPrice,
  'qualification-review@1': qualificationReview,
  'best-score@1': bestScore,
} as const satisfies Record<string, AwardRule>

export type AwardRuleName = keyof typeof rules

/** Ranks the bids of one lot by the named rule. */
export const rank = (rule: AwardRuleName, input: RankingInput): Ranking => ({ rule, ...rules[rule](input) })
