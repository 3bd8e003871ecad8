// Receives a file: begun with a name and a length, filled piece by piece, checked when whole. Nothing here knows of HTTP.
import { createHash, type Hash, randomUUID } from 'node:crypto'
import type { Actor, PersonActor } from '@naru/domain/actor.ts'
import { type Invalid, type Refusal, refuse } from '@naru/domain/refusal.ts'
import { sql } from 'kysely'
import type { Deployment } from '../deployment.ts'
import type { UploadState } from '../read/api.ts'
import { readContents } from './archive.ts'
import { declaredKind, type FileKind, fileKinds, headFits, headLength, isCompoundFile } from './kind.ts'
import { fileAt, gathered, newStorageKey, type Piece as StoredPiece, type Store, StoreIsDown } from './store.ts'

/** The most bytes of one document. */
export const largestFile = 200 * 1024 * 1024

export interface Announced {
  readonly name: string
  readonly mediaType: string
  readonly size: number
  /** SHA-256 in hexadecimal as the sender computed it, or null. */
  readonly sha256: string | null
}

interface UploadRow {
  readonly id: string
  readonly organisation: string
  readonly name: string
  readonly media_type: string
  readonly size: string
  readonly received: string
  readonly declared_sha256: string | null
  readonly sha256: string | null
  readonly storage_key: string
  readonly scan: UploadState['scan']
  readonly completed: string | null
}

const databaseTime = sql<string>`clock_timestamp()`

const stateOf = (row: UploadRow): UploadState => ({
  id: row.id,
  name: row.name,
  size: Number(row.size),
  received: Number(row.received),
  sha256: row.sha256,
  mediaType: row.media_type,
  scan: row.scan,
})

const columns = [
  'id',
  'organisation',
  'name',
  'media_type',
  'size',
  'received',
  'declared_sha256',
  'sha256',
  'storage_key',
  'scan',
  'completed',
] as const

/** A file name as it may stand in a list and in a header: no path, no control characters, at most 200 characters; null when nothing is left. */
export function cleanName(name: string): string | null {
  if (!name.isWellFormed() || /\p{Cc}/u.test(name)) return null
  const last =
    name
      .normalize('NFC')
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
      .trim() ?? ''
  return last === '' || last === '.' || last === '..' || last.length > 200 ? null : last
}

/** Begins an upload, or answers the finished one where this organisation has sent the same content before (never another's). */
export async function beginUpload(
  deployment: Deployment,
  actor: Actor,
  announced: Announced,
): Promise<{ state: UploadState; known: boolean } | Invalid | Refusal> {
  if (actor.kind !== 'person') return refuse('notSignedIn')
  const name = cleanName(announced.name)
  if (!name) return { invalid: [{ path: 'filename', code: announced.name ? 'format' : 'required' }] }
  if (announced.size === 0) return { invalid: [{ path: 'file', code: 'fileIsEmpty' }] }
  if (!Number.isSafeInteger(announced.size) || announced.size < 0)
    return { invalid: [{ path: 'Upload-Length', code: 'format' }] }
  if (announced.size > largestFile) return tooLarge
  if (announced.sha256 !== null && !/^[0-9a-f]{64}$/.test(announced.sha256))
    return { invalid: [{ path: 'sha256', code: 'format' }] }
  const kind = declaredKind(name, announced.mediaType)
  if (kind === 'not-accepted') return notAccepted(name, announced.mediaType)
  if (kind === 'differs')
    return { invalid: [{ path: 'file', code: 'fileTypeDiffers', facts: { declared: announced.mediaType } }] }
  const known = announced.sha256 && (await findSame(deployment, actor, announced.sha256, announced.size, kind))
  if (known) return { state: stateOf(known), known: true }
  const row = await deployment.database.db
    .insertInto('upload')
    .values({
      id: randomUUID(),
      organisation: actor.organisation,
      person: actor.person,
      name,
      media_type: kind.mediaType,
      size: String(announced.size),
      received: '0',
      declared_sha256: announced.sha256,
      sha256: null,
      storage_key: newStorageKey(),
      scan: 'not-scanned',
      scan_note: null,
      created: databaseTime,
      completed: null,
    })
    .returning(columns)
    .executeTakeFirstOrThrow()
  return { state: stateOf(row), known: false }
}

const tooLarge: Invalid = {
  invalid: [{ path: 'file', code: 'fileIsTooLarge', facts: { most: String(largestFile / 1024 / 1024) } }],
}

const notAccepted = (name: string, mediaType: string): Invalid => ({
  invalid: [
    {
      path: 'file',
      code: 'fileTypeIsNotAccepted',
      facts: { type: /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? (mediaType || '?') },
    },
  ],
})

const findSame = (
  deployment: Deployment,
  actor: PersonActor,
  sha256: string,
  size: number,
  kind: FileKind,
): Promise<UploadRow | undefined> =>
  deployment.database.db
    .selectFrom('upload')
    .select(columns)
    .where('organisation', '=', actor.organisation)
    .where('sha256', '=', sha256)
    .where('size', '=', String(size))
    .where('media_type', '=', kind.mediaType)
    .where('scan', '<>', 'infected')
    .where('completed', 'is not', null)
    .orderBy('created')
    .limit(1)
    .executeTakeFirst()

async function findOwn(deployment: Deployment, actor: Actor, id: string): Promise<UploadRow | null> {
  if (actor.kind !== 'person') return null
  const row = await deployment.database.db
    .selectFrom('upload')
    .select(columns)
    .where('id', '=', id)
    .where('organisation', '=', actor.organisation)
    .executeTakeFirst()
  return row ?? null
}

/** An upload of the actor's own organisation, or null. */
export async function readUpload(deployment: Deployment, actor: Actor, id: string): Promise<UploadState | null> {
  const row = await findOwn(deployment, actor, id)
  if (!row || row.completed || row.received !== row.size || writing.has(id)) return row && stateOf(row)
  // All had come, and then the program or the store failed before the file was whole.
  const whole = await complete(deployment, row)
  return 'invalid' in whole ? null : whole
}

/** Running hashes of uploads that arrive in this program; after a restart, or when too many run, the file is read once instead. */
const hashes = new Map<string, { hash: Hash; bytes: number }>()
const mostHashes = 1000

function keepHash(id: string, running: { hash: Hash; bytes: number }): void {
  hashes.delete(id)
  const [oldest] = hashes.keys()
  if (oldest !== undefined && hashes.size >= mostHashes) hashes.delete(oldest)
  hashes.set(id, running)
}

/** Uploads that are being written, so that one piece at a time is: a newer piece ends an older one whose sender is gone. */
const writing = new Map<string, { stop: () => void; done: Promise<void> }>()

export interface Piece {
  readonly offset: number
  readonly source: AsyncIterable<Uint8Array> & { destroy?(): unknown }
  /** The checksum the sender gave for this piece (tus checksum extension). */
  readonly checksum?: { readonly algorithm: 'sha1' | 'sha256'; readonly digest: Buffer }
}

/** What became of a piece. `cut` is true when the sender broke off; what arrived is kept. */
export type Appended =
  | { readonly state: UploadState; readonly cut: boolean }
  | { readonly elsewhere: number }
  | { readonly damaged: true }
  | Invalid
  | Refusal

/** Adds a piece to an upload at its offset, and checks the file when it is whole. */
export async function appendPiece(deployment: Deployment, actor: Actor, id: string, piece: Piece): Promise<Appended> {
  const before = writing.get(id)
  if (before) {
    before.stop()
    await before.done
  }
  let stopped = false
  let release = (): void => {}
  const mark = {
    stop: () => {
      stopped = true
      piece.source.destroy?.()
    },
    done: new Promise<void>((resolve) => {
      release = resolve
    }),
  }
  writing.set(id, mark)
  try {
    return await write(deployment, actor, id, piece, () => stopped)
  } finally {
    if (writing.get(id) === mark) writing.delete(id)
    release()
  }
}

async function write(
  deployment: Deployment,
  actor: Actor,
  id: string,
  piece: Piece,
  stopped: () => boolean,
): Promise<Appended> {
  const row = await findOwn(deployment, actor, id)
  if (!row) return refuse(actor.kind === 'person' ? 'caseDoesNotExist' : 'notSignedIn')
  const size = Number(row.size)
  if (row.completed || piece.offset !== Number(row.received)) return { elsewhere: Number(row.received) }
  const store = deployment.files
  const running = piece.offset === 0 ? { hash: createHash('sha256'), bytes: 0 } : hashes.get(id)
  const ofPiece = piece.checksum && createHash(piece.checksum.algorithm)
  let written = 0
  let cut = false
  let overflow = false
  let head = Buffer.alloc(0)
  let stored: readonly StoredPiece[]

  async function* counted(): AsyncGenerator<Uint8Array> {
    let taken = 0
    try {
      for await (const chunk of piece.source) {
        if (stopped()) break
        const room = size - piece.offset - taken
        if (chunk.length > room) overflow = true
        const fitting = chunk.length > room ? chunk.subarray(0, room) : chunk
        taken += fitting.length
        if (head.length < headLength) head = Buffer.concat([head, fitting.subarray(0, headLength - head.length)])
        running?.hash.update(fitting)
        ofPiece?.update(fitting)
        if (fitting.length > 0) yield fitting
        if (overflow) break
      }
    } catch {
      // The sender broke off. Bytes that arrived are kept and counted.
      cut = true
    }
  }

  try {
    stored = await store.writeSegment(fileAt(row.storage_key), piece.offset, counted(), (bytes) => {
      written = bytes
    })
  } catch (error) {
    hashes.delete(id)
    throw error
  }
  cut ||= stopped()
  if (overflow) {
    hashes.delete(id)
    return { invalid: [{ path: 'Upload-Length', code: 'tooLong', facts: { most: row.size } }] }
  }
  if (ofPiece && (cut || !ofPiece.digest().equals(piece.checksum?.digest ?? Buffer.alloc(0)))) {
    hashes.delete(id)
    return { damaged: true }
  }
  const received = piece.offset + written
  if (running && running.bytes === piece.offset) keepHash(id, { hash: running.hash, bytes: received })
  else hashes.delete(id)
  const kind = kindOf(row)
  if (kind && piece.offset === 0 && received > 0) {
    const wrong = headFault(row, kind, head)
    if (wrong) return discard(deployment, row, wrong)
  }
  const { rows } = await deployment.database.pool.query<UploadRow>(
    `with advanced as (update upload set received = $2 where id = $1 and received = $3 and completed is null returning ${columns.join(', ')}),
       counted as (insert into upload_piece (upload, start, length, name)
         select a.id, p.start, p.length, p.name from advanced a, unnest($4::bigint[], $5::bigint[], $6::text[]) as p(start, length, name))
     select * from advanced`,
    [
      id,
      received,
      row.received,
      stored.map((each) => each.start),
      stored.map((each) => each.length),
      stored.map((each) => each.name),
    ],
  )
  const [advanced] = rows
  if (!advanced) return { elsewhere: received }
  if (received < size) return { state: stateOf(advanced), cut }
  const whole = await complete(deployment, advanced)
  return 'invalid' in whole ? whole : { state: whole, cut: false }
}

const kindOf = (row: Pick<UploadRow, 'media_type'>): FileKind | undefined =>
  fileKinds.find((each) => each.mediaType === row.media_type)

/** Whether the first bytes already show that the file is not what it says. */
function headFault(row: UploadRow, kind: FileKind, head: Buffer): Invalid | null {
  if (head.length < Math.min(headLength, Number(row.size))) return null
  return headFits(kind, head) ? null : headFaultOf(kind, row, head)
}

/** A container that is locked as a whole comes as another kind of file (MS-OFFCRYPTO, 2.1). */
const headFaultOf = (kind: FileKind, row: UploadRow, head: Uint8Array): Invalid =>
  kind.mark === 'zip' && isCompoundFile(head) ? locked : differs(row)

const locked: Invalid = { invalid: [{ path: 'file', code: 'fileIsLocked' }] }

const differs = (row: UploadRow): Invalid => ({
  invalid: [
    {
      path: 'file',
      code: 'fileTypeDiffers',
      facts: { declared: /\.[A-Za-z0-9]{1,8}$/.exec(row.name)?.[0] ?? row.media_type },
    },
  ],
})

async function readBytes(store: Store, path: string, start: number, length: number): Promise<Buffer> {
  if (length <= 0) return Buffer.alloc(0)
  return gathered(store.read(path, { start, end: start + length - 1 }))
}

/** Checks a whole file: its hash, its kind by content, what a container holds. What fails is not kept. */
async function complete(deployment: Deployment, row: UploadRow, hashed?: string): Promise<UploadState | Invalid> {
  const store = deployment.files
  const size = Number(row.size)
  const path = fileAt(row.storage_key)
  await store.finish(path, size, await readPieces(deployment, row.id))
  const running = hashes.get(row.id)
  hashes.delete(row.id)
  const sha256 = hashed ?? (running?.bytes === size ? running.hash.digest('hex') : await hashFile(store, path))
  if (row.declared_sha256 && row.declared_sha256 !== sha256)
    return discard(deployment, row, { invalid: [{ path: 'file', code: 'fileHashDiffers' }] })
  const kind = kindOf(row)
  const head = await readBytes(store, path, 0, Math.min(headLength, size))
  if (!kind || !headFits(kind, head))
    return discard(deployment, row, kind ? headFaultOf(kind, row, head) : differs(row))
  if (kind.mark === 'zip') {
    const contents = await readContents(size, (start, length) => readBytes(store, path, start, length))
    if (!contents || (kind.holds && !contents.names.some((name) => name.startsWith(kind.holds ?? ''))))
      return discard(deployment, row, differs(row))
    if (contents.locked) return discard(deployment, row, locked)
  }
  const done = await deployment.database.db
    .updateTable('upload')
    .set({ sha256, completed: databaseTime })
    .where('id', '=', row.id)
    .where('completed', 'is', null)
    .returning(columns)
    .executeTakeFirst()
  return stateOf(done ?? { ...row, sha256 })
}

async function readPieces(deployment: Deployment, id: string): Promise<StoredPiece[]> {
  const { rows } = await deployment.database.pool.query<{ start: string; length: string; name: string }>(
    'select start, length, name from upload_piece where upload = $1 order by start',
    [id],
  )
  return rows.map(({ start, length, name }) => ({ start: Number(start), length: Number(length), name }))
}

async function hashFile(store: Store, path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of store.read(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function discard(deployment: Deployment, row: UploadRow, why: Invalid): Promise<Invalid> {
  hashes.delete(row.id)
  await deployment.database.db.deleteFrom('upload').where('id', '=', row.id).where('completed', 'is', null).execute()
  // The word to its sender does not wait for a store that is down.
  await deployment.files.remove(fileAt(row.storage_key)).catch((error: unknown) => {
    if (!(error instanceof StoreIsDown)) throw error
    process.stderr.write(`files: ${fileAt(row.storage_key)} belongs to nobody any more and could not be removed\n`)
  })
  return why
}

/** Ends an upload that is not whole yet and forgets what arrived. False when there is none, or when it is finished. */
export async function abandonUpload(deployment: Deployment, actor: Actor, id: string): Promise<boolean> {
  writing.get(id)?.stop()
  await writing.get(id)?.done
  const row = await findOwn(deployment, actor, id)
  if (!row || row.completed) return false
  await discard(deployment, row, { invalid: [] })
  return true
}

/** Forgets uploads that nobody finished within a week. Answers how many. */
export async function clearAbandoned(deployment: Deployment): Promise<number> {
  const { rows } = await deployment.database.pool.query<UploadRow>(
    `select ${columns.join(', ')} from upload where completed is null and created < clock_timestamp() - interval '7 days' limit 500`,
  )
  for (const row of rows) if (!writing.has(row.id)) await discard(deployment, row, { invalid: [] })
  return rows.length
}

/**
 * Takes a file whose length is not known before it ends, as from a form without script. The bytes are counted on the way and the file is
 * refused when it grows past the limit.
 */
export async function receiveFile(
  deployment: Deployment,
  actor: Actor,
  announced: { readonly name: string; readonly mediaType: string },
  source: AsyncIterable<Uint8Array>,
): Promise<UploadState | Invalid | Refusal> {
  if (actor.kind !== 'person') return refuse('notSignedIn')
  const name = cleanName(announced.name)
  if (!name) return { invalid: [{ path: 'file', code: 'required' }] }
  const kind = declaredKind(name, announced.mediaType)
  if (kind === 'not-accepted') return notAccepted(name, announced.mediaType)
  if (kind === 'differs')
    return { invalid: [{ path: 'file', code: 'fileTypeDiffers', facts: { declared: announced.mediaType } }] }
  const store = deployment.files
  const storageKey = newStorageKey()
  const path = fileAt(storageKey)
  const hash = createHash('sha256')
  let size = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      size += chunk.length
      if (size > largestFile) return
      hash.update(chunk)
      yield chunk
    }
  }
  try {
    const stored = await store.writeSegment(path, 0, counted(), () => {})
    if (size > 0 && size <= largestFile) await store.finish(path, size, stored)
  } catch (error) {
    await store.remove(path).catch(() => {})
    throw error
  }
  if (size === 0 || size > largestFile) {
    await store.remove(path)
    return size === 0 ? { invalid: [{ path: 'file', code: 'fileIsEmpty' }] } : tooLarge
  }
  const sha256 = hash.digest('hex')
  const known = await findSame(deployment, actor, sha256, size, kind)
  if (known) {
    await store.remove(path)
    return stateOf(known)
  }
  const row = await deployment.database.db
    .insertInto('upload')
    .values({
      id: randomUUID(),
      organisation: actor.organisation,
      person: actor.person,
      name,
      media_type: kind.mediaType,
      size: String(size),
      received: String(size),
      declared_sha256: null,
      sha256: null,
      storage_key: storageKey,
      scan: 'not-scanned',
      scan_note: null,
      created: databaseTime,
      completed: null,
    })
    .returning(columns)
    .executeTakeFirstOrThrow()
  return complete(deployment, row, sha256)
}
