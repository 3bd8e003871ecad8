// Brings together what a document is made from, out of the record: the same fact gives the same material whenever it is asked for.
import { getFactType } from '@naru/domain/catalogue.ts'
import { type Fact, replay } from '@naru/domain/history.ts'
import type { OrganisationState } from '@naru/domain/organisation/organisation.ts'
import type { TenderFact } from '@naru/domain/tender/facts.ts'
import { isConfirmation } from '@naru/domain/confirmation.ts'
import { evolveTender } from '@naru/domain/tender/tender.ts'
import type pg from 'pg'
import type { Deployment } from '../deployment.ts'
import { readRecord } from '../record.ts'
import { type DocumentFact, documentKinds, type KnownOrganisation, type Material, type PlacedFact } from './material.ts'

/** Where a fact stands: in the log, and in its stream. */
export interface Place {
  readonly index: string
  readonly stream: string
  readonly seq: number
}

/** Its fact as anyone may read it, the case as the fact left it, and the names in it. Throws for a fact that is not public or has no tender. */
export async function gather(
  deployment: Deployment,
  client: Pick<pg.PoolClient, 'query'>,
  site: string,
  { index, stream, seq }: Place,
): Promise<Material> {
  const { rows: own } = await client.query<{ record: string; hash: Buffer }>(
    'select f.record, f.hash from current c join fact f on f.year = c.year and f.stream = c.stream where c.stream = $1 and f.seq = $2',
    [stream, seq],
  )
  const [row] = own
  if (!row) throw new Error(`${stream}#${seq} stands in the log and not in the record`)
  const { fact } = readRecord(row.record)
  const tenderStream = `tender:${fact.caseId}`
  // A contract is a stream of its own: the case is then as it stood at that moment.
  const { rows } = await client.query<{ record: string; hash: Buffer; index: string | null }>(
    `select f.record, f.hash, e.index from current c join fact f on f.year = c.year and f.stream = c.stream
     left join log_entry e on e.stream = f.stream and e.seq = f.seq
     where c.stream = $1 and (case when $2 then f.seq <= $3 else f.at <= $4 end) order by f.seq`,
    [tenderStream, stream === tenderStream, seq, fact.at],
  )
  const tender = replay(
    evolveTender,
    rows.map((each) => readRecord(each.record).fact as TenderFact).filter((each) => !isConfirmation(each.type)),
  )
  if (!tender) throw new Error(`${fact.caseId} has no tender`)
  const first: PlacedFact = { index: Number(index), hash: row.hash.toString('base64'), fact: asShown(fact) }
  const draws = fact.type === 'OpeningRecorded' ? await drawsOf(client, fact) : []
  const { mode, pack, logOrigin } = deployment
  const kind = documentKinds[fact.type as DocumentFact]
  const organisations = await organisationsOf(client, [
    fact.body,
    tender.parties,
    tender.holders,
    tender.rounds.map((each) => each.opening?.bids),
  ])
  return { pack, mode, log: logOrigin, site, kind, facts: [first, ...draws], tender, organisations }
}

/** A fact with the body that anyone may read. Throws for a fact that nobody may. */
function asShown(fact: Fact): Fact {
  const { show } = getFactType(fact.type)
  if (!show) throw new Error(`${fact.type} is not public`)
  return { ...fact, body: show(fact.body) }
}

/** The draws of an opening: the act that recorded it appended them right behind it. */
async function drawsOf(client: Pick<pg.PoolClient, 'query'>, opening: Fact): Promise<readonly PlacedFact[]> {
  const { rows } = await client.query<{ record: string; hash: Buffer; index: string | null }>(
    `select f.record, f.hash, e.index from current c join fact f on f.year = c.year and f.stream = c.stream
     left join log_entry e on e.stream = f.stream and e.seq = f.seq
     where c.stream = $1 and f.seq > $2 and f.at = $3 and f.type = 'DrawMade' order by f.seq`,
    [opening.stream, opening.seq, opening.at],
  )
  return rows.map((row) => ({
    index: row.index === null ? null : Number(row.index),
    hash: row.hash.toString('base64'),
    fact: asShown(readRecord(row.record).fact),
  }))
}

async function organisationsOf(
  client: Pick<pg.PoolClient, 'query'>,
  value: unknown,
): Promise<ReadonlyMap<string, KnownOrganisation>> {
  const { rows } = await client.query<{ state: string }>('select state from current where stream = any ($1)', [
    [...new Set(idsIn(value))].map((id) => `organisation:${id}`),
  ])
  return new Map(
    rows.map((row) => {
      const { id, profile } = JSON.parse(row.state) as OrganisationState
      return [id, { name: profile.name, identifier: profile.identifier }]
    }),
  )
}

function idsIn(value: unknown): readonly string[] {
  if (typeof value === 'string')
    return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(value) ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : []
}
