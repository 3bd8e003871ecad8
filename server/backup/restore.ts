// A restore: only a whole backup, only into an empty database and folder, checked before anybody may serve with it.
//
// Order: every hash; the tables by the backup's own migrations; all rows and the mark "not yet checked" in one transaction; the later migrations;
// the files; the check (check.ts), whose answer replaces the mark; the tiles of the log. A stop in between leaves the mark, or nothing.
import { join } from 'node:path'
import { compose } from 'node:stream'
import { createZstdDecompress } from 'node:zlib'
import pg from 'pg'
import { CannotStart, inWords } from '../database/cannot-start.ts'
import { withClient } from '../database/roles.ts'
import { folderStore, type Store } from '../files/store.ts'
import { writeTiles } from '../publishing.ts'
import { migrate, readMigrations } from '../store/migrate.ts'
import { exists } from './backup.ts'
import { type Checked, type CheckOrder, checkRestored } from './check.ts'
import { checkWhole, heldFiles, type Manifest, measuring, readManifest } from './manifest.ts'
import type { BackupSource } from './medium.ts'
import { markChecked, markRestored } from './restoration.ts'
import { copyIn, readTables } from './tables.ts'

/** Where a backup comes from and goes to. */
export interface RestoreOrder extends CheckOrder {
  readonly source: BackupSource
  readonly data: string
  /** As the owner of the tables. */
  readonly ownerUrl: string
}

/** Restores and checks. Throws CannotStart with what to do where nothing was restored; the state of `Checked` says whether it may serve. */
export async function restoreBackup(order: RestoreOrder): Promise<Checked> {
  const manifest = await readManifest(order.source)
  await refuseOtherProgram(manifest)
  await refuseFilled(order.data, order.files, manifest)
  await checkWhole(order.source, manifest)
  try {
    await restoreDatabase(order, manifest)
    await restoreFiles(order, manifest)
  } catch (error) {
    throw inWords(noSpace(error, order.data), order.data)
  }
  return await checkAndMark(order)
}

/** Checks a restored database (again), writes the answer down, and the tiles of the log where it holds. */
export async function checkAndMark(order: CheckOrder & { readonly ownerUrl: string }): Promise<Checked> {
  const checked = await checkRestored(order)
  if (checked.state === 'checked' && checked.published > 0) {
    const pool = new pg.Pool({ connectionString: order.appUrl, max: 1 })
    try {
      await writeTiles(pool, order.files, checked.tree, 0, checked.published)
    } finally {
      await pool.end()
    }
  }
  await markChecked(order.ownerUrl, checked.state, checked.said)
  return checked
}

/** Throws where the data folder already holds what a restore would bring. Called before a database is started in it. */
export async function refuseFilled(data: string, files: Store, manifest: Manifest): Promise<void> {
  const brought = ['files', 'log', ...(manifest.withKeys ? ['keys', 'witnesses', 'counterparts'] : [])]
  for (const name of brought)
    if (await exists(join(data, name)))
      throw new CannotStart(
        `${join(data, name)} is there already. A backup is restored into an empty folder: choose one with --data <folder>.`,
      )
  for (const name of ['files', 'log'])
    for await (const path of files.list(name))
      throw new CannotStart(
        `${files.says} holds ${path} already. A backup is restored into an empty place: name another bucket or prefix in FILES.`,
      )
}

async function refuseOtherProgram(manifest: Manifest): Promise<void> {
  const ours = await readMigrations()
  for (const { number, name, hash } of manifest.migrations)
    if (!ours.some((each) => each.number === number && each.hash === hash))
      throw new CannotStart(
        `The backup was made by another Naru: its migration ${name} is not in this program. Restore with that version.`,
      )
}

async function refuseFilledDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> 'migration'`,
  )
  if (rows.length === 0) return
  const known = rows.some(({ name }) => name === 'deployment')
  const filled = known && (await client.query('select from deployment union all (select from fact limit 1)')).rowCount
  if (!known || filled)
    throw new CannotStart(
      'The database is not empty. A backup is restored only into an empty one: make a new database and name it.',
    )
}

async function restoreDatabase({ ownerUrl, source }: RestoreOrder, manifest: Manifest): Promise<void> {
  await withClient(ownerUrl, refuseFilledDatabase)
  await migrate(ownerUrl, undefined, manifest.migrations.at(-1)?.number ?? 0)
  await withClient(ownerUrl, async (client) => {
    await client.query('begin')
    const shapes = await readTables(client)
    const wanted = new Map(manifest.tables.map((table) => [table.name, table]))
    if (shapes.length !== wanted.size || shapes.some(({ name }) => !wanted.has(name)))
      throw new CannotStart(
        'The backup does not hold the tables of its own migrations. Nothing was restored; take another.',
      )
    for (const shape of shapes) await emptyTable(client, shape.name)
    for (const { name } of shapes) {
      const { columns, rows, file } = wanted.get(name) as Manifest['tables'][number]
      const count = await copyIn(client, { name, columns }, source.read(file.path), createZstdDecompress())
      if (count !== rows)
        throw new CannotStart(
          `The table ${name} has ${count} rows instead of ${rows}. Nothing was restored; take another backup.`,
        )
    }
    for (const { name, last } of manifest.sequences)
      if (last !== null)
        await client.query('select setval($1::regclass, $2)', [`public.${pg.escapeIdentifier(name)}`, last])
    await markRestored(client, manifest.made)
    await client.query('commit')
  })
  await migrate(ownerUrl)
}

/** Takes out what migrations put in (the clock's row); a table of the record is empty, and its triggers would refuse. */
async function emptyTable(client: pg.Client, name: string): Promise<void> {
  const table = `public.${pg.escapeIdentifier(name)}`
  const { rowCount } = await client.query(`select from ${table} limit 1`)
  if (rowCount) await client.query(`delete from ${table}`)
}

async function restoreFiles({ source, data, files }: RestoreOrder, manifest: Manifest): Promise<void> {
  const own = folderStore(data)
  const placeOf = (path: string): { store: Store; below: string } => {
    const below = path.replace(/^data\//, '')
    return { store: below.startsWith('files/') ? files : own, below }
  }
  let begun = 0
  try {
    for await (const { path, sha256, bytes } of heldFiles(source, manifest)) {
      const { store, below } = placeOf(path)
      begun += 1
      const through = measuring(path)
      // As one chain, so that a file that cannot be read ends the writing.
      const read = compose(source.read(path), through)
      const pieces = await store.writeSegment(below, 0, read, () => {})
      if (through.held().sha256 !== sha256)
        throw new CannotStart(
          `${path} in the backup changed while it was read. Restore again from a copy that nobody writes to.`,
        )
      if (bytes > 0) await store.finish(below, bytes, pieces)
      else await store.keep(below, new Uint8Array())
    }
  } catch (error) {
    // The place was empty before, and shall be for another try.
    for await (const { path } of heldFiles(source, manifest)) {
      if (begun === 0) break
      begun -= 1
      const { store, below } = placeOf(path)
      await store.remove(below).catch(() => {})
    }
    throw error
  }
}

function noSpace(error: unknown, data: string): unknown {
  const { code } = error as { code?: string }
  // 53100: PostgreSQL's disk is full.
  return code === '53100' || code === 'ENOSPC' || code === 'EDQUOT'
    ? new CannotStart(
        `There is not enough space to restore (${data} and the database). Free some, empty the folder and the database, and restore again.`,
        { cause: error },
      )
    : error
}
