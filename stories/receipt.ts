// What a bidder's own program checks before it calls a bid submitted: everything in the receipt, against the trust list it holds, without a connection.
import { leafHash, rootOfPath } from '@naru/log/merkle.ts'
import { parsePolicy } from '@naru/log/policy.ts'
import { openWitnessedProof } from '@naru/log/proof.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { confirmReceipt as confirmExtra, type OwnSubmission } from '@naru/sealing/confirm-receipt.ts'
import { sealedEntry } from '@naru/sealing/receipt.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'

/**
 * The log index of a bid whose receipt holds: its entry at that index under a checkpoint with the quorum's cosignatures, and all that the file
 * carries beside. Throws `BadForm`, `Malformed` or `Untrusted` with what does not hold.
 */
export function confirmReceipt(
  text: string,
  mine: OwnSubmission,
  trust: unknown,
): { index: number; witnesses: readonly string[] } {
  const list = parseTrustList(trust)
  const entry = sealedEntry(fromBase64(mine.leafSalt), fromBase64(mine.m))
  const { index, witnessed, extra } = openWitnessedProof(text, entry, parsePolicy(list.policy))
  const { checkpoint, time } = witnessed
  const seen = time === null ? null : { size: checkpoint.size, time }
  confirmExtra({ index, extra, seen }, mine, list, (each, place, count, path) =>
    rootOfPath(leafHash(each), place, count, path),
  )
  return { index, witnesses: witnessed.witnesses.map((each) => each.name) }
}
