// Folds every history anew and compares: each `current` row must equal the fold, each hash its chain, each log entry its fact.
import { evolve } from '@naru/domain/catalogue.ts'
import type { StreamKind } from '@naru/domain/id.ts'
import { leafHash } from '@naru/log/merkle.ts'
import { equalBytes } from '@naru/sealing/bytes.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import type pg from 'pg'
import { entryOf, hashRecord, noPredecessor, readRecord } from './record.ts'

/** What is wrong with one stream or entry. */
export interface Finding {
  readonly where: string
  readonly what: 'chain' | 'hash' | 'state' | 'order' | 'entry' | 'gap' | 'missing' | 'orphan'
}
export interface Rebuilt {
  readonly streams: number
  readonly facts: number
  readonly entries: number
  readonly findings: readonly Finding[]
}

interface FactRow {
  stream: string
  seq: number
  record: string
  hash: Buffer
  entry: Buffer | null
  salt: Buffer | null
}

/** A stream while it is folded. */
interface OpenStream {
  readonly stream: string
  readonly seq: number
  readonly hash: Uint8Array
  readonly state: unknown
}

const pageOf = 2_000

/** Reads the whole record in order of stream and sequence, page by page, in constant memory. */
async function* readFacts(pool: pg.Pool): AsyncGenerator<FactRow> {
  let after = { stream: '', seq: 0 }
  for (;;) {
    const { rows } = await pool.query<FactRow>(
      `select f.stream, f.seq, f.record, f.hash, coalesce(e.entry, p.entry) as entry, coalesce(e.salt, p.salt) as salt
       from fact f left join log_entry e on e.stream = f.stream and e.seq = f.seq left join pending p on p.stream = f.stream and p.seq = f.seq
       where (f.stream, f.seq) > ($1, $2) order by f.stream, f.seq limit $3`,
      [after.stream, after.seq, pageOf],
    )
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < pageOf) return
    after = last
  }
}

/** Checks the whole database. Reads only. */
export async function rebuild(pool: pg.Pool): Promise<Rebuilt> {
  const findings: Finding[] = []
  let streams = 0
  let facts = 0
  let open = null as OpenStream | null

  const close = async (open: OpenStream | null) => {
    if (!open) return
    streams += 1
    const { rows } = await pool.query<{ seq: number; hash: Buffer; state: string }>(
      'select seq, hash, state from current where stream = $1',
      [open.stream],
    )
    const [row] = rows
    if (!row) findings.push({ where: open.stream, what: 'missing' })
    else if (row.seq !== open.seq || !equalBytes(row.hash, open.hash))
      findings.push({ where: open.stream, what: 'chain' })
    else if (canonicalText(JSON.parse(row.state)) !== canonicalText(JSON.parse(JSON.stringify(open.state))))
      findings.push({ where: open.stream, what: 'state' })
  }

  for await (const row of readFacts(pool)) {
    facts += 1
    if (open?.stream !== row.stream) {
      await close(open)
      open = { stream: row.stream, seq: 0, hash: noPredecessor, state: null }
    }
    const where = `${row.stream}#${row.seq}`
    const { fact, prev } = readRecord(row.record)
    if (fact.stream !== row.stream || fact.seq !== row.seq || row.seq !== open.seq + 1)
      findings.push({ where, what: 'order' })
    if (!equalBytes(prev, open.hash)) findings.push({ where, what: 'chain' })
    const hash = hashRecord(row.record)
    if (!equalBytes(hash, row.hash)) findings.push({ where, what: 'hash' })
    if (!row.entry) findings.push({ where, what: 'missing' })
    else if (!equalBytes(entryOf({ fact, record: row.record, hash }, row.salt ?? new Uint8Array(32)).entry, row.entry))
      findings.push({ where, what: 'entry' })
    open = {
      stream: row.stream,
      seq: row.seq,
      hash,
      state: evolve(row.stream.split(':')[0] as StreamKind, open.state, fact),
    }
  }
  await close(open)

  const orphans = await pool.query<{ stream: string }>(
    'select stream from current c where not exists (select from fact f where f.year = c.year and f.stream = c.stream)',
  )
  for (const { stream } of orphans.rows) findings.push({ where: stream, what: 'orphan' })
  const entries = await checkLog(pool, findings)
  return { streams, facts, entries, findings }
}

/** The log has no gap and no entry without a fact; every leaf hash is that of its entry. */
async function checkLog(pool: pg.Pool, findings: Finding[]): Promise<number> {
  let expected = 0
  for (;;) {
    const { rows } = await pool.query<{ index: string; entry: Buffer; leaf_hash: Buffer }>(
      'select index, entry, leaf_hash from log_entry where index >= $1 order by index limit 20000',
      [expected],
    )
    for (const row of rows) {
      if (Number(row.index) !== expected) findings.push({ where: `log ${expected}`, what: 'gap' })
      if (!equalBytes(leafHash(new Uint8Array(row.entry)), row.leaf_hash))
        findings.push({ where: `log ${row.index}`, what: 'entry' })
      expected = Number(row.index) + 1
    }
    if (rows.length < 20_000) return expected
  }
}
