// The tree against the reference values of RFC 6962's implementations, against a naive tree, and against false proofs.
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { toBase64 } from './encoding.ts'
import {
  appendLeaf,
  consistencyHolds,
  consistencyProof,
  emptyRoot,
  inclusionHolds,
  inclusionProof,
  leafHash,
  type Node,
  nodeHash,
  nodesRead,
  noPeaks,
  peakNodes,
  peaksAt,
  readerOf,
  rootAt,
  rootOfEntries,
  rootOfPeaks,
} from './merkle.ts'

// A laden machine takes its time; these tests are about bytes, not speed.
vi.setConfig({ testTimeout: 120_000 })

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const leafAt = (n: number): Uint8Array => leafHash(Uint8Array.of(n >> 8, n & 255))
const leavesTo = (size: number): Uint8Array[] => Array.from({ length: size }, (_, n) => leafAt(n))

/** MTH of RFC 6962 section 2.1, word for word. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves
  if (first === undefined) return emptyRoot()
  if (leaves.length === 1) return first
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}

describe('the eight leaves of the reference implementations of RFC 6962', () => {
  const entries = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map((text) => Uint8Array.from(Buffer.from(text, 'hex')))
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]
  it('have the known roots at every size', () => {
    expect(roots.map((_, size) => hex(rootOfEntries(entries.slice(0, size))))).toEqual(roots)
  })

  it('grow by peaks to the same roots', () => {
    let peaks = noPeaks
    expect(hex(rootOfPeaks(peaks))).toBe(roots[0])
    entries.forEach((entry, n) => {
      peaks = appendLeaf(peaks, leafHash(entry)).peaks
      expect(hex(rootOfPeaks(peaks))).toBe(roots[n + 1])
    })
  })
})

describe('any tree', () => {
  it('has the root of the naive tree, stores every perfect subtree once, and restarts from stored nodes', () => {
    const stored = new Map<string, Uint8Array>()
    const read = (level: number, index: number): Uint8Array => stored.get(`${level}/${index}`) ?? new Uint8Array(0)
    let peaks = noPeaks
    for (let size = 1; size <= 130; size += 1) {
      const grown = appendLeaf(peaks, leafAt(size - 1))
      peaks = grown.peaks
      for (const { level, index, hash } of grown.completed) {
        expect(stored.has(`${level}/${index}`)).toBe(false)
        stored.set(`${level}/${index}`, hash)
      }
      const root = naiveRoot(leavesTo(size))
      expect(rootOfPeaks(peaks)).toEqual(root)
      expect(rootAt(read, size)).toEqual(root)
      expect(peaksAt(read, size)).toEqual(peaks)
    }
    // A tree of 130 leaves has 130 + 65 + 32 + 16 + 8 + 4 + 2 + 1 perfect subtrees.
    expect(stored.size).toBe(258)
    expect(peakNodes(130)).toEqual([
      { level: 7, index: 0 },
      { level: 1, index: 64 },
    ])
  })

  it('proves every leaf at every size up to 40, and no other', () => {
    const read = readerOf(leavesTo(40))
    for (let size = 1; size <= 40; size += 1) {
      const root = rootAt(read, size)
      for (let index = 0; index < size; index += 1) {
        const proof = inclusionProof(read, index, size)
        expect(inclusionHolds(leafAt(index), index, size, proof, root)).toBe(true)
        expect(inclusionHolds(leafAt(index + 1), index, size, proof, root)).toBe(false)
        expect(inclusionHolds(leafAt(index), index, size, [...proof, leafAt(99)], root)).toBe(false)
        expect(inclusionHolds(leafAt(index), size, size, proof, root)).toBe(false)
        if (proof.length > 0) expect(inclusionHolds(leafAt(index), index, size, proof.slice(1), root)).toBe(false)
        if (size > 1) expect(inclusionHolds(leafAt(index), (index + 1) % size, size, proof, root)).toBe(false)
      }
    }
  })

  it('proves consistency of every pair of sizes up to 40, and of no forged root', () => {
    const read = readerOf(leavesTo(40))
    const forged = readerOf([leafAt(77), ...leavesTo(40).slice(1)])
    for (let to = 0; to <= 40; to += 1) {
      for (let from = 0; from <= to; from += 1) {
        const proof = consistencyProof(read, from, to)
        const [a, b] = [rootAt(read, from), rootAt(read, to)]
        expect(consistencyHolds(from, to, a, b, proof)).toBe(true)
        expect(consistencyHolds(from, to, a, b, [...proof, leafAt(1)])).toBe(false)
        if (from > 0 && from < to) {
          expect(consistencyHolds(from, to, rootAt(forged, from), b, proof)).toBe(false)
          expect(consistencyHolds(from, to, a, rootAt(forged, to), proof)).toBe(false)
          expect(consistencyHolds(from, to, a, rootAt(forged, to), consistencyProof(forged, from, to))).toBe(false)
          expect(consistencyHolds(from, to, a, b, proof.slice(1))).toBe(false)
        }
      }
    }
    expect(consistencyHolds(5, 4, emptyRoot(), emptyRoot(), [])).toBe(false)
  })

  it('proofs of random trees hold and break with any changed hash', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 700 }), fc.nat(), fc.nat(), fc.nat(), (size, at, hashAt, bit) => {
        const index = at % size
        const read = readerOf(leavesTo(size))
        const proof = inclusionProof(read, index, size)
        const root = rootAt(read, size)
        expect(inclusionHolds(leafAt(index), index, size, proof, root)).toBe(true)
        const broken = proof.map((hash, n) =>
          n === hashAt % proof.length ? hash.map((byte, b) => (b === bit % 32 ? byte ^ 1 : byte)) : hash,
        )
        expect(inclusionHolds(leafAt(index), index, size, broken, root)).toBe(false)
      }),
      { numRuns: 40 },
    )
  })

  it('says which nodes it will read, few of them', () => {
    const wanted: Node[] = nodesRead((read) => inclusionProof(read, 123_456, 1_000_000))
    expect(wanted.length).toBeLessThan(30)
    const leaves = leavesTo(50)
    const memory = readerOf(leaves)
    const fetched = new Map(
      nodesRead((read) => consistencyProof(read, 13, 50)).map(({ level, index }) => [
        `${level}/${index}`,
        memory(level, index),
      ]),
    )
    const reader = (level: number, index: number): Uint8Array => fetched.get(`${level}/${index}`) ?? new Uint8Array(0)
    expect(consistencyProof(reader, 13, 50)).toEqual(consistencyProof(memory, 13, 50))
  })

  it('refuses impossible questions', () => {
    const read = readerOf(leavesTo(4))
    expect(() => inclusionProof(read, 4, 4)).toThrow('no such leaf')
    expect(() => inclusionProof(read, -1, 4)).toThrow('no such leaf')
    expect(() => consistencyProof(read, 4, 3)).toThrow('shrink')
    expect(() => rootAt(read, 5)).toThrow('no leaf')
    expect(() => rootAt(read, 1.5)).toThrow('size')
  })
})

const file = new URL('../../shared/vectors/sealed-tender.json', import.meta.url)
const present = existsSync(file)
if (!present && process.env['CI']) throw new Error(`the shared vector is missing: ${file.pathname}`)
it.skipIf(!present)('gives the root of the shared vector (left out where ../shared/vectors is absent)', () => {
  const vector = JSON.parse(readFileSync(file, 'utf8')) as { bids: { leaf: string }[]; leavesRoot: string }
  expect(toBase64(rootOfEntries(vector.bids.map(({ leaf }) => Buffer.from(leaf, 'base64'))))).toBe(vector.leavesRoot)
})
