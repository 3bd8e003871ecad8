// Whether a bid stands proven in the public log, as this device sees it: its own entry, the pinned witnesses, the promise and the batch's time-stamp.
import { leafHash, rootOfPath } from '@naru/log/merkle.ts'
import { parsePolicy } from '@naru/log/policy.ts'
import { openWitnessedProof } from '@naru/log/proof.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { confirmReceipt, type OwnSubmission } from '@naru/sealing/confirm-receipt.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { sealedEntry } from '@naru/sealing/receipt.ts'
import type { TrustList } from '@naru/sealing/signatures/trust-list.ts'

/** A bid that stands in the log: where, cosigned by whom, and when an authority stamped it (ms). */
export interface Proven {
  readonly index: number
  readonly witnesses: readonly string[]
  readonly authority: string
  readonly genTime: number
}

/**
 * Rebuilds the entry from the device's own M and leafSalt and checks the whole receipt against the list. Throws `BadForm`, `Malformed` or
 * `Untrusted` with what does not hold.
 */
export function proveBid(text: string, mine: OwnSubmission, trust: TrustList): Proven {
  const entry = sealedEntry(fromBase64(mine.leafSalt), fromBase64(mine.m))
  const { index, witnessed, extra } = openWitnessedProof(text, entry, parsePolicy(trust.policy))
  const { checkpoint, time } = witnessed
  if (checkpoint.origin !== mine.log) throw new Malformed('receipt', 'under a checkpoint of another log')
  const seen = time === null ? null : { size: checkpoint.size, time }
  const stamp = confirmReceipt({ index, extra, seen }, mine, trust, (each, place, count, path) =>
    rootOfPath(leafHash(each), place, count, path),
  )
  return { index, witnesses: witnessed.witnesses.map((each) => each.name), ...stamp }
}
