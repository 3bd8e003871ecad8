// The no-orphan rule (protocol §2.8): every sealed entry is in a close list or explained, 30 days after the last deadline of its time at the latest.
import { randomBytes, randomUUID } from 'node:crypto'
import type { Explanation } from '@naru/domain/log/facts.ts'
import { explanationDays, logCase } from '@naru/domain/log/log.ts'
import { isRefusal, type Refusal, refuse } from '@naru/domain/refusal.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { H } from '@naru/sealing/hash.ts'
import { doAct } from './act.ts'
import type { Deployment } from './deployment.ts'
import { readRecord } from './record.ts'

/** A sealed entry that no close list names and nobody explained. */
export interface Unexplained {
  readonly index: number
  readonly at: string
  /** Whether it belongs to a bid of a round that is not closed yet: its close list will name it. */
  readonly waiting: boolean
  readonly dummy: boolean
  readonly due: string
  readonly overdue: boolean
}

const unexplained = `
  with listed as (
    select (item ->> 'index')::bigint as index from fact f, jsonb_array_elements(f.record::jsonb -> 'body' -> 'items') as item
    where f.type = 'TenderClosed'
    union
    select (f.record::jsonb #>> '{body,explanation,index}')::bigint from fact f where f.type = 'EntryExplained'
  )
  select e.index, e.at, e.case_id = $1 as dummy,
    exists (select from current c where c.stream = 'tender:' || e.case_id and c.open_until is not null) as waiting,
    d.due, d.due < naru_now() as overdue
  from log_entry e, lateral (
    select coalesce(max(l.deadline), e.at) + make_interval(days => $2) as due from listing l
    where l.source = 'naru' and l.published_at <= e.at and l.deadline > e.at
  ) as d
  where get_byte(e.entry, 1) = 1 and not exists (select from listed where listed.index = e.index)
  order by e.index`

/** All sealed entries that are neither listed nor explained, in log order. */
export async function readUnexplained(deployment: Deployment): Promise<readonly Unexplained[]> {
  const { rows } = await deployment.database.pool.query<Omit<Unexplained, 'index'> & { index: string }>(unexplained, [
    logCase,
    explanationDays,
  ])
  return rows.map((row) => ({ ...row, index: Number(row.index) }))
}

const does = (deployment: Deployment, act: string, input: unknown) =>
  doAct(deployment, {
    caseId: logCase,
    act,
    key: randomUUID(),
    actor: { kind: 'platform', part: 'log' },
    input,
    size: 0,
  })

/** Adds an entry that nobody can tell from a bid: its M is H("dummy", r) of a random r, which its explanation reveals. */
export async function sealDummy(deployment: Deployment): Promise<void> {
  const [r, leafSalt] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]
  const dummy = { leafSalt: toBase64(leafSalt), m: toBase64(H('dummy', r)), r: toBase64(r) }
  const outcome = await does(deployment, 'seal-dummy', dummy)
  if (!outcome.done) throw new Error(JSON.stringify(outcome.why))
}

/**
 * Explains the sealed entry at an index. What it was is found in the record: a dummy is a dummy, whatever is said. Answers null, or a refusal;
 * a bid that a close list names or will name is refused as something that exists already.
 */
export async function explainEntry(
  deployment: Deployment,
  index: number,
  said: { readonly what: Exclude<Explanation['what'], 'dummy'>; readonly reason: string; readonly signer: string },
): Promise<Refusal | null> {
  const open = await readUnexplained(deployment)
  const entry = open.find((each) => each.index === index)
  if (!entry || entry.waiting) return refuse('alreadyExists')
  const { rows } = await deployment.database.pool.query<{ record: string }>(
    `select f.record from log_entry e join current c on c.stream = e.stream
     join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq where e.index = $1`,
    [index],
  )
  const body = readRecord(rows[0]?.record ?? '').fact.body as { leafSalt: string; m: string; r?: string }
  const explanation: Explanation = {
    v: 1,
    index,
    what: body.r ? 'dummy' : said.what,
    leafSalt: body.leafSalt,
    m: body.m,
    r: body.r ?? null,
    reason: said.reason,
    signer: said.signer,
  }
  const outcome = await does(deployment, 'explain-entry', { explanation })
  if (outcome.done) return null
  if (isRefusal(outcome.why)) return outcome.why
  throw new Error(JSON.stringify(outcome.why))
}
