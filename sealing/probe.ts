// The rehearsal of an opening: an envelope of a class of its own, sealed to a round's key holders before the notice, that each of them opens.
import { type Base64, fromBase64, toBase64, u8, u32 } from './bytes.ts'
import { bidderCommitment, contextOf, type Descriptor, descriptorHash, type Recipients } from './descriptor.ts'
import { envelopeHash, findRoot, type Header, openShare, parseHeader, rederive, rootOf, sealValue } from './envelope.ts'
import { H } from './hash.ts'
import { canonicalText } from './jcs.ts'
import { Malformed } from './malformed.ts'
import type { KeyAgreement } from './opening.ts'
import { asArray, asBytes, asInteger, asObject, asText } from './shape.ts'

/**
 * The class of a probe. No descriptor, bid or salt can bear it (`parseClass` refuses it), so the context of a probe is never that of
 * anything that is to stay sealed, and no share of a bid decrypts under it.
 */
export const probeClass = 'rehearsal'

/** A probe of one round. `answers` = [person number, H("rehearsal/answer", E, u8(i), share)]: what each share must be, without saying it. */
export type Probe = {
  round: number
  salt: Base64
  e: Base64
  envelope: { header: Header; ciphertext: Base64 }
  answers: [number, Base64][]
}

/** What a holder answers to a probe: its envelope and the share, or "bad" where the key does not open it. */
export type ProbeAnswer = [e: Base64, share: Base64 | 'bad']

const commitmentOfProbe = (salt: Uint8Array): Uint8Array => bidderCommitment(salt, probeClass)

/** H("rehearsal/answer", E, u8(i), share): 32 bytes. */
export function probeAnswerHash(e: Uint8Array, i: number, share: Uint8Array): Uint8Array {
  return H('rehearsal/answer', e, u8(i), share)
}

/** Seals the probe of a descriptor's round; `random32` is new for each tender. Nobody keeps the root: the holders' shares give it again. */
export function sealProbe(descriptor: Descriptor, recipients: Recipients, random32: Uint8Array): Probe {
  const { tender, round } = descriptor
  const salt = H('rehearsal/salt', random32, u32(round))
  const core = { tender, round }
  const R = rootOf(H('rehearsal/random', random32, u32(round)), core)
  const sealed = sealValue(recipients, probeClass, commitmentOfProbe(salt), core, R)
  return {
    round,
    salt: toBase64(salt),
    e: toBase64(sealed.e),
    envelope: { header: sealed.header, ciphertext: toBase64(sealed.ciphertext) },
    answers: recipients.people.map(({ i }, n): [number, Base64] => [
      i,
      toBase64(probeAnswerHash(sealed.e, i, sealed.shares[n] ?? new Uint8Array(0))),
    ]),
  }
}

/** A probe from parsed JSON, as a portal hands it out. Throws `Malformed`. */
export function parseProbe(value: unknown): Probe {
  const o = asObject(value, 'probe', ['round', 'salt', 'e', 'envelope', 'answers'])
  const envelope = asObject(o['envelope'], 'probe.envelope', ['header', 'ciphertext'])
  return {
    round: asInteger(o['round'], 'probe.round', 1, 1000),
    salt: asBytes(o['salt'], 'probe.salt', 32),
    e: asBytes(o['e'], 'probe.e', 32),
    envelope: {
      header: parseHeader(envelope['header']),
      ciphertext: asText(envelope['ciphertext'], 'probe.envelope.ciphertext', 8192),
    },
    answers: asArray(o['answers'], 'probe.answers', 255).map((entry, n): [number, Base64] => {
      const [i, answer] = asArray(entry, `probe.answers[${n}]`, 2)
      return [asInteger(i, `probe.answers[${n}][0]`, 1, 255), asBytes(answer, `probe.answers[${n}][1]`, 32)]
    }),
  }
}

/**
 * What person i answers to a probe. The context follows from the holder's own recipients, this class and the probe's salt, never from the
 * header: a share of a bid, of another tender's probe or of another descriptor does not decrypt and is answered with "bad".
 * `Malformed` is thrown, and nothing answered, where the probe is not of this descriptor at all.
 */
export async function answerProbe(
  descriptor: Descriptor,
  recipients: Recipients,
  i: number,
  probe: Probe,
  agree: KeyAgreement,
): Promise<ProbeAnswer> {
  const person = recipients.people.find((each) => each.i === i)
  if (person === undefined) throw new Malformed('probe', 'not a key holder of this round')
  const { header } = probe.envelope
  const ctx = contextOf(recipients, probeClass, commitmentOfProbe(fromBase64(probe.salt)))
  if (
    probe.round !== descriptor.round ||
    toBase64(recipients.tkd) !== toBase64(descriptorHash(descriptor)) ||
    header.ctx !== toBase64(ctx) ||
    toBase64(envelopeHash(header)) !== probe.e
  )
    throw new Malformed('probe', 'of another descriptor')
  let y: Uint8Array | null = null
  try {
    const enc = header.shares.find((share) => share.i === i)?.enc
    if (enc !== undefined) y = openShare({ dh: await agree(fromBase64(enc)), pk: person.pk, i, ctx, header })
  } catch {
    // An `enc` that is no point of the curve makes every key agreement throw.
    y = null
  }
  return [probe.e, y === null ? 'bad' : toBase64(y)]
}

/** Whether this is the share that the probe demands of person i. */
export function probeAnswerHolds(probe: Pick<Probe, 'e' | 'answers'>, i: number, share: Base64 | 'bad'): boolean {
  const due = probe.answers.find(([each]) => each === i)?.[1]
  return (
    due !== undefined && share !== 'bad' && toBase64(probeAnswerHash(fromBase64(probe.e), i, fromBase64(share))) === due
  )
}

/**
 * What everyone can check of a rehearsal: the shares give a root, from which the whole probe follows again, byte for byte, and with it every
 * holder's share and every answer. Gives the place of the first fault, or null. `shares` are what the holders answered.
 */
export function probeFault(
  descriptor: Descriptor,
  recipients: Recipients,
  probe: Probe,
  shares: ReadonlyMap<number, Base64 | 'bad'>,
): string | null {
  const { header, ciphertext } = probe.envelope
  const bc = commitmentOfProbe(fromBase64(probe.salt))
  if (probe.round !== descriptor.round || toBase64(envelopeHash(header)) !== probe.e) return 'e'
  const ctx = contextOf(recipients, probeClass, bc)
  const given = new Map([...shares].flatMap(([i, y]) => (y === 'bad' ? [] : [[i, fromBase64(y)] as const])))
  const R = findRoot(recipients, ctx, fromBase64(header.rc), given)
  if (R === null) return 'no-root'
  const again = rederive(recipients, probeClass, bc, header, fromBase64(ciphertext), R)
  if (again.code !== null) return again.code
  if (canonicalText(again.value) !== canonicalText({ tender: descriptor.tender, round: descriptor.round }))
    return 'fields'
  for (const [n, { i }] of recipients.people.entries()) {
    const due = again.shares[n] ?? new Uint8Array(0)
    const answer = probe.answers.find(([each]) => each === i)?.[1]
    if (answer !== toBase64(probeAnswerHash(fromBase64(probe.e), i, due))) return `answers ${i}`
    if (shares.get(i) !== toBase64(due)) return `share ${i}`
  }
  return null
}
