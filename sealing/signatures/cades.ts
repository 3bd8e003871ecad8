// CAdES signatures over bids (ETSI EN 319 122): B made on the signer's side, raised to B-T, and checked strictly (protocol §6.1 and §6.2).
import { concat, equalBytes, toHex } from '../bytes.ts'
import { Malformed } from '../malformed.ts'
import { digestOf } from './algorithms.ts'
import { allows, type Anchor, type Certificate, extendedUses, findPath, Untrusted } from './certificate.ts'
import { checkSigned, oids, readSignedContent, type SignedContent } from './cms.ts'
import { inside, readDer, sequence, setOf, tagged, tags, timeOf } from './der.ts'
import { attributeTypes } from './issue.ts'
import { checkRevocation, type RevocationEvidence } from './revocation.ts'
import { attribute, type Signer, signContent } from './signed-content.ts'
import { checkToken, type TimestampTrust, type TokenContent } from './timestamp.ts'
import { anchorsOf, type TrustList } from './trust-list.ts'

/** Signs the content detached as CAdES-B. `signingTime` in ms; `chain` are issuing authorities that the reader may lack. */
export const signCades = (
  signer: Signer,
  content: Uint8Array,
  signingTime: number,
  chain: readonly Uint8Array[] = [],
): Promise<Uint8Array> => signContent(signer, { contentType: oids.data, content, signingTime }, { chain })

/** S/MIME capabilities, which OpenSSL adds and which say nothing about the signature. */
const smimeCapabilities = '1.2.840.113549.1.9.15'
const allowedAttributes: ReadonlySet<string> = new Set([
  oids.contentType,
  oids.messageDigest,
  oids.signingTime,
  oids.signingCertificateV2,
  smimeCapabilities,
])
const longestSignature = 64 * 1024

/** What a person is in a certificate of ours: ids in serialNumber and organizationIdentifier; null where the certificate has none. */
export type SubjectNames = {
  readonly person: string | null
  readonly organisation: string | null
  readonly name: string | null
}

const onlyValue = (certificate: Certificate, type: string): string | null => {
  const values = certificate.attributes.get(type)
  return values?.length === 1 ? (values[0] ?? null) : null
}

export const subjectOf = (certificate: Certificate): SubjectNames => ({
  person: onlyValue(certificate, attributeTypes.serialNumber),
  organisation: onlyValue(certificate, attributeTypes.organisationIdentifier),
  name: onlyValue(certificate, attributeTypes.commonName),
})

/** SHA-256 of a certificate in lower-case hex: by this it is remembered. */
export const fingerprintOf = (certificate: Uint8Array): string => toHex(digestOf('sha256', certificate))

/** A signature in the form of our profile. `signingTime` is what the signer claims, ms. */
export type CadesForm = SignedContent & { readonly signingTime: number; readonly token: Uint8Array | null }

/**
 * Reads a signature in the form of our profile: detached, one signer, DER throughout, exactly the attributes of §6.1, and no other unsigned
 * attribute than one signature time-stamp. `pades` is the form in a PDF, which has no signing-time. Throws `Malformed`.
 */
export function readCades(bytes: Uint8Array, form: 'cades' | 'pades' = 'cades'): CadesForm {
  const path = 'signature'
  if (bytes.length > longestSignature) throw new Malformed(path, `longer than ${longestSignature} bytes`)
  const it = readSignedContent(bytes, path)
  if (it.eContent !== null) throw new Malformed(path, 'carries a content of its own')
  if (it.contentType !== oids.data) throw new Malformed(path, 'not over plain data')
  for (const type of it.signed.keys())
    if (!allowedAttributes.has(type)) throw new Malformed(`${path}.signed`, `attribute ${type} is not of the profile`)
  for (const type of it.unsigned.keys())
    if (type !== oids.signatureTimeStamp)
      throw new Malformed(`${path}.unsigned`, `attribute ${type} is not of the profile`)
  const time = it.signed.get(oids.signingTime)
  if ((time === undefined) !== (form === 'pades'))
    throw new Malformed(`${path}.signed`, form === 'pades' ? 'a signing-time' : 'no signing-time')
  return {
    ...it,
    signingTime: time ? timeOf(time, `${path}.signingTime`) : 0,
    token: it.unsigned.get(oids.signatureTimeStamp)?.bytes ?? null,
  }
}

/**
 * The quick check, for the moment of submission: the form, the digest, signing-certificate-v2, the signature, and that the certificate
 * is one for declarations of will. Whether it is trusted is not asked here. Throws `Malformed` or `Untrusted`.
 */
export const checkCadesForm = (bytes: Uint8Array, content: Uint8Array, form: 'cades' | 'pades' = 'cades'): CadesForm =>
  checkReadCades(readCades(bytes, form), content)

/** The same check of what `readCades` has read; `holds` as in `checkSigned`. */
export function checkReadCades(it: CadesForm, content: Uint8Array, holds?: boolean): CadesForm {
  checkSigned(it, content, holds)
  // RFC 5280 section 4.2.1.3: contentCommitment is the bit of signatures that their maker means to stand by.
  if (!it.signer.uses?.has('contentCommitment')) throw new Untrusted('key-usage', 'does not name contentCommitment')
  const never: readonly string[] = [extendedUses.timeStamping, extendedUses.ocspSigning]
  if (it.signer.extendedUses?.some((each) => never.includes(each)))
    throw new Untrusted('extended-key-usage', 'is that of an authority')
  return it
}

/** The trust of a moment: the newest list's roots, read once. */
export type Trust = { readonly sign: readonly Anchor[]; readonly timestamps: TimestampTrust }

/** A trust list as the checks take it. */
export function trustOf(list: TrustList): Trust {
  const anchors = anchorsOf(list.roots)
  const policies = list.timestampAuthorities.flatMap((each) => each.policies)
  const all = list.timestampAuthorities.every((each) => each.policies.length > 0)
  return { sign: anchors, timestamps: { anchors, ...(all && policies.length > 0 && { policies }) } }
}

/** What a full check found. `at` is the moment for which it holds, ms: genTime where there is a token. */
export type CheckedSignature = {
  readonly certificate: Uint8Array
  readonly fingerprint: string
  readonly subject: SubjectNames
  readonly root: string
  readonly path: readonly Uint8Array[]
  readonly at: number
  readonly genTime: number | null
  readonly timestamp: TokenContent | null
  /** The revocation evidence that was used, one per certificate below the root. */
  readonly evidence: readonly Uint8Array[]
}

/** A second program's word on the same signature (second-opinion.ts); throws `Untrusted` when it differs. */
export type SecondOpinion = (input: {
  readonly der: Uint8Array
  readonly content: Uint8Array
  readonly path: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  readonly ocsp: readonly Uint8Array[]
  readonly at: number
}) => Promise<void>

/**
 * The full check of §6.2: the quick check; the time-stamp, if there is one, over exactly this signature value; the path at genTime, or at
 * `at` without a token; algorithms as its root allows them; revocation evidence for every certificate, embedded or handed in.
 * `demandTimestamp` refuses a signature without one. Throws `Malformed` or `Untrusted`.
 */
export async function checkCades(input: {
  readonly der: Uint8Array
  readonly content: Uint8Array
  readonly trust: Trust
  readonly at: number
  readonly revocation?: RevocationEvidence
  readonly demandTimestamp?: boolean
  readonly form?: 'cades' | 'pades'
  readonly secondOpinion?: SecondOpinion
}): Promise<CheckedSignature> {
  const { der: bytes, content, trust } = input
  const it = checkCadesForm(bytes, content, input.form)
  if (!it.token && input.demandTimestamp) throw new Untrusted('timestamp', 'is absent')
  const timestamp = it.token ? checkToken(it.token, it.signature, trust.timestamps) : null
  const at = timestamp?.genTime ?? input.at
  const { path, anchor } = findPath(it.signer, it.certificates, trust.sign, 'sign', at)
  if (!allows(anchor, it.algorithm, it.signer.key, at))
    throw new Untrusted('algorithm', `${it.algorithm} is not allowed under ${anchor.name}`)
  const embedded = it.revocation.filter((each) => each[0] === tags.sequence)
  const given = input.revocation ?? { crls: [], ocsp: [] }
  const evidence = { crls: [...embedded, ...given.crls], ocsp: given.ocsp }
  const used = checkRevocation(path, anchor, evidence, at)
  await input.secondOpinion?.({
    der: bytes,
    content,
    path: path.map((each) => each.der),
    crls: evidence.crls,
    ocsp: evidence.ocsp,
    at,
  })
  return {
    certificate: it.signer.der,
    fingerprint: fingerprintOf(it.signer.der),
    subject: subjectOf(it.signer),
    root: anchor.name,
    path: path.map((each) => each.der),
    at,
    genTime: timestamp?.genTime ?? null,
    timestamp,
    evidence: used,
  }
}

/** What a time-stamp for the signature must be over: the signature value (its imprint is the digest of these bytes). */
export const signatureValueOf = (bytes: Uint8Array): Uint8Array => readSignedContent(bytes, 'signature').signature

/** The signature with a time-stamp token beside it (B-T). What was signed stays the same, byte for byte. Throws `Malformed` if it has one. */
export function withTimestamp(bytes: Uint8Array, token: Uint8Array): Uint8Array {
  return rebuilt(bytes, (parts) => {
    if (parts.at(-1)?.[0] === 0xa1) throw new Malformed('signature', 'has unsigned attributes already')
    const set = setOf(attribute(oids.signatureTimeStamp, token))
    return [...parts, concat(Uint8Array.of(0xa1), set.subarray(1))]
  })
}

/** The structure again with the parts of its one SignerInfo as `change` gives them. */
function rebuilt(bytes: Uint8Array, change: (parts: Uint8Array[]) => Uint8Array[]): Uint8Array {
  const path = 'signature'
  const [type, content] = inside(readDer(bytes, path), path)
  const parts = inside(inside(content, path, 0xa0)[0], path)
  const [info] = inside(parts.at(-1), path, tags.set)
  const changed = change(inside(info, path).map((each) => each.bytes))
  const rest = parts.slice(0, -1).map((each) => each.bytes)
  return sequence(type?.bytes ?? bytes, tagged(0, sequence(...rest, setOf(sequence(...changed)))))
}

/** The signature with certificates and lists that its check needed put into it (B-LT): it can then be checked from itself alone. */
export function withEvidence(
  bytes: Uint8Array,
  certificates: readonly Uint8Array[],
  crls: readonly Uint8Array[],
): Uint8Array {
  const path = 'signature'
  const [type, content] = inside(readDer(bytes, path), path)
  const parts = inside(inside(content, path, 0xa0)[0], path)
  const before = parts.slice(0, 3).map((each) => each.bytes)
  const signers = parts.at(-1)?.bytes ?? bytes
  const held = (tag: number): Uint8Array[] => {
    const found = parts.slice(3).find((each) => each.tag === tag)
    return found ? inside(found, path, tag).map((each) => each.bytes) : []
  }
  const put = (tag: number, more: readonly Uint8Array[]): Uint8Array[] => {
    const all = [...held(tag), ...more]
    const once = all.filter((each, n) => all.findIndex((other) => equalBytes(other, each)) === n)
    return once.length > 0 ? [concat(Uint8Array.of(tag), setOf(...once).subarray(1))] : []
  }
  return sequence(
    type?.bytes ?? bytes,
    tagged(0, sequence(...before, ...put(0xa0, certificates), ...put(0xa1, crls), signers)),
  )
}
