// What a key holder's own device does with unwrapped keys: opens probes, seals salts, and lets go of shares when the guardian's judgement finds the box rightly closed.
import { parsePolicy } from '@naru/log/policy.ts'
import { type Box, indexesRead, judge, usualDelta } from '@naru/guardian/judge.ts'
import { portalAt } from '@naru/guardian/portal.ts'
import { sealDrawSalt } from '@naru/sealing/bid.ts'
import { concat, fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { type Descriptor, descriptorHash, parseDescriptor, recipientsOf } from '@naru/sealing/descriptor.ts'
import {
  agreementWith,
  agreementWithCryptoKey,
  type Batch,
  type KeyAgreement,
  makeBatch,
} from '@naru/sealing/opening.ts'
import { answerProbe, parseProbe, type ProbeAnswer } from '@naru/sealing/probe.ts'
import { trustOf } from '@naru/sealing/signatures/cades.ts'
import type { TrustList } from '@naru/sealing/signatures/trust-list.ts'
import { pinnedTrust } from '../sealing-client/pin.ts'
import type { KeyRing, RoundKey } from './key-ring.ts'

/** Why this device does not use a key; `code` is that of the guardian's judgement or `other-descriptor`, `no-key`. */
export class Unwilling extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** A key of the ring ready for use: its scalar lies in WebCrypto, not extractable, or where that is not to be had in memory. */
export interface ReadyKey {
  readonly round: number
  readonly pk: string
  readonly agree: KeyAgreement
}

// PKCS#8 of a P-256 key (RFC 5208, RFC 5915): everything around the 32 bytes of the scalar and the 65 of the point.
const beforeScalar = fromBase64('MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg')
const beforePoint = fromBase64('oUQDQgA=')

async function readyKey({ round, pk, secret }: RoundKey): Promise<ReadyKey> {
  const pkcs8 = new Uint8Array(concat(beforeScalar, secret, beforePoint, fromBase64(pk)))
  try {
    const curve = { name: 'ECDH', namedCurve: 'P-256' }
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, curve, false, ['deriveBits'])
    return { round, pk, agree: agreementWithCryptoKey(key) }
  } catch {
    return { round, pk, agree: agreementWith(secret.slice()) }
  } finally {
    pkcs8.fill(0)
  }
}

/** The keys of a ring for use; the ring's own bytes may be wiped afterwards. */
export const readyKeys = (ring: KeyRing): Promise<ReadyKey[]> => Promise.all(ring.keys.map(readyKey))

/** The descriptor of a round in which our key stands under our number. Throws `Unwilling`. */
function ownDescriptor(
  ring: KeyRing,
  keys: readonly ReadyKey[],
  value: unknown,
): { descriptor: Descriptor; key: ReadyKey } {
  const descriptor = parseDescriptor(value)
  const key = keys.find((each) => each.round === descriptor.round)
  const named = descriptor.groups.find((group) => group.name === ring.group)?.o.find(([i]) => i === ring.i)
  if (!key) throw new Unwilling('no-key')
  if (descriptor.tender !== ring.tender || named?.[1] !== key.pk) throw new Unwilling('other-descriptor')
  return { descriptor, key }
}

/** The answers to the probes of all rounds, as the act `rehearse-opening` takes them. Throws `Unwilling` or `Malformed`. */
export async function answerProbes(
  ring: KeyRing,
  keys: readonly ReadyKey[],
  tenderKeys: readonly unknown[],
  probes: readonly unknown[],
): Promise<ProbeAnswer[]> {
  const answers: ProbeAnswer[] = []
  for (const each of probes) {
    const probe = parseProbe(each)
    const value = tenderKeys.find((tenderKey) => (tenderKey as { round?: unknown }).round === probe.round)
    const { descriptor, key } = ownDescriptor(ring, keys, value)
    answers.push(await answerProbe(descriptor, recipientsOf(descriptor), ring.i, probe, key.agree))
  }
  return answers
}

/** New random numbers for the draw of every round, sealed to its holders, as the act `seal-salts` takes them. Nobody keeps them. */
export const sealSalts = (
  ring: KeyRing,
  keys: readonly ReadyKey[],
  tenderKeys: readonly unknown[],
  random32: () => Uint8Array,
) =>
  tenderKeys.map((value) => {
    const { descriptor } = ownDescriptor(ring, keys, value)
    const bidderSalt = random32()
    const sealed = sealDrawSalt(recipientsOf(descriptor), ring.i, random32(), bidderSalt, random32())
    return {
      round: descriptor.round,
      bidderSalt: toBase64(bidderSalt),
      e: toBase64(sealed.e),
      envelope: { header: sealed.header, ciphertext: toBase64(sealed.ciphertext) },
    }
  })

/** The list to judge by: the offered one where it names the same witnesses and authorities as that of the deposit, and drops no promise key. */
const trustNow = (ring: KeyRing, offered: TrustList): TrustList =>
  pinnedTrust('', offered, { getItem: () => JSON.stringify(ring.trust), setItem: () => {}, removeItem: () => {} }).list

/**
 * The batch of shares of a closed box, once protocol §2.7 (1) to (7) hold by the trust list that this ring was made with. `portal` is the
 * address without a slash at the end, `now` this device's own clock in ms, `offered` the portal's trust list of today. Throws `Unwilling` with the reason.
 */
export async function makeShares(
  ring: KeyRing,
  keys: readonly ReadyKey[],
  tenderKey: unknown,
  box: Box,
  at: { readonly portal: string; readonly now: number; readonly sandbox: boolean; readonly offered: TrustList },
): Promise<Batch> {
  const { descriptor, key } = ownDescriptor(ring, keys, tenderKey)
  const trust = trustNow(ring, at.offered)
  const policy = parsePolicy(trust.policy)
  if (policy.quorum === null) throw new Unwilling('no-quorum')
  const log = await portalAt(at.portal, null).prove(indexesRead(box), policy)
  const verdict = judge({
    box,
    descriptor,
    signedTkd: toBase64(descriptorHash(descriptor)),
    log,
    pinned: {
      promiseKeys: trust.promiseKeys.map((each) => fromBase64(each.key)),
      trust: trustOf(trust),
      stamped: trust.timestampAuthorities.length > 0,
      policy,
      delta: usualDelta,
      // A person lets nothing go on the operator's word alone; a spare or a program of an institution may.
      takesWord: false,
      sandbox: at.sandbox,
    },
    now: at.now,
  })
  if ('code' in verdict)
    throw new Unwilling(verdict.index === undefined ? verdict.code : `${verdict.code} ${verdict.index}`)
  const head = { tender: descriptor.tender, close: fromBase64(box.commitment), i: ring.i }
  return makeBatch(recipientsOf(descriptor), head, verdict.required, key.agree)
}
