// When a low price must be explained: the limits by hand, exactly at and one unit beside them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { abnormallyLow } from './abnormally-low.ts'
import { rank } from './rules.ts'

const limits = { belowMeanPercent: '40', belowNextPercent: '30' }
const ranking = (...prices: readonly number[]) =>
  rank('lowest-price@1', {
    bids: prices.map((price, index) => ({ bid: `bid-${index}`, index, price: `${price}` })),
    parameters: { ceiling: 'none' },
    category: 'goods',
    estimatedValue: '1000',
    budget: '1000',
    reservePrice: null,
    lot: (tied) => tied,
  })

describe('an abnormally low price', () => {
  it('is one at least 40 % below the mean of the others', () => {
    // The others' mean is (800 + 1200) / 2 = 1000; 40 % below is 600. The next, 800, less 30 % is 560.
    expect(abnormallyLow(ranking(600, 800, 1200), limits)).toEqual({
      by: 'mean',
      percent: '40',
      price: '600',
      measure: '1000',
    })
    expect(abnormallyLow(ranking(601, 800, 1200), limits)).toBeNull()
  })

  it('or at least 30 % below the next in rank', () => {
    // The mean of 1000, 1000, 1000 less 40 % is 600; the next, 1000, less 30 % is 700.
    expect(abnormallyLow(ranking(700, 1000, 1000, 1000), limits)).toEqual({
      by: 'next',
      percent: '30',
      price: '700',
      measure: '1000',
    })
    expect(abnormallyLow(ranking(701, 1000, 1000, 1000), limits)).toBeNull()
  })

  it('compares with a mean that is no whole number without rounding it', () => {
    // (1000 + 1001) / 2 = 1000.5; 60 % is 600.3: 600 lies below. A limit of 31 % below the next keeps that ground out.
    const loose = { belowMeanPercent: '40', belowNextPercent: '99' }
    expect(abnormallyLow(ranking(600, 1000, 1001), loose)?.measure).toBe('1000')
    expect(abnormallyLow(ranking(601, 1000, 1001), loose)).toBeNull()
  })

  it('cannot be found of a bid that stands alone, and is not asked of nobody', () => {
    expect(abnormallyLow(ranking(1), limits)).toBeNull()
    expect(abnormallyLow(ranking(), limits)).toBeNull()
    expect(abnormallyLow(ranking(0, 0), limits)).toBeNull()
  })

  it('stays so when the price falls further', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 100, max: 2000 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 100 }),
        (others, price) => {
          if (abnormallyLow(ranking(price, ...others), limits) !== null)
            expect(abnormallyLow(ranking(price - 1, ...others), limits)).not.toBeNull()
        },
      ),
    )
  })
})
