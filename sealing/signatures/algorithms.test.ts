// The arithmetic of signatures: our JavaScript against OpenSSL in both directions, and the negative cases that Project Wycheproof collects.
import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, fromHex } from '../bytes.ts'
import { Malformed } from '../malformed.ts'
import { platformSignatureCheck } from '../platform.ts'
import {
  type AlgorithmName,
  algorithmIdentifier,
  algorithmNames,
  digestOf,
  plainCheck,
  readAlgorithm,
  readPublicKey,
  signatureHolds,
} from './algorithms.ts'
import { bits, integer, nothing, oid, readDer, sequence } from './der.ts'
import { rehearsedKey } from './rehearsal-issuer.ts'

const message = new TextEncoder().encode('123400')
const p256n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const keys = {
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  // A modulus whose length is no multiple of eight leaves spare bits in PSS.
  odd: generateKeyPairSync('rsa', { modulusLength: 2049 }),
}
const publicOf = (key: KeyObject) => readPublicKey(new Uint8Array(key.export({ format: 'der', type: 'spki' })), 'key')
const signed = (algorithm: AlgorithmName, key: KeyObject, salt: number = constants.RSA_PSS_SALTLEN_DIGEST) =>
  new Uint8Array(
    sign(algorithm.slice(-6), message, {
      key,
      ...(algorithm.startsWith('rsa-pss') && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt }),
    }),
  )
const both = (...it: Parameters<typeof plainCheck>) => {
  const answers = [plainCheck(...it), platformSignatureCheck(...it)]
  expect(new Set(answers).size, `JavaScript ${answers[0]}, platform ${answers[1]}`).toBe(1)
  return answers[0]
}

describe.each(algorithmNames)('%s', (algorithm) => {
  const pairs = algorithm.startsWith('rsa')
    ? [keys.rsa, keys.odd]
    : [algorithm.includes('256-') ? keys.p256 : keys.p384]
  it('made by OpenSSL holds; not for another message, key or a turned bit', () => {
    for (const { privateKey, publicKey } of pairs) {
      const key = publicOf(publicKey)
      const signature = signed(algorithm, privateKey)
      expect(both(algorithm, key, message, signature)).toBe(true)
      expect(both(algorithm, key, concat(message, message), signature)).toBe(false)
      for (let n = 0; n < signature.length; n += 5) {
        const turned = Uint8Array.from(signature)
        turned[n] = (turned[n] ?? 0) ^ 0x10
        expect(both(algorithm, key, message, turned)).toBe(false)
      }
      for (const size of [0, 1, signature.length - 1])
        expect(both(algorithm, key, message, signature.subarray(0, size))).toBe(false)
      expect(both(algorithm, key, message, concat(signature, Uint8Array.of(0)))).toBe(false)
      expect(both(algorithm, key, message, concat(Uint8Array.of(0), signature))).toBe(false)
    }
  })
  it('is written and read as the same identifier', () =>
    expect(readAlgorithm(readDer(algorithmIdentifier(algorithm), 'it'), 'it')).toBe(algorithm))
})

describe('ECDSA', () => {
  const key = publicOf(keys.p256.publicKey)
  const pair = (r: bigint, s: bigint) => sequence(integer(r), integer(s))
  it.each([
    ['both zero', pair(0n, 0n)],
    ['r zero', pair(0n, 1n)],
    ['s zero', pair(1n, 0n)],
    ['both one', pair(1n, 1n)],
    ['both n', pair(p256n, p256n)],
    ['r above n', pair(p256n + 1n, 1n)],
    ['very long', pair(1n << 300n, 1n)],
    ['negative r', sequence(fromHex('0201ff'), integer(1))],
    ['one number', sequence(integer(1))],
    ['three numbers', sequence(integer(1), integer(1), integer(1))],
    ['infinity as bytes', fromHex('3006090180090180')],
    ['empty', new Uint8Array(0)],
  ])('%s never holds', (_, signature) => expect(both('ecdsa-p256-sha256', key, message, signature)).toBe(false))

  it('in BER is refused by both, though OpenSSL alone would take some', () => {
    const right = signed('ecdsa-p256-sha256', keys.p256.privateKey)
    const { value } = readDer(right, 'it')
    const long = concat(fromHex('3081'), Uint8Array.of(value.length), value)
    const indefinite = concat(fromHex('3080'), value, fromHex('0000'))
    for (const bytes of [long, indefinite]) expect(both('ecdsa-p256-sha256', key, message, bytes)).toBe(false)
  })

  it('by the other half of the curve order holds too, since it is a signature (RFC 6979 has no low-s rule)', () => {
    const right = signed('ecdsa-p256-sha256', keys.p256.privateKey)
    const [r, s] = [...split(right)]
    expect(both('ecdsa-p256-sha256', key, message, pair(r ?? 0n, p256n - (s ?? 0n)))).toBe(true)
  })
})

function* split(signature: Uint8Array): Generator<bigint> {
  let at = 2
  for (let n = 0; n < 2; n += 1) {
    const size = signature[at + 1] ?? 0
    yield BigInt(`0x${Buffer.from(signature.subarray(at + 2, at + 2 + size)).toString('hex')}`)
    at += 2 + size
  }
}

describe('RSA', () => {
  const key = publicOf(keys.rsa.publicKey)
  it('a PSS salt of another length, PKCS#1 taken for PSS, and the other way round never hold', () => {
    expect(both('rsa-pss-sha256', key, message, signed('rsa-pss-sha256', keys.rsa.privateKey, 20))).toBe(false)
    expect(both('rsa-pss-sha256', key, message, signed('rsa-pkcs1-sha256', keys.rsa.privateKey))).toBe(false)
    expect(both('rsa-pkcs1-sha256', key, message, signed('rsa-pss-sha256', keys.rsa.privateKey))).toBe(false)
    expect(both('rsa-pkcs1-sha256', key, message, signed('rsa-pkcs1-sha512', keys.rsa.privateKey))).toBe(false)
  })
  it('a signature as large as the modulus never holds', () => {
    if (key.kind !== 'rsa') throw new Error('no RSA key')
    const whole = fromHex(key.n.toString(16).padStart(512, '0'))
    expect(both('rsa-pkcs1-sha256', key, message, whole)).toBe(false)
  })
})

describe('keys', () => {
  it('an algorithm of another kind never holds', () => {
    const key = rehearsedKey('a')
    const read = readPublicKey(key.spki, 'key')
    const signature = key.sign(message) as Uint8Array
    expect(signatureHolds('ecdsa-p256-sha256', read, message, signature)).toBe(true)
    expect(signatureHolds('ecdsa-p384-sha384', read, message, signature)).toBe(false)
    expect(signatureHolds('rsa-pkcs1-sha256', read, message, signature)).toBe(false)
  })
  const ec = (curve: string, point: Uint8Array) => sequence(sequence(oid('1.2.840.10045.2.1'), oid(curve)), bits(point))
  const rsa = (n: bigint, e: bigint) =>
    sequence(sequence(oid('1.2.840.113549.1.1.1'), nothing()), bits(sequence(integer(n), integer(e))))
  it.each([
    ['a point off the curve', ec('1.2.840.10045.3.1.7', concat(Uint8Array.of(4), new Uint8Array(64).fill(1)))],
    ['a compressed point', ec('1.2.840.10045.3.1.7', concat(Uint8Array.of(2), new Uint8Array(32).fill(1)))],
    ['infinity', ec('1.2.840.10045.3.1.7', Uint8Array.of(0))],
    [
      'a point of another length',
      ec(
        '1.3.132.0.34',
        publicOf(keys.p256.publicKey).kind === 'p256' ? new Uint8Array(65).fill(4) : new Uint8Array(0),
      ),
    ],
    ['curve secp256k1', ec('1.3.132.0.10', new Uint8Array(65).fill(4))],
    ['exponent 1', rsa((1n << 2047n) | 1n, 1n)],
    ['exponent 3', rsa((1n << 2047n) | 1n, 3n)],
    ['an even modulus', rsa(1n << 2047n, 65_537n)],
    ['Ed25519', sequence(sequence(oid('1.3.101.112')), bits(new Uint8Array(32)))],
  ])('%s is no key', (_, spki) => expect(() => readPublicKey(spki, 'key')).toThrow(Malformed))

  it('identifiers that are not used: SHA-1, MD5, PSS with other masks', () => {
    for (const dots of ['1.2.840.113549.1.1.5', '1.2.840.113549.1.1.4', '1.2.840.10045.4.1'])
      expect(() => readAlgorithm(readDer(sequence(oid(dots), nothing()), 'it'), 'it')).toThrow(Malformed)
    const sha1Default = sequence(oid('1.2.840.113549.1.1.10'), sequence())
    expect(() => readAlgorithm(readDer(sha1Default, 'it'), 'it')).toThrow(Malformed)
  })
})

// FIPS 180-4, "abc".
it('digests are the published ones', () => {
  expect(Buffer.from(digestOf('sha256', new TextEncoder().encode('abc'))).toString('hex')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
  expect(Buffer.from(digestOf('sha384', new TextEncoder().encode('abc'))).toString('hex')).toBe(
    'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  )
})
