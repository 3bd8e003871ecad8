// What the platform does for the room gives the same bytes as the room's own JavaScript, and refuses the same.
import { gcm } from '@noble/ciphers/aes.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromBase64, fromHex, toBase64, toHex } from './bytes.ts'
import { blindedCurve, checkPublicKey } from './curve.ts'
import { hkdfExpand, hkdfExtract } from './hash.ts'
import { Malformed } from './malformed.ts'
import { platformCurve, platformDigests, platformGcm } from './platform.ts'

const secret = (n: number) => new Uint8Array(32).fill(n)

it('gives the same digests', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 100 }), (bytes, key) => {
      expect(toHex(platformDigests.sha256(bytes))).toBe(toHex(sha256(bytes)))
      expect(toHex(platformDigests.hmac(key, bytes))).toBe(toHex(hmac(sha256, key, bytes)))
    }),
  )
})

it('encrypts the same, and refuses what was changed or cut', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
  fc.assert(
    fc.property(
      fc.oneof(bytes(16), bytes(32)),
      bytes(12),
      fc.uint8Array({ maxLength: 80 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.nat(),
      (key, nonce, aad, plaintext, at) => {
        const sealed = gcm(key, nonce, aad).encrypt(plaintext)
        expect(toHex(platformGcm.seal(key, nonce, aad, plaintext))).toBe(toHex(sealed))
        expect(toHex(platformGcm.open(key, nonce, aad, sealed))).toBe(toHex(plaintext))
        const changed = sealed.map((byte, n) => (n === at % sealed.length ? byte ^ 1 : byte))
        expect(() => platformGcm.open(key, nonce, aad, changed)).toThrow()
        expect(() => platformGcm.open(key, nonce, aad, sealed.subarray(0, at % sealed.length))).toThrow()
      },
    ),
  )
})

it('derives keys as RFC 5869 appendix A.1 and A.3 say', () => {
  const prk = hkdfExtract(fromHex('000102030405060708090a0b0c'), new Uint8Array(22).fill(0x0b))
  expect(toHex(prk)).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5')
  expect(toHex(hkdfExpand(prk, fromHex('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  )
  const bare = hkdfExtract(new Uint8Array(0), new Uint8Array(22).fill(0x0b))
  expect(toHex(hkdfExpand(bare, new Uint8Array(0), 42))).toBe(
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  )
})

it('gives the same points, and refuses bad scalars and points with the same error', () => {
  const other = blindedCurve.publicKey(secret(7))
  expect(toHex(platformCurve.publicKey(secret(7)))).toBe(toHex(other))
  expect(toHex(platformCurve.sharedX(secret(9), other))).toBe(toHex(blindedCurve.sharedX(secret(9), other)))
  const off = other.slice()
  off[64] = (off[64] ?? 0) ^ 1
  for (const curve of [platformCurve, blindedCurve]) {
    for (const bad of [new Uint8Array(32), secret(255), new Uint8Array(31)])
      expect(() => curve.publicKey(bad)).toThrow(Malformed)
    for (const bad of [off, other.subarray(0, 33), new Uint8Array(65)])
      expect(() => curve.sharedX(secret(9), bad)).toThrow(Malformed)
  }
})

it('checks points by the equation alone as the library does by its own', () => {
  const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
  const point = blindedCurve.publicKey(secret(3))
  expect(() => checkPublicKey(point)).not.toThrow()
  const y = BigInt(`0x${toHex(point.subarray(33))}`)
  const withY = (value: bigint) =>
    Uint8Array.from([...point.subarray(0, 33), ...fromHex(value.toString(16).padStart(64, '0'))])
  // The mirrored point is on the curve too; y + p says the same modulo p but is no canonical coordinate, where it fits 32 bytes at all.
  expect(() => checkPublicKey(withY(p - y))).not.toThrow()
  const low = Uint8Array.from([
    4,
    ...new Uint8Array(32),
    ...fromHex('66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4'),
  ])
  expect(() => checkPublicKey(low)).not.toThrow()
  expect(() => checkPublicKey(Uint8Array.from([4, ...fromHex(p.toString(16)), ...low.subarray(33)]))).toThrow(Malformed)
  for (const first of [0, 2, 3, 5, 6, 7])
    expect(() => checkPublicKey(Uint8Array.from([first, ...point.subarray(1)]))).toThrow(Malformed)
  for (const bad of [withY((y + 1n) % p), new Uint8Array(65), point.subarray(0, 64)])
    expect(() => checkPublicKey(bad)).toThrow(Malformed)
})

it("reads and writes base64 as strictly with the engine's as without", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(toHex(fromBase64(toBase64(bytes)))).toBe(toHex(bytes))
    }),
  )
  expect(toBase64(Uint8Array.of(251, 255))).toBe('+/8=')
  for (const bad of [
    '+/9=',
    '+/8',
    '-_8=',
    ' +/8=',
    '+/8= ',
    'AA\nAA==',
    '    ',
    '====',
    'A===',
    '+/8=AAAA',
    '\u{ff21}AAA',
  ])
    expect(() => fromBase64(bad), bad).toThrow(Malformed)
})
