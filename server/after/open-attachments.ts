// Attachments of opened envelopes: listed before the opening is recorded, then decrypted and scanned in the background.
//
// Plaintext passes through memory segment by segment and is written nowhere; the ciphertext stays as it came and is decrypted anew for
// each reader. An attachment that does not decrypt counts as not submitted; the bid stays valid (protocol §4a).
import { openAttachment } from '@naru/sealing/attachment.ts'
import type { CoreFile } from '@naru/sealing/core.ts'
import { contextOf, type Recipients } from '@naru/sealing/descriptor.ts'
import type { HeaderFile } from '@naru/sealing/envelope.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import type { Opened, Sealed } from '@naru/sealing/opening.ts'
import type { Deployment } from '../deployment.ts'
import { leafOf } from '../files/claim.ts'
import { fileAt, readWhole, StoreIsDown } from '../files/store.ts'
import { type Loop, startLoop } from '../loop.ts'
import { type ScanAddress, scanBytes } from '../neighbours/scan.ts'

/** What is known of an attachment of an opened envelope. `ctx` and `root` are what its key follows from. */
export interface OpenedAttachment {
  readonly index: number
  readonly cls: string
  readonly j: number
  readonly bid: string
  readonly name: string
  readonly mime: string
  readonly size: number
  readonly upload: string
  readonly file: HeaderFile
  readonly ctx: Uint8Array
  readonly root: Uint8Array
  readonly state: 'waiting' | 'clean' | 'infected' | 'unreadable'
}

/** Lists the attachments of the valid envelopes that were opened now. May be called again with the same. */
export async function listAttachments(
  deployment: Deployment,
  caseId: string,
  recipients: Recipients,
  sealed: readonly Sealed[],
  results: readonly Opened[],
  bidOf: (index: number) => string,
): Promise<void> {
  const { pool } = deployment.database
  for (const [n, result] of results.entries()) {
    const envelope = sealed[n]
    const { core, R } = result
    if (result.status !== 'valid' || !envelope || !core || !('files' in core) || !R) continue
    for (const [j, { name, mime, size }] of (core.files as readonly CoreFile[]).entries()) {
      const file = envelope.header.files[j]
      await pool.query(
        `insert into opened_attachment (case_id, index, cls, j, bid, name, mime, size, upload, file, ctx, root)
         select $1, $2, $3, $4, $5, $6, $7, $8, u.id, $9, $10, $11 from attachment_upload u
         where u.case_id = $1 and u.hdr = $12 and u.submitted is not null limit 1 on conflict do nothing`,
        [
          caseId,
          result.index,
          result.cls,
          j,
          bidOf(result.index),
          name.replaceAll('\u0000', ''),
          mime.replaceAll('\u0000', ''),
          size,
          JSON.stringify(file),
          Buffer.from(contextOf(recipients, result.cls, envelope.bc)),
          Buffer.from(R),
          file?.hdr ?? '',
        ],
      )
    }
  }
}

interface Row {
  readonly case_id: string
  readonly index: string
  readonly cls: string
  readonly j: number
  readonly bid: string
  readonly name: string
  readonly mime: string
  readonly size: string
  readonly upload: string
  readonly file: string
  readonly ctx: Buffer
  readonly root: Buffer
  readonly state: OpenedAttachment['state']
}

const attachmentOf = (row: Row): OpenedAttachment => ({
  index: Number(row.index),
  cls: row.cls,
  j: row.j,
  bid: row.bid,
  name: row.name,
  mime: row.mime,
  size: Number(row.size),
  upload: row.upload,
  file: JSON.parse(row.file) as HeaderFile,
  ctx: new Uint8Array(row.ctx),
  root: new Uint8Array(row.root),
  state: row.state,
})

const columns = 'case_id, index, cls, j, bid, name, mime, size, upload, file, ctx, root, state'

/** Attachments of a case's opened envelopes by index, class and place. Who may see them is the caller's matter. */
export async function readOpenedAttachments(deployment: Deployment, caseId: string): Promise<OpenedAttachment[]> {
  const { rows } = await deployment.database.pool.query<Row>(
    `select ${columns} from opened_attachment where case_id = $1 order by index, cls, j`,
    [caseId],
  )
  return rows.map(attachmentOf)
}

/**
 * Encrypted segment s (1-based) of an upload as it came in; null where there is none. Throws StoreIsDown where the bytes are not those that
 * came in: that is the store's fault, never the bidder's, and may pass.
 */
export async function readSegment(deployment: Deployment, upload: string, s: number): Promise<Buffer | null> {
  const { rows } = await deployment.database.pool.query<{ storage_key: string; leaf: Buffer }>(
    'select storage_key, leaf from attachment_segment where upload = $1 and s = $2',
    [upload, s],
  )
  if (!rows[0]) return null
  const bytes = await readWhole(deployment.files, fileAt(rows[0].storage_key))
  if (!bytes || !rows[0].leaf.equals(leafOf(bytes)))
    throw new StoreIsDown(`segment ${s} of upload ${upload} is ${bytes ? 'not what was stored' : 'missing'}`)
  return bytes
}

/** Leaves of an upload's segments in order. */
export async function readLeaves(deployment: Deployment, upload: string): Promise<Uint8Array[]> {
  const { rows } = await deployment.database.pool.query<{ leaf: Buffer }>(
    'select leaf from attachment_segment where upload = $1 order by s',
    [upload],
  )
  return rows.map((row) => new Uint8Array(row.leaf))
}

/** The plaintext of an opened attachment, segment by segment. Throws `Malformed` where it does not decrypt. */
export function decryptAttachment(deployment: Deployment, opened: OpenedAttachment): AsyncGenerator<Uint8Array> {
  const { ctx, root: R, j, file, size, upload } = opened
  return openAttachment({
    ctx,
    R,
    j,
    file,
    size,
    read: async (s) => (await readSegment(deployment, upload, s)) ?? new Uint8Array(0),
  })
}

/** Starts the loop that decrypts and scans what was opened, one file at a time. Without a scanner only decryption is tried. */
export function startAttachments(
  deployment: Deployment,
  scanner: ScanAddress | null,
  intervalMs = 500,
): Pick<Loop, 'run' | 'stop'> {
  const { pool } = deployment.database

  async function judge(row: Row): Promise<void> {
    const opened = attachmentOf(row)
    const key = [row.case_id, row.index, row.cls, row.j]
    const settle = async (state: string, note: string | null) => {
      await pool.query(
        'update opened_attachment set state = $5, note = $6 where case_id = $1 and index = $2 and cls = $3 and j = $4',
        [...key, state, note],
      )
      // Pages that show the verdict are made anew.
      deployment.publicChange += 1
    }
    const again = (note: string) =>
      pool.query(
        `update opened_attachment set failures = failures + 1, note = $5,
           next_try = clock_timestamp() + make_interval(secs => least(600, 2 ^ least(failures, 10)))
         where case_id = $1 and index = $2 and cls = $3 and j = $4`,
        [...key, note.slice(0, 300)],
      )
    try {
      if (!scanner) {
        for await (const part of decryptAttachment(deployment, opened)) void part
        await again('no scanner')
        return
      }
      // A first pass tells what does not decrypt from a scanner that fails.
      for await (const part of decryptAttachment(deployment, opened)) void part
      const verdict = await scanBytes(scanner, decryptAttachment(deployment, opened))
      await settle(verdict.clean ? 'clean' : 'infected', verdict.clean ? null : verdict.virus)
    } catch (error) {
      if (error instanceof Malformed) await settle('unreadable', error.message)
      else await again((error as Error).message)
    }
  }

  return startLoop('attachments', intervalMs, async (stopped) => {
    const { rows } = await pool.query<Row>(
      `select ${columns} from opened_attachment where state = 'waiting' and next_try <= clock_timestamp() order by next_try limit 20`,
    )
    for (const row of rows) {
      if (stopped()) break
      await judge(row)
    }
    return rows.length
  })
}
