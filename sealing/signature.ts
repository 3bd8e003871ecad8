// Signatures over commitments: the union of what a person may sign with, and the operator's Ed25519 promises.
import { ed25519 } from '@noble/curves/ed25519.js'
import { type Base64, fromBase64, toBase64 } from './bytes.ts'
import { HO } from './hash.ts'
import { Malformed } from './malformed.ts'
import { asBytes, asInteger, asObject, asOneOf, asText } from './shape.ts'

/** A sandbox signature: the server's statement that this signed-in person confirmed the commitment. Live deployments refuse it. */
export type SandboxSignature = { kind: 'sandbox-session'; person: string; at: number; commitment: Base64 }

/** A detached CAdES signature over the canonical bytes of the object; `der` is the CMS structure in base64. */
export type CadesSignature = { kind: 'cades'; der: Base64 }

export type Signature = SandboxSignature | CadesSignature

const MOST_DER = 64 * 1024

/**
 * A signature from parsed JSON that is meant for `commitment` (32 bytes). A CMS structure is only carried here: whether it verifies is for
 * the signature room of the caller. Throws `Malformed`, also for a sandbox signature of another object.
 */
export function parseSignature(value: unknown, commitment: Uint8Array): Signature {
  const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined
  if (asOneOf(kind, 'signature.kind', ['sandbox-session', 'cades']) === 'cades') {
    const o = asObject(value, 'signature', ['kind', 'der'])
    const der = asText(o['der'], 'signature.der', MOST_DER)
    fromBase64(der, 'signature.der')
    return { kind: 'cades', der }
  }
  const o = asObject(value, 'signature', ['kind', 'person', 'at', 'commitment'])
  const signed = asBytes(o['commitment'], 'signature.commitment', 32)
  if (signed !== toBase64(commitment)) throw new Malformed('signature.commitment', 'of another object')
  return {
    kind: 'sandbox-session',
    person: asText(o['person'], 'signature.person'),
    at: asInteger(o['at'], 'signature.at'),
    commitment: signed,
  }
}

/** The operator's statement that a submission with hash m arrived at `time` (ms since 1970 UTC); entry = the 34 bytes of its log entry. */
export type PromiseBody = { v: 1; log: string; m: Base64; entry: Base64; time: number }

/** A promise with its Ed25519 signature (64 bytes) by a promise key of the trust list. */
export type SignedPromise = { body: PromiseBody; sig: Base64 }

/** The 32 bytes that are signed: HO("promise", body). A server may sign them with its platform's Ed25519; the bytes are the same. */
export function promiseMessage(body: PromiseBody): Uint8Array {
  return HO('promise', body)
}

/** Signs a promise with a 32-byte Ed25519 secret key (RFC 8032). */
export function signPromise(body: PromiseBody, secretKey: Uint8Array): SignedPromise {
  return { body, sig: toBase64(ed25519.sign(promiseMessage(body), secretKey)) }
}

/** A promise from parsed JSON. Throws `Malformed`. */
export function parsePromise(value: unknown): SignedPromise {
  const o = asObject(value, 'promise', ['body', 'sig'])
  const body = asObject(o['body'], 'promise.body', ['v', 'log', 'm', 'entry', 'time'])
  return {
    body: {
      v: asOneOf(body['v'], 'promise.body.v', [1]),
      log: asText(body['log'], 'promise.body.log'),
      m: asBytes(body['m'], 'promise.body.m', 32),
      entry: asBytes(body['entry'], 'promise.body.entry', 34),
      time: asInteger(body['time'], 'promise.body.time'),
    },
    sig: asBytes(o['sig'], 'promise.sig', 64),
  }
}

/** Whether a promise is signed by this 32-byte Ed25519 key. Strict RFC 8032: signatures that other programs would refuse are refused. */
export function promiseHolds(promise: SignedPromise, publicKey: Uint8Array): boolean {
  try {
    return promiseKeyHolds(promiseMessage(promise.body), fromBase64(promise.sig), publicKey)
  } catch {
    return false
  }
}

/** Whether a promise key signed this message; as strict as `promiseHolds`. */
export function promiseKeyHolds(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    return false
  }
}
