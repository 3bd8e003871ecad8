// Exact money: sums, divisions by named rounding, and what is refused.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, amountSchema, compareMoney, divide, moneySchema, priceOfQuantity } from './money.ts'

const som = (amount: string) => ({ amount, currency: 'KGS' })

describe('money', () => {
  it('divides by the named rounding, towards the greater number at one half', () => {
    expect([divide(7n, 2n, 'down'), divide(7n, 2n, 'up'), divide(7n, 2n, 'half-up')]).toEqual([3n, 4n, 4n])
    expect([divide(-7n, 2n, 'down'), divide(-7n, 2n, 'up'), divide(-7n, 2n, 'half-up')]).toEqual([-4n, -3n, -3n])
    expect([divide(10n, 3n, 'half-up'), divide(11n, 3n, 'half-up'), divide(12n, 3n, 'up')]).toEqual([3n, 4n, 4n])
    expect(() => divide(1n, 0n, 'up')).toThrow(RangeError)
    expect(() => divide(1n, -1n, 'up')).toThrow(RangeError)
  })

  it('every rounding is a neighbour of the exact quotient', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.bigInt({ min: 1n, max: 10n ** 10n }),
        (a, b) => {
          const [down, up, half] = [divide(a, b, 'down'), divide(a, b, 'up'), divide(a, b, 'half-up')]
          expect(down * b <= a && a < (down + 1n) * b).toBe(true)
          expect(up * b >= a && a > (up - 1n) * b).toBe(true)
          expect(2n * a - b < 2n * half * b && 2n * half * b <= 2n * a + b).toBe(true)
        },
      ),
    )
  })

  it('adds and compares beyond what floats can hold, one currency at a time', () => {
    expect(add(som('999999999999999999'), som('1')).amount).toBe('1000000000000000000')
    expect(add(som('9007199254740993'), som('0'))).toEqual(som('9007199254740993'))
    expect(compareMoney(som('9007199254740993'), som('9007199254740992'))).toBe(1)
    expect(compareMoney(som('10'), som('9'))).toBe(1)
    expect(compareMoney(som('9'), som('9'))).toBe(0)
    expect(() => add()).toThrow(RangeError)
    expect(() => add(som('1'), { amount: '1', currency: 'KRW' })).toThrow(/KRW/)
    expect(() => compareMoney(som('1'), { amount: '1', currency: 'KRW' })).toThrow(/KRW/)
  })

  it('prices a quantity exactly and rounds as the rule names', () => {
    // 1.5 × 333 = 499.5; 0.000001 × 1,000,000 = 1; 12.345 × 10 = 123.45.
    expect([
      priceOfQuantity('1.5', '333', 'up'),
      priceOfQuantity('1.5', '333', 'down'),
      priceOfQuantity('1.5', '333', 'half-up'),
    ]).toEqual([500n, 499n, 500n])
    expect(priceOfQuantity('0.000001', '1000000', 'down')).toBe(1n)
    expect(priceOfQuantity('12.345', '10', 'half-up')).toBe(123n)
    expect(priceOfQuantity('7', '3', 'up')).toBe(21n)
  })

  it.each(['', '-1', '01', '1.5', '1e3', '1 000', '1234567890123456789', '٣'])('refuses the amount %j', (text) => {
    expect(amountSchema.safeParse(text).success).toBe(false)
  })

  it('takes whole amounts up to 18 digits and no further members', () => {
    expect(moneySchema.safeParse(som('0')).success).toBe(true)
    expect(moneySchema.safeParse(som('999999999999999999')).success).toBe(true)
    expect(moneySchema.safeParse({ ...som('1'), vat: true }).success).toBe(false)
    expect(moneySchema.safeParse({ amount: '1', currency: 'som' }).success).toBe(false)
  })
})
