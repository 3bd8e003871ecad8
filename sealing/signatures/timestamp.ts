// RFC 3161: the request for a time-stamp, the answer, and the strict check of a token.
import { equalBytes, toHex } from '../bytes.ts'
import { Malformed } from '../malformed.ts'
import { digestIdentifier, digestOf, readDigest } from './algorithms.ts'
import { allows, type Anchor, type Certificate, extendedUses, findPath, Untrusted } from './certificate.ts'
import { checkSigned, oids, readSignedContent } from './cms.ts'
import {
  boolean,
  expectTag,
  inside,
  integer,
  integerOf,
  octets,
  oid,
  oidOf,
  readDer,
  sequence,
  tags,
  timeOf,
} from './der.ts'

/** Who is believed about time: roots for time-stamps, certificates below them that a token may lack, and the accepted policies (all where absent). */
export type TimestampTrust = {
  readonly anchors: readonly Anchor[]
  readonly pool?: readonly Certificate[]
  readonly policies?: readonly string[]
}

/** What a token says. `genTime` in ms since 1970 UTC as written; `accuracy` in ms, null where unstated; `authority` the anchor's name. */
export type TokenContent = {
  readonly genTime: number
  readonly authority: string
  readonly accuracy: number | null
  readonly policy: string
  readonly serial: string
  readonly nonce: string | null
  readonly certificate: Certificate
}

/** A TimeStampReq over SHA-256 of the message, which asks for the certificate. `nonce`: 8 to 20 random bytes. */
export function timestampRequest(message: Uint8Array, nonce: Uint8Array, policy?: string): Uint8Array {
  const imprint = sequence(digestIdentifier('sha256'), octets(digestOf('sha256', message)))
  return sequence(integer(1), imprint, ...(policy ? [oid(policy)] : []), integer(nonce), boolean(true))
}

/** The token of a TimeStampResp. Throws `Untrusted` with the authority's status when it was not granted, `Malformed` for a broken answer. */
export function readTimestampResponse(bytes: Uint8Array): Uint8Array {
  const [status, token, ...more] = inside(readDer(bytes, 'answer', 'any'), 'answer')
  const [code] = inside(status, 'answer.status')
  const number = integerOf(code, 'answer.status')
  // 0 granted, 1 granted with changes: what was changed is found by the check of the token.
  if (number > 1n || number < 0n) throw new Untrusted('refused', `the authority answered with status ${number}`)
  if (!token || more.length > 0) throw new Malformed('answer', 'no token')
  return token.bytes
}

const longestToken = 64 * 1024

/**
 * Checks a token over a message (its imprint is a digest of the message): one signer whose certificate is fit only for time-stamping, marked
 * critical, with a path to an anchor for time-stamps at genTime, the algorithms allowed there; policy and, where given, nonce as asked.
 * Revocation of the authority's certificate is the trust list's matter (`until`). Throws `Malformed` or `Untrusted`.
 */
export function checkToken(
  token: Uint8Array,
  message: Uint8Array,
  trust: TimestampTrust,
  asked: { readonly nonce?: Uint8Array } = {},
): TokenContent {
  if (token.length > longestToken) throw new Malformed('token', `longer than ${longestToken} bytes`)
  const it = readSignedContent(token, 'token', 'any')
  if (it.contentType !== oids.timeStampInfo || !it.eContent) throw new Malformed('token', 'no time-stamp')
  const told = readInfo(it.eContent)
  if (!equalBytes(told.imprint, digestOf(told.digest, message)))
    throw new Untrusted('imprint', 'is over another message')
  if (asked.nonce && told.nonce !== nonceText(asked.nonce)) throw new Untrusted('nonce', 'is not the one that was sent')
  if (trust.policies && !trust.policies.includes(told.policy))
    throw new Untrusted('policy', `${told.policy} is not accepted`)
  checkSigned(it, it.eContent)
  const { signer } = it
  const onlyStamps = signer.extendedUses?.length === 1 && signer.extendedUses[0] === extendedUses.timeStamping
  if (!onlyStamps || !signer.extendedUsesCritical)
    throw new Untrusted('extended-key-usage', 'is not critical and only time-stamping')
  if (signer.uses && !signer.uses.has('digitalSignature') && !signer.uses.has('contentCommitment'))
    throw new Untrusted('key-usage', 'does not allow signatures')
  const pool = [...it.certificates, ...(trust.pool ?? [])]
  const { anchor } = findPath(signer, pool, trust.anchors, 'tsa', told.genTime)
  if (!allows(anchor, it.algorithm, signer.key, told.genTime))
    throw new Untrusted('algorithm', `${it.algorithm} is not allowed under ${anchor.name}`)
  return {
    genTime: told.genTime,
    authority: anchor.name,
    accuracy: told.accuracy,
    policy: told.policy,
    serial: told.serial,
    nonce: told.nonce,
    certificate: signer,
  }
}

/** As a whole number without leading zeros: so it comes back. */
const nonceText = (nonce: Uint8Array): string =>
  toHex(expectTag(readDer(integer(nonce), 'nonce'), 'nonce', tags.integer).value)

function readInfo(bytes: Uint8Array) {
  const path = 'token.info'
  const parts = inside(readDer(bytes, path), path)
  if (integerOf(parts.shift(), path) !== 1n) throw new Malformed(path, 'not of version 1')
  const policy = oidOf(parts.shift(), `${path}.policy`)
  const [digestPart, hashed, ...extra] = inside(parts.shift(), `${path}.imprint`)
  if (extra.length > 0) throw new Malformed(`${path}.imprint`, 'too many parts')
  const serial = toHex(expectTag(parts.shift(), `${path}.serial`, tags.integer).value)
  const time = expectTag(parts.shift(), `${path}.genTime`, tags.generalizedTime)
  const accuracy = parts[0]?.tag === tags.sequence ? readAccuracy(inside(parts.shift(), path), path) : null
  if (parts[0]?.tag === tags.boolean) parts.shift()
  const nonce = parts[0]?.tag === tags.integer ? toHex(parts.shift()?.value ?? bytes) : null
  if (parts[0]?.tag === 0xa0) parts.shift()
  if (parts[0]?.tag === 0xa1)
    for (const each of inside(parts.shift(), path, 0xa1))
      if (inside(each, path)[1]?.tag === tags.boolean) throw new Untrusted('extension', 'a critical extension')
  if (parts.length > 0) throw new Malformed(path, 'parts out of order')
  return {
    policy,
    digest: readDigest(digestPart, `${path}.imprint`),
    imprint: expectTag(hashed, `${path}.imprint`, tags.octetString).value,
    serial,
    genTime: timeOf(time, `${path}.genTime`),
    accuracy,
    nonce,
  }
}

/** Seconds, milliseconds [0], microseconds [1]: in ms, rounded up. */
function readAccuracy(parts: readonly { tag: number; value: Uint8Array }[], path: string): number {
  let ms = 0
  for (const { tag, value } of parts) {
    if (value.length > 3) throw new Malformed(path, 'an accuracy of hours')
    const number = value.reduce((sum, byte) => sum * 256 + byte, 0)
    ms += tag === tags.integer ? number * 1000 : tag === 0x80 ? number : Math.ceil(number / 1000)
  }
  return ms
}
