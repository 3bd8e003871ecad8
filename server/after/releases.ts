// After a fact has its place in the log: the OCDS releases it makes, in log order, once each, whatever is killed when.
import { getFactType } from '@naru/domain/catalogue.ts'
import type { Fact } from '@naru/domain/history.ts'
import type { OrganisationState } from '@naru/domain/organisation/organisation.ts'
import type { PublicOrganisation } from '@naru/ocds/party.ts'
import { type Publication, publicationOf } from '@naru/ocds/publication.ts'
import { type CaseSoFar, follow, nothingYet } from '@naru/ocds/release.ts'
import type pg from 'pg'
import type { Deployment } from '../deployment.ts'
import { type Loop, startLoop } from '../loop.ts'
import { readRecord } from '../record.ts'
import type { Sequencer } from '../sequencer.ts'

const name = 'releases'
const publisherLock = 7_214_355_110
const mostInBatch = 500
const mostCasesKept = 500
/** How long a fact waits at most for its releases when nobody told of it: after an error, or where the sequencer runs elsewhere. */
const pollMs = 10_000

/** What a deployment publishes as. The address is that of the day on which a release is made; it stays in the release. */
export const publicationFor = (deployment: Pick<Deployment, 'pack' | 'mode'>, site: string): Publication =>
  publicationOf(deployment.pack, {
    site,
    publisher: {
      name:
        deployment.mode === 'sandbox'
          ? `Naru sandbox (${deployment.pack.country})`
          : `Naru (${deployment.pack.country})`,
    },
    licence: 'https://creativecommons.org/licenses/by/4.0/',
    policy: `${site}/open-data`,
  })

interface Placed {
  readonly index: number
  readonly fact: Fact
}

/**
 * Starts following the log; a run makes the releases of every fact not followed yet. Several may run; one at a time works, by a transaction's advisory lock, and its cursor is moved in the
 * transaction that writes the releases.
 */
export function startReleases(
  deployment: Deployment,
  publication: Publication,
  sequencer: Pick<Sequencer, 'onSequenced'> | null,
): Loop {
  const { pool } = deployment.database
  /** What has been published of cases met lately, as of the cursor; dropped when a transaction fails. */
  const cases = new Map<string, CaseSoFar>()
  let cursorOfCases = -1
  const organisations = new Map<string, PublicOrganisation>()

  async function learn(client: pg.PoolClient, facts: readonly Fact[]): Promise<void> {
    const unknown = [...new Set(facts.flatMap((fact) => idsIn(fact.body)))].filter((id) => !organisations.has(id))
    if (unknown.length === 0) return
    const { rows } = await client.query<{ state: string }>('select state from current where stream = any ($1)', [
      unknown.map((id) => `organisation:${id}`),
    ])
    for (const row of rows) {
      const { id, profile } = JSON.parse(row.state) as OrganisationState
      organisations.set(id, { id, ...profile })
    }
  }

  async function caseOf(client: pg.PoolClient, caseId: string, before: number): Promise<CaseSoFar> {
    const known = cases.get(caseId)
    if (known) return known
    const earlier = await readPlaced(client, `e.case_id = $1 and e.index < $2`, [caseId, before])
    await learn(
      client,
      earlier.map((each) => each.fact),
    )
    return earlier.reduce(
      (sum, { fact }) => follow(sum, fact, { publication, find: (id) => organisations.get(id) }).after,
      nothingYet,
    )
  }

  async function step(client: pg.PoolClient): Promise<{ followed: number; made: number }> {
    await client.query('select pg_advisory_xact_lock($1)', [publisherLock])
    const { rows } = await client.query<{ index: string }>('select index from after_cursor where name = $1', [name])
    const cursor = Number(rows[0]?.index ?? -1)
    // Another program has worked since: what is remembered here is no longer as of the cursor.
    if (cursor !== cursorOfCases) cases.clear()
    const batch = await readPlaced(client, 'e.index > $1', [cursor], mostInBatch)
    const last = batch.at(-1)
    if (!last) return { followed: 0, made: 0 }
    await learn(
      client,
      batch.map((each) => each.fact),
    )
    const { rows: counted } = await client.query<{ last: string }>(
      'select coalesce(max(position), 0) as last from release',
    )
    let position = Number(counted[0]?.last ?? 0)
    let made = 0
    for (const { index, fact } of batch) {
      const before = await caseOf(client, fact.caseId, index)
      const { after, releases } = follow(before, fact, { publication, find: (id) => organisations.get(id) })
      cases.delete(fact.caseId)
      cases.set(fact.caseId, after)
      for (const release of releases) {
        position += 1
        made += 1
        await client.query(
          'insert into release (position, ocid, release_id, date, tags, case_id, log_index, body) values ($1, $2, $3, $4, $5, $6, $7, $8)',
          [position, release.ocid, release.id, release.date, release.tag, fact.caseId, index, JSON.stringify(release)],
        )
      }
    }
    await client.query(
      'insert into after_cursor (name, index) values ($1, $2) on conflict (name) do update set index = excluded.index',
      [name, last.index],
    )
    cursorOfCases = last.index
    for (const key of [...cases.keys()].slice(0, Math.max(0, cases.size - mostCasesKept))) cases.delete(key)
    return { followed: batch.length, made }
  }

  async function drain(stopped: () => boolean): Promise<number> {
    let made = 0
    while (!stopped()) {
      const client = await pool.connect()
      try {
        await client.query('begin')
        const done = await step(client)
        await client.query('commit')
        made += done.made
        if (done.followed === 0) return made
      } catch (error) {
        cases.clear()
        cursorOfCases = -1
        await client.query('rollback').catch(() => {})
        throw error
      } finally {
        client.release()
      }
    }
    return made
  }

  const loop = startLoop(name, sequencer ? pollMs : pollMs / 10, drain)
  sequencer?.onSequenced((batch) => {
    if (batch.some((each) => each.public)) loop.poke()
  })

  return loop
}

/** Public facts in log order. A sealed bid is not among them. */
async function readPlaced(
  client: pg.PoolClient,
  where: string,
  values: readonly unknown[],
  limit = 1_000_000,
): Promise<readonly Placed[]> {
  const { rows } = await client.query<{ index: string; record: string }>(
    // The entries first, then the fact of each: left to choose, PostgreSQL read every fact there is to find the few after a cursor.
    `select e.index, f.record
     from (select index, stream, seq from log_entry e where e.public and ${where} order by e.index limit ${limit}) e
     join current c on c.stream = e.stream join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq
     order by e.index`,
    [...values],
  )
  return rows
    .map((row) => ({ index: Number(row.index), fact: readRecord(row.record).fact }))
    .filter(({ fact }) => getFactType(fact.type).show !== null)
}

function idsIn(value: unknown): readonly string[] {
  if (typeof value === 'string')
    return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(value) ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : []
}
