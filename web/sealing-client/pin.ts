// Whom this device believes about a log: the witnesses, time-stamp authorities and promise keys that it saw first, until a person accepts others.
import { type TrustList, parseTrustList } from '@naru/sealing/signatures/trust-list.ts'

/** Where the list is kept. A browser gives its localStorage. */
export type Memory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const placeOf = (log: string): string => `naru.trust.${log}`

const witnessesOf = (list: TrustList): string =>
  JSON.stringify([list.policy, list.roots.filter((each) => each.use.includes('tsa')), list.timestampAuthorities])

/**
 * The list to check with. The first that a device sees of a log is pinned. A later one that names the same witnesses and authorities and drops
 * no promise key takes its place; any other is `changed`, and nothing is proven by it before a person accepts it.
 */
export function pinnedTrust(
  log: string,
  offered: TrustList,
  memory: Memory,
): { readonly list: TrustList; readonly changed: boolean } {
  const before = readPinned(log, memory)
  if (!before) {
    memory.setItem(placeOf(log), JSON.stringify(offered))
    return { list: offered, changed: false }
  }
  const kept = before.promiseKeys.every(({ key, from }) =>
    offered.promiseKeys.some((each) => each.key === key && each.from === from),
  )
  if (!kept || witnessesOf(before) !== witnessesOf(offered)) return { list: before, changed: true }
  if (offered.version > before.version) memory.setItem(placeOf(log), JSON.stringify(offered))
  return { list: offered.version > before.version ? offered : before, changed: false }
}

/** The list that this device has pinned for a log, or null where it has seen none. */
export function readPinned(log: string, memory: Memory): TrustList | null {
  try {
    const kept = memory.getItem(placeOf(log))
    return kept === null ? null : parseTrustList(JSON.parse(kept))
  } catch {
    return null
  }
}

/** Forgets what was pinned: a person has compared the new names. */
export const unpin = (log: string, memory: Memory): void => memory.removeItem(placeOf(log))
