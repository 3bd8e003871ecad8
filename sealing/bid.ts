// Sealing a whole bid or a draw salt on its owner's device: the steps in their one right order.
import { toBase64 } from './bytes.ts'
import type { Core, DrawCore } from './core.ts'
import { bidderCommitment, type Descriptor, type Recipients } from './descriptor.ts'
import { type SealedEnvelope, sealEnvelope } from './envelope.ts'
import { Malformed } from './malformed.ts'
import { manifestHash, type Submission, submissionOf } from './manifest.ts'

/** A sealed bid: what goes to the server, M, and the roots (one per envelope in manifest order), which the bidder keeps. */
export type SealedBid = { submission: Submission; m: Uint8Array; roots: Uint8Array[] }

/**
 * Seals the cores of a bid, whatever their order, in the order of the descriptor. `bidderSalt` is 32 random bytes, `random` 32 random
 * bytes per core, all new for each sealing; `prev` is M of the bid before (null for seq 1). No cores make a withdrawal, whose one `random`
 * is its leafSalt. Throws `Malformed`.
 */
export function sealBid(input: {
  descriptor: Descriptor
  recipients: Recipients
  bidderId: string
  seq: number
  prev: Uint8Array | null
  cores: readonly { cls: string; core: Core }[]
  bidderSalt: Uint8Array
  random: readonly Uint8Array[]
}): SealedBid {
  const { descriptor, recipients, bidderId, seq, prev, cores, bidderSalt, random } = input
  if (bidderSalt.length !== 32) throw new Malformed('bidderSalt', 'not 32 bytes')
  if (random.length !== Math.max(1, cores.length)) throw new Malformed('random', 'not one per envelope')
  const bc = bidderCommitment(bidderSalt, bidderId)
  const ordered = [...cores].sort((a, b) => descriptor.classes.indexOf(a.cls) - descriptor.classes.indexOf(b.cls))
  const envelopes = ordered.map(({ cls, core }, n): { cls: string; sealed: SealedEnvelope } => {
    if (!descriptor.classes.includes(cls)) throw new Malformed('cls', `${cls} is no class of this tender`)
    return { cls, sealed: sealEnvelope({ recipients, cls, bc, core, random32: random[n] ?? new Uint8Array(0) }) }
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
