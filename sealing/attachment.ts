// Attachments of an envelope: up to 1 GiB each, encrypted by FLOE under a key that follows from the root, bound by the root of their segments.
import { type Base64, concat, equalBytes, fromBase64, toBase64 } from './bytes.ts'
import { attachmentKey, type HeaderFile } from './envelope.ts'
import { FLOE, FLOE_HEADER, floeOpener, floeSealer, plainSegment, SEGMENT_OVERHEAD } from './floe.ts'
import { sha256 } from './hash.ts'
import { Malformed } from './malformed.ts'

/** The most plaintext bytes of a file, files of a bid, and plaintext bytes of all its files together. */
export const mostOfFile = 1024 ** 3
export const mostFiles = 20
export const mostOfBid = 5 * 1024 ** 3

/** Segments that a file of so many plaintext bytes has; an empty file has one. */
export const segmentsOf = (size: number): number => Math.max(1, Math.ceil(size / plainSegment()))

/** Bytes of header and all segments for so many plaintext bytes. */
export const encryptedLength = (size: number): number => FLOE_HEADER + size + segmentsOf(size) * SEGMENT_OVERHEAD

/** Bytes of encrypted segment s (1-based) of a file whose header and segments have `len` bytes. */
export function segmentLength(file: Pick<HeaderFile, 'len' | 'segs'>, s: number): number {
  return s < file.segs ? FLOE.segmentLength : file.len - FLOE_HEADER - (file.segs - 1) * FLOE.segmentLength
}

/** A leaf of a file's tree: SHA-256(0x00 || bytes), by WebCrypto. Leaf 0 is the header, leaf s the encrypted segment s. */
export async function attachmentLeaf(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(
    await crypto.subtle.digest('SHA-256', concat(Uint8Array.of(0), bytes) as Uint8Array<ArrayBuffer>),
  )
}

/** RFC 6962 root over leaf hashes. */
export function attachmentRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves
  if (first === undefined) return sha256(new Uint8Array(0))
  if (leaves.length === 1) return first
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return sha256(concat(Uint8Array.of(1), attachmentRoot(leaves.slice(0, split)), attachmentRoot(leaves.slice(split))))
}

/** Whether lengths, number of segments and parameters of a file entry agree and are within the limits. Throws `Malformed`. */
export function checkFileShape(file: HeaderFile, path = 'file'): void {
  const { len, segs, hdr } = file
  const body = len - FLOE_HEADER
  if (segs < 1 || segs !== Math.ceil(body / FLOE.segmentLength)) throw new Malformed(`${path}.segs`, 'not those of len')
  if (segmentLength(file, segs) < SEGMENT_OVERHEAD) throw new Malformed(`${path}.len`, 'too short a last segment')
  if (len > encryptedLength(mostOfFile)) throw new Malformed(`${path}.len`, 'more than 1 GiB')
  const parameters = new DataView(fromBase64(hdr).buffer)
  if (parameters.getUint16(0) !== 0 || parameters.getUint32(2) !== FLOE.segmentLength || parameters.getUint32(6) !== 32)
    throw new Malformed(`${path}.hdr`, 'of other parameters')
}

/** Plaintext bytes of a file of which only the encrypted length is known. */
export const plainLength = (file: Pick<HeaderFile, 'len' | 'segs'>): number =>
  file.len - FLOE_HEADER - file.segs * SEGMENT_OVERHEAD

/** A file to encrypt: its size and a reader of the bytes from..to. */
export type FileSource = { size: number; read(from: number, to: number): Promise<Uint8Array> }

/** What can be told of a file before its segments are made: lengths, number of segments, header. */
export function announceAttachment(
  key: Uint8Array,
  aad: Uint8Array,
  iv: Base64,
  size: number,
): Omit<HeaderFile, 'root'> {
  const { header } = floeSealer(key, aad, fromBase64(iv))
  return { len: encryptedLength(size), segs: segmentsOf(size), hdr: toBase64(header) }
}

/** What is already done of a file: its IV, and per segment (1-based) the leaf of what was stored. */
export type FileProgress = { iv: Base64; leaves: Readonly<Record<number, Base64>> }

/**
 * Encrypts a file segment by segment and hands each to `store`, at most `atOnce` at the same time, so that memory stays the same for any
 * size. Segments in `progress` are not encrypted again. `random` gives secure random bytes. What comes out stands in header.files.
 */
export async function sealAttachment(input: {
  key: Uint8Array
  aad: Uint8Array
  source: FileSource
  progress: FileProgress
  random: (length: number) => Uint8Array
  store: (s: number, segment: Uint8Array, leaf: Uint8Array) => Promise<void>
  atOnce?: number
}): Promise<HeaderFile> {
  const { key, aad, source, progress, random, store, atOnce = 3 } = input
  const { header, encrypt } = floeSealer(key, aad, fromBase64(progress.iv))
  const segs = segmentsOf(source.size)
  const leaves: Uint8Array[] = [await attachmentLeaf(header)]
  let next = 1
  const work = async (): Promise<void> => {
    while (next <= segs) {
      const s = next
      next += 1
      const known = progress.leaves[s]
      if (known !== undefined) {
        leaves[s] = fromBase64(known)
        continue
      }
      const from = (s - 1) * plainSegment()
      const plaintext = await source.read(from, Math.min(source.size, from + plainSegment()))
      const segment = await encrypt({ position: s - 1, final: s === segs }, plaintext, random(12))
      const leaf = await attachmentLeaf(segment)
      await store(s, segment, leaf)
      leaves[s] = leaf
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, segs) }, work))
  return {
    len: encryptedLength(source.size),
    root: toBase64(attachmentRoot(leaves)),
    segs,
    hdr: toBase64(header),
  }
}

/** Fetches segment s (1-based) of an attachment. */
export type SegmentReader = (s: number) => Promise<Uint8Array>

/**
 * The plaintext of attachment j of an opened envelope, segment by segment. Every segment is checked by its encryption, and after the last
 * one the whole by its root; throws `Malformed` at what does not hold: then the attachment counts as not submitted.
 */
export async function* openAttachment(input: {
  ctx: Uint8Array
  R: Uint8Array
  j: number
  file: HeaderFile
  /** Plaintext bytes as the core says. */
  size: number
  read: SegmentReader
}): AsyncGenerator<Uint8Array, void, void> {
  const { ctx, R, j, file, size, read } = input
  checkFileShape(file)
  if (plainLength(file) !== size) throw new Malformed('file', 'not of the size that the core says')
  const header = fromBase64(file.hdr)
  const { key, aad } = attachmentKey(ctx, R, j)
  const opener = floeOpener(key, aad, header)
  const leaves = [await attachmentLeaf(header)]
  for (let s = 1; s <= file.segs; s += 1) {
    const segment = await read(s)
    leaves.push(await attachmentLeaf(segment))
    yield await opener.decrypt({ position: s - 1, final: s === file.segs }, segment)
  }
  if (!equalBytes(attachmentRoot(leaves), fromBase64(file.root)))
    throw new Malformed('file', 'not the segments of its root')
}
