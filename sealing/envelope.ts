// The sealed envelope: everything in it follows from one root secret, so whoever is given the root can make it again and compare.
import { gcmOpen, gcmSeal } from './aead.ts'
import { type Base64, concat, equalBytes, fromBase64, toBase64, u8, utf8, xor } from './bytes.ts'
import {
  type Core,
  type CoreExpectation,
  checkCore,
  isCiphertextLength,
  pad,
  parseCore,
  unpad,
  type VoidCode,
} from './core.ts'
import { checkPublicKey } from './curve.ts'
import { contextOf, parseClass, type Recipients } from './descriptor.ts'
import { H, HO, hkdfExpand, hkdfExtract, sha256 } from './hash.ts'
import { hpkeOpenWithDh, hpkeSeal } from './hpke.ts'
import { canonical, canonicalText, parseCanonical } from './jcs.ts'
import { Malformed } from './malformed.ts'
import { combine, shareAt } from './shamir.ts'
import { asArray, asBytes, asInteger, asObject, asOneOf } from './shape.ts'

/** One share, encrypted to person i: 65-byte ephemeral key, 48 bytes of ciphertext. */
export type HeaderShare = { i: number; enc: Base64; ct: Base64 }

/** An attachment's ciphertext: lengths in bytes, root of its segment tree, number of segments, its 74-byte header. */
export type HeaderFile = { len: number; root: Base64; segs: number; hdr: Base64 }

/** The public part of an envelope; `core` describes the ciphertext with its tag, `shares` are in descriptor order. */
export type Header = {
  v: 1
  suite: 1
  ctx: Base64
  bc: Base64
  rc: Base64
  shares: HeaderShare[]
  core: { len: number; sha256: Base64 }
  files: HeaderFile[]
}

/** A sealed envelope in the hands of the one who sealed it: R and leafSalt stay secret until the opening (leafSalt goes to the server). */
export type SealedEnvelope = {
  header: Header
  ciphertext: Uint8Array
  R: Uint8Array
  /** E = HO("envelope", header). */
  e: Uint8Array
  leafSalt: Uint8Array
}

/** What follows from a root: commitment, shares in descriptor order, key of the core, salt of the log entry, keys of the ephemerals. */
export type Derivation = {
  ctx: Uint8Array
  rc: Uint8Array
  shares: Uint8Array[]
  coreKey: Uint8Array
  leafSalt: Uint8Array
  ephemeral: (i: number) => Uint8Array
}

const ROOT_SALT = utf8('eproc/v1/root')
const SHARE_INFO = utf8('eproc/v1/share')
const ZERO = new Uint8Array(1)
// The core's key is used once, so its nonce is constant.
const NONCE = new Uint8Array(12)

/** rc = H("rootcommit", ctx, R): at most one R fits an envelope. */
export function rootCommitment(ctx: Uint8Array, R: Uint8Array): Uint8Array {
  return H('rootcommit', ctx, R)
}

/** Everything that follows from a root under a given context; throws `Malformed` unless R is 32 bytes. */
export function deriveFromRoot(recipients: Recipients, ctx: Uint8Array, R: Uint8Array): Derivation {
  if (R.length !== 32) throw new Malformed('R', 'not 32 bytes')
  const prk = hkdfExtract(ROOT_SALT, R)
  const d = (label: string, length: number): Uint8Array => hkdfExpand(prk, concat(utf8(label), ZERO, ctx), length)
  const last = recipients.thresholds.length - 1
  const secrets: Uint8Array[] = []
  let remainder = R
  for (let g = 0; g < last; g += 1) {
    const secret = d(`group/${g}`, 32)
    secrets.push(secret)
    remainder = xor(remainder, secret)
  }
  secrets.push(remainder)
  const coefficients = recipients.thresholds.map((k, g) =>
    k === 1 ? new Uint8Array(0) : d(`shamir/${g}`, 32 * (k - 1)),
  )
  const shares = recipients.people.map(({ g, x }) => {
    const [secret, polynomial] = [secrets[g], coefficients[g]]
    if (secret === undefined || polynomial === undefined) throw new Error('a recipient of no group')
    return shareAt(secret, polynomial, x)
  })
  return {
    ctx,
    rc: rootCommitment(ctx, R),
    shares,
    coreKey: d('core', 32),
    leafSalt: d('leafsalt', 32),
    ephemeral: (i) => d(`eph/${i}`, 32),
  }
}

/** Key and associated data of attachment j (0-based) of an envelope with this context and root: d("file/j", 32) and ctx. */
export function attachmentKey(ctx: Uint8Array, R: Uint8Array, j: number): { key: Uint8Array; aad: Uint8Array } {
  if (R.length !== 32) throw new Malformed('R', 'not 32 bytes')
  const key = hkdfExpand(hkdfExtract(ROOT_SALT, R), concat(utf8(`file/${j}`), ZERO, ctx), 32)
  return { key, aad: ctx }
}

function shareInfo(ctx: Uint8Array, i: number): Uint8Array {
  return concat(SHARE_INFO, ctx, u8(i))
}

function headerShares(recipients: Recipients, derivation: Derivation): HeaderShare[] {
  return recipients.people.map(({ i, pk }, n) => {
    const { enc, ct } = hpkeSeal({
      publicKey: pk,
      ikmE: derivation.ephemeral(i),
      info: shareInfo(derivation.ctx, i),
      aad: derivation.rc,
      plaintext: derivation.shares[n] ?? new Uint8Array(0),
      curve: recipients.curve,
    })
    return { i, enc: toBase64(enc), ct: toBase64(ct) }
  })
}

/** E = HO("envelope", header). */
export function envelopeHash(header: Header): Uint8Array {
  return HO('envelope', header)
}

function withoutFiles(core: object): object {
  const { files: _files, ...rest } = core as { files?: unknown }
  return rest
}

export type SealInput = {
  recipients: Recipients
  cls: string
  /** 32 bytes: H("bidder", bidderSalt, bidderId). */
  bc: Uint8Array
  core: Core
  /** 32 bytes from a secure source, used for this sealing only: an R must never meet two cores. */
  random32: Uint8Array
  files?: HeaderFile[]
}

/** R = H("root", 32 random bytes, canonical core without files): hedged, so that a weak random source alone does not give it away. */
export function rootOf(random32: Uint8Array, core: object): Uint8Array {
  if (random32.length !== 32) throw new Malformed('random', 'not 32 bytes')
  return H('root', random32, canonical(withoutFiles(core)))
}

/** Seals a canonical value under a given root. For re-derivation and vectors; a client calls `sealEnvelope`. */
export function sealUnderRoot(
  recipients: Recipients,
  cls: string,
  bc: Uint8Array,
  core: unknown,
  R: Uint8Array,
  files: HeaderFile[] = [],
): SealedEnvelope {
  parseClass(cls)
  const { shares: _, ...sealed } = sealValue(recipients, cls, bc, core, R, files)
  return sealed
}

/** The same for any class, a probe's included; `shares` are the plain shares in descriptor order. */
export function sealValue(
  recipients: Recipients,
  cls: string,
  bc: Uint8Array,
  core: unknown,
  R: Uint8Array,
  files: HeaderFile[] = [],
): SealedEnvelope & { shares: Uint8Array[] } {
  if (bc.length !== 32) throw new Malformed('bc', 'not 32 bytes')
  const derivation = deriveFromRoot(recipients, contextOf(recipients, cls, bc), R)
  const aad = concat(derivation.ctx, derivation.rc)
  const ciphertext = gcmSeal(derivation.coreKey, NONCE, aad, pad(canonical(core)))
  const header: Header = {
    v: 1,
    suite: 1,
    ctx: toBase64(derivation.ctx),
    bc: toBase64(bc),
    rc: toBase64(derivation.rc),
    shares: headerShares(recipients, derivation),
    core: { len: ciphertext.length, sha256: toBase64(sha256(ciphertext)) },
    files,
  }
  const { leafSalt, shares } = derivation
  return { header, ciphertext, R, e: envelopeHash(header), leafSalt, shares }
}

/** Seals a core to the recipients. Throws `Malformed` if the core does not have the members of its class. */
export function sealEnvelope(input: SealInput): SealedEnvelope {
  const { recipients, cls, bc, core, random32, files = [] } = input
  const parsed = parseCore(core, parseClass(cls).kind, 'picks' in core)
  return sealUnderRoot(recipients, cls, bc, parsed, rootOf(random32, parsed), files)
}

/** A header from parsed JSON: members, types and lengths; that it belongs to a bid is `checkHeader`'s matter. Throws `Malformed`. */
export function parseHeader(value: unknown): Header {
  const o = asObject(value, 'header', ['v', 'suite', 'ctx', 'bc', 'rc', 'shares', 'core', 'files'])
  const core = asObject(o['core'], 'header.core', ['len', 'sha256'])
  return {
    v: asOneOf(o['v'], 'header.v', [1]),
    suite: asOneOf(o['suite'], 'header.suite', [1]),
    ctx: asBytes(o['ctx'], 'header.ctx', 32),
    bc: asBytes(o['bc'], 'header.bc', 32),
    rc: asBytes(o['rc'], 'header.rc', 32),
    shares: asArray(o['shares'], 'header.shares', 255).map((entry, n) => {
      const share = asObject(entry, `header.shares[${n}]`, ['i', 'enc', 'ct'])
      return {
        i: asInteger(share['i'], `header.shares[${n}].i`, 1, 255),
        enc: asBytes(share['enc'], `header.shares[${n}].enc`, 65),
        ct: asBytes(share['ct'], `header.shares[${n}].ct`, 48),
      }
    }),
    core: {
      len: asInteger(core['len'], 'header.core.len', 1),
      sha256: asBytes(core['sha256'], 'header.core.sha256', 32),
    },
    files: asArray(o['files'], 'header.files', 20).map((entry, n) => {
      const file = asObject(entry, `header.files[${n}]`, ['len', 'root', 'segs', 'hdr'])
      return {
        len: asInteger(file['len'], `header.files[${n}].len`, 74),
        root: asBytes(file['root'], `header.files[${n}].root`, 32),
        segs: asInteger(file['segs'], `header.files[${n}].segs`),
        hdr: asBytes(file['hdr'], `header.files[${n}].hdr`, 74),
      }
    }),
  }
}

/**
 * What a server can check of an envelope without opening it: context, bidder commitment, one share per person in order with points of the
 * curve, an allowed ciphertext length and its hash. Throws `Malformed`.
 */
export function checkHeader(
  recipients: Recipients,
  cls: string,
  bc: Uint8Array,
  header: Header,
  ciphertext: Uint8Array,
): void {
  if (header.bc !== toBase64(bc)) throw new Malformed('header.bc', 'of another bidder')
  if (header.ctx !== toBase64(contextOf(recipients, cls, bc)))
    throw new Malformed('header.ctx', 'of another tender, class or bidder')
  if (header.shares.length !== recipients.people.length) throw new Malformed('header.shares', 'not one per key holder')
  recipients.people.forEach(({ i }, n) => {
    const share = header.shares[n]
    if (share?.i !== i) throw new Malformed(`header.shares[${n}].i`, 'not in the order of the descriptor')
    checkPublicKey(fromBase64(share.enc), `header.shares[${n}].enc`)
  })
  if (header.core.len !== ciphertext.length || !isCiphertextLength(ciphertext.length)) {
    throw new Malformed('header.core.len', 'not the length of a padded core')
  }
  if (header.core.sha256 !== toBase64(sha256(ciphertext)))
    throw new Malformed('header.core.sha256', 'not the hash of the ciphertext')
}

/**
 * One person's share of an envelope, given the Diffie-Hellman value of their key with the share's `enc`; null where it does not decrypt.
 * `ctx` must be computed by the officer from their own descriptor and the bid's bc, never taken from the header (protocol 2.7 (4)).
 */
export function openShare(input: {
  dh: Uint8Array
  pk: Uint8Array
  i: number
  ctx: Uint8Array
  header: Header
}): Uint8Array | null {
  const { dh, pk, i, ctx, header } = input
  const share = header.shares.find((candidate) => candidate.i === i)
  if (share === undefined) return null
  const y = hpkeOpenWithDh({
    dh,
    publicKey: pk,
    enc: fromBase64(share.enc),
    info: shareInfo(ctx, i),
    aad: fromBase64(header.rc),
    ct: fromBase64(share.ct),
  })
  return y !== null && y.length === 32 ? y : null
}

function subsets<T>(list: readonly T[], size: number): T[][] {
  if (size === 0) return [[]]
  return list.flatMap((first, n) => subsets(list.slice(n + 1), size - 1).map((rest) => [first, ...rest]))
}

/**
 * The root that the posted shares give, or null: tries every quorum of every group against rc, values that most quorums agree on first.
 * `shares` maps person numbers to 32 bytes; shares of strangers are ignored. What is found does not depend on the order of trial,
 * since at most one R fits rc.
 */
export function findRoot(
  recipients: Recipients,
  ctx: Uint8Array,
  rc: Uint8Array,
  shares: ReadonlyMap<number, Uint8Array>,
): Uint8Array | null {
  const candidates = recipients.thresholds.map((k, g) => {
    const posted = recipients.people.flatMap(({ i, g: group, x }) => {
      const y = group === g ? shares.get(i) : undefined
      return y === undefined || y.length !== 32 ? [] : [{ x, y }]
    })
    const votes = new Map<string, { secret: Uint8Array; count: number }>()
    for (const quorum of subsets(posted, k)) {
      const secret = combine(quorum)
      const key = toBase64(secret)
      const vote = votes.get(key)
      if (vote === undefined) votes.set(key, { secret, count: 1 })
      else vote.count += 1
    }
    return [...votes.values()].sort((a, b) => b.count - a.count).map((vote) => vote.secret)
  })
  const search = (g: number, sum: Uint8Array): Uint8Array | null => {
    const group = candidates[g]
    if (group === undefined) return equalBytes(rootCommitment(ctx, sum), rc) ? sum : null
    for (const secret of group) {
      const found = search(g + 1, xor(sum, secret))
      if (found !== null) return found
    }
    return null
  }
  return search(0, new Uint8Array(32))
}

export type Rederived =
  | { code: null; value: unknown; leafSalt: Uint8Array; derived: HeaderShare[]; shares: Uint8Array[] }
  | {
      code: VoidCode
      value: null
      leafSalt: Uint8Array | null
      derived: HeaderShare[] | null
      shares: Uint8Array[] | null
    }

/**
 * Makes the envelope again from R and compares it byte for byte; gives the canonical value inside, or the first VOID code up to
 * "not-canonical". `ciphertext` is null where it is not to be had. `derived` are the header shares and `shares` the plain shares that R
 * demands, in descriptor order.
 */
export function rederive(
  recipients: Recipients,
  cls: string,
  bc: Uint8Array,
  header: Header,
  ciphertext: Uint8Array | null,
  R: Uint8Array,
): Rederived {
  const ctx = contextOf(recipients, cls, bc)
  if (R.length !== 32 || toBase64(rootCommitment(ctx, R)) !== header.rc) {
    return { code: 'rc', value: null, leafSalt: null, derived: null, shares: null }
  }
  const derivation = deriveFromRoot(recipients, ctx, R)
  const derived = headerShares(recipients, derivation)
  const { leafSalt, shares } = derivation
  const bad = (code: VoidCode): Rederived => ({ code, value: null, leafSalt, derived, shares })
  const again = { v: 1, suite: 1, ctx: toBase64(ctx), bc: toBase64(bc), rc: header.rc, shares: derived }
  try {
    parseHeader(header)
    if (canonicalText({ ...again, core: header.core, files: header.files }) !== canonicalText(header))
      return bad('header')
  } catch (error) {
    if (error instanceof Malformed) return bad('header')
    throw error
  }
  if (ciphertext === null || ciphertext.length !== header.core.len) return bad('core-hash')
  if (toBase64(sha256(ciphertext)) !== header.core.sha256) return bad('core-hash')
  let padded: Uint8Array
  try {
    padded = gcmOpen(derivation.coreKey, NONCE, concat(ctx, derivation.rc), ciphertext)
  } catch {
    return bad('core-decrypt')
  }
  const data = unpad(padded)
  if (data === null) return bad('pad')
  try {
    return { code: null, value: parseCanonical(data), leafSalt, derived, shares }
  } catch (error) {
    if (error instanceof Malformed) return bad('not-canonical')
    throw error
  }
}

export type OpenInput = {
  recipients: Recipients
  cls: string
  bc: Uint8Array
  header: Header
  ciphertext: Uint8Array | null
  R: Uint8Array
  /** What the core must say; null for draw salts. */
  expected: CoreExpectation | null
  /** The bid's leafSalt, given for the first envelope of its manifest only. */
  leafSalt?: Uint8Array
}

/** The re-derivation check: the core of a valid envelope, or the first VOID code that applies. */
export function openEnvelope(
  input: OpenInput,
): { core: Core; code: null; rederived: Rederived } | { core: null; code: VoidCode; rederived: Rederived } {
  const { recipients, cls, bc, header, ciphertext, R, expected, leafSalt } = input
  const rederived = rederive(recipients, cls, bc, header, ciphertext, R)
  if (rederived.code !== null) return { core: null, code: rederived.code, rederived }
  const checked = checkCore(rederived.value, cls, header.files.length, expected)
  if (checked.code !== null) return { core: null, code: checked.code, rederived }
  if (leafSalt !== undefined && !equalBytes(leafSalt, rederived.leafSalt))
    return { core: null, code: 'leafsalt', rederived }
  return { core: checked.core, code: null, rederived }
}
