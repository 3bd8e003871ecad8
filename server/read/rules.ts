// Reads the rules of the country for their page: methods with each step, and every legal value with its versions, dates and articles.
import type { LegalPeriod, Method, Step } from '@naru/domain/method.ts'
import { type Category, type Dated, entryOn, type FixedBy, resolve } from '@naru/domain/pack.ts'
import type { Basis } from '@naru/domain/refusal.ts'
import type { Deployment } from '../deployment.ts'

/** A legal value on a day. `value` is null where live mode has none because the law was not read. */
export interface RuleValue {
  readonly key: string
  readonly value: unknown
  readonly since: string
  readonly basis: Basis
  /** Where the method has one value per category or sum: for which. */
  readonly category: Category | null
}

export interface RuleStep {
  readonly step: string
  readonly basis: Basis
  readonly values: readonly RuleValue[]
  /** k of n in each group, for the opening. */
  readonly groups: {
    readonly agency: { readonly k: number; readonly n: number }
    readonly guardians: { readonly k: number; readonly n: number }
  } | null
  readonly rule: string | null
}

export interface MethodRules {
  readonly id: string
  readonly version: number
  readonly regime: string
  readonly family: 'open' | 'quotation'
  readonly categories: readonly Category[]
  readonly from: string
  readonly article: Basis
  readonly minimumBidders: number
  readonly ceilings: readonly RuleValue[]
  readonly steps: readonly RuleStep[]
  readonly ifItFails: Method['ifItFails']
}

/** All versions of one legal value, oldest first. */
export interface ValueVersions {
  readonly key: string
  readonly fixedBy: FixedBy
  readonly versions: readonly { readonly from: string; readonly value: unknown; readonly basis: Basis }[]
}

export interface CountryRules {
  readonly day: string
  readonly mode: 'sandbox' | 'live'
  readonly regimes: readonly { readonly id: string; readonly law: string }[]
  readonly methods: readonly MethodRules[]
  readonly values: readonly ValueVersions[]
}

/** The methods and values in force on a day, in the order of the pack. */
export function readRules({ pack, mode }: Deployment, day: string): CountryRules {
  const on = (value: Dated<unknown>, category: Category | null = null): RuleValue[] =>
    entryOn(value, day) ? [{ ...resolve(value, day, mode), category }] : []
  const minimum = (value: Extract<Step, { step: 'bids' }>['minimum']): RuleValue[] =>
    Array.isArray(value)
      ? value.flatMap((band: { category: Category | 'any'; period: LegalPeriod }) =>
          on(band.period, band.category === 'any' ? null : band.category),
        )
      : on(value as LegalPeriod)
  const valuesOf = (step: Step): RuleValue[] => {
    switch (step.step) {
      case 'base-amount':
        return on(step.beforeDeadline)
      case 'questions':
        return on(step.untilBeforeDeadline)
      case 'bids':
        return [...minimum(step.minimum), ...on(step.afterAmendment), ...on(step.afterRenotice), ...on(step.withdrawal)]
      case 'draw':
        return on(step.rangePartsPerMillion)
      case 'review':
        return on(step.documentsWithin)
      case 'award':
        return on(step.parameters)
      case 'standstill':
        return on(step.period)
      case 'contract':
        return [...(step.within ? on(step.within) : []), ...on(step.ifNotSigned)]
      default:
        return []
    }
  }
  return {
    day,
    mode,
    regimes: pack.regimes,
    methods: pack.methods
      .filter((method) => method.from <= day)
      .map((method) => ({
        id: method.id,
        version: method.version,
        regime: method.regime,
        family: method.family,
        categories: method.categories,
        from: method.from,
        article: method.article,
        minimumBidders: method.minimumBidders,
        ceilings: (method.ceiling ?? []).flatMap((each) => on(each.amount, each.category)),
        steps: method.steps.map((step) => ({
          step: step.step,
          basis: step.basis,
          values: valuesOf(step),
          groups: step.step === 'opening' ? { agency: step.agency, guardians: step.guardians } : null,
          rule: step.step === 'award' ? step.rule : null,
        })),
        ifItFails: method.ifItFails,
      })),
    values: pack.values.map((value) => ({
      key: value.key,
      fixedBy: value.fixedBy,
      versions: value.entries.map((entry) => {
        const { since, value: taken, basis } = resolve(value, entry.from, mode)
        return { from: since, value: taken, basis }
      }),
    })),
  }
}
