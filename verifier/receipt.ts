// Verifying a bidder's receipt: a .tlog-proof file, without any connection.
import { BadForm } from '@naru/log/encoding.ts'
import { type NoteKey, parseCheckpointText, parseNote } from '@naru/log/checkpoint.ts'
import { openWitnessed, parsePolicy } from '@naru/log/policy.ts'
import { openProof, parseProof } from '@naru/log/proof.ts'
import { equalBytes, fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { type Manifest, manifestHash } from '@naru/sealing/manifest.ts'
import { parseReceipt, sealedEntry } from '@naru/sealing/receipt.ts'
import type { Auditor } from './check-log.ts'
import { Findings, type Verdict } from './finding.ts'
import type { PromiseCheck } from './check-round.ts'

/** What the one who verifies knows beside the receipt: the manifest that was sent, and the deadline, where they are at hand. */
export interface Mine {
  readonly manifest?: Manifest
  readonly T?: number
}

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
  const { logKey, promiseKeys } = auditor
  if (!logKey || !promiseKeys) return stop('keysMissing', originOf(proof.checkpoint))
  const { body } = receipt.promise
  const entry = sealedEntry(fromBase64(receipt.leafSalt), fromBase64(receipt.m))
  if (body.log !== logKey.name) findings.add('otherLog', 'receipt', { origin: body.log, expected: logKey.name })
  if (body.m !== receipt.m || !equalBytes(fromBase64(body.entry), entry)) findings.add('promiseMismatch', 'receipt')
  if (!promiseKeys.some((key) => holds(receipt.promise, key))) findings.add('promiseSignature', 'receipt')
  if (mine.manifest && toBase64(manifestHash(mine.manifest)) !== receipt.m) findings.add('receiptEntry', 'receipt')
  if (mine.T !== undefined && body.time > mine.T)
    findings.add('receiptLate', 'receipt', { time: new Date(body.time).toISOString() })
  checkInclusion(findings, text, entry, logKey)
  checkQuorum(findings, proof.checkpoint, auditor)
  const { first, count } = receipt.batch
  if (proof.index < first || proof.index >= first + count) findings.add('receiptProof', 'receipt', { what: 'batch' })
  if (receipt.token === null) findings.add('untimed', 'receipt')
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
function checkQuorum(findings: Findings, note: string, { policy, logKey }: Auditor): void {
  if (policy === undefined || !logKey) return findings.add('noWitness', 'receipt')
  try {
    openWitnessed(note, { ...parsePolicy(policy), logs: [{ key: logKey, url: null }] })
  } catch (error) {
    if (!(error instanceof BadForm)) throw error
    findings.add('quorumMissing', 'receipt', { reason: error.message })
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
