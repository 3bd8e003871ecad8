// Text as paper can carry it: what the typeface lacks, or what would turn or hide the text around it, is written out by its Unicode number.
import { coverage } from './font.ts'

/** Marks that steer direction, joins and invisible separators: on paper they hide or turn text (Unicode Technical Report 36, §2.7). */
const steers = (point: number): boolean =>
  (point >= 0x200b && point <= 0x200f) ||
  (point >= 0x202a && point <= 0x202e) ||
  (point >= 0x2060 && point <= 0x206f) ||
  point === 0xfeff ||
  point === 0xad ||
  point === 0x61c

/** Codes that PDF/A forbids in text: the private areas, surrogates, non-characters, controls. */
const forbidden = (point: number): boolean =>
  point < 0x20 ||
  (point >= 0x7f && point <= 0x9f) ||
  (point >= 0xd800 && point <= 0xf8ff) ||
  (point >= 0xfdd0 && point <= 0xfdef) ||
  (point & 0xfffe) === 0xfffe ||
  point >= 0xf0000

const breakHere = '\u200b'

/** What was asked and whether a sign had to be written out. */
export interface Printable {
  readonly text: string
  readonly complete: boolean
}

/** A text in composed form, with every sign that cannot be shown written as `[U+1F600]`. Line breaks stay; tabs become spaces. */
export function printable(value: string): Printable {
  let complete = true
  const known = coverage()
  const shown = [...value.normalize('NFC').replace(/\r\n?/g, '\n').replaceAll('\t', ' ')]
    .map((sign) => {
      const point = sign.codePointAt(0) ?? 0
      if (sign === '\n' || (known.has(point) && !steers(point) && !forbidden(point))) return sign
      complete = false
      return `[U+${point.toString(16).toUpperCase().padStart(4, '0')}]`
    })
    .join('')
  return { text: shown, complete }
}

/**
 * Allows a break inside words longer than `longest` signs: a zero-width space after every twelve. Hangul breaks by itself, and so do
 * addresses at their marks.
 */
export const breakable = (text: string, longest: number): string =>
  text.replace(/[^\s\u200b/-]+/g, (word) => {
    const signs = [...word]
    if (signs.length <= longest || /^[\uac00-\ud7a3]+$/.test(word)) return word
    return signs.map((sign, at) => (at > 0 && at % 12 === 0 ? breakHere + sign : sign)).join('')
  })
