// Attachments of bids on their way: begun, filled segment by segment in any order, claimed by the bid that names them, or removed.
//
// The server never sees plaintext. A segment is a file of its own: it is written whole, then its row; so a line that drops, a crash or a
// second attempt leaves what arrived before untouched.
import { randomUUID } from 'node:crypto'
import type { Actor } from '@naru/domain/actor.ts'
import { submitBid } from '@naru/domain/bid/acts.ts'
import { whyNot } from '@naru/domain/may.ts'
import { type Invalid, type Refusal, refuse } from '@naru/domain/refusal.ts'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { checkFileShape, mostFiles, mostOfBid, segmentLength } from '@naru/sealing/attachment.ts'
import type { HeaderFile } from '@naru/sealing/envelope.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { FLOE } from '@naru/sealing/floe.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import type { Deployment } from '../deployment.ts'
import { readContext } from '../read/case.ts'
import { readNow } from '../time.ts'
import { leafOf } from './claim.ts'
import { fileAt, newStorageKey } from './store.ts'

/** Bytes of the largest segment. */
export const largestSegment = FLOE.segmentLength

/** Room for a bid that stands and one that replaces it. */
const roomFactor = 2

/** An upload as its bidder sees it; `have` are the segments that arrived, by number, with their leaf in base64. */
export interface AttachmentState {
  readonly id: string
  readonly hdr: string
  readonly len: number
  readonly segs: number
  readonly received: number
  readonly have: Readonly<Record<number, string>>
  readonly submitted: boolean
  readonly created: string
}

interface UploadRow {
  readonly id: string
  readonly case_id: string
  readonly organisation: string
  readonly hdr: string
  readonly len: string
  readonly segs: number
  readonly created: string
  readonly submitted: string | null
}

const columns = 'id, case_id, organisation, hdr, len, segs, created, submitted'

async function stateOf(deployment: Deployment, row: UploadRow): Promise<AttachmentState> {
  const { rows } = await deployment.database.pool.query<{ s: number; leaf: Buffer; length: number }>(
    'select s, leaf, length from attachment_segment where upload = $1 order by s',
    [row.id],
  )
  return {
    id: row.id,
    hdr: row.hdr,
    len: Number(row.len),
    segs: row.segs,
    received: rows.reduce((sum, each) => sum + each.length, 0),
    have: Object.fromEntries(rows.map((each) => [each.s, each.leaf.toString('base64')])),
    submitted: row.submitted !== null,
    created: row.created,
  }
}

const tooMany: Invalid = {
  invalid: [{ path: 'len', code: 'attachmentsAreTooLarge', facts: { most: String(mostOfBid / 1024 ** 3) } }],
}

/** Begins to send an attachment, or answers the one with the same header that was begun before. Only who may submit a bid now may. */
export async function beginAttachment(
  deployment: Deployment,
  actor: Actor,
  caseId: string,
  announced: Pick<HeaderFile, 'hdr' | 'len' | 'segs'>,
): Promise<AttachmentState | Invalid | Refusal> {
  if (actor.kind !== 'person') return refuse('notSignedIn')
  const context = await readContext(deployment, caseId, actor)
  const refused = whyNot(submitBid, context)
  if (refused) return refused
  if (!context.tender) return refuse('caseDoesNotExist')
  try {
    checkFileShape({ ...announced, root: '' })
  } catch (error) {
    if (error instanceof Malformed) return { invalid: [{ path: 'hdr', code: 'format' }] }
    throw error
  }
  const { pool } = deployment.database
  const { rows: known } = await pool.query<UploadRow>(
    `select ${columns} from attachment_upload where case_id = $1 and organisation = $2 and removed is null`,
    [caseId, actor.organisation],
  )
  const same = known.find((each) => each.hdr === announced.hdr)
  if (same) {
    if (Number(same.len) !== announced.len) return { invalid: [{ path: 'len', code: 'format' }] }
    return stateOf(deployment, same)
  }
  const bytes = known.reduce((sum, each) => sum + Number(each.len), announced.len)
  if (known.length >= roomFactor * mostFiles || bytes > roomFactor * (mostOfBid + mostFiles * 1024 ** 2)) return tooMany
  const { rows } = await pool.query<UploadRow>(
    `insert into attachment_upload (id, case_id, round, organisation, person, hdr, len, segs)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning ${columns}`,
    [
      randomUUID(),
      caseId,
      currentRound(context.tender).round,
      actor.organisation,
      actor.person,
      announced.hdr,
      announced.len,
      announced.segs,
    ],
  )
  return rows[0] ? stateOf(deployment, rows[0]) : refuse('someoneElseWasFirst')
}

async function findOwn(deployment: Deployment, actor: Actor, id: string): Promise<UploadRow | null> {
  if (actor.kind !== 'person') return null
  const { rows } = await deployment.database.pool.query<UploadRow>(
    `select ${columns} from attachment_upload where id = $1 and organisation = $2 and removed is null`,
    [id, actor.organisation],
  )
  return rows[0] ?? null
}

/** An upload of the actor's organisation, or null. */
export async function readAttachment(
  deployment: Deployment,
  actor: Actor,
  id: string,
): Promise<AttachmentState | null> {
  const row = await findOwn(deployment, actor, id)
  return row && stateOf(deployment, row)
}

const note = (deployment: Deployment, upload: string, s: number, at: string, bytes: number, outcome: string) =>
  deployment.database.pool.query(
    'insert into attachment_attempt (upload, s, at, bytes, outcome) values ($1, $2, $3, $4, $5)',
    [upload, s, at, bytes, outcome],
  )

/** A segment as it came in: its bytes as far as they arrived, and the leaf that its sender says it has. */
export interface SentSegment {
  readonly bytes: Uint8Array
  readonly leaf: string | null
  /** The line dropped before all bytes had come. */
  readonly cut: boolean
}

/** Stores segment s (1-based) after its length and hash were checked; the first that arrives stays. Every attempt leaves a row. */
export async function storeSegment(
  deployment: Deployment,
  actor: Actor,
  id: string,
  s: number,
  sent: SentSegment,
): Promise<{ stored: true } | { damaged: true } | Invalid | Refusal> {
  const row = await findOwn(deployment, actor, id)
  if (!row) return refuse(actor.kind === 'person' ? 'caseDoesNotExist' : 'notSignedIn')
  if (!Number.isInteger(s) || s < 1 || s > row.segs) return { invalid: [{ path: 's', code: 'format' }] }
  const { bytes } = sent
  const context = await readContext(deployment, row.case_id, actor)
  const refused = whyNot(submitBid, context)
  if (refused) {
    await note(deployment, id, s, context.now, bytes.length, 'late')
    return refused
  }
  const { now } = context
  if (sent.cut) {
    await note(deployment, id, s, now, bytes.length, 'cut')
    return { damaged: true }
  }
  const leaf = leafOf(bytes)
  const expected = segmentLength({ len: Number(row.len), segs: row.segs }, s)
  if (bytes.length !== expected || sent.leaf !== toBase64(leaf)) {
    await note(deployment, id, s, now, bytes.length, 'damaged')
    return { damaged: true }
  }
  const key = newStorageKey()
  await deployment.files.keep(fileAt(key), bytes)
  const { rowCount } = await deployment.database.pool.query(
    `insert into attachment_segment (upload, s, leaf, length, storage_key, at)
     select $1, $2, $3, $4, $5, $6 from attachment_upload where id = $1 and submitted is null and removed is null
     on conflict do nothing`,
    [id, s, leaf, bytes.length, key, now],
  )
  if (rowCount !== 1) await deployment.files.remove(fileAt(key))
  await note(deployment, id, s, now, bytes.length, 'stored')
  return { stored: true }
}

/** Takes back segment s of an upload that no bid names yet, so that it can be sent with other bytes. */
export async function dropSegment(deployment: Deployment, actor: Actor, id: string, s: number): Promise<boolean> {
  const row = await findOwn(deployment, actor, id)
  if (!row || row.submitted) return false
  const { rows } = await deployment.database.pool.query<{ storage_key: string }>(
    `delete from attachment_segment g using attachment_upload u
     where g.upload = u.id and u.id = $1 and g.s = $2 and u.submitted is null returning g.storage_key`,
    [id, s],
  )
  for (const { storage_key } of rows) await deployment.files.remove(fileAt(storage_key))
  return true
}

/** What happened to an upload, for its bidder and, signed by the operator, for whoever has to judge a lateness (SUB-05). */
export async function attachmentProgress(deployment: Deployment, actor: Actor, id: string) {
  if (actor.kind !== 'person') return null
  const { pool } = deployment.database
  const { rows } = await pool.query<UploadRow & { round: number; removed: string | null }>(
    `select ${columns}, round, removed from attachment_upload where id = $1 and organisation = $2`,
    [id, actor.organisation],
  )
  const [row] = rows
  if (!row) return null
  const { rows: attempts } = await pool.query<{ s: number; at: string; bytes: number; outcome: string }>(
    'select s, at, bytes, outcome from attachment_attempt where upload = $1 order by id',
    [id],
  )
  return {
    v: 1 as const,
    log: deployment.logOrigin,
    tender: row.case_id,
    round: row.round,
    bidder: row.organisation,
    hdr: row.hdr,
    len: Number(row.len),
    segs: row.segs,
    begun: row.created,
    submitted: row.submitted,
    removed: row.removed,
    attempts,
    asOf: await readNow(deployment),
  }
}

async function removeUpload(deployment: Deployment, id: string): Promise<boolean> {
  const { pool } = deployment.database
  const { rowCount } = await pool.query(
    'update attachment_upload set removed = naru_now() where id = $1 and submitted is null and removed is null',
    [id],
  )
  if (rowCount !== 1) return false
  // From here no segment can be added; what is left is removed now, or by the next run after a crash.
  await removeBytes(deployment)
  return true
}

async function removeBytes(deployment: Deployment): Promise<void> {
  const { rows } = await deployment.database.pool.query<{ upload: string; s: number; storage_key: string }>(
    `select g.upload, g.s, g.storage_key from attachment_segment g join attachment_upload u on u.id = g.upload
     where u.removed is not null and u.submitted is null`,
  )
  for (const { upload, s, storage_key } of rows) {
    await deployment.files.remove(fileAt(storage_key))
    await deployment.database.pool.query('delete from attachment_segment where upload = $1 and s = $2', [upload, s])
  }
}

/** Gives up an upload that no bid names. Its attempts stay recorded. False when there is none, or when a bid names it. */
export async function abandonAttachment(deployment: Deployment, actor: Actor, id: string): Promise<boolean> {
  const row = await findOwn(deployment, actor, id)
  return row !== null && removeUpload(deployment, id)
}

/** Removes the bytes of uploads that no bid named, one day after their round can take no bid any more. Answers how many uploads. */
export async function clearUnsubmitted(deployment: Deployment): Promise<number> {
  const { rows } = await deployment.database.pool.query<{ id: string }>(
    `select u.id from attachment_upload u left join current c on c.stream = 'tender:' || u.case_id
     where u.submitted is null and u.removed is null
       and (c.open_until is null or c.open_until < naru_now() - interval '1 day' or c.round <> u.round or c.stage <> 'published')
       and u.created < naru_now() - interval '1 day' limit 200`,
  )
  for (const { id } of rows) await removeUpload(deployment, id)
  await removeBytes(deployment)
  return rows.length
}
