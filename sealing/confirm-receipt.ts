// The last step before a bid is called submitted: everything in a receipt's extra data against the trust list that the bidder's device holds.
import { type Base64, fromBase64, u64 } from './bytes.ts'
import { H } from './hash.ts'
import { sightOf } from './in-time.ts'
import { Malformed } from './malformed.ts'
import { checkReceipt, parseReceipt } from './receipt.ts'
import { checkToken } from './signatures/timestamp.ts'
import { anchorsOf, type TrustList } from './signatures/trust-list.ts'

/** The bidder's own: M and leafSalt of what was sent, the log's origin, the deadline and δ in ms. */
export interface OwnSubmission {
  readonly m: Base64
  readonly leafSalt: Base64
  readonly log: string
  readonly deadline: number
  readonly delta: number
}

/** The root of a batch from an entry (34 bytes) at its place in it; the log room's arithmetic, handed in. */
export type BatchRoot = (entry: Uint8Array, place: number, count: number, path: readonly Uint8Array[]) => Uint8Array

/** A proof whose index and quorum hold; `seen` is its checkpoint's size and the quorum's median time, null where no witness is asked for. */
export interface HeldProof {
  readonly index: number
  readonly extra: Uint8Array | null
  readonly seen: { readonly size: number; readonly time: number } | null
}

/**
 * Checks what the proof file carries beside the proof itself: it is about this submission, the promise is by a listed key and not after the deadline,
 * the batch's time-stamp is by a listed authority and not after the deadline plus δ, or, where no authority answered in time, the witnesses saw the entry.
 * Answers the time-stamp. Throws `Malformed` or `Untrusted` with what does not hold.
 */
export function confirmReceipt(
  proof: HeldProof,
  mine: OwnSubmission,
  trust: TrustList,
  batchRoot: BatchRoot,
): { readonly authority: string; readonly genTime: number } {
  const receipt = parseReceipt(proof.extra ?? new Uint8Array())
  const promiseKeys = trust.promiseKeys
    .filter((each) => each.from <= receipt.promise.body.time)
    .map((each) => fromBase64(each.key))
  const own = { m: fromBase64(mine.m), leafSalt: fromBase64(mine.leafSalt), log: mine.log }
  const entry = checkReceipt(receipt, { ...own, T: mine.deadline, promiseKeys })
  const { first, count, path } = receipt.batch
  if (proof.index < first || proof.index >= first + count) throw new Malformed('receipt.batch', 'another batch')
  const hashes = path.map((each) => fromBase64(each))
  const root = batchRoot(entry, proof.index - first, count, hashes)
  if (receipt.token === null) throw new Malformed('receipt.token', 'no time-stamp')
  const anchors = anchorsOf(trust.roots.filter((each) => each.use.includes('tsa')))
  const message = H('tst', u64(first), u64(count), root)
  const { authority, genTime } = checkToken(fromBase64(receipt.token), message, { anchors })
  const terms = { T: mine.deadline, delta: mine.delta, prolonged: Number.MAX_SAFE_INTEGER - mine.deadline }
  if (sightOf({ index: proof.index, tokenTime: genTime }, terms, proof.seen) === 'word')
    throw new Malformed('receipt.token', 'later than the deadline and δ')
  return { authority, genTime }
}
