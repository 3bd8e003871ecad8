// HPKE against RFC 9180 appendix A.3.1, both arithmetics and the platform's against each other, and what must not open.
import { createECDH } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { fromHex, toHex, utf8 } from './bytes.ts'
import { blindedCurve, type Curve, checkPublicKey, tabledCurve } from './curve.ts'
import { aes128gcm, deriveKeyPair, deriveSecretKey, hpkeOpen, hpkeSeal } from './hpke.ts'
import { Malformed } from './malformed.ts'

// A laden machine takes its time; these tests are about bytes, not speed.
vi.setConfig({ testTimeout: 120_000 })

const A31 = {
  info: '4f6465206f6e2061204772656369616e2055726e',
  ikmE: '4270e54ffd08d79d5928020af4686d8f6b7d35dbe470265f1f5aa22816ce860e',
  skEm: '4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb',
  enc: '04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4',
  ikmR: '668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550',
  skRm: 'f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2',
  pkRm: '04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0',
  pt: '4265617574792069732074727574682c20747275746820626561757479',
  aad: '436f756e742d30',
  ct: '5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434',
}

const platformCurve: Curve = {
  publicKey: (secretKey) => {
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(secretKey)
    return new Uint8Array(ecdh.getPublicKey())
  },
  sharedX: (secretKey, publicKey) => {
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(secretKey)
    return new Uint8Array(ecdh.computeSecret(publicKey))
  },
}

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('RFC 9180 A.3.1 (P-256, HKDF-SHA256, AES-128-GCM, base mode)', () => {
  it('derives both key pairs', () => {
    expect(toHex(deriveSecretKey(fromHex(A31.ikmE)))).toBe(A31.skEm)
    const recipient = deriveKeyPair(fromHex(A31.ikmR))
    expect([toHex(recipient.secretKey), toHex(recipient.publicKey)]).toEqual([A31.skRm, A31.pkRm])
  })

  it('seals and opens message 0', () => {
    const sealed = hpkeSeal({
      publicKey: fromHex(A31.pkRm),
      ikmE: fromHex(A31.ikmE),
      info: fromHex(A31.info),
      aad: fromHex(A31.aad),
      plaintext: fromHex(A31.pt),
      aead: aes128gcm,
    })
    expect([toHex(sealed.enc), toHex(sealed.ct)]).toEqual([A31.enc, A31.ct])
    const opened = hpkeOpen({
      secretKey: fromHex(A31.skRm),
      enc: sealed.enc,
      info: fromHex(A31.info),
      aad: fromHex(A31.aad),
      ct: sealed.ct,
      aead: aes128gcm,
    })
    expect(toHex(opened ?? new Uint8Array(0))).toBe(A31.pt)
  })
})

describe('arithmetic', () => {
  it('is the same blinded, with tables and on the platform', () => {
    fc.assert(
      fc.property(bytes32, bytes32, (a, b) => {
        const [mine, theirs] = [deriveKeyPair(a), deriveKeyPair(b)]
        const tabled = tabledCurve([theirs.publicKey])
        for (const curve of [tabled, platformCurve]) {
          expect(curve.publicKey(mine.secretKey)).toEqual(mine.publicKey)
          const x = blindedCurve.sharedX(mine.secretKey, theirs.publicKey)
          expect(x).toHaveLength(32)
          expect(curve.sharedX(mine.secretKey, theirs.publicKey)).toEqual(x)
          expect(curve.sharedX(theirs.secretKey, mine.publicKey)).toEqual(x)
        }
      }),
      { numRuns: 5 },
    )
  })

  it('refuses keys that are not uncompressed points of the curve', () => {
    const { publicKey } = deriveKeyPair(new Uint8Array(32))
    const offCurve = Uint8Array.from(publicKey)
    offCurve[64] = (offCurve[64] ?? 0) ^ 1
    const compressed = Uint8Array.from([2 + ((publicKey[64] ?? 0) & 1), ...publicKey.slice(1, 33)])
    const hybrid = Uint8Array.from([6 + ((publicKey[64] ?? 0) & 1), ...publicKey.slice(1)])
    const p = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff'
    for (const bad of [
      offCurve,
      compressed,
      hybrid,
      Uint8Array.of(0),
      new Uint8Array(65),
      publicKey.slice(1),
      fromHex(`04${p}${'00'.repeat(32)}`),
    ]) {
      expect(() => checkPublicKey(bad)).toThrow(Malformed)
      expect(() => blindedCurve.sharedX(deriveSecretKey(new Uint8Array(32)), bad)).toThrow(Malformed)
    }
    expect(() => checkPublicKey(publicKey)).not.toThrow()
  })

  it('refuses scalars outside 1..n-1', () => {
    const n = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
    for (const bad of ['00'.repeat(32), n, 'ff'.repeat(32), '01']) {
      expect(() => blindedCurve.publicKey(fromHex(bad))).toThrow(Malformed)
    }
  })
})

describe('opening', () => {
  const { secretKey, publicKey } = deriveKeyPair(utf8('the recipient of this test message'))
  const input = {
    publicKey,
    ikmE: utf8('the ephemeral of this test'),
    info: utf8('info'),
    aad: utf8('aad'),
    plaintext: utf8('share'),
  }
  const { enc, ct } = hpkeSeal(input)
  const good = { secretKey, enc, info: input.info, aad: input.aad, ct }

  it('gives the plaintext', () => {
    expect(hpkeOpen(good)).toEqual(input.plaintext)
  })

  it('gives null for another key, info, aad, ciphertext or ephemeral', () => {
    const changed = Uint8Array.from(ct)
    changed[0] = (changed[0] ?? 0) ^ 1
    expect(hpkeOpen({ ...good, secretKey: deriveSecretKey(utf8('another')) })).toBeNull()
    expect(hpkeOpen({ ...good, info: utf8('other') })).toBeNull()
    expect(hpkeOpen({ ...good, aad: utf8('other') })).toBeNull()
    expect(hpkeOpen({ ...good, ct: changed })).toBeNull()
    expect(hpkeOpen({ ...good, ct: new Uint8Array(0) })).toBeNull()
    expect(hpkeOpen({ ...good, enc: publicKey })).toBeNull()
    expect(hpkeOpen({ ...good, enc: enc.slice(0, 33) })).toBeNull()
  })
})
