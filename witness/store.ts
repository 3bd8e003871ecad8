// What a witness remembers: the newest head it cosigned of each log, in a file that is only appended to and is on the disk before any answer.
//
// A line is `time size root origin`; of an origin the last whole line counts. A line torn by a crash was never answered for, and is cut away.
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fromBase64, parseDecimal, toBase64 } from '@naru/log/encoding.ts'

/** A head that was cosigned: the tree's size and root, and the time in the cosignature (seconds since 1970 UTC). */
export interface Head {
  readonly size: number
  readonly root: Uint8Array
  readonly time: number
}

export interface HeadStore {
  readonly newest: (origin: string) => Head | null
  /** Returns when the head is on the disk. Throws where it could not be written. */
  readonly keep: (origin: string, head: Head) => void
  readonly close: () => void
}

const longestFile = 4 * 1024 * 1024
const lineOf = (origin: string, head: Head): string => `${head.time} ${head.size} ${toBase64(head.root)} ${origin}\n`

/** Opens the store in a folder. Throws where a whole line is not in form: a witness that lost its memory must not go on. */
export function openStore(folder: string): HeadStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'heads')
  const heads = new Map<string, Head>()
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  for (const [n, line] of whole.split('\n').slice(0, -1).entries()) {
    const [, time, size, root, origin] = /^(\d+) (\d+) (\S+) (.+)$/.exec(line) ?? []
    if (!time || !size || !root || !origin) throw new Error(`${path}, line ${n + 1}: not a head`)
    heads.set(origin, { time: parseDecimal(time), size: parseDecimal(size), root: fromBase64(root) })
  }
  if (whole.length > longestFile) rewrite(path, heads)
  let file = openSync(path, 'a', 0o600)
  let length = Buffer.byteLength(existsSync(path) ? readFileSync(path) : '')
  if (whole !== text && whole.length <= longestFile) {
    length = Buffer.byteLength(whole)
    ftruncateSync(file, length)
  }
  fsyncSync(file)
  syncFolder(dirname(path))
  return {
    newest: (origin) => heads.get(origin) ?? null,
    keep: (origin, head) => {
      const line = lineOf(origin, head)
      try {
        writeSync(file, line)
        fsyncSync(file)
      } catch (error) {
        // Half a line must not stand before the next one.
        ftruncateSync(file, length)
        throw error
      }
      heads.set(origin, head)
      length += Buffer.byteLength(line)
      if (length <= longestFile) return
      closeSync(file)
      rewrite(path, heads)
      file = openSync(path, 'a', 0o600)
      length = readFileSync(path).length
    },
    close: () => closeSync(file),
  }
}

function rewrite(path: string, heads: ReadonlyMap<string, Head>): void {
  const file = openSync(`${path}.new`, 'w', 0o600)
  writeSync(file, [...heads].map(([origin, head]) => lineOf(origin, head)).join(''))
  fsyncSync(file)
  closeSync(file)
  renameSync(`${path}.new`, path)
  syncFolder(dirname(path))
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
