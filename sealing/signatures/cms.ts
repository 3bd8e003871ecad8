// CMS SignedData (RFC 5652) with one signer and signed attributes, read strictly: the common ground of signatures and time-stamp tokens.
import { equalBytes, toBase64 } from '../bytes.ts'
import { Malformed } from '../malformed.ts'
import {
  type AlgorithmName,
  digestNameOf,
  type DigestName,
  digestOf,
  readAlgorithm,
  readDigest,
  signatureHolds,
} from './algorithms.ts'
import { type Certificate, readCertificate, Untrusted } from './certificate.ts'
import { type Der, der, expectTag, inside, integerOf, oidOf, readDer, type SetOrder, tags } from './der.ts'

export const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  signatureTimeStamp: '1.2.840.113549.1.9.16.2.14',
  timeStampInfo: '1.2.840.113549.1.9.16.1.4',
  revocationValues: '1.3.6.1.5.5.7.16.2',
} as const

/** A SignedData with exactly one signer whose certificate stands in it. `eContent` is null when the signature is detached. */
export type SignedContent = {
  readonly contentType: string
  readonly eContent: Uint8Array | null
  readonly certificates: readonly Certificate[]
  /** CertificateLists and other revocation data embedded in the structure, in DER. */
  readonly revocation: readonly Uint8Array[]
  readonly signer: Certificate
  readonly digest: DigestName
  readonly algorithm: AlgorithmName
  /** Signed attributes by OID: the one value of each. */
  readonly signed: ReadonlyMap<string, Der>
  /** What the signature is over: the attributes as a SET. */
  readonly signedBytes: Uint8Array
  readonly signature: Uint8Array
  readonly unsigned: ReadonlyMap<string, Der>
}

const mostCertificates = 12

/**
 * Reads ContentInfo with SignedData. Refused are: no or several signers, certificates that are no X.509, a signer that is named by key
 * identifier or whose certificate is absent, attributes that stand twice or have not one value, and what is not DER. Throws `Malformed`.
 */
export function readSignedContent(bytes: Uint8Array, path: string, sets: SetOrder = 'sorted'): SignedContent {
  const [type, content, ...more] = inside(readDer(bytes, path, sets), path)
  if (oidOf(type, path) !== oids.signedData || more.length > 0) throw new Malformed(path, 'not SignedData')
  const parts = inside(inside(content, path, 0xa0)[0], path)
  const version = integerOf(parts.shift(), `${path}.version`)
  if (version !== 1n && version !== 3n) throw new Malformed(`${path}.version`, 'not 1 or 3')
  const digests = inside(parts.shift(), `${path}.digestAlgorithms`, tags.set)
  const [contentType, eContent, ...rest] = inside(parts.shift(), `${path}.content`)
  if (rest.length > 0) throw new Malformed(`${path}.content`, 'too many parts')
  const [octets, ...others] = eContent ? inside(eContent, `${path}.content`, 0xa0) : []
  if (others.length > 0) throw new Malformed(`${path}.content`, 'two contents')
  const certificates = parts[0]?.tag === 0xa0 ? inside(parts.shift(), `${path}.certificates`, 0xa0) : []
  if (certificates.length > mostCertificates)
    throw new Malformed(`${path}.certificates`, `more than ${mostCertificates}`)
  const revocation = parts[0]?.tag === 0xa1 ? inside(parts.shift(), `${path}.crls`, 0xa1) : []
  const [signers, ...tail] = parts
  const [signerInfo, ...second] = inside(signers, `${path}.signers`, tags.set)
  if (tail.length > 0 || !signerInfo || second.length > 0) throw new Malformed(`${path}.signers`, 'not exactly one')
  const read = certificates.map((each, n) => {
    if (each.tag !== tags.sequence) throw new Malformed(`${path}.certificates[${n}]`, 'no X.509 certificate')
    return certificateOf(each.bytes, `${path}.certificates[${n}]`)
  })
  const signer = readSigner(signerInfo, read, `${path}.signer`)
  if (digests.length !== 1 || readDigest(digests[0], path) !== signer.digest)
    throw new Malformed(`${path}.digestAlgorithms`, "not the signer's one")
  return {
    contentType: oidOf(contentType, path),
    eContent: octets ? expectTag(octets, `${path}.content`, tags.octetString).value : null,
    certificates: read,
    revocation: revocation.map((each) => each.bytes),
    ...signer,
  }
}

const known = new Map<string, Certificate>()
const mostKnown = 10_000

/** Reads a certificate once: bids of one person carry the same ones again and again (measured 0.4 ms each). */
function certificateOf(bytes: Uint8Array, path: string): Certificate {
  const name = toBase64(bytes)
  const found = known.get(name) ?? readCertificate(Uint8Array.from(bytes), path)
  if (!known.has(name)) {
    if (known.size >= mostKnown) known.delete(known.keys().next().value ?? '')
    known.set(name, found)
  }
  return found
}

function readSigner(
  info: Der,
  certificates: readonly Certificate[],
  path: string,
): Omit<SignedContent, 'contentType' | 'eContent' | 'certificates' | 'revocation'> {
  const [version, sid, digestPart, signedPart, algorithmPart, signature, unsignedPart, ...more] = inside(info, path)
  if (integerOf(version, path) !== 1n || more.length > 0) throw new Malformed(path, 'not of version 1')
  const [issuer, serial] = inside(sid, `${path}.sid`)
  const signer = certificates.find(
    (each) => issuer && serial && equalBytes(each.issuer, issuer.bytes) && equalBytes(each.serialDer, serial.bytes),
  )
  if (!signer) throw new Malformed(`${path}.sid`, "the signer's certificate is absent")
  const digest = readDigest(digestPart, `${path}.digest`)
  const algorithm = readAlgorithm(algorithmPart, `${path}.algorithm`, digest)
  if (digestNameOf(algorithm) !== digest) throw new Malformed(`${path}.digest`, 'two digests')
  if (signedPart?.tag !== 0xa0) throw new Malformed(`${path}.signed`, 'no signed attributes')
  // RFC 5652 section 5.4: what is signed is the SET with its own tag, in the same order and bytes.
  const signedBytes = der(tags.set, signedPart.value)
  readDer(signedBytes, `${path}.signed`)
  return {
    signer,
    digest,
    algorithm,
    signed: readAttributes(signedPart, `${path}.signed`, 0xa0),
    signedBytes,
    signature: expectTag(signature, `${path}.signature`, tags.octetString).value,
    unsigned: unsignedPart ? readAttributes(unsignedPart, `${path}.unsigned`, 0xa1) : new Map(),
  }
}

function readAttributes(element: Der, path: string, tag: number): Map<string, Der> {
  const found = new Map<string, Der>()
  for (const attribute of inside(element, path, tag)) {
    const [type, values, ...more] = inside(attribute, path)
    const dots = oidOf(type, path)
    const [value, ...others] = inside(values, path, tags.set)
    if (more.length > 0 || !value || others.length > 0) throw new Malformed(path, `${dots} has not one value`)
    if (found.has(dots)) throw new Malformed(path, `${dots} stands twice`)
    found.set(dots, value)
  }
  return found
}

/**
 * Checks the arithmetic: content-type is the content's, message-digest is the content's digest, signing-certificate(-v2) names exactly the
 * signer's certificate first, and the signature over the attributes holds. Throws `Untrusted` with the code of what does not. `holds` is whether
 * the signature of exactly this structure was found to hold already.
 */
export function checkSigned(it: SignedContent, content: Uint8Array, holds?: boolean): void {
  const type = it.signed.get(oids.contentType)
  if (!type || oidOf(type, 'content-type') !== it.contentType)
    throw new Untrusted('content-type', 'is not that of the content')
  const stated = expectTag(it.signed.get(oids.messageDigest), 'message-digest', tags.octetString).value
  if (!equalBytes(stated, digestOf(it.digest, content)))
    throw new Untrusted('message-digest', 'is not that of the content')
  checkSigningCertificate(it)
  if (!(holds ?? signatureHolds(it.algorithm, it.signer.key, it.signedBytes, it.signature)))
    throw new Untrusted('signature', 'does not hold over the signed attributes')
}

/** ESSCertIDv2 (RFC 5035): digest SHA-256 by default, over the whole certificate; issuer and serial, where they stand, are the signer's. */
function checkSigningCertificate(it: SignedContent): void {
  const path = 'signing-certificate'
  const attribute = it.signed.get(oids.signingCertificateV2)
  if (!attribute) throw new Untrusted(path, 'is absent')
  const [list] = inside(attribute, path)
  const [first] = inside(list, path)
  const parts = inside(first, path)
  const digest = parts[0]?.tag === tags.sequence ? readDigest(parts.shift(), path) : 'sha256'
  const [hash, issuerSerial, ...more] = parts
  if (more.length > 0 || !equalBytes(expectTag(hash, path, tags.octetString).value, digestOf(digest, it.signer.der)))
    throw new Untrusted(path, "is not the signer's")
  if (!issuerSerial) return
  const [names, serial] = inside(issuerSerial, path)
  const [name] = inside(names, path)
  const same =
    name?.tag === 0xa4 &&
    equalBytes(name.value, it.signer.issuer) &&
    serial !== undefined &&
    equalBytes(serial.bytes, it.signer.serialDer)
  if (!same) throw new Untrusted(path, 'names another issuer or serial')
}
