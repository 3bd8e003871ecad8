// Entries: one form, and kinds that never change their byte.
import { describe, expect, it } from 'vitest'
import { BadForm } from './encoding.ts'
import { type EntryKind, entryKinds, makeEntry, parseEntry } from './entry.ts'

const commitment = Uint8Array.from({ length: 32 }, (_, n) => n)

describe('entry', () => {
  it('is version, kind, commitment, and reads back', () => {
    expect([...makeEntry('close', commitment)]).toEqual([1, 8, ...commitment])
    for (const kind of Object.keys(entryKinds) as EntryKind[]) {
      expect(parseEntry(makeEntry(kind, commitment))).toEqual({ kind, commitment })
    }
  })

  it('has the kind bytes of the protocol', () => {
    expect(Object.values(entryKinds)).toEqual(Array.from({ length: 0x13 }, (_, n) => n + 1))
    expect(entryKinds).toMatchObject({
      sealed: 1,
      tkd: 3,
      salt: 7,
      close: 8,
      batch: 9,
      opening: 10,
      draw: 11,
      act: 14,
      trust: 16,
      evaluation: 17,
      eligibility: 18,
      token: 19,
    })
  })

  it('is refused in any other form', () => {
    const entry = makeEntry('sealed', commitment)
    const changed = (at: number, byte: number) => entry.map((old, n) => (n === at ? byte : old))
    for (const bad of [entry.slice(1), new Uint8Array(35), changed(0, 2), changed(1, 0), changed(1, 0x14)]) {
      expect(() => parseEntry(bad)).toThrow(BadForm)
    }
    expect(() => makeEntry('sealed', new Uint8Array(31))).toThrow(BadForm)
  })
})
