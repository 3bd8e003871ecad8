// The bids of the published vector: sound ones, and one for each code with which an envelope may be void.
import { type BidPart, sealBid, sealBidWithFiles } from '@naru/sealing/bid.ts'
import { gcmSeal } from '@naru/sealing/aead.ts'
import { concat, fromBase64, toBase64, utf8 } from '@naru/sealing/bytes.ts'
import { type Core, pad, type PriceCore, type TechCore, type VoidCode } from '@naru/sealing/core.ts'
import { bidderCommitment, contextOf } from '@naru/sealing/descriptor.ts'
import { deriveFromRoot, envelopeHash, type Header, sealUnderRoot } from '@naru/sealing/envelope.ts'
import { sha256 } from '@naru/sealing/hash.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import type { Manifest, Submission } from '@naru/sealing/manifest.ts'
import { rehearsedBytes, type RehearsedRound } from '@naru/sealing/rehearsal.ts'

/** A bid as it was sent. */
export interface MadeBid {
  readonly name: string
  readonly manifest: Manifest
  readonly leafSalt: Uint8Array
  readonly envelopes: readonly { readonly cls: string; readonly header: Header; readonly ciphertext: Uint8Array }[]
  /** Encrypted segments by class and attachment, in order. */
  readonly segments: readonly { readonly cls: string; readonly j: number; readonly bytes: readonly Uint8Array[] }[]
}

const seed = 'vector'
const random = (...names: (string | number)[]): Uint8Array => rehearsedBytes(seed, ...names)

/** A price core; two picks as the method draws. */
export const price = (
  round: RehearsedRound,
  bidderId: string,
  seq: number,
  lot: string,
  amount: string,
  picks: [number, number],
): PriceCore => ({
  tender: round.descriptor.tender,
  lot,
  bidderId,
  seq,
  currency: 'KGS',
  price: amount,
  vat: '0',
  items: [{ id: '1', unitPrice: amount, amount }],
  shares: [{ member: bidderId, percent: '100' }],
  picks,
  nonce: toBase64(random(bidderId, seq, lot, 'nonce')),
  files: [],
})

/** A technical core. */
export const proposal = (round: RehearsedRound, bidderId: string, seq: number): TechCore => ({
  tender: round.descriptor.tender,
  lot: null,
  bidderId,
  seq,
  nonce: toBase64(random(bidderId, seq, 'tech', 'nonce')),
  responses: { method: `By ${bidderId}`, days: 30 },
  files: [],
})

/** The text that is attached to a technical proposal. */
export const attachedText = 'Drawings of the school roof.\n'.repeat(40)

const made = (name: string, { manifest, leafSalt, envelopes }: Submission): MadeBid => ({
  name,
  manifest,
  leafSalt: fromBase64(leafSalt),
  envelopes: envelopes.map(({ header, ciphertext }, n) => ({
    cls: manifest.envelopes[n]?.cls ?? '',
    header,
    ciphertext: fromBase64(ciphertext),
  })),
  segments: [],
})

const termsOf = (round: RehearsedRound, bidderId: string, seq: number, tag: string, count: number) => ({
  descriptor: round.descriptor,
  recipients: round.recipients,
  bidderId,
  seq,
  bidderSalt: random(bidderId, seq, tag, 'salt'),
  random: Array.from({ length: Math.max(1, count) }, (_, n) => random(bidderId, seq, tag, 'root', n)),
})

/** A sound bid, or a withdrawal where no parts are given. `tag` tells apart two of one number. */
export const seal = (
  round: RehearsedRound,
  bidderId: string,
  seq: number,
  prev: Uint8Array | null,
  parts: readonly BidPart[],
  tag = '',
): MadeBid =>
  made(
    `${bidderId}/${seq}${tag}`,
    sealBid({ ...termsOf(round, bidderId, seq, tag, parts.length), prev, cores: parts }).submission,
  )

/** A sound bid with a text attached to its technical proposal. */
export async function sealWithAttachment(
  round: RehearsedRound,
  bidderId: string,
  parts: readonly { cls: string; core: Core }[],
): Promise<MadeBid> {
  const bytes = utf8(attachedText)
  const source = { size: bytes.length, read: async (from: number, to: number) => bytes.slice(from, to) }
  const file = { name: 'roof.txt', mime: 'text/plain', source, iv: toBase64(random('iv')) }
  const stored: Uint8Array[] = []
  const { submission } = await sealBidWithFiles({
    ...termsOf(round, bidderId, 1, '', parts.length),
    prev: null,
    cores: parts.map((part) => ({ ...part, files: part.cls === 'tech' ? [file] : [] })),
    begin: async () => ({
      leaves: {},
      store: async (s, segment) => {
        stored[s - 1] = segment
      },
    }),
    randomBytes: (length) => random('segment').slice(0, length),
  })
  return { ...made(`${bidderId}/1`, submission), segments: [{ cls: 'tech', j: 0, bytes: stored }] }
}

/** The codes of the table in docs/protocol.md §7 that a bid can earn in a round; `rc` is a published root's, never a bid's. */
export const earnedCodes = [
  'no-root',
  'header',
  'core-hash',
  'core-decrypt',
  'pad',
  'not-canonical',
  'fields',
  'tender',
  'bidder',
  'seq',
  'price',
  'picks',
  'files',
  'leafsalt',
] as const satisfies readonly VoidCode[]

const flipped = (bytes: Uint8Array, at = 0): Uint8Array => bytes.map((byte, n) => (n === at ? byte ^ 1 : byte))

/** A bid whose one price envelope is void for the given reason, as a broken or dishonest client would send it. */
export function sealVoid(round: RehearsedRound, code: (typeof earnedCodes)[number], picks: [number, number]): MadeBid {
  const bidderId = `void-${code}`
  const cls = 'price/L1'
  const core = price(round, bidderId, 1, 'L1', '970000', picks)
  const good = seal(round, bidderId, 1, null, [{ cls, core }])
  const bc = bidderCommitment(fromBase64(good.manifest.bidderSalt), bidderId)
  const R = random(bidderId, 'root')
  const under = (value: unknown) => sealUnderRoot(round.recipients, cls, bc, value, R)
  /** The same envelope around other plaintext, which need not be padded or canonical. */
  const around = (plaintext: Uint8Array) => {
    const { header, leafSalt } = under(core)
    const { ctx, rc, coreKey } = deriveFromRoot(round.recipients, contextOf(round.recipients, cls, bc), R)
    const ciphertext = gcmSeal(coreKey, new Uint8Array(12), concat(ctx, rc), plaintext)
    return { header: described(header, ciphertext), ciphertext, leafSalt }
  }
  const described = (header: Header, ciphertext: Uint8Array): Header => ({
    ...header,
    core: { len: ciphertext.length, sha256: toBase64(sha256(ciphertext)) },
  })
  const sealed = ((): { header: Header; ciphertext: Uint8Array; leafSalt: Uint8Array } => {
    const plain = under(core)
    const { header, ciphertext, leafSalt } = plain
    switch (code) {
      case 'no-root':
        return { header: { ...header, rc: toBase64(random('rc')) }, ciphertext, leafSalt }
      case 'header': {
        const shares = header.shares.map((share) =>
          share.i === 3 ? { ...share, ct: toBase64(flipped(fromBase64(share.ct))) } : share,
        )
        return { header: { ...header, shares }, ciphertext, leafSalt }
      }
      case 'core-hash':
        return { header, ciphertext: flipped(ciphertext), leafSalt }
      case 'core-decrypt':
        return { header: described(header, flipped(ciphertext)), ciphertext: flipped(ciphertext), leafSalt }
      case 'pad': {
        const padded = pad(canonical(core))
        return around(flipped(padded, padded.length - 1))
      }
      case 'not-canonical':
        return around(pad(concat(utf8(' '), canonical(core))))
      case 'fields': {
        const { vat: _, ...less } = core
        return under(less)
      }
      case 'tender':
        return under({ ...core, tender: 'another-tender' })
      case 'bidder':
        return under({ ...core, bidderId: 'another-bidder' })
      case 'seq':
        return under({ ...core, seq: 2 })
      case 'price':
        return under({ ...core, price: '0970000' })
      case 'picks':
        return under({ ...core, picks: [9, 9] })
      case 'files':
        return under({ ...core, files: [{ name: 'none.txt', mime: 'text/plain', size: 1 }] })
      case 'leafsalt':
        return { header, ciphertext, leafSalt: random('leafsalt') }
    }
  })()
  const { header, ciphertext, leafSalt } = sealed
  return {
    name: bidderId,
    manifest: { ...good.manifest, envelopes: [{ cls, e: toBase64(envelopeHash(header)) }] },
    leafSalt,
    envelopes: [{ cls, header, ciphertext }],
    segments: [],
  }
}
