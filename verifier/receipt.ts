// Verifying a bidder's receipt: a .tlog-proof file, without any connection.
import { BadForm } from '@naru/log/encoding.ts'
import { type NoteKey, parseCheckpointText, parseNote } from '@naru/log/checkpoint.ts'
import { leafHash, rootOfPath } from '@naru/log/merkle.ts'
import { openWitnessed, parsePolicy } from '@naru/log/policy.ts'
import { openProof, parseProof } from '@naru/log/proof.ts'
import { equalBytes, fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { type Manifest, manifestHash } from '@naru/sealing/manifest.ts'
import { parseReceipt, type Receipt, sealedEntry } from '@naru/sealing/receipt.ts'
import { trustOf } from '@naru/sealing/signatures/cades.ts'
import { Untrusted } from '@naru/sealing/signatures/certificate.ts'
import type { TrustList } from '@naru/sealing/signatures/trust-list.ts'
import type { Auditor } from './check-log.ts'
import { batchMessage, checkBatchToken } from './check-time.ts'
import { promiseKeysOf } from './check-trust.ts'
import { Findings, type Verdict } from './finding.ts'
import type { PromiseCheck } from './check-round.ts'

/** What the one who verifies knows beside the receipt: the manifest that was sent, and the deadline with its δ (ms), where they are at hand. */
export interface Mine {
  readonly manifest?: Manifest
  readonly T?: number
  readonly delta?: number
}

/** δ of the terms where nothing else is said (protocol §5), ms. */
const usualDelta = 60_000

const quoted = /^c2sp\.org\/tlog-proof@v1\n/

/** Whether a text looks like a receipt at all. */
export const isReceipt = (text: string): boolean => quoted.test(text)

/** Verifies a receipt by the auditor's keys; without a key of the log nothing can be said. */
export function verifyReceipt(text: string, auditor: Auditor, holds: PromiseCheck, mine: Mine = {}): Verdict {
  const findings = new Findings()
  const stop = (code: 'notAReceipt' | 'keysMissing', reason = ''): Verdict => {
    findings.add(code, 'receipt', { reason })
    return findings.verdict('receipt')
  }
  let proof: ReturnType<typeof parseProof>
  let receipt: ReturnType<typeof parseReceipt>
  try {
    proof = parseProof(text)
    receipt = parseReceipt(proof.extra ?? new Uint8Array(0))
  } catch (error) {
    if (error instanceof BadForm || error instanceof Malformed) return stop('notAReceipt', error.message)
    throw error
  }
  const { body } = receipt.promise
  const { logKey } = auditor
  const trust = auditor.trust ?? auditor.trustSeen ?? null
  const promiseKeys = auditor.promiseKeys ?? (trust ? promiseKeysOf(trust, body.time) : null)
  if (!logKey || !promiseKeys) return stop('keysMissing', originOf(proof.checkpoint))
  const entry = sealedEntry(fromBase64(receipt.leafSalt), fromBase64(receipt.m))
  if (body.log !== logKey.name) findings.add('otherLog', 'receipt', { origin: body.log, expected: logKey.name })
  if (body.m !== receipt.m || !equalBytes(fromBase64(body.entry), entry)) findings.add('promiseMismatch', 'receipt')
  if (!promiseKeys.some((key) => holds(receipt.promise, key))) findings.add('promiseSignature', 'receipt')
  if (mine.manifest && toBase64(manifestHash(mine.manifest)) !== receipt.m) findings.add('receiptEntry', 'receipt')
  if (mine.T !== undefined && body.time > mine.T)
    findings.add('receiptLate', 'receipt', { time: new Date(body.time).toISOString() })
  checkInclusion(findings, text, entry, logKey)
  checkQuorum(findings, proof.checkpoint, logKey, auditor.policy ?? trust?.policy)
  checkStamp(findings, receipt, proof.index, entry, trust, mine)
  findings.count('receipts')
  return findings.verdict(`index ${proof.index}, ${new Date(body.time).toISOString()}`)
}

function checkInclusion(findings: Findings, text: string, entry: Uint8Array, logKey: NoteKey): void {
  try {
    openProof(text, entry, logKey)
  } catch (error) {
    if (!(error instanceof BadForm)) throw error
    findings.add('receiptProof', 'receipt', { reason: error.message })
  }
}

/** The receipt's checkpoint has the witnesses that the auditor's own policy demands. */
function checkQuorum(findings: Findings, note: string, logKey: NoteKey, policy: string | undefined): void {
  if (!policy) return findings.add('noWitness', 'receipt')
  try {
    openWitnessed(note, { ...parsePolicy(policy), logs: [{ key: logKey, url: null }] })
  } catch (error) {
    if (!(error instanceof BadForm)) throw error
    findings.add('quorumMissing', 'receipt', { reason: error.message })
  }
}

/** The batch of the receipt holds the entry, and a listed authority stamped it by T + δ. */
function checkStamp(
  findings: Findings,
  { batch, token }: Receipt,
  index: number,
  entry: Uint8Array,
  trust: TrustList | null,
  { T, delta = usualDelta }: Mine,
): void {
  const { first, count, path } = batch
  if (index < first || index >= first + count) return findings.add('receiptProof', 'receipt', { what: 'batch' })
  if (!trust) return findings.add('tokenUnchecked', 'receipt')
  if (token === null) {
    const stamped = trust.timestampAuthorities.length > 0
    return findings.add(stamped ? 'tokenMissing' : 'noAuthority', 'receipt')
  }
  try {
    const hashes = path.map((each) => fromBase64(each))
    const root = rootOfPath(leafHash(entry), index - first, count, hashes)
    const message = batchMessage(first, count, root)
    const { genTime } = checkBatchToken(fromBase64(token), message, { list: trust, trust: trustOf(trust) })
    findings.count('tokens')
    if (T !== undefined && genTime > T + delta)
      findings.add('receiptLate', 'receipt', { time: new Date(genTime).toISOString() })
  } catch (error) {
    if (!(error instanceof BadForm) && !(error instanceof Malformed) && !(error instanceof Untrusted)) throw error
    findings.add('receiptToken', 'receipt', { reason: error.message })
  }
}

/** The log that a note says it is of, before any signature is looked at. */
export function originOf(note: string): string {
  try {
    return parseCheckpointText(parseNote(note).text).origin
  } catch {
    return ''
  }
}
