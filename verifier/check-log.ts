// The log: the checkpoint's signature, the root recomputed from every entry, and consistency with what the auditor saw before.
import { type Checkpoint, type NoteKey, openCheckpoint } from '@naru/log/checkpoint.ts'
import { BadForm } from '@naru/log/encoding.ts'
import { ENTRY_LENGTH, type EntryKind, parseEntry } from '@naru/log/entry.ts'
import { leafHash, type NodeReader, readerOf, rootAt } from '@naru/log/merkle.ts'
import { openWitnessed, parsePolicy, type Witnessed } from '@naru/log/policy.ts'
import { equalBytes, toBase64 } from '@naru/sealing/bytes.ts'
import type { TrustList } from '@naru/sealing/signatures/trust-list.ts'
import type { Findings } from './finding.ts'

/** What an auditor remembers of a log: size and root (32 bytes) of the newest checkpoint seen, and its note. */
export interface Seen {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  readonly note: string
}

/** What the auditor brings; everything that is absent is taken from the bundle, with a warning. */
export interface Auditor {
  readonly logKey?: NoteKey
  readonly promiseKeys?: readonly Uint8Array[]
  /** Witness policy (C2SP tlog-policy). */
  readonly policy?: string
  /** A trust list of the auditor's own, in force everywhere instead of the log's. */
  readonly trust?: TrustList
  /** The newest trust list that was seen in the log; a receipt, which carries none, is judged by it. */
  readonly trustSeen?: TrustList
  readonly seen?: Seen
}

/** A log whose entries give the signed root; `kind` and `commitment` of an entry by its index. */
export interface CheckedLog {
  readonly checkpoint: Checkpoint
  /** Median time of the quorum's witnesses in milliseconds; null without witnesses. */
  readonly witnessedAt: number | null
  readonly note: string
  readonly read: NodeReader
  entry(index: number): { readonly kind: EntryKind; readonly commitment: Uint8Array; readonly bytes: Uint8Array } | null
}

/** Opens the checkpoint under the auditor's key and policy, or the bundle's. Null where the log did not sign it. */
export function checkCheckpoint(
  findings: Findings,
  note: string,
  stated: { readonly origin: string; readonly logKey: NoteKey; readonly policy: string | null },
  auditor: Auditor,
): Pick<Witnessed, 'checkpoint' | 'time'> | null {
  const key = auditor.logKey ?? stated.logKey
  if (!auditor.logKey) findings.add('keysOfBundle', 'checkpoint')
  if (key.name !== stated.origin || stated.logKey.name !== stated.origin) {
    findings.add('otherLog', 'checkpoint', { origin: stated.origin, expected: key.name })
    return null
  }
  let checkpoint: Checkpoint
  try {
    checkpoint = openCheckpoint(note, key)
  } catch (error) {
    if (!(error instanceof BadForm)) throw error
    findings.add('checkpointSignature', 'checkpoint', { reason: error.message })
    return null
  }
  const own = auditor.policy ?? auditor.trust?.policy
  const text = own ?? stated.policy
  if (text === null) {
    findings.add('noWitness', 'checkpoint')
    return { checkpoint, time: null }
  }
  if (own === undefined) findings.add('policyOfBundle', 'policy')
  try {
    const policy = parsePolicy(text)
    if (policy.quorum === null) findings.add('noWitness', 'policy')
    // The policy may list the log under an older key; the one that the auditor trusts is what counts.
    const { time, witnesses } = openWitnessed(note, { ...policy, logs: [{ key, url: null }] })
    findings.count('cosignatures', witnesses.length)
    return { checkpoint, time }
  } catch (error) {
    if (!(error instanceof BadForm)) throw error
    findings.add('quorumMissing', 'checkpoint', { reason: error.message })
    return { checkpoint, time: null }
  }
}

/** Recomputes the root from all entries (34 bytes each, one after the other) and compares it with the checkpoint and the last one seen. */
export function checkEntries(
  findings: Findings,
  entries: Uint8Array,
  { checkpoint, time }: Pick<Witnessed, 'checkpoint' | 'time'>,
  note: string,
  seen: Seen | undefined,
): CheckedLog | null {
  const { size, root } = checkpoint
  if (entries.length !== size * ENTRY_LENGTH) {
    findings.add('entriesCount', 'entries', { is: Math.floor(entries.length / ENTRY_LENGTH), should: size })
    return null
  }
  const at = (index: number): Uint8Array => entries.subarray(index * ENTRY_LENGTH, (index + 1) * ENTRY_LENGTH)
  const read = readerOf(Array.from({ length: size }, (_, index) => leafHash(at(index))))
  findings.count('entries', size)
  const log: CheckedLog = {
    checkpoint,
    witnessedAt: time,
    note,
    read,
    entry: (index) => {
      if (!Number.isSafeInteger(index) || index < 0 || index >= size) return null
      try {
        return { ...parseEntry(at(index)), bytes: at(index) }
      } catch {
        return null
      }
    },
  }
  for (let index = 0; index < size; index += 1) if (!log.entry(index)) findings.add('entryForm', `entries:${index}`)
  const computed = rootAt(read, size)
  if (!equalBytes(computed, root)) {
    findings.add('rootMismatch', 'checkpoint', { is: toBase64(computed), should: toBase64(root) })
    return null
  }
  checkSeen(findings, read, checkpoint, seen)
  return log
}

/** Whether the log only grew since the auditor last saw it. */
export function checkSeen(findings: Findings, read: NodeReader, checkpoint: Checkpoint, seen: Seen | undefined): void {
  if (!seen) return findings.add('firstSight', 'checkpoint', { size: checkpoint.size })
  if (seen.origin !== checkpoint.origin)
    return findings.add('otherLog', 'checkpoint', { origin: checkpoint.origin, expected: seen.origin })
  // An older checkpoint than the one seen: the entries up to it are compared by the caller that has the newer tree.
  if (seen.size > checkpoint.size)
    return findings.add('olderThanSeen', 'checkpoint', { size: checkpoint.size, seen: seen.size })
  if (!equalBytes(rootAt(read, seen.size), seen.root))
    findings.add('fork', 'checkpoint', {
      size: seen.size,
      is: toBase64(rootAt(read, seen.size)),
      should: toBase64(seen.root),
    })
}
