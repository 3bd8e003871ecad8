// Revocation: lists (RFC 5280 section 5) and OCSP answers (RFC 6960) read strictly, and whether every certificate of a path stood at a moment.
import { sha1 } from '@noble/hashes/legacy.js'
import { equalBytes, toBase64 } from '../bytes.ts'
import { Malformed } from '../malformed.ts'
import { type AlgorithmName, digestOf, digestOids, readAlgorithm, signatureHolds } from './algorithms.ts'
import {
  allows,
  type Anchor,
  type Certificate,
  extendedUses,
  keyBits,
  readCertificate,
  readExtensionList,
  Untrusted,
} from './certificate.ts'
import {
  bitsOf,
  type Der,
  der,
  expectTag,
  inside,
  integerOf,
  octets,
  oid,
  oidOf,
  readDer,
  sequence,
  tagged,
  tags,
  timeOf,
} from './der.ts'

/** What is known of revocation: CertificateLists and OCSPResponses in DER. */
export type RevocationEvidence = { readonly crls: readonly Uint8Array[]; readonly ocsp: readonly Uint8Array[] }

const longest = 4 * 1024 * 1024

/** A list as its issuer signed it. Times in ms; revoked by the serial's hex. */
type RevocationList = {
  readonly issuer: Uint8Array
  readonly from: number
  readonly next: number
  readonly number: bigint | null
  readonly revoked: ReadonlyMap<string, number>
  readonly signed: Signed
}
/** Whose signature a list was found to bear, by the issuer's key. */
type KeptList = { readonly list: RevocationList; readonly signers: Map<string, boolean> }
type Signed = { readonly bytes: Uint8Array; readonly algorithm: AlgorithmName; readonly signature: Uint8Array }

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Reads a complete, direct CRL. Throws `Malformed`, also for deltas, indirect lists and critical extensions that narrow its scope. */
export function readCrl(bytes: Uint8Array, path = 'crl'): RevocationList {
  if (bytes.length > longest) throw new Malformed(path, 'too long')
  const [tbs, algorithm, signature, ...more] = inside(readDer(bytes, path), path)
  if (!tbs || more.length > 0) throw new Malformed(path, 'not three parts')
  const parts = inside(tbs, path)
  if (integerOf(parts.shift(), path) !== 1n) throw new Malformed(path, 'not version 2')
  const inner = parts.shift()
  if (!inner || !algorithm || !equalBytes(inner.bytes, algorithm.bytes))
    throw new Malformed(path, 'names two algorithms')
  const issuer = expectTag(parts.shift(), path, tags.sequence).bytes
  const from = timeOf(parts.shift(), path)
  const next = timeOf(parts.shift(), path)
  const revoked = new Map<string, number>()
  if (parts[0]?.tag === tags.sequence)
    for (const entry of inside(parts.shift(), path)) {
      const [serial, at, extensions] = inside(entry, path)
      if (extensions && readExtensionList(extensions, path).some((each) => each.critical))
        throw new Malformed(path, 'a critical extension of an entry')
      revoked.set(hex(expectTag(serial, path, tags.integer).value), timeOf(at, path))
    }
  const list = parts.shift()
  const extensions = list ? readExtensionList(inside(list, path, 0xa0)[0], path) : []
  if (parts.length > 0 || extensions.some((each) => each.critical || each.oid === '2.5.29.27'))
    throw new Malformed(path, 'a list of narrower scope')
  const number = extensions.find((each) => each.oid === '2.5.29.20')
  return {
    issuer,
    from,
    next,
    number: number ? integerOf(number.value, path) : null,
    revoked,
    signed: { bytes: tbs.bytes, algorithm: readAlgorithm(algorithm, path), signature: bitsOf(signature, path) },
  }
}

const kept = new WeakMap<Uint8Array, KeptList>()

/**
 * Reads a list that will be asked about many certificates: from now on exactly this array is not read again, nor its issuer's signature checked
 * anew. Its bytes must not change. Throws as `readCrl` does.
 */
export function keepCrl(bytes: Uint8Array): RevocationList {
  const found = kept.get(bytes)?.list ?? readCrl(bytes)
  if (!kept.has(bytes)) kept.set(bytes, { list: found, signers: new Map() })
  return found
}

/** Whether a kept list is the issuer's own: of its name, and signed with its key. */
export function isListOf(bytes: Uint8Array, issuer: Certificate): boolean {
  const list = keepCrl(bytes)
  return equalBytes(list.issuer, issuer.subject) && listSignedBy(bytes, list, issuer)
}

/** One answer about one certificate. `revokedAt` is null when it is good. */
type OcspStatement = {
  readonly id: Der
  readonly revokedAt: number | null
  readonly unknown: boolean
  readonly from: number
  readonly next: number | null
}
type OcspAnswer = {
  readonly signed: Signed
  readonly producedAt: number
  readonly responder: Der
  readonly certificates: readonly Certificate[]
  readonly statements: readonly OcspStatement[]
  readonly nonce: Uint8Array | null
}

/** Reads a successful basic OCSPResponse. Throws `Malformed`; `Untrusted` with the status of another one. */
export function readOcsp(bytes: Uint8Array, path = 'ocsp'): OcspAnswer {
  if (bytes.length > longest) throw new Malformed(path, 'too long')
  const [status, body] = inside(readDer(bytes, path, 'any'), path)
  const code = expectTag(status, path, tags.enumerated).value[0]
  if (code !== 0) throw new Untrusted('ocsp-status', `the responder answered with status ${code}`)
  const [type, response] = inside(inside(body, path, 0xa0)[0], path)
  if (oidOf(type, path) !== '1.3.6.1.5.5.7.48.1.1') throw new Malformed(path, 'no basic answer')
  const basic = readDer(expectTag(response, path, tags.octetString).value, path, 'any')
  const [tbs, algorithm, signature, certificates] = inside(basic, path)
  const parts = inside(tbs, path)
  // The version has a default and is left away.
  const responder = parts.shift()
  if (responder?.tag !== 0xa1 && responder?.tag !== 0xa2) throw new Malformed(path, 'no responder')
  const producedAt = timeOf(parts.shift(), path)
  const statements = inside(parts.shift(), path).map((each): OcspStatement => {
    const [id, said, from, ...rest] = inside(each, path)
    const next = rest.find((part) => part.tag === 0xa0)
    const extensions = rest.find((part) => part.tag === 0xa1)
    if (extensions && readExtensionList(inside(extensions, path, 0xa1)[0], path).some((e) => e.critical))
      throw new Malformed(path, 'a critical extension')
    if (said?.tag !== 0x80 && said?.tag !== 0xa1 && said?.tag !== 0x82) throw new Malformed(path, 'no status')
    return {
      id: expectTag(id, path, tags.sequence),
      revokedAt: said.tag === 0xa1 ? timeOf(inside(said, path, 0xa1)[0], path) : null,
      unknown: said.tag === 0x82,
      from: timeOf(from, path),
      next: next ? timeOf(inside(next, path, 0xa0)[0], path) : null,
    }
  })
  const extensions = parts[0] ? readExtensionList(inside(parts[0], path, 0xa1)[0], path) : []
  if (extensions.some((each) => each.critical)) throw new Malformed(path, 'a critical extension')
  const nonce = extensions.find((each) => each.oid === '1.3.6.1.5.5.7.48.1.2')
  return {
    signed: {
      bytes: tbs?.bytes ?? bytes,
      algorithm: readAlgorithm(algorithm, path),
      signature: bitsOf(signature, path),
    },
    producedAt,
    responder,
    certificates: certificates
      ? inside(inside(certificates, path, 0xa0)[0], path).map((each) => readCertificate(each.bytes, path))
      : [],
    statements,
    nonce: nonce ? expectTag(nonce.value, path, tags.octetString).value : null,
  }
}

/** An OCSPRequest for one certificate, with a nonce. The identifier is by SHA-1, which every responder must know (RFC 5019). */
export function ocspRequest(certificate: Certificate, issuer: Certificate, nonce: Uint8Array): Uint8Array {
  const id = sequence(
    sequence(oid('1.3.14.3.2.26'), der(tags.null)),
    octets(sha1(issuer.subject)),
    octets(sha1(keyBits(issuer))),
    certificate.serialDer,
  )
  const extension = sequence(sequence(oid('1.3.6.1.5.5.7.48.1.2'), octets(octets(nonce))))
  return sequence(sequence(sequence(sequence(id)), tagged(2, extension)))
}

/** Whether a CertID names the certificate: by digests of the issuer's name and key, and the serial. */
export function namesCertificate(id: Der, certificate: Certificate, issuer: Certificate): boolean {
  const [algorithm, name, key, serial] = inside(id, 'ocsp.id')
  const dots = oidOf(inside(algorithm, 'ocsp.id')[0], 'ocsp.id')
  const digest =
    dots === '1.3.14.3.2.26' ? sha1 : dots === digestOids.sha256 ? (b: Uint8Array) => digestOf('sha256', b) : null
  return (
    digest !== null &&
    equalBytes(name?.value ?? dead, digest(issuer.subject)) &&
    equalBytes(key?.value ?? dead, digest(keyBits(issuer))) &&
    equalBytes(serial?.bytes ?? dead, certificate.serialDer)
  )
}
const dead = new Uint8Array(1)

/** Who may sign an OCSP answer for certificates of the issuer: the issuer itself, or a certificate that it issued for just that. */
function ocspSigner(answer: OcspAnswer, issuer: Certificate, anchor: Anchor, at: number): Certificate | null {
  const fits = (each: Certificate): boolean =>
    answer.responder.tag === 0xa1
      ? equalBytes(inside(answer.responder, 'ocsp', 0xa1)[0]?.bytes ?? dead, each.subject)
      : equalBytes(inside(answer.responder, 'ocsp', 0xa2)[0]?.value ?? dead, sha1(keyBits(each)))
  if (fits(issuer)) return issuer
  return (
    answer.certificates.find(
      (each) =>
        fits(each) &&
        (each.extendedUses ?? []).includes(extendedUses.ocspSigning) &&
        equalBytes(each.issuer, issuer.subject) &&
        each.unprocessed.length === 0 &&
        each.from <= answer.producedAt &&
        answer.producedAt <= each.until &&
        allows(anchor, each.algorithm, issuer.key, at) &&
        signatureHolds(each.algorithm, issuer.key, each.tbs, each.signature),
    ) ?? null
  )
}

/** How long before its next list an issuer's word counts, when an OCSP answer names no next update: ms. */
const defaultNext = 3_600_000

/** What the evidence says of one certificate, by its issuer: when it was revoked, that it is good, or nothing (undefined). */
function statusOf(
  certificate: Certificate,
  issuer: Certificate,
  anchor: Anchor,
  evidence: RevocationEvidence,
  at: number,
): { revokedAt: number | null; used: Uint8Array } | undefined {
  let good: { revokedAt: null; used: Uint8Array } | undefined
  const signedBy = (signed: Signed, by: Certificate): boolean =>
    allows(anchor, signed.algorithm, by.key, at) &&
    signatureHolds(signed.algorithm, by.key, signed.bytes, signed.signature)
  for (const bytes of evidence.ocsp) {
    const answer = quietly(() => readOcsp(bytes))
    const statement = answer?.statements.find((each) => namesCertificate(each.id, certificate, issuer))
    if (!answer || !statement || statement.unknown) continue
    const signer = ocspSigner(answer, issuer, anchor, at)
    if (!signer || !signedBy(answer.signed, signer)) continue
    if (statement.revokedAt !== null) return { revokedAt: statement.revokedAt, used: bytes }
    if ((statement.next ?? statement.from + defaultNext) >= at) good = { revokedAt: null, used: bytes }
  }
  for (const bytes of evidence.crls) {
    const list = kept.get(bytes)?.list ?? quietly(() => readCrl(bytes))
    if (!list || !equalBytes(list.issuer, issuer.subject) || !issuer.uses?.has('cRLSign')) continue
    if (!allows(anchor, list.signed.algorithm, issuer.key, at) || !listSignedBy(bytes, list, issuer)) continue
    const revokedAt = list.revoked.get(certificate.serial)
    if (revokedAt !== undefined) return { revokedAt, used: bytes }
    if (list.next >= at) good ??= { revokedAt: null, used: bytes }
  }
  return good
}

function listSignedBy(bytes: Uint8Array, { signed }: RevocationList, issuer: Certificate): boolean {
  const signers = kept.get(bytes)?.signers
  const name = toBase64(issuer.key.spki)
  const holds = signers?.get(name) ?? signatureHolds(signed.algorithm, issuer.key, signed.bytes, signed.signature)
  signers?.set(name, holds)
  return holds
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Malformed || error instanceof Untrusted) return undefined
    throw error
  }
}

/**
 * Demands that the evidence covers every certificate of the path below its root at the moment, and that none was revoked by then. Answers
 * what of the evidence was used. Evidence that is broken or of somebody else is as none. Throws `Untrusted`: `revoked`, or
 * `revocation-unknown` when nothing says so (protocol §6.2, point 2).
 */
export function checkRevocation(
  path: readonly Certificate[],
  anchor: Anchor,
  evidence: RevocationEvidence,
  at: number,
): readonly Uint8Array[] {
  const used: Uint8Array[] = []
  for (let n = 0; n < path.length - 1; n += 1) {
    const certificate = path[n] as Certificate
    const issuer = path[n + 1] as Certificate
    const status = statusOf(certificate, issuer, anchor, evidence, at)
    if (!status) throw new Untrusted('revocation-unknown', `nothing says that certificate ${certificate.serial} stood`)
    if (status.revokedAt !== null && status.revokedAt <= at)
      throw new Untrusted('revoked', `certificate ${certificate.serial} was revoked`)
    used.push(status.used)
  }
  return used
}
