// Situations: the law told as cases a lawyer can read. This file says how one is written and answers it with the same functions that run a tender.
import { z } from 'zod'
import { abnormallyLow } from '@naru/domain/award/abnormally-low.ts'
import { rank } from '@naru/domain/award/rules.ts'
import type { Method } from '@naru/domain/method.ts'
import { categories, entryOn, type Mode, modeSchema, type Pack, resolve } from '@naru/domain/pack.ts'
import type { Basis } from '@naru/domain/refusal.ts'
import {
  demand,
  lawfulMethods,
  type Purchase,
  resolveTerms,
  type Terms,
  unconfirmedValues,
} from '@naru/domain/terms.ts'
import {
  addMilliseconds,
  daySchema,
  earliestAfter,
  endOfPeriod,
  type Instant,
  instantAt,
  isWorkingDay,
  laterBy,
  latestBefore,
} from '@naru/domain/time.ts'

/** A date and time of day in the country's zone, as an officer writes it: 2026-11-24 10:00. */
const localSchema = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d$/)
/** A sum in whole currency, spaces allowed: 1 000 000. */
const sumSchema = z.union([z.string().regex(/^\d[\d ]*(\.\d\d)?$/), z.int().min(0)])

const givenSchema = z.strictObject({
  mode: modeSchema.optional(),
  day: daySchema.optional(),
  regime: z.string().optional(),
  category: z.enum(categories).optional(),
  kind: z.string().optional(),
  value: sumSchema.optional(),
  method: z.string().optional(),
  renotice: z.boolean().optional(),
  published: localSchema.optional(),
  deadline: localSchema.optional(),
  changed: localSchema.optional(),
  decided: localSchema.optional(),
  reservePrice: sumSchema.optional(),
  costsOutsideCompetition: sumSchema.optional(),
  baseAmount: sumSchema.optional(),
  netCost: sumSchema.optional(),
  bids: z
    .array(
      z.strictObject({
        bidder: z.string(),
        price: sumSchema,
        quality: z.string().optional(),
        reviewed: z.string().optional(),
      }),
    )
    .optional(),
  identifier: z.strictObject({ scheme: z.string(), number: z.string() }).optional(),
  failed: z.string().optional(),
})

const expectSchema = z.strictObject({
  lawful: z.array(z.string()).optional(),
  notLawful: z.record(z.string(), z.string()).optional(),
  earliestDeadline: localSchema.optional(),
  deadlineAfterChange: localSchema.optional(),
  lastQuestion: localSchema.optional(),
  baseAmountBy: localSchema.optional(),
  documentsBy: localSchema.optional(),
  contractFrom: localSchema.optional(),
  contractBy: localSchema.optional(),
  openDay: z.boolean().optional(),
  values: z.record(z.string(), z.unknown()).optional(),
  unconfirmed: z.array(z.string()).optional(),
  withdrawal: z.enum(['until-deadline', 'none']).optional(),
  ifNotSigned: z.enum(['next-ranked', 'tender-fails']).optional(),
  steps: z.array(z.string()).optional(),
  next: z.array(z.string()).optional(),
  winner: z.string().nullable().optional(),
  reviewOf: z.string().nullable().optional(),
  mustExplain: z.string().nullable().optional(),
  explainBy: localSchema.optional(),
  reasons: z.record(z.string(), z.string()).optional(),
  numbers: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  identifier: z.enum(['accepted', 'accepted with a warning', 'refused']).optional(),
})

/**
 * One situation: what is given, what follows and under which article, and a near miss that changes one thing and falls out otherwise.
 * `tests` names the legal values, methods or identifier schemes it rests on; `article` is the law as cited there, or
 * `assumed: observed-practice` and the like where the law could not be read.
 */
export const situationSchema = z.strictObject({
  situation: z.string(),
  tests: z.array(z.string()).min(1),
  article: z.string(),
  given: givenSchema,
  expect: expectSchema,
  consequence: z.string(),
  nearMiss: z.strictObject({ but: givenSchema.partial(), expect: expectSchema, because: z.string() }),
})
export type Situation = z.infer<typeof situationSchema>
export type Given = z.infer<typeof givenSchema>
export type Expected = z.infer<typeof expectSchema>

const need = <T>(value: T | undefined, name: string): T => {
  if (value === undefined) throw new RangeError(`the situation does not say ${name}`)
  return value
}

function smallest(sum: string | number, pack: Pack): string {
  const [whole = '0', cents = ''] = sum.toString().replaceAll(' ', '').split('.')
  return BigInt(whole + cents.padEnd(pack.minorUnits, '0')).toString()
}

const toInstant = (local: string, pack: Pack): Instant => instantAt(local.slice(0, 10), local.slice(11), pack.zone)
const toLocal = (instant: Instant, pack: Pack): string =>
  Temporal.Instant.from(instant)
    .toZonedDateTimeISO(pack.zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ')

const modeOf = (given: Given): Mode => given.mode ?? 'sandbox'

/** The day whose law applies: said outright, or that of the notice. */
const lawDay = (given: Given): string => need(given.day ?? given.published?.slice(0, 10), 'a day')

function purchaseOf(given: Given, pack: Pack): Purchase {
  return {
    category: need(given.category, 'what is bought'),
    estimatedValue: { amount: smallest(need(given.value, 'the value'), pack), currency: pack.currency },
    renotice: given.renotice ?? false,
  }
}

export function getMethod(pack: Pack, id: string): Method {
  const method = pack.methods.find((each) => each.id === id)
  if (!method) throw new RangeError(`${pack.country} has no method ${id}`)
  return method
}

function termsOf(given: Given, pack: Pack): Terms {
  const method = getMethod(pack, need(given.method, 'the method'))
  return resolveTerms(pack, method, purchaseOf(given, pack), lawDay(given), modeOf(given))
}

function ranking(given: Given, pack: Pack) {
  const terms = termsOf(given, pack)
  const value = smallest(need(given.value, 'the value'), pack)
  return rank(terms.award.rule, {
    bids: need(given.bids, 'the bids').map((bid, index) => ({
      bid: bid.bidder,
      index,
      price: smallest(bid.price, pack),
      ...(bid.quality !== undefined && { quality: bid.quality }),
      ...(bid.reviewed !== undefined && { reviewed: bid.reviewed }),
    })),
    parameters: demand(terms.award.parameters),
    category: terms.category,
    ...(given.kind !== undefined && { kind: given.kind }),
    ...(given.costsOutsideCompetition !== undefined && { aValue: smallest(given.costsOutsideCompetition, pack) }),
    ...(given.baseAmount !== undefined && { baseAmount: smallest(given.baseAmount, pack) }),
    ...(given.netCost !== undefined && { netCost: smallest(given.netCost, pack) }),
    estimatedValue: value,
    budget: value,
    reservePrice: given.reservePrice === undefined ? null : smallest(given.reservePrice, pack),
    lot: (tied) => tied,
  })
}

function verdict(given: Given, pack: Pack): Expected['identifier'] {
  const { scheme, number } = need(given.identifier, 'an identifier')
  const rule = pack.identifiers.find((each) => each.scheme === scheme)
  if (!rule) throw new RangeError(`${pack.country} knows no ${scheme}`)
  if (!rule.pattern.test(number)) return 'refused'
  if (!rule.check || rule.check.holds(number)) return 'accepted'
  return rule.check.otherwise === 'warn' ? 'accepted with a warning' : 'refused'
}

/** One answer per question a situation may ask; times are written as an officer reads them. */
const answers: {
  readonly [Question in keyof Expected]-?: (given: Given, pack: Pack, expected: Expected) => Expected[Question]
} = {
  lawful: (given, pack) =>
    lawfulMethods(pack, need(given.regime, 'the regime'), purchaseOf(given, pack), lawDay(given), modeOf(given))
      .filter((each) => each.lawful)
      .map((each) => each.method.id),
  notLawful: (given, pack) =>
    Object.fromEntries(
      lawfulMethods(pack, need(given.regime, 'the regime'), purchaseOf(given, pack), lawDay(given), modeOf(given))
        .filter((each) => !each.lawful)
        .map((each) => [each.method.id, each.because]),
    ),
  earliestDeadline: (given, pack) => {
    const terms = termsOf(given, pack)
    const minimum = given.renotice ? terms.afterRenotice : terms.bidPeriod
    return toLocal(
      earliestAfter(toInstant(need(given.published, 'when it was published'), pack), demand(minimum), terms.calendar),
      pack,
    )
  },
  deadlineAfterChange: (given, pack) => {
    const terms = termsOf(given, pack)
    const deadline = toInstant(need(given.deadline, 'the deadline'), pack)
    const period = demand(terms.afterAmendment)
    if (terms.amendmentAdds) return toLocal(laterBy(deadline, period, terms.calendar), pack)
    const least = earliestAfter(toInstant(need(given.changed, 'when it was changed'), pack), period, terms.calendar)
    return toLocal(least > deadline ? least : deadline, pack)
  },
  lastQuestion: (given, pack) => {
    const terms = termsOf(given, pack)
    const period = demand(need(terms.questionsEnd ?? undefined, 'a method with questions'))
    return toLocal(latestBefore(toInstant(need(given.deadline, 'the deadline'), pack), period, terms.calendar), pack)
  },
  baseAmountBy: (given, pack) => {
    const terms = termsOf(given, pack)
    const period = demand(need(terms.baseAmount ?? undefined, 'a method with a base amount'))
    return toLocal(latestBefore(toInstant(need(given.deadline, 'the deadline'), pack), period, terms.calendar), pack)
  },
  documentsBy: (given, pack) => {
    const terms = termsOf(given, pack)
    const period = demand(need(terms.review ?? undefined, 'a method with a review'))
    return toLocal(endOfPeriod(toInstant(need(given.decided, 'when it was asked'), pack), period, terms.calendar), pack)
  },
  contractFrom: (given, pack) => {
    const terms = termsOf(given, pack)
    const decided = toInstant(need(given.decided, 'when the award was decided'), pack)
    if (!terms.standstill) return toLocal(decided, pack)
    return toLocal(addMilliseconds(endOfPeriod(decided, demand(terms.standstill), terms.calendar), 1), pack)
  },
  contractBy: (given, pack) => {
    const terms = termsOf(given, pack)
    const decided = toInstant(need(given.decided, 'when the award was decided'), pack)
    const from = terms.standstill ? endOfPeriod(decided, demand(terms.standstill), terms.calendar) : decided
    return toLocal(
      endOfPeriod(from, demand(need(terms.contractWithin ?? undefined, 'a time for the contract')), terms.calendar),
      pack,
    )
  },
  openDay: (given, pack) => isWorkingDay(lawDay(given), pack.calendarOn(lawDay(given))),
  values: (given, pack, expected) =>
    Object.fromEntries(
      Object.keys(expected.values ?? {}).map((key) => {
        const value = need(
          pack.values.find((each) => each.key === key),
          `a value called ${key}`,
        )
        return [key, resolve(value, lawDay(given), modeOf(given)).value]
      }),
    ),
  unconfirmed: (given, pack) => unconfirmedValues(termsOf(given, pack)).map((each) => each.key),
  withdrawal: (given, pack) => demand(termsOf(given, pack).withdrawal),
  ifNotSigned: (given, pack) => demand(need(termsOf(given, pack).ifNotSigned, 'a rule on a winner who does not sign')),
  steps: (given, pack) => termsOf(given, pack).steps.map((each) => each.step),
  next: (given, pack) =>
    getMethod(pack, need(given.method, 'the method'))
      .ifItFails.filter((each) => each.when === 'any' || each.when === given.failed)
      .map((each) => each.then),
  winner: (given, pack) => ranking(given, pack).winner,
  reviewOf: (given, pack) => ranking(given, pack).next,
  mustExplain: (given, pack) => {
    const { limits } = need(termsOf(given, pack).abnormallyLow, 'a method that asks for explanations')
    const ranked = ranking(given, pack)
    return abnormallyLow(ranked, demand(limits)) ? ranked.winner : null
  },
  explainBy: (given, pack) => {
    const { abnormallyLow: low, calendar } = termsOf(given, pack)
    const { within } = need(low, 'a method that asks for explanations')
    return toLocal(
      endOfPeriod(toInstant(need(given.decided, 'when it was asked'), pack), demand(within), calendar),
      pack,
    )
  },
  reasons: (given, pack) => Object.fromEntries(ranking(given, pack).lines.map((line) => [line.bid, line.reason])),
  numbers: (given, pack, expected) => {
    const lines = ranking(given, pack).lines
    return Object.fromEntries(
      Object.entries(expected.numbers ?? {}).map(([bidder, asked]) => {
        const found = lines.find((line) => line.bid === bidder)?.numbers ?? {}
        return [bidder, Object.fromEntries(Object.keys(asked).map((name) => [name, found[name] ?? 'missing']))]
      }),
    )
  },
  identifier: verdict,
}

/** What the country's law answers to every question that `expected` asks. Throws a RangeError when the situation leaves out what a question needs. */
export function answer(pack: Pack, given: Given, expected: Expected): Expected {
  const questions = Object.keys(expected) as (keyof Expected)[]
  return Object.fromEntries(questions.map((question) => [question, answers[question](given, pack, expected)]))
}

/** The given of the near miss: the same but for what it changes. */
export const nearMissOf = ({ given, nearMiss }: Situation): Given => ({ ...given, ...nearMiss.but })

/** A basis as a situation cites it: the article, or `assumed:` and from where. */
export const citation = (basis: Basis): string => ('law' in basis ? basis.law : `assumed: ${basis.from}`)

/** Every citation that the values, methods and schemes a situation tests rest on, on its day. */
export function citationsOf(situation: Situation, pack: Pack, mode: Mode = 'sandbox'): readonly string[] {
  const day = situation.given.day ?? situation.given.published?.slice(0, 10) ?? '2026-11-23'
  return situation.tests.flatMap((name) => {
    const value = pack.values.find((each) => each.key === name)
    if (value) return entryOn(value, day) ? [citation(resolve(value, day, mode).basis)] : []
    const method = pack.methods.find((each) => each.id === name)
    if (method)
      return [
        method.article,
        ...method.steps.map((each) => each.basis),
        ...method.ifItFails.map((each) => each.basis),
      ].map(citation)
    const scheme = pack.identifiers.find((each) => each.scheme === name)
    if (scheme) return [scheme.check?.source ?? 'form only']
    if (name === 'calendar') return [pack.calendarOn(day).version]
    throw new RangeError(`${pack.country} has nothing called ${name} to test`)
  })
}
