// Writes what authorities issue: certificates, revocation lists, OCSP answers, time-stamp tokens. Sandbox counterparts and tests use it.

import { type AlgorithmName, algorithmIdentifier, digestIdentifier, type DigestName, digestOf } from './algorithms.ts'
import { type Certificate, keyBits, type KeyUse } from './certificate.ts'
import { oids } from './cms.ts'
import {
  bits,
  boolean,
  der,
  generalizedTime,
  implicit,
  integer,
  namedBits,
  nothing,
  octets,
  oid,
  sequence,
  setOf,
  tagged,
  tags,
  time,
  utf8String,
} from './der.ts'
import { type Signer, signContent } from './signed-content.ts'

/** The key of an issuer: the algorithm it signs with and the signing itself. */
export type IssuerKey = { readonly algorithm: AlgorithmName; readonly sign: Signer['sign'] }

/** Attribute types of names that we write and read. */
export const attributeTypes = {
  commonName: '2.5.4.3',
  country: '2.5.4.6',
  organisation: '2.5.4.10',
  /** X.520 organizationIdentifier: the id of the organisation that the person acts for. */
  organisationIdentifier: '2.5.4.97',
  /** X.520 serialNumber: the id of the person. */
  serialNumber: '2.5.4.5',
} as const

/** A distinguished name from attribute types (OIDs) and texts, one per RDN. */
export const nameOf = (...pairs: readonly (readonly [string, string])[]): Uint8Array =>
  sequence(
    ...pairs.map(([type, text]) =>
      setOf(
        sequence(
          oid(type),
          type === attributeTypes.country
            ? der(tags.printableString, new TextEncoder().encode(text))
            : utf8String(text),
        ),
      ),
    ),
  )

const extension = (type: string, critical: boolean, value: Uint8Array): Uint8Array =>
  sequence(oid(type), ...(critical ? [boolean(true)] : []), octets(value))

const useBits: Record<KeyUse, number> = { digitalSignature: 0, contentCommitment: 1, keyCertSign: 5, cRLSign: 6 }

/** What a certificate says. Times in ms; `extended` are OIDs of extended key uses, critical if `extendedCritical`. */
export type CertificateWish = {
  readonly serial: Uint8Array
  readonly subject: Uint8Array
  readonly issuer: Uint8Array
  readonly spki: Uint8Array
  readonly from: number
  readonly until: number
  readonly authority?: { readonly pathLength: number | null }
  readonly uses?: readonly KeyUse[]
  readonly extended?: readonly string[]
  readonly extendedCritical?: boolean
  readonly policies?: readonly string[]
  readonly crl?: string
  readonly ocsp?: string
  readonly noCheck?: boolean
  /** Extensions in DER as they stand. */
  readonly more?: readonly Uint8Array[]
}

const uri = (address: string): Uint8Array => implicit(6, new TextEncoder().encode(address))

/** A certificate in DER. */
export async function issueCertificate(wish: CertificateWish, key: IssuerKey): Promise<Uint8Array> {
  const { authority, uses, extended } = wish
  const extensions = [
    ...(authority
      ? [
          extension(
            '2.5.29.19',
            true,
            sequence(boolean(true), ...(authority.pathLength === null ? [] : [integer(authority.pathLength)])),
          ),
        ]
      : []),
    ...(uses ? [extension('2.5.29.15', true, namedBits(...uses.map((each) => useBits[each])))] : []),
    ...(extended ? [extension('2.5.29.37', wish.extendedCritical ?? false, sequence(...extended.map(oid)))] : []),
    ...(wish.policies
      ? [extension('2.5.29.32', false, sequence(...wish.policies.map((each) => sequence(oid(each)))))]
      : []),
    ...(wish.crl ? [extension('2.5.29.31', false, sequence(sequence(tagged(0, tagged(0, uri(wish.crl))))))] : []),
    ...(wish.ocsp
      ? [extension('1.3.6.1.5.5.7.1.1', false, sequence(sequence(oid('1.3.6.1.5.5.7.48.1'), uri(wish.ocsp))))]
      : []),
    ...(wish.noCheck ? [extension('1.3.6.1.5.5.7.48.1.5', false, nothing())] : []),
    ...(wish.more ?? []),
  ]
  return signed(
    [
      tagged(0, integer(2)),
      integer(wish.serial),
      algorithmIdentifier(key.algorithm),
      wish.issuer,
      sequence(time(wish.from), time(wish.until)),
      wish.subject,
      wish.spki,
      ...(extensions.length > 0 ? [tagged(3, sequence(...extensions))] : []),
    ],
    key,
  )
}

async function signed(parts: readonly Uint8Array[], key: IssuerKey): Promise<Uint8Array> {
  const inner = sequence(...parts)
  return sequence(inner, algorithmIdentifier(key.algorithm), bits(await key.sign(inner)))
}

/** A certificate that was taken back: its serial in DER, when (ms), and the reason of RFC 5280 section 5.3.1. */
export type Revocation = { readonly serialDer: Uint8Array; readonly at: number; readonly reason: number }

/** A CRL (version 2) of an issuer. */
export const issueCrl = (
  wish: { issuer: Uint8Array; number: number; from: number; next: number; revoked: readonly Revocation[] },
  key: IssuerKey,
): Promise<Uint8Array> =>
  signed(
    [
      integer(1),
      algorithmIdentifier(key.algorithm),
      wish.issuer,
      time(wish.from),
      time(wish.next),
      ...(wish.revoked.length > 0
        ? [
            sequence(
              ...wish.revoked.map(({ serialDer, at, reason }) =>
                sequence(
                  serialDer,
                  time(at),
                  sequence(extension('2.5.29.21', false, der(tags.enumerated, Uint8Array.of(reason)))),
                ),
              ),
            ),
          ]
        : []),
      tagged(0, sequence(extension('2.5.29.20', false, integer(wish.number)))),
    ],
    key,
  )

/** What an OCSP answer says of one certificate. */
export type OcspStatus = 'good' | 'unknown' | { readonly at: number; readonly reason: number }

/** The CertID of RFC 6960 for a certificate, by its issuer. */
export const certificateId = (
  certificate: Certificate,
  issuer: Certificate,
  digest: DigestName = 'sha256',
): Uint8Array =>
  sequence(
    digestIdentifier(digest),
    octets(digestOf(digest, issuer.subject)),
    octets(digestOf(digest, keyBits(issuer))),
    certificate.serialDer,
  )

/** An OCSPResponse (RFC 6960) for one CertID, signed by the responder, whose certificate goes with it. */
export async function issueOcsp(
  wish: { id: Uint8Array; status: OcspStatus; at: number; next: number; nonce?: Uint8Array; responder: Certificate },
  key: IssuerKey,
): Promise<Uint8Array> {
  const { status } = wish
  const said =
    status === 'good'
      ? implicit(0, new Uint8Array(0))
      : status === 'unknown'
        ? implicit(2, new Uint8Array(0))
        : tagged(
            1,
            generalizedTime(Math.floor(status.at / 1000) * 1000),
            tagged(0, der(tags.enumerated, Uint8Array.of(status.reason))),
          )
  const whole = (ms: number): Uint8Array => generalizedTime(Math.floor(ms / 1000) * 1000)
  const inner = sequence(
    tagged(1, wish.responder.subject),
    whole(wish.at),
    sequence(sequence(wish.id, said, whole(wish.at), tagged(0, whole(wish.next)))),
    ...(wish.nonce ? [tagged(1, sequence(extension('1.3.6.1.5.5.7.48.1.2', false, octets(wish.nonce))))] : []),
  )
  const basic = sequence(
    inner,
    algorithmIdentifier(key.algorithm),
    bits(await key.sign(inner)),
    tagged(0, sequence(wish.responder.der)),
  )
  return sequence(
    der(tags.enumerated, Uint8Array.of(0)),
    tagged(0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), octets(basic))),
  )
}

/** What a time-stamp says. `imprint` is the DER of MessageImprint; `nonce` the integer's DER as it was asked. */
export type StampWish = {
  readonly policy: string
  readonly imprint: Uint8Array
  readonly serial: Uint8Array
  readonly genTime: number
  readonly accuracyMs: number
  readonly nonce?: Uint8Array
}

/** A TimeStampToken (RFC 3161). */
export function issueToken(wish: StampWish, signer: Signer, chain: readonly Uint8Array[]): Promise<Uint8Array> {
  const seconds = Math.floor(wish.accuracyMs / 1000)
  const ms = wish.accuracyMs % 1000
  const accuracy = sequence(
    ...(seconds > 0 ? [integer(seconds)] : []),
    ...(ms > 0 ? [implicit(0, integer(ms).subarray(2))] : []),
  )
  const info = sequence(
    integer(1),
    oid(wish.policy),
    wish.imprint,
    integer(wish.serial),
    generalizedTime(wish.genTime),
    accuracy,
    ...(wish.nonce ? [wish.nonce] : []),
  )
  return signContent(
    signer,
    { contentType: oids.timeStampInfo, content: info, signingTime: wish.genTime },
    { embed: true, chain },
  )
}

/** A TimeStampResp with a token, or with a refusal: `status` 2 and a failure bit of RFC 3161 section 2.4.2. */
export const stampAnswer = (token: Uint8Array | { readonly failure: number }): Uint8Array =>
  token instanceof Uint8Array
    ? sequence(sequence(integer(0)), token)
    : sequence(sequence(integer(2), namedBits(token.failure)))
