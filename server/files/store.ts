// Where bytes lie that are not in the database: the port, and its first kind, a plain folder. The second is an object store (object-store.ts).
//
// Names are paths of plain letters below one root: `files/ab/ab12…` uploads and segments of attachments under random keys, `log/tile/…` and
// `log/checkpoint` the public log. What a call has resolved for is durable; only the parts of a file on its way
// are in a folder not before `finish`.
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, open, opendir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'

/** Bytes from `start` up to and including `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** A piece of a file on its way, as the store calls it; a folder writes in place and has none. */
export interface Piece {
  readonly start: number
  readonly length: number
  readonly name: string
}

/** A place for bytes. Throws StoreIsDown where it cannot be reached or does not answer as it should, a Fault for all else. */
export interface Store {
  /** What and where it is, for the operator. */
  readonly says: string
  /** Writes what never changes. The same again is no harm; other bytes under the name are a Fault, and what was there stays. */
  keep(path: string, bytes: Uint8Array): Promise<void>
  /** Writes what newer bytes replace: `decide` is told what is there and answers what shall be, or null to leave it. Never two at a time win. */
  replace(path: string, decide: (present: Buffer | null) => Uint8Array | null): Promise<void>
  /** Writes a part of a file at an offset; `count` is told how many bytes of the part are on the store. Throws what the source throws. */
  writeSegment(
    path: string,
    offset: number,
    source: AsyncIterable<Uint8Array>,
    count: (bytes: number) => void,
  ): Promise<readonly Piece[]>
  /** Makes a whole file of what was written, cut off at `size`, that outlives a power cut. May be asked for again. */
  finish(path: string, size: number, pieces: readonly Piece[]): Promise<void>
  /** The bytes of a file, whole or a range. Fails with ENOENT in the stream when there is none. */
  read(path: string, range?: ByteRange): Readable
  /** Bytes of a finished file (in a folder also of one on its way); null when there is none. */
  size(path: string): Promise<number | null>
  /** Takes a file away, finished or on its way. */
  remove(path: string): Promise<void>
  /** Paths of all files below a folder. */
  list(folder: string): AsyncGenerator<string>
  /** Whether it answers; throws StoreIsDown. */
  look(): Promise<void>
}

/** The store does not answer, or not as it should. What was asked for may be asked again later. */
export class StoreIsDown extends Error {
  override readonly name = 'StoreIsDown'
}

/** Under a name that is written once lie other bytes than were to be written. */
export class OtherBytes extends Error {
  override readonly name = 'OtherBytes'

  constructor(path: string) {
    super(`${path} is there already with other bytes; nothing was written over it`)
  }
}

/** A new key: 32 random hexadecimal digits. */
export const newStorageKey = (): string => randomBytes(16).toString('hex')

/** Where the file of a storage key lies. Throws TypeError for what is none. */
export function fileAt(key: string): string {
  if (!/^[0-9a-f]{32}$/.test(key)) throw new TypeError('not a storage key')
  return `files/${key.slice(0, 2)}/${key}`
}

/** All bytes that come, in memory. */
export async function gathered(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}

/** The whole file, or null when there is none. */
export async function readWhole(store: Store, path: string): Promise<Buffer | null> {
  try {
    return await gathered(store.read(path))
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

/** Files in a folder of the local disk. */
export function folderStore(folder: string): Store {
  const place = (path: string): string => join(folder, path)
  const openForWriting = async (path: string) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    return open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return open(path, 'w', 0o600)
    })
  }
  const presentAt = (path: string): Promise<Buffer | null> =>
    readFile(place(path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
  /** Under another name first and then renamed, so that a reader never sees half of it. */
  const writeWhole = async (path: string, bytes: Uint8Array): Promise<void> => {
    // The log is for everyone, and another program may serve it; all else is for this one alone.
    const open = path.startsWith('log/')
    await mkdir(dirname(place(path)), { recursive: true, mode: open ? 0o755 : 0o700 })
    const before = `${place(path)}.new`
    await writeFile(before, bytes, { flush: true, mode: open ? 0o644 : 0o600 })
    await rename(before, place(path))
  }
  const writeSegment: Store['writeSegment'] = async (path, offset, source, count) => {
    const file = await openForWriting(place(path))
    try {
      let at = offset
      for await (const chunk of source) {
        for (let from = 0; from < chunk.length; ) {
          const { bytesWritten } = await file.write(chunk, from, chunk.length - from, at)
          from += bytesWritten
          at += bytesWritten
        }
        count(at - offset)
      }
    } finally {
      await file.close()
    }
    return []
  }
  async function* walk(path: string): AsyncGenerator<string> {
    const there = await access(place(path)).then(
      () => true,
      () => false,
    )
    if (!there) return
    for await (const entry of await opendir(place(path))) {
      const below = `${path}/${entry.name}`
      if (entry.isDirectory()) yield* walk(below)
      else if (entry.isFile()) yield below
    }
  }
  return {
    says: folder,
    keep: async (path, bytes) => {
      const present = await presentAt(path)
      if (!present) return writeWhole(path, bytes)
      if (!present.equals(bytes)) throw new OtherBytes(path)
    },
    replace: async (path, decide) => {
      const wanted = decide(await presentAt(path))
      if (wanted) await writeWhole(path, wanted)
    },
    writeSegment,
    finish: async (path, size) => {
      const file = await open(place(path), 'r+')
      try {
        await file.truncate(size)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    read: (path, range) => createReadStream(place(path), range && { start: range.start, end: range.end }),
    size: (path) =>
      stat(place(path)).then(
        (found) => found.size,
        () => null,
      ),
    remove: (path) => rm(place(path), { force: true }),
    list: walk,
    look: async () => {},
  }
}
