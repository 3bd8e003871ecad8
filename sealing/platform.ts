// What OpenSSL does through Node: the one file of the room that a browser never imports. Server, wallet and hammer take it at their start.
/// <reference types="node" />
import {
  createCipheriv,
  createDecipheriv,
  constants,
  createECDH,
  createHmac,
  createPublicKey,
  type ECDH,
  hash,
  type KeyObject,
  verify,
  type VerifyKeyObjectInput,
} from 'node:crypto'
import { type Gcm, useGcm } from './aead.ts'
import type { Curve } from './curve.ts'
import { concat } from './bytes.ts'
import { type Digests, useDigests } from './hash.ts'
import { Malformed } from './malformed.ts'
import {
  type AlgorithmName,
  isEcdsaSignature,
  isKeyFor,
  plainCheck,
  type PublicKey,
  type SignatureCheck,
} from './signatures/algorithms.ts'

const named = 'prime256v1'

/** SHA-256 and its HMAC: 8 KB in 7 µs, in JavaScript 70. */
export const platformDigests: Digests = {
  sha256: (bytes) => plain(hash('sha256', bytes, 'buffer')),
  hmac: (key, bytes) => plain(createHmac('sha256', key).update(bytes).digest()),
}

const plain = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)

const TAG = 16
const cipherOf = (key: Uint8Array) => (key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm')

/** AES-GCM: an opening spent a fifth of its time on it in JavaScript. */
export const platformGcm: Gcm = {
  seal: (key, nonce, aad, plaintext) => {
    const cipher = createCipheriv(cipherOf(key), key, nonce).setAAD(aad)
    return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
  },
  open: (key, nonce, aad, ciphertext) => {
    const body = ciphertext.length - TAG
    if (body < 0) throw new Malformed('ciphertext', 'shorter than its tag')
    const cipher = createDecipheriv(cipherOf(key), key, nonce, { authTagLength: TAG }).setAAD(aad)
    cipher.setAuthTag(ciphertext.subarray(body))
    return concat(cipher.update(ciphertext.subarray(0, body)), cipher.final())
  },
}

/** From now on digests and AES-GCM of the room are the platform's. */
export function usePlatform(): void {
  useDigests(platformDigests)
  useGcm(platformGcm)
}

/** The same bytes as `blindedCurve` at a tenth of the time (speed.test.ts prints both). Throws `Malformed` for a bad scalar or point. */
export const platformCurve: Curve = {
  publicKey: (secretKey) => {
    const own = withScalar(secretKey)
    return new Uint8Array(own.getPublicKey())
  },
  sharedX: (secretKey, publicKey) => {
    if (publicKey.length !== 65 || publicKey[0] !== 4)
      throw new Malformed('public key', 'not an uncompressed 65-byte point')
    try {
      return new Uint8Array(withScalar(secretKey).computeSecret(publicKey))
    } catch (error) {
      if (error instanceof Malformed) throw error
      throw new Malformed('public key', 'not a point of P-256')
    }
  },
}

function withScalar(secretKey: Uint8Array): ECDH {
  if (secretKey.length !== 32) throw new Malformed('secret key', 'not 32 bytes')
  const own = createECDH(named)
  try {
    own.setPrivateKey(secretKey)
  } catch {
    throw new Malformed('secret key', 'not in 1..n-1')
  }
  return own
}

const keys = new Map<string, KeyObject>()
const mostKeys = 4000

/**
 * Signatures by OpenSSL: 0.1 ms where JavaScript needs 2 to 5. The form is still checked by the room's own reader, since OpenSSL takes some
 * encodings that are not DER.
 */
export const platformSignatureCheck: SignatureCheck = (algorithm, key, message, signature) => {
  if (key.kind !== 'rsa' && !isEcdsaSignature(signature)) return false
  const opened = opensslKey(algorithm, key)
  return opened
    ? verify(algorithm.slice(-6), message, opened, signature)
    : plainCheck(algorithm, key, message, signature)
}

/** `signatureHolds` on another thread: before a deadline the program's own has no 0.1 ms to give for each bid. */
export const signatureHoldsElsewhere = (
  algorithm: AlgorithmName,
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const fits = isKeyFor(algorithm, key) && (key.kind === 'rsa' || isEcdsaSignature(signature))
    const opened = fits ? opensslKey(algorithm, key) : null
    if (!opened) resolve(fits && plainCheck(algorithm, key, message, signature))
    else
      verify(algorithm.slice(-6), message, opened, signature, (error, holds) =>
        error ? reject(error) : resolve(holds),
      )
  })

/** The key as OpenSSL takes it, with the padding of the algorithm; null where it does not take it. */
function opensslKey(algorithm: AlgorithmName, key: PublicKey): VerifyKeyObjectInput | null {
  const name = Buffer.from(key.spki).toString('latin1')
  let opened = keys.get(name)
  try {
    opened ??= createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' })
  } catch {
    return null
  }
  if (keys.size >= mostKeys) keys.clear()
  keys.set(name, opened)
  const padding = algorithm.startsWith('rsa-pss')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {}
  return { key: opened, ...padding }
}
