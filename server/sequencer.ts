// The sequencer: what waits gets log indexes without a gap, the tree grows, tiles and checkpoint are written, and after-effects are told.
//
// The order of writes is the design:
//   1. one transaction inserts the batch into log_entry and deletes it from pending   (crash before commit: nothing happened)
//   2. tiles and entry bundles are written as files                                    (crash after 1: made again from log_entry)
//   3. the checkpoint is stored in the database                                        (crash after 2: the same tiles are written again)
//   4. the checkpoint file is published                                                (crash after 3: published at the next start)
// Recovery runs the same steps from the last stored checkpoint. One leader works, by an advisory lock held on a connection of its own.
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { signCheckpoint } from '@naru/log/checkpoint.ts'
import { leafHash, type NodeReader, nodeHash, rootAt } from '@naru/log/merkle.ts'
import { bundleContents, TILE_WIDTH, tileContents, tilePath, tilesAdded } from '@naru/log/tile.ts'
import type pg from 'pg'
import type { Deployment } from './deployment.ts'
import { startLoop } from './loop.ts'

/** A fact that has its place in the log, as after-effects and the feed learn of it. */
export interface Sequenced {
  readonly index: number
  readonly stream: string
  readonly seq: number
  readonly caseId: string
  readonly public: boolean
}

/** Between every two writes a test may stop the program. */
export const steps = [
  'entries-inserted',
  'pending-deleted',
  'clock-stamped',
  'batch-committed',
  'tile-written',
  'tiles-written',
  'checkpoint-stored',
  'checkpoint-published',
] as const
export type Pause = (step: (typeof steps)[number]) => Promise<void>

export interface Sequencer {
  /** Sequences all that waits; answers how many entries were placed. */
  run(): Promise<number>
  /** Called with every placed batch, in order. */
  onSequenced(listener: (batch: readonly Sequenced[]) => void): void
  /** Entries in the log. */
  readonly size: number
  readonly isLeader: boolean
  stop(): Promise<void>
}

const leaderLock = 7_214_355_102
const mostInBatch = 2_000
// A batch costs some 3 ms of processor time however small it is (seven statements, nine file operations, a signature).
const restMs = 100

/** Hashes of the tree in memory, level by level; 32 bytes a node. Filled from log_entry at the start. */
class Tree {
  levels: Uint8Array[][] = [[]]

  append(leaf: Uint8Array): void {
    let hash = leaf
    for (let level = 0; ; level += 1) {
      const row = (this.levels[level] ??= [])
      row.push(hash)
      if (row.length % 2 === 1) return
      hash = nodeHash(row[row.length - 2] as Uint8Array, hash)
    }
  }

  get size(): number {
    return this.levels[0]?.length ?? 0
  }

  readonly read: NodeReader = (level, index) => {
    const node = this.levels[level]?.[index]
    if (!node) throw new RangeError(`no node ${level}/${index}`)
    return node
  }
}

/** Starts the sequencer; waits its turn while another leads. `intervalMs` bounds how long an entry waits. */
export async function startSequencer(
  deployment: Deployment,
  options: { intervalMs?: number; pause?: Pause } = {},
): Promise<Sequencer> {
  const { intervalMs = 250, pause = async () => {} } = options
  const { pool } = deployment.database
  const folder = join(deployment.dataFolder, 'log')
  const tree = new Tree()
  const listeners: ((batch: readonly Sequenced[]) => void)[] = []
  let leader: pg.PoolClient | null = null
  let published = 0

  async function lead(): Promise<boolean> {
    if (leader) return true
    const client = await pool.connect()
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [leaderLock])
    if (!rows[0]?.held) {
      client.release()
      return false
    }
    leader = client
    client.on('error', () => {
      leader = null
    })
    await recover(client)
    return true
  }

  async function recover(client: pg.PoolClient): Promise<void> {
    tree.levels = [[]]
    for (let from = 0; ; ) {
      const { rows } = await client.query<{ leaf_hash: Buffer }>(
        'select leaf_hash from log_entry where index >= $1 order by index limit 20000',
        [from],
      )
      for (const row of rows) tree.append(new Uint8Array(row.leaf_hash))
      from += rows.length
      if (rows.length === 0) break
    }
    const { rows } = await client.query<{ size: string; note: string }>(
      'select size, note from checkpoint order by size desc limit 1',
    )
    published = Number(rows[0]?.size ?? 0)
    if (published < tree.size) await publish(client)
    else if (rows[0]) await writeWhole(join(folder, 'checkpoint'), rows[0].note)
  }

  /** Steps 2 to 4 for all entries after the last published ones; where that failed, the next batch makes up for it. */
  async function publish(client: pg.PoolClient): Promise<void> {
    const { size } = tree
    for (const tile of tilesAdded(published, size)) {
      if (tile.level === 'entries') {
        const { rows } = await client.query<{ entry: Buffer }>(
          'select entry from log_entry where index >= $1 and index < $2 order by index',
          [tile.index * TILE_WIDTH, tile.index * TILE_WIDTH + tile.width],
        )
        await writeWhole(join(folder, tilePath(tile)), bundleContents(rows.map((row) => new Uint8Array(row.entry))))
      } else await writeWhole(join(folder, tilePath(tile)), tileContents(tree.read, tile))
      await pause('tile-written')
    }
    await pause('tiles-written')
    const root = rootAt(tree.read, size)
    const note = signCheckpoint(
      { size, root },
      { name: deployment.logOrigin, publicKey: deployment.logPublicKey, sign: deployment.logSigner },
    )
    await client.query(
      'insert into checkpoint (size, root, note, at) values ($1, $2, $3, naru_now()) on conflict do nothing',
      [size, Buffer.from(root), note],
    )
    await pause('checkpoint-stored')
    await writeWhole(join(folder, 'checkpoint'), note)
    published = size
    await pause('checkpoint-published')
  }

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
    const first = tree.size
    const leaves = rows.map((row) => leafHash(new Uint8Array(row.entry)))
    await client.query('begin')
    try {
      const placed = await client.query(
        `insert into log_entry (index, stream, seq, case_id, public, entry, salt, leaf_hash, at)
         select w.index, p.stream, p.seq, p.case_id, p.public, p.entry, p.salt, w.leaf, (select naru_now())
         from unnest($1::bigint[], $2::bigint[], $3::bytea[]) as w(id, index, leaf) join pending p on p.id = w.id`,
        [rows.map((row) => row.id), rows.map((_, n) => first + n), leaves.map((leaf) => Buffer.from(leaf))],
      )
      if (placed.rowCount !== rows.length) throw new Error('an entry vanished from pending while it was placed')
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
    }))
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
    if (published < tree.size) await publish(leader)
    for (;;) {
      const client: pg.PoolClient = leader
      const batch: readonly Sequenced[] = await placeBatch(client).catch(async (error: unknown) => {
        await setAside(client, error)
        return []
      })
      if (batch.length === 0) return count
      await publish(client)
      count += batch.length
      if (batch.some((each) => each.public)) deployment.publicChange += 1
      for (const listener of listeners) listener(batch)
      if (batch.length < mostInBatch) return count
    }
  }

  const loop = startLoop('sequencer', intervalMs, drain, restMs)
  deployment.poke = loop.poke

  return {
    run: loop.run,
    onSequenced: (listener) => listeners.push(listener),
    get size() {
      return tree.size
    },
    get isLeader() {
      return leader !== null
    },
    stop: async () => {
      await loop.stop()
      leader?.release(true)
      leader = null
    },
  }
}

/** Writes a file under another name and renames it, so that a reader never sees half of it. */
async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const before = `${path}.new`
  await writeFile(before, contents)
  await rename(before, path)
}
