// FLOE (c2sp.org/FLOE): authenticated encryption of large files segment by segment, in constant memory, in browser and Node by WebCrypto.
import { hmac } from '@noble/hashes/hmac.js'
import { sha384 } from '@noble/hashes/sha2.js'
import { concat, equalBytes, u8, u32, u64, utf8 } from './bytes.ts'
import { Malformed } from './malformed.ts'

/** What a family member of FLOE fixes: bytes of an encrypted segment, and how many low bits of a position share one key. */
export type FloeParameters = { segmentLength: number; rotationBits: number }

/** Suite 1: AES-256-GCM, HKDF-Expand-SHA-384, segments of 1 MiB when encrypted, a new key every 2^20 segments. */
export const FLOE: FloeParameters = { segmentLength: 1_048_576, rotationBits: 20 }

/** Bytes of a FLOE header: parameters 10, IV 32, tag 32. */
export const FLOE_HEADER = 74
/** Bytes that a segment adds to its plaintext: length 4, IV 12, tag 16. */
export const SEGMENT_OVERHEAD = 32

const [AES_GCM_256, HKDF_SHA_384] = [0, 0]
const IV_LENGTH = 32
const NOT_FINAL = 0xffffffff

/** A segment's place: counted from 0; `final` is true for the last one only. */
export type Place = { position: number; final: boolean }

/** Encrypts the segments of one file in any order. The caller uses each place once, or again with another `iv`. */
export type FloeSealer = {
  header: Uint8Array
  encrypt(place: Place, plaintext: Uint8Array, iv: Uint8Array): Promise<Uint8Array>
}

/** Decrypts segments in any order; throws `Malformed` for a segment that is not the one of this file and place. */
export type FloeOpener = { decrypt(place: Place, segment: Uint8Array): Promise<Uint8Array> }

/** PARAM_ENCODE: u8 AEAD || u8 KDF || u32 segment length || u32 IV length. */
function encoded(parameters: FloeParameters): Uint8Array {
  return concat(u8(AES_GCM_256), u8(HKDF_SHA_384), u32(parameters.segmentLength), u32(IV_LENGTH))
}

/** The file's own secrets: header tag and message key, and from the latter the keys of its segments. */
function stateOf(parameters: FloeParameters, key: Uint8Array, iv: Uint8Array, aad: Uint8Array) {
  if (key.length !== 32) throw new Malformed('file key', 'not 32 bytes')
  if (iv.length !== IV_LENGTH) throw new Malformed('file IV', 'not 32 bytes')
  const prefix = concat(encoded(parameters), iv)
  // HKDF-Expand (RFC 5869 section 2.3) up to one block of SHA-384: nothing here is longer than 48 bytes.
  const kdf = (from: Uint8Array, purpose: Uint8Array, length: number): Uint8Array =>
    hmac(sha384, from, concat(prefix, purpose, aad, u8(1))).slice(0, length)
  const messageKey = kdf(key, utf8('MESSAGE_KEY:'), 48)
  const keys = new Map<number, Promise<CryptoKey>>()
  const keyOf = (position: number): Promise<CryptoKey> => {
    const masked = position - (position % 2 ** parameters.rotationBits)
    const known = keys.get(masked)
    if (known) return known
    const raw = kdf(messageKey, concat(utf8('DEK:'), u64(masked)), 32)
    const made = crypto.subtle.importKey('raw', plain(raw), 'AES-GCM', false, ['encrypt', 'decrypt'])
    keys.set(masked, made)
    return made
  }
  return { prefix, tag: kdf(key, utf8('HEADER_TAG:'), 32), keyOf }
}

// WebCrypto takes no view on shared memory; what comes in here never is one.
const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>

const aadOf = ({ position, final }: Place): Uint8Array => concat(u64(position), u8(final ? 1 : 0))

/** The most plaintext bytes of a segment: 1,048,544 in suite 1. */
export const plainSegment = ({ segmentLength }: FloeParameters = FLOE): number => segmentLength - SEGMENT_OVERHEAD

/** Begins to encrypt a file: key and iv of 32 bytes, iv random and new for each file. Throws `Malformed`. */
export function floeSealer(
  key: Uint8Array,
  aad: Uint8Array,
  iv: Uint8Array,
  parameters: FloeParameters = FLOE,
): FloeSealer {
  const { prefix, tag, keyOf } = stateOf(parameters, key, iv, aad)
  return {
    header: concat(prefix, tag),
    encrypt: async (place, plaintext, segmentIv) => {
      const most = plainSegment(parameters)
      if (plaintext.length > most || (!place.final && plaintext.length < most))
        throw new Malformed('segment', 'plaintext of a length that its place does not have')
      if (segmentIv.length !== 12) throw new Malformed('segment IV', 'not 12 bytes')
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv: plain(segmentIv), additionalData: plain(aadOf(place)) },
        await keyOf(place.position),
        plain(plaintext),
      )
      const length = place.final ? SEGMENT_OVERHEAD + plaintext.length : NOT_FINAL
      return concat(u32(length), segmentIv, new Uint8Array(sealed))
    },
  }
}

/** Begins to decrypt a file; throws `Malformed` unless the header is of these parameters and made with this key and aad. */
export function floeOpener(
  key: Uint8Array,
  aad: Uint8Array,
  header: Uint8Array,
  parameters: FloeParameters = FLOE,
): FloeOpener {
  if (header.length !== FLOE_HEADER) throw new Malformed('file header', 'not 74 bytes')
  if (!equalBytes(header.subarray(0, 10), encoded(parameters)))
    throw new Malformed('file header', 'of other parameters')
  const { tag, keyOf } = stateOf(parameters, key, header.slice(10, 42), aad)
  if (!equalBytes(tag, header.subarray(42))) throw new Malformed('file header', 'not made with this key')
  return {
    decrypt: async (place, segment) => {
      const { length } = segment
      if (length < SEGMENT_OVERHEAD || length > parameters.segmentLength)
        throw new Malformed('segment', 'of a length that no segment has')
      const told = new DataView(segment.buffer, segment.byteOffset).getUint32(0)
      if (place.final ? told !== length : told !== NOT_FINAL || length !== parameters.segmentLength)
        throw new Malformed('segment', 'not of this place in the file')
      const iv = segment.subarray(4, 16)
      try {
        const data = await crypto.subtle.decrypt(
          { name: 'AES-GCM', iv: plain(iv), additionalData: plain(aadOf(place)) },
          await keyOf(place.position),
          plain(segment.subarray(16)),
        )
        return new Uint8Array(data)
      } catch {
        throw new Malformed('segment', 'does not decrypt')
      }
    },
  }
}
