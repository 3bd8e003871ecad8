// After a public fact has its place in the log: the documents it makes, once each, in log order, whatever is killed when.
//
// The documents of a fact and the cursor that passes it are written in one transaction under one lock. A document that cannot be made is
// set aside with an alarm in that same transaction, so that it never stops the rest; every start tries those again.
import { createHash, randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Deployment } from '../deployment.ts'
import { type Compiler, makeCompiler, type SetDocument } from '../documents/compiler.ts'
import { composeSheet, languagesOf, numberOf } from '../documents/compose.ts'
import { gather, type Place } from '../documents/gather.ts'
import { documentKinds, type Material } from '../documents/material.ts'
import { type Loop, startLoop } from '../loop.ts'
import type { Sequencer } from '../sequencer.ts'

const name = 'documents'
const makerLock = 7_214_355_111
/** How long a fact waits at most for its documents when nobody told of it: after an error, or where the sequencer runs elsewhere. */
const pollMs = 10_000
/** Public entries looked through in one step. */
const mostAtOnce = 500
const types = Object.keys(documentKinds)

/** Where a document was set aside before its languages were known. */
const anyLanguage = 'any'

export interface DocumentMakerOptions {
  /** Where the portal is. */
  readonly site: string
  readonly sequencer: Pick<Sequencer, 'onSequenced'> | null
  readonly compiler?: Compiler
  /** Told of every document that could not be made; one line to the operators by default. */
  readonly alarm?: (line: string) => void
}

/** Starts following the log; a run makes the documents of every fact not passed yet. Several may run; one at a time works, by a transaction's advisory lock. */
export function startDocuments(deployment: Deployment, options: DocumentMakerOptions): Pick<Loop, 'run' | 'stop'> {
  const { pool } = deployment.database
  const { site, sequencer, compiler = makeCompiler() } = options
  const alarm = options.alarm ?? ((line: string) => process.stderr.write(`documents: ${line}\n`))
  let stopped = false
  let triedAgain = false

  /** Makes the documents of one fact in all its languages, or sets them aside. Answers how many were made. */
  async function make(client: pg.PoolClient, place: Place, only?: string): Promise<number> {
    let material: Material
    try {
      material = await gather(deployment, client, site, place)
    } catch (error) {
      if (isOfDatabase(error)) throw error
      await setAside(client, place, anyLanguage, error)
      return 0
    }
    const wanted = only === anyLanguage ? undefined : only
    const languages = languagesOf(material.tender.content?.language ?? 'en').filter(
      (each) => wanted === undefined || each === wanted,
    )
    let made = 0
    for (const language of languages) {
      let done: SetDocument
      try {
        done = await compiler.set(composeSheet(material, language))
      } catch (error) {
        // A program that is being ended says nothing about its documents: they are made at the next start.
        if (stopped) throw error
        await setAside(client, place, language, error)
        continue
      }
      const bytes = Buffer.from(done.pdf)
      await client.query(
        `insert into case_document (id, case_id, stream, seq, log_index, kind, language, number, pages, size, sha256, bytes)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (stream, seq, language) do nothing`,
        [
          randomUUID(),
          material.facts[0].fact.caseId,
          place.stream,
          place.seq,
          place.index,
          material.kind,
          language,
          numberOf(material),
          done.pages,
          bytes.length,
          createHash('sha256').update(bytes).digest('hex'),
          bytes,
        ],
      )
      await client.query('delete from document_set_aside where stream = $1 and seq = $2 and language = $3', [
        place.stream,
        place.seq,
        language,
      ])
      made += 1
    }
    if (only === anyLanguage)
      await client.query('delete from document_set_aside where stream = $1 and seq = $2 and language = $3', [
        place.stream,
        place.seq,
        anyLanguage,
      ])
    return made
  }

  async function setAside(
    client: pg.PoolClient,
    { stream, seq, index }: Place,
    language: string,
    error: unknown,
  ): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error)
    alarm(`${stream}#${seq} (log entry ${index}) could not be made in ${language}: ${reason}`)
    await client.query(
      `insert into document_set_aside (stream, seq, language, reason) values ($1, $2, $3, $4)
       on conflict (stream, seq, language) do update set reason = excluded.reason, tries = document_set_aside.tries + 1, at = clock_timestamp()`,
      [stream, seq, language, reason.slice(0, 4000).replaceAll('\u0000', '')],
    )
  }

  /** One fact forward. `passed` is false when the log has nothing more. */
  async function step(client: pg.PoolClient): Promise<{ passed: boolean; made: number }> {
    await client.query('select pg_advisory_xact_lock($1)', [makerLock])
    const { rows: cursors } = await client.query<{ index: string; head: string | null }>(
      `with reached as (select coalesce((select index from after_cursor where name = $1), -1) as index)
       select index, coalesce(
         (select index from log_entry e where public and e.index > reached.index order by index offset $2 limit 1),
         (select max(index) from log_entry)) as head from reached`,
      [name, mostAtOnce],
    )
    const cursor = Number(cursors[0]?.index ?? -1)
    const head = Number(cursors[0]?.head ?? -1)
    if (head <= cursor) return { passed: false, made: 0 }
    const { rows } = await client.query<Place>(
      // The entries first, then the fact of each: left to choose, PostgreSQL read every fact there is to find the few after a cursor.
      `select e.index, e.stream, e.seq
       from (select index, stream, seq from log_entry where public and index > $1 and index <= $2 order by index limit $4) e
       join current c on c.stream = e.stream join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq
       where f.type = any ($3) order by e.index limit 1`,
      [cursor, head, types, mostAtOnce + 1],
    )
    const [place] = rows
    const made = place ? await make(client, place) : 0
    await client.query(
      'insert into after_cursor (name, index) values ($1, $2) on conflict (name) do update set index = excluded.index',
      [name, place?.index ?? head],
    )
    return { passed: true, made }
  }

  async function inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    try {
      await client.query('begin')
      const done = await work(client)
      await client.query('commit')
      return done
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    } finally {
      client.release()
    }
  }

  /** What earlier runs had set aside, each once more: a newer program may know how to make it. */
  async function tryAgain(): Promise<number> {
    const { rows } = await pool.query<Place & { language: string }>(
      `select e.index, s.stream, s.seq, s.language from document_set_aside s join log_entry e on e.stream = s.stream and e.seq = s.seq and e.public
       order by e.index`,
    )
    let made = 0
    for (const row of rows) {
      if (stopped) break
      made += await inTransaction(async (client) => {
        await client.query('select pg_advisory_xact_lock($1)', [makerLock])
        return make(client, row, row.language)
      })
    }
    return made
  }

  async function drain(): Promise<number> {
    let made = 0
    try {
      if (!triedAgain) made = await tryAgain()
      triedAgain = true
      while (!stopped) {
        const done = await inTransaction(step)
        made += done.made
        if (!done.passed) break
      }
    } catch (error) {
      // A program that is being ended says nothing about its documents: they are made at the next start.
      if (!stopped) throw error
    }
    return made
  }

  const loop = startLoop(name, sequencer ? pollMs : pollMs / 10, drain)
  sequencer?.onSequenced((batch) => {
    if (batch.some((each) => each.public)) loop.poke()
  })

  return {
    run: loop.run,
    stop: async () => {
      stopped = true
      await compiler.stop()
      await loop.stop()
    },
  }
}

/** Whether a fault came from the database or the way to it: then the whole step is tried again later. PostgreSQL's own errors have a SQLSTATE. */
const isOfDatabase = (error: unknown): boolean =>
  error instanceof Error && ('code' in error || /connection|terminat|timeout/i.test(error.message))
