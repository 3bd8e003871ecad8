// What a device believes of a log: the first list it saw, until a person accepts another.
import type { TrustList } from '@naru/sealing/signatures/trust-list.ts'
import { expect, test } from 'vitest'
import { type Memory, pinnedTrust, readPinned, unpin } from './pin.ts'

const log = 'naru.invalid/log'
const key = (n: number): string => Buffer.alloc(32, n).toString('base64')
const list = (more: Partial<TrustList> = {}): TrustList => ({
  v: 1,
  version: 1,
  roots: [],
  promiseKeys: [{ key: key(1), from: 0 }],
  policy: 'log a+b+c\nquorum none\n',
  timestampAuthorities: [],
  clientReleases: [],
  ...more,
})

function memory(): Memory {
  const kept = new Map<string, string>()
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  }
}

test('a later list takes the place of the pinned one where it names the same witnesses and keeps every promise key', () => {
  const kept = memory()
  expect(pinnedTrust(log, list(), kept)).toEqual({ list: list(), changed: false })
  const more = list({ version: 2, promiseKeys: [...list().promiseKeys, { key: key(2), from: 5 }] })
  expect(pinnedTrust(log, more, kept)).toEqual({ list: more, changed: false })
  // An older list of the operator does not bring back what was.
  expect(pinnedTrust(log, list({ version: 1, promiseKeys: more.promiseKeys }), kept).list.version).toBe(2)
})

test('other witnesses, or a promise key that is gone, change nothing before a person accepts them', () => {
  for (const other of [
    list({ version: 2, policy: 'log a+b+d\nquorum none\n' }),
    list({ version: 2, promiseKeys: [] }),
  ]) {
    const kept = memory()
    pinnedTrust(log, list(), kept)
    expect(pinnedTrust(log, other, kept)).toEqual({ list: list(), changed: true })
    expect(readPinned(log, kept)?.version).toBe(1)
    unpin(log, kept)
    expect(pinnedTrust(log, other, kept)).toEqual({ list: other, changed: false })
  }
})

test('what is kept for one log says nothing of another, and broken memory is none', () => {
  const kept = memory()
  pinnedTrust(log, list(), kept)
  expect(readPinned('other.invalid/log', kept)).toBeNull()
  kept.setItem(`naru.trust.${log}`, '{"v":1}')
  expect(readPinned(log, kept)).toBeNull()
})
