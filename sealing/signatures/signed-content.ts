// Writes CMS SignedData with one signer: signatures over documents and bids, and time-stamp tokens alike.
import { concat, equalBytes } from '../bytes.ts'
import { type AlgorithmName, algorithmIdentifier, digestIdentifier, digestNameOf, digestOf } from './algorithms.ts'
import { readCertificate } from './certificate.ts'
import { oids } from './cms.ts'
import { der, integer, octets, oid, sequence, setOf, tagged, tags, time } from './der.ts'

/** A key somewhere: on this device, a card, or a remote signing service. `sign` gets the whole message, which it hashes itself. */
export type Signer = {
  readonly certificate: Uint8Array
  readonly algorithm: AlgorithmName
  readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>
}

/** An attribute of CMS with its one value. */
export const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), setOf(value))

/** SigningCertificateV2 (RFC 5035) with SHA-256 over the certificate. */
const signingCertificateV2 = (certificate: Uint8Array): Uint8Array =>
  attribute(oids.signingCertificateV2, sequence(sequence(sequence(octets(digestOf('sha256', certificate))))))

/** What is to be signed, in DER: the SET of signed attributes. `signingTime` in ms, null where the profile forbids it (PAdES). */
export function attributesToSign(
  signer: Pick<Signer, 'certificate' | 'algorithm'>,
  what: { contentType: string; content: Uint8Array; signingTime: number | null },
): Uint8Array {
  const digest = digestOf(digestNameOf(signer.algorithm), what.content)
  return setOf(
    attribute(oids.contentType, oid(what.contentType)),
    attribute(oids.messageDigest, octets(digest)),
    ...(what.signingTime === null ? [] : [attribute(oids.signingTime, time(what.signingTime))]),
    signingCertificateV2(signer.certificate),
  )
}

/**
 * SignedData over the content, in DER. `embed` puts the content into it (only time-stamp tokens do); `chain` are further certificates;
 * `unsigned` are attributes beside the signature, made with `attribute`.
 */
export async function signContent(
  signer: Signer,
  what: { contentType: string; content: Uint8Array; signingTime: number | null },
  more: { embed?: boolean; chain?: readonly Uint8Array[] } = {},
): Promise<Uint8Array> {
  const toSign = attributesToSign(signer, what)
  const signature = await signer.sign(toSign)
  return signedContentOf(signer, what, toSign, signature, more)
}

/** The structure around a signature that was made elsewhere over `attributesToSign`. */
export function signedContentOf(
  signer: Pick<Signer, 'certificate' | 'algorithm'>,
  what: { contentType: string; content: Uint8Array },
  toSign: Uint8Array,
  signature: Uint8Array,
  more: {
    embed?: boolean
    chain?: readonly Uint8Array[]
    unsigned?: readonly Uint8Array[]
    crls?: readonly Uint8Array[]
  } = {},
): Uint8Array {
  const { issuer, serialDer } = readCertificate(signer.certificate)
  const digest = digestIdentifier(digestNameOf(signer.algorithm))
  const attributes = concat(Uint8Array.of(0xa0), toSign.subarray(1))
  const unsigned = more.unsigned?.length ? [retag(setOf(...more.unsigned), 0xa1)] : []
  const info = sequence(
    integer(1),
    sequence(issuer, serialDer),
    digest,
    attributes,
    algorithmIdentifier(signer.algorithm),
    octets(signature),
    ...unsigned,
  )
  const content = sequence(oid(what.contentType), ...(more.embed ? [tagged(0, octets(what.content))] : []))
  const certificates = setOf(...unique([signer.certificate, ...(more.chain ?? [])]))
  const crls = more.crls?.length ? [retag(setOf(...more.crls), 0xa1)] : []
  // RFC 5652 section 5.1: 3 when the content is not plain data, else 1.
  const version = what.contentType === oids.data ? 1 : 3
  return sequence(
    oid(oids.signedData),
    tagged(
      0,
      sequence(
        integer(version),
        der(tags.set, digest),
        content,
        retag(certificates, 0xa0),
        ...crls,
        der(tags.set, info),
      ),
    ),
  )
}

/** The same element under an IMPLICIT tag. */
const retag = (element: Uint8Array, tag: number): Uint8Array => concat(Uint8Array.of(tag), element.subarray(1))

const unique = (certificates: readonly Uint8Array[]): Uint8Array[] =>
  certificates.filter((each, n) => certificates.findIndex((other) => equalBytes(other, each)) === n)
