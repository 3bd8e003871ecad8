// The balanced price by hand, its ties, and what must hold for any bids.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { balancedPrice } from './balanced-price.ts'
import { compare, fraction } from './fraction.ts'
import type { BalancedParameters } from './parameters.ts'
import { rank, type RankedBid, type RankingInput } from './rules.ts'

const parameters: BalancedParameters = {
  ceiling: 'budget',
  pricePoints: '50',
  qualityPoints: '50',
  dropHighestPercent: '40',
  dropLowestPercent: '20',
  slope: '2',
}
const input = (bids: readonly RankedBid[], more: Partial<RankingInput> = {}): RankingInput => ({
  bids,
  parameters,
  category: 'works',
  estimatedValue: '2000',
  budget: '2000',
  reservePrice: null,
  lot: (tied) => tied.toSorted(),
  ...more,
})
const bid = (id: string, index: number, price: number, quality: string): RankedBid => ({
  bid: id,
  index,
  price: `${price}`,
  quality,
})
const line = (result: ReturnType<typeof rank>, id: string) => result.lines.find((each) => each.bid === id)

describe('the balanced price (koneps.md §2.5)', () => {
  it('leaves out the dearest 40 and the cheapest 20 percent and averages the rest', () => {
    // Of five bids two dearest and one cheapest go: (900 + 1000) / 2 = 950.
    expect(compare(balancedPrice([500n, 900n, 1000n, 1500n, 1600n], '40', '20'), fraction(950n))).toBe(0)
    // Of four bids 1.6 → 1 dearest and 0.8 → 0 cheapest: (5 + 9 + 10) / 3 = 8.
    expect(compare(balancedPrice([10n, 5n, 15n, 9n], '40', '20'), fraction(8n))).toBe(0)
    expect(compare(balancedPrice([7n], '40', '20'), fraction(7n))).toBe(0)
    expect(() => balancedPrice([], '40', '20')).toThrow(RangeError)
    expect(() => balancedPrice([1n], '100', '0')).toThrow(RangeError)
  })
})

describe('balanced-price@1', () => {
  it('takes two points for each percent of distance and adds capability', () => {
    const bids = [bid('a', 0, 1000, '40'), bid('b', 1, 950, '39'), bid('c', 2, 500, '50'), bid('d', 3, 1500, '50')]
    // Kept are 500, 950 and 1000 (one dearest out): 2450 / 3 = 816.67. a: |1000 / 816.67 − 1| = 22.4490 % → 50 − 44.8980 = 5.1020.
    const result = rank('balanced-price@1', input(bids))
    expect(line(result, 'a')?.numbers).toMatchObject({ balanced: '817', pricePoints: '5.1020', total: '45.1020' })
    // b: 950 × 3 / 2450 = 1.163265 → 16.3265 % → 50 − 32.6531 = 17.3469; c: 61.2245 % → 38.7755 % away → 0.
    expect(line(result, 'b')?.numbers).toMatchObject({ pricePoints: '17.3469', total: '56.3469' })
    expect(line(result, 'c')?.numbers).toMatchObject({ pricePoints: '0.0000', total: '50.0000' })
    // c and d have 50 each; c lies 316.67 from the balanced price, d 683.33.
    expect(result.lines.map((each) => [each.bid, each.reason])).toEqual([
      ['b', 'best-balanced'],
      ['c', 'less-balanced'],
      ['d', 'less-balanced'],
      ['a', 'less-balanced'],
    ])
  })

  it('settles equal sums by capability, nearness, the lower price, then the lot', () => {
    // Two bids, none left out: balanced 1000; both 10 % away lose 20 points; equal capability and nearness: the lower price.
    const lower = rank('balanced-price@1', input([bid('dear', 0, 1100, '30'), bid('cheap', 1, 900, '30')]))
    expect([lower.winner, line(lower, 'dear')?.reason]).toEqual(['cheap', 'less-balanced'])
    const drawn = rank(
      'balanced-price@1',
      input([bid('a', 0, 900, '30'), bid('b', 1, 900, '30')], { lot: (tied) => tied.toReversed() }),
    )
    expect([drawn.winner, line(drawn, 'a')?.reason]).toEqual(['b', 'lost-lot'])
  })

  it('leaves bids above the ceiling out of the balanced price, and has no winner without a lawful bid', () => {
    const result = rank('balanced-price@1', input([bid('over', 0, 2001, '50'), bid('in', 1, 1000, '1')]))
    expect(line(result, 'in')?.numbers).toMatchObject({ balanced: '1000', pricePoints: '50.0000' })
    expect(rank('balanced-price@1', input([bid('over', 0, 2001, '50')])).winner).toBeNull()
  })

  it('is a total order that does not depend on the order of bids', () => {
    const some = fc.uniqueArray(
      fc.record({ id: fc.uuid(), price: fc.integer({ min: 0, max: 2100 }), quality: fc.integer({ min: 0, max: 50 }) }),
      { selector: (each) => each.id, minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(some, fc.nat(), (all, turn) => {
        const given = all.map((each, at) => bid(each.id, at, each.price, `${each.quality}`))
        const result = rank('balanced-price@1', input(given))
        const turned = given.map((_, at) => given[(at + turn) % given.length] as RankedBid)
        expect(rank('balanced-price@1', input(turned))).toEqual(result)
        const ranked = result.lines.filter((each) => each.standing === 'ranked')
        expect(ranked.map((each) => each.rank)).toEqual(ranked.map((_, at) => at + 1))
        const totals = ranked.map((each) => Number(each.numbers.total))
        expect(totals).toEqual(totals.toSorted((x, y) => y - x))
      }),
    )
  })
})
