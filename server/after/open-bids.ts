// Opens a round from the posted shares: anyone can compute this from the batches; the platform does it at once and records it as an act.
import { randomUUID } from 'node:crypto'
import type { BidState } from '@naru/domain/bid/bid.ts'
import type { OpenedBid } from '@naru/domain/tender/facts.ts'
import { streamName } from '@naru/domain/id.ts'
import { lotOfClass } from '@naru/domain/tender/content.ts'
import { currentRound, type TenderState } from '@naru/domain/tender/tender.ts'
import { quorumPosted } from '@naru/domain/tender/opening.ts'
import { isTechnicalStage, mayBeOpenedNow } from '@naru/domain/tender/two-stages.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import type { DrawCore, PriceCore, TechCore } from '@naru/sealing/core.ts'
import { draw, drawSeed, type DrawTerms, drawTranscript } from '@naru/sealing/draw.ts'
import { parseHeader } from '@naru/sealing/envelope.ts'
import { parseManifest } from '@naru/sealing/manifest.ts'
import {
  type Batch,
  envelopesToOpen,
  type Opened,
  type Opening,
  openingHash,
  openingOf,
} from '@naru/sealing/opening.ts'
import { doAct } from '../act.ts'
import { readAttemptReport } from '../attempts.ts'
import type { Deployment } from '../deployment.ts'
import { type Box, readBox } from '../read/box.ts'
import { readRecord } from '../record.ts'
import { decodeTenderKey } from '../sealing-port.ts'
import type { StateRow } from '../store/known-states.ts'
import { checkBox } from './check-box.ts'
import { listAttachments } from './open-attachments.ts'
import { openOnThreads } from '@naru/sealing/opening-threads.ts'

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
  const technical = isTechnicalStage(tender)
  // Looked at anew with every turn of the clock, so that a store that was mended opens by itself.
  if (box && !(await checkBox(deployment, caseId, box))) return false
  const input = box && (await (technical ? computeTechnicalOpening(deployment, box) : computeOpening(deployment, box)))
  if (!input) {
    tried.set(caseId, posting)
    return false
  }
  tried.delete(caseId)
  const outcome = await doAct(deployment, {
    caseId,
    act: technical ? 'record-technical-opening' : 'record-opening',
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

/** What the posted shares open of the envelopes whose turn it is, or null while one is still pending. */
async function openBox(deployment: Deployment, box: Box) {
  const { tender, tenderKey } = box
  const round = currentRound(tender)
  const terms = tender.published?.terms
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
  const opens = (index: number, cls: string): boolean => mayBeOpenedNow(tender, index, cls)
  const sealed = envelopesToOpen(descriptor, box.classes, salts, bids, terms.draw?.count ?? null, opens)
  const results = await openOnThreads(descriptor, sealed, box.batches as Batch[], round.absent)
  if (results.some((result) => result.status === 'pending')) return null
  await listAttachments(deployment, tender.id, recipients, sealed, results, (index) => bidOf.get(index)?.bid ?? '')
  const commitment = fromBase64(box.commitment)
  return { recipients, bidOf, results, commitment, opening: openingOf(tender.id, commitment, results) }
}

const isTechnical = (result: Opened): boolean => result.officer === undefined && result.cls.startsWith('tech')

/** The technical answers of the opened envelopes. */
const responsesOf = (results: readonly Opened[], bidAt: (index: number) => string, lots: readonly { id: string }[]) =>
  results
    .filter((result) => isTechnical(result) && result.core)
    .map((result) => ({
      bid: bidAt(result.index),
      lot: lotOfClass(result.cls, lots) ?? '',
      responses: (result.core as TechCore).responses as Record<string, unknown>,
    }))

async function countLate(deployment: Deployment, caseId: string): Promise<number> {
  const late = await deployment.database.db
    .selectFrom('attempt')
    .select((select) => select.fn.coalesce(select.fn.sum<string>('count'), select.val('0')).as('count'))
    .where('case_id', '=', caseId)
    .where('code', '=', 'deadlineHasPassed')
    .where('act', 'in', ['submit-bid', 'withdraw-bid'])
    .executeTakeFirstOrThrow()
  return Number(late.count)
}

const wrongOf = (results: readonly Opened[]): number[] =>
  [...new Set(results.flatMap((result) => result.wrong))].sort((a, b) => a - b)

/** The technical envelopes that the posted shares open; null while one is pending. */
async function computeTechnicalOpening(deployment: Deployment, box: Box) {
  const opened = await openBox(deployment, box)
  if (!opened) return null
  const { tender } = box
  const lots = tender.content?.lots ?? []
  const { bidOf, results, opening } = opened
  const voided = new Map(results.filter((each) => each.status === 'void').map((each) => [each.index, each.code]))
  return {
    close: box.commitment,
    batches: currentRound(tender).batches.length,
    opening,
    bids: results.filter(isTechnical).map((result) => {
      const bid = bidOf.get(result.index)
      const code = voided.get(result.index) ?? null
      return {
        bid: bid?.bid ?? '',
        bidder: bid?.bidder ?? '',
        index: result.index,
        lot: lotOfClass(result.cls, lots) ?? '',
        e: result.e,
        status: code === null ? ('valid' as const) : ('void' as const),
        code,
      }
    }),
    responses: responsesOf(results, (index) => bidOf.get(index)?.bid ?? '', lots),
    wrongShares: wrongOf(results),
    lateAttempts: await countLate(deployment, tender.id),
    attempts: (await readAttemptReport(deployment.database.pool, tender)).lines,
  }
}

/** What the posted shares open, the draw and all that follows; null while an envelope is still pending. */
async function computeOpening(deployment: Deployment, box: Box) {
  const found = await openBox(deployment, box)
  const { tender } = box
  const round = currentRound(tender)
  const terms = tender.published?.terms
  const lots = tender.content?.lots ?? []
  if (!found || !terms) return null
  const { recipients, bidOf, results, commitment, opening } = found
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
  return {
    close: box.commitment,
    batches: round.batches.length,
    opening,
    bids: opened,
    responses: responsesOf(results, (index) => bidOf.get(index)?.bid ?? '', lots),
    wrongShares: wrongOf(results),
    lateAttempts: await countLate(deployment, tender.id),
    attempts: (await readAttemptReport(deployment.database.pool, tender)).lines,
    seed: toBase64(drawSeed(input)),
    draws,
  }
}

/** Publishes the roots of the technical envelopes of an awarded case, confidential ones left out. Answers whether it did. */
export async function publishTechnical(deployment: Deployment, caseId: string): Promise<boolean> {
  const { rows } = await deployment.database.pool.query<{ record: string }>(
    `select record from fact where stream = $1 and type = 'TechnicalOpened' order by seq desc limit 1`,
    [streamName('tender', caseId)],
  )
  const tender = await readTender(deployment, caseId)
  if (!rows[0] || !tender) return false
  const body = readRecord(rows[0].record).fact.body as { round: number; opening: Opening }
  const confidential = new Set(await confidentialEnvelopes(deployment, caseId))
  const opening = { ...body.opening, results: body.opening.results.filter((each) => !confidential.has(each.e)) }
  const outcome = await doAct(deployment, {
    caseId,
    act: 'publish-technical-opening',
    key: randomUUID(),
    actor: { kind: 'platform', part: 'opening' },
    input: { round: body.round, opening },
    size: 0,
  })
  return outcome.done
}

async function confidentialEnvelopes(deployment: Deployment, caseId: string): Promise<string[]> {
  const { rows } = await deployment.database.pool.query<{ state: string }>(
    `select state from current where case_id = $1 and kind = 'bid'`,
    [caseId],
  )
  return rows.flatMap((row) =>
    (JSON.parse(row.state) as BidState).versions.flatMap((version) =>
      version.manifest.envelopes.filter((each) => each.cls.startsWith('conf')).map((each) => each.e),
    ),
  )
}
