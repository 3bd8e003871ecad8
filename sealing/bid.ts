// Sealing a whole bid or a draw salt on its owner's device: the steps in their one right order.
import { announceAttachment, type FileSource, sealAttachment } from './attachment.ts'
import { type Base64, toBase64 } from './bytes.ts'
import type { Core, DrawCore } from './core.ts'
import { blindedCurve } from './curve.ts'
import { bidderCommitment, contextOf, type Descriptor, type Recipients } from './descriptor.ts'
import {
  attachmentKey,
  deriveFromRoot,
  type HeaderFile,
  rootOf,
  type SealedEnvelope,
  sealEnvelope,
} from './envelope.ts'
import { deriveSecretKey } from './hpke.ts'
import { Malformed } from './malformed.ts'
import { manifestHash, type Submission, submissionOf } from './manifest.ts'
import { webCurve } from './web-curve.ts'

/** A sealed bid: what goes to the server, M, and the roots (one per envelope in manifest order), which the bidder keeps. */
export type SealedBid = { submission: Submission; m: Uint8Array; roots: Uint8Array[] }

/** What goes into one envelope of a bid; `files` are its attachments, encrypted under `keyOfAttachment` of the same core and random bytes. */
export type BidPart = { cls: string; core: Core; files?: HeaderFile[] }

/**
 * Key and aad of attachment j of an envelope before it is sealed: with the core, bidderSalt and random bytes with which `sealBid` will seal
 * it. The core may still change in its member `files` only. A root must never meet two cores: another price means new random bytes, and
 * the attachments encrypted anew.
 */
export function keyOfAttachment(input: {
  recipients: Recipients
  cls: string
  core: Core
  bidderId: string
  bidderSalt: Uint8Array
  random32: Uint8Array
  j: number
}): { key: Uint8Array; aad: Uint8Array } {
  const { recipients, cls, core, bidderId, bidderSalt, random32, j } = input
  const ctx = contextOf(recipients, cls, bidderCommitment(bidderSalt, bidderId))
  return attachmentKey(ctx, rootOf(random32, core), j)
}

/**
 * Seals the cores of a bid, whatever their order, in the order of the descriptor. `bidderSalt` is 32 random bytes, `random` 32 random
 * bytes per core in the order of `cores`, all new for each sealing; `prev` is M of the bid before (null for seq 1). No cores make a withdrawal, whose one `random`
 * is its leafSalt. Throws `Malformed`.
 */
export function sealBid(input: {
  descriptor: Descriptor
  recipients: Recipients
  bidderId: string
  seq: number
  prev: Uint8Array | null
  cores: readonly BidPart[]
  bidderSalt: Uint8Array
  random: readonly Uint8Array[]
}): SealedBid {
  const { descriptor, recipients, bidderId, seq, prev, cores, bidderSalt, random } = input
  if (bidderSalt.length !== 32) throw new Malformed('bidderSalt', 'not 32 bytes')
  if (random.length !== Math.max(1, cores.length)) throw new Malformed('random', 'not one per envelope')
  const bc = bidderCommitment(bidderSalt, bidderId)
  const ordered = cores
    .map((part, n) => ({ ...part, random32: random[n] ?? new Uint8Array(0) }))
    .sort((a, b) => descriptor.classes.indexOf(a.cls) - descriptor.classes.indexOf(b.cls))
  const envelopes = ordered.map(({ cls, core, files, random32 }): { cls: string; sealed: SealedEnvelope } => {
    if (!descriptor.classes.includes(cls)) throw new Malformed('cls', `${cls} is no class of this tender`)
    if ('files' in core && core.files.length !== (files ?? []).length)
      throw new Malformed('files', 'not as many as the core names')
    return { cls, sealed: sealEnvelope({ recipients, cls, bc, core, random32, ...(files && { files }) }) }
  })
  const submission = submissionOf(
    {
      tender: descriptor.tender,
      round: descriptor.round,
      tkd: toBase64(recipients.tkd),
      bidderId,
      bidderSalt: toBase64(bidderSalt),
      seq,
      prev: prev === null ? null : toBase64(prev),
    },
    envelopes,
    random[0],
  )
  return { submission, m: manifestHash(submission.manifest), roots: envelopes.map(({ sealed }) => sealed.R) }
}

/**
 * The same recipients with WebCrypto's arithmetic for exactly the keys that `sealBid` will use with this input. The bytes are the same;
 * sealing takes a few milliseconds instead of many.
 */
export async function withWebCurve(
  input: Pick<Parameters<typeof sealBid>[0], 'recipients' | 'bidderId' | 'bidderSalt' | 'cores' | 'random'>,
): Promise<Recipients> {
  const { recipients, bidderId, bidderSalt, cores, random } = input
  const bc = bidderCommitment(bidderSalt, bidderId)
  const pairs = cores.flatMap(({ cls, core }, n) => {
    const R = rootOf(random[n] ?? new Uint8Array(0), core)
    const { ephemeral } = deriveFromRoot(recipients, contextOf(recipients, cls, bc), R)
    return recipients.people.map(({ i, pk }) => ({ secretKey: deriveSecretKey(ephemeral(i)), publicKey: pk }))
  })
  return { ...recipients, curve: await webCurve(pairs, recipients.curve ?? blindedCurve) }
}

/** A file to attach; `iv` is 32 random bytes of its own, kept as long as it may have to be resumed. */
export type BidFile = { name: string; mime: string; source: FileSource; iv: Base64 }

/** Where the segments of attachment j of an envelope go: what is there already (leaf by number), and how another is stored. */
export type SegmentPlace = {
  leaves: Readonly<Record<number, Base64>>
  store: (s: number, segment: Uint8Array, leaf: Uint8Array) => Promise<void>
}

/**
 * Seals a bid with attachments: encrypts each file in constant memory, handing its segments to the place that `begin` gives, then seals
 * the bid. The cores' own member `files` is filled here. Called again with the same input after a break, it encrypts only what is missing.
 */
export async function sealBidWithFiles(
  input: Omit<Parameters<typeof sealBid>[0], 'cores'> & {
    cores: readonly { cls: string; core: Core; files?: readonly BidFile[] }[]
    begin: (announced: Omit<HeaderFile, 'root'>, place: { cls: string; j: number }) => Promise<SegmentPlace>
    randomBytes: (length: number) => Uint8Array
  },
): Promise<SealedBid> {
  const { cores, begin, randomBytes, ...terms } = input
  const parts: BidPart[] = []
  for (const [n, { cls, core: bare, files = [] }] of cores.entries()) {
    const core = {
      ...bare,
      files: files.map(({ name, mime, source }) => ({ name, mime, size: source.size })),
    } as Core
    const sealed: HeaderFile[] = []
    for (const [j, { source, iv }] of files.entries()) {
      const random32 = terms.random[n] ?? new Uint8Array(0)
      const { key, aad } = keyOfAttachment({ ...terms, cls, core, random32, j })
      const place = await begin(announceAttachment(key, aad, iv, source.size), { cls, j })
      sealed.push(
        await sealAttachment({
          key,
          aad,
          source,
          progress: { iv, leaves: place.leaves },
          random: randomBytes,
          store: place.store,
        }),
      )
    }
    parts.push({ cls, core, files: sealed })
  }
  return sealBid({ ...terms, cores: parts, recipients: await withWebCurve({ ...terms, cores: parts }) })
}

/**
 * Seals the draw salt of key holder i: sigma, bidderSalt and random are 32 random bytes each. bidderSalt and E are listed in the notice;
 * sigma stays in the envelope until the opening.
 */
export function sealDrawSalt(
  recipients: Recipients,
  i: number,
  sigma: Uint8Array,
  bidderSalt: Uint8Array,
  random: Uint8Array,
): SealedEnvelope {
  if (!recipients.people.some((person) => person.i === i)) throw new Malformed('i', 'not a key holder of this round')
  const core: DrawCore = { salt: toBase64(sigma) }
  const bc = bidderCommitment(bidderSalt, `officer/${i}`)
  return sealEnvelope({ recipients, cls: 'draw', bc, core, random32: random })
}
