// Looks for traces of secrets in everything a running program leaves: every row of its database, every file, its log, its memory.
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Something to look for, in each form in which a program may hold it. */
export interface Needle {
  readonly name: string
  readonly forms: readonly Buffer[]
}

/** A text as a program's memory and files hold it: one byte or two bytes a character. */
export const textNeedle = (name: string, text: string): Needle => ({
  name,
  forms: [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')],
})

/** Bytes raw, in hexadecimal (as V8 and PostgreSQL write it) and in base64 at each of its three offsets (what does not depend on neighbours). */
export function bytesNeedle(name: string, bytes: Uint8Array): Needle {
  const raw = Buffer.from(bytes)
  const texts = [raw.toString('hex')]
  for (const shift of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(shift), raw]).toString('base64')
    texts.push(shifted.slice(shift === 0 ? 0 : 4, shifted.length - 4))
  }
  return { name, forms: [raw, ...texts.map((text) => Buffer.from(text))] }
}

/** The names of the needles that a piece of bytes holds. */
export const findIn = (hay: Buffer, needles: readonly Needle[]): string[] =>
  needles.filter(({ forms }) => forms.some((form) => hay.includes(form))).map(({ name }) => name)

const longest = (needles: readonly Needle[]): number =>
  Math.max(...needles.flatMap(({ forms }) => forms.map((form) => form.length)))

const pieceBytes = 8 * 1024 * 1024

/** The last bytes of a file, as text. */
export function tailOf(path: string): string {
  const file = openSync(path, 'r')
  try {
    const { size } = statSync(path)
    const tail = Buffer.alloc(Math.min(16, size))
    readSync(file, tail, 0, tail.length, size - tail.length)
    return tail.toString('latin1')
  } finally {
    closeSync(file)
  }
}

/** Needles found in one large file, which is read in pieces that overlap by the longest needle. */
export function findInFile(path: string, needles: readonly Needle[]): string[] {
  const file = openSync(path, 'r')
  const found = new Set<string>()
  const piece = Buffer.alloc(pieceBytes)
  const overlap = longest(needles)
  try {
    for (let at = 0; ; ) {
      const read = readSync(file, piece, 0, pieceBytes, at)
      for (const name of findIn(piece.subarray(0, read), needles)) found.add(name)
      if (read < pieceBytes) return [...found]
      at += pieceBytes - overlap
    }
  } finally {
    closeSync(file)
  }
}

/** Needles found in the files of folders and in single files, as `path: needle`. Files that vanish meanwhile are passed over. */
export function findInFiles(places: readonly string[], needles: readonly Needle[]): string[] {
  const found: string[] = []
  const look = (path: string): void => {
    if (!existsSync(path)) return
    if (statSync(path).isDirectory()) for (const name of readdirSync(path)) look(join(path, name))
    else if (statSync(path).isFile())
      found.push(...findIn(readFileSync(path), needles).map((name) => `${path}: ${name}`))
  }
  for (const place of places) look(place)
  return found
}

/**
 * Needles found in the writable memory of a process (Linux, /proc). Pieces overlap by the longest needle. Answers null where this system
 * does not show the memory.
 */
export function findInMemory(
  pid: number,
  needles: readonly Needle[],
): { readonly found: string[]; readonly bytes: number } | null {
  let maps: string
  let memory: number
  try {
    maps = readFileSync(`/proc/${pid}/maps`, 'utf8')
    memory = openSync(`/proc/${pid}/mem`, 'r')
  } catch {
    return null
  }
  const found = new Set<string>()
  const overlap = longest(needles)
  const piece = Buffer.alloc(pieceBytes)
  let bytes = 0
  try {
    for (const line of maps.split('\n')) {
      const [, from, to, rights] = /^([0-9a-f]+)-([0-9a-f]+) (\S{4})/.exec(line) ?? []
      if (!from || !to || !rights?.startsWith('rw') || line.endsWith('[vvar]')) continue
      const end = BigInt(`0x${to}`)
      for (let at = BigInt(`0x${from}`); at < end; ) {
        const want = Number(end - at < BigInt(piece.length) ? end - at : BigInt(piece.length))
        let read = 0
        try {
          read = readSync(memory, piece, 0, want, at)
        } catch {
          // A page that is not there: the rest of this region is passed over.
        }
        if (read === 0) break
        bytes += read
        for (const name of findIn(piece.subarray(0, read), needles)) found.add(name)
        if (at + BigInt(read) >= end) break
        at += BigInt(Math.max(1, read - overlap))
      }
    }
  } finally {
    closeSync(memory)
  }
  return { found: [...found], bytes }
}
