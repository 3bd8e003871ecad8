// SUB-02: a receipt is verified without a connection, and any change of it is reported.
import { openCheckpoint } from '@naru/log/checkpoint.ts'
import { inclusionProof, leafHash, readerOf } from '@naru/log/merkle.ts'
import { proofText } from '@naru/log/proof.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { type Receipt, receiptBytes } from '@naru/sealing/receipt.ts'
import { promiseHolds } from '@naru/sealing/signature.ts'
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

/** The receipt of the first bid of the good bundle, as its bidder holds it. */
beforeAll(() => {
  const read = readBundle(new Findings(), goodFiles())
  const [first] = read ? [...read.bids.values()] : []
  if (!read || !first?.promise) throw new Error('the good bundle cannot be read')
  bundle = read
  bid = first
  auditor = { logKey: read.logKey, promiseKeys: read.promiseKeys }
  const leaves = Array.from({ length: read.size }, (_, n) => leafHash(read.entries.subarray(34 * n, 34 * n + 34)))
  path = inclusionProof(readerOf(leaves), bid.index, openCheckpoint(read.checkpoint, read.logKey).size)
  const { promise, leafSalt } = first
  const batch = { first: bid.index, count: 1, path: [] }
  receipt = { v: 1, m: promise.body.m, leafSalt, promise, batch, token: null }
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
    expect(verdict.findings.map((each) => each.code)).toEqual(['untimed'])
    expect([verdict.verdict, exitCodeOf(verdict)]).toEqual(['holds', 0])
  })

  it('is refused after any change', () => {
    const { promise } = receipt
    const other = [...bundle.bids.values()].find((each) => each.index !== bid.index)
    const zeros = toBase64(new Uint8Array(32))
    expect(codes(textOf({ leafSalt: zeros }))).toContain('receiptProof')
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
