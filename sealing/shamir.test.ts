// Shamir's sharing: the field against FIPS 197's examples, any k shares give the secret, fewer say nothing.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalBytes } from './bytes.ts'
import { Malformed } from './malformed.ts'
import { combine, inverse, multiply, shareAt } from './shamir.ts'

describe('GF(2^8)/0x11b', () => {
  it('multiplies as the examples of FIPS 197 section 4.2', () => {
    expect(multiply(0x57, 0x83)).toBe(0xc1)
    expect(multiply(0x57, 0x13)).toBe(0xfe)
  })

  it('has inverses', () => {
    for (let a = 1; a < 256; a += 1) expect(multiply(a, inverse(a))).toBe(1)
    expect(inverse(0)).toBe(0)
  })
})

const sharing = fc.integer({ min: 1, max: 6 }).chain((k) =>
  fc.record({
    k: fc.constant(k),
    n: fc.integer({ min: k + 1, max: 9 }),
    secret: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    coefficients: fc.uint8Array({ minLength: 32 * (k - 1), maxLength: 32 * (k - 1) }),
    order: fc.infiniteStream(fc.nat()),
  }),
)

describe('sharing', () => {
  it('any k of n shares, in any order, give the secret; k - 1 fit every secret', () => {
    fc.assert(
      fc.property(sharing, ({ k, n, secret, coefficients, order }) => {
        const all = Array.from({ length: n }, (_, j) => ({ x: j + 1, y: shareAt(secret, coefficients, j + 1) }))
        const shuffled = all
          .map((share) => ({ share, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key)
        const quorum = shuffled.slice(0, k).map(({ share }) => share)
        expect(combine(quorum)).toEqual(secret)
        if (k === 1) return
        // k - 1 shares and any invented k-th one give a secret that is just as possible: another one, unless the invention is the true share.
        const few = quorum.slice(0, k - 1)
        const invented = { x: 200, y: secret.map((byte) => byte ^ 1) }
        const truth = shareAt(secret, coefficients, 200)
        expect(equalBytes(combine([...few, invented]), secret)).toBe(equalBytes(invented.y, truth))
      }),
      { numRuns: 200 },
    )
  })

  it('k = 1 shares the secret itself', () => {
    const secret = Uint8Array.of(1, 2, 3)
    expect(shareAt(secret, new Uint8Array(0), 7)).toEqual(secret)
  })

  it('evaluates s + a1 x + a2 x^2 bytewise', () => {
    // One byte: s = 0x01, a1 = 0x57, a2 = 0x02 at x = 0x83: 0x01 ^ (57*83 = c1) ^ 02*(83*83). 83*83 = multiply(0x83, 0x83).
    const square = multiply(0x83, 0x83)
    expect(shareAt(Uint8Array.of(0x01), Uint8Array.of(0x57, 0x02), 0x83)).toEqual(
      Uint8Array.of(0x01 ^ 0xc1 ^ multiply(2, square)),
    )
  })

  it('refuses x outside 1..255 and lengths that do not fit', () => {
    expect(() => shareAt(new Uint8Array(32), new Uint8Array(0), 0)).toThrow(Malformed)
    expect(() => shareAt(new Uint8Array(32), new Uint8Array(0), 256)).toThrow(Malformed)
    expect(() => shareAt(new Uint8Array(32), new Uint8Array(31), 1)).toThrow(Malformed)
    expect(() =>
      combine([
        { x: 1, y: new Uint8Array(32) },
        { x: 2, y: new Uint8Array(31) },
      ]),
    ).toThrow(Malformed)
  })
})
