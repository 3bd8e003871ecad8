// AUD-02: whoever may do everything in the database and holds the log's own key cannot change the record unseen. As superuser, with triggers and
// foreign keys switched off, rows of every table of the record are changed, deleted, inserted and swapped; the verifier reports every one.
// Witnesses run as other processes with stores of their own.
import { createPrivateKey, randomUUID, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getFactType } from '@naru/domain/catalogue.ts'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { openCheckpoint, signCheckpoint, verifierKey } from '@naru/log/checkpoint.ts'
import { parseCosignerKey } from '@naru/log/cosignature.ts'
import { makeEntry } from '@naru/log/entry.ts'
import { consistencyProof, leafHash, readerOf, rootAt, rootOfEntries } from '@naru/log/merkle.ts'
import { parsePolicy } from '@naru/log/policy.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { actCommitment, commitmentOf } from '@naru/sealing/commitment.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import { recordTables, type RecordAuditor, verifyRecord } from '@naru/verifier/database.ts'
import { type FindingCode, Findings } from '@naru/verifier/finding.ts'
import { usePlatform } from '@naru/verifier/host.ts'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publicationFor, startReleases } from './after/releases.ts'
import { startClock } from './clock.ts'
import { keyFilesIn } from './deployment.ts'
import { askWitness } from './neighbours/witness.ts'
import { spawnWitness } from './neighbours/witnesses.ts'
import { hashRecord, loggedObject, readRecord } from './record.ts'
import { startSequencer } from './sequencer.ts'
import { openDatabase } from './store/database.ts'
import { makeWorld, type World } from './test-world.ts'

const mutations = Number(process.env.NARU_MUTATIONS ?? 240)
usePlatform()

let world: World
let auditor: RecordAuditor
let database: ReturnType<typeof openDatabase>
let client: pg.PoolClient
let caseId: string
let folder: string
const witnesses: Awaited<ReturnType<typeof spawnWitness>>[] = []

beforeAll(async () => {
  world = await makeWorld()
  folder = mkdtempSync(join(tmpdir(), 'naru-tamper-'))
  const { deployment } = world
  const log = { name: deployment.logOrigin, publicKey: deployment.logPublicKey }
  const names = ['audit', 'university', 'bidders']
  for (const name of names)
    witnesses.push(await spawnWitness({ folder: join(folder, name), name: `${name}.invalid`, log }))
  const lines = names.map((name, n) => `witness ${name} ${witnesses[n]?.vkey}\n`).join('')
  const text = `log ${verifierKey(log)}\n${lines}group all 2 ${names.join(' ')}\nquorum all\n`
  const witnessing = {
    policy: parsePolicy(text),
    witnesses: names.map((name, n) => ({
      name,
      key: parseCosignerKey(witnesses[n]?.vkey ?? ''),
      url: witnesses[n]?.url ?? '',
    })),
  }
  const sequencer = await startSequencer(deployment, { intervalMs: 3_600_000, witnessing })
  const place = async () => {
    await sequencer.run()
    await sequencer.publish()
  }
  const clock = startClock(deployment, 3_600_000)
  await place()
  const publishing = world.publishTender()
  caseId = await publishing
  await place()
  const [first, second] = world.suppliers as [World['author'], World['author']]
  const cheap = await world.sealed(caseId, first, '350000')
  await world.done(first, caseId, 'submit-bid', cheap.input)
  await place()
  await world.done(second, caseId, 'submit-bid', (await world.sealed(caseId, second, '380000')).input)
  await place()
  const { deadline } = currentRound(await world.tender(caseId))
  await world.moveTo(new Date(Date.parse(deadline) + 61_000).toISOString())
  await clock.run()
  await place()
  for (const at of [0, 2, 3]) await world.postShares(caseId, world.holders[at] as World['holders'][number])
  await clock.run()
  await place()
  const reason = 'The lowest price.'
  await world.done(world.approver, caseId, 'award-lot', { award: randomUUID(), lot: 'L1', bid: cheap.bid, reason })
  await place()
  const publication = publicationFor(deployment, 'https://naru.example')
  const releases = startReleases(deployment, publication, null)
  await releases.run()
  await releases.stop()
  await clock.stop()
  await sequencer.stop()
  database = openDatabase(world.fresh.superUrl, 1)
  client = await database.pool.connect()
  const newest = await client.query<{ note: string }>(
    'select note from witnessed_checkpoint order by size desc limit 1',
  )
  const note = newest.rows[0]?.note ?? ''
  const { size, root, origin } = openCheckpoint(note, log)
  auditor = { logKey: log, policy: text, publication, seen: { origin, size, root, note } }
}, 180_000)

afterAll(async () => {
  client?.release()
  await database?.end()
  await world?.end()
  for (const witness of witnesses) await witness.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function findingsNow(known: RecordAuditor = auditor): Promise<Findings> {
  const findings = new Findings()
  await verifyRecord(findings, { query: (text) => client.query(text) as never }, known)
  return findings
}

/** Does something to the database as superuser, lets the verifier look, and takes it back. */
async function tampered<T>(change: () => Promise<T>, known?: RecordAuditor): Promise<{ findings: Findings; done: T }> {
  await client.query('begin')
  try {
    await client.query('set local session_replication_role = replica')
    const done = await change()
    return { findings: await findingsNow(known), done }
  } finally {
    await client.query('rollback')
  }
}

const codes = (findings: Findings): FindingCode[] => [...new Set(findings.list.map((each) => each.code))]

test('AUD-02: the record as it is holds, whole', async () => {
  const findings = await findingsNow()
  expect(findings.list).toEqual([])
  expect(findings.counts.rows).toBeGreaterThan(150)
})

test('AUD-02: a table that nobody may change is part of the record or said to be a copy', async () => {
  const tables = await recordTables({ query: (text) => client.query(text) as never })
  expect(tables.filter((each) => !/^(record|copy): /.test(each.says))).toEqual([])
  expect(tables.length).toBeGreaterThan(20)
  const { findings } = await tampered(async () => {
    await client.query('create table fresh_record (a int)')
    await client.query(`comment on table fresh_record is 'record: something new'`)
  })
  expect(codes(findings)).toEqual(['recordTable'])
})

/** Numbers from a seed: the same mutations at every run. */
function chance(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    const mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39)
    return ((mixed ^ (mixed >>> 15)) >>> 0) % n
  }
}

interface Column {
  readonly name: string
  readonly type: string
}

async function columnsOf(table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select column_name as name, udt_name as type from information_schema.columns where table_name = $1 order by ordinal_position`,
    [table],
  )
  return rows
}

/** An expression that gives another value of the same type. */
function otherValue({ name, type }: Column, pick: (n: number) => number): string {
  const column = `"${name}"`
  switch (type) {
    case 'bytea': {
      const at = `${pick(31)} % length(${column})`
      return `case when ${column} is null then '\\x00'::bytea else set_byte(${column}, ${at}, get_byte(${column}, ${at}) # 1) end`
    }
    case 'text':
      // A digit or letter somewhere in the second half becomes another, so that the text keeps its form.
      return `case when ${column} is null then 'x' when length(${column}) < 8 then ${column} || 'x' else overlay(${column} placing 'q' from length(${column}) / 2 + ${pick(3)} for 1) end`
    case 'int4':
    case 'int8':
      return `${column} + 1`
    case 'bool':
      return `not ${column}`
    case 'timestamptz':
      return `case when ${column} is null then '2026-01-01Z' else ${column} + interval '400 days' end`
    case '_text':
      return `array_append(${column}, 'x')`
    default:
      throw new Error(`no other value of ${type}`)
  }
}

test('AUD-02: every one of many changes, deletions, insertions and swaps is reported', async () => {
  const pick = chance(20261122)
  const tables: { name: string; columns: Column[]; count: number }[] = []
  for (const { name, says } of await recordTables({ query: (text) => client.query(text) as never })) {
    if (!says.startsWith('record:')) continue
    const { rows } = await client.query<{ count: string }>(`select count(*) as count from ${name}`)
    const count = Number(rows[0]?.count)
    if (count > 1) tables.push({ name, columns: await columnsOf(name), count })
  }
  expect(tables.map((each) => each.name)).toEqual(
    expect.arrayContaining(['log_entry', 'log_batch', 'checkpoint', 'witnessed_checkpoint', 'personal', 'release']),
  )
  const missed: string[] = []
  const did: Record<string, number> = {}
  let made = 0
  for (let n = 0; made < mutations && n < mutations * 4; n += 1) {
    const table = tables[pick(tables.length)] as (typeof tables)[number]
    const { name, columns } = table
    const row = `(select ctid from ${name} order by ctid offset ${pick(table.count)} limit 1)`
    const column = columns[pick(columns.length)] as Column
    const what = ['change', 'change', 'delete', 'insert', 'swap'][pick(5)] as string
    const other = otherValue(column, pick)
    const changes: Record<string, () => Promise<number | null>> = {
      change: async () =>
        (
          await client.query(
            `update ${name} set "${column.name}" = ${other} where ctid = ${row} and "${column.name}" is distinct from (${other})`,
          )
        ).rowCount,
      delete: async () => (await client.query(`delete from ${name} where ctid = ${row}`)).rowCount,
      insert: async () => {
        const keys = columns.slice(0, name.startsWith('fact') ? 3 : 1).map((each) => each.name)
        const values = columns.map((each) =>
          keys.at(-1) === each.name ? otherValue(each, pick).replace('+ 1', '+ 1000') : `"${each.name}"`,
        )
        return (await client.query(`insert into ${name} select ${values.join(', ')} from ${name} where ctid = ${row}`))
          .rowCount
      },
      // Two rows change places: all but the key goes from one to the other.
      swap: async () => {
        const keys = name.startsWith('fact') ? ['year', 'stream', 'seq'] : [columns[0]?.name ?? '']
        const unique = name === 'log_entry' ? ['stream', 'seq'] : name === 'release' ? ['release_id'] : []
        const rest = columns
          .map((each) => `"${each.name}"`)
          .filter((each) => ![...keys, ...unique].includes(each.slice(1, -1)))
        const other = `(select ctid from ${name} order by ctid offset ${pick(table.count)} limit 1)`
        const pair = await client.query<{ a: string; b: string }>(`select ${row}::text as a, ${other}::text as b`)
        const { a, b } = pair.rows[0] ?? { a: '', b: '' }
        if (a === b) return 0
        const set = rest.map((each) => `${each} = o.${each}`).join(', ')
        const { rowCount } = await client.query(
          `update ${name} t set ${set} from (select *, ctid as place from ${name}) o
           where (t.ctid = '${a}' and o.place = '${b}') or (t.ctid = '${b}' and o.place = '${a}')`,
        )
        return rowCount
      },
    }
    try {
      const { findings, done } = await tampered(changes[what] as () => Promise<number | null>)
      if (!done) continue
      made += 1
      did[`${what} ${name}`] = (did[`${what} ${name}`] ?? 0) + 1
      if (findings.list.length === 0) missed.push(`${what} ${name} ${what === 'change' ? column.name : ''} (${n})`)
    } catch (error) {
      // What the table's own form refuses even to the superuser is no change.
      if (!/violates|out of range|no partition/.test(String(error))) throw error
    }
  }
  expect(made).toBeGreaterThanOrEqual(Math.min(mutations, 200))
  expect(missed).toEqual([])
  for (const { name } of tables) expect(Object.keys(did).some((each) => each.endsWith(` ${name}`))).toBe(true)
}, 600_000)

/** Rewrites one fact and all that follows from it, as the operator with the log's private key could: hashes, chain, entries, batches, checkpoints. */
async function rewriteLog(stream: string, change: (body: Record<string, unknown>) => void): Promise<void> {
  const { rows } = await client.query<{ seq: number; record: string; salt: Buffer | null; index: string }>(
    `select f.seq, f.record, e.salt, e.index from fact f join log_entry e on e.stream = f.stream and e.seq = f.seq where f.stream = $1 order by f.seq`,
    [stream],
  )
  let prev = new Uint8Array(32)
  for (const [n, row] of rows.entries()) {
    const { fact } = readRecord(row.record)
    if (n === rows.length - 1) change(fact.body as Record<string, unknown>)
    const whole = { v: 1, ...fact, prev: toBase64(prev) }
    const record = canonicalText(whole)
    const hash = hashRecord(record)
    const logged = loggedObject(fact)
    const entry = logged
      ? makeEntry(getFactType(fact.type).entry, commitmentOf(logged.label, logged.object))
      : makeEntry('act', actCommitment(new Uint8Array(row.salt ?? []), whole))
    const at = [row.seq, stream, record, Buffer.from(hash)]
    await client.query('update fact set record = $3, hash = $4 where stream = $2 and seq = $1', at)
    await client.query('update log_entry set entry = $1, leaf_hash = $2 where index = $3', [
      Buffer.from(entry),
      Buffer.from(leafHash(entry)),
      row.index,
    ])
    prev = new Uint8Array(hash)
  }
  const entries = (await client.query<{ entry: Buffer }>('select entry from log_entry order by index')).rows.map(
    (row) => new Uint8Array(row.entry),
  )
  const batches = await client.query<{ first: string; count: number }>('select first, count from log_batch')
  for (const { first, count } of batches.rows)
    await client.query('update log_batch set root = $1 where first = $2', [
      Buffer.from(rootOfEntries(entries.slice(Number(first), Number(first) + count))),
      first,
    ])
  const read = readerOf(entries.map(leafHash))
  const key = createPrivateKey(readFileSync(keyFilesIn(world.deployment.dataFolder).log))
  const signer = { ...auditor.logKey, sign: (message: Uint8Array) => new Uint8Array(sign(null, message, key)) }
  const stored = await client.query<{ size: string }>('select size from checkpoint')
  for (const { size } of stored.rows) {
    const root = rootAt(read, Number(size))
    const note = signCheckpoint({ size: Number(size), root }, signer)
    await client.query('update checkpoint set root = $2, note = $3 where size = $1', [size, Buffer.from(root), note])
    await client.query('update witnessed_checkpoint set note = $2 where size = $1', [size, note])
  }
}

test('AUD-02: the log rewritten with its own key: its witnesses did not sign it, and whoever saw it before notices', async () => {
  const award = (body: Record<string, unknown>) => {
    body.reason = 'Another reason.'
  }
  const { findings } = await tampered(() => rewriteLog(`tender:${caseId}`, award))
  expect(codes(findings)).toEqual(expect.arrayContaining(['quorumMissing', 'fork']))
  // Every hash was made to fit: without witnesses and memory only what others were told still differs.
  const alone = await tampered(() => rewriteLog(`tender:${caseId}`, award), {
    ...auditor,
    policy: null,
    publication: null,
  })
  expect(codes(alone.findings)).toContain('fork')
  expect(codes(alone.findings)).not.toContain('rootMismatch')
  expect(codes(alone.findings)).not.toContain('factEntry')
}, 120_000)

test('AUD-02: a witness that saw the true log does not cosign the rewritten one', async () => {
  const { done } = await tampered(async () => {
    await rewriteLog(`tender:${caseId}`, (body) => {
      body.reason = 'Another reason.'
    })
    const { rows } = await client.query<{ note: string; size: string }>(
      'select note, size from checkpoint order by size desc limit 1',
    )
    const entries = await client.query<{ entry: Buffer }>('select entry from log_entry order by index')
    const read = readerOf(entries.rows.map((row) => leafHash(new Uint8Array(row.entry))))
    const size = Number(rows[0]?.size)
    const answers: string[] = []
    for (const { url, vkey } of witnesses) {
      const address = { name: 'w', key: parseCosignerKey(vkey), url }
      const asked = { note: rows[0]?.note ?? '', size, proofFrom: (from: number) => consistencyProof(read, from, size) }
      answers.push(
        await askWitness(address, asked, size, 20_000).then(
          () => 'cosigned',
          (error: Error) => error.constructor.name,
        ),
      )
    }
    return answers
  })
  expect(done).toEqual(['AnotherHistory', 'AnotherHistory', 'AnotherHistory'])
}, 120_000)
