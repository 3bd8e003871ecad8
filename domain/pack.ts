// All that a country supplies: dated law, methods, calendar, identifiers, classifier, formats and words.
import { z } from 'zod'
import type { Basis } from './refusal.ts'
import type { Calendar, Day } from './time.ts'
import type { Method } from './method.ts'
import type { OutageRule } from './outage.ts'

/** Which day fixes a value for a case: the notice unless the law says otherwise (house.md, "A method is one file"). */
export type FixedBy = 'notice' | 'bid' | 'award' | 'contract' | 'act'

/** A value read from the law, with its article. */
export interface LawEntry<T> {
  readonly from: Day
  readonly value: T
  readonly law: string
}

/**
 * A value that could not be read from the law in force: live mode has none and is blocked; the sandbox takes the first candidate
 * in the order observed practice, repealed law, international default, and says so. `why` tells what is missing.
 */
export interface UnconfirmedEntry<T> {
  readonly from: Day
  readonly why: string
  readonly candidates: readonly [Candidate<T>, ...Candidate<T>[]]
}
export interface Candidate<T> {
  readonly value: T
  readonly from: 'observed-practice' | 'repealed-law' | 'international-default' | 'design'
  readonly source: string
}

/** A legal value over time: entries in ascending order of `from`, appended to and never edited. `key` names it in RULES.md. */
export interface Dated<T> {
  readonly key: string
  readonly fixedBy: FixedBy
  readonly entries: readonly (LawEntry<T> | UnconfirmedEntry<T>)[]
}

export const dated = <T>(key: string, fixedBy: FixedBy, entries: Dated<T>['entries']): Dated<T> => ({
  key,
  fixedBy,
  entries,
})

/** A legal value as a case carries it. In live mode an unconfirmed value is null. */
export interface Resolved<T> {
  readonly key: string
  readonly value: T | null
  readonly since: Day
  readonly basis: Basis
}

const candidateOrder = ['observed-practice', 'repealed-law', 'international-default', 'design'] as const

/** The entry of a day, or undefined when the law begins later. */
export const entryOn = <T>(value: Dated<T>, day: Day): LawEntry<T> | UnconfirmedEntry<T> | undefined =>
  value.entries.findLast((entry) => entry.from <= day)

/** Resolves a dated value for a day and a mode. Throws a RangeError when the value does not exist yet on that day. */
export function resolve<T>(value: Dated<T>, day: Day, mode: Mode): Resolved<T> {
  const entry = entryOn(value, day)
  if (!entry) throw new RangeError(`${value.key} has no value on ${day}`)
  if ('law' in entry) return { key: value.key, value: entry.value, since: entry.from, basis: { law: entry.law } }
  const first = candidateOrder
    .map((from) => entry.candidates.find((each) => each.from === from))
    .find((each) => each !== undefined)
  if (!first) throw new RangeError(`${value.key} names no candidate`)
  const basis: Basis = { assumed: `${entry.why} ${first.source}`, from: first.from }
  return { key: value.key, value: mode === 'live' ? null : first.value, since: entry.from, basis }
}

/** One build, two modes; fixed when a database is first filled. */
export type Mode = 'sandbox' | 'live'
export const modeSchema = z.enum(['sandbox', 'live'])

/** What is bought (OCDS procurementCategory). */
export const categories = ['goods', 'works', 'services'] as const
export type Category = (typeof categories)[number]
export const categorySchema = z.enum(categories)

/** An identifier of organisations or persons: the form, an example, and whether a wrong check digit refuses or only warns. */
export interface IdentifierScheme {
  readonly scheme: string
  readonly pattern: RegExp
  readonly of: 'organisation' | 'sole-trader'
  readonly example: string
  readonly check?: {
    readonly holds: (id: string) => boolean
    readonly otherwise: 'warn' | 'refuse'
    readonly source: string
  }
}

/** A code of the country's classifier with its names; look-up only, check digits are never computed (countries.md finding 4). */
export interface ClassCode {
  readonly code: string
  readonly names: Readonly<Record<string, string>>
}

/** How dates and sums are written in a country. */
export interface Formats {
  readonly date: 'dd.MM.yyyy' | 'yyyy-MM-dd' | 'yyyy.MM.dd'
  readonly group: string
  readonly decimal: string
}

/** A unit of measure: its name by language, and by language and CLDR plural category the form that stands after a number. */
export interface Unit {
  readonly code: string
  readonly names: Readonly<Record<string, string>>
  readonly afterNumber: Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>
}

/** One country: a value that lists all its parts. Functions stand only at named open points. */
export interface Pack {
  readonly country: string
  readonly regimes: readonly { readonly id: string; readonly law: string }[]
  readonly languages: readonly string[]
  readonly defaultLanguage: string
  readonly currency: string
  readonly minorUnits: 0 | 2
  readonly zone: string
  readonly ocidPrefix: string
  /** What a bid may be signed with. A live deployment refuses the sandbox's session whatever stands here. */
  readonly bidSignatures: readonly ('cades' | 'sandbox-session')[]
  readonly formats: Formats
  readonly calendarOn: (day: Day) => Calendar
  /** Where a deadline goes when the submission path was down (AVA-02). */
  readonly outage: Dated<OutageRule>
  readonly methods: readonly Method[]
  /** Legal values that no step of a method reads: securities, complaint periods, preference. Dated, listed and tested like the others. */
  readonly besides: readonly Dated<unknown>[]
  /** All dated values: those of the methods and those besides. */
  readonly values: readonly Dated<unknown>[]
  readonly identifiers: readonly IdentifierScheme[]
  readonly classifier: { readonly scheme: string; readonly codes: readonly ClassCode[] }
  readonly units: readonly Unit[]
  readonly tenderNumber: (day: Day, serial: number, stage: 'plan' | 'notice' | 'contract') => string
}
