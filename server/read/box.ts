// The closed box for its key holders: what each must decrypt, in the order in which shares are posted.
import { requiredEnvelopes } from '@naru/domain/tender/opening.ts'
import { classesOpenedNow, isTechnicalStage, mayBeOpenedNow } from '@naru/domain/tender/two-stages.ts'
import { currentRound, tenderKeyOf, type TenderState } from '@naru/domain/tender/tender.ts'
import type { BidState } from '@naru/domain/bid/bid.ts'
import type {
  CloseItem,
  Manifest,
  ManifestSignature,
  SealedEnvelope,
  ShareBatch,
  TenderKey,
} from '@naru/domain/sealing-port.ts'
import type { Deployment } from '../deployment.ts'
import { loggedObject, readRecord } from '../record.ts'
import { readLogIndexes } from '../context.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { readProof, readWitnessedProof } from './log.ts'
import { readTrust } from '../trust.ts'

/** A live bid with its ciphertext. */
export interface BoxedBid {
  readonly index: number
  readonly bid: string
  readonly bidder: string
  readonly leafSalt: string
  readonly manifest: Manifest
  readonly at: string
  readonly signature: ManifestSignature
  readonly envelopes: readonly (SealedEnvelope & { readonly cls: string })[]
}

export interface Box {
  readonly tender: TenderState
  readonly tenderKey: TenderKey
  readonly close: Readonly<Record<string, unknown>>
  readonly commitment: string
  readonly items: readonly CloseItem[]
  readonly required: readonly string[]
  /** Envelope classes that are opened now. */
  readonly classes: readonly string[]
  /** Where prices are opened after an evaluation: the logged object that says whose, and the proof that it is in the log. */
  readonly evaluation: { readonly proof: string; readonly object: Readonly<Record<string, unknown>> } | null
  readonly log: { readonly origin: string; readonly key: string; readonly policy: string | null }
  /** The proof of the close entry under a checkpoint with the quorum's cosignatures; null until there is one. */
  readonly closeProof: string | null
  readonly salts: readonly {
    readonly i: number
    readonly bidderSalt: string
    readonly index: number
    readonly e: string
    readonly envelope: SealedEnvelope
  }[]
  readonly bids: readonly BoxedBid[]
  readonly batches: readonly ShareBatch[]
}

/** The box of the current round, or null before it is closed. Bids that are not live stay out: their shares are never asked for (S6). */
export async function readBox(deployment: Deployment, caseId: string): Promise<Box | null> {
  const { pool } = deployment.database
  const rows = await pool.query<{ kind: string; year: number; state: string }>(
    `select kind, year, state from current where case_id = $1 and kind in ('tender', 'bid')`,
    [caseId],
  )
  const tenderRow = rows.rows.find((row) => row.kind === 'tender')
  if (!tenderRow) return null
  const tender = JSON.parse(tenderRow.state) as TenderState
  if (tender.rounds.length === 0) return null
  const round = currentRound(tender)
  const key = tenderKeyOf(tender, round.round)
  if (!round.closing || !key || tender.stage === 'cancelled') return null
  const bids = rows.rows.filter((row) => row.kind === 'bid').map((row) => JSON.parse(row.state) as BidState)
  const facts = await pool.query<{ type: string; record: string }>(
    `select type, record from fact where year = $1 and case_id = $2 and type in ('TenderClosed', 'SaltSealed', 'SharesPosted', 'TechnicalSharesPosted', 'EvaluationCompleted')
     and stream = $3 order by seq`,
    [tenderRow.year, caseId, `tender:${caseId}`],
  )
  const indexes = await readLogIndexes(pool, caseId)
  const ofTender = facts.rows.map((row) => readRecord(row.record).fact)
  const closing = ofTender.findLast((fact) => fact.type === 'TenderClosed')
  const closed = closing?.body as { close: Record<string, unknown> }
  const closedAt = indexes.get(`tender:${caseId}#${closing?.seq}`)
  const technical = isTechnicalStage(tender)
  const classes = classesOpenedNow(tender)
  const evaluated = round.technical?.passed && ofTender.findLast((fact) => fact.type === 'EvaluationCompleted')
  const evaluationAt = evaluated ? indexes.get(`tender:${caseId}#${evaluated.seq}`) : undefined
  const proof = evaluationAt === undefined ? null : await readProof(deployment, evaluationAt)
  const evaluation =
    evaluated && proof ? { object: loggedObject(evaluated)?.object as Record<string, unknown>, proof } : null
  const salts = ofTender
    .filter((fact) => fact.type === 'SaltSealed')
    .map((fact) => ({
      seq: fact.seq,
      ...(fact.body as { round: number; i: number; bidderSalt: string; e: string; envelope: SealedEnvelope }),
    }))
    .filter((salt) => classes.includes('draw') && tender.salts.some((each) => each.seq === salt.seq))
    .filter((salt) => salt.round === round.round)
    .map(({ i, bidderSalt, e, envelope, seq }) => ({
      i,
      bidderSalt,
      e,
      envelope,
      index: indexes.get(`tender:${caseId}#${seq}`) ?? -1,
    }))
    .sort((a, b) => a.i - b.i)
  const batches = ofTender
    .filter((fact) => fact.type === (technical ? 'TechnicalSharesPosted' : 'SharesPosted'))
    .map((fact) => fact.body as { round: number; batch: ShareBatch })
    .filter((each) => each.round === round.round)
    .map((each) => each.batch)
  const admitted = new Set(round.admitted.filter((each) => each.admitted).map((each) => each.index))
  const live = round.closing.items.filter((item) => item.status === 'live' && admitted.has(item.index))
  const bidders = new Map(round.closing.bidders.map((each) => [each.index, each]))
  const states = new Map(bids.map((each) => [each.id, each]))
  const wanted = live.map((item) => {
    const entry = bidders.get(item.index)
    const state = states.get(entry?.bid ?? '')
    const version = state?.versions.find((each) => each.m === item.m)
    return { item, bid: entry?.bid ?? '', bidder: entry?.bidder ?? '', version }
  })
  const ciphertexts = await pool.query<{ stream: string; seq: number; record: string }>(
    `select f.stream, f.seq, f.record from fact f join unnest($2::text[], $3::int[]) as w(stream, seq) on f.stream = w.stream and f.seq = w.seq
     where f.year = $1`,
    [tenderRow.year, wanted.map((each) => `bid:${each.bid}`), wanted.map((each) => each.version?.factSeq ?? 0)],
  )
  const records = new Map(ciphertexts.rows.map((row) => [`${row.stream}#${row.seq}`, row.record]))
  return {
    tender,
    tenderKey: key.tenderKey,
    close: closed.close,
    commitment: round.closing.commitment,
    items: round.closing.items,
    required: requiredEnvelopes({ bids }, tender),
    classes,
    evaluation,
    log: {
      origin: deployment.logOrigin,
      key: toBase64(deployment.logPublicKey),
      policy: (await readTrust(deployment))?.policy || null,
    },
    closeProof: closedAt === undefined ? null : await readWitnessedProof(deployment, closedAt),
    salts,
    bids: wanted.flatMap(({ item, bid, bidder, version }) => {
      const record = version && records.get(`bid:${bid}#${version.factSeq}`)
      if (!version || !record) return []
      const { envelopes, signature } = readRecord(record).fact.body as {
        envelopes: readonly SealedEnvelope[]
        signature: ManifestSignature
      }
      const classed = envelopes
        .map((envelope, n) => ({ cls: version.manifest.envelopes[n]?.cls ?? '', ...envelope }))
        .filter((envelope) => mayBeOpenedNow(tender, item.index, envelope.cls))
      if (classed.length === 0) return []
      return [
        {
          index: item.index,
          bid,
          bidder,
          leafSalt: version.leafSalt,
          manifest: version.manifest,
          at: version.at,
          signature,
          envelopes: classed,
        },
      ]
    }),
    batches,
  }
}
