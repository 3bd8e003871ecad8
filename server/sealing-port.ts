// The sealing room as the domain's acts see it: pure functions with objects in and base64 or codes out.
import type { Manifest, SealingPort, TenderKey } from '@naru/domain/sealing-port.ts'
import { useDigest } from '@naru/log/digest.ts'
import { fromBase64, toBase64, toHex } from '@naru/sealing/bytes.ts'
import { closeList, listRoot } from '@naru/sealing/closing.ts'
import { commitmentOf, type ObjectLabel } from '@naru/sealing/commitment.ts'
import { checkPublicKey } from '@naru/sealing/curve.ts'
import {
  bidderCommitment,
  type Descriptor,
  parseDescriptor,
  type Recipients,
  recipientsOf,
} from '@naru/sealing/descriptor.ts'
import { orderEqualBids } from '@naru/sealing/draw.ts'
import { checkHeader, parseHeader } from '@naru/sealing/envelope.ts'
import { neededDelta } from '@naru/sealing/in-time.ts'
import { sha256 } from '@naru/sealing/hash.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { checkSubmission, manifestHash, parseSubmission } from '@naru/sealing/manifest.ts'
import { parseBatch } from '@naru/sealing/opening.ts'
import { platformCurve, platformDigests, platformSignatureCheck, usePlatform } from '@naru/sealing/platform.ts'
import { probeAnswerHolds, sealProbe } from '@naru/sealing/probe.ts'
import { parseSignature } from '@naru/sealing/signature.ts'
import { useSignatureCheck } from '@naru/sealing/signatures/algorithms.ts'
import type { CertificateBook } from './certificates.ts'

usePlatform()
useDigest(platformDigests.sha256)
useSignatureCheck(platformSignatureCheck)

const known = new Map<string, { descriptor: Descriptor; recipients: Recipients }>()
const mostKnown = 500

/** A tender key decoded once: parsing seven points for each of thousands of bids would cost more than the rest of the check. */
export function decodeTenderKey(tenderKey: TenderKey): { descriptor: Descriptor; recipients: Recipients } {
  const name = `${tenderKey.tender}/${tenderKey.round}/${tenderKey.records.join()}`
  const found = known.get(name)
  if (found) return found
  const descriptor = parseDescriptor(tenderKey, tenderKey.groups.length > 1 ? 2 : 1)
  const decoded = { descriptor, recipients: recipientsOf(descriptor, platformCurve) }
  if (known.size >= mostKnown) known.delete(known.keys().next().value ?? '')
  known.set(name, decoded)
  return decoded
}

/** Runs a strict check: null, or the place where the form is broken. Faults pass through. */
function broken(check: () => void): string | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof Malformed) return error.message
    throw error
  }
}

/** The port; `certificates` judges what is signed with a certificate. */
export const sealingPortWith = (certificates: Pick<CertificateBook, 'judge'>): SealingPort => ({
  commitment: (label, object) => toBase64(commitmentOf(label as ObjectLabel, object)),
  digest: (object) => toBase64(sha256(canonical(object))),
  document: (object) => {
    const bytes = canonical(object)
    return { hash: toHex(sha256(bytes)), size: bytes.length }
  },
  isPublicKey: (pk) => broken(() => checkPublicKey(fromBase64(pk), 'pk')) === null,
  checkSalt: ({ tenderKey, i, bidderSalt, envelope }) =>
    broken(() => {
      const bc = bidderCommitment(fromBase64(bidderSalt), `officer/${i}`)
      checkHeader(
        decodeTenderKey(tenderKey).recipients,
        'draw',
        bc,
        parseHeader(envelope.header),
        fromBase64(envelope.ciphertext),
      )
    }),
  sealProbe: (tenderKey, random) => {
    const { descriptor, recipients } = decodeTenderKey(tenderKey)
    return sealProbe(descriptor, recipients, fromBase64(random))
  },
  probeAnswerHolds: ({ e, answers }, i, share) =>
    probeAnswerHolds({ e, answers: answers.map(([person, answer]) => [person, answer]) }, i, share),
  checkSubmission: ({ tenderKey, submission }) => {
    try {
      const { descriptor, recipients } = decodeTenderKey(tenderKey)
      const parsed = parseSubmission(submission)
      const { m } = checkSubmission(parsed, descriptor, recipients)
      return { m: toBase64(m), files: parsed.envelopes.flatMap((envelope) => envelope.header.files) }
    } catch (error) {
      if (error instanceof Malformed) return { malformed: error.message }
      throw error
    }
  },
  checkSignature: (signature, signed) => {
    const form = broken(() => void parseSignature(signature, fromBase64(signed.m)))
    if (form || signature.kind !== 'cades') return form
    return certificates.judge(fromBase64(signature.der), canonical(signed.manifest), {
      person: signed.person,
      organisation: signed.organisation,
      at: Date.parse(signed.now),
    })
  },
  closeItems: ({ entries, deadline, delta, cancelled }) =>
    closeList(
      entries.map((each) => ({ ...each, manifest: each.manifest as Parameters<typeof manifestHash>[0] })),
      { T: deadline, delta, cancelled },
    ),
  neededDelta,
  closeRoot: (items) => toBase64(listRoot(items)),
  checkBatch: ({ batch, required }) => {
    const form = broken(() => void parseBatch(batch))
    if (form) return form
    if (batch.shares.length !== required.length) return 'count'
    return batch.shares.every(([e], at) => e === required[at]) ? null : 'order'
  },
  lot: (seed, tied) => {
    const order = orderEqualBids(
      fromBase64(seed),
      tied.map(({ index, e }) => ({ index, e: fromBase64(e) })),
    )
    return order.map((index) => tied.find((each) => each.index === index)?.bid ?? '')
  },
})

/** A manifest's M, base64. */
export const manifestCommitment = (manifest: Manifest): string =>
  toBase64(manifestHash(manifest as Parameters<typeof manifestHash>[0]))
