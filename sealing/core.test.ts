// Cores: strict members, the VOID code of each fault, and padding that has exactly one form.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, u32 } from './bytes.ts'
import { AMOUNT, type CoreExpectation, checkCore, isCiphertextLength, pad, paddedSize, PERCENT, unpad } from './core.ts'
import { Malformed } from './malformed.ts'

const nonce = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
const price = {
  tender: 't1',
  lot: null,
  bidderId: 'b1',
  seq: 1,
  currency: 'KGS',
  price: '100',
  vat: '12',
  items: [{ id: '1', unitPrice: '50', amount: '100' }],
  shares: [{ member: 'b1', percent: '62.5' }],
  picks: [15, 1],
  nonce,
  files: [],
}
const tech = { tender: 't1', lot: '7', bidderId: 'b1', seq: 1, nonce, responses: { anything: [1, null] }, files: [] }
const expected: CoreExpectation = { tender: 't1', bidderId: 'b1', seq: 1, numbers: 15 }
const codeOf = (value: unknown, cls = 'price', files = 0, terms: CoreExpectation | null = expected) =>
  checkCore(value, cls, files, terms).code

describe('checkCore', () => {
  it('passes what the class demands', () => {
    expect(checkCore(price, 'price', 0, expected)).toEqual({ core: price, code: null })
    expect(codeOf({ ...price, lot: '7' }, 'price/7')).toBeNull()
    const { picks: _picks, ...undrawn } = price
    expect(codeOf(undrawn, 'price', 0, { ...expected, numbers: null })).toBeNull()
    expect(codeOf({ ...price, vat: null })).toBeNull()
    expect(codeOf(tech, 'tech/7')).toBeNull()
    expect(codeOf(tech, 'conf/7')).toBeNull()
    expect(codeOf({ salt: nonce }, 'draw', 0, null)).toBeNull()
    expect(codeOf({ ...price, files: [{ name: 'a.pdf', mime: 'application/pdf', size: 3 }] }, 'price', 1)).toBeNull()
  })

  it.each<[string, unknown]>([
    ['fields', null],
    ['fields', []],
    ['fields', { ...price, extra: 1 }],
    ['fields', { ...price, seq: '1' }],
    ['fields', { ...price, price: 100 }],
    ['fields', { ...price, nonce: nonce.slice(4) }],
    ['fields', { ...price, nonce: `${nonce.slice(0, -2)}B=` }],
    ['fields', { ...price, currency: 'som' }],
    ['fields', { ...price, items: [{ id: '1', unitPrice: '1' }] }],
    ['fields', { ...price, picks: undefined }],
    ['fields', { ...price, picks: '1,2' }],
    ['fields', { ...price, files: undefined }],
    ['tender', { ...price, tender: 't2' }],
    ['tender', { ...price, lot: '7' }],
    ['bidder', { ...price, bidderId: 'b2' }],
    ['seq', { ...price, seq: 2 }],
    ['price', { ...price, price: '' }],
    ['price', { ...price, price: '0100' }],
    ['price', { ...price, price: '1.5' }],
    ['price', { ...price, price: '-1' }],
    ['price', { ...price, price: '1000000000000000000' }],
    ['price', { ...price, price: '١٢' }],
    ['price', { ...price, vat: 'x' }],
    ['price', { ...price, items: [{ id: '1', unitPrice: '1e3', amount: '100' }] }],
    ['price', { ...price, shares: [{ member: 'b1', percent: '50.' }] }],
    ['picks', { ...price, picks: [1, 1] }],
    ['picks', { ...price, picks: [0, 1] }],
    ['picks', { ...price, picks: [1, 16] }],
    ['picks', { ...price, picks: [1, 2, 3] }],
    ['picks', { ...price, picks: [1, 1.5] }],
    ['files', { ...price, files: [{ name: 'a', mime: 'b', size: 1 }] }],
    // Of several faults the first of the list is the code.
    ['tender', { ...price, tender: 't2', bidderId: 'b2', price: 'x', picks: [1, 1] }],
    ['price', { ...price, price: 'x', picks: [1, 1] }],
  ])('gives %s for %j', (code, value) => {
    const dropped = value !== null && typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value
    expect(codeOf(dropped)).toBe(code)
  })

  it('refuses picks where nothing is drawn, and anything but a salt in a draw envelope', () => {
    expect(codeOf(price, 'price', 0, { ...expected, numbers: null })).toBe('fields')
    expect(codeOf({ salt: nonce, files: [] }, 'draw', 0, null)).toBe('fields')
    expect(codeOf({ salt: nonce }, 'draw', 1, null)).toBe('files')
    expect(codeOf(price, 'tech')).toBe('fields')
  })
})

describe('numbers', () => {
  it('amounts and percentages have one spelling', () => {
    for (const good of ['0', '1', '999999999999999999']) expect(AMOUNT.test(good)).toBe(true)
    for (const bad of ['', '00', '+1', '1 ', '1\n', '1000000000000000000']) expect(AMOUNT.test(bad)).toBe(false)
    for (const good of ['0', '100', '33.333333', '0.5']) expect(PERCENT.test(good)).toBe(true)
    for (const bad of ['', '.5', '5.0', '5.', '1000', '33.3333333']) expect(PERCENT.test(bad)).toBe(false)
  })
})

describe('padding', () => {
  it('takes the sizes 4, 16, 64, 256 KiB, then multiples of 256 KiB', () => {
    const kib = 1024
    expect(
      [
        0,
        4 * kib - 4,
        4 * kib - 3,
        16 * kib - 4,
        16 * kib - 3,
        64 * kib,
        256 * kib - 4,
        256 * kib - 3,
        512 * kib - 3,
      ].map(paddedSize),
    ).toEqual([4, 4, 16, 16, 64, 256, 256, 512, 768].map((size) => size * kib))
  })

  it('gives back the data, and nothing after any change of length or zeros', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20_000 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (length, at, change) => {
          const data = new Uint8Array(length).fill(7)
          const padded = pad(data)
          expect(padded.length).toBe(paddedSize(length))
          expect(isCiphertextLength(padded.length + 16)).toBe(true)
          expect(unpad(padded)).toEqual(data)
          const place = 4 + length + (at % (padded.length - 4 - length || 1))
          if (place < padded.length) {
            const dirty = Uint8Array.from(padded)
            dirty[place] = change
            expect(unpad(dirty)).toBeNull()
          }
          expect(unpad(padded.slice(0, -1))).toBeNull()
          expect(unpad(concat(padded, new Uint8Array(1)))).toBeNull()
          // A larger allowed size than the smallest that fits is refused too.
          expect(unpad(concat(u32(length), data, new Uint8Array(256 * 1024 - 4 - length)))).toBeNull()
        },
      ),
      { numRuns: 30 },
    )
    expect(unpad(concat(u32(5000), new Uint8Array(4092)))).toBeNull()
    expect(unpad(new Uint8Array(3))).toBeNull()
  })

  it('refuses cores above 1 MiB and ciphertext lengths between the sizes', () => {
    expect(() => pad(new Uint8Array(1024 * 1024 + 1))).toThrow(Malformed)
    expect(unpad(pad(new Uint8Array(1024 * 1024)))).toHaveLength(1024 * 1024)
    for (const length of [0, 16, 4096, 4111, 4113, 8208, 2 * 1024 * 1024 + 16])
      expect(isCiphertextLength(length)).toBe(false)
    expect(isCiphertextLength(4112)).toBe(true)
  })
})
