// How a fact becomes bytes: canonical JSON with the hash of its predecessor, its own hash, and its 34-byte log entry.
import { createHash } from 'node:crypto'
import { getFactType } from '@naru/domain/catalogue.ts'
import type { Fact } from '@naru/domain/history.ts'
import { makeEntry } from '@naru/log/entry.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { actCommitment, commitmentOf, type ObjectLabel, sealedCommitment } from '@naru/sealing/commitment.ts'
import { H } from '@naru/sealing/hash.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'

/** The predecessor of a stream's first fact: 32 zero bytes. */
export const noPredecessor = new Uint8Array(32)

/** A fact as it is stored. `record` is the canonical JSON of the fact with `prev`, the hash of its predecessor in the stream. */
export interface Recorded {
  readonly fact: Fact
  readonly record: string
  readonly hash: Uint8Array
}

/** hash = H("fact", record). */
export function recordFact(fact: Fact, prev: Uint8Array): Recorded {
  const { stream, seq, caseId, type, at, by, body } = fact
  const record = canonicalText({ v: 1, stream, seq, caseId, type, at, by, body, prev: toBase64(prev) })
  return { fact, record, hash: hashRecord(record) }
}

export const hashRecord = (record: string): Uint8Array => H('fact', new TextEncoder().encode(record))

/** A stored record as a fact, with the hash of its predecessor. */
export function readRecord(record: string): { fact: Fact; prev: Uint8Array } {
  const { stream, seq, caseId, type, at, by, body, prev } = JSON.parse(record) as Fact & { prev: string }
  return { fact: { stream, seq, caseId, type, at, by, body }, prev: fromBase64(prev) }
}

/** The public object that the entry of a fact commits to, where the protocol names one (§4a); null for official acts and sealed bids. */
export function loggedObject(fact: Fact): { label: ObjectLabel; object: unknown } | null {
  const { entry, show } = getFactType(fact.type)
  const body = fact.body as Record<string, unknown>
  switch (entry) {
    case 'keyrec':
      return { label: 'keyrec', object: body.record }
    case 'tkd':
      return { label: 'tkd', object: body.tenderKey }
    case 'notice':
    case 'amendment':
      return { label: entry, object: body.notice }
    case 'salt':
      return { label: 'envelope', object: (body.envelope as { header: unknown }).header }
    case 'close':
      return { label: 'close', object: body.close }
    case 'batch':
      return { label: 'batch', object: body.batch }
    case 'opening':
      return { label: 'opening', object: body.opening }
    case 'draw':
      return { label: 'draw', object: body.draw }
    case 'trust':
      return { label: 'trust', object: body.trust }
    case 'token':
      return { label: 'token', object: body.stamp }
    case 'explain':
      return { label: 'explain', object: body.explanation }
    case 'qa':
    case 'award':
    case 'contract':
    case 'evaluation':
    case 'eligibility':
      return { label: entry, object: { v: 1, tender: fact.caseId, ...(show?.(fact.body) as object) } }
    default:
      return null
  }
}

/** The log entry of a fact, and the salt that opens it where the entry is an official act. `random32` is 32 fresh bytes. */
export function entryOf(recorded: Recorded, random32: Uint8Array): { entry: Uint8Array; salt: Uint8Array | null } {
  const { fact, record } = recorded
  const { entry } = getFactType(fact.type)
  if (entry === 'sealed') {
    const { leafSalt, m } = fact.body as { leafSalt: string; m: string }
    return { entry: makeEntry('sealed', sealedCommitment(fromBase64(leafSalt), fromBase64(m))), salt: null }
  }
  const logged = loggedObject(fact)
  if (logged) return { entry: makeEntry(entry, commitmentOf(logged.label, logged.object)), salt: null }
  return { entry: makeEntry('act', actCommitment(random32, JSON.parse(record))), salt: random32 }
}

/** The commitment to a personal value: SHA-256 over a 16-byte salt and the text. */
export const personalCommitment = (salt: Uint8Array, value: string): Buffer =>
  createHash('sha256').update(salt).update(value, 'utf8').digest()
