// Whether a share may leave: everything that protocol §2.7 (1) to (7) asks, by this guardian's own reading, its own pinned trust and its own clock.
import { makeEntry, type EntryKind } from '@naru/log/entry.ts'
import { BadForm } from '@naru/log/encoding.ts'
import { readerOf, rootAt } from '@naru/log/merkle.ts'
import { openWitnessed, type Policy } from '@naru/log/policy.ts'
import { fromBase64, toBase64, u64 } from '@naru/sealing/bytes.ts'
import { type Close, type ListItem, parseClose } from '@naru/sealing/closing.ts'
import { commitmentOf, type ObjectLabel } from '@naru/sealing/commitment.ts'
import type { Descriptor } from '@naru/sealing/descriptor.ts'
import { parseHeader } from '@naru/sealing/envelope.ts'
import { findHoldBack, readEvaluation, technicalComesFirst } from '@naru/sealing/evaluation.ts'
import { H } from '@naru/sealing/hash.ts'
import { type InTimeTerms, sightOf, type WitnessedSize } from '@naru/sealing/in-time.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { manifestHash, parseManifest } from '@naru/sealing/manifest.ts'
import {
  envelopesToOpen,
  findOpeningObstacle,
  type LiveBid,
  type Sealed,
  type SealedSalt,
} from '@naru/sealing/opening.ts'
import { sealedEntry } from '@naru/sealing/receipt.ts'
import { parsePromise, parseSignature, type SignedPromise } from '@naru/sealing/signature.ts'
import { checkCadesForm, subjectOf, type Trust } from '@naru/sealing/signatures/cades.ts'
import { findPath, Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { checkToken } from '@naru/sealing/signatures/timestamp.ts'
import type { ProvenLog } from './portal.ts'

/** An object with the index at which its entry is said to stand. */
interface Placed {
  readonly index: number
  readonly object: unknown
}

/** The closed box as the portal hands it to a key holder. Nothing in it is believed. */
export interface Box {
  readonly close: unknown
  readonly commitment: string
  readonly items: readonly ListItem[]
  readonly required: readonly string[]
  readonly salts: readonly {
    readonly i: number
    readonly bidderSalt: string
    readonly index: number
    readonly envelope: { readonly header: unknown }
  }[]
  readonly bids: readonly {
    readonly index: number
    readonly leafSalt: string
    readonly manifest: unknown
    readonly signature: unknown
    readonly promise: unknown
    readonly envelopes: readonly { readonly cls: string; readonly header: unknown }[]
  }[]
  readonly evidence: {
    readonly close: number
    readonly notice: Placed & { readonly kind: 'notice' | 'amendment' }
    readonly eligibility: Placed | null
    readonly evaluation: Placed | null
    readonly tokens: readonly Placed[]
    /** Where δ was prolonged: the note of the checkpoint that the witnesses had cosigned by T + δ, if there was one. */
    readonly witnessed?: string | null
  }
}

/** What this guardian's institution decided once to believe. */
export interface Pinned {
  readonly promiseKeys: readonly Uint8Array[]
  readonly trust: Trust
  /** Whether tokens are demanded: where the pinned list names time-stamp authorities. */
  readonly stamped: boolean
  /** Under which a checkpoint counts as witnessed. */
  readonly policy: Policy
  /** The largest δ, ms, that needs no further evidence. */
  readonly delta: number
  /** Whether the institution takes a longer one on the operator's logged word, where neither authorities nor witnesses saw a bid in time. */
  readonly takesWord: boolean
  /** Only a sandbox: bids may be signed by a session instead of a certificate. */
  readonly sandbox: boolean
}

/** δ of the terms of every country so far, ms. */
export const usualDelta = 60_000

/** Why no share leaves. */
export interface Refusal {
  readonly code: string
  readonly index?: number
}

/** Every index that the judgement reads from the log. */
export function indexesRead(box: Box): number[] {
  const { evidence } = box
  return [
    evidence.close,
    evidence.notice.index,
    ...(evidence.eligibility ? [evidence.eligibility.index] : []),
    ...(evidence.evaluation ? [evidence.evaluation.index] : []),
    ...evidence.tokens.flatMap(({ index, object }) => {
      const { first, count } = object as { first: number; count: number }
      return [index, ...(count > 0 && count <= 100_000 ? Array.from({ length: count }, (_, n) => first + n) : [])]
    }),
    ...box.bids.map(({ index }) => index),
    ...box.salts.map(({ index }) => index),
  ]
}

/**
 * The envelopes whose shares may leave now, in order, or why none does. `signedTkd` is the descriptor that this guardian took its place in;
 * `now` its own clock in ms. The obstacles of the sealing room keep their codes; those found here are: `close-not-logged`,
 * `witnesses-before-deadline`, `notice-not-logged`, `other-notice`, `eligibility-not-logged`, `evaluation-not-logged`, `bid-not-logged`,
 * `token-missing`, `token-late`, `token-on-word`, `signature`, `salt-not-logged`, `other-required`. Throws `Malformed` where the box is out of form.
 */
export function judge(input: {
  readonly box: Box
  readonly descriptor: Descriptor
  readonly signedTkd: string
  readonly log: ProvenLog
  readonly pinned: Pinned
  readonly now: number
}): { readonly close: Close; readonly required: readonly Sealed[] } | Refusal {
  const { box, descriptor, log, pinned, now } = input
  const { evidence } = box
  const close = parseClose(box.close)
  const closing = commitmentOf('close', close)
  const stands = (index: number, kind: EntryKind, label: ObjectLabel, object: unknown): boolean =>
    log.holds(index, makeEntry(kind, commitmentOf(label, object)))

  // (1) The close entry is logged, and the witnesses' own clocks agree that the deadline has passed.
  if (toBase64(closing) !== box.commitment || !stands(evidence.close, 'close', 'close', close))
    return { code: 'close-not-logged' }
  const witnessed = log.witnessed.time
  if (witnessed === null || witnessed < close.T) return { code: 'witnesses-before-deadline' }

  // The notice in force says until when tokens may come.
  const { notice } = evidence
  if (!stands(notice.index, notice.kind, notice.kind, notice.object) || notice.index >= evidence.close)
    return { code: 'notice-not-logged' }
  const said = notice.object as { T: number; delta: number; tkd: string; tender: string }
  if (
    toBase64(commitmentOf(notice.kind, notice.object)) !== close.notice ||
    said.T !== close.T ||
    said.tkd !== close.tkd
  )
    return { code: 'other-notice' }

  // (6) and (7): who is admitted, and which prices an evaluation passes.
  const { eligibility, evaluation } = evidence
  const ofRound = (object: unknown): boolean => {
    const { tender, round } = object as { tender: unknown; round: unknown }
    return tender === descriptor.tender && round === descriptor.round
  }
  if (
    eligibility &&
    (!stands(eligibility.index, 'eligibility', 'eligibility', eligibility.object) || !ofRound(eligibility.object))
  )
    return { code: 'eligibility-not-logged' }
  if (evaluation && !stands(evaluation.index, 'evaluation', 'evaluation', evaluation.object))
    return { code: 'evaluation-not-logged' }
  const judged = eligibility ? (eligibility.object as { items: { index: number; admitted: boolean }[] }).items : []
  const eligible = judged.filter((each) => each.admitted).map((each) => each.index)

  // (2), (3), (5): own descriptor, the closed list, live items in time with signed promises.
  const bids = box.bids.map((bid) => ({
    ...bid,
    manifest: parseManifest(bid.manifest),
    promise: parsePromise(bid.promise),
  }))
  const twoStages = technicalComesFirst(descriptor)
  const obstacle = findOpeningObstacle({
    signedTkd: fromBase64(input.signedTkd),
    descriptor,
    close,
    closeIndex: evidence.close,
    items: box.items,
    bids,
    promiseKeys: pinned.promiseKeys,
    now,
    eligibilityIndex: eligibility?.index ?? null,
    eligible,
    ...(twoStages && evaluation && { evaluation: { index: evaluation.index, passed: bids.map((bid) => bid.index) } }),
  })
  if (obstacle) return obstacle
  const terms = { T: close.T, delta: Math.min(pinned.delta, said.delta), prolonged: said.delta }
  const witnessedBy = said.delta > pinned.delta ? witnessedSize(evidence.witnessed, pinned.policy) : null
  for (const bid of bids) {
    const entry = sealedEntry(fromBase64(bid.leafSalt), manifestHash(bid.manifest))
    if (!log.holds(bid.index, entry) || bid.promise.body.entry !== toBase64(entry))
      return { code: 'bid-not-logged', index: bid.index }
    const late = tokenObstacle(bid.index, bid.promise, evidence, log, pinned, { ...terms, witnessed: witnessedBy })
    if (late) return { code: late, index: bid.index }
    if (!signatureHolds(bid, pinned, close.T)) return { code: 'signature', index: bid.index }
  }

  // (4) What is decrypted follows from the own descriptor; the portal's list must be the same.
  const salts = box.salts.map(
    ({ i, bidderSalt, index, envelope }): SealedSalt => ({
      i,
      bidderSalt,
      index,
      header: parseHeader(envelope.header),
      ciphertext: null,
    }),
  )
  for (const { index, header } of salts)
    if (!stands(index, 'salt', 'envelope', header)) return { code: 'salt-not-logged', index }
  const technical = twoStages && !evaluation
  const isTechnical = (cls: string): boolean => cls.startsWith('tech') || cls.startsWith('conf')
  const classes = descriptor.classes.filter((cls) => !twoStages || isTechnical(cls) === technical)
  const passed = twoStages && evaluation ? readEvaluation(evaluation.object).passed : null
  const required = envelopesToOpen(
    descriptor,
    classes,
    salts,
    bids.map(
      ({ index, leafSalt, manifest, envelopes }): LiveBid => ({
        index,
        leafSalt,
        manifest,
        envelopes: envelopes.map(({ cls, header }) => ({ cls, header: parseHeader(header), ciphertext: null })),
      }),
    ),
    null,
    (index, cls) => !passed || !cls.startsWith('price') || passed.has(`${index} ${cls}`),
  )
  if (required.length !== box.required.length || required.some(({ e }, n) => e !== box.required[n]))
    return { code: 'other-required' }
  return findHoldBack(descriptor, required, evaluation) ?? { close, required }
}

/** A token of a pinned authority over the batch of this entry, in time, itself logged below the close entry; null where one is found. */
function tokenObstacle(
  index: number,
  promise: SignedPromise,
  evidence: Box['evidence'],
  log: ProvenLog,
  pinned: Pinned,
  { witnessed, ...terms }: InTimeTerms & { readonly witnessed: WitnessedSize | null },
): string | null {
  if (!pinned.stamped) return null
  let found: string | null = 'token-missing'
  for (const { index: at, object } of evidence.tokens) {
    const stamp = object as { first: number; count: number; token: string; times: number[] }
    if (index < stamp.first || index >= stamp.first + stamp.count || at >= evidence.close) continue
    if (!log.holds(at, makeEntry('token', commitmentOf('token', object)))) continue
    if (stamp.times[index - stamp.first] !== promise.body.time) continue
    const leaves = Array.from({ length: stamp.count }, (_, n) => log.leaf(stamp.first + n))
    if (leaves.some((leaf) => leaf === null)) continue
    const root = rootAt(readerOf(leaves as Uint8Array[]), stamp.count)
    const message = H('tst', u64(stamp.first), u64(stamp.count), root)
    try {
      const { genTime } = checkToken(fromBase64(stamp.token), message, pinned.trust.timestamps)
      const sight = sightOf({ index, tokenTime: genTime }, terms, witnessed)
      if (sight === 'time-stamp' || sight === 'witnesses' || (sight === 'word' && pinned.takesWord)) return null
      found = sight === 'word' ? 'token-on-word' : 'token-late'
    } catch (error) {
      if (!(error instanceof Malformed) && !(error instanceof Untrusted)) throw error
    }
  }
  return found
}

/** Size and time of the checkpoint that a prolongation names, under the pinned policy; null where it is none. Witnesses never cosign a fork, so it is of this log. */
function witnessedSize(note: string | null | undefined, policy: Policy): WitnessedSize | null {
  if (!note) return null
  try {
    const { checkpoint, time } = openWitnessed(note, policy)
    return time === null ? null : { size: checkpoint.size, time }
  } catch (error) {
    if (!(error instanceof BadForm)) throw error
    return null
  }
}

/**
 * Whether the manifest is signed for its bidder: by a certificate below a pinned root, valid at the deadline, or in a sandbox by a session.
 * Whether a certificate was revoked is found before closing by the portal and stands, public, in the eligibility entry.
 */
function signatureHolds(
  bid: { manifest: ReturnType<typeof parseManifest>; signature: unknown; promise: SignedPromise },
  pinned: Pinned,
  deadline: number,
): boolean {
  try {
    const signature = parseSignature(bid.signature, manifestHash(bid.manifest))
    if (signature.kind === 'sandbox-session') return pinned.sandbox
    const it = checkCadesForm(fromBase64(signature.der), canonical(bid.manifest))
    findPath(it.signer, it.certificates, pinned.trust.sign, 'sign', Math.min(bid.promise.body.time, deadline))
    const { organisation } = subjectOf(it.signer)
    return organisation === null || organisation === bid.manifest.bidderId
  } catch (error) {
    if (error instanceof Malformed || error instanceof Untrusted) return false
    throw error
  }
}
