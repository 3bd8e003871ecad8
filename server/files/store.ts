// Where the bytes of files lie: a port with the local disk as default. Keys are random, so that a name tells nothing.
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Deployment } from '../deployment.ts'

/** Bytes from `start` up to and including `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** A place for files. A file is written in segments one after another, finished once, then only read or removed. */
export interface FileStore {
  /** Writes a segment at an offset; `count` is told after each chunk how many bytes of the segment are written. Throws what the source throws. */
  writeSegment(
    key: string,
    offset: number,
    source: AsyncIterable<Uint8Array>,
    count: (bytes: number) => void,
  ): Promise<void>
  /** Makes sure that a whole file outlives a power cut, and cuts off what lies beyond `size`. */
  finish(key: string, size: number): Promise<void>
  /** The bytes of a file, whole or a range. Fails with ENOENT in the stream when there is none. */
  read(key: string, range?: ByteRange): Readable
  /** Bytes written so far; 0 when there is no file. */
  size(key: string): Promise<number>
  remove(key: string): Promise<void>
}

/** A new key: 32 random hexadecimal digits. */
export const newStorageKey = (): string => randomBytes(16).toString('hex')

/** Files in a folder of the local disk, in subfolders by the first two digits of their keys. */
export function diskStore(folder: string): FileStore {
  const place = (key: string): string => {
    if (!/^[0-9a-f]{32}$/.test(key)) throw new TypeError('not a storage key')
    return join(folder, key.slice(0, 2), key)
  }
  const openForWriting = async (path: string) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    return open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return open(path, 'w', 0o600)
    })
  }
  return {
    writeSegment: async (key, offset, source, count) => {
      const file = await openForWriting(place(key))
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
    },
    finish: async (key, size) => {
      const file = await open(place(key), 'r+')
      try {
        await file.truncate(size)
        await file.sync()
      } finally {
        await file.close()
      }
    },
    read: (key, range) => createReadStream(place(key), range && { start: range.start, end: range.end }),
    size: (key) =>
      stat(place(key)).then(
        (found) => found.size,
        () => 0,
      ),
    remove: (key) => rm(place(key), { force: true }),
  }
}

const stores = new WeakMap<Deployment, FileStore>()

/** The file store of a deployment: `files` in its data folder. */
export function fileStoreOf(deployment: Deployment): FileStore {
  const found = stores.get(deployment) ?? diskStore(join(deployment.dataFolder, 'files'))
  stores.set(deployment, found)
  return found
}
