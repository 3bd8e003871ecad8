// Labelled hashes and key derivation: every hash of the protocol names its purpose, so that no value can be used for another.
import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { concat, u8, u32, utf8 } from './bytes.ts'
import { canonical } from './jcs.ts'

const PREFIX = 'eproc/v1/'

/** SHA-256, 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes)
}

/** H(label, p1..pn) = SHA-256(u8(len) || "eproc/v1/" + label || for each part: u32(len) || part), 32 bytes. */
export function H(label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const name = utf8(PREFIX + label)
  const pieces: Uint8Array[] = [u8(name.length), name]
  for (const part of parts) pieces.push(u32(part.length), part)
  return nobleSha256(concat(...pieces))
}

/** HO(label, object) = H(label, canonical JSON of the object), 32 bytes. Throws `Malformed` if the object has no canonical form. */
export function HO(label: string, object: unknown): Uint8Array {
  return H(label, canonical(object))
}

/** HKDF-Extract with SHA-256 (RFC 5869). */
export function hkdfExtract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
  return extract(nobleSha256, ikm, salt)
}

/** HKDF-Expand with SHA-256 (RFC 5869), `length` bytes. */
export function hkdfExpand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return expand(nobleSha256, prk, info, length)
}
