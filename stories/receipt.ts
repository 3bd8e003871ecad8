// What a bidder's own device checks before it calls a bid submitted: everything in the receipt, against the trust list it holds, without a connection.
import { rootOfPath, leafHash } from '@naru/log/merkle.ts'
import { parsePolicy } from '@naru/log/policy.ts'
import { openWitnessedProof } from '@naru/log/proof.ts'
import { fromBase64, u64 } from '@naru/sealing/bytes.ts'
import { H } from '@naru/sealing/hash.ts'
import { sightOf } from '@naru/sealing/in-time.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { checkReceipt, parseReceipt, sealedEntry } from '@naru/sealing/receipt.ts'
import { checkToken } from '@naru/sealing/signatures/timestamp.ts'
import { anchorsOf, parseTrustList } from '@naru/sealing/signatures/trust-list.ts'

/** The bidder's own: M and leafSalt of what was sent (base64), the log's origin, the deadline and δ in ms. */
export interface Mine {
  readonly m: string
  readonly leafSalt: string
  readonly log: string
  readonly deadline: number
  readonly delta: number
}

/**
 * The log index of a bid whose receipt holds: its entry at that index under a checkpoint with the quorum's cosignatures, the promise by a listed key
 * and not after the deadline, the batch's time-stamp by a listed authority and not after the deadline plus δ. Throws `BadForm`, `Malformed` or
 * `Untrusted` with what does not hold.
 */
export function confirmReceipt(
  text: string,
  mine: Mine,
  trust: unknown,
): { index: number; witnesses: readonly string[] } {
  const list = parseTrustList(trust)
  const [m, leafSalt] = [fromBase64(mine.m), fromBase64(mine.leafSalt)]
  const entry = sealedEntry(leafSalt, m)
  const { index, witnessed, extra } = openWitnessedProof(text, entry, parsePolicy(list.policy))
  const receipt = parseReceipt(extra ?? new Uint8Array())
  const promiseKeys = list.promiseKeys
    .filter((each) => each.from <= receipt.promise.body.time)
    .map((each) => fromBase64(each.key))
  checkReceipt(receipt, { m, leafSalt, log: mine.log, T: mine.deadline, promiseKeys })
  const { first, count, path } = receipt.batch
  const hashes = path.map((each) => fromBase64(each))
  const root = rootOfPath(leafHash(entry), index - first, count, hashes)
  if (receipt.token === null) throw new Malformed('receipt.token', 'no time-stamp')
  const anchors = anchorsOf(list.roots.filter((each) => each.use.includes('tsa')))
  const { genTime } = checkToken(fromBase64(receipt.token), H('tst', u64(first), u64(count), root), { anchors })
  // Where no authority answered in time, the witnesses of the receipt's own checkpoint show that the bid was there.
  const terms = { T: mine.deadline, delta: mine.delta, prolonged: Number.MAX_SAFE_INTEGER - mine.deadline }
  const { checkpoint, time } = witnessed
  const seen = time === null ? null : { size: checkpoint.size, time }
  if (sightOf({ index, tokenTime: genTime }, terms, seen) === 'word')
    throw new Malformed('receipt.token', 'later than the deadline and δ')
  return { index, witnesses: witnessed.witnesses.map((each) => each.name) }
}
