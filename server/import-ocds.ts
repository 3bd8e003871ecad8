// Brings other publishers' OCDS releases into the public list as read-only history: streaming, repeatable, saying what it left out and why.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { createGunzip } from 'node:zlib'
import {
  type Found,
  foundIn,
  foundInRoot,
  type FoundRelease,
  type LeftOut,
  ocidPrefix,
  publisherName,
  readJson,
  LeftOutValue,
} from '@naru/ocds/found-releases.ts'
import { isObject, type Json, type JsonObject, objectAt } from '@naru/ocds/json.ts'
import { StreamCutter } from '@naru/ocds/json-stream.ts'
import { compileFound, listedCase } from '@naru/ocds/listed-case.ts'
import type pg from 'pg'

/** Why a file was not read, beside what is left out inside files. */
export type LeftOutFile = 'otherFormat' | 'unreadable'

/** What an import found and did. `found` is always imported + there already + left out. */
export interface ImportReport {
  readonly files: number
  readonly found: number
  readonly imported: Readonly<Record<FoundRelease['kind'], number>>
  readonly already: number
  readonly leftOut: Readonly<Partial<Record<LeftOut | LeftOutFile, { count: number; examples: string[] }>>>
  readonly cases: number
  readonly unmergeable: readonly string[]
  readonly publishers: readonly {
    readonly publisher: string
    readonly name: string
    readonly cases: number
    readonly releases: number
  }[]
}

export interface ImportOptions {
  /** The largest single value that is held in memory, in bytes. */
  readonly limit?: number
  /** Who published what names no publisher. */
  readonly publisher?: string
  readonly say?: (line: string) => void
  /** Everything left out, one by one. */
  readonly onLeftOut?: (line: { file: string; where: string; why: LeftOut | LeftOutFile }) => void
}

const defaultLimit = 16 * 1024 * 1024
const mostInBatch = 200
const mostBytesInBatch = 16 * 1024 * 1024
/** Releases of one process that are merged at once, in bytes of their source; older ones stay in the store. */
const mostBytesMerged = 64 * 1024 * 1024
const unknownPublisher = 'unknown'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
const decode = (bytes: Uint8Array): string => utf8.decode(bytes)

/** Imports files and folders. Throws only where the database fails; what is wrong with a file is in the report. */
export async function importOcds(
  pool: pg.Pool,
  paths: readonly string[],
  options: ImportOptions = {},
): Promise<ImportReport> {
  const importing = new Importing(pool, options)
  for (const path of paths)
    for await (const { file, name } of filesIn(path, importing)) await importing.readFile(file, name)
  await importing.flush()
  await importing.joinUnknown()
  return importing.finish()
}

interface Waiting {
  readonly publisher: string
  readonly name: string
  readonly file: string
  readonly found: FoundRelease
}

class Importing {
  private readonly pool: pg.Pool
  private readonly options: ImportOptions
  private readonly limit: number
  private files = 0
  private found = 0
  private already = 0
  private readonly imported = { release: 0, compiled: 0, versioned: 0 }
  private readonly leftOut: Partial<Record<LeftOut | LeftOutFile, { count: number; examples: string[] }>> = {}
  private waiting: Waiting[] = []
  private waitingBytes = 0

  constructor(pool: pg.Pool, options: ImportOptions) {
    this.pool = pool
    this.options = options
    this.limit = options.limit ?? defaultLimit
  }

  leave(file: string, where: string, why: LeftOut | LeftOutFile): void {
    this.options.onLeftOut?.({ file, where, why })
    const known = (this.leftOut[why] ??= { count: 0, examples: [] })
    known.count += 1
    if (known.examples.length < 3) known.examples.push(where === '' ? file : `${file}: ${where}`)
    // A file that was not read holds nothing that was found.
    if (why !== 'otherFormat' && why !== 'unreadable') this.found += 1
  }

  async readFile(file: string, name: string): Promise<void> {
    this.files += 1
    this.options.say?.(name)
    const lines = /\.(jsonl|ndjson)(\.gz)?$/i.test(name)
    const cutter = new StreamCutter({ limit: this.limit, lines })
    const reading = { name, number: 0, envelope: {} as Record<string, Json>, items: 0 }
    try {
      for await (const chunk of await bytesOf(file))
        for (const piece of cutter.push(chunk)) await this.takePiece(piece, reading)
    } catch (error) {
      if (!isFileError(error)) throw error
      this.leave(name, (error as Error).message, 'unreadable')
    }
    for (const piece of cutter.end()) await this.takePiece(piece, reading)
  }

  private async takePiece(
    piece: ReturnType<StreamCutter['push']> extends Generator<infer P> ? P : never,
    reading: Reading,
  ): Promise<void> {
    switch (piece.kind) {
      case 'root': {
        const { envelope, found } = foundInRoot(piece.bytes, decode)
        await this.takeAll(found, envelope, reading)
        if (envelope) await this.keepEnvelope(reading, envelope)
        reading.number += 1
        return
      }
      case 'item': {
        const part = { list: piece.list, bytes: piece.bytes, where: `${piece.list}[${reading.items}]` }
        reading.items += 1
        return this.takeAll(foundIn(part, decode), reading.envelope, reading)
      }
      case 'member': {
        if (piece.key === 'compiledRelease' || piece.key === 'versionedRelease') {
          reading.items += 1
          return this.takeAll(
            foundIn({ list: piece.key, bytes: piece.bytes, where: piece.key }, decode),
            reading.envelope,
            reading,
          )
        }
        const value = readJson(piece.bytes, decode)
        if (!(value instanceof LeftOutValue) && piece.bytes.length <= mostInEnvelope)
          reading.envelope[piece.key] = value
        return
      }
      case 'end': {
        // A value beyond the limit that was no package: a single release of that size.
        if (reading.items === 0) this.leave(reading.name, `value ${reading.number + 1}`, 'tooLarge')
        else await this.keepEnvelope(reading, reading.envelope)
        reading.envelope = {}
        reading.items = 0
        reading.number += 1
        return
      }
      case 'left-out':
        // A member that is too large tells nothing of releases unless it was one of a list.
        if (piece.why === 'broken' || /\[|Release/.test(piece.where)) this.leave(reading.name, piece.where, piece.why)
        if (piece.where.includes('[')) reading.items += 1
    }
  }

  private async takeAll(found: readonly Found[], envelope: JsonObject | null, reading: Reading): Promise<void> {
    for (const each of found) {
      if (each.kind === 'left-out') {
        this.leave(reading.name, each.where === 'root' ? `value ${reading.number + 1}` : each.where, each.why)
        continue
      }
      const name =
        publisherName(envelope) ?? publisherName(objectAt(each.value, 'packageInfo')) ?? this.options.publisher
      const publisher = ocidPrefix(each.ocid) ?? name ?? unknownPublisher
      this.found += 1
      this.waiting.push({
        publisher: stored(publisher),
        name: stored(name ?? publisher),
        file: reading.name,
        found: each,
      })
      this.waitingBytes += each.raw.length
      if (this.waiting.length >= mostInBatch || this.waitingBytes >= mostBytesInBatch) await this.flush()
    }
  }

  /** Writes what waits; what is there already stays as it is. A release of an unknown publisher joins the one that has its process. */
  async flush(): Promise<void> {
    const batch = this.waiting
    this.waiting = []
    this.waitingBytes = 0
    if (batch.length === 0) return
    const { rows } = await this.pool.query<{ kind: FoundRelease['kind']; count: string }>(
      `with given as (
         select case when g.publisher <> $9 then g.publisher else coalesce(
             (select min(c.publisher) from imported_case c where c.ocid = g.ocid and c.publisher <> $9 having count(*) = 1), $9) end as publisher,
           g.name, g.ocid, g.kind, g.hash, g.release_id, g.date, g.file, g.raw, g.number
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::text[], $8::text[], $10::bytea[])
           with ordinality as g(publisher, name, ocid, kind, hash, release_id, date, file, raw, number)),
       inserted as (
         insert into imported_release (publisher, ocid, kind, hash, release_id, date, file, raw)
         select publisher, ocid, kind, hash, release_id, date, file, raw from given order by number
         on conflict do nothing returning publisher, ocid, kind),
       named as (
         insert into imported_publisher (publisher, name) select publisher, coalesce(max(name) filter (where name <> publisher), publisher) from given group by publisher
         on conflict (publisher) do update set name = excluded.name
         where imported_publisher.name = imported_publisher.publisher and excluded.name <> excluded.publisher),
       touched as (
         insert into imported_case (publisher, ocid) select distinct publisher, ocid from inserted
         on conflict (publisher, ocid) do update set stale = true)
       select kind, count(*) from inserted group by kind`,
      [
        batch.map((each) => each.publisher),
        batch.map((each) => each.name),
        batch.map((each) => stored(each.found.ocid)),
        batch.map((each) => each.found.kind),
        batch.map((each) => hashOf(each.found.value)),
        batch.map((each) => storedText(each.found.value.id)),
        batch.map((each) => storedText(each.found.value.date)),
        batch.map((each) => each.file),
        unknownPublisher,
        batch.map((each) => Buffer.from(each.found.raw)),
      ],
    )
    let written = 0
    for (const row of rows) {
      this.imported[row.kind] += Number(row.count)
      written += Number(row.count)
    }
    this.already += batch.length - written
  }

  private async keepEnvelope(reading: Reading, envelope: JsonObject): Promise<void> {
    if (Object.keys(envelope).length === 0) return
    await this.pool.query(
      'insert into imported_package (file, number, hash, envelope) values ($1, $2, $3, $4) on conflict do nothing',
      [reading.name, reading.number, hashOf(envelope), JSON.stringify(envelope)],
    )
  }

  /** Releases that named no publisher, whose process turned out to be one publisher's, become that publisher's. */
  async joinUnknown(): Promise<void> {
    const known = `select ocid, min(publisher) as publisher from imported_case where publisher <> $1 group by ocid having count(*) = 1`
    await this.pool.query(
      `with known as (${known}),
       moved as (
         update imported_release r set publisher = k.publisher from known k
         where r.publisher = $1 and r.ocid = k.ocid and not exists (
           select from imported_release o where o.publisher = k.publisher and o.ocid = r.ocid and o.kind = r.kind and o.hash = r.hash)
         returning r.publisher, r.ocid)
       update imported_case c set stale = true from moved m where c.publisher = m.publisher and c.ocid = m.ocid`,
      [unknownPublisher],
    )
    await this.pool.query(
      `with known as (${known}),
       doubled as (delete from imported_release r using known k where r.publisher = $1 and r.ocid = k.ocid),
       gone as (delete from imported_case c using known k where c.publisher = $1 and c.ocid = k.ocid returning c.case_id)
       delete from listing l using gone g where l.case_id = g.case_id`,
      [unknownPublisher],
    )
  }

  /** Makes the line of the list for every process that has something new, also for those that an interrupted import left behind. */
  async finish(): Promise<ImportReport> {
    const unmergeable: string[] = []
    let cases = 0
    for (;;) {
      const { rows } = await this.pool.query<{ publisher: string; ocid: string }>(
        'select publisher, ocid from imported_case where stale order by publisher, ocid limit 200',
      )
      if (rows.length === 0) break
      for (const { publisher, ocid } of rows) if (await listCase(this.pool, publisher, ocid)) unmergeable.push(ocid)
      cases += rows.length
      this.options.say?.(`${cases} processes listed`)
    }
    const { rows: publishers } = await this.pool.query<{
      publisher: string
      name: string
      cases: number
      releases: number
    }>(
      `select p.publisher, p.name, (select count(*)::int from imported_case c where c.publisher = p.publisher) as cases,
         (select count(*)::int from imported_release r where r.publisher = p.publisher) as releases
       from imported_publisher p where exists (select from imported_case c where c.publisher = p.publisher) order by p.publisher`,
    )
    const { files, found, imported, already, leftOut } = this
    return { files, found, imported, already, leftOut, cases, unmergeable, publishers }
  }
}

interface Reading {
  readonly name: string
  number: number
  envelope: Record<string, Json>
  items: number
}

/** Members of a package beyond the limit that are kept with it, each up to this size. */
const mostInEnvelope = 64 * 1024

/** Reads a process from its releases and writes its line. Answers whether they could not be merged. */
async function listCase(pool: pg.Pool, publisher: string, ocid: string): Promise<boolean> {
  const { rows } = await pool.query<{ kind: string; raw: Buffer }>(
    `select kind, raw from (
       select kind, raw, position, sum(length(raw)) over (order by date desc nulls last, position desc) as so_far
       from imported_release where publisher = $1 and ocid = $2 and kind <> 'versioned') as r
     where so_far <= $3 order by position`,
    [publisher, ocid, mostBytesMerged],
  )
  const values = rows.map((row) => ({ kind: row.kind, value: JSON.parse(decode(row.raw)) as JsonObject }))
  const ofKind = (kind: string) => values.filter((each) => each.kind === kind).map((each) => each.value)
  const made = compileFound(ofKind('compiled'), ofKind('release'))
  const done = `update imported_case set stale = false`
  if (!made) {
    // Only a versioned release is known: it is kept, and nothing is listed.
    await pool.query(`${done} where publisher = $1 and ocid = $2`, [publisher, ocid])
    return false
  }
  const { rows: clock } = await pool.query<{ now: string }>('select naru_now() as now')
  const line = listedCase(made.compiled, new Date(clock[0]?.now ?? 0).toISOString())
  const caseId = `imported-${createHash('sha256').update(`${publisher}\0${ocid}`).digest('hex').slice(0, 32)}`
  await pool.query(
    `with written as (
       ${done}, case_id = $3, title = $4, language = $5, buyer = $6, status = $7, category = $8, value = $9, currency = $10,
         deadline = $11, published = $12, compiled = $13, note = $14 where publisher = $1 and ocid = $2)
     insert into listing (case_id, source, ocid, number, title, buyer_id, buyer_name, status, category, method, method_details, classification,
       value_amount, currency, published_at, deadline, supplier_name, award_amount, folded)
     values ($3, $1, $2, $15, jsonb_build_object($5::text, $4::text), $16, $6, $7, $8, $17, $18, $19, $9, $10, $12, $11, $20, $21, folded($22))
     on conflict (case_id) do update set number = excluded.number, title = excluded.title, buyer_id = excluded.buyer_id,
       buyer_name = excluded.buyer_name, status = excluded.status, category = excluded.category, method = excluded.method,
       method_details = excluded.method_details, classification = excluded.classification, value_amount = excluded.value_amount,
       currency = excluded.currency, published_at = excluded.published_at, deadline = excluded.deadline,
       supplier_name = excluded.supplier_name, award_amount = excluded.award_amount, folded = excluded.folded`,
    [
      publisher,
      ocid,
      caseId,
      line.title,
      line.language,
      line.buyer,
      line.status,
      line.category,
      line.value,
      line.currency,
      line.deadline,
      line.published,
      stored(JSON.stringify(withoutContacts(made.compiled))),
      made.note,
      line.number,
      line.buyerId,
      line.method,
      line.methodDetails,
      line.classification,
      line.supplier,
      line.awardValue,
      line.text,
    ],
  )
  return made.note === 'cannotMerge'
}

const contacts = ['contactPoint', 'contactPoints', 'additionalContactPoints', 'email', 'telephone', 'faxNumber']

/** What is shown of a process leaves out how to reach officials; the stored release keeps every byte. */
function withoutContacts(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutContacts)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      contacts.includes(key) ? [] : [[key, withoutContacts(inner)] as const],
    ),
  )
}

/** Text as PostgreSQL takes it. */
const stored = (text: string): string => text.toWellFormed().replaceAll('\u0000', ' ')
const storedText = (value: Json | undefined): string | null =>
  typeof value === 'string' || typeof value === 'number' ? stored(String(value)) : null

/** SHA-256 of the content with sorted keys. */
const hashOf = (value: Json): Buffer => createHash('sha256').update(sorted(value)).digest()

function sorted(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value).sort()
  return `{${members.map((key) => `${JSON.stringify(key)}:${sorted(value[key] as Json)}`).join(',')}}`
}

const readable = /\.(json|jsonl|ndjson)(\.gz)?$/i

/** The files of a path in order of their names, with the name to report; other formats are left out and named. */
async function* filesIn(path: string, importing: Importing): AsyncGenerator<{ file: string; name: string }> {
  const found = await stat(path).catch((error: Error) => error)
  if (found instanceof Error) return importing.leave(path, found.message, 'unreadable')
  if (found.isFile()) return yield { file: path, name: basename(path) }
  yield* inFolder(path)

  async function* inFolder(folder: string): AsyncGenerator<{ file: string; name: string }> {
    const entries = await readdir(folder, { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = join(folder, entry.name)
      const name = relative(path, file)
      if (entry.isDirectory()) yield* inFolder(file)
      else if (!readable.test(entry.name)) importing.leave(name, '', 'otherFormat')
      else yield { file, name }
    }
  }
}

/** The bytes of a file, unpacked when they begin as gzip does. */
async function bytesOf(file: string): Promise<AsyncIterable<Uint8Array>> {
  const handle = await open(file)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0).finally(() => handle.close())
  const packed = bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  const stream = createReadStream(file, { highWaterMark: 1 << 20 })
  if (!packed) return stream
  const unpacked = createGunzip({ chunkSize: 1 << 20 })
  stream.on('error', (error) => unpacked.destroy(error))
  return stream.pipe(unpacked)
}

/** Whether an error tells of a file (or of what is packed in it) and not of this program or the database. */
const isFileError = (error: unknown): boolean => {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && /^(Z_|E[A-Z]+$)/.test(code) && !(error as { severity?: string }).severity
}
