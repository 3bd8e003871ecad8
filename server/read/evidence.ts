// What lets a key holder's program judge a closed box by itself: where its objects stand in the log, the promises, and the logged tokens.
import { logCase } from '@naru/domain/log/log.ts'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { toMilliseconds } from '@naru/domain/time.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { sealedEntry } from '@naru/sealing/receipt.ts'
import { promiseMessage, type SignedPromise } from '@naru/sealing/signature.ts'
import { readLogIndexes } from '../context.ts'
import type { Deployment } from '../deployment.ts'
import { loggedObject, readRecord } from '../record.ts'
import type { Box } from './box.ts'

/** Facts that say a notice anew: the newest is the one in force. */
const notices = ['TenderPublished', 'TenderAmended', 'DeadlineMovedByOutage', 'DeltaProlonged', 'RebidStarted']

/** An object of the log with the index of its entry. */
interface Placed {
  readonly index: number
  readonly object: unknown
}

/** The indexes are claims: a reader proves them against a witnessed checkpoint. */
export interface Evidence {
  readonly close: number
  readonly notice: Placed & { readonly kind: 'notice' | 'amendment' }
  readonly eligibility: Placed | null
  readonly evaluation: Placed | null
  readonly tokens: readonly Placed[]
  /** Where δ was prolonged: the cosigned note of the checkpoint by which the witnesses had seen the bids. */
  readonly witnessed: string | null
}

/** The evidence for a box, or null while one of its entries has no place in the log yet. */
export async function readEvidence(deployment: Deployment, caseId: string, box: Box): Promise<Evidence | null> {
  const { pool } = deployment.database
  const stream = `tender:${caseId}`
  const { rows } = await pool.query<{ record: string }>(
    `select f.record from fact f join current c on c.year = f.year and c.stream = f.stream where f.stream = $1 and f.type = any ($2) order by f.seq`,
    [stream, [...notices, 'TenderClosed', 'EligibilityRecorded', 'EvaluationCompleted']],
  )
  const indexes = await readLogIndexes(pool, caseId)
  const { round } = currentRound(box.tender)
  const facts = rows.map((row) => readRecord(row.record).fact)
  const placedOf = (of: readonly string[]): (Placed & { readonly label: string }) | null => {
    const fact = facts.findLast((each) => of.includes(each.type))
    const index = fact && indexes.get(`${stream}#${fact.seq}`)
    const logged = fact && loggedObject(fact)
    return fact && logged && index !== undefined ? { index, object: logged.object, label: logged.label } : null
  }
  const notice = placedOf(notices)
  const close = placedOf(['TenderClosed'])
  if (!notice || !close) return null
  const newest = facts.findLast((each) => notices.includes(each.type))
  const prolonged =
    newest?.type === 'DeltaProlonged'
      ? (newest.body as { notice: { round: number }; prolongation: { witnessed: { note: string } | null } })
      : null
  const eligibility = placedOf(['EligibilityRecorded'])
  const evaluation = box.evaluation ? placedOf(['EvaluationCompleted']) : null
  const plain = (placed: Placed | null): Placed | null => placed && { index: placed.index, object: placed.object }
  const ofRound = (placed: Placed | null): Placed | null =>
    placed && (placed.object as { round?: number }).round === round ? plain(placed) : null
  return {
    close: close.index,
    notice: {
      index: notice.index,
      object: notice.object,
      kind: notice.label === 'notice' ? 'notice' : 'amendment',
    },
    eligibility: ofRound(eligibility),
    evaluation: ofRound(evaluation),
    witnessed: prolonged?.notice.round === round ? (prolonged.prolongation.witnessed?.note ?? null) : null,
    tokens: await readTokens(
      deployment,
      box.bids.map((bid) => bid.index),
    ),
  }
}

/** The logged tokens of the batches in which these entries stand, and their own. */
async function readTokens(deployment: Deployment, indexes: readonly number[]): Promise<Placed[]> {
  const { rows } = await deployment.database.pool.query<{ index: string; record: string }>(
    `with batches as (select distinct (select max(b.first) from log_batch b where b.first <= i) as first from unnest($1::bigint[]) as i)
     select e.index, f.record from log_entry e join current c on c.stream = e.stream
     join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq
     where e.case_id = $2 and f.type = 'BatchStamped' and ((f.record::jsonb #>> '{body,stamp,first}')::bigint in (select first from batches)
       or f.record::jsonb #>> '{body,own}' = 'true' and (f.record::jsonb #>> '{body,stamp,first}')::bigint = any ($1)) order by e.index`,
    [indexes, logCase],
  )
  return rows.flatMap((row) => {
    const logged = loggedObject(readRecord(row.record).fact)
    return logged ? [{ index: Number(row.index), object: logged.object }] : []
  })
}

/** The operator's promise of a bid in the box, as its bidder got it: the same bytes, since Ed25519 signs the same way twice. */
export function promiseOf(deployment: Deployment, bid: Box['bids'][number], m: string): SignedPromise {
  const entry = sealedEntry(fromBase64(bid.leafSalt), fromBase64(m))
  const body = { v: 1 as const, log: deployment.logOrigin, m, entry: toBase64(entry), time: toMilliseconds(bid.at) }
  return { body, sig: toBase64(deployment.signPromise(promiseMessage(body))) }
}
