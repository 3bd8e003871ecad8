// A backup: every table out of one snapshot of the database, then the files, then the manifest that makes it whole.
//
// Order: the snapshot first, the files after it. A file is on the disk before the row that names it, so all that the snapshot names is there.
// Everything goes into `<target>.part`, which gets its name when the manifest is on the disk: an interrupted backup is never taken for one.
// The tiles of the log are not copied: a restore makes them anew from the entries, once these have been checked.
import { createReadStream } from 'node:fs'
import { access, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress } from 'node:zlib'
import { CannotStart, inWords } from '../database/cannot-start.ts'
import { withClient } from '../database/roles.ts'
import type { KeyFiles } from '../deployment.ts'
import { folderStore, type Store } from '../files/store.ts'
import { type HeldFile, type Manifest, measuring } from './manifest.ts'
import { type BackupTarget, folderTarget, type OpenFile, tarTarget } from './medium.ts'
import { copyOut, readSequences, readTables } from './tables.ts'

/** What is backed up and where to. */
export interface BackupOrder {
  /** As the owner of the tables. */
  readonly ownerUrl: string
  readonly data: string
  readonly keyFiles: KeyFiles
  /** Where uploads and attachments lie. */
  readonly files: Store
  /** A folder that does not exist yet, or by its name `….tar` a file. */
  readonly target: string
  /** Private keys too, mode 0600. */
  readonly withKeys: boolean
  /** Where the tar goes instead of a file: the standard output. */
  readonly stream?: Writable
  /** How a file of a folder is opened; tests give a full disk. */
  readonly open?: OpenFile
}

const targetOf = ({ target, stream, open }: BackupOrder): BackupTarget => {
  if (stream) return tarTarget(null, stream, tmpdir())
  return target.endsWith('.tar') ? tarTarget(target, null, dirname(target)) : folderTarget(target, open)
}

/** Makes a backup; answers its manifest. Throws CannotStart with what to do: the target exists, no space, nothing to back up. */
export async function makeBackup(order: BackupOrder): Promise<Manifest> {
  const { target } = order
  if (!order.stream && (await exists(target)))
    throw new CannotStart(`${target} exists. A backup is written into a new folder or file: name another.`)
  let into: BackupTarget | null = null
  try {
    if (!order.stream) {
      await rm(`${target}.part`, { recursive: true, force: true })
      await mkdir(dirname(target), { recursive: true })
    }
    into = targetOf(order)
    const written = into
    const database = await withClient(order.ownerUrl, async (client) => {
      await client.query('begin isolation level repeatable read read only')
      return await readDatabase(client, written)
    })
    const files = await copyFiles(order, into)
    const manifest: Manifest = { ...database, withKeys: order.withKeys, files }
    await writeText(into, 'manifest.json', `${JSON.stringify(manifest, null, 1)}\n`)
    await into.finish()
    return manifest
  } catch (error) {
    await into?.abandon().catch(() => {})
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new CannotStart(
        `There is not enough space for the backup where ${target} lies; nothing of it was kept. Free some, or name a folder on another disk.`,
        { cause: error },
      )
    throw inWords(error, target)
  }
}

type Client = Parameters<Parameters<typeof withClient>[1]>[0]

async function readDatabase(client: Client, target: BackupTarget): Promise<Omit<Manifest, 'withKeys' | 'files'>> {
  const found = await client.query<{ country: string; mode: 'sandbox' | 'live'; origin: string; postgres: string }>(
    `select country, mode, log_origin as origin, current_setting('server_version') as postgres from deployment`,
  )
  const [deployment] = found.rows
  if (!deployment) throw new CannotStart('This database holds nothing yet: Naru was never started with it.')
  const made = new Date().toISOString()
  const migrations = await client.query<Manifest['migrations'][number]>(
    'select number, name, hash from migration order by number',
  )
  const log = await client.query<{ size: string; witnessed: string | null }>(
    `select (select count(*) from log_entry) as size, (select note from witnessed_checkpoint order by size desc limit 1) as witnessed`,
  )
  const tables: Manifest['tables'] = []
  for (const shape of await readTables(client)) {
    const path = `tables/${shape.name}.zst`
    const measured = measuring(path)
    const file = await target.open(path)
    const rows = await copyOut(client, shape, createZstdCompress(), measured, file.into)
    await file.close()
    tables.push({ name: shape.name, columns: [...shape.columns], rows, file: measured.held() })
  }
  const { country, mode, origin, postgres } = deployment
  return {
    v: 1,
    made,
    country,
    mode,
    postgres,
    migrations: migrations.rows,
    log: { origin, size: Number(log.rows[0]?.size ?? 0), witnessed: log.rows[0]?.witnessed ?? null },
    tables,
    sequences: await readSequences(client),
  }
}

/** What of a data folder is kept: uploads and attachments; with keys also the keys and the sandbox's own witnesses and counterparts. */
async function copyFiles({ data, keyFiles, files, withKeys }: BackupOrder, target: BackupTarget): Promise<HeldFile> {
  const list = await target.open('files.jsonl')
  const measured = measuring('files.jsonl')
  const written = pipeline(measured, list.into)
  written.catch(() => {})
  const keep = async (from: Readable, path: string): Promise<void> => {
    const file = await target.open(path)
    const through = measuring(path)
    let absent = false
    from.once('error', (error: NodeJS.ErrnoException) => {
      absent = error.code === 'ENOENT'
    })
    try {
      await pipeline(from, through, file.into)
    } catch (error) {
      // Given up by its owner after the snapshot: nothing that counts names it.
      if (!absent) throw error
      await file.drop()
      return
    }
    await file.close()
    measured.write(`${JSON.stringify(through.held())}\n`)
  }
  for await (const path of files.list('files')) await keep(files.read(path), `data/${path}`)
  if (withKeys) {
    const own = folderStore(data)
    for (const folder of ['witnesses', 'counterparts'])
      for await (const path of own.list(folder)) await keep(own.read(path), `data/${path}`)
    await keep(createReadStream(keyFiles.log), 'data/keys/log.pem')
    await keep(createReadStream(keyFiles.promise), 'data/keys/promise.pem')
  }
  measured.end()
  await written
  await list.close()
  return measured.held()
}

async function writeText(target: BackupTarget, path: string, text: string): Promise<void> {
  const file = await target.open(path)
  await pipeline([text], file.into)
  await file.close()
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
