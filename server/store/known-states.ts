// States that this program has read before, by the hash of their stream's head: a tender's state is sent and parsed once, not once per bid.
//
// The database says with every act which heads are in force (begin_act), so a state is never used on this program's word that it is the
// newest; and what it is given for a hash cannot change, since the hash covers the whole history of the stream.

/** A row of `current`; `state` is null where the hash was named as known. */
export interface StateRow {
  readonly stream: string
  readonly kind: string
  readonly hash: Uint8Array
  readonly state: string | null
}

export interface KnownStates {
  /** What is known of these streams: it stays at hand for one reading, whatever is learnt or forgotten meanwhile. */
  readonly of: (streams: readonly string[]) => Recalled
}
export interface Recalled {
  /** The heads to name to the database. */
  readonly hashes: readonly Buffer[]
  /** The state of a row, parsed or as it was known. Throws when a row has no text and its head was not named. */
  readonly stateOf: (row: StateRow) => unknown
}

interface Known {
  readonly hash: Buffer
  readonly state: unknown
  readonly size: number
}

/** Keeps states up to so many characters of JSON altogether, the least used go first. Bids are not kept: each is read by its own bidder only. */
export function knownStates(mostCharacters = 32 * 1024 * 1024): KnownStates {
  const known = new Map<string, Known>()
  let characters = 0

  const forget = (stream: string): void => {
    characters -= known.get(stream)?.size ?? 0
    known.delete(stream)
  }
  const keep = (stream: string, each: Known): void => {
    forget(stream)
    known.set(stream, each)
    characters += each.size
    for (const [oldest] of known) {
      if (characters <= mostCharacters) return
      forget(oldest)
    }
  }

  return {
    of: (streams) => {
      const named = streams.flatMap((stream) => known.get(stream) ?? [])
      return {
        hashes: named.map((each) => each.hash),
        stateOf: ({ stream, kind, hash, state }) => {
          const before = named.find((each) => each.hash.equals(hash))
          if (before) {
            keep(stream, before)
            return before.state
          }
          if (state === null) throw new Error(`the state of ${stream} was never known`)
          const parsed: unknown = JSON.parse(state)
          if (kind !== 'bid') keep(stream, { hash: Buffer.from(hash), state: frozen(parsed), size: state.length })
          return parsed
        },
      }
    },
  }
}

/** A state that many acts share must not change under them: whoever tries gets an error, not a wrong record. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) frozen(inner)
  }
  return value
}
