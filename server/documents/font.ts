// The typeface of documents and what it can show: Pretendard (SIL Open Font License 1.1) has Hangul, Latin and the whole Cyrillic block, ң ө ү among it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folder = join(
  dirname(createRequire(import.meta.url).resolve('pretendard/package.json')),
  'dist',
  'public',
  'static',
)

/** The files of the typeface, plain and strong. */
export const fontFiles: readonly string[] = ['Pretendard-Regular.otf', 'Pretendard-SemiBold.otf'].map((name) =>
  join(folder, name),
)

/** The code points an OpenType font maps to a sign, from its `cmap` table (OpenType 1.9, formats 4 and 12). Throws for a font without either. */
export function readCoverage(font: Buffer): ReadonlySet<number> {
  const tables = font.readUInt16BE(4)
  let cmap = -1
  for (let at = 12; at < 12 + tables * 16; at += 16)
    if (font.toString('latin1', at, at + 4) === 'cmap') cmap = font.readUInt32BE(at + 8)
  if (cmap < 0) throw new TypeError('the font has no cmap')
  const subtables = Array.from(
    { length: font.readUInt16BE(cmap + 2) },
    (_, n) => cmap + font.readUInt32BE(cmap + 4 + n * 8 + 4),
  )
  const covered = new Set<number>()
  for (const at of subtables) {
    const format = font.readUInt16BE(at)
    if (format === 12)
      for (let n = 0, groups = font.readUInt32BE(at + 12); n < groups; n += 1) {
        const group = at + 16 + n * 12
        for (let point = font.readUInt32BE(group); point <= font.readUInt32BE(group + 4); point += 1) covered.add(point)
      }
    else if (format === 4) {
      const segments = font.readUInt16BE(at + 6) / 2
      for (let n = 0; n < segments; n += 1) {
        const end = font.readUInt16BE(at + 14 + n * 2)
        const start = font.readUInt16BE(at + 16 + segments * 2 + n * 2)
        for (let point = start; point <= end && point < 0xffff; point += 1) covered.add(point)
      }
    }
  }
  if (covered.size === 0) throw new TypeError('the font has no cmap of format 4 or 12')
  return covered
}

let known: ReadonlySet<number> | null = null

/** The code points that every weight of the typeface shows. */
export function coverage(): ReadonlySet<number> {
  known ??= fontFiles.map((path) => readCoverage(readFileSync(path))).reduce((all, each) => all.intersection(each))
  return known
}
