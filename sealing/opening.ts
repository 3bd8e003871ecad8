// Opening: the shares an officer posts, whether they may be posted, and what anyone computes from all posted shares.
import { type Base64, fromBase64, toBase64 } from './bytes.ts'
import { type Close, type ListItem, listRoot } from './closing.ts'
import type { Core, CoreExpectation, VoidCode } from './core.ts'
import { blindedCurve, type Curve } from './curve.ts'
import {
  bidderCommitment,
  contextOf,
  type Descriptor,
  descriptorHash,
  parseClass,
  type Recipients,
} from './descriptor.ts'
import { envelopeHash, findRoot, type Header, openEnvelope, openShare } from './envelope.ts'
import { HO } from './hash.ts'
import { Malformed } from './malformed.ts'
import { bidderOf, type Manifest, manifestHash } from './manifest.ts'
import { asArray, asBytes, asInteger, asObject, asOneOf, asText } from './shape.ts'
import { promiseHolds, type SignedPromise } from './signature.ts'

/** One officer's shares (kind 09): [E, share or "bad"], draw envelopes first, then live items by index, classes in descriptor order. */
export type Batch = { v: 1; tender: string; close: Base64; i: number; shares: [Base64, Base64 | 'bad'][] }

/** A sealed draw salt as the notice lists it, with its header and ciphertext from the log's store. */
export type SealedSalt = { i: number; bidderSalt: Base64; index: number; header: Header; ciphertext: Uint8Array | null }

/** A live bid as it goes to the opening; envelopes in the order of its manifest. */
export type LiveBid = {
  index: number
  leafSalt: Base64
  manifest: Manifest
  envelopes: readonly { cls: string; header: Header; ciphertext: Uint8Array | null }[]
}

/** One envelope to open: everything the check needs, as plain data that can be handed to a worker. */
export type Sealed = {
  cls: string
  /** Log index of the bid's or salt's entry. */
  index: number
  bc: Uint8Array
  e: Base64
  header: Header
  ciphertext: Uint8Array | null
  /** null for draw salts. */
  expected: CoreExpectation | null
  /** Only for the first envelope of a manifest. */
  leafSalt?: Uint8Array
  /** The officer whose salt it is; only for draw salts. */
  officer?: number
}

/**
 * The required set of an opening, in the order in which shares are posted: salts in descriptor order if `classes` has "draw", then live
 * bids by index, classes in descriptor order. `classes` are those opened now; `numbers` is the count of preliminary prices or null.
 * `opens` leaves out envelopes that stay sealed: the prices of bids that a technical evaluation does not pass.
 * Throws `Malformed` if a header is not the one its manifest names.
 */
export function envelopesToOpen(
  descriptor: Descriptor,
  classes: readonly string[],
  salts: readonly SealedSalt[],
  bids: readonly LiveBid[],
  numbers: number | null,
  opens: (index: number, cls: string) => boolean = () => true,
): Sealed[] {
  const order = descriptor.classes.filter((cls) => classes.includes(cls))
  if (order.length !== classes.length) throw new Malformed('classes', 'not of this tender')
  const people = descriptor.groups.flatMap((group) => group.o.map(([i]) => i))
  const saltOf = (i: number): Sealed[] =>
    salts
      .filter((salt) => salt.i === i)
      .map(({ bidderSalt, index, header, ciphertext }) => ({
        cls: 'draw',
        index,
        bc: bidderCommitment(fromBase64(bidderSalt), `officer/${i}`),
        e: toBase64(envelopeHash(header)),
        header,
        ciphertext,
        expected: null,
        officer: i,
      }))
  const ofBid = ({ index, leafSalt, manifest, envelopes }: LiveBid): Sealed[] =>
    order.flatMap((cls) => {
      const place = manifest.envelopes.findIndex((envelope) => envelope.cls === cls)
      if (place < 0 || !opens(index, cls)) return []
      const envelope = envelopes.find((candidate) => candidate.cls === cls)
      const e = manifest.envelopes[place]?.e ?? ''
      if (envelope === undefined || toBase64(envelopeHash(envelope.header)) !== e) {
        throw new Malformed(`bid ${index} ${cls}`, 'the header is not the one the manifest names')
      }
      const draws = parseClass(cls).kind === 'price' ? numbers : null
      return [
        {
          cls,
          index,
          bc: bidderOf(manifest),
          e,
          header: envelope.header,
          ciphertext: envelope.ciphertext,
          expected: { tender: manifest.tender, bidderId: manifest.bidderId, seq: manifest.seq, numbers: draws },
          ...(place === 0 ? { leafSalt: fromBase64(leafSalt) } : {}),
        },
      ]
    })
  return [
    ...(order.includes('draw') ? people.flatMap(saltOf) : []),
    ...[...bids].sort((a, b) => a.index - b.index).flatMap(ofBid),
  ]
}

/** Why an officer's program does not use its key; `index` names the bid, where one is the reason. */
export type OpeningObstacle = {
  code:
    | 'other-descriptor'
    | 'other-close-list'
    | 'before-deadline'
    | 'not-below-close'
    | 'other-manifest'
    | 'promise-late'
    | 'promise-not-signed'
    | 'no-eligibility'
    | 'no-evaluation'
    | 'not-admitted'
  index?: number
}

/**
 * The officer's checks of protocol 2.7 that need no witness: (2) the descriptor is the one signed; (3) the list is the closed one and every
 * bid lies below it with a signed promise in time; (6) eligibility precedes the shares; (7) where a technical stage comes first, its
 * result is logged and passes the bid. That entries are included in the log is checked with the log room's proofs by the same program;
 * (4) and (5) are kept by `makeBatch`, which computes ctx itself and gets live bids only. Gives the first obstacle, or null.
 */
export function findOpeningObstacle(input: {
  /** Hash of the descriptor that the officer signed. */
  signedTkd: Uint8Array
  descriptor: Descriptor
  close: Close
  closeIndex: number
  items: readonly ListItem[]
  bids: readonly { index: number; manifest: Manifest; promise: SignedPromise }[]
  promiseKeys: readonly Uint8Array[]
  /** Time now, ms, from a source the officer trusts. */
  now: number
  eligibilityIndex: number | null
  /** Admitted bids by log index, from the eligibility object. */
  eligible: readonly number[]
  /** Set for the price class of a tender with a technical stage: the logged evaluation and the bids it passes. */
  evaluation?: { index: number | null; passed: readonly number[] }
}): OpeningObstacle | null {
  const { close, closeIndex, items, evaluation } = input
  const tkd = toBase64(descriptorHash(input.descriptor))
  if (tkd !== toBase64(input.signedTkd) || close.tkd !== tkd || close.tender !== input.descriptor.tender) {
    return { code: 'other-descriptor' }
  }
  if (close.count !== items.length || close.root !== toBase64(listRoot(items))) return { code: 'other-close-list' }
  if (input.now < close.T) return { code: 'before-deadline' }
  if (input.eligibilityIndex === null) return { code: 'no-eligibility' }
  if (evaluation !== undefined && (evaluation.index === null || evaluation.index <= closeIndex))
    return { code: 'no-evaluation' }
  const itemAt = new Map(items.map((item) => [item.index, item]))
  const admitted = new Set(input.eligible)
  const passed = evaluation === undefined ? admitted : new Set(evaluation.passed)
  for (const { index, manifest, promise } of input.bids) {
    const item = itemAt.get(index)
    if (item?.status !== 'live' || item.index >= closeIndex) return { code: 'not-below-close', index }
    if (item.m !== toBase64(manifestHash(manifest)) || promise.body.m !== item.m)
      return { code: 'other-manifest', index }
    if (promise.body.time > close.T) return { code: 'promise-late', index }
    if (!input.promiseKeys.some((key) => promiseHolds(promise, key))) return { code: 'promise-not-signed', index }
    if (!admitted.has(index) || !passed.has(index)) return { code: 'not-admitted', index }
  }
  return null
}

/** The Diffie-Hellman value of an officer's key with a share's `enc`: from a key in memory, in WebCrypto, on a card or in an HSM. */
export type KeyAgreement = (enc: Uint8Array) => Uint8Array | Promise<Uint8Array>

/** Key agreement with a 32-byte private scalar in memory. */
export function agreementWith(secretKey: Uint8Array, curve: Curve = blindedCurve): KeyAgreement {
  return (enc) => curve.sharedX(secretKey, enc)
}

/** Key agreement with a WebCrypto ECDH key of P-256 (usage deriveBits), which may be non-extractable: JavaScript never sees the scalar. */
export function agreementWithCryptoKey(privateKey: CryptoKey): KeyAgreement {
  const { subtle } = globalThis.crypto
  return async (enc) => {
    const raw = new Uint8Array(enc)
    const other = await subtle.importKey('raw', raw, { name: 'ECDH', namedCurve: 'P-256' }, false, [])
    return new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: other }, privateKey, 256))
  }
}

/**
 * The batch of person i: one share, or "bad", for every required envelope in order. The context of each comes from the officer's own
 * recipients and the bid's bc, so that a share of another tender, class or bidder does not decrypt.
 */
export async function makeBatch(
  recipients: Recipients,
  head: { tender: string; close: Uint8Array; i: number },
  required: readonly Pick<Sealed, 'cls' | 'bc' | 'e' | 'header'>[],
  agree: KeyAgreement,
): Promise<Batch> {
  const person = recipients.people.find(({ i }) => i === head.i)
  if (person === undefined) throw new Malformed('batch.i', 'not a key holder of this round')
  const shares: Batch['shares'] = []
  for (const { cls, bc, e, header } of required) {
    const ctx = contextOf(recipients, cls, bc)
    let y: Uint8Array | null = null
    try {
      const enc = header.shares.find((share) => share.i === head.i)?.enc
      if (enc !== undefined) y = openShare({ dh: await agree(fromBase64(enc)), pk: person.pk, i: head.i, ctx, header })
    } catch {
      // An `enc` that is no point of the curve makes every key agreement throw.
      y = null
    }
    shares.push([e, y === null ? 'bad' : toBase64(y)])
  }
  return { v: 1, tender: head.tender, close: toBase64(head.close), i: head.i, shares }
}

/** A batch from parsed JSON. Throws `Malformed`. */
export function parseBatch(value: unknown): Batch {
  const o = asObject(value, 'batch', ['v', 'tender', 'close', 'i', 'shares'])
  return {
    v: asOneOf(o['v'], 'batch.v', [1]),
    tender: asText(o['tender'], 'batch.tender'),
    close: asBytes(o['close'], 'batch.close', 32),
    i: asInteger(o['i'], 'batch.i', 1, 255),
    shares: asArray(o['shares'], 'batch.shares', 1_000_000).map((entry, n): [Base64, Base64 | 'bad'] => {
      const at = `batch.shares[${n}]`
      const pair = asArray(entry, at, 2)
      if (pair.length !== 2) throw new Malformed(at, 'not [envelope, share]')
      return [asBytes(pair[0], `${at}[0]`, 32), pair[1] === 'bad' ? 'bad' : asBytes(pair[1], `${at}[1]`, 32)]
    }),
  }
}

/** The batch's commitment, which its officer signs: HO("batch", batch). */
export function batchHash(batch: Batch): Uint8Array {
  return HO('batch', batch)
}

/** Refuses a batch that is not by a key holder of this closing for exactly the required set, in order. Throws `Malformed`. */
export function checkBatch(
  batch: Batch,
  recipients: Recipients,
  head: { tender: string; close: Uint8Array },
  required: readonly Pick<Sealed, 'e'>[],
): void {
  if (batch.tender !== head.tender) throw new Malformed('batch.tender', 'of another tender')
  if (batch.close !== toBase64(head.close)) throw new Malformed('batch.close', 'of another closing')
  if (!recipients.people.some(({ i }) => i === batch.i))
    throw new Malformed('batch.i', 'not a key holder of this round')
  if (batch.shares.length !== required.length) throw new Malformed('batch.shares', 'not the required set')
  required.forEach(({ e }, n) => {
    if (batch.shares[n]?.[0] !== e) throw new Malformed(`batch.shares[${n}]`, 'not the required envelope')
  })
}

/** What became of one envelope. R where it was found; `wrong` names the people whose posted share is not what they must have decrypted. */
export type Opened = {
  cls: string
  index: number
  e: Base64
  officer?: number
  status: 'valid' | 'void' | 'pending'
  code: VoidCode | null
  R: Uint8Array | null
  core: Core | null
  wrong: number[]
}

/**
 * Opens one envelope from the posted shares (person number and share or "bad"; the first of a person counts). `complete` is what
 * `postedShares` says: only then is an envelope without R void. Pure and without state: a worker may call it
 * for each envelope.
 */
export function openSealed(
  recipients: Recipients,
  sealed: Sealed,
  posted: readonly (readonly [number, Base64 | 'bad'])[],
  complete: boolean,
): Opened {
  const first = new Map<number, Base64 | 'bad'>()
  for (const [i, y] of posted) if (!first.has(i)) first.set(i, y)
  const shares = new Map([...first].flatMap(([i, y]) => (y === 'bad' ? [] : [[i, fromBase64(y)] as const])))
  const ctx = contextOf(recipients, sealed.cls, sealed.bc)
  const R = findRoot(recipients, ctx, fromBase64(sealed.header.rc), shares)
  if (R !== null) return checkedWithRoot(recipients, sealed, R, first)
  return {
    ...headOf(sealed),
    status: complete ? 'void' : 'pending',
    code: complete ? 'no-root' : null,
    R,
    core: null,
    wrong: [],
  }
}

/** The same check from a published or own root: what every citizen, and the bidder's second device, repeats. `wrong` is empty. */
export function openByRoot(recipients: Recipients, sealed: Sealed, R: Uint8Array): Opened {
  return checkedWithRoot(recipients, sealed, R, new Map())
}

function headOf({ cls, index, e, officer }: Sealed): Pick<Opened, 'cls' | 'index' | 'e' | 'officer'> {
  return { cls, index, e, ...(officer === undefined ? {} : { officer }) }
}

function checkedWithRoot(
  recipients: Recipients,
  sealed: Sealed,
  R: Uint8Array,
  posted: ReadonlyMap<number, Base64 | 'bad'>,
): Opened {
  const { rederived, code, core } = openEnvelope({ ...sealed, recipients, R })
  const { derived, shares } = rederived
  const wrong = recipients.people.flatMap(({ i }, n) => {
    const [y, sealedTo, due, given] = [posted.get(i), derived?.[n], shares?.[n], sealed.header.shares[n]]
    if (y === undefined || sealedTo === undefined || due === undefined) return []
    // Where the bidder's own ciphertext for this person differs, what it decrypts to is the bidder's doing, not the officer's.
    const asSealed = given !== undefined && given.i === i && given.enc === sealedTo.enc && given.ct === sealedTo.ct
    return asSealed && y !== toBase64(due) ? [i] : []
  })
  return { ...headOf(sealed), status: code === null ? 'valid' : 'void', code, R, core, wrong }
}

/**
 * Opens a whole round: `absent` are people with a logged absence. Batches must have passed `checkBatch`; the first of a person counts.
 * Gives one result per required envelope, in order.
 */
export function openRound(
  recipients: Recipients,
  required: readonly Sealed[],
  batches: readonly Batch[],
  absent: readonly number[],
): Opened[] {
  const { posted, complete } = postedShares(recipients, required, batches, absent)
  return required.map((sealed, n) => openSealed(recipients, sealed, posted[n] ?? [], complete))
}

/**
 * The arguments of `openSealed`: the shares posted per required envelope, and whether the posting is complete, that is everyone has posted
 * or is absent and every group has its quorum. Where a group lacks its quorum the round cannot be opened, and no bid is void for that.
 */
export function postedShares(
  recipients: Recipients,
  required: readonly Pick<Sealed, 'e'>[],
  batches: readonly Batch[],
  absent: readonly number[],
): { posted: [number, Base64 | 'bad'][][]; complete: boolean } {
  const first = new Map<number, Batch>()
  for (const batch of batches) if (!first.has(batch.i)) first.set(batch.i, batch)
  return {
    posted: required.map((_, n) =>
      [...first.values()].flatMap((batch): [number, Base64 | 'bad'][] => {
        const share = batch.shares[n]
        return share === undefined ? [] : [[batch.i, share[1]]]
      }),
    ),
    complete:
      recipients.people.every(({ i }) => first.has(i) || absent.includes(i)) &&
      recipients.thresholds.every(
        (k, g) => recipients.people.filter((person) => person.g === g && first.has(person.i)).length >= k,
      ),
  }
}

/** The public opening object (kind 0a). */
export type Opening = {
  v: 1
  tender: string
  close: Base64
  results: { index: number; e: Base64; R: Base64 | null; status: Opened['status']; code: VoidCode | null }[]
  salts: { i: number; R: Base64 | null; code: VoidCode | null }[]
}

/** The opening object of a round's results. */
export function openingOf(tender: string, close: Uint8Array, results: readonly Opened[]): Opening {
  const text = (R: Uint8Array | null): Base64 | null => (R === null ? null : toBase64(R))
  return {
    v: 1,
    tender,
    close: toBase64(close),
    results: results
      .filter((result) => result.officer === undefined)
      .map(({ index, e, R, status, code }) => ({ index, e, R: text(R), status, code })),
    salts: results.flatMap(({ officer, R, code }) => (officer === undefined ? [] : [{ i: officer, R: text(R), code }])),
  }
}

/** HO("opening", opening): the 32 bytes in the opening entry. */
export function openingHash(opening: Opening): Uint8Array {
  return HO('opening', opening)
}
