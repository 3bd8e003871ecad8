// Attempts on sealed bids in the store: kept with every refusal, told apart by kind, raised as alarms, and shown as the report before an opening (SEA-06).
import { type Actor, hasRole } from '@naru/domain/actor.ts'
import {
  type AttemptBy,
  type AttemptKind,
  type AttemptReport,
  attemptKindOf,
  attemptReport,
  attemptReportSchema,
  type CountedAttempt,
  type FoundAltered,
} from '@naru/domain/tender/attempts.ts'
import { type Refusal, refuse } from '@naru/domain/refusal.ts'
import { currentRound, holderByPerson, type TenderState } from '@naru/domain/tender/tender.ts'
import type pg from 'pg'
import { actorName } from './act.ts'
import { checkBox } from './after/check-box.ts'
import type { Deployment } from './deployment.ts'
import { readBox } from './read/box.ts'
import { readNow } from './time.ts'

/**
 * Keeps a refused reading or keeping beside the refused acts; who, when, what and why, never content. Only for a tender that there is: what is
 * asked of others is no attempt on any box, and nobody fills a table with invented ones.
 */
export async function noteRefused(
  deployment: Deployment,
  actor: Actor,
  caseId: string,
  what: string,
  why: Refusal,
): Promise<void> {
  await deployment.database.pool.query(
    `select record_attempt($1, $2, $3, $4, $5, 0) where exists (select from current where stream = 'tender:' || $2)`,
    [await readNow(deployment), caseId, actorName(actor), what, why.refused],
  )
}

interface Row {
  readonly act: string
  readonly code: string
  readonly actor: string
  readonly count: number
  readonly first: string
  readonly last: string
  readonly person: string | null
  readonly organisation: string | null
  readonly supplies: boolean
}

/** All refused attempts on a tender. A bidder's organisation is not told: it would say who bids. */
async function readCounted(client: Pick<pg.Pool, 'query'>, tender: TenderState): Promise<CountedAttempt[]> {
  const { rows } = await client.query<Row>(
    `select a.act, a.code, a.actor, sum(a.count)::int as count, min(a.at) as first, max(coalesce(a.last_at, a.at)) as last,
       m.person, m.organisation,
       exists (select from membership b where b.organisation = m.organisation and 'bidder' = any (b.roles)) as supplies
     from attempt a
     left join lateral (
       select person, organisation from membership where person = a.actor
       union all
       select each->>'person', replace(stream, 'organisation:', '') from current, jsonb_array_elements(state::jsonb->'credentials') as each
       where a.actor like 'credential:%' and kind = 'organisation' and each->>'credential' = substr(a.actor, 12)
       limit 1) as m on true
     where a.case_id = $1 group by 1, 2, 3, m.person, m.organisation`,
    [tender.id],
  )
  return rows.map((row) => ({ ...row, by: byOf(row, tender) }))
}

function byOf({ actor, person, organisation, supplies }: Row, tender: TenderState): AttemptBy {
  const holder = person === null ? null : holderByPerson(tender, person)
  if (holder) return { holder: holder.i }
  if (actor === 'anyone') return 'anyone'
  if (organisation === null || person === null) return 'other-organisation'
  if (Object.values(tender.parties).includes(organisation)) return { official: person }
  return supplies ? 'bidder' : 'other-organisation'
}

/** The report of a tender's newest round as of now. */
export async function readAttemptReport(client: Pick<pg.Pool, 'query'>, tender: TenderState): Promise<AttemptReport> {
  const [counted, { rows: altered }] = await Promise.all([
    readCounted(client, tender),
    client.query<FoundAltered>('select what, at from altered_box where case_id = $1 order by index', [tender.id]),
  ])
  return attemptReport(tender.id, currentRound(tender).round, counted, altered)
}

/** What a holder is shown: the report, and the hash that is confirmed with `attend-opening`. */
export interface ShownReport {
  readonly report: AttemptReport
  readonly hash: string
}

/** Shows the report to a key holder of a closed tender and remembers that it was shown; a refusal for everyone else and before. */
export async function showReport(
  deployment: Deployment,
  actor: Actor,
  tender: TenderState,
): Promise<ShownReport | Refusal> {
  if (!hasRole(actor, 'key-holder') || !holderByPerson(tender, actor.person)) return refuse('youHoldNoKey')
  if (tender.rounds.length === 0 || !currentRound(tender).closing) return refuse('deadlineHasNotPassed')
  // What follows the opening stands in its record, for everyone.
  if (tender.stage !== 'closed') return refuse('stageHasPassed')
  const { pool } = deployment.database
  // What was changed in the store is an attempt too, and nobody has looked since the closing.
  const box = await readBox(deployment, tender.id)
  if (box) await checkBox(deployment, tender.id, box)
  const report = await readAttemptReport(pool, tender)
  const hash = deployment.sealing.commitment('attempt-report', report)
  await pool.query(
    `insert into shown_report (case_id, hash, report, at) values ($1, $2, $3, naru_now())
     on conflict (case_id, hash) do update set at = excluded.at`,
    [tender.id, hash, JSON.stringify(report)],
  )
  await pool.query(`delete from shown_report where case_id = $1 and at < naru_now() - interval '1 day'`, [tender.id])
  return { report, hash }
}

/** The report that an input names by its hash, as it was last shown for this case. */
export async function findShownReport(
  client: Pick<pg.PoolClient, 'query'>,
  caseId: string,
  hash: string,
): Promise<{ report: AttemptReport; at: string } | null> {
  const { rows } = await client.query<{ report: string; at: string }>(
    'select report, at from shown_report where case_id = $1 and hash = $2',
    [caseId, hash],
  )
  const [row] = rows
  return row ? { report: attemptReportSchema.parse(JSON.parse(row.report)), at: row.at } : null
}

/** Kinds of attempts of the last hours, each with the cases that they were on, oldest first. */
export async function recentAttempts(
  client: Pick<pg.Pool, 'query'>,
  hours: number,
): Promise<Map<AttemptKind, { count: number; cases: string[] }>> {
  const { rows } = await client.query<{ act: string; code: string; count: number; cases: string[] }>(
    `select act, code, sum(count)::int as count, (array_agg(distinct case_id))[1:5] as cases from attempt
     where case_id is not null and last_at > naru_now() - make_interval(hours => $1)
       and exists (select from current where stream = 'tender:' || case_id)
     group by act, code`,
    [hours],
  )
  const kinds = new Map<AttemptKind, { count: number; cases: string[] }>()
  for (const { act, code, count, cases } of rows) {
    const kind = attemptKindOf(act, code)
    if (!kind) continue
    const before = kinds.get(kind) ?? { count: 0, cases: [] }
    kinds.set(kind, { count: before.count + count, cases: [...new Set([...before.cases, ...cases])] })
  }
  return kinds
}
