// Which signature algorithms there are, how they are named in DER, and their check in plain JavaScript or by the platform.
import { p256, p384 } from '@noble/curves/nist.js'
import { sha384, sha512 } from '@noble/hashes/sha2.js'
import { concat, equalBytes } from '../bytes.ts'
import { sha256 } from '../hash.ts'
import { Malformed } from '../malformed.ts'
import {
  bitsOf,
  type Der,
  inside,
  integer,
  integerOf,
  nothing,
  octets,
  oid,
  oidOf,
  readDer,
  sequence,
  tagged,
} from './der.ts'

export type DigestName = 'sha256' | 'sha384' | 'sha512'
export const algorithmNames = [
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
  'rsa-pss-sha256',
  'rsa-pss-sha384',
  'rsa-pss-sha512',
] as const
/** An algorithm with its digest, as the trust list names it. */
export type AlgorithmName = (typeof algorithmNames)[number]

const digests = { sha256, sha384, sha512 }
const digestSizes = { sha256: 32, sha384: 48, sha512: 64 }
export const digestOids: Record<DigestName, string> = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
}
const signatureOids: Record<string, AlgorithmName> = {
  '1.2.840.10045.4.3.2': 'ecdsa-p256-sha256',
  '1.2.840.10045.4.3.3': 'ecdsa-p384-sha384',
  '1.2.840.113549.1.1.11': 'rsa-pkcs1-sha256',
  '1.2.840.113549.1.1.12': 'rsa-pkcs1-sha384',
  '1.2.840.113549.1.1.13': 'rsa-pkcs1-sha512',
}
const rsaKey = '1.2.840.113549.1.1.1'
const pssKey = '1.2.840.113549.1.1.10'
const mgf1 = '1.2.840.113549.1.1.8'
const ecKey = '1.2.840.10045.2.1'
const curves: Record<string, 'p256' | 'p384'> = { '1.2.840.10045.3.1.7': 'p256', '1.3.132.0.34': 'p384' }

/** A public key read from its SubjectPublicKeyInfo; `bits` is the length of the modulus or of the curve. */
export type PublicKey =
  | { readonly kind: 'p256' | 'p384'; readonly spki: Uint8Array; readonly bits: number; readonly point: Uint8Array }
  | { readonly kind: 'rsa'; readonly spki: Uint8Array; readonly bits: number; readonly n: bigint; readonly e: bigint }

/** A host's own check: `signature` as DER carries it. Must answer as the room's own does (algorithms.test.ts). */
export type SignatureCheck = (
  algorithm: AlgorithmName,
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean

let check: SignatureCheck = plainCheck

/** Takes a host's check from now on: OpenSSL needs 0.1 ms for what JavaScript does in 1 to 5. */
export function useSignatureCheck(given: SignatureCheck): void {
  check = given
}

/** Whether the signature over the message holds. A key of another kind than the algorithm's never does. */
export function signatureHolds(
  algorithm: AlgorithmName,
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return isKeyFor(algorithm, key) && check(algorithm, key, message, signature)
}

/** Whether a key is of the algorithm's kind. */
export const isKeyFor = (algorithm: AlgorithmName, key: PublicKey): boolean =>
  key.kind === (algorithm.startsWith('rsa') ? 'rsa' : algorithm.slice(6, 10))

/** The digest of the named algorithm's messages. */
export const digestNameOf = (algorithm: AlgorithmName): DigestName => algorithm.slice(-6) as DigestName

export const digestOf = (name: DigestName, bytes: Uint8Array): Uint8Array => digests[name](bytes)

/** The digest's name of an AlgorithmIdentifier; parameters absent or NULL (RFC 5754 section 2). Throws `Malformed`. */
export function readDigest(element: Der | undefined, path: string): DigestName {
  const [name, parameters, ...more] = inside(element, path)
  const dots = oidOf(name, path)
  const found = (Object.keys(digestOids) as DigestName[]).find((each) => digestOids[each] === dots)
  if (!found) throw new Malformed(path, `digest ${dots} is not used`)
  if (more.length > 0 || (parameters && parameters.tag !== 5)) throw new Malformed(path, 'parameters of a digest')
  return found
}

/** The AlgorithmIdentifier of a digest, parameters absent. */
export const digestIdentifier = (name: DigestName): Uint8Array => sequence(oid(digestOids[name]))

/**
 * The algorithm of an AlgorithmIdentifier. In CMS the identifier may name the key alone (rsaEncryption): the digest is then `beside`.
 * PSS must have MGF1 with the same digest and a salt of its length. Throws `Malformed`.
 */
export function readAlgorithm(element: Der | undefined, path: string, beside?: DigestName): AlgorithmName {
  const [name, parameters, ...more] = inside(element, path)
  const dots = oidOf(name, path)
  if (more.length > 0) throw new Malformed(path, 'more than an algorithm')
  if (dots === pssKey) return readPss(parameters, path)
  if (dots === rsaKey && beside) {
    if (parameters?.tag !== 5) throw new Malformed(path, 'parameters that are not NULL')
    return `rsa-pkcs1-${beside}`
  }
  const found = signatureOids[dots]
  if (!found) throw new Malformed(path, `algorithm ${dots} is not used`)
  if (found.startsWith('ecdsa') ? parameters : parameters?.tag !== 5)
    throw new Malformed(path, 'parameters of an algorithm')
  return found
}

function readPss(parameters: Der | undefined, path: string): AlgorithmName {
  const [hash, mask, salt, ...more] = inside(parameters, path)
  const digest = readDigest(inside(hash, path, 0xa0)[0], path)
  const [maskName, maskDigest] = inside(inside(mask, path, 0xa1)[0], path)
  const length = integerOf(inside(salt, path, 0xa2)[0], path)
  const same = oidOf(maskName, path) === mgf1 && readDigest(maskDigest, path) === digest
  if (more.length > 0 || !same || Number(length) !== digestSizes[digest])
    throw new Malformed(path, 'PSS parameters that are not used')
  return `rsa-pss-${digest}`
}

/** The AlgorithmIdentifier of a signature. */
export function algorithmIdentifier(algorithm: AlgorithmName): Uint8Array {
  const digest = digestNameOf(algorithm)
  if (algorithm.startsWith('rsa-pss')) {
    const hash = sequence(oid(digestOids[digest]), nothing())
    return sequence(
      oid(pssKey),
      sequence(tagged(0, hash), tagged(1, sequence(oid(mgf1), hash)), tagged(2, integer(digestSizes[digest]))),
    )
  }
  const dots = Object.keys(signatureOids).find((each) => signatureOids[each] === algorithm) ?? ''
  return algorithm.startsWith('rsa') ? sequence(oid(dots), nothing()) : sequence(oid(dots))
}

/** Reads a SubjectPublicKeyInfo. Throws `Malformed` for keys of other kinds, points off the curve, and weak RSA exponents. */
export function readPublicKey(spki: Uint8Array, path: string): PublicKey {
  const [algorithm, key, ...more] = inside(readDer(spki, path), path)
  const [name, parameters] = inside(algorithm, path)
  if (more.length > 0) throw new Malformed(path, 'more than a key')
  const dots = oidOf(name, path)
  const bytes = bitsOf(key, path)
  if (dots === ecKey) {
    const kind = curves[oidOf(parameters, path)]
    if (!kind) throw new Malformed(path, 'a curve that is not used')
    try {
      if (bytes[0] !== 4) throw new Error('compressed')
      ;(kind === 'p256' ? p256 : p384).Point.fromBytes(bytes).assertValidity()
    } catch {
      throw new Malformed(path, 'no point of its curve')
    }
    return { kind, spki, bits: kind === 'p256' ? 256 : 384, point: bytes }
  }
  if (dots !== rsaKey || parameters?.tag !== 5) throw new Malformed(path, `a key of kind ${dots} is not used`)
  const [modulus, exponent, ...rest] = inside(readDer(bytes, path), path)
  const n = integerOf(modulus, path)
  const e = integerOf(exponent, path)
  if (rest.length > 0 || n <= 0n || n % 2n === 0n || e < 65_537n || e % 2n === 0n || e >= 1n << 64n)
    throw new Malformed(path, 'an RSA key that is not used')
  return { kind: 'rsa', spki, bits: n.toString(2).length, n, e }
}

/** Whether the bytes are ECDSA-Sig-Value in DER with two positive numbers: anything else is no signature, whatever the arithmetic says. */
export function isEcdsaSignature(signature: Uint8Array): boolean {
  try {
    const parts = inside(readDer(signature, 'signature'), 'signature')
    return parts.length === 2 && parts.every((part) => integerOf(part, 'signature') > 0n)
  } catch {
    return false
  }
}

/** The check in JavaScript: a browser and the verifier's page have no other that answers at once. */
export function plainCheck(
  algorithm: AlgorithmName,
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const name = digestNameOf(algorithm)
  const digest = digests[name](message)
  try {
    if (key.kind !== 'rsa') {
      const curve = key.kind === 'p256' ? p256 : p384
      if (!isEcdsaSignature(signature)) return false
      const [r = 0n, s = 0n] = inside(readDer(signature, 'signature'), 'signature').map((part) =>
        integerOf(part, 'signature'),
      )
      const raw = new curve.Signature(r, s).toBytes('compact')
      return curve.verify(raw, digest, key.point, { prehash: false, lowS: false })
    }
    const size = Math.ceil(key.bits / 8)
    if (signature.length !== size) return false
    const opened = power(numberOf(signature), key.e, key.n)
    if (opened === null) return false
    const encoded = bytesOf(opened, size)
    if (algorithm.startsWith('rsa-pss')) return pssHolds(encoded, digest, name, key.bits)
    const info = sequence(sequence(oid(digestOids[name]), nothing()), octets(digest))
    if (size < info.length + 11) return false
    const wanted = concat(
      Uint8Array.of(0, 1),
      new Uint8Array(size - info.length - 3).fill(0xff),
      Uint8Array.of(0),
      info,
    )
    return equalBytes(encoded, wanted)
  } catch {
    return false
  }
}

const numberOf = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)

const bytesOf = (number: bigint, size: number): Uint8Array => {
  const bytes = new Uint8Array(size)
  for (let n = size - 1, rest = number; n >= 0; n -= 1, rest >>= 8n) bytes[n] = Number(rest & 255n)
  return bytes
}

/** base^e mod n; null when base is not below n. */
function power(base: bigint, e: bigint, n: bigint): bigint | null {
  if (base >= n) return null
  let result = 1n
  for (let square = base, rest = e; rest > 0n; rest >>= 1n, square = (square * square) % n)
    if (rest & 1n) result = (result * square) % n
  return result
}

/** EMSA-PSS-VERIFY of RFC 8017 section 9.1.2, the salt as long as the digest. */
function pssHolds(encodedWhole: Uint8Array, digest: Uint8Array, name: DigestName, keyBits: number): boolean {
  const emBits = keyBits - 1
  const size = Math.ceil(emBits / 8)
  if (encodedWhole.length > size && encodedWhole[0] !== 0) return false
  const encoded = encodedWhole.subarray(encodedWhole.length - size)
  const length = digest.length
  if (size < 2 * length + 2 || encoded.at(-1) !== 0xbc) return false
  const masked = encoded.subarray(0, size - length - 1)
  const hash = encoded.subarray(size - length - 1, -1)
  const spare = 0xff00 >> (8 * size - emBits)
  if (((masked[0] ?? 0) & spare & 0xff) !== 0) return false
  const mask: number[] = []
  for (let c = 0; mask.length < masked.length; c += 1)
    mask.push(...digests[name](concat(hash, Uint8Array.of(c >> 24, c >> 16, c >> 8, c))))
  const block = masked.map((byte, n) => byte ^ (mask[n] ?? 0))
  block[0] = (block[0] ?? 0) & ~spare & 0xff
  const zeros = size - 2 * length - 2
  if (block.subarray(0, zeros).some((byte) => byte !== 0) || block[zeros] !== 1) return false
  const salt = block.subarray(zeros + 1)
  return equalBytes(digests[name](concat(new Uint8Array(8), digest, salt)), hash)
}
