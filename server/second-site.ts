// Whether what is recorded is on the disk of a second site before anyone is told so (SUB-01, AVA-04): PostgreSQL's synchronous replication.
//
// With `SYNCHRONOUS_STANDBY=required` an act from outside is taken only while the database waits for a standby at each commit, and is answered
// only after the database has said so again once it was recorded. What a restart or an ended wait left recorded without a standby is not
// answered before a later commit has reached one: replication keeps the order, so all before it has reached it too.
import type pg from 'pg'
import type { Database } from './store/database.ts'

/** The second site is not there, or the database does not wait for it. What was recorded is answered when it is. */
export class SecondSiteIsMissing extends Error {
  override readonly name = 'SecondSiteIsMissing'
}

export interface SecondSite {
  /** Why acts are refused now, for the operator; null while commits wait for a standby. At most a second old. */
  readonly missing: string | null
  /**
   * Returns when what was recorded before this call may be told: the database still waits for a standby at each commit; and where it was recorded
   * by an earlier request (`repeated`), or a wait was ended meanwhile, a later commit has reached the standby. Throws SecondSiteIsMissing.
   */
  mayAnswer(repeated: boolean): Promise<void>
  stop(): void
}

const everyMs = 1_000
/** A standby on another continent answers within half a second. */
const patienceMs = 10_000

interface Found {
  readonly names: string
  readonly waits: string
  readonly sees: boolean
  readonly standbys: number
}

/**
 * Why the database does not wait for a standby, or null. Whether one is connected is known only to a role that may read statistics
 * (`grant pg_read_all_stats to naru_app`); to another a commit simply waits while none is.
 */
export async function whyNotSynchronous(client: pg.Pool | pg.ClientBase): Promise<string | null> {
  const { rows } = await client.query<Found>(
    `select current_setting('synchronous_standby_names') as names, current_setting('synchronous_commit') as waits,
       pg_has_role('pg_read_all_stats', 'usage') as sees,
       (select count(*)::int from pg_stat_replication where state = 'streaming' and sync_state in ('sync', 'quorum')) as standbys`,
  )
  const [found] = rows
  if (!found) return 'the database gave no answer'
  if (found.names.trim() === '') return 'synchronous_standby_names is empty'
  if (found.waits !== 'on' && found.waits !== 'remote_apply')
    return `synchronous_commit is ${found.waits}, not on or remote_apply`
  return found.sees && found.standbys === 0 ? 'no synchronous standby is connected' : null
}

/** One run serves all who asked before it began. */
function together<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<T> | null = null
  return () => {
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null
        const mine = work()
        running = mine
        return mine
      })
    return next
  }
}

/** Watches the second site, and every connection of the pool for a wait that was ended before the standby had what was committed. */
export async function startSecondSite({ pool }: Pick<Database, 'pool'>): Promise<SecondSite> {
  let missing: string | null = null
  // A wait that was ended leaves a commit on this site alone, and the database calls it done. The notice comes before that word.
  let ended = 0
  let reached = 0
  pool.on('connect', (client) => {
    client.on('notice', ({ message = '' }) => {
      if (/^canceling (the )?wait for synchronous replication/.test(message)) ended += 1
    })
  })
  const look = together(async () => {
    try {
      missing = await whyNotSynchronous(pool)
    } catch (error) {
      missing = error instanceof Error ? error.message : String(error)
    }
    if (missing !== null) throw new SecondSiteIsMissing(missing)
  })
  // At most one connection waits here, however many ask.
  let waiting: Promise<unknown> | null = null
  const reach = together(async () => {
    await look()
    if (waiting) await patiently(waiting)
    const before = ended
    const written = pool.query(`select pg_logical_emit_message(true, 'naru', 'reached')`).finally(() => {
      if (waiting === written) waiting = null
    })
    waiting = written
    await patiently(written)
    if (ended !== before) throw new SecondSiteIsMissing('a wait for the standby was ended')
    reached = before
  })
  await look().catch(() => {})
  const timer = setInterval(() => void look().catch(() => {}), everyMs)
  timer.unref()
  return {
    get missing() {
      return missing
    },
    mayAnswer: (repeated) => (repeated || ended > reached ? reach() : look()),
    stop: () => clearInterval(timer),
  }
}

async function patiently(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SecondSiteIsMissing('the standby does not answer')), patienceMs)
  })
  work.catch(() => {})
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}
