// What a backup is written to and read from: a folder, or the same folder as one tar file (POSIX pax), whose names and bytes are equal.
//
// The head of a tar entry says its length, so each file of the backup waits on the disk until it is whole and is then appended: memory stays
// the same for any size, and the disk holds the largest single file twice. A tar is read by the places of its entries, never unpacked.
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, mkdir, open as openFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { extract, pack } from 'tar-stream'
import { CannotStart } from '../database/cannot-start.ts'

/** Where the files of a backup go, one after another; `files.jsonl` alone is open beside others. */
export interface BackupTarget {
  readonly says: string
  /** Opens a file of the backup; `close` once all is written to it. */
  open(path: string): Promise<{ readonly into: Writable; close(): Promise<void>; drop(): Promise<void> }>
  /** Makes it a backup: until then nothing has its name. */
  finish(): Promise<void>
  /** Takes away what was written. */
  abandon(): Promise<void>
}

/** How a file of a folder is opened; tests give a full disk. */
export type OpenFile = (path: string, mode: number) => Writable
const onDisk: OpenFile = (path, mode) => createWriteStream(path, { mode, flags: 'wx', flush: true })

/** A new folder; it is `<folder>.part` until it is whole. */
export function folderTarget(folder: string, open: OpenFile = onDisk): BackupTarget {
  const part = `${folder}.part`
  return {
    says: folder,
    open: async (path) => {
      const to = join(part, path)
      await mkdir(dirname(to), { recursive: true, mode: 0o700 })
      return { into: open(to, 0o600), close: async () => {}, drop: () => rm(to, { force: true }) }
    },
    finish: async () => {
      await chmod(part, 0o700)
      await rename(part, folder)
    },
    abandon: () => rm(part, { recursive: true, force: true }),
  }
}

/** One tar file, or with null a stream; `waiting` is where a file lies until it is whole. */
export function tarTarget(file: string | null, stream: Writable | null, waiting: string): BackupTarget {
  const part = file && `${file}.part`
  const tar = pack()
  const out = stream ?? createWriteStream(part ?? '', { mode: 0o600, flush: true })
  const spools = join(waiting, `.naru-backup-${randomUUID()}`)
  const written = (async () => {
    for await (const chunk of tar)
      if (!out.write(chunk))
        await new Promise<void>((resolve, reject) => {
          const settle = (error?: Error | null) => {
            out.off('drain', settle).off('error', settle).off('close', settle)
            if (error) reject(error)
            else resolve()
          }
          out.once('drain', settle).once('error', settle).once('close', settle)
        })
  })()
  written.catch(() => {})
  let failed: Error | null = null
  out.on('error', (error: Error) => {
    failed = error
    tar.destroy(error)
  })
  const append = async (path: string, spool: string): Promise<void> => {
    const { size } = await stat(spool)
    const entry = tar.entry({ name: path, size, mode: 0o600 })
    try {
      await pipeline(createReadStream(spool), entry as unknown as Writable)
    } catch (error) {
      throw failed ?? error
    }
    if (failed) throw failed
  }
  return {
    says: file ?? 'the standard output',
    open: async (path) => {
      await mkdir(spools, { recursive: true, mode: 0o700 })
      const spool = join(spools, randomUUID())
      const drop = () => rm(spool, { force: true })
      return {
        into: createWriteStream(spool, { mode: 0o600, flags: 'wx' }),
        close: async () => {
          await append(path, spool)
          await drop()
        },
        drop,
      }
    },
    finish: async () => {
      tar.finalize()
      await written
      // A stream that was given stays its owner's; what was written to it has left.
      if (stream) await new Promise<void>((resolve, reject) => stream.write('', (e) => (e ? reject(e) : resolve())))
      else {
        out.end()
        await finished(out)
      }
      if (part && file) await rename(part, file)
      await rm(spools, { recursive: true, force: true })
    },
    abandon: async () => {
      tar.destroy()
      if (!stream) out.destroy()
      await rm(spools, { recursive: true, force: true })
      if (part) await rm(part, { force: true })
    },
  }
}

/** A backup to read from. */
export interface BackupSource {
  readonly says: string
  read(path: string): Readable
  /** Bytes of a file, or null where there is none. */
  size(path: string): Promise<number | null>
}

/** The backup of a folder or a tar file. Throws CannotStart where it is neither. */
export async function openSource(path: string): Promise<BackupSource> {
  const found = await stat(path).catch(() => null)
  if (found?.isFile()) return tarSource(path)
  return {
    says: path,
    read: (name) => createReadStream(join(path, name)),
    size: async (name) => {
      const held = await stat(join(path, name)).catch(() => null)
      return held?.isFile() ? held.size : null
    },
  }
}

const blockLength = 512

async function tarSource(file: string): Promise<BackupSource> {
  const places = new Map<string, { readonly start: number; readonly size: number }>()
  const entries = extract()
  const read = pipeline(createReadStream(file), entries as unknown as Writable)
  read.catch(() => {})
  try {
    for await (const entry of entries) {
      const { name, size = 0, type } = entry.header
      // `offset` is where the entry's head begins.
      if (type === 'file') places.set(name, { start: entry.offset + blockLength, size })
      entry.resume()
    }
    await read
  } catch (cause) {
    throw new CannotStart(
      `${file} is no whole tar file (${(cause as Error).message}). Take another copy of the backup.`,
      {
        cause,
      },
    )
  }
  await checkEnd(file)
  return {
    says: file,
    read: (name) => {
      const place = places.get(name)
      if (!place) throw new CannotStart(`${file} lacks ${name}. Take another copy of the backup.`)
      if (place.size === 0) return Readable.from([])
      return createReadStream(file, { start: place.start, end: place.start + place.size - 1 })
    },
    size: async (name) => places.get(name)?.size ?? null,
  }
}

/** A tar ends in two empty blocks; a reader that meets the end of the file between two entries would not notice that the rest is missing. */
async function checkEnd(file: string): Promise<void> {
  const opened = await openFile(file)
  try {
    const { size } = await opened.stat()
    const end = Buffer.alloc(2 * blockLength, 1)
    if (size >= end.length) await opened.read(end, 0, end.length, size - end.length)
    if (end.some((byte) => byte !== 0))
      throw new CannotStart(`${file} is cut off: a tar file ends in empty blocks. Take another copy of the backup.`)
  } finally {
    await opened.close()
  }
}
