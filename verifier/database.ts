// Verifying the record in a database, private facts included, as an auditor with the right to read it: every row of every table of the
// record against every other, and the log against what the auditor saw before. Which tables those are, the database itself says.
import { evolve, factTypes, getFactType } from '@naru/domain/catalogue.ts'
import type { Fact } from '@naru/domain/history.ts'
import type { StreamKind } from '@naru/domain/id.ts'
import type { LogFact } from '@naru/domain/log/facts.ts'
import { type Checkpoint, type NoteKey, openCheckpoint } from '@naru/log/checkpoint.ts'
import { entryKinds, makeEntry } from '@naru/log/entry.ts'
import { leafHash, type NodeReader, readerOf, rootAt, rootOfEntries } from '@naru/log/merkle.ts'
import { openWitnessed, parsePolicy, type Policy } from '@naru/log/policy.ts'
import type { Publication } from '@naru/ocds/publication.ts'
import { follow, nothingYet } from '@naru/ocds/release.ts'
import { concat, equalBytes, fromBase64, toBase64, utf8 } from '@naru/sealing/bytes.ts'
import { actCommitment, commitmentOf, sealedCommitment } from '@naru/sealing/commitment.ts'
import { H, sha256 } from '@naru/sealing/hash.ts'
import { canonicalText, parseCanonical } from '@naru/sealing/jcs.ts'
import { objectOf } from './check-facts.ts'
import { checkSeen, type Seen } from './check-log.ts'
import { ordered, organisationsOf } from './check-releases.ts'
import type { Findings } from './finding.ts'

/** A connection that may read the record; `bytea` comes as bytes, `timestamptz` as ISO text in UTC, `bigint` as text. */
export interface Reading {
  query<Row>(text: string): Promise<{ rows: Row[] }>
}

/** What the auditor brings to a database. Without `publication` the open data are not made again; without `policy` no witness is looked for. */
export interface RecordAuditor {
  readonly logKey: NoteKey
  readonly policy: string | null
  readonly seen?: Seen
  readonly publication: Publication | null
}

/** The tables of the record by their comments, and those that nobody may change but whose comment says nothing. */
const catalogue = `select c.relname as name, coalesce(obj_description(c.oid), '') as says from pg_class c
  where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and (obj_description(c.oid) like 'record:%'
    or exists (select from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = c.oid and p.proname = 'facts_are_for_ever'))
  order by 1`

const known =
  /^(fact_\d{4}|log_entry|log_batch|checkpoint|witnessed_checkpoint|batch_token|bid_token|personal|release)$/

interface FactRow {
  year: number
  stream: string
  seq: number
  case_id: string
  type: string
  at: string
  record: string
  hash: Uint8Array
}
interface EntryRow {
  index: string
  stream: string
  seq: number
  case_id: string
  public: boolean
  entry: Uint8Array
  salt: Uint8Array | null
  leaf_hash: Uint8Array
  at: string
}
interface Kept {
  readonly fact: Fact
  readonly row: FactRow
}

const same = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === null || b === null ? a === b : equalBytes(new Uint8Array(a), new Uint8Array(b))

/** Names of the tables of the record, as the database lists them. */
export async function recordTables(reading: Reading): Promise<readonly { name: string; says: string }[]> {
  return (await reading.query<{ name: string; says: string }>(catalogue)).rows
}

/** Verifies the whole record; what is wrong is in the findings. */
export async function verifyRecord(findings: Findings, reading: Reading, auditor: RecordAuditor): Promise<void> {
  for (const { name, says } of await recordTables(reading))
    if (!known.test(name) && !says.startsWith('copy:')) findings.add('recordTable', name)
  const facts = await checkFactRows(findings, reading)
  const entries = await checkEntryRows(findings, reading, facts)
  const read = readerOf(entries.map((row) => leafHash(new Uint8Array(row.entry))))
  await checkBatches(findings, reading, entries)
  await checkTokenRows(findings, reading, facts)
  await checkCheckpoints(findings, reading, read, entries, auditor)
  await checkPersonal(findings, reading, facts)
  await checkCurrent(findings, reading, facts)
  await checkAnswers(findings, reading, facts)
  await checkReleaseRows(findings, reading, facts, entries, auditor.publication)
}

async function checkFactRows(findings: Findings, reading: Reading): Promise<Map<string, Kept>> {
  const { rows } = await reading.query<FactRow>(
    'select year, stream, seq, case_id, type, at, record, hash from fact order by stream, seq',
  )
  const kept = new Map<string, Kept>()
  const years = new Map<string, number>()
  let before: FactRow | null = null
  for (const row of rows) {
    findings.count('rows')
    const at = `fact ${row.stream}#${row.seq}`
    const first = before?.stream !== row.stream
    if (row.seq !== (first ? 1 : (before?.seq ?? 0) + 1)) findings.add('factOrder', at, { seq: row.seq })
    try {
      const record = parseCanonical(utf8(row.record)) as Fact & { v: 1; prev: string }
      const { stream, seq, caseId, type, at: when, by, body, prev } = record
      const due = first ? new Uint8Array(32) : (before?.hash ?? new Uint8Array(32))
      if (!same(fromBase64(prev), due))
        findings.add('factChain', at, { is: prev, should: toBase64(new Uint8Array(due)) })
      const columns: readonly (readonly [string, unknown, unknown])[] = [
        ['stream', stream, row.stream],
        ['seq', seq, row.seq],
        ['case_id', caseId, row.case_id],
        ['type', type, row.type],
        ['at', when, row.at],
      ]
      for (const [name, is, should] of columns) if (is !== should) findings.add('rowMismatch', at, { what: name })
      if (!factTypes[type]) findings.add('badForm', at, { reason: type })
      const fact = { stream, seq, caseId, type, at: when, by, body } as Fact
      kept.set(`${row.stream}#${row.seq}`, { fact, row })
      if (seq === 1 && /^(tender|plan):/.test(stream)) years.set(caseId, Number(when.slice(0, 4)))
    } catch (error) {
      findings.add('notCanonical', at, { reason: error instanceof Error ? error.message : '' })
    }
    if (!same(row.hash, H('fact', utf8(row.record)))) findings.add('factHash', at)
    before = row
  }
  for (const { row, fact } of kept.values()) {
    const own = kept.get(`${row.stream}#1`)?.fact.at ?? fact.at
    if (row.year !== (years.get(fact.caseId) ?? Number(own.slice(0, 4))))
      findings.add('rowMismatch', `fact ${row.stream}#${row.seq}`, { what: 'year' })
  }
  return kept
}

/** The entry that a fact must have in the log, given the salt beside it. */
function entryDue(fact: Fact, record: string, salt: Uint8Array | null): Uint8Array {
  const { entry } = getFactType(fact.type)
  if (entry === 'sealed') {
    const { leafSalt, m } = fact.body as { leafSalt: string; m: string }
    return makeEntry('sealed', sealedCommitment(fromBase64(leafSalt), fromBase64(m)))
  }
  const logged = objectOf(fact)
  if (logged) return makeEntry(entry, commitmentOf(logged.label, logged.object))
  return makeEntry('act', actCommitment(new Uint8Array(salt ?? []), JSON.parse(record)))
}

async function checkEntryRows(
  findings: Findings,
  reading: Reading,
  facts: ReadonlyMap<string, Kept>,
): Promise<readonly EntryRow[]> {
  const { rows } = await reading.query<EntryRow>(
    'select index, stream, seq, case_id, public, entry, salt, leaf_hash, at from log_entry order by index',
  )
  const waiting = await reading.query<{ stream: string; seq: number }>('select stream, seq from pending')
  const placed = new Set(waiting.rows.map((row) => `${row.stream}#${row.seq}`))
  for (const [n, row] of rows.entries()) {
    findings.count('rows')
    const at = `log_entry ${row.index}`
    const name = `${row.stream}#${row.seq}`
    const found = facts.get(name)
    if (Number(row.index) !== n) findings.add('rowMissing', `log_entry ${n}`)
    if (placed.has(name)) findings.add('rowUnknown', at, { what: 'twice' })
    placed.add(name)
    if (!same(row.leaf_hash, leafHash(new Uint8Array(row.entry))))
      findings.add('rowMismatch', at, { what: 'leaf_hash' })
    if (!found) {
      findings.add('rowUnknown', at)
      continue
    }
    const { fact } = found
    const type = getFactType(fact.type)
    if (row.case_id !== fact.caseId) findings.add('rowMismatch', at, { what: 'case_id' })
    if (row.public !== (type.show !== null)) findings.add('rowMismatch', at, { what: 'public' })
    if ((row.salt === null) === (type.entry === 'act')) findings.add('rowMismatch', at, { what: 'salt' })
    if (!same(row.entry, entryDue(fact, found.row.record, row.salt))) findings.add('factEntry', at)
    if (row.at < fact.at || row.at < (rows[n - 1]?.at ?? '')) findings.add('rowMismatch', at, { what: 'at' })
  }
  for (const name of facts.keys()) if (!placed.has(name)) findings.add('rowMissing', `log_entry of ${name}`)
  return rows
}

async function checkBatches(findings: Findings, reading: Reading, entries: readonly EntryRow[]): Promise<void> {
  const { rows } = await reading.query<{ first: string; count: number; root: Uint8Array; at: string; sealed: number }>(
    'select first, count, root, at, sealed from log_batch order by first',
  )
  // Entries that were placed before batches were kept have none.
  let next = Number(rows[0]?.first ?? entries.length)
  for (const [n, row] of rows.entries()) {
    findings.count('rows')
    const at = `log_batch ${row.first}`
    const own = entries.slice(Number(row.first), Number(row.first) + row.count)
    if (Number(row.first) !== next) findings.add('rowMissing', `log_batch ${next}`)
    next = Number(row.first) + row.count
    const root = rootOfEntries(own.map((each) => new Uint8Array(each.entry)))
    if (own.length !== row.count || !same(row.root, root)) findings.add('rowMismatch', at, { what: 'root' })
    if (row.sealed !== own.filter((each) => each.entry[1] === entryKinds.sealed).length)
      findings.add('rowMismatch', at, { what: 'sealed' })
    const moments = own.map((each) => each.at)
    // One statement gives a batch its time, and the batch itself is written right behind it.
    if (new Set(moments).size > 1 || (moments[0] ?? '') > row.at || gap(moments[0], row.at) > 60_000)
      findings.add('rowMismatch', at, { what: 'at' })
    if ((rows[n - 1]?.at ?? '') > row.at) findings.add('rowMismatch', at, { what: 'order' })
  }
  if (rows.length > 0 && next !== entries.length) findings.add('rowMissing', `log_batch ${next}`)
  const first = Number(rows[0]?.first ?? 0)
  if (rows.length > 0 && first > 0) findings.add('rowMissing', 'log_batch 0')
}

/** A token that is logged stands in its table as it is logged; one that is not logged yet is nobody's evidence. */
async function checkTokenRows(findings: Findings, reading: Reading, facts: ReadonlyMap<string, Kept>): Promise<void> {
  type Row = { first: string; authority: string; token: Uint8Array; gen_time: string; own: boolean }
  const { rows } = await reading.query<Row>(
    `select first, authority, token, gen_time, false as own from batch_token
     union all select index, authority, token, gen_time, true from bid_token`,
  )
  const nameOf = (first: number, authority: string, own: boolean): string =>
    `${own ? 'bid_token' : 'batch_token'} ${first} ${authority}`
  const found = new Map(rows.map((row) => [nameOf(Number(row.first), row.authority, row.own), row]))
  findings.count('rows', rows.length)
  for (const { fact } of facts.values()) {
    if (fact.type !== 'BatchStamped') continue
    const { authority, genTime, stamp, own } = fact.body as LogFactBody
    const name = nameOf(stamp.first, authority, own === true)
    const row = found.get(name)
    if (!row) findings.add('rowMissing', name)
    else if (!same(row.token, fromBase64(stamp.token))) findings.add('rowMismatch', name, { what: 'token' })
    else if (row.gen_time !== genTime) findings.add('rowMismatch', name, { what: 'gen_time' })
  }
}
type LogFactBody = Extract<LogFact, { type: 'BatchStamped' }>['body']

const gap = (from: string | undefined, to: string): number => Date.parse(to) - Date.parse(from ?? to)

const opened = new Map<string, Checkpoint>()
/** Signatures of notes met before are not verified anew. */
function openOnce(note: string, key: NoteKey): Checkpoint {
  const name = `${toBase64(key.publicKey)} ${note}`
  const found = opened.get(name) ?? openCheckpoint(note, key)
  opened.set(name, found)
  return found
}

const witnessed = new Map<string, number | null>()
function witnessedOnce(note: string, policy: Policy): number | null {
  const name = `${canonicalText(JSON.parse(JSON.stringify(policy)))} ${note}`
  const known = witnessed.get(name)
  const time = known === undefined ? openWitnessed(note, policy).time : known
  witnessed.set(name, time)
  return time
}

async function checkCheckpoints(
  findings: Findings,
  reading: Reading,
  read: NodeReader,
  entries: readonly EntryRow[],
  { logKey, policy, seen }: RecordAuditor,
): Promise<void> {
  const stored = await reading.query<{ size: string; root: Uint8Array; note: string; at: string }>(
    'select size, root, note, at from checkpoint order by size',
  )
  const cosigned = await reading.query<{ size: string; note: string; time: string | null; at: string }>(
    'select size, note, time, at from witnessed_checkpoint order by size',
  )
  const open = (at: string, note: string, size: string): Checkpoint | null => {
    try {
      const checkpoint = openOnce(note, logKey)
      if (checkpoint.size !== Number(size)) findings.add('rowMismatch', at, { what: 'size' })
      if (checkpoint.size > entries.length)
        findings.add('entriesCount', at, { is: entries.length, should: checkpoint.size })
      else if (!same(checkpoint.root, rootAt(read, checkpoint.size)))
        findings.add('rootMismatch', at, {
          is: toBase64(rootAt(read, checkpoint.size)),
          should: toBase64(checkpoint.root),
        })
      return checkpoint
    } catch (error) {
      findings.add('checkpointSignature', at, { reason: error instanceof Error ? error.message : '' })
      return null
    }
  }
  const now = (await reading.query<{ now: string }>('select naru_now() as now')).rows[0]?.now ?? ''
  const timely = (at: string, before: string | undefined, is: string): void => {
    if (is < (before ?? '') || is > now) findings.add('rowMismatch', at, { what: 'at' })
  }
  const sizes = new Map<number, string>()
  for (const [n, row] of stored.rows.entries()) {
    findings.count('rows')
    const at = `checkpoint ${row.size}`
    const checkpoint = open(at, row.note, row.size)
    sizes.set(Number(row.size), row.at)
    if (checkpoint && !same(checkpoint.root, row.root)) findings.add('rowMismatch', at, { what: 'root' })
    timely(at, stored.rows[n - 1]?.at, row.at)
    const newest = entries[Number(row.size) - 1]?.at ?? ''
    if (row.at < newest) findings.add('rowMismatch', at, { what: 'at' })
    if (!cosigned.rows.some((each) => each.size === row.size)) findings.add('checkpointAlone', at)
  }
  const parsed = policy === null ? null : parsePolicy(policy)
  for (const [n, row] of cosigned.rows.entries()) {
    findings.count('rows')
    const at = `witnessed_checkpoint ${row.size}`
    open(at, row.note, row.size)
    const made = sizes.get(Number(row.size))
    if (made === undefined) findings.add('rowMissing', `checkpoint ${row.size}`)
    timely(at, cosigned.rows[n - 1]?.at, row.at)
    if (made !== undefined && (row.at < made || gap(made, row.at) > 3_600_000))
      findings.add('rowMismatch', at, { what: 'at' })
    if (!parsed) continue
    try {
      const time = witnessedOnce(row.note, parsed)
      if (time !== (row.time === null ? null : Date.parse(row.time))) findings.add('rowMismatch', at, { what: 'time' })
    } catch (error) {
      findings.add('quorumMissing', at, { reason: error instanceof Error ? error.message : '' })
    }
  }
  const newest = stored.rows.at(-1)
  if (seen && (!newest || Number(newest.size) < seen.size))
    findings.add('fork', 'checkpoint', { size: seen.size, is: newest?.size ?? '0', should: seen.size })
  else if (seen && seen.size <= entries.length)
    checkSeen(
      findings,
      read,
      { origin: logKey.name, size: entries.length, root: rootAt(read, entries.length), extensions: [] },
      seen,
    )
}

function commitmentsIn(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  const { $commitment } = value as { $commitment?: unknown }
  if (typeof $commitment === 'string') found.add($commitment)
  else for (const each of Object.values(value)) commitmentsIn(each, found)
}

async function checkPersonal(findings: Findings, reading: Reading, facts: ReadonlyMap<string, Kept>): Promise<void> {
  const due = new Map<string, string>()
  for (const { fact } of facts.values()) {
    const found = new Set<string>()
    commitmentsIn(fact.body, found)
    for (const each of found) due.set(each, fact.caseId)
  }
  const { rows } = await reading.query<{
    commitment: Uint8Array
    salt: Uint8Array | null
    value: string | null
    case_id: string
    erased_at: string | null
  }>('select commitment, salt, value, case_id, erased_at from personal')
  for (const row of rows) {
    findings.count('rows')
    const commitment = toBase64(new Uint8Array(row.commitment))
    const at = `personal ${commitment}`
    const caseId = due.get(commitment)
    due.delete(commitment)
    if (caseId === undefined) findings.add('rowUnknown', at)
    else if (caseId !== row.case_id) findings.add('rowMismatch', at, { what: 'case_id' })
    const erased = row.erased_at !== null
    if (erased !== (row.value === null) || erased !== (row.salt === null))
      findings.add('rowMismatch', at, { what: 'erased' })
    else if (row.salt !== null && row.value !== null) {
      const is = sha256(concat(new Uint8Array(row.salt), utf8(row.value)))
      if (!same(is, row.commitment)) findings.add('rowMismatch', at, { what: 'value' })
    }
  }
  for (const commitment of due.keys()) findings.add('rowMissing', `personal ${commitment}`)
}

/** The folded state beside each stream: not the record, but what the program goes on from. */
async function checkCurrent(findings: Findings, reading: Reading, facts: ReadonlyMap<string, Kept>): Promise<void> {
  const folded = new Map<string, { state: unknown; row: FactRow }>()
  for (const { fact, row } of facts.values()) {
    try {
      const state = evolve(fact.stream.split(':')[0] as StreamKind, folded.get(fact.stream)?.state ?? null, fact)
      folded.set(fact.stream, { state, row })
    } catch (error) {
      findings.add('notComputable', `fact ${fact.stream}#${fact.seq}`, { reason: String(error) })
    }
  }
  const { rows } = await reading.query<{ stream: string; year: number; seq: number; hash: Uint8Array; state: string }>(
    'select stream, year, seq, hash, state from current',
  )
  for (const row of rows) {
    const at = `current ${row.stream}`
    const due = folded.get(row.stream)
    folded.delete(row.stream)
    if (!due) findings.add('rowUnknown', at)
    else if (row.seq !== due.row.seq || row.year !== due.row.year || !same(row.hash, due.row.hash))
      findings.add('rowMismatch', at, { what: 'head' })
    else if (canonicalText(JSON.parse(row.state)) !== canonicalText(JSON.parse(JSON.stringify(due.state))))
      findings.add('rowMismatch', at, { what: 'state' })
  }
  for (const stream of folded.keys()) findings.add('rowMissing', `current ${stream}`)
}

/** The first answers to acts: each names facts by their hashes, as somebody was told them. */
async function checkAnswers(findings: Findings, reading: Reading, facts: ReadonlyMap<string, Kept>): Promise<void> {
  const { rows } = await reading.query<{ answer: string; case_id: string }>('select answer, case_id from act_answer')
  const told = new Set<string>()
  for (const row of rows) {
    const answer = JSON.parse(row.answer) as { at: string; facts: { stream: string; seq: number; hash: string }[] }
    for (const { stream, seq, hash } of answer.facts) {
      const name = `${stream}#${seq}`
      const found = facts.get(name)
      told.add(name)
      if (!found || toBase64(new Uint8Array(found.row.hash)) !== hash)
        findings.add('rowMismatch', `act_answer of ${name}`, { what: 'hash' })
    }
  }
  for (const name of facts.keys()) if (!told.has(name)) findings.add('rowMissing', `act_answer of ${name}`)
}

async function checkReleaseRows(
  findings: Findings,
  reading: Reading,
  facts: ReadonlyMap<string, Kept>,
  entries: readonly EntryRow[],
  publication: Publication | null,
): Promise<void> {
  const { rows } = await reading.query<{
    position: string
    ocid: string
    release_id: string
    date: string
    tags: string[]
    case_id: string
    log_index: string
    body: string
  }>('select position, ocid, release_id, date, tags, case_id, log_index, body from release order by position')
  const followed = (await reading.query<{ index: string }>(`select index from after_cursor where name = 'releases'`))
    .rows
  const due: { body: string; index: number; caseId: string }[] = []
  if (publication) {
    const organisations = organisationsOf([...facts.values()].map((each) => each.fact))
    const find = (id: string) => organisations.get(id)
    const cases = new Map<string, typeof nothingYet>()
    for (const entry of entries) {
      if (!entry.public || Number(entry.index) > Number(followed[0]?.index ?? -1)) continue
      const fact = facts.get(`${entry.stream}#${entry.seq}`)?.fact
      if (!fact) continue
      try {
        const { after, releases } = follow(cases.get(fact.caseId) ?? nothingYet, fact, { publication, find })
        cases.set(fact.caseId, after)
        for (const release of releases)
          due.push({ body: ordered(release), index: Number(entry.index), caseId: fact.caseId })
      } catch (error) {
        findings.add('notComputable', `fact ${entry.stream}#${entry.seq}`, { reason: String(error) })
      }
    }
    if (rows.length !== due.length) findings.add('rowMissing', 'release', { is: rows.length, should: due.length })
  }
  for (const [n, row] of rows.entries()) {
    findings.count('rows')
    const at = `release ${row.position}`
    if (Number(row.position) !== n + 1) findings.add('rowMissing', `release ${n + 1}`)
    let release: { id?: string; ocid?: string; date?: string; tag?: string[] }
    try {
      release = JSON.parse(row.body) as typeof release
    } catch {
      findings.add('badForm', at, { reason: 'not JSON' })
      continue
    }
    if (JSON.stringify(release) !== row.body) findings.add('rowMismatch', at, { what: 'body' })
    const head = [release.ocid, release.id, release.date, release.tag?.join()]
    if (head.join(' ') !== [row.ocid, row.release_id, row.date, row.tags.join()].join(' '))
      findings.add('rowMismatch', at, { what: 'columns' })
    const should = due[n]
    if (!publication) continue
    if (!should || ordered(release) !== should.body) findings.add('releaseMismatch', at, { id: row.release_id })
    else if (Number(row.log_index) !== should.index || row.case_id !== should.caseId)
      findings.add('rowMismatch', at, { what: 'place' })
  }
}
