// What a key holder's own device does: key records for a tender, draw salts, and the batch of shares of a closed box.
import { randomBytes } from 'node:crypto'
import { BadForm } from '@naru/log/encoding.ts'
import { makeEntry } from '@naru/log/entry.ts'
import { parsePolicy } from '@naru/log/policy.ts'
import { openProof, openWitnessedProof } from '@naru/log/proof.ts'
import { sealDrawSalt } from '@naru/sealing/bid.ts'
import { toBase64, fromBase64 } from '@naru/sealing/bytes.ts'
import { closeHash, parseClose } from '@naru/sealing/closing.ts'
import {
  bidderCommitment,
  descriptorHash,
  type KeyRecord,
  parseDescriptor,
  recipientsOf,
} from '@naru/sealing/descriptor.ts'
import { envelopeHash, parseHeader } from '@naru/sealing/envelope.ts'
import { evaluationHash, findHoldBack } from '@naru/sealing/evaluation.ts'
import { agreementWith, type Batch, makeBatch } from '@naru/sealing/opening.ts'
import { platformCurve, usePlatform } from '@naru/sealing/platform.ts'
import { answerProbe, parseProbe, type ProbeAnswer } from '@naru/sealing/probe.ts'
import type { KeyStore } from './keys.ts'

usePlatform()

/** Why the wallet does not use a key; the answer of the HTTP edge is 409 with this code. */
export class Unwilling extends Error {
  readonly code: string
  constructor(code: string, why: string) {
    super(why)
    this.code = code
  }
}

/** The key records of one person for every round of a tender: public keys only. */
export function makeRecords(
  keys: KeyStore,
  of: { person: string; tender: string; group: string; i: number; rounds: readonly number[] },
): KeyRecord[] {
  return of.rounds.map((round) => ({
    v: 1,
    tender: of.tender,
    round,
    officer: of.person,
    group: of.group,
    i: of.i,
    pk: keys.publicKey({ person: of.person, tender: of.tender, round }),
    cert: null,
  }))
}

/** Opens the probe of every round with the person's own keys: the answers as the act `rehearse-opening` takes them. */
export async function rehearse(
  keys: KeyStore,
  person: string,
  tenderKeys: readonly unknown[],
  probes: readonly unknown[],
): Promise<ProbeAnswer[]> {
  const descriptors = tenderKeys.map((value) => parseDescriptor(value))
  return Promise.all(
    probes.map((value) => {
      const probe = parseProbe(value)
      const descriptor = descriptors.find((each) => each.round === probe.round)
      if (!descriptor) throw new Unwilling('other-descriptor', 'the probe is of no round of this tender')
      const i = numberOf(keys, person, descriptor)
      const answer = keys.withSecret({ person, tender: descriptor.tender, round: probe.round }, (secret) =>
        answerProbe(
          descriptor,
          recipientsOf(descriptor, platformCurve),
          i,
          probe,
          agreementWith(secret, platformCurve),
        ),
      )
      if (!answer) throw new Unwilling('no-key', 'no key was made here for this round')
      return answer
    }),
  )
}

/** A sealed draw salt as the act `seal-salts` takes it. */
export interface SaltInput {
  readonly round: number
  readonly bidderSalt: string
  readonly e: string
  readonly envelope: { readonly header: Readonly<Record<string, unknown>>; readonly ciphertext: string }
}

/** 32 new random bytes per round, sealed to the round's key holders. Nobody keeps them, not even this wallet. */
export function makeSalts(keys: KeyStore, person: string, tenderKeys: readonly unknown[]): SaltInput[] {
  return tenderKeys.map((value) => {
    const descriptor = parseDescriptor(value)
    const recipients = recipientsOf(descriptor)
    const i = numberOf(keys, person, descriptor)
    const bidderSalt = randomBytes(32)
    const sealed = sealDrawSalt(recipients, i, randomBytes(32), bidderSalt, randomBytes(32))
    return {
      round: descriptor.round,
      bidderSalt: toBase64(bidderSalt),
      e: toBase64(sealed.e),
      envelope: { header: { ...sealed.header }, ciphertext: toBase64(sealed.ciphertext) },
    }
  })
}

/** Which number this person has in a descriptor: the one beside the key this wallet made. Throws `Unwilling` when the key is not ours. */
function numberOf(keys: KeyStore, person: string, descriptor: ReturnType<typeof parseDescriptor>): number {
  const pk = keys.publicKey({ person, tender: descriptor.tender, round: descriptor.round })
  const own = descriptor.groups.flatMap((group) => group.o).find(([, key]) => key === pk)
  if (!own) throw new Unwilling('other-descriptor', 'this descriptor does not name the key that was made here')
  return own[0]
}

/** A closed box as the server hands it to a key holder: salts of a draw and live bids, each with what its context follows from. */
export interface Box {
  readonly close: { readonly tender: string; readonly tkd: string; readonly T: number }
  readonly commitment: string
  readonly required: readonly string[]
  /** Before prices of a tender with technical envelopes: the logged evaluation, with the proof that it is in the log. */
  readonly evaluation?: { readonly object: unknown; readonly proof: string } | null
  readonly log?: { readonly origin: string; readonly key: string; readonly policy?: string | null }
  /** The proof of the close entry under a cosigned checkpoint. */
  readonly closeProof?: string | null
  readonly salts: readonly {
    readonly i: number
    readonly bidderSalt: string
    readonly e: string
    readonly envelope: { readonly header: unknown }
  }[]
  readonly bids: readonly {
    readonly index: number
    readonly manifest: {
      readonly bidderId: string
      readonly bidderSalt: string
      readonly envelopes: readonly { readonly cls: string; readonly e: string }[]
    }
    readonly envelopes: readonly { readonly cls: string; readonly header: unknown }[]
  }[]
}

/** Every envelope of a box by its hash, with the bidder commitment that follows from the manifest and not from the header. */
function envelopesOf(box: Box): Map<string, { cls: string; index: number; header: unknown; bc: Uint8Array }> {
  const found = new Map<string, { cls: string; index: number; header: unknown; bc: Uint8Array }>()
  for (const { i, bidderSalt, e, envelope } of box.salts)
    found.set(e, {
      cls: 'draw',
      index: -1,
      header: envelope.header,
      bc: bidderCommitment(fromBase64(bidderSalt), `officer/${i}`),
    })
  for (const { index, manifest, envelopes } of box.bids) {
    const bc = bidderCommitment(fromBase64(manifest.bidderSalt), manifest.bidderId)
    for (const { cls, e } of manifest.envelopes)
      found.set(e, { cls, index, header: envelopes.find((each) => each.cls === cls)?.header, bc })
  }
  return found
}

const policyPin = 'policy of witnesses'

/**
 * Holds a share back until witnesses have seen the box closed: the close entry must stand under a checkpoint with the quorum of the policy that this
 * wallet first learnt, and their median time may not be before the deadline (protocol §2.7 (1)). The clock of whoever asks counts for nothing.
 */
function checkWitnessed(keys: KeyStore, box: Box): void {
  const told = box.log?.policy ?? null
  const policy = told === null ? keys.pinnedBefore(policyPin) : keys.pinned(policyPin, told)
  // A portal without witnesses, in tests of this wallet alone: nothing was ever pinned.
  if (policy === null) return
  const refuse = (why: string) => new Unwilling('not-witnessed', why)
  if (!box.closeProof) throw refuse('no cosigned checkpoint covers the closing yet')
  const commitment = closeHash(parseClose(box.close))
  if (toBase64(commitment) !== box.commitment) throw refuse('the commitment is not that of the close object')
  try {
    const { witnessed } = openWitnessedProof(box.closeProof, makeEntry('close', commitment), parsePolicy(policy))
    if (witnessed.time === null || witnessed.time < box.close.T)
      throw refuse('the witnesses saw the closing before the deadline')
  } catch (error) {
    if (error instanceof BadForm) throw refuse(error.message)
    throw error
  }
}

/** The evaluation of a box, where its entry is proven to be in the log that this wallet knows. */
function provenEvaluation(keys: KeyStore, box: Box): { object: unknown; index: number } | null {
  const { evaluation, log } = box
  if (!evaluation || !log) return null
  const key = keys.pinned(log.origin, log.key)
  const entry = makeEntry('evaluation', evaluationHash(evaluation.object))
  try {
    const { index } = openProof(evaluation.proof, entry, { name: log.origin, publicKey: fromBase64(key) })
    return { object: evaluation.object, index }
  } catch (error) {
    if (error instanceof BadForm) return null
    throw error
  }
}

/**
 * The batch of shares of one person for a closed box: what the key decrypts, or "bad", for exactly the required envelopes. Refused are a
 * descriptor that does not name our key, a box of another descriptor, one before its deadline by `now`, and a header that is not the
 * one its hash names. The private key is used inside and never leaves.
 */
export async function makeShares(
  keys: KeyStore,
  person: string,
  tenderKey: unknown,
  box: Box,
  now: number,
): Promise<Batch> {
  const descriptor = parseDescriptor(tenderKey)
  const i = numberOf(keys, person, descriptor)
  if (box.close.tender !== descriptor.tender || box.close.tkd !== toBase64(descriptorHash(descriptor)))
    throw new Unwilling('other-descriptor', 'the box was closed for another descriptor')
  if (now < box.close.T) throw new Unwilling('before-deadline', 'the deadline has not passed')
  checkWitnessed(keys, box)
  const recipients = recipientsOf(descriptor, platformCurve)
  const envelopes = envelopesOf(box)
  const required = box.required.map((e) => {
    const found = envelopes.get(e)
    if (!found) throw new Unwilling('other-close-list', `the box lacks the envelope ${e}`)
    const header = parseHeader(found.header)
    if (toBase64(envelopeHash(header)) !== e)
      throw new Unwilling('other-manifest', 'a header is not the one its hash names')
    return { cls: found.cls, index: found.index, e, header, bc: found.bc }
  })
  const held = findHoldBack(descriptor, required, provenEvaluation(keys, box))
  if (held) throw new Unwilling(held.code, 'no share of a price leaves before a logged evaluation passes it')
  const head = { tender: descriptor.tender, close: fromBase64(box.commitment), i }
  const place = { person, tender: descriptor.tender, round: descriptor.round }
  const batch = keys.withSecret(place, (secret) =>
    makeBatch(recipients, head, required, agreementWith(secret, platformCurve)),
  )
  if (!batch) throw new Unwilling('no-key', 'no key was made here for this round')
  return batch
}
