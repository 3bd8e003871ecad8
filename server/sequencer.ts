// The sequencer: what waits gets log indexes without a gap, in batches, and after-effects are told. What is placed is published beside (publishing.ts).
//
// One transaction inserts the batch into log_entry and log_batch and deletes it from pending: a crash before its commit is as if nothing had
// happened, one after it leaves entries whose tiles and checkpoint are made at the next start. One leader works, by an advisory lock held on a
// connection of its own.
import { entryKinds } from '@naru/log/entry.ts'
import { leafHash, rootOfEntries } from '@naru/log/merkle.ts'
import { Tree } from '@naru/log/tree.ts'
import type pg from 'pg'
import type { Deployment } from './deployment.ts'
import { startLoop } from './loop.ts'
import { type Publishing, publishingSteps, startPublishing, type Witnessing } from './publishing.ts'

/** A fact that has its place in the log, as after-effects and the feed learn of it. */
export interface Sequenced {
  readonly index: number
  readonly stream: string
  readonly seq: number
  readonly caseId: string
  readonly public: boolean
  readonly sealed: boolean
}

/** Between every two writes a test may stop the program. */
export const steps = [
  'entries-inserted',
  'pending-deleted',
  'clock-stamped',
  'batch-committed',
  ...publishingSteps,
] as const
export type Pause = (step: (typeof steps)[number]) => Promise<void>

export interface Sequencer {
  /** Places all that waits; answers how many entries were placed. Their publication follows by itself. */
  run(): Promise<number>
  /** Publishes what is placed, if the witnesses let it. */
  publish(): Promise<number>
  /** Called with every placed batch, in order. */
  onSequenced(listener: (batch: readonly Sequenced[]) => void): void
  /** Entries in the log. */
  readonly size: number
  /** How far it is published, and how the witnesses are. */
  readonly publishing: Pick<Publishing, 'published' | 'waitingSince' | 'witnesses'>
  readonly isLeader: boolean
  stop(): Promise<void>
}

const isSealed = (entry: Uint8Array): boolean => entry[1] === entryKinds.sealed
const leaderLock = 7_214_355_102
const mostInBatch = 2_000
// A batch costs some 2 ms of processor time however small it is, its two time-stamps and its publication a multiple of that: in a storm
// there are fewer and larger ones.
const restMs = 100
const stormRestMs = 400
const stormEntries = 20

/** Starts the sequencer; waits its turn while another leads. `intervalMs` bounds how long an entry waits. */
export async function startSequencer(
  deployment: Deployment,
  options: { intervalMs?: number; pause?: Pause; witnessing?: Witnessing } = {},
): Promise<Sequencer> {
  const { intervalMs = 250, pause = async () => {} } = options
  const { pool } = deployment.database
  let tree = new Tree()
  const listeners: ((batch: readonly Sequenced[]) => void)[] = []
  let leader: pg.PoolClient | null = null
  let placedLast = 0

  async function lead(): Promise<boolean> {
    if (leader) return true
    const client = await pool.connect()
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [leaderLock])
    if (!rows[0]?.held) {
      client.release()
      return false
    }
    client.on('error', () => {
      leader = null
    })
    try {
      tree = await recover(client)
    } catch (error) {
      client.release(true)
      throw error
    }
    leader = client
    return true
  }

  async function recover(client: pg.PoolClient): Promise<Tree> {
    const grown = new Tree()
    for (let from = 0; ; ) {
      const { rows } = await client.query<{ leaf_hash: Buffer }>(
        'select leaf_hash from log_entry where index >= $1 order by index limit 20000',
        [from],
      )
      for (const row of rows) grown.append(new Uint8Array(row.leaf_hash))
      from += rows.length
      if (rows.length === 0) break
    }
    await batchTheRest(client, grown.size)
    return grown
  }

  /** Entries of a log from before batches were written down are one batch. */
  async function batchTheRest(client: pg.PoolClient, size: number): Promise<void> {
    const { rows } = await client.query<{ next: string }>(
      'select coalesce(max(first + count), 0) as next from log_batch',
    )
    const first = Number(rows[0]?.next ?? 0)
    if (first >= size) return
    const found = await client.query<{ entry: Buffer }>(
      'select entry from log_entry where index >= $1 order by index',
      [first],
    )
    await insertBatch(
      client,
      first,
      found.rows.map((row) => new Uint8Array(row.entry)),
    )
  }

  const insertBatch = (client: pg.PoolClient, first: number, entries: readonly Uint8Array[]) =>
    client.query('insert into log_batch (first, count, root, sealed, at) values ($1, $2, $3, $4, naru_now())', [
      first,
      entries.length,
      Buffer.from(rootOfEntries(entries)),
      entries.filter(isSealed).length,
    ])

  interface Waiting {
    id: string
    stream: string
    seq: number
    case_id: string
    public: boolean
    entry: Buffer
  }

  async function placeBatch(client: pg.PoolClient): Promise<readonly Sequenced[]> {
    const { rows } = await client.query<Waiting>(
      'select id, stream, seq, case_id, public, entry from pending order by id limit $1',
      [mostInBatch],
    )
    if (rows.length === 0) return []
    rows.length = await untilDeadline(client, rows)
    const first = tree.size
    const entries = rows.map((row) => new Uint8Array(row.entry))
    const leaves = entries.map(leafHash)
    await client.query('begin')
    try {
      const placed = await client.query(
        `insert into log_entry (index, stream, seq, case_id, public, entry, salt, leaf_hash, at)
         select w.index, p.stream, p.seq, p.case_id, p.public, p.entry, p.salt, w.leaf, (select naru_now())
         from unnest($1::bigint[], $2::bigint[], $3::bytea[]) as w(id, index, leaf) join pending p on p.id = w.id`,
        [rows.map((row) => row.id), rows.map((_, n) => first + n), leaves.map((leaf) => Buffer.from(leaf))],
      )
      if (placed.rowCount !== rows.length) throw new Error('an entry vanished from pending while it was placed')
      await insertBatch(client, first, entries)
      await pause('entries-inserted')
      await client.query('delete from pending where id = any ($1::bigint[])', [rows.map((row) => row.id)])
      await pause('pending-deleted')
      await client.query('update clock set floor = greatest(floor, naru_now())')
      await pause('clock-stamped')
      await client.query('commit')
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    }
    await pause('batch-committed')
    for (const leaf of leaves) tree.append(leaf)
    return rows.map((row, n) => ({
      index: first + n,
      stream: row.stream,
      seq: row.seq,
      caseId: row.case_id,
      public: row.public,
      sealed: isSealed(row.entry),
    }))
  }

  /** How many of what waits go into one batch: it does not reach across the deadline of a tender whose bids are in it (protocol §0.4). */
  async function untilDeadline(client: pg.PoolClient, rows: readonly Waiting[]): Promise<number> {
    const cases = [...new Set(rows.filter((row) => isSealed(row.entry)).map((row) => row.case_id))]
    if (cases.length === 0) return rows.length
    const passed = await client.query<{ deadline: string }>(
      `select distinct state::jsonb #>> '{rounds,-1,deadline}' as deadline from current
       where stream = any ($1) and open_until <= naru_now() + interval '1 day' and (state::jsonb #>> '{rounds,-1,deadline}')::timestamptz <= naru_now()`,
      [cases.map((each) => `tender:${each}`)],
    )
    if (passed.rows.length === 0) return rows.length
    const { rows: times } = await client.query<{ at: string }>(
      `select f.at from pending p join current c on c.stream = p.stream join fact f on f.year = c.year and f.stream = p.stream and f.seq = p.seq
       where p.id = any ($1::bigint[]) order by p.id`,
      [rows.map((row) => row.id)],
    )
    const first = times[0]?.at ?? ''
    const cut = passed.rows.map((row) => row.deadline).filter((T) => first <= T)
    const end = times.findIndex(({ at }) => cut.some((T) => at > T))
    return end > 0 ? end : rows.length
  }

  /** One entry at a time after a batch failed, so that a fact that cannot be placed is set aside and never stops the rest. */
  async function setAside(client: pg.PoolClient, error: unknown): Promise<void> {
    const { rows } = await client.query<Waiting>('select id, stream, seq, entry from pending order by id limit 1')
    const [row] = rows
    if (!row || row.entry.length === 34) throw error
    await client.query('insert into set_aside (id, stream, seq, reason) values ($1, $2, $3, $4)', [
      row.id,
      row.stream,
      row.seq,
      String(error),
    ])
    await client.query('delete from pending where id = $1', [row.id])
  }

  async function drain(): Promise<number> {
    if (!(await lead()) || !leader) return 0
    let count = 0
    publishing.poke()
    for (;;) {
      const client: pg.PoolClient = leader
      const batch: readonly Sequenced[] = await placeBatch(client).catch(async (error: unknown) => {
        await setAside(client, error)
        return []
      })
      if (batch.length === 0) return count
      placedLast = batch.length
      publishing.poke()
      count += batch.length
      if (batch.some((each) => each.public)) deployment.publicChange += 1
      for (const listener of listeners) listener(batch)
      if (batch.length < mostInBatch) return count
    }
  }

  const publishing = startPublishing(deployment, () => (leader ? tree : null), options)
  const loop = startLoop('sequencer', intervalMs, drain, () => (placedLast < stormEntries ? restMs : stormRestMs))
  deployment.poke = loop.poke

  return {
    run: loop.run,
    publish: publishing.run,
    onSequenced: (listener) => listeners.push(listener),
    get size() {
      return tree.size
    },
    publishing,
    get isLeader() {
      return leader !== null
    },
    stop: async () => {
      await loop.stop()
      await publishing.stop()
      leader?.release(true)
      leader = null
    },
  }
}
