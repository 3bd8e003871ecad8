// The manifest: what a bidder signs, by its hash; and the submission that carries it to the server with the sealed envelopes.
import { checkFileShape, mostFiles, mostOfBid, plainLength } from './attachment.ts'
import { type Base64, fromBase64, toBase64 } from './bytes.ts'
import { sealedCommitment } from './commitment.ts'
import { bidderCommitment, type Descriptor, parseClass, type Recipients } from './descriptor.ts'
import { checkHeader, envelopeHash, type Header, parseHeader, type SealedEnvelope } from './envelope.ts'
import { HO } from './hash.ts'
import { Malformed } from './malformed.ts'
import { asArray, asBytes, asInteger, asObject, asOneOf, asText } from './shape.ts'

/** Commits a bidder to the envelopes of a bid, or withdraws it. prev is M of seq - 1, null only for seq 1; e is base64 of E. */
export type Manifest = {
  v: 1
  tender: string
  round: number
  tkd: Base64
  bidderId: string
  bidderSalt: Base64
  seq: number
  prev: Base64 | null
  action: 'submit' | 'withdraw'
  envelopes: { cls: string; e: Base64 }[]
}

/** A manifest from parsed JSON. Throws `Malformed`. */
export function parseManifest(value: unknown): Manifest {
  const o = asObject(value, 'manifest', [
    'v',
    'tender',
    'round',
    'tkd',
    'bidderId',
    'bidderSalt',
    'seq',
    'prev',
    'action',
    'envelopes',
  ])
  const manifest: Manifest = {
    v: asOneOf(o['v'], 'manifest.v', [1]),
    tender: asText(o['tender'], 'manifest.tender'),
    round: asInteger(o['round'], 'manifest.round', 1, 1000),
    tkd: asBytes(o['tkd'], 'manifest.tkd', 32),
    bidderId: asText(o['bidderId'], 'manifest.bidderId'),
    bidderSalt: asBytes(o['bidderSalt'], 'manifest.bidderSalt', 32),
    seq: asInteger(o['seq'], 'manifest.seq', 1),
    prev: o['prev'] === null ? null : asBytes(o['prev'], 'manifest.prev', 32),
    action: asOneOf(o['action'], 'manifest.action', ['submit', 'withdraw']),
    envelopes: asArray(o['envelopes'], 'manifest.envelopes', 1000).map((entry, n) => {
      const envelope = asObject(entry, `manifest.envelopes[${n}]`, ['cls', 'e'])
      parseClass(envelope['cls'], `manifest.envelopes[${n}].cls`)
      return { cls: envelope['cls'] as string, e: asBytes(envelope['e'], `manifest.envelopes[${n}].e`, 32) }
    }),
  }
  if ((manifest.prev === null) !== (manifest.seq === 1))
    throw new Malformed('manifest.prev', 'null for seq 1 and only then')
  if (manifest.action === 'withdraw' && manifest.envelopes.length > 0) {
    throw new Malformed('manifest.envelopes', 'none in a withdrawal')
  }
  if (manifest.action === 'submit') {
    const kinds = manifest.envelopes.map((envelope) => parseClass(envelope.cls).kind)
    if (!kinds.includes('price')) throw new Malformed('manifest.envelopes', 'no price')
    if (kinds.includes('draw')) throw new Malformed('manifest.envelopes', 'a draw salt is no part of a bid')
    if (new Set(manifest.envelopes.map((envelope) => envelope.cls)).size !== kinds.length) {
      throw new Malformed('manifest.envelopes', 'a class stands twice')
    }
  }
  return manifest
}

/** M = HO("manifest", manifest), 32 bytes; the signature is over the canonical bytes of the manifest. */
export function manifestHash(manifest: Manifest): Uint8Array {
  return HO('manifest', manifest)
}

/** The salt of the bid's log entry: that of the first envelope, or, for a withdrawal, 32 random bytes of the client. */
export function leafSaltOf(envelopes: readonly Pick<SealedEnvelope, 'leafSalt'>[], random32: Uint8Array): Uint8Array {
  const first = envelopes[0]
  if (first !== undefined) return first.leafSalt
  if (random32.length !== 32) throw new Malformed('random', 'not 32 bytes')
  return random32
}

/** bc of the manifest's bidder. */
export function bidderOf(manifest: Pick<Manifest, 'bidderId' | 'bidderSalt'>): Uint8Array {
  return bidderCommitment(fromBase64(manifest.bidderSalt), manifest.bidderId)
}

/** What the client sends beside its signature: headers and core ciphertexts (base64) in the order of manifest.envelopes. */
export type Submission = {
  manifest: Manifest
  leafSalt: Base64
  envelopes: { header: Header; ciphertext: Base64 }[]
}

/** The submission of a sealed bid, to be signed over `canonical(submission.manifest)`. Envelopes in descriptor order. */
export function submissionOf(
  terms: Omit<Manifest, 'v' | 'action' | 'envelopes'>,
  envelopes: readonly { cls: string; sealed: SealedEnvelope }[],
  withdrawalSalt?: Uint8Array,
): Submission {
  const sealed = envelopes.map((envelope) => envelope.sealed)
  return {
    manifest: parseManifest({
      v: 1,
      ...terms,
      action: envelopes.length === 0 ? 'withdraw' : 'submit',
      envelopes: envelopes.map(({ cls, sealed: { e } }) => ({ cls, e: toBase64(e) })),
    }),
    leafSalt: toBase64(leafSaltOf(sealed, withdrawalSalt ?? new Uint8Array(0))),
    envelopes: sealed.map(({ header, ciphertext }) => ({ header, ciphertext: toBase64(ciphertext) })),
  }
}

/** A submission from parsed JSON, its form only. Throws `Malformed`. */
export function parseSubmission(value: unknown): Submission {
  const o = asObject(value, 'submission', ['manifest', 'leafSalt', 'envelopes'])
  return {
    manifest: parseManifest(o['manifest']),
    leafSalt: asBytes(o['leafSalt'], 'submission.leafSalt', 32),
    envelopes: asArray(o['envelopes'], 'submission.envelopes', 1000).map((entry, n) => {
      const envelope = asObject(entry, `submission.envelopes[${n}]`, ['header', 'ciphertext'])
      const ciphertext = asText(envelope['ciphertext'], `submission.envelopes[${n}].ciphertext`, 2 * 1024 * 1024)
      fromBase64(ciphertext, `submission.envelopes[${n}].ciphertext`)
      return { header: parseHeader(envelope['header']), ciphertext }
    }),
  }
}

/** The limits of attachments over all envelopes of a bid: 20 files, 1 GiB each, 5 GiB together, no header twice. Throws `Malformed`. */
function checkFilesOfBid(headers: readonly Header[]): void {
  const files = headers.flatMap((header) => header.files)
  if (files.length > mostFiles) throw new Malformed('header.files', `more than ${mostFiles} in a bid`)
  for (const [n, file] of files.entries()) checkFileShape(file, `header.files[${n}]`)
  if (new Set(files.map((file) => file.hdr)).size !== files.length)
    throw new Malformed('header.files', 'a file stands twice')
  if (files.reduce((sum, file) => sum + plainLength(file), 0) > mostOfBid)
    throw new Malformed('header.files', 'more than 5 GiB in a bid')
}

/**
 * What a server checks before it promises anything: the manifest is for this descriptor, its classes stand in descriptor order, every
 * envelope is complete, hashes to what the manifest says, and belongs to this bidder. Whether the segments of attachments
 * are there is the caller's matter. Gives M and the commitment of the entry to log.
 * Who the bidder is, and whether seq and prev continue their chain, is the caller's matter. Throws `Malformed`.
 */
export function checkSubmission(
  submission: Submission,
  descriptor: Descriptor,
  recipients: Recipients,
): { m: Uint8Array; commitment: Uint8Array } {
  const { manifest, envelopes } = submission
  if (manifest.tender !== descriptor.tender) throw new Malformed('manifest.tender', 'of another tender')
  if (manifest.round !== descriptor.round) throw new Malformed('manifest.round', 'of another round')
  if (manifest.tkd !== toBase64(recipients.tkd)) throw new Malformed('manifest.tkd', 'of another key descriptor')
  if (envelopes.length !== manifest.envelopes.length)
    throw new Malformed('submission.envelopes', 'not one per class of the manifest')
  const bc = bidderOf(manifest)
  let before = -1
  manifest.envelopes.forEach(({ cls, e }, n) => {
    const place = descriptor.classes.indexOf(cls)
    if (place <= before)
      throw new Malformed(`manifest.envelopes[${n}].cls`, 'not a class of the tender, or out of order')
    before = place
    const envelope = envelopes[n]
    if (envelope === undefined) throw new Malformed(`submission.envelopes[${n}]`, 'missing')
    if (toBase64(envelopeHash(envelope.header)) !== e)
      throw new Malformed(`submission.envelopes[${n}].header`, 'not what the manifest names')
    checkHeader(recipients, cls, bc, envelope.header, fromBase64(envelope.ciphertext))
  })
  checkFilesOfBid(envelopes.map((envelope) => envelope.header))
  const m = manifestHash(manifest)
  return { m, commitment: sealedCommitment(fromBase64(submission.leafSalt), m) }
}
