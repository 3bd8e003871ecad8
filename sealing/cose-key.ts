// Public keys of passkeys as COSE_Key (RFC 9053) in the one form that CTAP2 writes: ES256, EdDSA (Ed25519), RS256.
import { ed25519 } from '@noble/curves/ed25519.js'
import { concat, equalBytes } from './bytes.ts'
import { Malformed } from './malformed.ts'
import { readPublicKey, signatureHolds } from './signatures/algorithms.ts'
import { bits, integer, nothing, oid, sequence } from './signatures/der.ts'

/** COSE names of the algorithms that passkeys may use here: Ed25519, ES256, RS256. */
export const passkeyAlgorithms = [-8, -7, -257] as const

/** A passkey's public key. `holds` says whether a signature over a message is of this key. */
export interface PasskeyKey {
  readonly algorithm: (typeof passkeyAlgorithms)[number]
  readonly holds: (message: Uint8Array, signature: Uint8Array) => boolean
}

type Value = number | Uint8Array

/** The integer or byte string at a place, in the shortest form only, and the place after it. */
function readValue(bytes: Uint8Array, at: number): readonly [value: Value, next: number] {
  const first = bytes[at]
  if (first === undefined) throw new Malformed('publicKey', 'ends early')
  const kind = first >> 5
  const short = first & 31
  if (kind > 2 || short > 25) throw new Malformed('publicKey', 'neither number nor bytes')
  const size = short < 24 ? 0 : short - 23
  const next = at + 1 + size
  if (next > bytes.length) throw new Malformed('publicKey', 'ends early')
  const number = size === 0 ? short : bytes.subarray(at + 1, next).reduce((sum, byte) => sum * 256 + byte, 0)
  if (size > 0 && number < (size === 1 ? 24 : 256)) throw new Malformed('publicKey', 'not in shortest form')
  if (kind === 0) return [number, next]
  if (kind === 1) return [-1 - number, next]
  if (next + number > bytes.length) throw new Malformed('publicKey', 'ends early')
  return [bytes.slice(next, next + number), next + number]
}

/** Whether the label `b` comes after `a` in CTAP2's order: shorter first, then by bytes. All labels here take one byte. */
const orderOf = (label: number): number => (label >= 0 ? label : 32 - 1 - label)

function readMap(bytes: Uint8Array): ReadonlyMap<number, Value> {
  const count = (bytes[0] ?? 0) - 0xa0
  if (count < 1 || count > 8) throw new Malformed('publicKey', 'not a map')
  const map = new Map<number, Value>()
  let at = 1
  let last = -1
  for (let n = 0; n < count; n += 1) {
    const [label, then] = readValue(bytes, at)
    if (typeof label !== 'number' || Math.abs(label) > 23) throw new Malformed('publicKey', 'a label that is not used')
    if (orderOf(label) <= last) throw new Malformed('publicKey', 'labels out of order')
    last = orderOf(label)
    const [value, next] = readValue(bytes, then)
    map.set(label, value)
    at = next
  }
  if (at !== bytes.length) throw new Malformed('publicKey', 'more than a key')
  return map
}

const labels = (map: ReadonlyMap<number, Value>): string => [...map.keys()].join()

function bytesAt(map: ReadonlyMap<number, Value>, label: number, length?: number): Uint8Array {
  const value = map.get(label)
  if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length))
    throw new Malformed('publicKey', `label ${label}`)
  return value
}

/** Reads a COSE key. Throws `Malformed` for another form, algorithm or curve, a point off its curve, and RSA below 2048 bits. */
export function readCoseKey(bytes: Uint8Array): PasskeyKey {
  const map = readMap(bytes)
  const algorithm = map.get(3)
  if (algorithm === -7) {
    if (labels(map) !== '1,3,-1,-2,-3' || map.get(1) !== 2 || map.get(-1) !== 1)
      throw new Malformed('publicKey', 'not an ES256 key')
    const point = concat(Uint8Array.of(4), bytesAt(map, -2, 32), bytesAt(map, -3, 32))
    const spki = sequence(sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')), bits(point))
    const key = readPublicKey(spki, 'publicKey')
    return { algorithm, holds: (message, signature) => signatureHolds('ecdsa-p256-sha256', key, message, signature) }
  }
  if (algorithm === -8) {
    if (labels(map) !== '1,3,-1,-2' || map.get(1) !== 1 || map.get(-1) !== 6)
      throw new Malformed('publicKey', 'not an Ed25519 key')
    const key = bytesAt(map, -2, 32)
    return { algorithm, holds: (message, signature) => ed25519Holds(key, message, signature) }
  }
  if (algorithm === -257) {
    if (labels(map) !== '1,3,-1,-2' || map.get(1) !== 3) throw new Malformed('publicKey', 'not an RSA key')
    const modulus = bytesAt(map, -1)
    const spki = sequence(
      sequence(oid('1.2.840.113549.1.1.1'), nothing()),
      bits(sequence(integer(numberOf(modulus)), integer(numberOf(bytesAt(map, -2))))),
    )
    const key = readPublicKey(spki, 'publicKey')
    if (key.bits < 2048 || key.bits > 8192) throw new Malformed('publicKey', 'an RSA key of another length')
    return { algorithm, holds: (message, signature) => signatureHolds('rsa-pkcs1-sha256', key, message, signature) }
  }
  throw new Malformed('publicKey', 'an algorithm that is not used')
}

const numberOf = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)

function ed25519Holds(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  // RFC 8032 as it stands: no key or point of small order, no second encoding of either.
  if (signature.length !== 64) return false
  try {
    const point = ed25519.Point.fromBytes(key)
    return (
      !point.isSmallOrder() &&
      equalBytes(point.toBytes(), key) &&
      ed25519.verify(signature, message, key, { zip215: false })
    )
  } catch {
    return false
  }
}
