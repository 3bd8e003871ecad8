// A bidder's receipt (protocol §2.6): the proof that the bid stands in the published log, with the promise and the batch's time-stamp, as one file.
import type { Actor } from '@naru/domain/actor.ts'
import type { BidVersion } from '@naru/domain/bid/bid.ts'
import type { TenderState } from '@naru/domain/tender/tender.ts'
import { streamName } from '@naru/domain/id.ts'
import { closesAt } from '@naru/domain/tender/opening.ts'
import { toMilliseconds } from '@naru/domain/time.ts'
import { inclusionProof, readerOf, leafHash } from '@naru/log/merkle.ts'
import { proofText } from '@naru/log/proof.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { receiptBytes, sealedEntry } from '@naru/sealing/receipt.ts'
import { promiseMessage } from '@naru/sealing/signature.ts'
import type { Deployment } from '../deployment.ts'
import { readContext } from './case.ts'
import { withNodes } from './log.ts'

/** The receipt's text (C2SP tlog-proof), or what it waits for. */
export type ReceiptAnswer =
  | { readonly state: 'ready'; readonly text: string }
  | { readonly state: 'waiting'; readonly for: 'place' | 'time-stamp' | 'witnesses' }

interface Stamped {
  readonly token: Buffer
  readonly gen_time: string
}

/** The receipt of one version of the reader's own bid, named by M (base64); null where the reader has no such version. */
export async function readReceipt(
  deployment: Deployment,
  caseId: string,
  actor: Actor,
  m: string,
): Promise<ReceiptAnswer | null> {
  const { ownBid, tender } = await readContext(deployment, caseId, actor)
  const version = ownBid?.versions.find((each) => each.m === m)
  return ownBid && version ? receiptOf(deployment, tender, ownBid.id, version) : null
}

/** The receipt of a version of a bid in this tender, whoever asks. */
export async function receiptOf(
  deployment: Deployment,
  tender: TenderState | null,
  bid: string,
  version: BidVersion,
): Promise<ReceiptAnswer> {
  const { pool } = deployment.database
  const { m } = version
  const placed = await pool.query<{ index: string; first: string | null; count: number }>(
    `select e.index, b.first, b.count from log_entry e left join lateral (
       select first, count from log_batch where first <= e.index order by first desc limit 1) as b on true
     where e.stream = $1 and e.seq = $2`,
    [streamName('bid', bid), version.factSeq],
  )
  const [place] = placed.rows
  if (!place?.first) return { state: 'waiting', for: 'place' }
  const index = Number(place.index)
  const limit = tender?.published ? closesAt(tender) : null
  const isLate = (stamped: Stamped | undefined): boolean =>
    limit !== null && Date.parse(stamped?.gen_time ?? '') > Date.parse(limit)
  const batchToken = await pool.query<Stamped>(
    'select token, gen_time from batch_token where first = $1 order by gen_time, authority limit 1',
    [Number(place.first)],
  )
  // A bid with a token of its own is as a batch of its own; one that came too late tells less than that of the batch.
  const ownToken = await pool.query<Stamped>('select token, gen_time from bid_token where index = $1', [index])
  const byOwn = ownToken.rows.length > 0 && (!isLate(ownToken.rows[0]) || isLate(batchToken.rows[0]))
  const stamped = byOwn ? ownToken.rows[0] : batchToken.rows[0]
  const [first, count] = byOwn ? [index, 1] : [Number(place.first), place.count]
  const awaited = tender?.published?.terms.tokenPerBid === true && count > 1 && ownToken.rows.length === 0
  if ((!stamped || awaited) && deployment.timestampAuthorities.length > 0)
    return { state: 'waiting', for: 'time-stamp' }
  // The first checkpoint over the bid shows best how early the witnesses saw it, which counts where no authority stamped it in time.
  const stampedLate = isLate(stamped)
  const checkpoints = await pool.query<{ size: string; note: string }>(
    `select size, note from witnessed_checkpoint where size > $1 order by size ${stampedLate ? 'asc' : 'desc'} limit 1`,
    [index],
  )
  const [checkpoint] = checkpoints.rows
  if (!checkpoint) return { state: 'waiting', for: 'witnesses' }
  const batch = await pool.query<{ entry: Buffer }>(
    'select entry from log_entry where index >= $1 and index < $2 order by index',
    [first, first + count],
  )
  const own = readerOf(batch.rows.map((row) => leafHash(new Uint8Array(row.entry))))
  const entry = sealedEntry(fromBase64(version.leafSalt), fromBase64(m))
  const body = { v: 1 as const, log: deployment.logOrigin, m, entry: toBase64(entry), time: toMilliseconds(version.at) }
  const extra = receiptBytes({
    v: 1,
    m,
    leafSalt: version.leafSalt,
    promise: { body, sig: toBase64(deployment.signPromise(promiseMessage(body))) },
    batch: { first, count, path: inclusionProof(own, index - first, count).map(toBase64) },
    token: stamped ? toBase64(new Uint8Array(stamped.token)) : null,
  })
  const path = await withNodes(deployment, (read) => inclusionProof(read, index, Number(checkpoint.size)))
  return { state: 'ready', text: proofText({ extra, index, path, checkpoint: checkpoint.note }) }
}
