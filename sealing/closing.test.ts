// The close list against the rule written as sentences about one item at a time, and the examples a person would give.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBase64 } from './bytes.ts'
import {
  closeHash,
  closeList,
  closeOf,
  type ItemStatus,
  listRoot,
  parseClose,
  parseListItem,
  type SealedEntry,
} from './closing.ts'
import { HO } from './hash.ts'
import { Malformed } from './malformed.ts'
import { type Manifest, manifestHash } from './manifest.ts'
import { rehearsedBytes } from './rehearsal.ts'

const T = 1000
const delta = 60
const terms = { T, delta, cancelled: false }
const zeros = toBase64(new Uint8Array(32))

function manifestOf(
  bidderId: string,
  seq: number,
  prev: string | null,
  action: 'submit' | 'withdraw',
  variant: number,
): Manifest {
  return {
    v: 1,
    tender: 't',
    round: 1,
    tkd: zeros,
    bidderId,
    bidderSalt: toBase64(rehearsedBytes(bidderId, variant)),
    seq,
    prev,
    action,
    envelopes: [],
  }
}

function entryOf(index: number, manifest: Manifest, promiseTime = 500, tokenTime: number | null = null): SealedEntry {
  return { index, manifest, leafSalt: zeros, promiseTime, tokenTime }
}

const hashText = (manifest: Manifest): string => toBase64(manifestHash(manifest))

/** The rule of protocol 4a, said of one item: deliberately slow and without any shared state. */
function statusBySentence(entries: readonly SealedEntry[], one: SealedEntry): ItemStatus {
  const isLate = (entry: SealedEntry) => entry.promiseTime > T || (entry.tokenTime ?? 0) > T + delta
  if (isLate(one)) return 'late'
  const rivals = entries.filter((entry) => !isLate(entry) && entry.manifest.bidderId === one.manifest.bidderId)
  const counts = (entry: SealedEntry) =>
    rivals.every((rival) => rival.manifest.seq !== entry.manifest.seq || rival.index >= entry.index)
  if (!counts(one)) return 'duplicate'
  const joins = (entry: SealedEntry): boolean =>
    counts(entry) &&
    (entry.manifest.seq === 1
      ? entry.manifest.prev === null
      : rivals.some(
          (before) =>
            before.manifest.seq === entry.manifest.seq - 1 &&
            hashText(before.manifest) === entry.manifest.prev &&
            joins(before),
        ))
  if (!joins(one)) return 'orphaned'
  const chain = rivals.filter(joins)
  const last = chain.reduce((a, b) => (b.manifest.seq > a.manifest.seq ? b : a))
  if (last.manifest.action === 'withdraw') return 'withdrawn'
  return last === one ? 'live' : 'superseded'
}

const statuses = (entries: readonly SealedEntry[], change = {}) =>
  closeList(entries, { ...terms, ...change }).map((item) => item.status)

describe('closeList', () => {
  const first = manifestOf('a', 1, null, 'submit', 0)
  const second = manifestOf('a', 2, hashText(first), 'submit', 0)
  const gone = manifestOf('a', 2, hashText(first), 'withdraw', 0)
  const third = manifestOf('a', 3, hashText(gone), 'submit', 0)

  it('SUB-04: knows the cases by name', () => {
    expect(statuses([entryOf(5, first)])).toEqual(['live'])
    expect(statuses([entryOf(5, first), entryOf(6, second)])).toEqual(['superseded', 'live'])
    expect(statuses([entryOf(5, first), entryOf(6, gone)])).toEqual(['withdrawn', 'withdrawn'])
    expect(statuses([entryOf(5, first), entryOf(6, gone), entryOf(7, third)])).toEqual([
      'superseded',
      'superseded',
      'live',
    ])
    expect(statuses([entryOf(5, first), entryOf(6, second), entryOf(7, gone)])).toEqual([
      'superseded',
      'live',
      'duplicate',
    ])
    expect(statuses([entryOf(6, second)])).toEqual(['orphaned'])
    expect(statuses([entryOf(5, first), entryOf(7, third)])).toEqual(['live', 'orphaned'])
    // The one logged first counts even if its successor names the other; the successor is then without predecessor.
    expect(
      statuses([entryOf(4, manifestOf('a', 1, null, 'submit', 9)), entryOf(5, first), entryOf(6, second)]),
    ).toEqual(['live', 'duplicate', 'orphaned'])
  })

  it('SUB-03: is late by one millisecond, by promise or by token', () => {
    expect(statuses([entryOf(1, first, T)])).toEqual(['live'])
    expect(statuses([entryOf(1, first, T + 1)])).toEqual(['late'])
    expect(statuses([entryOf(1, first, T, T + delta)])).toEqual(['live'])
    expect(statuses([entryOf(1, first, T, T + delta + 1)])).toEqual(['late'])
    // A late withdrawal does not undo a bid in time, and a late replacement does not supersede it.
    expect(statuses([entryOf(1, first), entryOf(2, gone, T + 1)])).toEqual(['live', 'late'])
    expect(statuses([entryOf(1, first), entryOf(2, second, T + 1)])).toEqual(['live', 'late'])
  })

  it('cancels every item of a cancelled round', () => {
    expect(statuses([entryOf(1, first), entryOf(2, second, T + 1)], { cancelled: true })).toEqual([
      'cancelled',
      'cancelled',
    ])
  })

  it('refuses an index that stands twice and sorts by index', () => {
    expect(() => closeList([entryOf(1, first), entryOf(1, second)], terms)).toThrow(Malformed)
    expect(closeList([entryOf(9, second), entryOf(2, first)], terms).map((item) => item.index)).toEqual([2, 9])
  })

  it('agrees with the rule said item by item', () => {
    const step = fc.record({
      bidder: fc.constantFrom('a', 'b'),
      seq: fc.integer({ min: 1, max: 4 }),
      // Which earlier manifest of the pool is named as predecessor.
      prev: fc.nat(),
      withdraw: fc.boolean(),
      promiseTime: fc.constantFrom(1, T, T + 1),
      tokenTime: fc.constantFrom(null, null, T + delta, T + delta + 1),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
        const entries: SealedEntry[] = []
        for (const [n, { bidder, seq, prev, withdraw, promiseTime, tokenTime }] of steps.entries()) {
          const before = entries.filter((entry) => entry.manifest.seq === seq - 1 && entry.manifest.bidderId === bidder)
          const named = before[prev % Math.max(1, before.length)]
          const predecessor = seq === 1 ? null : named === undefined ? zeros : hashText(named.manifest)
          entries.push(
            entryOf(
              n * 3,
              manifestOf(bidder, seq, predecessor, withdraw ? 'withdraw' : 'submit', n),
              promiseTime,
              tokenTime,
            ),
          )
        }
        expect(statuses(entries)).toEqual(entries.map((entry) => statusBySentence(entries, entry)))
        // At most one live bid per bidder.
        const live = closeList(entries, terms).filter((item) => item.status === 'live')
        expect(live.length).toBeLessThanOrEqual(2)
      }),
      { numRuns: 500 },
    )
  })
})

describe('close', () => {
  const items = closeList(
    [entryOf(1, manifestOf('a', 1, null, 'submit', 0)), entryOf(4, manifestOf('b', 1, null, 'submit', 1))],
    terms,
  )
  const head = { tender: 't', tkd: zeros, notice: zeros, T }
  const close = closeOf(head, items)

  it('commits to every member of the list', () => {
    expect(close).toMatchObject({ v: 1, count: 2, root: toBase64(listRoot(items)) })
    expect(closeHash(close)).toEqual(HO('close', close))
    const changed = items.map((item, n) => (n === 1 ? { ...item, status: 'late' as const } : item))
    expect(closeOf(head, changed).root).not.toBe(close.root)
    expect(closeOf(head, items.toReversed()).root).not.toBe(close.root)
    expect(closeOf(head, []).count).toBe(0)
  })

  it('is read strictly', () => {
    expect(parseClose(JSON.parse(JSON.stringify(close)))).toEqual(close)
    expect(items.map((item) => parseListItem(JSON.parse(JSON.stringify(item))))).toEqual(items)
    for (const change of [{ at: 1 }, { count: '2' }, { root: 'AA==' }, { v: 0 }]) {
      expect(() => parseClose({ ...close, ...change })).toThrow(Malformed)
    }
    expect(() => parseListItem({ ...items[0], status: 'valid' })).toThrow(Malformed)
  })
})
