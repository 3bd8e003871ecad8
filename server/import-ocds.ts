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
import { withoutContacts } from './read/imported.ts'

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
  const client = await pool.connect()
  try {
    // A power cut may cost the last moment of an import, never what was there before; the import is run again then and finds what is missing.
    await client.query('set synchronous_commit = off')
    const importing = new Importing(client, options)
    for (const path of paths)
      for await (const { file, name } of filesIn(path, importing)) await importing.readFile(file, name)
    await importing.flush()
    await importing.joinUnknown()
    return await importing.finish()
  } finally {
    await client.query('reset synchronous_commit').catch(() => {})
    client.release()
  }
}

interface Waiting {
  readonly publisher: string
  readonly name: string | null
  readonly file: string
  readonly found: FoundRelease
}

class Importing {
  private readonly client: pg.PoolClient
  private readonly options: ImportOptions
  private readonly limit: number
  private files = 0
  private found = 0
  private already = 0
  private readonly imported = { release: 0, compiled: 0, versioned: 0 }
  private readonly leftOut: Partial<Record<LeftOut | LeftOutFile, { count: number; examples: string[] }>> = {}
  private waiting: Waiting[] = []
  private waitingBytes = 0

  constructor(client: pg.PoolClient, options: ImportOptions) {
    this.client = client
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
        else {
          await this.keepEnvelope(reading, reading.envelope)
          await this.nameLate(reading.name, publisherName(reading.envelope))
        }
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
        name: name === undefined ? null : stored(name),
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
    const { rows } = await this.client.query<{ kind: FoundRelease['kind']; count: string }>(
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
         insert into imported_publisher (publisher, name) select publisher, coalesce(max(name), publisher) from given group by publisher
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
    await this.client.query(
      'insert into imported_package (file, number, hash, envelope) values ($1, $2, $3, $4) on conflict do nothing',
      [reading.name, reading.number, hashOf(envelope), JSON.stringify(envelope)],
    )
  }

  /** The publisher of a streamed package may stand behind its releases: then those that came before learn it. */
  private async nameLate(file: string, name: string | undefined): Promise<void> {
    await this.flush()
    if (name === undefined) return
    await this.client.query(
      `update imported_publisher set name = $2 where name = publisher and publisher <> $3
         and publisher in (select r.publisher from imported_release r where r.file = $1)`,
      [file, stored(name), unknownPublisher],
    )
    await this.client.query(
      `with own as (select distinct ocid from imported_release where file = $1 and publisher = $3),
       named as (insert into imported_publisher (publisher, name) select $2, $2 from own limit 1 on conflict do nothing)
       insert into imported_case (publisher, ocid) select $2, ocid from own on conflict do nothing`,
      [file, stored(name), unknownPublisher],
    )
  }

  /** Releases that named no publisher, whose process turned out to be one publisher's, become that publisher's. */
  async joinUnknown(): Promise<void> {
    const known = `select ocid, min(publisher) as publisher from imported_case where publisher <> $1 group by ocid having count(*) = 1`
    await this.client.query(
      `with known as (${known}),
       moved as (
         update imported_release r set publisher = k.publisher from known k
         where r.publisher = $1 and r.ocid = k.ocid and not exists (
           select from imported_release o where o.publisher = k.publisher and o.ocid = r.ocid and o.kind = r.kind and o.hash = r.hash)
         returning r.publisher, r.ocid)
       update imported_case c set stale = true from moved m where c.publisher = m.publisher and c.ocid = m.ocid`,
      [unknownPublisher],
    )
    await this.client.query(
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
      const { rows } = await this.client.query<Stale>(
        `select c.publisher, c.ocid, (select coalesce(sum(length(r.raw)), 0)::int8 from imported_release r
           where r.publisher = c.publisher and r.ocid = c.ocid and r.kind <> 'versioned') as size
         from imported_case c where c.stale order by c.publisher, c.ocid limit $1`,
        [mostInBatch],
      )
      if (rows.length === 0) break
      for (const part of inParts(rows)) unmergeable.push(...(await listCases(this.client, part)))
      cases += rows.length
      this.options.say?.(`${cases} processes listed`)
    }
    const { rows: publishers } = await this.client.query<{
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

/** A process whose line is to be made anew; `size` is that of its releases in bytes. */
interface Stale {
  readonly publisher: string
  readonly ocid: string
  readonly size: string
}

/** Processes together as far as their releases fit into memory at once. */
function inParts(cases: readonly Stale[]): readonly (readonly Stale[])[] {
  const parts: Stale[][] = []
  let room = 0
  for (const each of cases) {
    const size = Number(each.size)
    if (size > room) {
      parts.push([])
      room = mostBytesMerged
    }
    parts.at(-1)?.push(each)
    room -= size
  }
  return parts
}

/** Reads processes from their releases and writes their lines. Answers the ocids of those whose releases could not be merged. */
async function listCases(client: pg.PoolClient, cases: readonly Stale[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ number: string; kind: string; raw: Buffer }>(
    `select number, kind, raw from (
       select g.number, r.kind, r.raw, r.position, sum(length(r.raw)) over (partition by g.number order by r.date desc nulls last, r.position desc) as so_far
       from unnest($1::text[], $2::text[]) with ordinality as g(publisher, ocid, number)
       join imported_release r on r.publisher = g.publisher and r.ocid = g.ocid and r.kind <> 'versioned') as r
     where so_far <= $3 order by number, position`,
    [cases.map((each) => each.publisher), cases.map((each) => each.ocid), mostBytesMerged],
  )
  const values = new Map<number, { kind: string; value: JsonObject }[]>()
  for (const row of rows) {
    const number = Number(row.number)
    values.set(number, [
      ...(values.get(number) ?? []),
      { kind: row.kind, value: JSON.parse(decode(row.raw)) as JsonObject },
    ])
  }
  const { rows: clock } = await client.query<{ now: string }>('select naru_now() as now')
  const now = new Date(clock[0]?.now ?? 0).toISOString()
  const unmergeable: string[] = []
  const lines = cases.map(({ publisher, ocid }, at) => {
    const ofKind = (kind: string) =>
      (values.get(at + 1) ?? []).filter((each) => each.kind === kind).map((each) => each.value)
    const made = compileFound(ofKind('compiled'), ofKind('release'))
    if (made?.note === 'cannotMerge') unmergeable.push(ocid)
    // Where only a versioned release is known, it is kept and nothing is listed.
    if (!made) return { publisher, ocid, case_id: null }
    const { published, ...line } = listedCase(made.compiled, now)
    const compiled = JSON.stringify(withoutContacts(made.compiled))
    return {
      publisher,
      ocid,
      case_id: importedCaseId(publisher, ocid),
      ...line,
      published_at: published,
      compiled,
      note: made.note,
    }
  })
  await client.query(
    `with line as (
       select * from jsonb_to_recordset($1::jsonb) as l(publisher text, ocid text, case_id text, title text, language text, buyer text, "buyerId" text,
         number text, status text, category text, method text, "methodDetails" text, classification text, value numeric, currency text,
         "awardValue" numeric, supplier text, published_at timestamptz, deadline timestamptz, text text, note text)),
     compiled as (select * from unnest($2::text[], $3::text[]) as c(case_id, compiled)),
     marked as (
       update imported_case c set stale = false, case_id = l.case_id, title = l.title, language = l.language, buyer = l.buyer, status = l.status,
         category = l.category, value = l.value, currency = l.currency, deadline = l.deadline, published = l.published_at,
         compiled = (select m.compiled from compiled m where m.case_id = l.case_id), note = l.note
       from line l where c.publisher = l.publisher and c.ocid = l.ocid)
     insert into listing (case_id, source, ocid, number, title, buyer_id, buyer_name, status, category, method, method_details, classification,
       value_amount, currency, published_at, deadline, supplier_name, award_amount, folded)
     select case_id, publisher, ocid, number, jsonb_build_object(language, title), "buyerId", buyer, status, category, method, "methodDetails",
       classification, value, currency, published_at, deadline, supplier, "awardValue", folded(text)
     from line where case_id is not null
     on conflict (case_id) do update set number = excluded.number, title = excluded.title, buyer_id = excluded.buyer_id,
       buyer_name = excluded.buyer_name, status = excluded.status, category = excluded.category, method = excluded.method,
       method_details = excluded.method_details, classification = excluded.classification, value_amount = excluded.value_amount,
       currency = excluded.currency, published_at = excluded.published_at, deadline = excluded.deadline,
       supplier_name = excluded.supplier_name, award_amount = excluded.award_amount, folded = excluded.folded`,
    [
      JSON.stringify(lines.map((line) => ({ ...line, compiled: undefined }))),
      lines.flatMap((line) => line.case_id ?? []),
      lines.flatMap((line) => ('compiled' in line ? stored(line.compiled) : [])),
    ],
  )
  return unmergeable
}

/** The id under which the public list has an imported process. */
export const importedCaseId = (publisher: string, ocid: string): string =>
  `imported-${createHash('sha256').update(`${publisher}\0${ocid}`).digest('hex').slice(0, 32)}`

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
