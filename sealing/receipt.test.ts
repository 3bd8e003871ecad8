// The receipt: what its bearer checks before a bid counts as submitted.
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { toBase64, toHex, utf8 } from './bytes.ts'
import { sealedCommitment } from './commitment.ts'
import { Malformed } from './malformed.ts'
import { checkReceipt, parseReceipt, type Receipt, receiptBytes, sealedEntry } from './receipt.ts'
import { rehearsedBytes } from './rehearsal.ts'
import { type PromiseBody, signPromise } from './signature.ts'

const secretKey = rehearsedBytes('promise key')
const [m, leafSalt] = [rehearsedBytes('m'), rehearsedBytes('leafSalt')]
const body: PromiseBody = {
  v: 1,
  log: 'proc.example/log',
  m: toBase64(m),
  entry: toBase64(sealedEntry(leafSalt, m)),
  time: 100,
}
const receipt: Receipt = {
  v: 1,
  m: toBase64(m),
  leafSalt: toBase64(leafSalt),
  promise: signPromise(body, secretKey),
  batch: { first: 8, count: 4, path: [toBase64(rehearsedBytes('a')), toBase64(rehearsedBytes('b'))] },
  token: null,
}
const mine = { m, leafSalt, log: 'proc.example/log', T: 100, promiseKeys: [ed25519.getPublicKey(secretKey)] }

it('the entry is 01 01 and the commitment', () => {
  expect(toHex(sealedEntry(leafSalt, m))).toBe(`0101${toHex(sealedCommitment(leafSalt, m))}`)
})

describe('receipt', () => {
  it('is read back and gives the entry to look for in the log', () => {
    expect(parseReceipt(receiptBytes(receipt))).toEqual(receipt)
    expect(checkReceipt(receipt, mine)).toEqual(sealedEntry(leafSalt, m))
    const timed = { ...receipt, token: 'MAA=' }
    expect(parseReceipt(receiptBytes(timed))).toEqual(timed)
  })

  it('is refused for another submission, log, deadline or key', () => {
    expect(() => checkReceipt(receipt, { ...mine, m: rehearsedBytes('x') })).toThrow('another submission')
    expect(() => checkReceipt(receipt, { ...mine, leafSalt: rehearsedBytes('x') })).toThrow('another submission')
    expect(() => checkReceipt(receipt, { ...mine, log: 'elsewhere' })).toThrow('another log')
    expect(() => checkReceipt(receipt, { ...mine, T: 99 })).toThrow('deadline')
    expect(() => checkReceipt(receipt, { ...mine, promiseKeys: [] })).toThrow('promise key')
    const other = (change: Partial<PromiseBody>): Receipt => ({
      ...receipt,
      promise: signPromise({ ...body, ...change }, secretKey),
    })
    expect(() => checkReceipt(other({ entry: toBase64(new Uint8Array(34)) }), mine)).toThrow('another entry')
    expect(() => checkReceipt(other({ m: toBase64(rehearsedBytes('x')) }), mine)).toThrow('another submission')
    const unsigned: Receipt = { ...receipt, promise: { ...receipt.promise, body: { ...body, time: 99 } } }
    expect(() => checkReceipt(unsigned, mine)).toThrow('promise key')
  })

  it('is refused in any other form', () => {
    const bad: unknown[] = [
      { ...receipt, more: 1 },
      { ...receipt, token: '' },
      { ...receipt, token: 'A' },
      { ...receipt, batch: { first: 8, count: 0, path: [] } },
    ]
    for (const value of bad) expect(() => parseReceipt(utf8(JSON.stringify(value)))).toThrow(Malformed)
    expect(() => parseReceipt(utf8(JSON.stringify(receipt, null, 1)))).toThrow('canonical')
  })
})
