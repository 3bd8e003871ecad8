// The manifest and the submission: what a server refuses before it promises anything.
import { encryptedLength, segmentsOf } from './attachment.ts'
import { describe, expect, it, vi } from 'vitest'
import { concat, fromBase64, fromHex, toBase64 } from './bytes.ts'
import { sealedCommitment } from './commitment.ts'
import { envelopeHash } from './envelope.ts'
import { Malformed } from './malformed.ts'
import { checkSubmission, manifestHash, parseManifest, parseSubmission, type Submission } from './manifest.ts'
import { rehearseBid, rehearsedBytes, rehearsePrice, rehearseRound } from './rehearsal.ts'

// A laden machine takes its time; these tests are about bytes, not speed.
vi.setConfig({ testTimeout: 120_000 })

const round = rehearseRound('manifest', undefined, ['draw', 'tech', 'price'])
const tech = {
  tender: round.descriptor.tender,
  lot: null,
  bidderId: 'b1',
  seq: 1,
  nonce: toBase64(rehearsedBytes('n')),
  responses: {},
  files: [],
}
const cores = [
  { cls: 'price', core: rehearsePrice(round, 'b1', 1, '100') },
  { cls: 'tech', core: tech },
]
const bid = rehearseBid(round, 'b1', 1, null, cores)
const { submission } = bid
const check = (changed: Submission) => checkSubmission(changed, round.descriptor, round.recipients)

describe('manifest', () => {
  it('stands in the order of the descriptor, whatever the order of sealing', () => {
    expect(submission.manifest.envelopes.map((envelope) => envelope.cls)).toEqual(['tech', 'price'])
    expect(submission.leafSalt).not.toBe(rehearseBid(round, 'b1', 1, null, cores.slice(0, 1)).submission.leafSalt)
  })

  it.each<[string, object]>([
    ['an unknown member', { extra: 1 }],
    ['seq 0', { seq: 0 }],
    ['seq 1 with a predecessor', { prev: toBase64(rehearsedBytes('p')) }],
    ['seq 2 without one', { seq: 2 }],
    ['a short salt', { bidderSalt: 'AAAA' }],
    ['no price', { envelopes: submission.manifest.envelopes.slice(0, 1) }],
    ['a class twice', { envelopes: [...submission.manifest.envelopes, ...submission.manifest.envelopes] }],
    [
      'a draw salt',
      { envelopes: [...submission.manifest.envelopes, { cls: 'draw', e: toBase64(rehearsedBytes('e')) }] },
    ],
    ['a withdrawal with envelopes', { action: 'withdraw' }],
    ['another action', { action: 'replace' }],
  ])('refuses %s', (_, change) => {
    expect(() => parseManifest({ ...submission.manifest, ...change })).toThrow(Malformed)
  })
})

describe('submission', () => {
  it('gives M and the commitment to log', () => {
    const read = parseSubmission(JSON.parse(JSON.stringify(submission)))
    expect(read).toEqual(submission)
    const { m, commitment } = check(read)
    expect(m).toEqual(bid.m)
    expect(m).toEqual(manifestHash(submission.manifest))
    expect(commitment).toEqual(sealedCommitment(fromBase64(submission.leafSalt), m))
  })

  it('takes a withdrawal that follows', () => {
    const withdrawal = rehearseBid(round, 'b1', 2, bid.m, [])
    expect(withdrawal.submission.manifest).toMatchObject({
      action: 'withdraw',
      seq: 2,
      prev: toBase64(bid.m),
      envelopes: [],
    })
    expect(withdrawal.roots).toEqual([])
    expect(check(withdrawal.submission).m).toEqual(withdrawal.m)
  })

  it('refuses what is not of this tender, this bidder, or complete', () => {
    const of = (change: object): Submission => ({ ...submission, manifest: { ...submission.manifest, ...change } })
    const [first, second] = submission.envelopes
    if (first === undefined || second === undefined) throw new Error('no envelopes')
    const [techName, priceName] = submission.manifest.envelopes
    if (techName === undefined || priceName === undefined) throw new Error('no names')
    expect(() => check(of({ tender: 'other' }))).toThrow('tender')
    expect(() => check(of({ round: 2 }))).toThrow('round')
    expect(() => check(of({ tkd: toBase64(rehearsedBytes('tkd')) }))).toThrow('descriptor')
    expect(() => check(of({ bidderId: 'b2' }))).toThrow('another bidder')
    expect(() => check(of({ bidderSalt: toBase64(rehearsedBytes('s')) }))).toThrow('another bidder')
    expect(() => check({ ...submission, envelopes: [first] })).toThrow(Malformed)
    expect(() => check({ ...submission, envelopes: [second, first] })).toThrow('not what the manifest names')
    expect(() => check({ ...of({ envelopes: [priceName, techName] }), envelopes: [second, first] })).toThrow(
      'out of order',
    )
    expect(() => check({ ...submission, envelopes: [{ ...first, ciphertext: second.ciphertext }, second] })).toThrow(
      'hash',
    )
    const other = rehearseRound('manifest-other', undefined, ['draw', 'tech', 'price'])
    expect(() => checkSubmission(submission, round.descriptor, other.recipients)).toThrow(Malformed)
  })

  it('takes attachments within the limits of a bid, and no others', () => {
    const [first, second] = submission.envelopes
    const [techName, priceName] = submission.manifest.envelopes
    if (first === undefined || second === undefined || techName === undefined || priceName === undefined)
      throw new Error('no envelopes')
    const gib = 1024 ** 3
    const fileOf = (n: number, size: number) => {
      const hdr = concat(fromHex('00000010000000000020'), rehearsedBytes('iv', n), rehearsedBytes('tag', n))
      return {
        len: encryptedLength(size),
        root: toBase64(hdr.slice(10, 42)),
        segs: segmentsOf(size),
        hdr: toBase64(hdr),
      }
    }
    const withFiles = (files: ReturnType<typeof fileOf>[]) => {
      const header = { ...first.header, files }
      const envelopes = [{ ...techName, e: toBase64(envelopeHash(header)) }, priceName]
      return () =>
        check({
          ...submission,
          manifest: { ...submission.manifest, envelopes },
          envelopes: [{ ...first, header }, second],
        })
    }
    const files = (count: number, size: number) => Array.from({ length: count }, (_, n) => fileOf(n, size))
    expect(withFiles(files(20, 1000))).not.toThrow()
    expect(withFiles(files(5, gib))).not.toThrow()
    expect(withFiles([...files(5, gib), fileOf(9, 1)])).toThrow('more than 5 GiB')
    expect(withFiles([fileOf(1, gib + 1)])).toThrow('more than 1 GiB')
    expect(withFiles([fileOf(1, 5), fileOf(1, 5)])).toThrow('twice')
    expect(withFiles([{ ...fileOf(1, 5), segs: 2 }])).toThrow('segs')
    expect(() =>
      parseSubmission(
        JSON.parse(
          JSON.stringify({
            ...submission,
            envelopes: [{ ...first, header: { ...first.header, files: files(21, 5) } }, second],
          }),
        ),
      ),
    ).toThrow(Malformed)
  })

  it('refuses base64 of more than one spelling', () => {
    const broken = JSON.parse(JSON.stringify(submission)) as Submission
    const [envelope] = broken.envelopes
    if (envelope === undefined) throw new Error('no envelope')
    envelope.ciphertext = `${envelope.ciphertext.slice(0, -1)}`
    expect(() => parseSubmission(broken)).toThrow(Malformed)
  })

  it('sealing refuses a class that the tender has not, and randomness that does not suffice', () => {
    expect(() =>
      rehearseBid(round, 'b1', 1, null, [{ cls: 'price/1', core: rehearsePrice(round, 'b1', 1, '1') }]),
    ).toThrow(Malformed)
    expect(() => rehearseBid(round, 'b1', 1, null, [{ cls: 'tech', core: tech }])).toThrow('no price')
  })
})
