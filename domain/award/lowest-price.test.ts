// The lowest price within the ceiling and at or above the floor.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LowestPriceParameters } from './parameters.ts'
import { rank, type RankedBid, type RankingInput } from './rules.ts'

const input = (
  prices: readonly (number | string)[],
  parameters: LowestPriceParameters,
  more: Partial<RankingInput> = {},
): RankingInput => ({
  bids: prices.map((price, index) => ({ bid: `bid-${index}`, index, price: `${price}` })),
  parameters,
  category: 'goods',
  estimatedValue: '1000',
  budget: '1000',
  reservePrice: null,
  lot: (tied) => tied.toSorted(),
  ...more,
})
const reasons = (result: ReturnType<typeof rank>) =>
  Object.fromEntries(result.lines.map((each) => [each.bid, each.reason]))

describe('lowest-price@1', () => {
  it('the lowest price within the budget wins; the budget itself is lawful', () => {
    const result = rank('lowest-price@1', input([1_000, 1_001, 999], { ceiling: 'budget' }))
    expect(result).toMatchObject({ rule: 'lowest-price@1', winner: 'bid-2', next: null })
    expect(reasons(result)).toEqual({
      'bid-2': 'lowest',
      'bid-0': 'higher-than-better-ranked',
      'bid-1': 'above-ceiling',
    })
  })

  it('without a ceiling every price is ranked', () => {
    expect(rank('lowest-price@1', input([5_000, 4_000], { ceiling: 'none' })).winner).toBe('bid-1')
  })

  it('has no winner without a lawful bid', () => {
    expect(rank('lowest-price@1', input([], { ceiling: 'budget' }))).toEqual({
      rule: 'lowest-price@1',
      lines: [],
      winner: null,
      next: null,
    })
    expect(rank('lowest-price@1', input([2_000], { ceiling: 'budget' })).winner).toBeNull()
  })

  it('a small e-quotation of exactly the floor is in, one won below is out (koneps.md §2.3.5)', () => {
    const small: LowestPriceParameters = { ceiling: 'reserve-price', floorPercent: '88' }
    // 88 % of 25,000,001 is 22,000,000.88: 22,000,001 is the least lawful price.
    const result = rank(
      'lowest-price@1',
      input(['22000000', '22000001', '25000001', '25000002'], small, { reservePrice: '25000001' }),
    )
    expect(result.winner).toBe('bid-1')
    expect(reasons(result)).toEqual({
      'bid-1': 'lowest',
      'bid-2': 'higher-than-better-ranked',
      'bid-0': 'below-floor',
      'bid-3': 'above-ceiling',
    })
    const works = rank(
      'lowest-price@1',
      input(['897449', '897450'], { ceiling: 'reserve-price', floorPercent: '89.745' }, { reservePrice: '1000000' }),
    )
    expect(works.winner).toBe('bid-1')
  })

  it('a floor or a reserve price that cannot be measured is a fault', () => {
    expect(() => rank('lowest-price@1', input([1], { ceiling: 'none', floorPercent: '88' }))).toThrow(/ceiling/)
    expect(() => rank('lowest-price@1', input([1], { ceiling: 'reserve-price' }))).toThrow(/drawn/)
  })

  it('equal prices go to the lot, which sees the bids in the order of the log', () => {
    const seen: (readonly string[])[] = []
    const lot = (tied: readonly string[]) => {
      seen.push(tied)
      return tied.toReversed()
    }
    const result = rank('lowest-price@1', input([500, 400, 400, 400], { ceiling: 'budget' }, { lot }))
    expect(seen).toEqual([['bid-1', 'bid-2', 'bid-3']])
    expect(result.winner).toBe('bid-3')
    expect(reasons(result)).toEqual({
      'bid-3': 'won-lot',
      'bid-2': 'lost-lot',
      'bid-1': 'lost-lot',
      'bid-0': 'higher-than-better-ranked',
    })
    expect(() =>
      rank('lowest-price@1', input([4, 4], { ceiling: 'budget' }, { lot: (tied) => tied.slice(1) })),
    ).toThrow(/lot/)
    expect(() =>
      rank('lowest-price@1', input([4, 4], { ceiling: 'budget' }, { lot: () => ['bid-0', 'bid-0'] })),
    ).toThrow(/lot/)
  })

  it('does not depend on the order of bids, ranks 1..n by price, and a dearer bid never changes the winner', () => {
    const prices = fc.array(fc.integer({ min: 1, max: 1_200 }), { maxLength: 15 })
    const small: LowestPriceParameters = { ceiling: 'reserve-price', floorPercent: '50' }
    fc.assert(
      fc.property(
        prices.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray([...all.keys()], { minLength: all.length })),
        ),
        ([all, order]) => {
          const given = input(all, small, { reservePrice: '1000' })
          const result = rank('lowest-price@1', given)
          expect(rank('lowest-price@1', { ...given, bids: order.map((at) => given.bids[at] as RankedBid) })).toEqual(
            result,
          )
          const ranked = result.lines.filter((each) => each.standing === 'ranked')
          expect(ranked.map((each) => each.rank)).toEqual(ranked.map((_, at) => at + 1))
          const lawful = all.filter((price) => price >= 500 && price <= 1_000)
          expect(ranked.map((each) => Number(each.price))).toEqual(lawful.toSorted((a, b) => a - b))
          const dearer = rank('lowest-price@1', {
            ...given,
            bids: [...given.bids, { bid: 'dear', index: 99, price: '1001' }],
          })
          expect(dearer.winner).toBe(result.winner)
        },
      ),
    )
  })
})
