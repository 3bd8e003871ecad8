// The private keys of one holder for one tender, made and used in the holder's own browser; outside of it they exist only wrapped.
import { parseTrustList, type TrustList } from '@naru/sealing/signatures/trust-list.ts'
import { concat, equalBytes, toBase64, u32, utf8 } from '@naru/sealing/bytes.ts'
import type { KeyRecord } from '@naru/sealing/descriptor.ts'
import { deriveKeyPair } from '@naru/sealing/hpke.ts'
import { canonical, parseCanonical } from '@naru/sealing/jcs.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { asArray, asBytes, asInteger, asObject, asOneOf, asText } from '@naru/sealing/shape.ts'

/** Whose keys, for what, and whom their holder believed when they were made: at the opening nothing newer counts. */
export interface RingHead {
  readonly v: 1
  readonly tender: string
  readonly person: string
  readonly group: string
  readonly i: number
  /** The trust list of the deposit (docs/protocol.md §9): witnesses and quorum, promise keys, time-stamp authorities. */
  readonly trust: TrustList
}

/** One key; `secret` are the 32 bytes of the scalar. */
export interface RoundKey {
  readonly round: number
  readonly pk: string
  readonly secret: Uint8Array
}
export interface KeyRing extends RingHead {
  readonly keys: readonly RoundKey[]
}

/** Makes a new key for each round. `random32` gives 32 fresh bytes. */
export function makeRing(head: RingHead, rounds: readonly number[], random32: () => Uint8Array): KeyRing {
  const keys = rounds.map((round) => {
    const { secretKey, publicKey } = deriveKeyPair(random32())
    return { round, pk: toBase64(publicKey), secret: secretKey }
  })
  return { ...head, keys }
}

/** The public half, as the act `deposit-keys` takes it. */
export const recordsOf = (ring: KeyRing): KeyRecord[] =>
  ring.keys.map(({ round, pk }) => ({
    v: 1,
    tender: ring.tender,
    round,
    officer: ring.person,
    group: ring.group,
    i: ring.i,
    pk,
    cert: null,
  }))

/** Writes zeros over the private keys; what JavaScript copied elsewhere is out of reach. */
export function wipe(ring: Pick<KeyRing, 'keys'>): void {
  for (const { secret } of ring.keys) secret.fill(0)
}

/** The bytes that are wrapped: u32(length of the head), the head in canonical JSON, then 32 bytes a key. No secret becomes a text, which could not be overwritten. */
export function packRing(ring: KeyRing): Uint8Array {
  const { keys, ...head } = ring
  const text = canonical({ ...head, keys: keys.map(({ round, pk }) => ({ round, pk })) })
  return concat(u32(text.length), text, ...keys.map(({ secret }) => secret))
}

/** The ring in bytes of `packRing`; the bytes are overwritten. Throws `Malformed`, also where a public key is not that of its private one. */
export function unpackRing(bytes: Uint8Array): KeyRing {
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0)
    const o = asObject(parseCanonical(bytes.subarray(4, 4 + length)), 'keys', [
      'v',
      'tender',
      'person',
      'group',
      'i',
      'trust',
      'keys',
    ])
    const heads = asArray(o['keys'], 'keys.keys', 9)
    if (bytes.length !== 4 + length + 32 * heads.length) throw new Malformed('keys', 'of another length')
    const keys = heads.map((each, n): RoundKey => {
      const key = asObject(each, `keys.keys[${n}]`, ['round', 'pk'])
      const from = 4 + length + 32 * n
      return {
        round: asInteger(key['round'], 'round', 1, 99),
        pk: asBytes(key['pk'], 'pk', 65),
        secret: bytes.slice(from, from + 32),
      }
    })
    return {
      v: asOneOf(o['v'], 'v', [1]),
      tender: asText(o['tender'], 'tender'),
      person: asText(o['person'], 'person'),
      group: asText(o['group'], 'group'),
      i: asInteger(o['i'], 'i', 1, 255),
      trust: parseTrustList(o['trust']),
      keys,
    }
  } catch (error) {
    if (error instanceof RangeError) throw new Malformed('keys', 'too short')
    throw error
  } finally {
    bytes.fill(0)
  }
}

/** Whether a ring is the one of this person for this tender; a file of another tender is no help and is said so. */
export const isRingOf = (ring: RingHead, tender: string, person: string): boolean =>
  equalBytes(utf8(ring.tender), utf8(tender)) && ring.person === person
