// Takes the attachments that a submission names: what has arrived of them, and the mark that nothing of them changes any more.
import { createHash } from 'node:crypto'
import type { StoredAttachment } from '@naru/domain/act.ts'
import { attachmentRoot } from '@naru/sealing/attachment.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import type pg from 'pg'

interface Claimed {
  readonly id: string
  readonly hdr: string
  readonly len: string
  readonly segs: number
}

/** A leaf of an attachment's tree: SHA-256(0x00 || bytes). */
export const leafOf = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(Uint8Array.of(0)).update(bytes).digest())

/**
 * The attachments that a submission names, for the act that takes it: found, locked and marked as submitted in the act's own transaction,
 * which undoes the mark where the act is refused. By header in base64.
 */
export async function claimAttachments(
  client: pg.PoolClient,
  caseId: string,
  organisation: string,
  headers: readonly string[],
): Promise<Map<string, StoredAttachment>> {
  const { rows: uploads } = await client.query<Claimed>(
    `update attachment_upload set submitted = coalesce(submitted, naru_now())
     where case_id = $1 and organisation = $2 and hdr = any ($3) and removed is null returning id, hdr, len, segs`,
    [caseId, organisation, headers],
  )
  const { rows: segments } = await client.query<{ upload: string; leaf: Buffer }>(
    'select upload, leaf from attachment_segment where upload = any ($1) order by upload, s',
    [uploads.map((each) => each.id)],
  )
  return new Map(
    uploads.map((upload) => {
      const leaves = segments.filter((each) => each.upload === upload.id).map((each) => new Uint8Array(each.leaf))
      const missing = upload.segs - leaves.length
      const header = leafOf(Buffer.from(upload.hdr, 'base64'))
      const root = missing === 0 ? toBase64(attachmentRoot([header, ...leaves])) : null
      return [upload.hdr, { id: upload.id, len: Number(upload.len), segs: upload.segs, missing, root }]
    }),
  )
}
