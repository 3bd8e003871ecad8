// Labelled hashes and key derivation: every hash of the protocol names its purpose, so that no value can be used for another.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { concat, u8, u32, utf8 } from './bytes.ts'
import { canonical } from './jcs.ts'

const PREFIX = 'eproc/v1/'

/** SHA-256 and HMAC-SHA-256, 32 bytes each. */
export type Digests = {
  sha256(bytes: Uint8Array): Uint8Array
  hmac(key: Uint8Array, bytes: Uint8Array): Uint8Array
}

let digests: Digests = { sha256: nobleSha256, hmac: (key, bytes) => hmac(nobleSha256, key, bytes) }

/** Takes a host's own digests from now on; they must give the same bytes (platform.test.ts). Without it the room's are JavaScript. */
export function useDigests(given: Digests): void {
  digests = given
}

/** SHA-256, 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return digests.sha256(bytes)
}

/** H(label, p1..pn) = SHA-256(u8(len) || "eproc/v1/" + label || for each part: u32(len) || part), 32 bytes. */
export function H(label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const name = utf8(PREFIX + label)
  const pieces: Uint8Array[] = [u8(name.length), name]
  for (const part of parts) pieces.push(u32(part.length), part)
  return digests.sha256(concat(...pieces))
}

/** HO(label, object) = H(label, canonical JSON of the object), 32 bytes. Throws `Malformed` if the object has no canonical form. */
export function HO(label: string, object: unknown): Uint8Array {
  return H(label, canonical(object))
}

/** HKDF-Extract with SHA-256 (RFC 5869 section 2.2). */
export function hkdfExtract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
  return digests.hmac(salt, ikm)
}

/** HKDF-Expand with SHA-256 (RFC 5869 section 2.3), `length` bytes, at most 8,160. */
export function hkdfExpand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (length > 255 * 32) throw new RangeError('HKDF gives at most 8160 bytes')
  const okm = new Uint8Array(length)
  let block: Uint8Array = new Uint8Array(0)
  for (let n = 1, at = 0; at < length; n += 1, at += 32) {
    block = digests.hmac(prk, concat(block, info, Uint8Array.of(n)))
    okm.set(block.subarray(0, length - at), at)
  }
  return okm
}
