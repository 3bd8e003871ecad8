// Promises against the platform's Ed25519, and the union of signatures.
import { createPrivateKey, sign } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64 } from './bytes.ts'
import { Malformed } from './malformed.ts'
import { rehearsedBytes } from './rehearsal.ts'
import { parsePromise, parseSignature, promiseHolds, promiseMessage, signPromise } from './signature.ts'

const secretKey = rehearsedBytes('promise key')
const publicKey = ed25519.getPublicKey(secretKey)
const body = {
  v: 1,
  log: 'proc.example/log',
  m: toBase64(rehearsedBytes('m')),
  entry: toBase64(new Uint8Array(34)),
  time: 1_792_000_000_000,
} as const
const promise = signPromise(body, secretKey)

describe('promise', () => {
  it('has the same signature as the platform makes', () => {
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secretKey])
    const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    expect(promise.sig).toBe(sign(null, promiseMessage(body), key).toString('base64'))
  })

  it('holds for its key and body only', () => {
    expect(promiseHolds(promise, publicKey)).toBe(true)
    expect(promiseHolds(promise, ed25519.getPublicKey(rehearsedBytes('other')))).toBe(false)
    expect(promiseHolds({ ...promise, body: { ...body, time: body.time - 1 } }, publicKey)).toBe(false)
    expect(promiseHolds({ ...promise, sig: toBase64(new Uint8Array(64)) }, publicKey)).toBe(false)
    expect(promiseHolds(promise, new Uint8Array(31))).toBe(false)
  })

  it('does not hold for a key of small order, with which one signature fits every text', () => {
    const identity = Uint8Array.from({ length: 32 }, (_, n) => (n === 0 ? 1 : 0))
    const forged = { ...promise, sig: toBase64(Uint8Array.from([...identity, ...new Uint8Array(32)])) }
    expect(ed25519.verify(fromBase64(forged.sig), promiseMessage(body), identity, { zip215: true })).toBe(true)
    expect(promiseHolds(forged, identity)).toBe(false)
  })

  it('is read strictly', () => {
    expect(parsePromise(JSON.parse(JSON.stringify(promise)))).toEqual(promise)
    for (const bad of [
      null,
      {},
      { ...promise, more: 1 },
      { ...promise, sig: 'AA==' },
      { ...promise, body: { ...body, time: '1' } },
      { ...promise, body: { ...body, entry: body.m } },
    ]) {
      expect(() => parsePromise(bad)).toThrow(Malformed)
    }
  })
})

describe('signature', () => {
  const commitment = rehearsedBytes('object')
  const sandbox = { kind: 'sandbox-session', person: 'p1', at: 5, commitment: toBase64(commitment) }

  it('reads both kinds', () => {
    expect(parseSignature(sandbox, commitment)).toEqual(sandbox)
    expect(parseSignature({ kind: 'cades', der: 'MAA=' }, commitment)).toEqual({ kind: 'cades', der: 'MAA=' })
  })

  it('refuses a sandbox signature of another object, unknown kinds and broken DER text', () => {
    expect(() => parseSignature(sandbox, rehearsedBytes('another'))).toThrow('another object')
    for (const bad of [
      null,
      'x',
      {},
      { kind: 'jades' },
      { kind: 'cades', der: 'MAA' },
      { ...sandbox, extra: 1 },
      { ...sandbox, at: -1 },
    ]) {
      expect(() => parseSignature(bad, commitment)).toThrow(Malformed)
    }
  })
})
