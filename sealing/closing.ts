// Closing a round: the status of every sealed entry by rule, the list's root, and the close object that commits to it.
import { type Base64, concat, fromBase64, toBase64 } from './bytes.ts'
import { sealedCommitment } from './commitment.ts'
import { HO, sha256 } from './hash.ts'
import { canonical } from './jcs.ts'
import { Malformed } from './malformed.ts'
import { type Manifest, manifestHash } from './manifest.ts'
import { asBytes, asInteger, asObject, asOneOf, asText } from './shape.ts'

/** The one live bid of a bidder; an earlier one; one of a withdrawn chain; too late; a second of its seq; without its predecessor. */
export const itemStatuses = ['live', 'superseded', 'withdrawn', 'late', 'duplicate', 'orphaned', 'cancelled'] as const
export type ItemStatus = (typeof itemStatuses)[number]

/** A sealed entry of the round: log index, manifest, leafSalt, the promise's time, and the batch's token time (null: no time-stamps yet). */
export type SealedEntry = {
  index: number
  manifest: Manifest
  leafSalt: Base64
  promiseTime: number
  tokenTime: number | null
}

/** An item of the close list. */
export type ListItem = { index: number; m: Base64; leafSalt: Base64; status: ItemStatus }

/** The close object (kind 08). No member is free: all follows from entries already logged, so it cannot be ground. */
export type Close = {
  v: 1
  tender: string
  tkd: Base64
  /** Newest notice or amendment commitment below the close entry. */
  notice: Base64
  /** The deadline, ms since 1970 UTC. */
  T: number
  count: number
  root: Base64
}

/**
 * Statuses of all sealed entries of a round below its close entry. Late: promise after T, or token after T + delta. Then per bidder, among
 * items in time: of one seq the lowest index counts, others are duplicates; from seq 1 each next one must name its predecessor's M; the
 * last of that chain is live, the earlier ones superseded, or all withdrawn if the last one withdraws; what does not join is orphaned.
 * Gives the list in index order. Throws `Malformed` if an index stands twice.
 */
export function closeList(
  entries: readonly SealedEntry[],
  terms: { T: number; delta: number; cancelled: boolean },
): ListItem[] {
  const sorted = entries
    .map((entry) => ({ ...entry, m: toBase64(manifestHash(entry.manifest)) }))
    .sort((a, b) => a.index - b.index)
  const status = new Map<number, ItemStatus>()
  const chains = new Map<string, Map<number, (typeof sorted)[number]>>()
  for (const entry of sorted) {
    if (status.has(entry.index)) throw new Malformed('entries', `index ${entry.index} stands twice`)
    const late = entry.promiseTime > terms.T || (entry.tokenTime !== null && entry.tokenTime > terms.T + terms.delta)
    if (late) {
      status.set(entry.index, 'late')
      continue
    }
    const chain = chains.get(entry.manifest.bidderId) ?? new Map<number, (typeof sorted)[number]>()
    chains.set(entry.manifest.bidderId, chain)
    const first = !chain.has(entry.manifest.seq)
    if (first) chain.set(entry.manifest.seq, entry)
    status.set(entry.index, first ? 'orphaned' : 'duplicate')
  }
  for (const chain of chains.values()) {
    const unbroken: (typeof sorted)[number][] = []
    for (let next = chain.get(1); next !== undefined; next = chain.get(unbroken.length + 1)) {
      if (next.manifest.prev !== (unbroken.at(-1)?.m ?? null)) break
      unbroken.push(next)
    }
    const last = unbroken.at(-1)
    const withdrawn = last?.manifest.action === 'withdraw'
    for (const entry of unbroken)
      status.set(entry.index, withdrawn ? 'withdrawn' : entry === last ? 'live' : 'superseded')
  }
  return sorted.map(({ index, m, leafSalt }) => ({
    index,
    m,
    leafSalt,
    status: terms.cancelled ? 'cancelled' : (status.get(index) ?? 'orphaned'),
  }))
}

function subtree(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves
  if (first === undefined) return sha256(new Uint8Array(0))
  if (leaves.length === 1) return first
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return sha256(concat(Uint8Array.of(1), subtree(leaves.slice(0, split)), subtree(leaves.slice(split))))
}

/** RFC 6962 root over the canonical bytes of the items: anyone can later be shown one item with a path. */
export function listRoot(items: readonly ListItem[]): Uint8Array {
  return subtree(items.map((item) => sha256(concat(Uint8Array.of(0), canonical(item)))))
}

/** The close object for a list in index order. */
export function closeOf(
  terms: { tender: string; tkd: Base64; notice: Base64; T: number },
  items: readonly ListItem[],
): Close {
  return {
    v: 1,
    tender: terms.tender,
    tkd: terms.tkd,
    notice: terms.notice,
    T: terms.T,
    count: items.length,
    root: toBase64(listRoot(items)),
  }
}

/** closeCommitment = HO("close", close): the 32 bytes in the close entry. */
export function closeHash(close: Close): Uint8Array {
  return HO('close', close)
}

/** A close object from parsed JSON. Throws `Malformed`. */
export function parseClose(value: unknown): Close {
  const o = asObject(value, 'close', ['v', 'tender', 'tkd', 'notice', 'T', 'count', 'root'])
  return {
    v: asOneOf(o['v'], 'close.v', [1]),
    tender: asText(o['tender'], 'close.tender'),
    tkd: asBytes(o['tkd'], 'close.tkd', 32),
    notice: asBytes(o['notice'], 'close.notice', 32),
    T: asInteger(o['T'], 'close.T'),
    count: asInteger(o['count'], 'close.count'),
    root: asBytes(o['root'], 'close.root', 32),
  }
}

/** An item of a close list from parsed JSON. Throws `Malformed`. */
export function parseListItem(value: unknown, path = 'item'): ListItem {
  const o = asObject(value, path, ['index', 'm', 'leafSalt', 'status'])
  return {
    index: asInteger(o['index'], `${path}.index`),
    m: asBytes(o['m'], `${path}.m`, 32),
    leafSalt: asBytes(o['leafSalt'], `${path}.leafSalt`, 32),
    status: asOneOf(o['status'], `${path}.status`, itemStatuses),
  }
}

/** The commitment of the log entry that an item stands for. */
export function entryCommitmentOf(item: Pick<ListItem, 'leafSalt' | 'm'>): Uint8Array {
  return sealedCommitment(fromBase64(item.leafSalt), fromBase64(item.m))
}
