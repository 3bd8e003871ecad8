// Canonical JSON: RFC 8785 restricted to objects, arrays, strings, booleans, null and safe integers.
import { utf8 } from './bytes.ts'
import { Malformed } from './malformed.ts'

/** A value that canonical JSON can carry. Money and big numbers travel as decimal strings, bytes as base64. */
export type Canonical =
  | null
  | boolean
  | number
  | string
  | readonly Canonical[]
  | { readonly [member: string]: Canonical }

const MAX_DEPTH = 64
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text that needs no escape and holds no surrogate: quoted as it is, which is most of what is hashed. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new Malformed('', 'text with a lone surrogate')
  return JSON.stringify(text)
}

/** A fault names its place from the inside out, so that a sound value costs no path. */
function placed(error: unknown, step: string): unknown {
  return error instanceof Malformed ? new Malformed(`${step}${error.path}`, error.reason) : error
}

function written(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new Malformed('', `nested deeper than ${MAX_DEPTH}`)
  if (typeof value === 'string') return quoted(value)
  if (value === null || value === true || value === false) return String(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new Malformed('', 'not a safe integer')
    return String(value)
  }
  if (Array.isArray(value)) {
    let text = '['
    for (let n = 0; n < value.length; n += 1) {
      try {
        text += (n === 0 ? '' : ',') + written(value[n], depth + 1)
      } catch (error) {
        throw placed(error, `[${n}]`)
      }
    }
    return `${text}]`
  }
  if (typeof value === 'object') {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) throw new Malformed('', 'not a plain object')
    const members = value as Record<string, unknown>
    let text = '{'
    // RFC 8785 section 3.2.3 orders names by UTF-16 code units, which is what sort() does.
    for (const name of Object.keys(members).sort()) {
      try {
        text += `${text.length === 1 ? '' : ','}${quoted(name)}:${written(members[name], depth + 1)}`
      } catch (error) {
        throw placed(error, `.${name}`)
      }
    }
    return `${text}}`
  }
  throw new Malformed('', `no ${typeof value} in canonical JSON`)
}

/** The canonical text of a value. Throws `Malformed` for anything but the restricted types (also undefined members, -0, lone surrogates). */
export function canonicalText(value: unknown): string {
  try {
    return written(value, 0)
  } catch (error) {
    throw placed(error, '$')
  }
}

/** The canonical UTF-8 bytes of a value; these are what is hashed, signed and encrypted. */
export function canonical(value: unknown): Uint8Array {
  return utf8(canonicalText(value))
}

/**
 * The value of canonical bytes. Throws `Malformed` unless the bytes are exactly the canonical form of what they parse to: this refuses
 * duplicate members, other number spellings, white space, other escapes, a byte order mark and invalid UTF-8 alike.
 */
export function parseCanonical(bytes: Uint8Array): unknown {
  let text: string
  let value: unknown
  try {
    text = decoder.decode(bytes)
    value = JSON.parse(text)
  } catch {
    throw new Malformed('$', 'not JSON in UTF-8')
  }
  if (canonicalText(value) !== text) throw new Malformed('$', 'not canonical')
  return value
}
