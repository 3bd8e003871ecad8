// The floor of the same run: PostgreSQL alone, inserting the same bytes one transaction each over as many connections.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

interface Kept {
  readonly port: number
  readonly superPassword: string
}

/** The superuser's address of the sandbox's embedded database, for measuring only. */
export function yardstickUrl(data: string): string {
  const { port, superPassword } = JSON.parse(readFileSync(join(data, 'database.json'), 'utf8')) as Kept
  return `postgres://postgres:${encodeURIComponent(superPassword)}@127.0.0.1:${port}/naru`
}

/** Transactions a second of raw inserts of these bodies over so many connections, for at most so many seconds. */
export async function rawInserts(
  url: string,
  bodies: readonly Buffer[],
  connections: number,
  seconds: number,
): Promise<{ perSecond: number; fsync: string; commit: string }> {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  try {
    const settings = await pool.query<{ fsync: string; commit: string }>(
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`,
    )
    await pool.query(
      'create table if not exists yardstick (id bigint generated always as identity primary key, body text not null)',
    )
    const texts = bodies.map((body) => body.toString())
    const until = Date.now() + seconds * 1000
    let done = 0
    const since = performance.now()
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (Date.now() < until && done < texts.length * 4) {
          await pool.query({
            name: 'yardstick',
            text: 'insert into yardstick (body) values ($1)',
            values: [texts[done % texts.length]],
          })
          done += 1
        }
      }),
    )
    const perSecond = done / ((performance.now() - since) / 1000)
    await pool.query('drop table yardstick')
    return { perSecond, fsync: settings.rows[0]?.fsync ?? '', commit: settings.rows[0]?.commit ?? '' }
  } finally {
    await pool.end()
  }
}

/** What the record holds of the bids of these cases; a bidder counts once in each. */
export async function countBids(
  url: string,
  cases: readonly string[],
): Promise<{ facts: number; streams: number; bidders: number; entries: number }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ facts: number; streams: number; bidders: number; entries: number }>(
      `select (select count(*)::int from fact where case_id = any ($1) and type = 'BidSubmitted') as facts,
        (select count(distinct stream)::int from fact where case_id = any ($1) and type = 'BidSubmitted') as streams,
        (select count(distinct (case_id, owner))::int from current where case_id = any ($1) and kind = 'bid') as bidders,
        (select count(*)::int from log_entry where case_id = any ($1) and stream like 'bid:%') + (select count(*)::int from pending where case_id = any ($1) and stream like 'bid:%') as entries`,
      [cases],
    )
    return rows[0] as { facts: number; streams: number; bidders: number; entries: number }
  } finally {
    await client.end()
  }
}
