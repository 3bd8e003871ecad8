// Proof files: written, read and verified without a connection, and refused after any change.
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { signCheckpoint, signerWith } from './checkpoint.ts'
import { BadForm } from './encoding.ts'
import { makeEntry } from './entry.ts'
import { inclusionProof, leafHash, readerOf, rootAt } from './merkle.ts'
import { openProof, parseProof, proofText } from './proof.ts'

// A laden machine takes its time; these tests are about bytes, not speed.
vi.setConfig({ testTimeout: 120_000 })

const signer = signerWith('proc.example/log', new Uint8Array(32).fill(7))
const entries = Array.from({ length: 11 }, (_, n) => makeEntry('sealed', new Uint8Array(32).fill(n)))
const read = readerOf(entries.map(leafHash))
const checkpoint = signCheckpoint({ size: 11, root: rootAt(read, 11) }, signer)
const extra = new TextEncoder().encode('{"v":1}')
const textOf = (index: number, more: Uint8Array | null = extra) =>
  proofText({ extra: more, index, path: inclusionProof(read, index, 11), checkpoint })
const entryAt = (index: number) => entries[index] ?? new Uint8Array(0)

describe('a proof', () => {
  it('has the lines of tlog-proof', () => {
    const lines = textOf(10).split('\n')
    expect(lines.slice(0, 3)).toEqual(['c2sp.org/tlog-proof@v1', 'extra eyJ2IjoxfQ==', 'index 10'])
    // 11 leaves: leaf 10 has the siblings of sizes 2 and 8.
    expect(lines.slice(3, 7)).toEqual([
      ...inclusionProof(read, 10, 11).map((hash) => Buffer.from(hash).toString('base64')),
      '',
      'proc.example/log',
    ])
  })

  it('verifies for its own entry and index, with and without extra data', () => {
    for (let index = 0; index < 11; index += 1) {
      expect(openProof(textOf(index), entryAt(index), signer)).toMatchObject({ index, extra, checkpoint: { size: 11 } })
    }
    expect(openProof(textOf(3, null), entryAt(3), signer).extra).toBeNull()
    expect(openProof(textOf(3, new Uint8Array(0)), entryAt(3), signer).extra).toEqual(new Uint8Array(0))
  })

  it('fails for another entry, index, path or log', () => {
    expect(() => openProof(textOf(3), entryAt(4), signer)).toThrow(BadForm)
    expect(() => openProof(textOf(3).replace('index 3', 'index 2'), entryAt(3), signer)).toThrow(BadForm)
    expect(() => openProof(textOf(3).replace('index 3', 'index 11'), entryAt(3), signer)).toThrow(BadForm)
    expect(() => openProof(textOf(3), entryAt(3), signerWith('proc.example/log', new Uint8Array(32)))).toThrow(BadForm)
    const single = signCheckpoint({ size: 1, root: leafHash(entryAt(0)) }, signer)
    expect(
      openProof(proofText({ extra: null, index: 0, path: [], checkpoint: single }), entryAt(0), signer).index,
    ).toBe(0)
  })

  it('fails after any changed character, unless only the extra data (which it does not protect) changed', () => {
    const text = textOf(6)
    fc.assert(
      fc.property(
        fc.nat({ max: text.length - 1 }),
        fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
        (at, character) => {
          const changed = text.slice(0, at) + character + text.slice(at + 1)
          if (changed === text || text.slice(0, at).split('\n').length === 2) return
          expect(() => openProof(changed, entryAt(6), signer)).toThrow(BadForm)
        },
      ),
      { numRuns: 300 },
    )
  })

  it.each([
    '',
    'c2sp.org/tlog-proof@v2\nindex 0\n\nx',
    'c2sp.org/tlog-proof@v1\n\nx',
    'c2sp.org/tlog-proof@v1\nindex 00\n\nx',
    'c2sp.org/tlog-proof@v1\nindex -1\n\nx',
    'c2sp.org/tlog-proof@v1\nextra %\nindex 0\n\nx',
    'c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx',
  ])('refuses %j', (text) => {
    expect(() => parseProof(text)).toThrow(BadForm)
  })
})
