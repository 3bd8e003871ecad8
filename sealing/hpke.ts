// HPKE (RFC 9180), base mode, single message: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, with a derived ephemeral key.
import { gcmOpen, gcmSeal } from './aead.ts'
import { concat, u8, u16, utf8 } from './bytes.ts'
import { blindedCurve, type Curve, checkPublicKey, isSecretKey } from './curve.ts'
import { hkdfExpand, hkdfExtract } from './hash.ts'

const NOTHING = new Uint8Array(0)
const KEM = concat(utf8('KEM'), u16(0x0010))
const VERSION = utf8('HPKE-v1')

/** The AEAD of a suite: its number in RFC 9180 and its key length in bytes. AES-128-GCM is here for the RFC's own test vectors. */
export type Aead = { readonly id: number; readonly keyLength: number }
export const aes256gcm: Aead = { id: 0x0002, keyLength: 32 }
export const aes128gcm: Aead = { id: 0x0001, keyLength: 16 }

function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
  return hkdfExtract(salt, concat(VERSION, suite, utf8(label), ikm))
}

function labeledExpand(
  suite: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return hkdfExpand(prk, concat(u16(length), VERSION, suite, utf8(label), info), length)
}

/** DeriveKeyPair of RFC 9180 section 7.1.3 for P-256: the 32-byte scalar. Throws an error with probability 2^-8192. */
export function deriveSecretKey(ikm: Uint8Array): Uint8Array {
  const prk = labeledExtract(KEM, NOTHING, 'dkp_prk', ikm)
  for (let counter = 0; counter < 256; counter += 1) {
    const candidate = labeledExpand(KEM, prk, 'candidate', u8(counter), 32)
    if (isSecretKey(candidate)) return candidate
  }
  throw new Error('no key pair from this material')
}

/** A key pair from 32 random bytes: how a key holder makes the key of a round, and a sealer the ephemeral one. */
export function deriveKeyPair(
  ikm: Uint8Array,
  curve: Curve = blindedCurve,
): { secretKey: Uint8Array; publicKey: Uint8Array } {
  const secretKey = deriveSecretKey(ikm)
  return { secretKey, publicKey: curve.publicKey(secretKey) }
}

/** A one-message encryption context: key and nonce from the Diffie-Hellman value (RFC 9180 sections 4.1 and 5.1). */
function schedule(
  dh: Uint8Array,
  enc: Uint8Array,
  publicKey: Uint8Array,
  info: Uint8Array,
  aead: Aead,
): { key: Uint8Array; nonce: Uint8Array } {
  const eaePrk = labeledExtract(KEM, NOTHING, 'eae_prk', dh)
  const shared = labeledExpand(KEM, eaePrk, 'shared_secret', concat(enc, publicKey), 32)
  const suite = concat(utf8('HPKE'), u16(0x0010), u16(0x0001), u16(aead.id))
  const context = concat(
    u8(0),
    labeledExtract(suite, NOTHING, 'psk_id_hash', NOTHING),
    labeledExtract(suite, NOTHING, 'info_hash', info),
  )
  const secret = labeledExtract(suite, shared, 'secret', NOTHING)
  return {
    key: labeledExpand(suite, secret, 'key', context, aead.keyLength),
    nonce: labeledExpand(suite, secret, 'base_nonce', context, 12),
  }
}

export type SealInput = {
  /** 65 bytes, already checked to be on the curve. */
  readonly publicKey: Uint8Array
  /** Material of the ephemeral key, 32 bytes that are used for nothing else. */
  readonly ikmE: Uint8Array
  readonly info: Uint8Array
  readonly aad: Uint8Array
  readonly plaintext: Uint8Array
  readonly curve?: Curve
  readonly aead?: Aead
}

/** HPKE.Seal with the ephemeral key of DeriveKeyPair(ikmE): the same input always gives the same bytes. */
export function hpkeSeal(input: SealInput): { enc: Uint8Array; ct: Uint8Array } {
  const { publicKey, ikmE, info, aad, plaintext, curve = blindedCurve, aead = aes256gcm } = input
  const ephemeral = deriveSecretKey(ikmE)
  const enc = curve.publicKey(ephemeral)
  const { key, nonce } = schedule(curve.sharedX(ephemeral, publicKey), enc, publicKey, info, aead)
  return { enc, ct: gcmSeal(key, nonce, aad, plaintext) }
}

export type OpenInput = {
  /** The x-coordinate of the recipient's scalar times enc, 32 bytes: all a smart card or WebCrypto gives, and all that is needed. */
  readonly dh: Uint8Array
  /** The recipient's own public key, 65 bytes. */
  readonly publicKey: Uint8Array
  readonly enc: Uint8Array
  readonly info: Uint8Array
  readonly aad: Uint8Array
  readonly ct: Uint8Array
  readonly aead?: Aead
}

/** HPKE.Open given the Diffie-Hellman value; null where the ciphertext is not authentic. */
export function hpkeOpenWithDh(input: OpenInput): Uint8Array | null {
  const { dh, publicKey, enc, info, aad, ct, aead = aes256gcm } = input
  const { key, nonce } = schedule(dh, enc, publicKey, info, aead)
  try {
    return gcmOpen(key, nonce, aad, ct)
  } catch {
    return null
  }
}

/** HPKE.Open with the private scalar; null where enc is not a point of the curve or the ciphertext is not authentic. */
export function hpkeOpen(
  input: Omit<OpenInput, 'dh' | 'publicKey'> & { readonly secretKey: Uint8Array; readonly curve?: Curve },
): Uint8Array | null {
  const { secretKey, enc, curve = blindedCurve } = input
  try {
    checkPublicKey(enc)
  } catch {
    return null
  }
  return hpkeOpenWithDh({ ...input, dh: curve.sharedX(secretKey, enc), publicKey: curve.publicKey(secretKey) })
}
