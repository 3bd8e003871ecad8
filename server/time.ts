// The deployment's clock for whoever only shows the time: read from the database, the same one that decides.
import type { Deployment } from './deployment.ts'

/** The instant now by the deployment's clock, ISO 8601 with milliseconds. */
export async function readNow(deployment: {
  readonly database: Pick<Deployment['database'], 'pool'>
}): Promise<string> {
  const { rows } = await deployment.database.pool.query<{ now: string }>({
    name: 'now',
    text: 'select naru_now() as now',
  })
  return rows[0]?.now ?? ''
}

/** Moves the sandbox's clock forward to an instant; the database refuses to turn back or to move a live clock. Answers the new now. */
export async function moveClock(deployment: Deployment, to: string): Promise<string> {
  await deployment.database.pool.query(
    `update clock set ahead_ms = ahead_ms + greatest(0, ceil(extract(epoch from ($1::timestamptz - naru_now())) * 1000)::bigint)`,
    [to],
  )
  deployment.publicChange += 1
  return readNow(deployment)
}

/** Sets where an empty sandbox's clock begins: a number of days before the real time. Only before any fact is recorded. */
export async function startClockEarlier(deployment: Deployment, days: number): Promise<void> {
  await deployment.database.pool.query(`select begin_clock_earlier($1)`, [days])
}
