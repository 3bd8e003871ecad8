// What a backup says of itself: manifest.json, written last, so that a folder without one is no backup.
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Transform } from 'node:stream'
import { z } from 'zod'
import { CannotStart } from '../database/cannot-start.ts'
import { gathered } from '../files/store.ts'
import type { BackupSource } from './medium.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const bytes = z.number().int().nonnegative()
// A path below the folder: no step out of it, whatever a manifest says.
const path = z.string().regex(/^(?!.*(^|\/)\.\.?(\/|$))[^\\/\p{Cc}]+(\/[^\\/\p{Cc}]+)*$/u)

/** One file of a backup: where in its folder, how long, its SHA-256 in hex. */
export const heldFile = z.strictObject({ path, bytes, sha256: hash })
export type HeldFile = z.infer<typeof heldFile>

const manifestShape = z.strictObject({
  v: z.literal(1),
  /** When the snapshot was taken, by the machine's clock. */
  made: z.iso.datetime(),
  country: z.string(),
  mode: z.enum(['sandbox', 'live']),
  postgres: z.string(),
  migrations: z.array(z.strictObject({ number: z.number().int(), name: z.string(), hash })),
  log: z.strictObject({ origin: z.string(), size: bytes, witnessed: z.string().nullable() }),
  withKeys: z.boolean(),
  tables: z.array(
    z.strictObject({
      name: z.string().regex(/^[a-z0-9_]+$/),
      columns: z.array(z.string()),
      rows: bytes,
      file: heldFile,
    }),
  ),
  sequences: z.array(z.strictObject({ name: z.string(), last: z.string().regex(/^\d+$/).nullable() })),
  /** files.jsonl: one line for each file of the data folder. */
  files: heldFile,
})
/** `log.witnessed` is the newest checkpoint with its quorum, as a note; `log.size` all entries, also those not yet published. */
export type Manifest = z.infer<typeof manifestShape>

/** Reads the manifest of a backup. Throws CannotStart where there is none or it is not in form. */
export async function readManifest(source: BackupSource): Promise<Manifest> {
  if ((await source.size('manifest.json')) === null)
    throw new CannotStart(
      `${source.says} is no whole backup: it has no manifest.json. Choose the folder or file of a finished one.`,
    )
  const text = (await gathered(source.read('manifest.json'))).toString('utf8')
  const read = manifestShape.safeParse(jsonOr(text))
  if (!read.success)
    throw new CannotStart(
      `manifest.json in ${source.says} is damaged (${read.error.issues[0]?.path.join('.') || 'not in form'}). Take another copy of the backup.`,
    )
  return read.data
}

const jsonOr = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Lets bytes through, counts and hashes them; `held` after the end. */
export function measuring(path: string): Transform & { held(): HeldFile } {
  const sha256 = createHash('sha256')
  let length = 0
  const through = new Transform({
    transform(chunk: Uint8Array, _, done) {
      sha256.update(chunk)
      length += chunk.length
      done(null, chunk)
    },
  })
  return Object.assign(through, { held: () => ({ path, bytes: length, sha256: sha256.digest('hex') }) })
}

/** The files of the data folder, line by line. */
export async function* heldFiles(source: BackupSource, manifest: Manifest): AsyncGenerator<HeldFile> {
  const lines = createInterface({ input: source.read(manifest.files.path), crlfDelay: Infinity })
  for await (const line of lines) yield heldFile.parse(JSON.parse(line))
}

/** Compares every file of a backup with its hash, before anything is touched. Throws CannotStart that names the first that differs. */
export async function checkWhole(source: BackupSource, manifest: Manifest): Promise<void> {
  for (const table of manifest.tables) await checkFile(source, table.file)
  await checkFile(source, manifest.files)
  for await (const each of heldFiles(source, manifest)) await checkFile(source, each)
}

async function checkFile(source: BackupSource, wanted: HeldFile): Promise<void> {
  const advice = 'Nothing was restored. Take another copy of this backup, or an older one.'
  const size = await source.size(wanted.path)
  if (size === null) throw new CannotStart(`The backup lacks ${wanted.path}. ${advice}`)
  if (size !== wanted.bytes)
    throw new CannotStart(
      `${wanted.path} in the backup has ${size} bytes instead of ${wanted.bytes}: it was cut or added to. ${advice}`,
    )
  const sha256 = createHash('sha256')
  for await (const chunk of source.read(wanted.path)) sha256.update(chunk as Uint8Array)
  if (sha256.digest('hex') !== wanted.sha256)
    throw new CannotStart(`${wanted.path} in the backup was altered: its hash is not the manifest's. ${advice}`)
}
