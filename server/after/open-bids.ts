// Opens a round from the posted shares: anyone can compute this from the batches; the platform does it at once and records it as an act.
import { randomUUID } from 'node:crypto'
import type { OpenedBid } from '@naru/domain/tender/facts.ts'
import { streamName } from '@naru/domain/id.ts'
import { lotOfClass } from '@naru/domain/tender/content.ts'
import { currentRound, type TenderState } from '@naru/domain/tender/tender.ts'
import { quorumPosted } from '@naru/domain/tender/opening.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import type { DrawCore, PriceCore, TechCore } from '@naru/sealing/core.ts'
import { draw, drawSeed, type DrawTerms, drawTranscript } from '@naru/sealing/draw.ts'
import { parseHeader } from '@naru/sealing/envelope.ts'
import { parseManifest } from '@naru/sealing/manifest.ts'
import { type Batch, envelopesToOpen, type Opened, openingHash, openingOf } from '@naru/sealing/opening.ts'
import { doAct } from '../act.ts'
import type { Deployment } from '../deployment.ts'
import { type Box, readBox } from '../read/box.ts'
import { decodeTenderKey } from '../sealing-port.ts'
import type { StateRow } from '../store/known-states.ts'
import { listAttachments } from './open-attachments.ts'
import { openEnvelopes } from './open-envelopes.ts'

const ciphertextOf = (envelope: { ciphertext: string }): Uint8Array => fromBase64(envelope.ciphertext)

/**
 * Tries to open the current round of a case. Answers whether an opening was recorded. A try that leaves an envelope pending is remembered
 * in `tried`, so that the same shares are not weighed again with every turn of the clock.
 */
export async function openBids(
  deployment: Deployment,
  caseId: string,
  tried = new Map<string, string>(),
): Promise<boolean> {
  const tender = await readTender(deployment, caseId)
  if (tender?.stage !== 'closed' || !quorumPosted(tender)) return false
  const { round, batches, absent } = currentRound(tender)
  const posting = JSON.stringify([round, batches.map((each) => each.seq), absent])
  if (tried.get(caseId) === posting) return false
  const box = await readBox(deployment, caseId)
  const input = box && (await computeOpening(deployment, box))
  if (!input) {
    tried.set(caseId, posting)
    return false
  }
  tried.delete(caseId)
  const outcome = await doAct(deployment, {
    caseId,
    act: 'record-opening',
    key: randomUUID(),
    actor: { kind: 'platform', part: 'opening' },
    input,
    size: 0,
  })
  return outcome.done
}

/** The tender alone: thousands of bids are read only when there is a quorum. */
async function readTender(deployment: Deployment, caseId: string): Promise<TenderState | null> {
  const stream = streamName('tender', caseId)
  const known = deployment.known.of([stream])
  const { rows } = await deployment.database.pool.query<StateRow>({
    name: 'read_tender',
    text: 'select stream, kind, hash, case when hash = any ($2) then null else state end as state from current where stream = $1',
    values: [stream, known.hashes],
  })
  return rows[0] ? (known.stateOf(rows[0]) as TenderState) : null
}

/** What the posted shares open, or null while an envelope is still pending. */
async function computeOpening(deployment: Deployment, box: Box) {
  const { tender, tenderKey } = box
  const round = currentRound(tender)
  const terms = tender.published?.terms
  const lots = tender.content?.lots ?? []
  if (!terms) return null
  const { descriptor, recipients } = decodeTenderKey(tenderKey)
  const bidOf = new Map(box.bids.map((bid) => [bid.index, bid]))
  const bids = box.bids.map((bid) => ({
    index: bid.index,
    leafSalt: bid.leafSalt,
    manifest: parseManifest(bid.manifest),
    envelopes: bid.envelopes.map((envelope) => ({
      cls: envelope.cls,
      header: parseHeader(envelope.header),
      ciphertext: ciphertextOf(envelope),
    })),
  }))
  const salts = box.salts.map(({ i, bidderSalt, index, envelope }) => ({
    i,
    bidderSalt,
    index,
    header: parseHeader(envelope.header),
    ciphertext: ciphertextOf(envelope),
  }))
  const sealed = envelopesToOpen(descriptor, descriptor.classes, salts, bids, terms.draw?.count ?? null)
  const results = await openEnvelopes(descriptor, sealed, box.batches as Batch[], round.absent)
  if (results.some((result) => result.status === 'pending')) return null
  await listAttachments(deployment, tender.id, recipients, sealed, results, (index) => bidOf.get(index)?.bid ?? '')
  const commitment = fromBase64(box.commitment)
  const opening = openingOf(tender.id, commitment, results)
  const isPrice = (result: Opened) => result.officer === undefined && result.cls.startsWith('price')
  // A bid's price stands only if every envelope of the bid is well formed: one manifest, one bid.
  const voided = new Map(
    results
      .filter((result) => result.status === 'void' && result.officer === undefined)
      .map((result) => [result.index, result.code]),
  )
  const opened: OpenedBid[] = results.filter(isPrice).map((result) => {
    const bid = bidOf.get(result.index)
    const core = result.core as PriceCore | null
    const code = voided.get(result.index) ?? null
    return {
      bid: bid?.bid ?? '',
      bidder: bid?.bidder ?? '',
      index: result.index,
      lot: lotOfClass(result.cls, lots) ?? '',
      e: result.e,
      status: code === null && core ? 'valid' : 'void',
      code,
      price:
        code === null && core
          ? {
              currency: core.currency,
              price: core.price,
              vat: core.vat,
              items: core.items.map(({ id, unitPrice, amount }) => ({ id, unitPrice, amount })),
              picks: core.picks ? [...core.picks] : null,
            }
          : null,
    }
  })
  const saltValues = results
    .filter((result) => result.officer !== undefined)
    .map((result) => (result.core ? fromBase64((result.core as DrawCore).salt) : null))
  const drawn = results
    .filter((result) => isPrice(result) && !voided.has(result.index) && result.R !== null)
    .map((result) => ({
      index: result.index,
      R: result.R as Uint8Array,
      picks: (result.core as PriceCore).picks ?? [],
    }))
  const seen = new Set<number>()
  const unique = drawn.filter(({ index }) => !seen.has(index) && seen.add(index))
  const input = { tkd: recipients.tkd, closeCommitment: commitment, beacon: null, salts: saltValues, bids: unique }
  const base = tender.baseAmounts[0]
  const draws =
    terms.draw && base && unique.length > 0
      ? [
          (() => {
            const { ppm, count, top, priceStep, tieRule, fillRule, meanRounding } = terms.draw
            const drawTerms: DrawTerms = {
              base: BigInt(base.amount.amount),
              ppm,
              count,
              top,
              priceStep: BigInt(priceStep),
              tieRule,
              fillRule,
              meanRounding,
            }
            const result = draw({ ...input, terms: drawTerms })
            const transcript = drawTranscript(tender.id, openingHash(opening), input, result)
            return { lot: lots[0]?.id ?? '', draw: transcript, reservePrice: result.reserve.toString() }
          })(),
        ]
      : []
  const responses = results
    .filter((result) => result.officer === undefined && result.cls.startsWith('tech') && result.core)
    .map((result) => ({
      bid: bidOf.get(result.index)?.bid ?? '',
      lot: lotOfClass(result.cls, lots) ?? '',
      responses: (result.core as TechCore).responses as Record<string, unknown>,
    }))
  const late = await deployment.database.db
    .selectFrom('attempt')
    .select((select) => select.fn.coalesce(select.fn.sum<string>('count'), select.val('0')).as('count'))
    .where('case_id', '=', tender.id)
    .where('code', '=', 'deadlineHasPassed')
    .where('act', 'in', ['submit-bid', 'withdraw-bid'])
    .executeTakeFirstOrThrow()
  return {
    close: box.commitment,
    batches: round.batches.length,
    opening,
    bids: opened,
    responses,
    wrongShares: [...new Set(results.flatMap((result) => result.wrong))].sort((a, b) => a - b),
    lateAttempts: Number(late.count),
    seed: toBase64(drawSeed(input)),
    draws,
  }
}
