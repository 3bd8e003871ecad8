// Whether bids can be taken and seen by others now, for probes, the public page and whoever asks; and how available that was.
import type { Deployment } from './deployment.ts'
import { readOutages, type RecordedOutage } from './outages.ts'
import { readNow } from './time.ts'

/** Whether a bid could be taken and seen; whether authorities stamp, and whether witnesses cosign, what waits for them. */
export interface PathState {
  readonly up: boolean
  readonly timestamps: boolean
  readonly witnesses: boolean
}
const down: PathState = { up: false, timestamps: false, witnesses: false }

// What is placed waits some 100 ms; a sequencer that is this far behind gives no receipts.
const sequencerLateMs = 30_000
// The usual δ: a bid that neither an authority nor a quorum of witnesses has seen by then gets no receipt in time.
const unseenMs = 60_000
const day = 86_400_000

/** What a bid needs, without a bid: the clock, a write that is rolled back, the sequencer at work, and somebody outside who sees it. */
export async function readPath(deployment: Deployment): Promise<PathState> {
  const client = await deployment.database.pool.connect().catch(() => null)
  if (!client) return down
  try {
    await client.query('begin')
    const { rows } = await client.query<{ late: boolean; unstamped: string | null; cosigned: string | null }>(
      `select exists (select from pending p join fact f on f.stream = p.stream and f.seq = p.seq
         where p.id = (select min(id) from pending) and f.at < naru_now() - $1 * interval '1 ms') as late,
       (select min(first) from log_batch where sealed > 0 and at < naru_now() - $2 * interval '1 ms'
         and first > coalesce((select max(first) from batch_token), -1)) as unstamped,
       (select w.size from (select coalesce(max(size), 0) as size from witnessed_checkpoint) as w
         where exists (select from checkpoint c where c.size > w.size and c.at < naru_now() - $2 * interval '1 ms')) as cosigned`,
      [sequencerLateMs, unseenMs],
    )
    await client.query(`insert into probe_heard (probe, operator, up_ms) values ('', '', 0)`)
    const [row] = rows
    if (!row) return down
    const timestamps = deployment.timestampAuthorities.length === 0 || row.unstamped === null
    const witnesses = row.cosigned === null
    // One of the two suffices to show when a bid was there; without both nobody outside has seen it.
    const unseen = !timestamps && !witnesses && Number(row.unstamped) >= Number(row.cosigned)
    return { up: !row.late && !unseen && !deployment.clockIsWrong, timestamps, witnesses }
  } catch {
    return down
  } finally {
    await client.query('rollback').catch(() => {})
    client.release()
  }
}

/** What the public page shows: the path now, the recorded outages, newest first (a hundred at most), and the share of 30 days without one, %. */
export interface PathHistory {
  readonly path: PathState
  readonly now: string
  readonly outages: readonly RecordedOutage[]
  readonly availability: string
}

/** The path with its history; null where the database does not answer. */
export async function readPathHistory(deployment: Deployment): Promise<PathHistory | null> {
  try {
    const [path, now, outages] = await Promise.all([readPath(deployment), readNow(deployment), readOutages(deployment)])
    return { path, now, outages: outages.toReversed().slice(0, 100), availability: availability(outages, now) }
  } catch {
    return null
  }
}

/** The share of the last 30 days without a recorded outage, in percent with three digits: a recorded one is what two operators agreed on. */
export function availability(outages: readonly Pick<RecordedOutage, 'from' | 'until'>[], now: string): string {
  const until = Date.parse(now)
  const from = until - 30 * day
  const lost = outages.reduce(
    (sum, each) => sum + Math.max(0, Math.min(until, Date.parse(each.until)) - Math.max(from, Date.parse(each.from))),
    0,
  )
  return (100 * (1 - lost / (30 * day))).toFixed(3)
}
