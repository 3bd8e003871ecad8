// X.509 certificates read strictly (RFC 5280), and the path from one to an anchor of the trust list at a moment.
import { equalBytes, toHex } from '../bytes.ts'
import { Malformed } from '../malformed.ts'
import { type AlgorithmName, type PublicKey, readAlgorithm, readPublicKey, signatureHolds } from './algorithms.ts'
import { bitsOf, type Der, expectTag, inside, integerOf, oidOf, readDer, tags, timeOf } from './der.ts'

/** Evidence in form that does not deserve trust. `code` is stable and stands in reports and refusals; the message says more. */
export class Untrusted extends Error {
  readonly code: string

  constructor(code: string, why: string) {
    super(`${code}: ${why}`)
    this.name = 'Untrusted'
    this.code = code
  }
}

export type KeyUse = 'digitalSignature' | 'contentCommitment' | 'keyCertSign' | 'cRLSign'
const keyUses: Record<number, KeyUse> = {
  0: 'digitalSignature',
  1: 'contentCommitment',
  5: 'keyCertSign',
  6: 'cRLSign',
}

export const extendedUses = { timeStamping: '1.3.6.1.5.5.7.3.8', ocspSigning: '1.3.6.1.5.5.7.3.9' } as const

/** A certificate. Times in ms since 1970 UTC; `serial` in lower-case hex; names in DER; `attributes` of the subject by OID, as text. */
export type Certificate = {
  readonly der: Uint8Array
  readonly tbs: Uint8Array
  readonly serial: string
  readonly serialDer: Uint8Array
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  readonly attributes: ReadonlyMap<string, readonly string[]>
  readonly from: number
  readonly until: number
  readonly key: PublicKey
  readonly algorithm: AlgorithmName
  readonly signature: Uint8Array
  readonly authority: boolean
  readonly pathLength: number | null
  /** Null where the extension is absent: then every use is allowed by RFC 5280, none by our profile. */
  readonly uses: ReadonlySet<KeyUse> | null
  readonly extendedUses: readonly string[] | null
  readonly extendedUsesCritical: boolean
  readonly policies: readonly string[]
  /** Addresses of CRLs and of the OCSP service. */
  readonly crls: readonly string[]
  readonly ocsp: readonly string[]
  readonly unprocessed: readonly string[]
  /** id-pkix-ocsp-nocheck: an OCSP signer that is not itself asked about. */
  readonly noCheck: boolean
}

const longest = 16 * 1024

/** Reads one certificate, DER throughout, version 3. Throws `Malformed`. */
export function readCertificate(bytes: Uint8Array, path = 'certificate'): Certificate {
  if (bytes.length > longest) throw new Malformed(path, `longer than ${longest} bytes`)
  const [tbs, algorithm, signature, ...more] = inside(readDer(bytes, path), path)
  if (!tbs || more.length > 0) throw new Malformed(path, 'not three parts')
  const parts = inside(tbs, path)
  const version = integerOf(inside(parts.shift(), `${path}.version`, 0xa0)[0], `${path}.version`)
  if (version !== 2n) throw new Malformed(`${path}.version`, 'not 3')
  const [serialPart, innerAlgorithm, issuer, validity, subject, key, ...rest] = parts
  const serial = integerOf(serialPart, `${path}.serial`)
  if (serial <= 0n || (serialPart?.value.length ?? 99) > 20) throw new Malformed(`${path}.serial`, 'not 1 to 20 octets')
  if (!innerAlgorithm || !algorithm || !equalBytes(innerAlgorithm.bytes, algorithm.bytes))
    throw new Malformed(`${path}.signature`, 'names two algorithms')
  const [from, until] = inside(validity, `${path}.validity`)
  const extensions = rest.at(-1)
  if (rest.length > 1 || (extensions && extensions.tag !== 0xa3)) throw new Malformed(path, 'unique identifiers')
  return {
    der: bytes,
    tbs: tbs.bytes,
    serial: toHex(serialPart?.value ?? bytes),
    serialDer: serialPart?.bytes ?? bytes,
    issuer: expectTag(issuer, `${path}.issuer`, tags.sequence).bytes,
    subject: expectTag(subject, `${path}.subject`, tags.sequence).bytes,
    attributes: readName(subject, `${path}.subject`),
    from: timeOf(from, `${path}.validity`),
    until: timeOf(until, `${path}.validity`),
    key: readPublicKey(expectTag(key, `${path}.key`, tags.sequence).bytes, `${path}.key`),
    algorithm: readAlgorithm(algorithm, `${path}.algorithm`),
    signature: bitsOf(signature, `${path}.signature`),
    ...readExtensions(extensions, `${path}.extensions`),
  }
}

function readName(name: Der | undefined, path: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const set of inside(name, path))
    for (const pair of inside(set, path, tags.set)) {
      const [type, value] = inside(pair, path)
      const dots = oidOf(type, path)
      found.set(dots, [...(found.get(dots) ?? []), textOf(value)])
    }
  return found
}

/** The text of a string type; BMPString and others are given in hex, so that they equal nothing by chance. */
function textOf(value: Der | undefined): string {
  if (value && [tags.utf8String, tags.printableString, tags.ia5String].some((tag) => tag === value.tag)) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value.value)
    } catch {
      return `#${toHex(value.bytes)}`
    }
  }
  return value ? `#${toHex(value.bytes)}` : ''
}

type Extensions = Pick<
  Certificate,
  | 'authority'
  | 'pathLength'
  | 'uses'
  | 'extendedUses'
  | 'extendedUsesCritical'
  | 'policies'
  | 'crls'
  | 'ocsp'
  | 'unprocessed'
  | 'noCheck'
>

/** An extension: its OID, whether it is critical, and the element in its octets. */
export type Extension = { readonly oid: string; readonly critical: boolean; readonly value: Der }

/** Extensions of a certificate, list or answer, each once. Throws `Malformed`. */
export function readExtensionList(element: Der | undefined, path: string): Extension[] {
  const seen = new Set<string>()
  return inside(element, path).map((each) => {
    const [name, ...rest] = inside(each, path)
    const dots = oidOf(name, path)
    if (seen.has(dots)) throw new Malformed(path, `${dots} stands twice`)
    seen.add(dots)
    const octets = rest.pop()
    const [flag, ...more] = rest
    // DER leaves a default away, so a flag that stands is TRUE.
    if (more.length > 0 || (flag && (flag.tag !== tags.boolean || flag.value[0] !== 0xff)))
      throw new Malformed(path, 'a flag that is not DER')
    const value = readDer(expectTag(octets, path, tags.octetString).value, `${path}.${dots}`, 'any')
    return { oid: dots, critical: flag !== undefined, value }
  })
}

function readExtensions(element: Der | undefined, path: string): Extensions {
  const found: { -readonly [K in keyof Extensions]: Extensions[K] } = {
    authority: false,
    pathLength: null,
    uses: null,
    extendedUses: null,
    extendedUsesCritical: false,
    policies: [],
    crls: [],
    ocsp: [],
    unprocessed: [],
    noCheck: false,
  }
  for (const { oid, critical, value } of element ? readExtensionList(inside(element, path, 0xa3)[0], path) : []) {
    const place = `${path}.${oid}`
    switch (oid) {
      case '2.5.29.19': {
        const [authority, length, ...more] = inside(value, place)
        if (more.length > 0) throw new Malformed(place, 'too many parts')
        if (authority && (authority.tag !== tags.boolean || authority.value[0] !== 0xff))
          throw new Malformed(place, 'not DER')
        found.authority = authority !== undefined
        found.pathLength = length ? Number(integerOf(length, place)) : null
        if ((found.pathLength ?? 0) < 0) throw new Malformed(place, 'a negative length')
        break
      }
      case '2.5.29.15': {
        const { value: bits } = expectTag(value, place, tags.bitString)
        const uses = new Set<KeyUse>()
        for (const [n, use] of Object.entries(keyUses)) if (((bits[1] ?? 0) >> (7 - Number(n))) & 1) uses.add(use)
        found.uses = uses
        break
      }
      case '2.5.29.37':
        found.extendedUses = inside(value, place).map((each) => oidOf(each, place))
        found.extendedUsesCritical = critical
        break
      case '2.5.29.32':
        found.policies = inside(value, place).map((each) => oidOf(inside(each, place)[0], place))
        break
      case '2.5.29.31':
        found.crls = inside(value, place).flatMap((point) => addressesIn(point))
        break
      case '1.3.6.1.5.5.7.1.1':
        found.ocsp = inside(value, place).flatMap((each) => {
          const [method] = inside(each, place)
          return oidOf(method, place) === '1.3.6.1.5.5.7.48.1' ? addressesIn(each) : []
        })
        break
      case '1.3.6.1.5.5.7.48.1.5':
        found.noCheck = true
        break
      case '2.5.29.14':
      case '2.5.29.35':
      case '2.5.29.17':
        break
      default:
        // Constraints that this engine does not process may not be passed over, marked critical or not: name constraints, policy
        // constraints, policy mappings, inhibitAnyPolicy.
        if (critical || ['2.5.29.30', '2.5.29.36', '2.5.29.33', '2.5.29.54'].includes(oid))
          found.unprocessed = [...found.unprocessed, oid]
    }
  }
  return found
}

/** Every URI ([6] IA5String of GeneralName) below an element. */
function addressesIn(element: Der): string[] {
  if (element.tag === 0x86) return [String.fromCharCode(...element.value.subarray(0, 2000))]
  return element.tag & 0x20 ? inside(element, 'name', element.tag).flatMap(addressesIn) : []
}

/** An allowed algorithm: the shortest key in bits, and until when (ms; null: without end). */
export type AllowedAlgorithm = { readonly name: AlgorithmName; readonly bits: number; readonly until: number | null }

/** A trusted root: for what, from when until when (ms, `until` null: without end), and with which algorithms below it. */
export type Anchor = {
  readonly name: string
  readonly certificate: Certificate
  readonly use: readonly ('sign' | 'tsa')[]
  readonly from: number
  readonly until: number | null
  readonly algorithms: readonly AllowedAlgorithm[]
}

const mostLinks = 6

/** Whether an anchor's list allows the algorithm with this key at the moment. */
export const allows = (anchor: Anchor, algorithm: AlgorithmName, key: PublicKey, at: number): boolean =>
  anchor.algorithms.some(
    (each) => each.name === algorithm && key.bits >= each.bits && (each.until === null || at <= each.until),
  )

export const sameName = equalBytes

/**
 * The path from a certificate to an anchor for the use, at the moment, through certificates of the pool: leaf first, root last. Every
 * certificate is valid then, every issuer is an authority that may sign certificates, path lengths hold, nothing critical is unknown, and
 * every algorithm is on the anchor's list. Revocation is asked separately. Throws `Untrusted`.
 */
export function findPath(
  leaf: Certificate,
  pool: readonly Certificate[],
  anchors: readonly Anchor[],
  use: 'sign' | 'tsa',
  at: number,
): { readonly path: readonly Certificate[]; readonly anchor: Anchor } {
  let reason = new Untrusted('path', 'leads to no root of the trust list')
  const usable = anchors.filter((each) => each.use.includes(use) && each.from <= at && at <= (each.until ?? at))

  const climb = (path: readonly Certificate[], anchor: Anchor): readonly Certificate[] | null => {
    const lower = path.at(-1) ?? leaf
    const root = anchor.certificate
    if (equalBytes(lower.der, root.der)) return path
    if (path.length > mostLinks) return null
    for (const upper of [root, ...pool]) {
      if (!sameName(lower.issuer, upper.subject) || path.some((each) => equalBytes(each.der, upper.der))) continue
      const fault = linkFault(path, upper, anchor, at)
      if (fault) {
        reason = fault
        continue
      }
      const whole = climb([...path, upper], anchor)
      if (whole) return whole
    }
    return null
  }

  for (const anchor of usable) {
    const path = climb([leaf], anchor)
    if (!path) continue
    const late = path.find((each) => at < each.from || at > each.until)
    if (late) {
      reason = new Untrusted('validity', `certificate ${late.serial} is not valid at the time`)
      continue
    }
    const strange = path.find((each) => each.unprocessed.length > 0)
    if (strange) {
      reason = new Untrusted('extension', `certificate ${strange.serial} has ${strange.unprocessed.join(', ')}`)
      continue
    }
    return { path, anchor }
  }
  throw reason
}

/** Why `upper` cannot have issued the last of the path, or null. */
function linkFault(path: readonly Certificate[], upper: Certificate, anchor: Anchor, at: number): Untrusted | null {
  const lower = path.at(-1)
  if (!lower) return null
  if (!upper.authority || !upper.uses?.has('keyCertSign'))
    return new Untrusted('issuer', `certificate ${upper.serial} may not issue certificates`)
  if (upper.pathLength !== null && path.length - 1 > upper.pathLength)
    return new Untrusted('path-length', `certificate ${upper.serial} allows fewer links`)
  if (!allows(anchor, lower.algorithm, upper.key, at))
    return new Untrusted('algorithm', `${lower.algorithm} is not allowed under ${anchor.name}`)
  if (!issuedBy(lower, upper))
    return new Untrusted('signature', `certificate ${lower.serial} is not signed by its issuer`)
  return null
}

const known = new WeakMap<Certificate, WeakMap<Certificate, boolean>>()

/** Whether the certificate carries its issuer's signature. Remembered, since thousands of bids share a few issuers. */
function issuedBy(lower: Certificate, upper: Certificate): boolean {
  const of = known.get(lower) ?? new WeakMap<Certificate, boolean>()
  known.set(lower, of)
  const found = of.get(upper)
  if (found !== undefined) return found
  const holds = signatureHolds(lower.algorithm, upper.key, lower.tbs, lower.signature)
  of.set(upper, holds)
  return holds
}

/** The public key's bits without the octet of unused ones: what key identifiers and OCSP hash. */
export const keyBits = (certificate: Certificate): Uint8Array =>
  bitsOf(inside(readDer(certificate.key.spki, 'key'), 'key')[1], 'key')
