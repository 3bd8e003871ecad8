// Exact fractions against integers and hand calculations.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compare, fraction, minus, over, plus, readDecimal, rounded, times, writeDecimal } from './fraction.ts'

describe('fractions', () => {
  it('reads and writes decimal text without loss', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.integer({ min: 0, max: 6 }),
        (parts, decimals) => {
          const text = writeDecimal({ parts, of: 10n ** BigInt(decimals) }, decimals)
          expect(compare(readDecimal(text), { parts, of: 10n ** BigInt(decimals) })).toBe(0)
        },
      ),
    )
    expect(writeDecimal(readDecimal('-0.05'), 2)).toBe('-0.05')
    expect(writeDecimal(readDecimal('88.745'), 3)).toBe('88.745')
  })

  it.each(['', '.5', '01', '1.', '1e3', '1,5', ' 1', '0x1'])('refuses %j', (text) => {
    expect(() => readDecimal(text)).toThrow(RangeError)
  })

  it('refuses to lose digits and to divide by zero', () => {
    expect(() => writeDecimal(fraction(1n, 3n), 4)).toThrow(RangeError)
    expect(() => over(fraction(1n), fraction(0n))).toThrow(RangeError)
  })

  it('rounds as named, also below zero', () => {
    expect(writeDecimal(rounded(fraction(2n, 3n), 4, 'half-up'), 4)).toBe('0.6667')
    expect(writeDecimal(rounded(fraction(2n, 3n), 4, 'down'), 4)).toBe('0.6666')
    expect(writeDecimal(rounded(fraction(1n, 3n), 4, 'up'), 4)).toBe('0.3334')
    expect(writeDecimal(rounded(fraction(-1n, 8n), 2, 'half-up'), 2)).toBe('-0.12')
  })

  it('adds, subtracts, multiplies and divides exactly', () => {
    const some = fc
      .tuple(fc.bigInt({ min: -1_000n, max: 1_000n }), fc.bigInt({ min: 1n, max: 1_000n }))
      .map(([a, b]) => fraction(a, b))
    fc.assert(
      fc.property(some, some, (a, b) => {
        expect(compare(minus(plus(a, b), b), a)).toBe(0)
        if (b.parts !== 0n) expect(compare(over(times(a, b), b), a)).toBe(0)
      }),
    )
  })
})
