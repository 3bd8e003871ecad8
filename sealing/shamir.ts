// Shamir's sharing of 32 bytes over GF(2^8) with the polynomial 0x11b, byte by byte.
import { Malformed } from './malformed.ts'

/** A product in GF(2^8)/0x11b by masks: no table and no branch that depends on a secret. */
export function multiply(a: number, b: number): number {
  let product = 0
  let factor = a
  for (let bit = 0; bit < 8; bit += 1) {
    product ^= factor & -((b >> bit) & 1)
    factor = ((factor << 1) ^ (0x11b & -(factor >> 7))) & 0xff
  }
  return product
}

/** The inverse in GF(2^8): a^254. Zero has none and gives zero. */
export function inverse(a: number): number {
  let power = a
  let result = 1
  for (let bit = 1; bit < 8; bit += 1) {
    power = multiply(power, power)
    result = multiply(result, power)
  }
  return result
}

/**
 * The share at x (1..255): secret + a_1 x + .. + a_{k-1} x^{k-1} bytewise, where a_t is the t-th run of secret.length bytes of
 * `coefficients` (empty for k = 1, when every share is the secret).
 */
export function shareAt(secret: Uint8Array, coefficients: Uint8Array, x: number): Uint8Array {
  if (!Number.isInteger(x) || x < 1 || x > 255) throw new Malformed('share', 'x is not in 1..255')
  if (coefficients.length % secret.length !== 0) throw new Malformed('share', 'coefficients of another length')
  const size = secret.length
  const share = new Uint8Array(size)
  // Horner's scheme from the highest coefficient down.
  for (let t = coefficients.length / size; t >= 1; t -= 1) {
    for (let n = 0; n < size; n += 1) share[n] = multiply((share[n] ?? 0) ^ (coefficients[(t - 1) * size + n] ?? 0), x)
  }
  return share.map((byte, n) => byte ^ (secret[n] ?? 0))
}

/** The secret that k shares with distinct x give (Lagrange at 0). Wrong or too few shares give another value, never an error. */
export function combine(shares: readonly { readonly x: number; readonly y: Uint8Array }[]): Uint8Array {
  const size = shares[0]?.y.length ?? 0
  const secret = new Uint8Array(size)
  for (const { x, y } of shares) {
    if (y.length !== size) throw new Malformed('shares', 'lengths differ')
    let weight = 1
    for (const other of shares) {
      if (other.x !== x) weight = multiply(weight, multiply(other.x, inverse(other.x ^ x)))
    }
    for (let n = 0; n < size; n += 1) secret[n] = (secret[n] ?? 0) ^ multiply(y[n] ?? 0, weight)
  }
  return secret
}
