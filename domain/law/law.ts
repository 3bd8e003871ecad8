// The law of a deployment as it stands: its legal officers, the values they confirmed, and the pack that follows from both.
import { type Dated, type Pack, type UnconfirmedEntry } from '../pack.ts'
import type { Id } from '../id.ts'
import type { Method } from '../method.ts'
import type { Instant } from '../time.ts'
import type { ConfirmedValue, LawFact } from './facts.ts'

/** The one case of a deployment's law. */
export const lawCase: Id = '00000000-0000-4000-8000-000000000002'

export interface LawState {
  readonly officers: readonly { readonly person: Id; readonly organisation: Id }[]
  /** The newest confirmation of each entry, in the order in which the entries were first confirmed. */
  readonly confirmed: readonly (ConfirmedValue & { readonly at: Instant })[]
}

const begun: LawState = { officers: [], confirmed: [] }
const sameOfficer = (one: LawState['officers'][number], other: LawState['officers'][number]): boolean =>
  one.person === other.person && one.organisation === other.organisation

/** Applies one fact; the law begins with whatever happens first. */
export function evolveLaw(state: LawState | null, fact: LawFact): LawState {
  const before = state ?? begun
  switch (fact.type) {
    case 'LegalOfficerNamed':
      return { ...before, officers: [...before.officers, fact.body] }
    case 'LegalOfficerReleased':
      return { ...before, officers: before.officers.filter((each) => !sameOfficer(each, fact.body)) }
    case 'ValueConfirmed': {
      const next = { ...fact.body, at: fact.at }
      const same = (each: ConfirmedValue) => each.key === next.key && each.from === next.from
      const known = before.confirmed.some(same)
      return {
        ...before,
        confirmed: known ? before.confirmed.map((each) => (same(each) ? next : each)) : [...before.confirmed, next],
      }
    }
  }
}

/** The entry of a value that could not be read, by its day; null where there is none or its article was read. */
export function unreadEntry(pack: Pack, key: string, from: string): UnconfirmedEntry<unknown> | null {
  const entry = pack.values.find((each) => each.key === key)?.entries.find((each) => each.from === from)
  return entry && !('law' in entry) ? entry : null
}

const isDated = (value: unknown): value is Dated<unknown> =>
  typeof value === 'object' && value !== null && 'key' in value && 'entries' in value && 'fixedBy' in value

/**
 * A pack in which each confirmed entry is law from its day. Everything else is the pack's own; a confirmation whose entry the pack no longer
 * has, or has read itself since, changes nothing. Published cases carry their terms and see nothing of this.
 */
export function withConfirmed(pack: Pack, confirmed: LawState['confirmed']): Pack {
  const counting = confirmed.filter((each) => unreadEntry(pack, each.key, each.from))
  if (counting.length === 0) return pack
  const made = new Map<Dated<unknown>, Dated<unknown>>()
  const confirm = (value: Dated<unknown>): Dated<unknown> => {
    const known = made.get(value)
    if (known) return known
    const entries = value.entries.map((entry) => {
      const found = counting.find((each) => each.key === value.key && each.from === entry.from)
      return found && !('law' in entry) ? { from: entry.from, value: found.value, law: found.law } : entry
    })
    const next = { ...value, entries }
    made.set(value, next)
    return next
  }
  const through = (part: unknown): unknown => {
    if (isDated(part)) return confirm(part)
    if (Array.isArray(part)) return part.map(through)
    if (typeof part === 'object' && part !== null)
      return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, through(each)]))
    return part
  }
  return {
    ...pack,
    methods: pack.methods.map((each) => through(each) as Method),
    besides: pack.besides.map(confirm),
    values: pack.values.map(confirm),
  }
}
