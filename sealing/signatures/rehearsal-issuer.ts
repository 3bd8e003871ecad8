// Invented authorities and people for tests: keys from fixed seeds, certificates as a test wishes them, right or wrong.
import { p256, p384 } from '@noble/curves/nist.js'
import { concat } from '../bytes.ts'
import { rehearsedBytes } from '../rehearsal.ts'
import { type AlgorithmName, digestIdentifier, digestNameOf, digestOf } from './algorithms.ts'
import { extendedUses } from './certificate.ts'
import { bits, octets, oid, sequence } from './der.ts'
import { attributeTypes, type CertificateWish, issueCertificate, type IssuerKey, issueToken, nameOf } from './issue.ts'

const seedOf = (seed: string, length: number): Uint8Array =>
  concat(rehearsedBytes(seed, 0), rehearsedBytes(seed, 1), rehearsedBytes(seed, 2)).subarray(0, length)

const serialOf = (seed: string): Uint8Array =>
  concat(Uint8Array.of(0x40), rehearsedBytes('serial', seed).subarray(0, 7))

export interface RehearsedKey extends IssuerKey {
  readonly spki: Uint8Array
  readonly secret: Uint8Array
}

/** An ECDSA key from the seed's text. */
export function rehearsedKey(seed: string, curve: 'p256' | 'p384' = 'p256'): RehearsedKey {
  const made = curve === 'p256' ? p256 : p384
  const { secretKey, publicKey } = made.keygen(seedOf(seed, curve === 'p256' ? 48 : 72))
  const point = made.Point.fromBytes(publicKey).toBytes(false)
  const algorithm: AlgorithmName = curve === 'p256' ? 'ecdsa-p256-sha256' : 'ecdsa-p384-sha384'
  return {
    algorithm,
    spki: sequence(
      sequence(oid('1.2.840.10045.2.1'), oid(curve === 'p256' ? '1.2.840.10045.3.1.7' : '1.3.132.0.34')),
      bits(point),
    ),
    secret: secretKey,
    sign: (message) =>
      made.sign(digestOf(digestNameOf(algorithm), message), secretKey, { prehash: false, lowS: false, format: 'der' }),
  }
}

/** The days of all rehearsed certificates: 1 January 2026 to 1 January 2031. */
export const rehearsedDays = { from: 1_767_225_600_000, until: 1_924_992_000_000 }

export const rehearsedName = (text: string): Uint8Array =>
  nameOf([attributeTypes.organisation, 'Rehearsal'], [attributeTypes.commonName, text])

export interface Rehearsed {
  readonly key: RehearsedKey
  readonly certificate: Uint8Array
  readonly name: Uint8Array
}

/** A root that signs itself. */
export async function rehearsedRoot(seed: string, wish: Partial<CertificateWish> = {}): Promise<Rehearsed> {
  const key = rehearsedKey(seed)
  const name = rehearsedName(seed)
  const certificate = await issueCertificate(
    {
      serial: serialOf(seed),
      subject: name,
      issuer: name,
      spki: key.spki,
      ...rehearsedDays,
      authority: { pathLength: null },
      uses: ['keyCertSign', 'cRLSign'],
      ...wish,
    },
    key,
  )
  return { key, certificate, name }
}

/** A certificate below an issuer; without `wish` one for signatures. */
export async function rehearsedBelow(
  issuer: Rehearsed,
  seed: string,
  wish: Partial<CertificateWish> = {},
  key: RehearsedKey = rehearsedKey(seed),
): Promise<Rehearsed> {
  const name = wish.subject ?? rehearsedName(seed)
  const certificate = await issueCertificate(
    {
      serial: serialOf(seed),
      subject: name,
      issuer: issuer.name,
      spki: key.spki,
      ...rehearsedDays,
      uses: ['digitalSignature', 'contentCommitment'],
      ...wish,
    },
    issuer.key,
  )
  return { key, certificate, name }
}

/** An invented time-stamp authority: its root, and how it stamps a message at a time (ms). */
export interface RehearsedAuthority {
  readonly root: Rehearsed
  stamp(message: Uint8Array, genTime: number): Promise<Uint8Array>
}

/** A time-stamp authority from a seed; `policy` is an OID. The same message and time give the same token. */
export async function rehearsedAuthority(seed: string, policy = '1.2.3.4'): Promise<RehearsedAuthority> {
  const root = await rehearsedRoot(seed)
  const { key, certificate } = await rehearsedBelow(root, `${seed} stamps`, {
    uses: ['digitalSignature'],
    extended: [extendedUses.timeStamping],
    extendedCritical: true,
  })
  const signer = { certificate, algorithm: key.algorithm, sign: key.sign }
  return {
    root,
    stamp: (message, genTime) => {
      const imprint = sequence(digestIdentifier('sha256'), octets(digestOf('sha256', message)))
      const serial = concat(Uint8Array.of(0x40), rehearsedBytes(seed, genTime % 2 ** 32).subarray(0, 7))
      return issueToken({ policy, imprint, serial, genTime, accuracyMs: 1000 }, signer, [root.certificate])
    },
  }
}
