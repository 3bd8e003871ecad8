// The vocabulary a procurement method is written in: one readable file per method, a closed set of steps, no dates, no words, no code.
import type { AbnormallyLow } from './award/abnormally-low.ts'
import type { AwardRuleName, ParametersOf } from './award/parameters.ts'
import type { Category, Dated } from './pack.ts'
import type { Basis } from './refusal.ts'
import type { Money } from './money.ts'
import type { Period } from './time.ts'

/** A period of the method: a dated legal value. */
export type LegalPeriod = Dated<Period>

/** Plan line and budget must exist before the notice (PLN-01). */
export interface PlanStep {
  readonly step: 'plan'
  readonly basis: Basis
}

/** Prepared by one person, approved by another. */
export interface ApprovalStep {
  readonly step: 'approval'
  readonly basis: Basis
}

/** The finance officer alone sets the base amount, at least so long before the deadline, anew for a re-notice (KR). */
export interface BaseAmountStep {
  readonly step: 'base-amount'
  readonly by: 'finance-officer'
  readonly beforeDeadline: LegalPeriod
  readonly basis: Basis
}

/** Questions until so long before the deadline, answered to all without naming the asker (UNCITRAL art. 15). */
export interface QuestionsStep {
  readonly step: 'questions'
  readonly untilBeforeDeadline: LegalPeriod
  readonly basis: Basis
}

/**
 * The time for bids. `minimum` may depend on value and category. An amendment leaves at least `afterAmendment` to the deadline, or,
 * where `amendmentAdds`, moves the deadline by that much (Korea: a correction adds 5 days to the time that was left). `tokenPerBid`: each bid
 * gets a time-stamp of its own beside that of its batch (protocol §0.4), and the box waits for it.
 */
export interface BidsStep {
  readonly step: 'bids'
  readonly minimum: LegalPeriod | readonly BandedPeriod[]
  readonly afterAmendment: LegalPeriod
  readonly amendmentAdds?: true
  readonly afterRenotice: LegalPeriod
  readonly sealed: readonly ('price' | 'tech')[]
  readonly withdrawal: Dated<'until-deadline' | 'none'>
  readonly tokenPerBid?: true
  readonly basis: Basis
}
/** A minimum period for a category up to (not including) an estimated value. */
export interface BandedPeriod {
  readonly category: Category | 'any'
  readonly below: Dated<Money> | null
  readonly period: LegalPeriod
}

/** Two groups of key holders open together: k of n in each. */
export interface OpeningStep {
  readonly step: 'opening'
  readonly agency: { readonly k: number; readonly n: number }
  readonly guardians: { readonly k: number; readonly n: number }
  /** How many hours they have to come together once the first is there; two where the method says nothing. */
  readonly within?: LegalPeriod
  readonly basis: Basis
}

/** The reserve price drawn from preliminary prices at the opening (koneps.md §2.2, protocol §4). */
export interface DrawStep {
  readonly step: 'draw'
  readonly count: number
  readonly top: number
  readonly picks: number
  readonly rangePartsPerMillion: Dated<number>
  readonly priceStep: Readonly<Record<Category, string>>
  readonly tieRule: 'lower-number' | 'hash'
  readonly fillRule: 'hash'
  readonly meanRounding: 'div' | 'up' | 'half-up'
  readonly basis: Basis
}

/** Evaluators score the opened bids on the published criteria before any sum of points is shown. */
export interface EvaluationStep {
  readonly step: 'evaluation'
  readonly evaluators: number
  readonly basis: Basis
}

/** Qualification review: lowest first, documents within a period, first to reach the pass mark wins (koneps.md §1.12). */
export interface ReviewStep {
  readonly step: 'review'
  readonly documentsWithin: LegalPeriod
  readonly basis: Basis
}

/** Who wins: a rule by name@version with its dated parameters; parameters of another rule do not compile. */
export type AwardStep = {
  [Rule in AwardRuleName]: {
    readonly step: 'award'
    readonly rule: Rule
    readonly parameters: Dated<ParametersOf[Rule]>
    readonly basis: Basis
  }
}[AwardRuleName]

/** Between ranking and award: a price so far below the others must be explained, within a time, before the lot is awarded or the bid is out. */
export interface AbnormallyLowStep {
  readonly step: 'abnormally-low'
  readonly limits: Dated<AbnormallyLow>
  readonly explainWithin: LegalPeriod
  readonly basis: Basis
}

export interface StandstillStep {
  readonly step: 'standstill'
  readonly period: LegalPeriod
  readonly basis: Basis
}

/** The contract is concluded in three messages: draft, consent, confirmation (KR E-procurement Act art. 9(2)). */
export interface ContractStep {
  readonly step: 'contract'
  readonly within: LegalPeriod | null
  readonly ifNotSigned: Dated<IfNotSigned>
  readonly basis: Basis
}

/** What follows when the winner declines the contract or does not sign in time: the next in rank may be awarded, or the lot has failed. */
export type IfNotSigned = 'next-ranked' | 'tender-fails'

export type Step =
  | PlanStep
  | ApprovalStep
  | BaseAmountStep
  | QuestionsStep
  | BidsStep
  | OpeningStep
  | DrawStep
  | EvaluationStep
  | ReviewStep
  | AwardStep
  | AbnormallyLowStep
  | StandstillStep
  | ContractStep
export type StepName = Step['step']

/** What may follow when a tender fails: bids anew at once, a new notice, a contract without competition, or a fresh start. */
export interface FailureStep {
  readonly then: 're-bid' | 're-notice' | 'private-contract' | 'new-tender'
  readonly when: 'no-winner' | 'no-bidder' | 'too-few-bidders' | 'renotice-failed' | 'any'
  readonly basis: Basis
}

/** A procurement method. `ceiling` is the highest estimated value for which it is lawful, `reasons` the coded grounds it needs. */
export interface Method {
  readonly id: string
  readonly version: number
  readonly regime: string
  readonly ocds: 'open' | 'selective' | 'limited' | 'direct'
  readonly family: 'open' | 'quotation'
  readonly categories: readonly Category[]
  readonly from: string
  readonly article: Basis
  readonly ceiling: readonly { readonly category: Category; readonly amount: Dated<Money> }[] | null
  /** The least estimated value for which it is lawful, where the law has one. */
  readonly least?: readonly { readonly category: Category; readonly amount: Dated<Money> }[]
  readonly minimumBidders: number
  readonly steps: readonly Step[]
  readonly ifItFails: readonly FailureStep[]
}

/** A method as a country writes it; a misspelt step does not compile. */
export const method = (value: Method): Method => value

/**
 * The kinds of purchase that the tables of award rules tell apart, by category; a category that is not named has the ordinary kind only
 * (koneps.md §2.3: special trades, technical services, facility management …).
 */
export function kindsOf(methods: readonly Method[]): Readonly<Partial<Record<Category, readonly string[]>>> {
  const kinds = new Map<Category, Set<string>>()
  for (const value of methods)
    for (const entry of findStep(value, 'award')?.parameters.entries ?? [])
      for (const { value: parameters } of 'law' in entry ? [entry] : entry.candidates)
        for (const { category, kind } of 'bands' in parameters ? parameters.bands : [])
          if (kind !== undefined) kinds.set(category, (kinds.get(category) ?? new Set()).add(kind))
  return Object.fromEntries([...kinds].map(([category, found]) => [category, [...found]]))
}

/** The step of a kind, or undefined where the method has none. */
export const findStep = <Name extends StepName>(value: Method, name: Name): Extract<Step, { step: Name }> | undefined =>
  value.steps.find((each): each is Extract<Step, { step: Name }> => each.step === name)
