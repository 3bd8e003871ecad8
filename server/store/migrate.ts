// Brings a database to the tables this program expects: numbered SQL files, each once, in order, never changed afterwards.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { CannotStart } from '../database/cannot-start.ts'
import { withClient } from '../database/roles.ts'

/** The folder of the product's own migrations. */
export const migrationFolder = join(import.meta.dirname, 'sql')

/** One file `NNNN-name.sql`. */
export interface Migration {
  number: number
  name: string
  sql: string
  /** SHA-256 of the file's bytes, in hex. */
  hash: string
}

/** Reads the migrations of a folder in order; throws when a file is misnamed or two files share a number. */
export const readMigrations = async (folder = migrationFolder): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const migrations = await Promise.all(
    names.map(async (name) => {
      const [, digits] = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name) ?? []
      if (!digits) throw new Error(`${name}: a migration is named NNNN-what-it-does.sql`)
      const sql = await readFile(join(folder, name), 'utf8')
      return { number: Number(digits), name, sql, hash: createHash('sha256').update(sql).digest('hex') }
    }),
  )
  for (const [index, { number, name }] of migrations.entries())
    if (migrations[index + 1]?.number === number)
      throw new Error(`${name}: its number is taken by ${migrations[index + 1]?.name}`)
  return migrations
}

// Any constant will do, so long as every Naru takes the same: two programs starting at once migrate one after the other.
const lock = 7_214_355_101

/**
 * Applies what is missing, each file in its own transaction, under one advisory lock; `last` stops after the migration of that number.
 * Returns the names applied. Throws CannotStart when an applied file was changed, is gone, or when a new file would come before an applied one.
 */
export const migrate = (ownerUrl: string, folder = migrationFolder, last = Infinity): Promise<string[]> =>
  withClient(ownerUrl, async (client) => {
    const migrations = await readMigrations(folder)
    await client.query('select pg_advisory_lock($1)', [lock])
    await client.query(
      `create table if not exists migration (
         number int primary key, name text not null, hash text not null, applied timestamptz not null default clock_timestamp())`,
    )
    const { rows } = await client.query<Applied>('select number, name, hash from migration order by number')
    refuseRewrittenHistory(migrations, rows)
    const missing = migrations.slice(rows.length).filter(({ number }) => number <= last)
    for (const migration of missing) await apply(client, migration)
    return missing.map(({ name }) => name)
  })

interface Applied {
  number: number
  name: string
  hash: string
}

const refuseRewrittenHistory = (migrations: Migration[], applied: Applied[]) => {
  for (const [index, { number, name, hash }] of applied.entries()) {
    const file = migrations[index]
    if (file?.number === number && file.hash === hash) continue
    if (file?.number === number)
      throw new CannotStart(
        `The migration ${file.name} was changed after this database took it. Put the file back as it was and write the change as a new file; in a sandbox, begin anew with: npm start -- --fresh`,
      )
    if (file && file.number < number)
      throw new CannotStart(
        `The migration ${file.name} would come before ${name}, which this database already has. Give it the next free number.`,
      )
    throw new CannotStart(
      `This database was moved on by a newer Naru (${name} is not in this program). Start that version; in a sandbox, begin anew with: npm start -- --fresh`,
    )
  }
}

const apply = async (client: pg.Client, { number, name, sql, hash }: Migration) => {
  await client.query('begin')
  try {
    await client.query(sql)
    await client.query('insert into migration (number, name, hash) values ($1, $2, $3)', [number, name, hash])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new Error(`${name}: ${(cause as Error).message}`, { cause })
  }
}
