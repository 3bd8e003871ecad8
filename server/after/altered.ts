// Before anything of a box is opened: its bids must still be, byte for byte, those that were sealed and closed. What differs was changed in the store
// since, so it would call a bidder's bid void that was not; the opening stops, and the operator is alarmed (OPN-03).
import { equalBytes, fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { envelopeHash, parseHeader } from '@naru/sealing/envelope.ts'
import { sha256 } from '@naru/sealing/hash.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import type { Deployment } from '../deployment.ts'
import type { Box } from '../read/box.ts'
import { manifestCommitment } from '../sealing-port.ts'

/** A bid of a box by its log index, and what of it is not what was sealed. */
export interface Altered {
  readonly index: number
  readonly what: 'missing' | 'manifest' | 'header' | 'ciphertext'
}

/** All live bids of a box that are not what the close list names. At submission each was checked, so a difference came later. */
export function findAltered(box: Pick<Box, 'items' | 'bids' | 'salts' | 'required'>): Altered[] {
  const items = new Map(box.items.map((item) => [item.index, item]))
  const found: Altered[] = []
  let present = 0
  for (const bid of box.bids) {
    const item = items.get(bid.index)
    const add = (what: Altered['what']): void => void found.push({ index: bid.index, what })
    if (item?.m !== manifestCommitment(bid.manifest) || item.leafSalt !== bid.leafSalt) {
      add('manifest')
      continue
    }
    present += bid.envelopes.length
    for (const { cls, header, ciphertext } of bid.envelopes) {
      const named = bid.manifest.envelopes.find((each) => each.cls === cls)?.e ?? ''
      const broken = brokenOf(named, header, ciphertext)
      if (broken) {
        add(broken)
        break
      }
    }
  }
  // Fewer envelopes than must be opened: those of live bids that are not there.
  const there = new Set(box.bids.map((bid) => bid.index))
  if (found.length === 0 && present < box.required.length - box.salts.length)
    for (const { index, status } of box.items)
      if (status === 'live' && !there.has(index)) found.push({ index, what: 'missing' })
  return found
}

function brokenOf(e: string, header: unknown, ciphertext: string): 'header' | 'ciphertext' | null {
  try {
    const parsed = parseHeader(header)
    if (toBase64(envelopeHash(parsed)) !== e) return 'header'
    return equalBytes(sha256(fromBase64(ciphertext)), fromBase64(parsed.core.sha256)) ? null : 'ciphertext'
  } catch (error) {
    if (error instanceof Malformed) return 'header'
    throw error
  }
}

/** Keeps what was found for the operator's alarm, until the box is whole again. */
export async function noteAltered(deployment: Deployment, caseId: string, altered: readonly Altered[]): Promise<void> {
  const { pool } = deployment.database
  await pool.query('delete from altered_box where case_id = $1 and not (index = any ($2))', [
    caseId,
    altered.map((each) => each.index),
  ])
  for (const { index, what } of altered) {
    const { rowCount } = await pool.query(
      'insert into altered_box (case_id, index, what, at) values ($1, $2, $3, naru_now()) on conflict do nothing',
      [caseId, index, what],
    )
    if (rowCount)
      process.stderr.write(
        `opening: ALARM the bid at log entry ${index} of ${caseId} is not what was sealed (${what})\n`,
      )
  }
}
