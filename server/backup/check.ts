// The check of a restored database: does it hang together, is it the log that was published, and does any witness know a longer one.
import { readFileSync } from 'node:fs'
import { openCheckpoint } from '@naru/log/checkpoint.ts'
import { parseCosignerKey } from '@naru/log/cosignature.ts'
import { BadForm } from '@naru/log/encoding.ts'
import { consistencyProof, rootAt } from '@naru/log/merkle.ts'
import { makeQuorum, openWitnessed, parsePolicy, type Policy, quorumWitnesses } from '@naru/log/policy.ts'
import { Tree } from '@naru/log/tree.ts'
import { logCase, type LogState } from '@naru/domain/log/log.ts'
import { equalBytes } from '@naru/sealing/bytes.ts'
import pg from 'pg'
import { CannotStart } from '../database/cannot-start.ts'
import { fileAt, type Store } from '../files/store.ts'
import { startSandboxTime } from '../neighbours/sandbox-time.ts'
import { AnotherHistory, askWitness } from '../neighbours/witness.ts'
import { startKeptWitnesses } from '../neighbours/witnesses.ts'
import { rebuild } from '../rebuild.ts'
import type { RestorationState } from './restoration.ts'

/** What is checked, and by whose word. */
export interface CheckOrder {
  /** As the application. */
  readonly appUrl: string
  /** Where uploads and attachments lie. */
  readonly files: Store
  /** A policy with the witnesses' addresses; null for the policy of the newest trust list in the log. */
  readonly policyFile: string | null
  /** A file with the newest published checkpoint that anybody kept. */
  readonly checkpointFile: string | null
  /** The data folder of the sandbox that was backed up, whose own witnesses are started and asked. */
  readonly witnessesOf?: string | null
}

/** What was found: the state, the whole sentence for the operator, and each difference. `published` is how much of the log had its quorum. */
export interface Checked {
  readonly state: Exclude<RestorationState, 'checking'>
  readonly said: string
  readonly differences: readonly string[]
  readonly size: number
  readonly published: number
  readonly tree: Tree
}

const patienceMs = 5_000

/** Checks a restored database; reads only (a witness that is asked may cosign the log's newest checkpoint again). */
export async function checkRestored(order: CheckOrder): Promise<Checked> {
  const pool = new pg.Pool({ connectionString: order.appUrl, max: 2 })
  try {
    const { findings } = await rebuild(pool)
    const differences = findings.map(({ where, what }) => `${where}: ${what}`)
    const tree = await readTree(pool)
    const log = await readLog(pool)
    const policy = readPolicy(order.policyFile, log.policy)
    const pinned = order.checkpointFile ? readPinned(order.checkpointFile, policy) : null
    differences.push(
      ...(await compareCheckpoints(pool, tree, log.key, policy)),
      ...(await lackingFiles(pool, order.files)),
    )
    const published = log.published
    const result = { differences, size: tree.size, published, tree }
    if (differences.length)
      return {
        ...result,
        state: 'damaged',
        said: `The restored record does not hang together (${differences.length} differences, the first: ${differences[0]}). Do not serve with it: restore another backup.`,
      }
    const ahead = pinned && pinned.size > tree.size ? [`your checkpoint names ${pinned.size} entries`] : []
    if (pinned && pinned.size <= tree.size && !equalBytes(rootAt(tree.read, pinned.size), pinned.root))
      ahead.push(`your checkpoint of ${pinned.size} entries is that of another history`)
    const asked = await askAll(order, pool, policy, tree, log)
    ahead.push(...asked.ahead)
    if (ahead.length) return { ...result, state: 'behind', said: behind(tree.size, ahead) }
    if (!pinned && makeQuorum(policy, new Set(asked.silent)))
      return { ...result, state: 'unproven', said: unproven(asked.reasons) }
    return {
      ...result,
      state: 'checked',
      said: `The restored log of ${tree.size} entries is the newest that was witnessed.`,
    }
  } finally {
    await pool.end()
  }
}

const behind = (size: number, ahead: readonly string[]): string =>
  `This backup is behind what was witnessed: it ends after ${size} entries, and ${ahead.join('; ')}. Bids and receipts that people hold may be missing, so Naru does not serve with it. ` +
  'Restore a newer backup, or bring back the database itself (its disk, its standby, its write-ahead log) and check again: npx naru restore --check. ' +
  'Where nothing newer exists, this log has ended: keep this database for reading, tell everyone, and begin a new log in an empty database.'

const unproven = (reasons: readonly string[]): string =>
  `Too few witnesses answer to know whether this backup is the newest (${reasons.join('; ') || 'the policy gives no address'}). ` +
  'Make them reachable (WITNESS_POLICY_FILE; those of a sandbox: npx naru restore --check --witnesses <the data folder of the sandbox that was backed up>), ' +
  'or give the newest checkpoint that anybody kept: npx naru restore --check --checkpoint <file>.'

async function readTree(pool: pg.Pool): Promise<Tree> {
  const tree = new Tree()
  for (;;) {
    const { rows } = await pool.query<{ leaf_hash: Buffer }>(
      'select leaf_hash from log_entry where index >= $1 order by index limit 20000',
      [tree.size],
    )
    for (const row of rows) tree.append(new Uint8Array(row.leaf_hash))
    if (rows.length < 20_000) return tree
  }
}

interface RestoredLog {
  readonly key: { name: string; publicKey: Uint8Array }
  readonly newest: { size: number; note: string } | null
  readonly published: number
  readonly policy: string | null
}

async function readLog(pool: pg.Pool): Promise<RestoredLog> {
  const { rows } = await pool.query<{ origin: string; key: Buffer | null }>(
    'select log_origin as origin, log_public as key from deployment',
  )
  const [found] = rows
  if (!found?.key)
    throw new CannotStart('This database names no log with its public key: there is nothing to check it by.')
  const newest = await pool.query<{ size: string; note: string }>(
    'select size, note from checkpoint order by size desc limit 1',
  )
  const published = await pool.query<{ size: string | null }>('select max(size) as size from witnessed_checkpoint')
  const trust = await pool.query<{ state: string }>('select state from current where stream = $1', [`log:${logCase}`])
  const state = trust.rows[0] ? (JSON.parse(trust.rows[0].state) as LogState) : null
  const [last] = newest.rows
  return {
    key: { name: found.origin, publicKey: new Uint8Array(found.key) },
    newest: last ? { size: Number(last.size), note: last.note } : null,
    published: Number(published.rows[0]?.size ?? 0),
    policy: (state?.trust as { policy?: string } | null)?.policy ?? null,
  }
}

function readPolicy(file: string | null, listed: string | null): Policy {
  if (!file && !listed)
    throw new CannotStart('Neither WITNESS_POLICY_FILE nor the log itself names a policy of witnesses. Name one.')
  try {
    return parsePolicy(file ? readFileSync(file, 'utf8') : (listed ?? ''))
  } catch (cause) {
    throw new CannotStart(`The policy of witnesses cannot be read (${(cause as Error).message}).`, { cause })
  }
}

function readPinned(file: string, policy: Policy): { size: number; root: Uint8Array } {
  try {
    return openWitnessed(readFileSync(file, 'utf8'), policy).checkpoint
  } catch (cause) {
    throw new CannotStart(
      `${file} is no checkpoint of this log with the quorum of its witnesses (${(cause as Error).message}). Give the one that was published last.`,
      { cause },
    )
  }
}

/** Every checkpoint's root must be the tree's; the newest must be signed by the log, the newest witnessed one by its quorum. */
async function compareCheckpoints(
  pool: pg.Pool,
  tree: Tree,
  key: RestoredLog['key'],
  policy: Policy,
): Promise<string[]> {
  const differences: string[] = []
  const { rows } = await pool.query<{ size: string; root: Buffer }>('select size, root from checkpoint order by size')
  for (const { size, root } of rows)
    if (Number(size) > tree.size || !root.equals(rootAt(tree.read, Number(size))))
      differences.push(`checkpoint ${size}: its root is not that of the entries`)
  const notes = await pool.query<{ size: string; note: string; witnessed: boolean }>(
    `(select size, note, false as witnessed from checkpoint order by size desc limit 1) union all
     (select size, note, true from witnessed_checkpoint order by size desc limit 1)`,
  )
  for (const { size, note, witnessed } of notes.rows) {
    const found = openOr(() => (witnessed ? openWitnessed(note, policy).checkpoint : openCheckpoint(note, key)))
    if (typeof found === 'string') differences.push(`checkpoint ${size}: ${found}`)
    else if (
      found.size !== Number(size) ||
      found.size > tree.size ||
      !equalBytes(found.root, rootAt(tree.read, found.size))
    )
      differences.push(`checkpoint ${size}: it states another tree`)
  }
  return differences
}

function openOr<T>(open: () => T): T | string {
  try {
    return open()
  } catch (error) {
    if (error instanceof BadForm) return error.message
    throw error
  }
}

const askedAtOnce = 16

/** Files that rows name and the store lacks. */
async function lackingFiles(pool: pg.Pool, files: Store): Promise<string[]> {
  const lacking: string[] = []
  for (let after = ''; ; ) {
    const { rows } = await pool.query<{ key: string }>(
      `select key from (
         select storage_key as key from upload where sha256 is not null
         union select s.storage_key from attachment_segment s join attachment_upload u on u.id = s.upload where u.removed is null
       ) as named where key > $1 order by key limit 5000`,
      [after],
    )
    for (let at = 0; at < rows.length; at += askedAtOnce) {
      const some = rows.slice(at, at + askedAtOnce)
      const sizes = await Promise.all(some.map(({ key }) => files.size(fileAt(key))))
      for (const [n, { key }] of some.entries()) if (sizes[n] === null) lacking.push(`file ${key}: missing`)
    }
    if (rows.length < 5000) return lacking
    after = rows.at(-1)?.key ?? ''
  }
}

/** What the witnesses know beyond this log, and whose word is missing. Those of a sandbox are started for it, on its clock. */
async function askAll({ witnessesOf }: CheckOrder, pool: pg.Pool, policy: Policy, tree: Tree, log: RestoredLog) {
  if (!witnessesOf) return askWitnesses(policy, tree, log.newest)
  const clock = await startSandboxTime({ database: { pool } })
  try {
    const kept = await startKeptWitnesses(witnessesOf, log.key, clock.url)
    try {
      const urls = new Map(
        kept.witnesses.map(({ vkey, url }) => [Buffer.from(parseCosignerKey(vkey).publicKey).toString('hex'), url]),
      )
      const addressed = policy.witnesses.map((witness) => {
        const url = urls.get(Buffer.from(witness.key.publicKey).toString('hex'))
        return url ? { ...witness, url } : witness
      })
      return await askWitnesses({ ...policy, witnesses: addressed }, tree, log.newest)
    } finally {
      await kept.stop()
    }
  } finally {
    await clock.stop()
  }
}

async function askWitnesses(policy: Policy, tree: Tree, newest: RestoredLog['newest']) {
  const ahead: string[] = []
  const silent: string[] = []
  const reasons: string[] = []
  await Promise.all(
    quorumWitnesses(policy).map(async ({ name, key, url }) => {
      try {
        if (!url) throw new Error(`${name} has no address`)
        if (!newest) throw new Error('there is no checkpoint to show')
        const proofFrom = (from: number) => consistencyProof(tree.read, from, newest.size)
        await askWitness({ name, key, url }, { ...newest, proofFrom }, newest.size, patienceMs)
      } catch (error) {
        if (error instanceof AnotherHistory) ahead.push(error.message)
        else {
          silent.push(name)
          reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
        }
      }
    }),
  )
  return { ahead, silent, reasons }
}
