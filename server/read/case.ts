// Reads one case for one reader: the same answer for screens, task lists and other systems.
import type { ActContext } from '@naru/domain/act.ts'
import { type Actor, anyone } from '@naru/domain/actor.ts'
import { streamName } from '@naru/domain/id.ts'
import { mapPersonal } from '@naru/domain/personal.ts'
import { type PlanView, type TenderView, viewPlan, viewTender } from '@naru/domain/view.ts'
import { type CaseRow, contextOf } from '../context.ts'
import type { Deployment } from '../deployment.ts'

/** Names that a view's ids stand for. */
export interface Names {
  readonly organisations: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly identifiers: Readonly<Record<string, { scheme: string; id: string } | null>>
}

export type CaseView = (TenderView | PlanView) & {
  readonly names: Names
  /** Log index of each fact that this reader may see, by `stream#seq`, and of the newest public one. */
  readonly log: { readonly newest: number | null; readonly facts: readonly CaseFact[] }
}

/** One line of a case's history. */
export interface CaseFact {
  readonly index: number | null
  readonly stream: string
  readonly seq: number
  readonly type: string
  readonly at: string
  readonly hash: string
}

/** The context of a reader on a case, outside any lock. */
export async function readContext(deployment: Deployment, caseId: string, actor: Actor): Promise<ActContext> {
  const organisation = actor.kind === 'person' ? streamName('organisation', actor.organisation) : null
  const known = deployment.known.of([
    streamName('tender', caseId),
    streamName('plan', caseId),
    ...(organisation ? [organisation] : []),
  ])
  const { rows } = await deployment.database.pool.query<Omit<CaseRow, 'state'> & { state: string | null }>({
    name: 'read_case',
    // Each kind of row by its own index: the bids of others are not walked through.
    text: `select naru_now() as now, c.stream, c.kind, c.hash, case when c.hash = any ($4) then null else c.state end as state
      from (select 1) as one left join lateral (
        select * from current o where o.stream = $2
        union all
        select * from current k where k.case_id = $1 and k.kind in ('organisation', 'plan', 'tender', 'contract') and k.stream is distinct from $2
        union all
        select * from current b where b.case_id = $1 and b.kind = 'bid' and b.owner = $3
      ) as c on true`,
    values: [caseId, organisation, actor.kind === 'person' ? actor.organisation : null, known.hashes],
  })
  return contextOf(deployment, caseId, actor, rows, known.stateOf)
}

/** The case as the reader may see it, or null. */
export async function readCase(deployment: Deployment, caseId: string, actor: Actor): Promise<CaseView | null> {
  const context = await readContext(deployment, caseId, actor)
  const view = viewTender(context) ?? viewPlan(context)
  if (!view) return null
  const [names, log] = await Promise.all([readNames(deployment, view), readHistory(deployment, caseId)])
  const shown = (await resolvePersonal(deployment, view)) as TenderView | PlanView
  return { ...shown, names, log }
}

/** The public facts of a case with their log indexes, oldest first. */
export async function readHistory(
  deployment: Deployment,
  caseId: string,
): Promise<{ newest: number | null; facts: CaseFact[] }> {
  const { rows } = await deployment.database.pool.query<{
    index: string
    stream: string
    seq: number
    type: string
    at: string
    hash: Buffer
  }>({
    name: 'read_history',
    text: `select e.index, e.stream, e.seq, f.type, f.at, f.hash from log_entry e
      join current c on c.stream = e.stream join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq
      where e.case_id = $1 and e.public order by e.index`,
    values: [caseId],
  })
  const facts = rows.map((row) => ({ ...row, index: Number(row.index), hash: row.hash.toString('base64') }))
  return { newest: facts.at(-1)?.index ?? null, facts }
}

function idsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === 'string') {
    if (value.length === 36 && value[14] === '4') found.add(value)
  } else if (Array.isArray(value)) for (const each of value) idsIn(each, found)
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) idsIn(each, found)
  return found
}

/** Names and identifiers of every organisation that a value mentions. */
export async function readNames(deployment: Deployment, value: unknown): Promise<Names> {
  const ids = [...idsIn(value)].map((id) => `organisation:${id}`)
  const { rows } = await deployment.database.pool.query<{ state: string }>({
    name: 'read_names',
    text: 'select state from current where stream = any ($1)',
    values: [ids],
  })
  const profiles = rows.map(
    (row) =>
      JSON.parse(row.state) as {
        id: string
        profile: { name: Record<string, string>; identifier: { scheme: string; id: string } | null }
      },
  )
  return {
    organisations: Object.fromEntries(profiles.map(({ id, profile }) => [id, profile.name])),
    identifiers: Object.fromEntries(profiles.map(({ id, profile }) => [id, profile.identifier])),
  }
}

/** Puts personal values back in the place of their commitments; erased ones stay erased. */
export async function resolvePersonal(deployment: Deployment, value: unknown): Promise<unknown> {
  const commitments = new Set<string>()
  mapPersonal(value, (each) => {
    if ('$commitment' in each) commitments.add(each.$commitment)
    return each
  })
  if (commitments.size === 0) return value
  const rows = await deployment.database.db
    .selectFrom('personal')
    .select(['commitment', 'value'])
    .where(
      'commitment',
      'in',
      [...commitments].map((each) => Buffer.from(each, 'base64')),
    )
    .execute()
  const texts = new Map(rows.map((row) => [row.commitment.toString('base64'), row.value]))
  return mapPersonal(value, (each) => {
    if (!('$commitment' in each)) return each
    const text = texts.get(each.$commitment)
    return text === null || text === undefined ? { $erased: true } : { $personal: text }
  })
}

/** A public view, for pages without a reader. */
export const readPublicCase = (deployment: Deployment, caseId: string) => readCase(deployment, caseId, anyone)
