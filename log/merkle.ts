// The Merkle tree of RFC 6962: hashes, root, inclusion and consistency proofs, and the range of peaks with which a sequencer appends.
import { sha256 } from './digest.ts'
import { BadForm, joined, same } from './encoding.ts'

const LEAF = Uint8Array.of(0)
/** Where nodes are put together: a digest reads it at once and keeps nothing of it. */
const node = new Uint8Array(65)
node[0] = 1

/** SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(joined([LEAF, entry]))
}

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== 32 || right.length !== 32) throw new BadForm('a node is made of two hashes')
  node.set(left, 1)
  node.set(right, 33)
  return sha256(node)
}

/** The root of the empty tree: SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0))
}

/** A perfect subtree: its root covers the leaves index * 2^level up to (index + 1) * 2^level. */
export type Node = { readonly level: number; readonly index: number }

/** Gives the hash of a perfect subtree; a tree is read through it, whether it lies in memory, a table or tiles. */
export type NodeReader = (level: number, index: number) => Uint8Array

/** A reader over leaf hashes in memory; every node is hashed once. */
export function readerOf(leaves: readonly Uint8Array[]): NodeReader {
  const levels: (Uint8Array | undefined)[][] = [[...leaves]]
  const read: NodeReader = (level, index) => {
    const known = levels[level]?.[index]
    if (known !== undefined) return known
    if (level === 0) throw new BadForm(`no leaf ${index}`)
    const hash = nodeHash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1))
    let row = levels[level]
    if (row === undefined) {
      row = []
      levels[level] = row
    }
    row[index] = hash
    return hash
  }
  return read
}

/** The nodes that a computation reads, without doing it: fetch them first where reading is not immediate. */
export function nodesRead(compute: (read: NodeReader) => unknown): Node[] {
  const nodes = new Map<string, Node>()
  const nothing = new Uint8Array(32)
  compute((level, index) => {
    nodes.set(`${level}/${index}`, { level, index })
    return nothing
  })
  return [...nodes.values()]
}

function exactLog(n: number): number {
  const level = Math.round(Math.log2(n))
  return 2 ** level === n ? level : -1
}

/** The largest power of two below n, for n of at least 2. */
function splitOf(n: number): number {
  let k = 2 ** Math.floor(Math.log2(n))
  if (k >= n) k /= 2
  return k
}

function checkSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new BadForm('not a tree size')
}

/** Merkle hash of the leaves start..end, where start is a multiple of the power of two at or above their number. */
function rangeHash(read: NodeReader, start: number, end: number): Uint8Array {
  const level = exactLog(end - start)
  if (level >= 0) return read(level, start / (end - start))
  const k = splitOf(end - start)
  return nodeHash(rangeHash(read, start, start + k), rangeHash(read, start + k, end))
}

/** The root of the first `size` leaves. */
export function rootAt(read: NodeReader, size: number): Uint8Array {
  checkSize(size)
  return size === 0 ? emptyRoot() : rangeHash(read, 0, size)
}

/** The root over all entries (RFC 6962 section 2.1). */
export function rootOfEntries(entries: readonly Uint8Array[]): Uint8Array {
  return rootAt(readerOf(entries.map(leafHash)), entries.length)
}

/** The inclusion proof of leaf `index` in the tree of `size` leaves, from the leaf's sibling up (RFC 6962 section 2.1.1). */
export function inclusionProof(read: NodeReader, index: number, size: number): Uint8Array[] {
  checkSize(size)
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new BadForm('no such leaf')
  const path = (start: number, end: number): Uint8Array[] => {
    if (end - start === 1) return []
    const middle = start + splitOf(end - start)
    return index < middle
      ? [...path(start, middle), rangeHash(read, middle, end)]
      : [...path(middle, end), rangeHash(read, start, middle)]
  }
  return path(0, size)
}

/** The consistency proof between the trees of `from` and `to` leaves (RFC 6962 section 2.1.2); empty where from is 0 or equals to. */
export function consistencyProof(read: NodeReader, from: number, to: number): Uint8Array[] {
  checkSize(from)
  checkSize(to)
  if (from > to) throw new BadForm('a tree does not shrink')
  if (from === 0 || from === to) return []
  const sub = (start: number, end: number, whole: boolean): Uint8Array[] => {
    if (from === end) return whole ? [] : [rangeHash(read, start, end)]
    const middle = start + splitOf(end - start)
    return from <= middle
      ? [...sub(start, middle, whole), rangeHash(read, middle, end)]
      : [...sub(middle, end, false), rangeHash(read, start, middle)]
  }
  return sub(0, to, true)
}

/** The root to which a proof leads from the leaf hash at `index` of a tree of `size` leaves (RFC 9162 section 2.1.3.2). Throws `BadForm`. */
export function rootOfPath(leaf: Uint8Array, index: number, size: number, proof: readonly Uint8Array[]): Uint8Array {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    throw new BadForm('not a place in the tree')
  let hash = leaf
  let fn = index
  let sn = size - 1
  for (const sibling of proof) {
    if (sn === 0 || sibling.length !== 32) throw new BadForm('a proof that does not fit the tree')
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash)
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2
        sn = Math.floor(sn / 2)
      }
    } else {
      hash = nodeHash(hash, sibling)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  if (sn !== 0) throw new BadForm('a proof too short')
  return hash
}

/** Whether the proof leads from the leaf hash at `index` to the root of the tree of `size` leaves. */
export function inclusionHolds(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  try {
    return same(rootOfPath(leaf, index, size, proof), root)
  } catch (error) {
    if (error instanceof BadForm) return false
    throw error
  }
}

/** Whether the tree of `to` leaves only appends to that of `from` leaves (RFC 9162 section 2.1.4.2). */
export function consistencyHolds(
  from: number,
  to: number,
  fromRoot: Uint8Array,
  toRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to) return false
  if (from === to) return proof.length === 0 && same(fromRoot, toRoot)
  if (from === 0) return proof.length === 0 && same(fromRoot, emptyRoot())
  const rest = exactLog(from) >= 0 ? [fromRoot, ...proof] : [...proof]
  const [first] = rest
  if (first === undefined || rest.some((hash) => hash.length !== 32)) return false
  let fn = from - 1
  let sn = to - 1
  while (fn % 2 === 1) {
    fn = (fn - 1) / 2
    sn = Math.floor(sn / 2)
  }
  let fr = first
  let sr = first
  for (const hash of rest.slice(1)) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(hash, fr)
      sr = nodeHash(hash, sr)
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2
        sn = Math.floor(sn / 2)
      }
    } else {
      sr = nodeHash(sr, hash)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return sn === 0 && same(fr, fromRoot) && same(sr, toRoot)
}

/** The peaks of a tree: hashes of its perfect subtrees from left to right; with them a tree grows without its older leaves. */
export type Peaks = { readonly size: number; readonly hashes: readonly Uint8Array[] }

/** The peaks of the empty tree. */
export const noPeaks: Peaks = { size: 0, hashes: [] }

/** The levels of the peaks of a tree, from left to right: the bits of its size. */
export function peakNodes(size: number): Node[] {
  checkSize(size)
  const nodes: Node[] = []
  for (let start = 0; start < size; ) {
    const level = Math.floor(Math.log2(size - start))
    nodes.push({ level, index: start / 2 ** level })
    start += 2 ** level
  }
  return nodes
}

/** Peaks read from stored nodes, for a start after a stop. */
export function peaksAt(read: NodeReader, size: number): Peaks {
  return { size, hashes: peakNodes(size).map(({ level, index }) => read(level, index)) }
}

/** Appends a leaf hash: the new peaks, and every perfect subtree that the leaf completes (the leaf itself first) for storing. */
export function appendLeaf(
  peaks: Peaks,
  leaf: Uint8Array,
): { peaks: Peaks; completed: (Node & { hash: Uint8Array })[] } {
  const hashes = [...peaks.hashes]
  let hash = leaf
  let index = peaks.size
  let level = 0
  const completed = [{ level, index, hash }]
  while (index % 2 === 1) {
    const left = hashes.pop()
    if (left === undefined) throw new BadForm('peaks that do not fit their size')
    hash = nodeHash(left, hash)
    index = (index - 1) / 2
    level += 1
    completed.push({ level, index, hash })
  }
  hashes.push(hash)
  return { peaks: { size: peaks.size + 1, hashes }, completed }
}

/** The root that the peaks give. */
export function rootOfPeaks(peaks: Peaks): Uint8Array {
  const [last, ...left] = [...peaks.hashes].reverse()
  return last === undefined ? emptyRoot() : left.reduce((right, peak) => nodeHash(peak, right), last)
}
