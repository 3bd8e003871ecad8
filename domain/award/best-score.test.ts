// Points for price and quality: the published vectors of the negotiated contract, and what must hold for any bids.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BestScoreParameters } from './parameters.ts'
import { dampedPoints } from './best-score.ts'
import { fraction, rounded, writeDecimal } from './fraction.ts'
import { rank, type RankedBid, type RankingInput } from './rules.ts'

describe('price points of the Korean negotiated contract (koneps.md Appendix C)', () => {
  it.each([
    [10n, 82n, 82n, '10.0000'],
    [10n, 82n, 95n, '8.6316'],
    [10n, 70n, 70n, '9.7500'],
    [10n, 70n, 95n, '7.3684'],
    [20n, 60n, 60n, '17.0000'],
    [20n, 60n, 80n, '15.0000'],
  ])('B %s, lowest %s, bid %s of P 100 → %s', (points, lowest, price, published) => {
    expect(writeDecimal(rounded(dampedPoints(fraction(points), lowest, price, 100n), 4, 'half-up'), 4)).toBe(published)
  })

  it('a bid below 60 % of P counts as 60 %', () => {
    // B 20, m 50, x 50: 20 × 50 / 80 + 2 × (80 − 60) / 20 = 12.5 + 2 = 14.5.
    expect(writeDecimal(rounded(dampedPoints(fraction(20n), 50n, 50n, 100n), 4, 'half-up'), 4)).toBe('14.5000')
  })
})

const parameters: BestScoreParameters = {
  ceiling: 'budget',
  pricePoints: '60',
  qualityPoints: '40',
  rounding: { decimals: 2, mode: 'half-up' },
}
const input = (bids: readonly RankedBid[], more: Partial<RankingInput> = {}): RankingInput => ({
  bids,
  parameters,
  category: 'services',
  estimatedValue: '1000',
  budget: '1000',
  reservePrice: null,
  lot: (tied) => tied.toSorted(),
  ...more,
})
const bid = (id: string, index: number, price: number, quality: string): RankedBid => ({
  bid: id,
  index,
  price: price.toString(),
  quality,
})
const line = (result: ReturnType<typeof rank>, id: string) => result.lines.find((each) => each.bid === id)

describe('best-score@1', () => {
  it('adds price points in proportion to the lowest price and quality points', () => {
    const result = rank('best-score@1', input([bid('cheap', 0, 700, '20'), bid('good', 1, 900, '35')]))
    // 60 × 700 / 900 = 46.666… → 46.67; 46.67 + 35 = 81.67 against 60 + 20 = 80.
    expect(line(result, 'good')).toMatchObject({
      rank: 1,
      reason: 'highest-score',
      numbers: { pricePoints: '46.67', qualityPoints: '35.00', total: '81.67', lowest: '700' },
    })
    expect(line(result, 'cheap')).toMatchObject({
      rank: 2,
      reason: 'lower-score',
      numbers: { pricePoints: '60.00', total: '80.00' },
    })
    expect(result.winner).toBe('good')
  })

  it('leaves out a price above the budget before the lowest price is found', () => {
    const result = rank('best-score@1', input([bid('over', 0, 1_001, '40'), bid('in', 1, 1_000, '10')]))
    expect(result.winner).toBe('in')
    expect(line(result, 'over')).toMatchObject({
      standing: 'excluded',
      reason: 'above-ceiling',
      numbers: { ceiling: '1000' },
    })
    expect(line(result, 'in')?.numbers.pricePoints).toBe('60.00')
  })

  it('settles equal sums by quality, then by the lot', () => {
    // 60 × 600 / 600 + 20 = 80 and 60 × 600 / 900 + 40 = 80: the better quality stands first.
    const byQuality = rank('best-score@1', input([bid('cheap', 0, 600, '20'), bid('good', 1, 900, '40')]))
    expect(byQuality.winner).toBe('good')
    const byLot = rank(
      'best-score@1',
      input([bid('a', 0, 600, '20'), bid('b', 1, 600, '20')], { lot: (tied) => tied.toReversed() }),
    )
    expect([byLot.winner, line(byLot, 'b')?.reason, line(byLot, 'a')?.reason]).toEqual(['b', 'won-lot', 'lost-lot'])
  })

  it('uses the damped formula with a drawn reserve price, rounding at the fifth decimal by default', () => {
    const damped: BestScoreParameters = {
      ceiling: 'reserve-price',
      pricePoints: '10',
      qualityPoints: '90',
      priceFormula: 'damped',
    }
    const result = rank(
      'best-score@1',
      input([bid('a', 0, 70, '81.5'), bid('b', 1, 95, '81.5')], { parameters: damped, reservePrice: '100' }),
    )
    expect(line(result, 'a')?.numbers).toMatchObject({ pricePoints: '9.7500', total: '91.2500' })
    expect(line(result, 'b')?.numbers).toMatchObject({ pricePoints: '7.3684', total: '88.8684' })
  })

  it('refuses quality that is missing, negative or above the terms', () => {
    expect(() => rank('best-score@1', input([{ bid: 'a', index: 0, price: '1' }]))).toThrow(/no quality/)
    expect(() => rank('best-score@1', input([bid('a', 0, 1, '40.01')]))).toThrow(/out of range/)
    expect(() => rank('best-score@1', input([bid('a', 0, 1, '-1')]))).toThrow(/out of range/)
  })

  it('does not depend on the order of bids, and ranks by the sum', () => {
    const bids = fc.uniqueArray(
      fc.record({ id: fc.uuid(), price: fc.integer({ min: 1, max: 1_100 }), quality: fc.integer({ min: 0, max: 40 }) }),
      { selector: (each) => each.id, maxLength: 10 },
    )
    fc.assert(
      fc.property(
        bids.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray([...all.keys()], { minLength: all.length })),
        ),
        ([all, order]) => {
          const given = all.map((each, at) => bid(each.id, at, each.price, `${each.quality}`))
          const result = rank('best-score@1', input(given))
          expect(rank('best-score@1', input(order.map((at) => given[at] as RankedBid)))).toEqual(result)
          const totals = result.lines
            .filter((each) => each.standing === 'ranked')
            .map((each) => Number(each.numbers.total))
          expect(totals).toEqual(totals.toSorted((a, b) => b - a))
        },
      ),
    )
  })
})
