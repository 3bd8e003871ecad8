// The record: what a fact is, which fact types exist, who may read them, and how a history folds into a state.
import type { z } from 'zod'
import type { ActedBy } from './actor.ts'
import type { Id, StreamKind } from './id.ts'

/** Kinds of log entry (protocol §3.2), by name; `act` is every official act that has no kind of its own. */
export type EntryKind =
  | 'sealed'
  | 'keyrec'
  | 'tkd'
  | 'notice'
  | 'amendment'
  | 'qa'
  | 'salt'
  | 'close'
  | 'batch'
  | 'opening'
  | 'draw'
  | 'award'
  | 'contract'
  | 'act'
  | 'explain'
  | 'trust'
  | 'evaluation'
  | 'eligibility'
  | 'token'

/** One thing that happened. `seq` counts from 1 in its stream; `at` is ISO 8601 UTC with milliseconds, so text order is time order. */
export interface Fact<Body = unknown> {
  readonly stream: string
  readonly seq: number
  readonly caseId: Id
  readonly type: string
  readonly at: string
  readonly by: ActedBy
  readonly body: Body
}

/** A fact as an act proposes it; stream position, time and author are added by the path of the change. */
export interface NewFact {
  readonly kind: StreamKind
  readonly id: Id
  readonly type: string
  readonly body: unknown
}

/** What is known of a type of fact. `show` gives the body that anyone may read, or null while nobody may. */
export interface FactType<Body> {
  readonly body: z.ZodType<Body>
  readonly show: ((body: Body) => unknown) | null
  readonly entry: EntryKind
}

/** Declares a type of fact that anyone may read whole, in part (`show`), or not at all (`show: null`). */
export function factType<Body>(
  body: z.ZodType<Body>,
  options: { show?: ((body: Body) => unknown) | null; entry?: EntryKind } = {},
): FactType<Body> {
  return { body, show: options.show === undefined ? (whole) => whole : options.show, entry: options.entry ?? 'act' }
}

/** The facts of one noun: name → type. */
// biome-ignore lint/suspicious/noExplicitAny: a table of types with different bodies
export type FactTypes = Readonly<Record<string, FactType<any>>>

export type BodyOf<T> = T extends FactType<infer Body> ? Body : never

/** A union of the facts of one noun, discriminated by `type`. */
export type FactOf<Types extends FactTypes> = {
  [Name in keyof Types & string]: Omit<Fact<BodyOf<Types[Name]>>, 'type'> & { readonly type: Name }
}[keyof Types & string]

/** Folds a history into a state. Throws when a history does not begin at its beginning. */
export function replay<State, F>(evolve: (state: State | null, fact: F) => State, facts: Iterable<F>): State | null {
  let state: State | null = null
  for (const fact of facts) state = evolve(state, fact)
  return state
}
