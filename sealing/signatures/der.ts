// DER (X.690), read strictly and written: one value has one encoding, so that two programs never see different things in the same bytes.
import { concat, utf8 } from '../bytes.ts'
import { Malformed } from '../malformed.ts'

/** One element: `bytes` is the whole encoding, `value` what follows tag and length. */
export type Der = { readonly tag: number; readonly bytes: Uint8Array; readonly value: Uint8Array }

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

const deepest = 40

/** How sets are read: `sorted` as DER wants them, `any` for tokens and lists of makers who leave certificates unsorted. */
export type SetOrder = 'sorted' | 'any'

/**
 * The one element that fills `bytes`, checked to its depth: definite shortest lengths, tags below 31, shortest integers, canonical booleans,
 * bit strings, object identifiers and times, sets in order. Throws `Malformed`.
 */
export function readDer(bytes: Uint8Array, path: string, sets: SetOrder = 'sorted'): Der {
  const element = elementAt(bytes, 0, path)
  if (element.bytes.length !== bytes.length) throw new Malformed(path, 'bytes after the end')
  check(element, path, sets, 0)
  return element
}

/** The elements inside a constructed one, which `readDer` has checked. Throws `Malformed` when it is not of the tag. */
export function inside(element: Der | undefined, path: string, tag: number = tags.sequence): Der[] {
  if (element?.tag !== tag) throw new Malformed(path, `not of tag ${tag}`)
  return split(element, path)
}

/** The element, if it has the tag. */
export function expectTag(element: Der | undefined, path: string, tag: number): Der {
  if (element?.tag !== tag) throw new Malformed(path, `not of tag ${tag}`)
  return element
}

function elementAt(bytes: Uint8Array, from: number, path: string): Der {
  const tag = bytes[from]
  const first = bytes[from + 1]
  if (tag === undefined || first === undefined) throw new Malformed(path, 'cut off')
  if ((tag & 0x1f) === 0x1f) throw new Malformed(path, 'a tag of many bytes')
  let length = first
  let at = from + 2
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > 4) throw new Malformed(path, 'an indefinite or too long length')
    length = 0
    for (let n = 0; n < count; n += 1) length = length * 256 + (bytes[at + n] ?? 0)
    at += count
    if (length < 128 || length < 256 ** (count - 1)) throw new Malformed(path, 'a length that is not the shortest')
  }
  if (at + length > bytes.length) throw new Malformed(path, 'cut off')
  return { tag, bytes: bytes.subarray(from, at + length), value: bytes.subarray(at, at + length) }
}

function split(element: Der, path: string): Der[] {
  const found: Der[] = []
  for (let at = 0; at < element.value.length; ) {
    const each = elementAt(element.value, at, path)
    found.push(each)
    at += each.bytes.length
  }
  return found
}

function check(element: Der, path: string, sets: SetOrder, depth: number): void {
  if (depth > deepest) throw new Malformed(path, 'nested too deep')
  const { tag, value } = element
  if (tag & 0x20) {
    if ((tag & 0xc0) === 0 && tag !== tags.sequence && tag !== tags.set)
      throw new Malformed(path, 'a primitive type in pieces')
    const parts = split(element, path)
    for (const part of parts) check(part, path, sets, depth + 1)
    if (tag === tags.set && sets === 'sorted')
      for (let n = 1; n < parts.length; n += 1)
        if (compare(parts[n - 1]?.bytes ?? value, parts[n]?.bytes ?? value) > 0)
          throw new Malformed(path, 'a set that is not in order')
    return
  }
  if ((tag & 0xc0) !== 0) return
  if (tag === tags.sequence - 0x20 || tag === tags.set - 0x20) throw new Malformed(path, 'a sequence without parts')
  if (!primitive(tag, value)) throw new Malformed(path, `a value of tag ${tag} that is not canonical`)
}

// X.690 11.6: as if the shorter were filled up with zeros.
function compare(a: Uint8Array, b: Uint8Array): number {
  for (let n = 0; n < Math.max(a.length, b.length); n += 1) {
    const difference = (a[n] ?? 0) - (b[n] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function primitive(tag: number, value: Uint8Array): boolean {
  const [first = 0, second = 0] = value
  switch (tag) {
    case tags.boolean:
      return value.length === 1 && (first === 0 || first === 0xff)
    case tags.integer:
    case tags.enumerated:
      return (
        value.length > 0 &&
        !(value.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
      )
    case tags.bitString:
      return (
        value.length > 0 &&
        first < 8 &&
        (value.length > 1 || first === 0) &&
        ((value.at(-1) ?? 0) & ((1 << first) - 1)) === 0
      )
    case tags.null:
      return value.length === 0
    case tags.oid:
      return (
        value.length > 0 && (value.at(-1) ?? 0x80) < 0x80 && !value.some((b, n) => b === 0x80 && startsArc(value, n))
      )
    case tags.utcTime:
      return /^\d{12}Z$/.test(ascii(value))
    case tags.generalizedTime:
      return /^\d{14}(\.\d*[1-9])?Z$/.test(ascii(value))
    default:
      return true
  }
}

const startsArc = (value: Uint8Array, n: number): boolean => n === 0 || (value[n - 1] ?? 0) < 0x80

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 64))

/** An object identifier in dots. */
export function oidOf(element: Der | undefined, path: string): string {
  const { value } = expectTag(element, path, tags.oid)
  const arcs: bigint[] = []
  let arc = 0n
  for (const byte of value) {
    arc = arc * 128n + BigInt(byte & 0x7f)
    if (byte >= 0x80) continue
    if (arcs.length === 0) {
      const top = arc < 40n ? 0n : arc < 80n ? 1n : 2n
      arcs.push(top, arc - top * 40n)
    } else arcs.push(arc)
    arc = 0n
  }
  return arcs.join('.')
}

/** A whole number. */
export function integerOf(element: Der | undefined, path: string): bigint {
  const { value } = expectTag(element, path, tags.integer)
  let number = 0n
  for (const byte of value) number = number * 256n + BigInt(byte)
  return (value[0] ?? 0) >= 0x80 ? number - (1n << BigInt(8 * value.length)) : number
}

/** The octets of a bit string without unused bits. Throws `Malformed` where bits are left over. */
export function bitsOf(element: Der | undefined, path: string): Uint8Array {
  const { value } = expectTag(element, path, tags.bitString)
  if (value[0] !== 0) throw new Malformed(path, 'bits that are no whole octets')
  return value.subarray(1)
}

/** UTCTime (as RFC 5280 reads its two digits) or GeneralizedTime, ms since 1970 UTC. Throws `Malformed` for a day that is none. */
export function timeOf(element: Der | undefined, path: string): number {
  if (element?.tag !== tags.utcTime && element?.tag !== tags.generalizedTime) throw new Malformed(path, 'not a time')
  const text = ascii(element.value)
  const year = element.tag === tags.utcTime ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') : ''
  const [, y = '', mo = '', d = '', h = '', mi = '', s = '', fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(year + text) ?? []
  const [year4, month, day, hour, minute, second] = [y, mo, d, h, mi, s].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const days = daysOf(year4, month, day)
  const back = dateOf(days)
  const real = back[0] === year4 && back[1] === month && back[2] === day && hour < 24 && minute < 60 && second < 60
  if (!real) throw new Malformed(path, 'not a moment of the calendar')
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + Math.floor(Number(`0${fraction || '.0'}`) * 1000)
}

// The Gregorian calendar by arithmetic (years begin in March): browsers that verify a receipt may have no Temporal.
function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const inEra = y - era * 400
  const inYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + inEra * 365 + Math.floor(inEra / 4) - Math.floor(inEra / 100) + inYear - 719_468
}

function dateOf(days: number): readonly [number, number, number] {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const inEra = shifted - era * 146_097
  const years = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365,
  )
  const inYear = inEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100))
  const shiftedMonth = Math.floor((5 * inYear + 2) / 153)
  const day = inYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return [years + era * 400 + (month <= 2 ? 1 : 0), month, day]
}

/** Tag, shortest length, value. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const value = concat(...parts)
  const size = value.length
  if (size < 128) return concat(Uint8Array.of(tag, size), value)
  const length: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256)
  return concat(Uint8Array.of(tag, 0x80 + length.length, ...length), value)
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(tags.sequence, ...parts)

/** A SET OF in its order. */
export const setOf = (...parts: readonly Uint8Array[]): Uint8Array => der(tags.set, ...parts.toSorted(compare))

/** A whole number, zero or more; bytes are taken as unsigned. */
export function integer(number: bigint | number | Uint8Array): Uint8Array {
  const bytes: number[] = []
  if (number instanceof Uint8Array) bytes.push(...number)
  else for (let rest = BigInt(number); rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 255n))
  while (bytes.length > 1 && bytes[0] === 0) bytes.shift()
  if (bytes.length === 0 || (bytes[0] ?? 0) >= 0x80) bytes.unshift(0)
  return der(tags.integer, Uint8Array.from(bytes))
}

/** An object identifier from its dots. */
export function oid(dots: string): Uint8Array {
  const [top = 0n, second = 0n, ...rest] = dots.split('.').map(BigInt)
  const bytes = [top * 40n + second, ...rest].flatMap((arc) => {
    const digits = [Number(arc & 127n)]
    for (let left = arc >> 7n; left > 0n; left >>= 7n) digits.unshift(Number(left & 127n) | 0x80)
    return digits
  })
  return der(tags.oid, Uint8Array.from(bytes))
}

export const nothing = (): Uint8Array => der(tags.null)
export const boolean = (value: boolean): Uint8Array => der(tags.boolean, Uint8Array.of(value ? 0xff : 0))
export const octets = (bytes: Uint8Array): Uint8Array => der(tags.octetString, bytes)
export const bits = (bytes: Uint8Array): Uint8Array => der(tags.bitString, Uint8Array.of(0), bytes)
export const utf8String = (text: string): Uint8Array => der(tags.utf8String, utf8(text))
/** [n], constructed: EXPLICIT around an element, or IMPLICIT of a constructed one. */
export const tagged = (n: number, ...parts: readonly Uint8Array[]): Uint8Array => der(0xa0 + n, ...parts)
/** [n] IMPLICIT of a primitive. */
export const implicit = (n: number, value: Uint8Array): Uint8Array => der(0x80 + n, value)

const digitsOf = (at: number): string => {
  const seconds = Math.floor(at / 1000)
  const [year, month, day] = dateOf(Math.floor(seconds / 86_400))
  const rest = seconds - Math.floor(seconds / 86_400) * 86_400
  const parts = [month, day, Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60]
  return `${String(year).padStart(4, '0')}${parts.map((each) => String(each).padStart(2, '0')).join('')}Z`
}

/** A time of a certificate, in whole seconds: UTCTime up to 2049, then GeneralizedTime (RFC 5280 section 4.1.2.5). `at` in ms. */
export function time(at: number): Uint8Array {
  const text = digitsOf(at)
  const year = Number(text.slice(0, 4))
  return year >= 1950 && year < 2050 ? der(tags.utcTime, utf8(text.slice(2))) : der(tags.generalizedTime, utf8(text))
}

/** GeneralizedTime with its milliseconds, as DER wants them. */
export function generalizedTime(at: number): Uint8Array {
  const ms = at - Math.floor(at / 1000) * 1000
  const fraction = ms === 0 ? '' : `.${String(ms).padStart(3, '0').replace(/0+$/, '')}`
  return der(tags.generalizedTime, utf8(digitsOf(at).replace('Z', `${fraction}Z`)))
}

/** A NamedBitList from the numbers of its set bits, shortest (X.690 11.2.2). */
export function namedBits(...set: readonly number[]): Uint8Array {
  const most = Math.max(-1, ...set)
  const bytes = new Uint8Array(Math.floor(most / 8) + 1)
  for (const n of set) bytes[n >> 3] = (bytes[n >> 3] ?? 0) | (0x80 >> (n & 7))
  return der(tags.bitString, Uint8Array.of(most < 0 ? 0 : 7 - (most & 7)), bytes)
}
