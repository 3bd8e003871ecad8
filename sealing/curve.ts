// P-256 as the protocol uses it: uncompressed public keys, 32-byte scalars and the x-coordinate of a Diffie-Hellman point.
import { p256 } from '@noble/curves/nist.js'
import { toHex } from './bytes.ts'
import { Malformed } from './malformed.ts'

/**
 * The two operations HPKE needs. The room brings its own in JavaScript; a server may hand in its platform's, which must give the same
 * bytes (measured on two cores: 0.9 ms a multiplication here against 0.04 to 0.15 ms in OpenSSL).
 */
export type Curve = {
  /** The 65-byte uncompressed public key of a 32-byte scalar in 1..n-1. */
  publicKey(secretKey: Uint8Array): Uint8Array
  /** The 32-byte x-coordinate of secretKey times publicKey. */
  sharedX(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array
}

const Point = p256.Point
type P256Point = ReturnType<typeof Point.fromBytes>

function scalarOf(secretKey: Uint8Array): bigint {
  if (secretKey.length !== 32) throw new Malformed('secret key', 'not 32 bytes')
  const scalar = BigInt(`0x${toHex(secretKey)}`)
  if (scalar === 0n || scalar >= Point.Fn.ORDER) throw new Malformed('secret key', 'not in 1..n-1')
  return scalar
}

function decoded(publicKey: Uint8Array, path: string): P256Point {
  if (publicKey.length !== 65 || publicKey[0] !== 4) throw new Malformed(path, 'not an uncompressed 65-byte point')
  try {
    const point = Point.fromBytes(publicKey)
    point.assertValidity()
    return point
  } catch {
    throw new Malformed(path, 'not a point of P-256')
  }
}

/** Whether 32 bytes are a scalar in 1..n-1. */
export function isSecretKey(secretKey: Uint8Array): boolean {
  return p256.utils.isValidSecretKey(secretKey)
}

const { p: prime, b } = Point.CURVE()

/**
 * Refuses everything but a 65-byte uncompressed point on the curve (compressed, hybrid, infinity, off the curve). Throws `Malformed`.
 * The curve's equation y² = x³ - 3x + b is all there is to check, its cofactor is 1; by hand it takes 4 µs, through the library's point 11.
 */
export function checkPublicKey(publicKey: Uint8Array, path = 'public key'): void {
  if (publicKey.length !== 65 || publicKey[0] !== 4) throw new Malformed(path, 'not an uncompressed 65-byte point')
  const digits = toHex(publicKey)
  const x = BigInt(`0x${digits.slice(2, 66)}`)
  const y = BigInt(`0x${digits.slice(66)}`)
  if (x >= prime || y >= prime || (y * y - (x * x - 3n) * x - b) % prime !== 0n)
    throw new Malformed(path, 'not a point of P-256')
}

/** P-256 in JavaScript with blinded scalars: for sealing and for officers' keys. */
export const blindedCurve: Curve = {
  publicKey: (secretKey) => Point.BASE.multiply(scalarOf(secretKey)).toBytes(false),
  sharedX: (secretKey, publicKey) =>
    decoded(publicKey, 'public key').multiply(scalarOf(secretKey)).toBytes(false).subarray(1, 33),
}

/**
 * P-256 in JavaScript with tables for the given public keys and unblinded scalars: for opening many envelopes to the same key holders,
 * where the ephemeral scalars follow from roots that the opening publishes anyway. Makes its tables (some 40 ms a key) at once.
 */
export function tabledCurve(publicKeys: readonly Uint8Array[]): Curve {
  const tables = new Map(publicKeys.map((key) => [toHex(key), decoded(key, 'public key').precompute(6, false)]))
  return {
    publicKey: (secretKey) => Point.BASE.multiplyUnsafe(scalarOf(secretKey)).toBytes(false),
    sharedX: (secretKey, publicKey) => {
      const point = tables.get(toHex(publicKey)) ?? decoded(publicKey, 'public key')
      return point.multiplyUnsafe(scalarOf(secretKey)).toBytes(false).subarray(1, 33)
    },
  }
}
