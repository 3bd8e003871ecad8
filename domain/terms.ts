// The terms of a case: the method and every legal value resolved for its day, copied into the case at publication and carried for life.
import type { Category, Mode, Pack, Resolved } from './pack.ts'
import { entryOn, resolve } from './pack.ts'
import type { BandedPeriod, IfNotSigned, LegalPeriod, Method } from './method.ts'
import { findStep } from './method.ts'
import type { AbnormallyLow } from './award/abnormally-low.ts'
import type { AwardParameters, AwardRuleName } from './award/parameters.ts'
import type { Money } from './money.ts'
import type { Basis } from './refusal.ts'
import { type Calendar, type Day, hours, type Period } from './time.ts'

/** Draw parameters as the notice states them (protocol §4a, notice.draw), without the base amount. */
export interface DrawTerms {
  readonly ppm: number
  readonly count: number
  readonly top: number
  readonly picks: number
  readonly priceStep: string
  readonly tieRule: 'lower-number' | 'hash'
  readonly fillRule: 'hash'
  readonly meanRounding: 'div' | 'up' | 'half-up'
  readonly waitHours: number
}

export interface KeyGroup {
  readonly name: 'agency' | 'guardians'
  readonly k: number
  readonly n: number
}

/** What governs one case. Plain data; `steps` keeps the order of the method with the basis of each step. */
export interface Terms {
  readonly country: string
  readonly regime: string
  readonly mode: Mode
  readonly day: Day
  readonly method: {
    readonly id: string
    readonly version: number
    readonly ocds: Method['ocds']
    readonly family: Method['family']
    readonly article: Basis
  }
  readonly category: Category
  readonly currency: string
  readonly calendar: Calendar
  readonly minimumBidders: number
  readonly steps: readonly { readonly step: string; readonly basis: Basis }[]
  readonly ceiling: Resolved<Money> | null
  readonly bidPeriod: Resolved<Period>
  readonly afterAmendment: Resolved<Period>
  /** An amendment adds `afterAmendment` to the deadline instead of leaving at least that much. */
  readonly amendmentAdds: boolean
  readonly afterRenotice: Resolved<Period>
  readonly questionsEnd: Resolved<Period> | null
  readonly withdrawal: Resolved<'until-deadline' | 'none'>
  readonly sealed: readonly ('price' | 'tech')[]
  readonly groups: readonly [KeyGroup, KeyGroup]
  readonly delta: number
  /** Each bid has a time-stamp of its own before its box is closed; absent where that of its batch is enough. */
  readonly tokenPerBid?: true
  /** How long key holders have to come together once the first is there; absent in cases published before there was such a window. */
  readonly openingWindow?: Resolved<Period>
  readonly baseAmount: Resolved<Period> | null
  /** How far preliminary prices may lie from the base amount, in parts per million. */
  readonly drawRange: Resolved<number> | null
  /** Null without a draw, and in live mode while its range is unconfirmed: publication is refused then. */
  readonly draw: DrawTerms | null
  readonly evaluators: number
  readonly review: Resolved<Period> | null
  readonly award: { readonly rule: AwardRuleName; readonly parameters: Resolved<AwardParameters> }
  /** Absent where the method asks nobody to explain a low price. */
  readonly abnormallyLow?: { readonly limits: Resolved<AbnormallyLow>; readonly within: Resolved<Period> }
  readonly standstill: Resolved<Period> | null
  readonly contractWithin: Resolved<Period> | null
  /** Absent in cases published before the rule was part of the terms: there an award cannot be withdrawn. */
  readonly ifNotSigned?: Resolved<IfNotSigned>
  readonly ifItFails: Method['ifItFails']
}

/** What decides which law applies to a purchase. */
export interface Purchase {
  readonly category: Category
  readonly estimatedValue: Money
  readonly renotice: boolean
}

function minimumPeriod(
  minimum: LegalPeriod | readonly BandedPeriod[],
  purchase: Purchase,
  day: Day,
  mode: Mode,
): Resolved<Period> {
  if (!Array.isArray(minimum)) return resolve(minimum as LegalPeriod, day, mode)
  for (const band of minimum as readonly BandedPeriod[]) {
    if (band.category !== 'any' && band.category !== purchase.category) continue
    if (band.below) {
      const limit = resolve(band.below, day, 'sandbox').value
      if (limit && BigInt(purchase.estimatedValue.amount) >= BigInt(limit.amount)) continue
    }
    return resolve(band.period, day, mode)
  }
  throw new RangeError('no band of the minimum period fits the purchase')
}

/** How long after the deadline the log may still take an entry that was promised in time, in milliseconds (protocol §0.4). */
export const defaultDelta = 60_000

/**
 * Where the method names no window. It is a safeguard of the portal beyond the law, as δ is, so live mode works with it: no law that was read says how
 * long those who open together may take.
 */
export const defaultOpeningWindow: Resolved<Period> = {
  key: 'opening.window',
  value: hours(2),
  since: '2026-11-01',
  basis: {
    assumed:
      'No article was read that bounds the time in which those who open together must act. Two hours: long enough for an institution to send its second person, short enough that nobody’s presence is left standing.',
    from: 'design',
  },
}

/** Resolves a method for a purchase on a day. Throws a RangeError when the law has no value yet on that day. */
export function resolveTerms(pack: Pack, chosen: Method, purchase: Purchase, day: Day, mode: Mode): Terms {
  const bids = findStep(chosen, 'bids')
  const opening = findStep(chosen, 'opening')
  const award = findStep(chosen, 'award')
  if (!bids || !opening || !award) throw new RangeError(`${chosen.id} has no bids, opening or award`)
  const questions = findStep(chosen, 'questions')
  const base = findStep(chosen, 'base-amount')
  const draw = findStep(chosen, 'draw')
  const drawRange = draw ? resolve(draw.rangePartsPerMillion, day, mode) : null
  const review = findStep(chosen, 'review')
  const low = findStep(chosen, 'abnormally-low')
  const standstill = findStep(chosen, 'standstill')
  const contract = findStep(chosen, 'contract')
  const ceiling = chosen.ceiling?.find((each) => each.category === purchase.category)
  return {
    country: pack.country,
    regime: chosen.regime,
    mode,
    day,
    method: {
      id: chosen.id,
      version: chosen.version,
      ocds: chosen.ocds,
      family: chosen.family,
      article: chosen.article,
    },
    category: purchase.category,
    currency: pack.currency,
    calendar: pack.calendarOn(day),
    minimumBidders: chosen.minimumBidders,
    steps: chosen.steps.map((each) => ({ step: each.step, basis: each.basis })),
    ceiling: ceiling ? resolve(ceiling.amount, day, mode) : null,
    bidPeriod: minimumPeriod(bids.minimum, purchase, day, mode),
    afterAmendment: resolve(bids.afterAmendment, day, mode),
    amendmentAdds: bids.amendmentAdds ?? false,
    afterRenotice: resolve(bids.afterRenotice, day, mode),
    questionsEnd: questions ? resolve(questions.untilBeforeDeadline, day, mode) : null,
    withdrawal: resolve(bids.withdrawal, day, mode),
    sealed: bids.sealed,
    groups: [
      { name: 'agency', ...opening.agency },
      { name: 'guardians', ...opening.guardians },
    ],
    delta: defaultDelta,
    ...(bids.tokenPerBid && { tokenPerBid: true as const }),
    openingWindow: opening.within ? resolve(opening.within, day, mode) : defaultOpeningWindow,
    baseAmount: base ? resolve(base.beforeDeadline, day, mode) : null,
    drawRange,
    draw:
      draw && drawRange && drawRange.value !== null
        ? {
            ppm: drawRange.value,
            count: draw.count,
            top: draw.top,
            picks: draw.picks,
            priceStep: draw.priceStep[purchase.category],
            tieRule: draw.tieRule,
            fillRule: draw.fillRule,
            meanRounding: draw.meanRounding,
            waitHours: 24,
          }
        : null,
    evaluators: findStep(chosen, 'evaluation')?.evaluators ?? 0,
    review: review ? resolve(review.documentsWithin, day, mode) : null,
    award: { rule: award.rule, parameters: resolve<AwardParameters>(award.parameters, day, mode) },
    ...(low && {
      abnormallyLow: { limits: resolve(low.limits, day, mode), within: resolve(low.explainWithin, day, mode) },
    }),
    standstill: standstill ? resolve(standstill.period, day, mode) : null,
    contractWithin: contract?.within ? resolve(contract.within, day, mode) : null,
    ...(contract && { ifNotSigned: resolve(contract.ifNotSigned, day, mode) }),
    ifItFails: chosen.ifItFails,
  }
}

/** All legal values that the terms rest on, for the page of rules and for live mode's check. */
export const legalValues = (terms: Terms): readonly Resolved<unknown>[] =>
  [
    terms.ceiling,
    terms.bidPeriod,
    terms.afterAmendment,
    terms.afterRenotice,
    terms.questionsEnd,
    terms.withdrawal,
    terms.baseAmount,
    terms.drawRange,
    terms.review,
    terms.award.parameters,
    terms.abnormallyLow?.limits ?? null,
    terms.abnormallyLow?.within ?? null,
    terms.standstill,
    terms.contractWithin,
    terms.ifNotSigned ?? null,
  ].filter((each) => each !== null)

/** The values that are assumed and not read from the law: live mode refuses to publish while one is left. */
export const unconfirmedValues = (terms: Terms): readonly Resolved<unknown>[] =>
  legalValues(terms).filter((each) => 'assumed' in each.basis)

/** A resolved value that must be there. Throws where live mode has none: publication was refused before. */
export function demand<T>(resolved: Resolved<T>): T {
  if (resolved.value === null) throw new RangeError(`${resolved.key} is unconfirmed`)
  return resolved.value
}

/** The methods that are lawful for a purchase on a day, in the pack's order, and for the others why not. */
export function lawfulMethods(
  pack: Pack,
  regime: string,
  purchase: Purchase,
  day: Day,
  mode: Mode,
): readonly MethodVerdict[] {
  return pack.methods
    .filter((each) => each.regime === regime && each.from <= day)
    .map((each) => {
      if (!each.categories.includes(purchase.category))
        return { method: each, lawful: false, because: 'category', ceiling: null }
      const limit = each.ceiling?.find((row) => row.category === purchase.category)
      const ceiling = limit && entryOn(limit.amount, day) ? resolve(limit.amount, day, mode) : null
      if (limit && !ceiling?.value) return { method: each, lawful: false, because: 'unconfirmed', ceiling }
      if (ceiling?.value && BigInt(purchase.estimatedValue.amount) > BigInt(ceiling.value.amount))
        return { method: each, lawful: false, because: 'above-ceiling', ceiling }
      const from = each.least?.find((row) => row.category === purchase.category)
      const least = from && entryOn(from.amount, day) ? resolve(from.amount, day, mode) : null
      if (from && !least?.value) return { method: each, lawful: false, because: 'unconfirmed', ceiling: least }
      if (least?.value && BigInt(purchase.estimatedValue.amount) < BigInt(least.value.amount))
        return { method: each, lawful: false, because: 'below-least', ceiling: least }
      return { method: each, lawful: true, because: ceiling ? 'within-ceiling' : 'default', ceiling }
    })
}

export interface MethodVerdict {
  readonly method: Method
  readonly lawful: boolean
  readonly because: 'default' | 'within-ceiling' | 'above-ceiling' | 'below-least' | 'category' | 'unconfirmed'
  readonly ceiling: Resolved<Money> | null
}
