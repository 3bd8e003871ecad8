// Attachments of bids in stories: files made on the fly, sent with a break in the middle, and read after the opening.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import type { BidFile } from '@naru/sealing/bid.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { bidWithFiles, type Offer, type Sealed } from '../bidder.ts'
import { isDone, type Reader, troubleInWords } from '../client.ts'
import type { World } from '../world.ts'
import { sealingOf, send } from './bids.ts'

/** A file whose bytes follow from its name: the same block over and over, with its number in front. */
export function madeFile(name: string, mime: string, size: number): BidFile & { readonly digest: () => string } {
  const block = createHash('sha512').update(name).digest()
  const read = async (from: number, to: number): Promise<Uint8Array> => {
    const bytes = Buffer.alloc(to - from)
    for (let at = from - (from % 64); at < to; at += 64) {
      const numbered = Buffer.from(block)
      numbered.writeDoubleBE(at, 0)
      numbered.copy(bytes, Math.max(0, at - from), Math.max(0, from - at), Math.min(64, to - at))
    }
    return new Uint8Array(bytes)
  }
  return {
    name,
    mime,
    iv: toBase64(new Uint8Array(randomBytes(32))),
    source: { size, read },
    digest: () => {
      const hash = createHash('sha256')
      for (let at = 0; at < size; at += 64) {
        const numbered = Buffer.from(block)
        numbered.writeDoubleBE(at, 0)
        hash.update(numbered.subarray(0, Math.min(64, size - at)))
      }
      return hash.digest('hex')
    },
  }
}

/**
 * Seals and sends a bid with attachments. The line drops once after two segments; then the same bid goes on where it was. A submission
 * between is refused, because not all segments are there.
 */
export async function bidWithBreak(
  world: World,
  tender: string,
  supplier: string,
  offers: readonly Offer[],
): Promise<{ sealed: Sealed; uploads: readonly string[] }> {
  const { reader, sealing } = await sealingOf(world, tender, supplier)
  const making = bidWithFiles(sealing, offers)
  const known = new Map<string, Record<number, string>>()
  const uploads = new Set<string>()
  let stored = 0
  let dropsAfter = 2
  const begin: Parameters<typeof making.seal>[0] = async (announced) => {
    const leaves = known.get(announced.hdr) ?? {}
    known.set(announced.hdr, leaves)
    const place = await reader.attach(tender, announced, leaves)
    uploads.add(place.id)
    return {
      leaves: place.leaves,
      store: async (s, segment, leaf) => {
        if (stored >= dropsAfter) throw new Error('the line dropped')
        await place.store(s, segment, leaf)
        leaves[s] = toBase64(leaf)
        stored += 1
      },
    }
  }
  await assert.rejects(making.seal(begin), /the line dropped/)
  const before = stored
  dropsAfter = Number.POSITIVE_INFINITY
  const sealed = await making.seal(begin)
  const segments = sealed.input.submission.envelopes.flatMap(
    ({ header }) => header.files as readonly { readonly segs: number }[],
  )
  assert.equal(
    stored,
    segments.reduce((sum, each) => sum + each.segs, 0),
    `the ${before} segments from before the break were not sent again`,
  )
  const answer = await send(world, tender, supplier, sealed)
  assert.ok(isDone(answer), isDone(answer) ? '' : `${supplier}: ${troubleInWords(answer)}`)
  return { sealed, uploads: [...uploads] }
}

/** An attachment of an opened envelope, as the program lists it. */
export interface Listed {
  readonly index: number
  readonly cls: string
  readonly j: number
  readonly bid: string
  readonly name: string
  readonly size: number
  readonly state: string
  readonly file: { readonly len: number; readonly root: string; readonly segs: number; readonly hdr: string }
}

/** The attachments that a reader may see. */
export const listedFor = async (reader: Reader, tender: string): Promise<readonly Listed[]> =>
  ((await reader.get(`/api/cases/${tender}/attachments`)).body as { attachments: readonly Listed[] }).attachments

/** Where an opened attachment is read. */
export const addressOf = (tender: string, { index, cls, j }: Listed): string =>
  `/api/cases/${tender}/attachments/${index}/${encodeURIComponent(cls)}/${j}`
