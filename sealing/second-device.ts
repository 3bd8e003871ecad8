// A second device's own look into a sealed bid: what the code on the first device's screen carries, and what the bid opens to with it.
// The idea is Estonia's check of a vote by phone: whoever tampered with the first device cannot make the second one read another price.
import { type Base64, concat, equalBytes, fromBase64, fromHex, toBase64, toHex, u16, u64, u8, utf8 } from './bytes.ts'
import type { Core } from './core.ts'
import {
  bidderCommitment,
  contextOf,
  type Descriptor,
  descriptorHash,
  parseClass,
  type Recipients,
} from './descriptor.ts'
import { deriveFromRoot, envelopeHash, parseHeader } from './envelope.ts'
import { HO } from './hash.ts'
import { Malformed } from './malformed.ts'
import { bidderOf, type Manifest, manifestHash, parseManifest } from './manifest.ts'
import { openByRoot } from './opening.ts'
import { asArray, asBytes, asInteger, asObject, asOneOf, asText } from './shape.ts'
import { promiseKeyHolds } from './signature.ts'

/** Everything that opens one version of one bid. `index` is its place in the log; roots stand in the order of the manifest's envelopes. */
export type SecretCode = {
  readonly tender: string
  readonly round: number
  readonly bidderId: string
  readonly bidderSalt: Uint8Array
  readonly m: Uint8Array
  readonly index: number
  readonly roots: readonly { readonly cls: string; readonly R: Uint8Array }[]
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/
const idBytes = (id: string): Uint8Array => {
  if (!uuid.test(id)) throw new Malformed('code', 'an id that is no UUID')
  return fromHex(id.replaceAll('-', ''))
}
const idText = (bytes: Uint8Array): string =>
  toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/**
 * The code as text for the fragment of an address (base64url): u8 1 ‖ tender 16 ‖ u16 round ‖ bidder 16 ‖ bidderSalt 32 ‖ M 32 ‖ u64 index ‖ for each
 * envelope u8 length of the class ‖ class ‖ R 32. Ids are UUIDs as bytes.
 */
export function writeCode(code: SecretCode): string {
  const bytes = concat(
    u8(1),
    idBytes(code.tender),
    u16(code.round),
    idBytes(code.bidderId),
    code.bidderSalt,
    code.m,
    u64(code.index),
    ...code.roots.map(({ cls, R }) => concat(u8(cls.length), utf8(cls), R)),
  )
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

const mostRoots = 200

/** A code from its text. Throws `Malformed`. */
export function readCode(text: string): SecretCode {
  if (!/^[\w-]{1,20000}$/.test(text)) throw new Malformed('code', 'not base64url')
  const padded = text.replaceAll('-', '+').replaceAll('_', '/')
  const bytes = fromBase64(padded + '='.repeat((4 - (padded.length % 4)) % 4), 'code')
  let at = 0
  const take = (length: number): Uint8Array => {
    const part = bytes.subarray(at, at + length)
    if (part.length !== length) throw new Malformed('code', 'cut off')
    at += length
    return part
  }
  const number = (length: number): number => {
    const value = take(length).reduce((sum, byte) => sum * 256 + byte, 0)
    if (!Number.isSafeInteger(value)) throw new Malformed('code', 'a number too large')
    return value
  }
  if (number(1) !== 1) throw new Malformed('code', 'of another version')
  const head = { tender: idText(take(16)), round: number(2), bidderId: idText(take(16)) }
  const [bidderSalt, m, index] = [take(32), take(32), number(8)]
  const roots: { cls: string; R: Uint8Array }[] = []
  while (at < bytes.length) {
    const cls = new TextDecoder().decode(take(number(1)))
    parseClass(cls, 'code')
    roots.push({ cls, R: take(32) })
  }
  if (roots.length === 0 || roots.length > mostRoots) throw new Malformed('code', 'not a number of envelopes')
  return { ...head, bidderSalt, m, index, roots }
}

/**
 * What the sealed bid is asked for with: its place in the log, M and the leafSalt that follows from the first root. Only who knows a root, or keeps the
 * bid's receipt, can name both; the root itself is never sent.
 */
export function handleOf(code: SecretCode, recipients: Recipients): { index: number; m: Base64; leafSalt: Base64 } {
  const [first] = code.roots
  if (!first) throw new Malformed('code', 'no envelope')
  const ctx = contextOf(recipients, first.cls, bidderCommitment(code.bidderSalt, code.bidderId))
  const { leafSalt } = deriveFromRoot(recipients, ctx, first.R)
  return { index: code.index, m: toBase64(code.m), leafSalt: toBase64(leafSalt) }
}

/** What was sealed: the manifest and, by envelope, the content. */
export type Seen = {
  readonly manifest: Manifest
  readonly cores: readonly { readonly cls: string; readonly core: Core }[]
}

/**
 * Opens what the portal has of the bid: the manifest is the code's, and every envelope is the one that its root makes, byte for byte. `numbers` is the count of
 * preliminary prices or null. Throws `Malformed` when anything else was sealed than the code says.
 */
export function openOnSecondDevice(
  code: SecretCode,
  where: { readonly descriptor: Descriptor; readonly recipients: Recipients; readonly numbers: number | null },
  sealed: { readonly manifest: unknown; readonly envelopes: unknown },
): Seen {
  const { descriptor, recipients, numbers } = where
  const manifest = parseManifest(sealed.manifest)
  if (!equalBytes(manifestHash(manifest), code.m)) throw new Malformed('manifest', 'another than the code says')
  if (manifest.tkd !== toBase64(descriptorHash(descriptor))) throw new Malformed('manifest.tkd', 'of another tender')
  if (manifest.tender !== code.tender || manifest.bidderId !== code.bidderId)
    throw new Malformed('manifest', 'of another tender or bidder')
  const envelopes = asArray(sealed.envelopes, 'envelopes', mostRoots)
  if (manifest.envelopes.length !== code.roots.length || envelopes.length !== code.roots.length)
    throw new Malformed('envelopes', 'not as many as the code has roots')
  const { leafSalt } = handleOf(code, recipients)
  const cores = manifest.envelopes.map(({ cls, e }, n) => {
    const root = code.roots[n]
    const given = asObject(envelopes[n], `envelopes[${n}]`, ['header', 'ciphertext'])
    const header = parseHeader(given['header'])
    if (root?.cls !== cls || toBase64(envelopeHash(header)) !== e) throw new Malformed(cls, 'another envelope')
    const opened = openByRoot(
      recipients,
      {
        cls,
        index: code.index,
        bc: bidderOf(manifest),
        e,
        header,
        ciphertext: fromBase64(asText(given['ciphertext'], cls, 2_000_000)),
        expected: {
          tender: manifest.tender,
          bidderId: manifest.bidderId,
          seq: manifest.seq,
          numbers: parseClass(cls).kind === 'price' ? numbers : null,
        },
        ...(n === 0 && { leafSalt: fromBase64(leafSalt) }),
      },
      root.R,
    )
    if (opened.status !== 'valid' || !opened.core) throw new Malformed(cls, `would be void: ${opened.code}`)
    return { cls, core: opened.core }
  })
  return { manifest, cores }
}

/** The operator's word on how a version stands: the newest of its bidder, replaced by another, or taken back. `time` in ms. */
export type StandingBody = {
  v: 1
  log: string
  m: Base64
  state: 'newest' | 'replaced' | 'withdrawn'
  time: number
}
export type SignedStanding = { body: StandingBody; sig: Base64 }

/** What the promise key signs: HO("standing", body). */
export const standingMessage = (body: StandingBody): Uint8Array => HO('standing', body)

/** The operator's word for this version, signed by one of the keys. Throws `Malformed`. */
export function checkStanding(value: unknown, m: Base64, log: string, keys: readonly Uint8Array[]): StandingBody {
  const signed = asObject(value, 'standing', ['body', 'sig'])
  const o = asObject(signed['body'], 'standing.body', ['v', 'log', 'm', 'state', 'time'])
  const body: StandingBody = {
    v: asOneOf(o['v'], 'standing.v', [1]),
    log: asText(o['log'], 'standing.log'),
    m: asBytes(o['m'], 'standing.m', 32),
    state: asOneOf(o['state'], 'standing.state', ['newest', 'replaced', 'withdrawn']),
    time: asInteger(o['time'], 'standing.time'),
  }
  const sig = fromBase64(asBytes(signed['sig'], 'standing.sig', 64))
  if (body.m !== m || body.log !== log) throw new Malformed('standing', 'of another bid or log')
  if (!keys.some((key) => promiseKeyHolds(standingMessage(body), sig, key)))
    throw new Malformed('standing.sig', 'not by a promise key')
  return body
}
