// Brings what an act or a page needs to know: the states of the case, and the further needs that the act names.
import { randomBytes } from 'node:crypto'
import type { Act, ActContext, NamedPerson, StoredDocument } from '@naru/domain/act.ts'
import type { Actor, Role } from '@naru/domain/actor.ts'
import type { BidState } from '@naru/domain/bid/bid.ts'
import type { ContractState } from '@naru/domain/contract/contract.ts'
import { type StreamKind, streamName } from '@naru/domain/id.ts'
import type { LawState } from '@naru/domain/law/law.ts'
import type { LogState } from '@naru/domain/log/log.ts'
import type { OrganisationState } from '@naru/domain/organisation/organisation.ts'
import type { PlanState } from '@naru/domain/plan/plan.ts'
import type { Content } from '@naru/domain/tender/content.ts'
import { currentRound, type TenderState } from '@naru/domain/tender/tender.ts'
import { dayOf } from '@naru/domain/time.ts'
import type pg from 'pg'
import { findShownReport } from './attempts.ts'
import type { Deployment } from './deployment.ts'
import { packUnder, readLaw } from './law.ts'
import { claimAttachments } from './files/claim.ts'

/** A row of begin_act: the time and a first answer on every row, and a state where one was found. */
export interface CaseRow {
  readonly now: string
  readonly answer: string | null
  readonly answered_act: string | null
  readonly input_hash: Buffer | null
  readonly stream: string
  readonly kind: string
  readonly year: number
  readonly seq: number
  readonly hash: Buffer
  readonly state: string
}

type StateRow = Pick<CaseRow, 'now' | 'stream' | 'kind'> & { readonly state: string | null }

/** The context of an actor on a case from its rows, before any further need. `stateOf` reads a row's state. */
export function contextOf<Row extends StateRow>(
  deployment: Deployment,
  caseId: string,
  actor: Actor,
  rows: readonly Row[],
  stateOf: (row: Row) => unknown = (row) => JSON.parse(row.state ?? 'null'),
): ActContext {
  const states = <T>(kind: string): T[] =>
    rows.filter((row) => row.kind === kind && row.stream).map((row) => stateOf(row) as T)
  const tender = states<TenderState>('tender')[0] ?? null
  const bids = states<BidState>('bid')
  const round = tender?.rounds.length ? currentRound(tender).round : 1
  const organisations = states<OrganisationState>('organisation')
  const own = actor.kind === 'person' ? actor.organisation : caseId
  return {
    caseId,
    now: rows[0]?.now ?? '',
    actor,
    mode: deployment.mode,
    pack: deployment.pack,
    organisation:
      organisations.find((each) => each.id === caseId) ?? organisations.find((each) => each.id === own) ?? null,
    plan: states<PlanState>('plan')[0] ?? null,
    log: states<LogState>('log')[0] ?? null,
    law: states<LawState>('law')[0] ?? null,
    tender,
    earlier: null,
    supplier: null,
    contracts: states<ContractState>('contract'),
    ownBid:
      bids.find((each) => actor.kind === 'person' && each.bidder === actor.organisation && each.round === round) ??
      null,
    bids,
    logIndex: new Map(),
    tokenTime: null,
    documents: new Map(),
    attachments: new Map(),
    people: new Map(),
    shownReport: null,
    buyers: new Set(),
    sealing: deployment.sealing,
    clientRelease: deployment.clientRelease,
    serial: 0,
    random: '',
  }
}

const contentIn = (input: unknown): Content | null =>
  typeof input === 'object' && input !== null && 'content' in input ? (input as { content: Content }).content : null

/** The plan that a tender's lots name: in the input, else in the newest content. */
const planIdOf = (tender: TenderState | null, input: unknown): string | null =>
  (contentIn(input) ?? tender?.proposed?.content ?? tender?.content ?? tender?.prepared?.content)?.lots[0]?.planLine
    .plan ?? null

/** Completes a context with the needs that an act names. */
export async function bringNeeds(
  deployment: Deployment,
  client: pg.PoolClient,
  context: ActContext,
  definition: Act,
  input: unknown,
): Promise<ActContext> {
  // What is confirmed is an entry of the country as written, also where it was confirmed before and is corrected now.
  let complete = definition.noun === 'law' ? { ...context, pack: deployment.writtenPack } : context
  for (const need of definition.needs) {
    if (need === 'plan' && definition.noun !== 'plan')
      complete = { ...complete, plan: await findState<PlanState>(client, 'plan', planIdOf(context.tender, input)) }
    if (need === 'log-indexes') complete = { ...complete, logIndex: await readLogIndexes(client, context.caseId) }
    if (need === 'token-times' && deployment.timestampAuthorities.length > 0)
      complete = { ...complete, tokenTime: await readTokenTimes(client, context.caseId) }
    if (need === 'documents') {
      const contents = [contentIn(input), context.tender?.prepared?.content, context.tender?.proposed?.content]
      const uploads = contents.flatMap((content) => content?.documents.map((each) => each.upload) ?? [])
      complete = { ...complete, documents: await readDocuments(client, uploads) }
    }
    if (need === 'attachments' && context.actor.kind === 'person') {
      const headers = headersIn(input)
      if (headers.length > 0)
        complete = {
          ...complete,
          attachments: await claimAttachments(client, context.caseId, context.actor.organisation, headers),
        }
    }
    if (need === 'named-people') {
      const { agency = [], guardians = [] } = input as { agency?: string[]; guardians?: string[] }
      complete = { ...complete, people: await readPeople(client, [...agency, ...guardians]) }
    }
    if (need === 'holder-names') {
      const holders = context.tender?.holders.flatMap((group) => group.holders.map((each) => each.person)) ?? []
      complete = { ...complete, people: await readPeople(client, holders) }
    }
    if (need === 'shown-report') {
      const { report } = input as { report: string }
      complete = { ...complete, shownReport: await findShownReport(client, context.caseId, report) }
    }
    if (need === 'law') complete = { ...complete, pack: packUnder(deployment, await readLaw(client)) }
    if (need === 'random') complete = { ...complete, random: randomBytes(32).toString('base64') }
    if (need === 'named-buyers') {
      const { buyer, demandAgency, payer } = input as Partial<Record<string, string | null>>
      const named = [buyer, demandAgency, payer].filter((each) => typeof each === 'string')
      complete = { ...complete, buyers: named.length > 0 ? await readBuyers(client, named) : new Set() }
    }
    if (need === 'earlier')
      complete = {
        ...complete,
        earlier: await findState<TenderState>(
          client,
          'tender',
          (input as { renoticeOf?: { caseId: string } | null }).renoticeOf?.caseId ?? null,
        ),
      }
    if (need === 'supplier')
      complete = {
        ...complete,
        supplier: await findState<OrganisationState>(client, 'organisation', (input as { supplier: string }).supplier),
      }
    if (need === 'serial')
      complete = { ...complete, serial: await nextSerial(client, deployment, definition, context.now) }
  }
  return complete
}

/** The headers of the attachments that a submission names; their form is checked with the rest of it. */
function headersIn(input: unknown): string[] {
  const { submission } = input as { submission?: { envelopes: readonly { header: { files?: unknown } }[] } }
  return (submission?.envelopes ?? []).flatMap(({ header: { files } }) =>
    Array.isArray(files)
      ? files.flatMap((file: { hdr?: unknown } | null) => (typeof file?.hdr === 'string' ? [file.hdr] : []))
      : [],
  )
}

/** The folded state of another case's stream that an input names, or null. */
async function findState<State>(client: pg.PoolClient, kind: StreamKind, id: string | null): Promise<State | null> {
  if (!id) return null
  const { rows } = await client.query<{ state: string }>('select state from current where stream = $1', [
    streamName(kind, id),
  ])
  return rows[0] ? (JSON.parse(rows[0].state) as State) : null
}

/** Log indexes of a case's facts by `stream#seq`. */
export async function readLogIndexes(
  client: Pick<pg.PoolClient, 'query'>,
  caseId: string,
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ stream: string; seq: number; index: string }>(
    'select stream, seq, index from log_entry where case_id = $1',
    [caseId],
  )
  return new Map(rows.map((row) => [`${row.stream}#${row.seq}`, Number(row.index)]))
}

/** Earliest token times (ms) of a case's sealed entries, of their batch or their own, by log index. */
export async function readTokenTimes(
  client: Pick<pg.PoolClient, 'query'>,
  caseId: string,
): Promise<Map<number, number>> {
  const { rows } = await client.query<{ index: string; at: string }>(
    `select e.index, min(least(t.gen_time, o.gen_time)) as at from log_entry e
     left join batch_token t on t.first = (select b.first from log_batch b where b.first <= e.index order by b.first desc limit 1)
     left join bid_token o on o.index = e.index
     where e.case_id = $1 and get_byte(e.entry, 1) = 1 and (t.first is not null or o.index is not null) group by e.index`,
    [caseId],
  )
  return new Map(rows.map((row) => [Number(row.index), Date.parse(row.at)]))
}

async function readDocuments(client: pg.PoolClient, uploads: readonly string[]): Promise<Map<string, StoredDocument>> {
  const { rows } = await client.query<{
    id: string
    sha256: string
    size: string
    media_type: string
    scan: StoredDocument['scan']
    organisation: string
  }>(
    'select id, sha256, size, media_type, scan, organisation from upload where id = any ($1) and completed is not null',
    [uploads],
  )
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        sha256: row.sha256,
        size: Number(row.size),
        mediaType: row.media_type,
        scan: row.scan,
        organisation: row.organisation,
      },
    ]),
  )
}

async function readBuyers(client: pg.PoolClient, organisations: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string }>(
    `select state::jsonb->>'id' as id from current where stream = any ($1) and state::jsonb->'profile'->'kinds' ? 'buyer'`,
    [organisations.map((id) => streamName('organisation', id))],
  )
  return new Set(rows.map((row) => row.id))
}

async function readPeople(client: pg.PoolClient, people: readonly string[]): Promise<Map<string, NamedPerson>> {
  const { rows } = await client.query<{ person: string; organisation: string; roles: Role[]; name: string }>(
    'select m.person, m.organisation, m.roles, p.name from membership m join person p on p.id = m.person where m.person = any ($1)',
    [people],
  )
  return new Map(rows.map((row) => [row.person, row]))
}

/** The next legal number of the day; a gap is left only if the act is refused after this. */
async function nextSerial(
  client: pg.PoolClient,
  deployment: Deployment,
  definition: Act,
  now: string,
): Promise<number> {
  const name = `${deployment.pack.country}/${definition.noun}/${dayOf(now, deployment.pack.zone)}`
  const { rows } = await client.query<{ last: number }>(
    'insert into serial (name, last) values ($1, 1) on conflict (name) do update set last = serial.last + 1 returning last',
    [name],
  )
  return rows[0]?.last ?? 1
}
