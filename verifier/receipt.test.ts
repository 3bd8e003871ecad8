// SUB-02: a receipt is verified without a connection, and any change of it is reported.
import { openCheckpoint } from '@naru/log/checkpoint.ts'
import { inclusionProof, leafHash, readerOf } from '@naru/log/merkle.ts'
import { proofText } from '@naru/log/proof.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { type Receipt, receiptBytes } from '@naru/sealing/receipt.ts'
import { promiseHolds } from '@naru/sealing/signature.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type Bundle, type BundledBid, readBundle } from './bundle.ts'
import type { Auditor } from './check-log.ts'
import { goodFiles } from './examples.ts'
import { exitCodeOf, Findings } from './finding.ts'
import { isReceipt, verifyReceipt } from './receipt.ts'

vi.setConfig({ testTimeout: 120_000 })

let bundle: Bundle
let bid: BundledBid
let auditor: Auditor
let receipt: Receipt
let path: Uint8Array[]
let stamps: { first: number; count: number; token: string; genTime: string }[]
let genTime: number

/** The receipt of the first bid of the good bundle, as its bidder holds it. */
beforeAll(() => {
  const read = readBundle(new Findings(), goodFiles())
  const [first] = read ? [...read.bids.values()] : []
  if (!read || !first?.promise) throw new Error('the good bundle cannot be read')
  bundle = read
  bid = first
  const bodies = (type: string) => read.facts.flatMap(({ fact }) => (fact?.type === type ? [fact.body as never] : []))
  const [{ trust }] = bodies('TrustListed') as unknown as [{ trust: unknown }]
  auditor = { logKey: read.logKey, trustSeen: parseTrustList(trust) }
  const leaves = Array.from({ length: read.size }, (_, n) => leafHash(read.entries.subarray(34 * n, 34 * n + 34)))
  path = inclusionProof(readerOf(leaves), bid.index, openCheckpoint(read.checkpoint, read.logKey).size)
  const { promise, leafSalt } = first
  stamps = (
    bodies('BatchStamped') as { genTime: string; stamp: { first: number; count: number; token: string } }[]
  ).map(({ genTime, stamp }) => ({ ...stamp, genTime }))
  const stamp = stamps.find((each) => each.first <= bid.index && bid.index < each.first + each.count)
  if (!stamp) throw new Error('the bid has no time-stamp')
  const own = leaves.slice(stamp.first, stamp.first + stamp.count)
  const inBatch = inclusionProof(readerOf(own), bid.index - stamp.first, stamp.count)
  const batch = { first: stamp.first, count: stamp.count, path: inBatch.map(toBase64) }
  receipt = { v: 1, m: promise.body.m, leafSalt, promise, batch, token: stamp.token }
  genTime = Date.parse(stamp.genTime)
})

const textOf = (
  changes: Partial<Receipt> = {},
  at = bid.index,
  hashes = path,
  checkpoint = bundle.checkpoint,
): string =>
  proofText({ extra: receiptBytes({ ...receipt, ...changes } as Receipt), index: at, path: hashes, checkpoint })

const codes = (text: string, mine = {}): string[] =>
  verifyReceipt(text, auditor, promiseHolds, mine)
    .findings.filter((each) => each.level === 'fails' || each.level === 'stops')
    .map((each) => each.code)

describe('SUB-02: a receipt', () => {
  it('holds with the keys of the log and of the operator, the manifest and the deadline', () => {
    const published = bundle.facts.find((each) => each.fact?.type === 'TenderPublished')?.fact?.body
    const { T } = (published as { notice: { T: number } }).notice
    expect(isReceipt(textOf())).toBe(true)
    const known = { ...auditor, policy: bundle.policy ?? '' }
    const verdict = verifyReceipt(textOf(), known, promiseHolds, { manifest: bid.manifest, T })
    expect(verdict.findings).toEqual([])
    expect(verdict.counts).toEqual({ receipts: 1, tokens: 1 })
    expect([verdict.verdict, exitCodeOf(verdict)]).toEqual(['holds', 0])
  })

  it('is late by its time-stamp alone, and refused with another batch’s or a spoilt one', () => {
    const { promise, batch, token } = receipt
    const T = promise.body.time
    // δ ends a millisecond before, or with, the authority's time.
    expect(codes(textOf(), { T, delta: genTime - T - 1 })).toEqual(['receiptLate'])
    expect(codes(textOf(), { T, delta: genTime - T })).toEqual([])
    const other = stamps.find((each) => each.first !== batch.first)
    expect(codes(textOf({ token: other?.token ?? '' }))).toEqual(['receiptToken'])
    expect(codes(textOf({ token: `${token?.slice(0, -8)}AAAAAAA=` }))).toEqual(['receiptToken'])
    expect(codes(textOf({ token: null } as never))).toEqual(['tokenMissing'])
    const blind = { ...(auditor.logKey && { logKey: auditor.logKey }), promiseKeys: bundle.promiseKeys }
    const warned = verifyReceipt(textOf(), blind, promiseHolds).findings.map((each) => each.code)
    expect(warned).toEqual(['noWitness', 'tokenUnchecked'])
  })

  it('is refused after any change', () => {
    const { promise } = receipt
    const other = [...bundle.bids.values()].find((each) => each.index !== bid.index)
    const zeros = toBase64(new Uint8Array(32))
    expect(codes(textOf({ leafSalt: zeros }))).toEqual(expect.arrayContaining(['receiptProof', 'receiptToken']))
    expect(codes(textOf({ m: zeros }))).toContain('promiseMismatch')
    expect(codes(textOf({ promise: { ...promise, body: { ...promise.body, time: promise.body.time - 1 } } }))).toEqual([
      'promiseSignature',
    ])
    expect(codes(textOf({ promise: { ...promise, body: { ...promise.body, log: 'other.invalid/log' } } }))).toContain(
      'otherLog',
    )
    expect(codes(textOf({}, bid.index + 1))).toContain('receiptProof')
    expect(codes(textOf({}, bid.index, path.slice(1)))).toEqual(['receiptProof'])
    expect(codes(textOf({}, bid.index, path, bundle.checkpoint.replace(/\n\d+\n/, `\n${bundle.size + 1}\n`)))).toEqual([
      'receiptProof',
      'quorumMissing',
    ])
    expect(codes(textOf(), { manifest: other?.manifest })).toEqual(['receiptEntry'])
    expect(codes(textOf(), { T: promise.body.time - 1 })).toEqual(['receiptLate'])
    expect(codes(textOf({ batch: { first: 0, count: 1, path: [] } }))).toEqual(['receiptProof'])
  })

  it('is refused without the witnesses of the auditor’s own policy', () => {
    const [body = '', signatures = ''] = bundle.checkpoint.split('\n\n')
    const alone = `${body}\n\n${signatures.split('\n')[0]}\n`
    const verdict = verifyReceipt(
      textOf({}, bid.index, path, alone),
      { ...auditor, policy: bundle.policy ?? '' },
      promiseHolds,
    )
    expect(verdict.findings.filter((each) => each.level === 'fails').map((each) => each.code)).toEqual([
      'quorumMissing',
    ])
  })

  it('cannot be judged without keys, nor what is no receipt', () => {
    expect(exitCodeOf(verifyReceipt(textOf(), {}, promiseHolds))).toBe(2)
    expect(exitCodeOf(verifyReceipt('nothing', auditor, promiseHolds))).toBe(2)
  })
})
