// Attachments of opened envelopes, read from a deployment segment by segment: they must still make the roots that their bidders committed to.
//
// A bundle does not carry them (up to 5 GiB a bid); their roots stand in the headers that it carries. Memory stays that of one segment.
import { attachmentLeaf, attachmentRoot, checkFileShape } from '@naru/sealing/attachment.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import type { HeaderFile } from '@naru/sealing/envelope.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import type { Bundle } from './bundle.ts'
import type { Findings } from './finding.ts'

/** Reads every attachment of an envelope whose ciphertext is public. `fetch` gives null where the address answers 404. */
export async function checkAttachments(
  findings: Findings,
  bundle: Pick<Bundle, 'bids' | 'tender'>,
  fetch: (path: string) => Promise<Uint8Array | null>,
): Promise<void> {
  for (const { index, envelopes } of bundle.bids.values())
    for (const { cls, header, ciphertext } of envelopes)
      for (const [j, file] of header.files.entries()) {
        if (ciphertext === null) continue
        const place = `/api/cases/${bundle.tender}/attachments/${index}/${encodeURIComponent(cls)}/${j}`
        const at = `bids/${index}.json ${cls} ${j}`
        const say = (code: 'attachmentMissing' | 'attachmentMismatch', reason: string): void =>
          findings.add(code, at, { reason })
        const root = await rootOf(file, (s) => fetch(`${place}/segments/${s}`), say)
        if (root !== null && root !== file.root) say('attachmentMismatch', 'not the segments of its root')
        else if (root !== null) findings.count('attachments')
      }
}

async function rootOf(
  file: HeaderFile,
  read: (s: number) => Promise<Uint8Array | null>,
  say: (code: 'attachmentMissing' | 'attachmentMismatch', reason: string) => void,
): Promise<string | null> {
  try {
    // A header that is not in this form is a bidder's; the attachment then counts as not submitted.
    checkFileShape(file)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return null
  }
  const leaves = [await attachmentLeaf(fromBase64(file.hdr))]
  for (let s = 1; s <= file.segs; s += 1) {
    const segment = await read(s).catch(() => null)
    if (!segment) {
      say('attachmentMissing', `segment ${s}`)
      return null
    }
    leaves.push(await attachmentLeaf(segment))
  }
  return toBase64(attachmentRoot(leaves))
}
