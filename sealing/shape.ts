// Small strict readers for parsed JSON: each gives the value in its type or throws `Malformed` with the path.
import { type Base64, fromBase64 } from './bytes.ts'
import { Malformed } from './malformed.ts'

/** The object, if it has exactly these members. */
export function asObject(value: unknown, path: string, members: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed(path, 'not an object')
  for (const name of Object.keys(value)) {
    if (!members.includes(name)) throw new Malformed(`${path}.${name}`, 'unknown member')
  }
  for (const name of members) {
    if (!Object.hasOwn(value, name)) throw new Malformed(`${path}.${name}`, 'missing')
  }
  return value as Record<string, unknown>
}

/** The array, of at most `limit` elements. */
export function asArray(value: unknown, path: string, limit = 10_000): unknown[] {
  if (!Array.isArray(value)) throw new Malformed(path, 'not an array')
  if (value.length > limit) throw new Malformed(path, `more than ${limit} elements`)
  return value
}

/** A text of 1..limit UTF-16 units without lone surrogates. */
export function asText(value: unknown, path: string, limit = 200): string {
  if (typeof value !== 'string' || value.length === 0) throw new Malformed(path, 'not a text')
  if (value.length > limit) throw new Malformed(path, `longer than ${limit}`)
  if (!value.isWellFormed()) throw new Malformed(path, 'text with a lone surrogate')
  return value
}

/** A safe integer between the bounds, both included. */
export function asInteger(value: unknown, path: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw new Malformed(path, 'not an integer')
  }
  if (value < least || value > most) throw new Malformed(path, `not in ${least}..${most}`)
  return value
}

/** Canonical base64 of exactly `length` bytes. */
export function asBytes(value: unknown, path: string, length: number): Base64 {
  if (typeof value !== 'string') throw new Malformed(path, 'not base64')
  if (fromBase64(value, path).length !== length) throw new Malformed(path, `not ${length} bytes`)
  return value
}

/** One of the given values. */
export function asOneOf<const T extends string | number>(value: unknown, path: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw new Malformed(path, `not one of ${allowed.join(', ')}`)
  return found
}
