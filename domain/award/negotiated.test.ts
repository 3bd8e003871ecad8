// The negotiated contract: eligibility, the order of negotiation and its ties by hand; the published vectors of its price points as a whole ranking.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NegotiatedParameters } from './parameters.ts'
import { rank, type RankedBid, type RankingInput } from './rules.ts'

const parameters: NegotiatedParameters = {
  ceiling: 'budget',
  pricePoints: '10',
  qualityPoints: '90',
  eligiblePercent: '85',
  priceMeasure: 'estimated-value',
}
const input = (bids: readonly RankedBid[], more: Partial<RankingInput> = {}): RankingInput => ({
  bids,
  parameters,
  category: 'services',
  estimatedValue: '100',
  budget: '110',
  reservePrice: null,
  lot: (tied) => tied.toSorted(),
  ...more,
})
const bid = (id: string, index: number, price: number, quality: string, parts?: RankedBid['parts']): RankedBid => ({
  bid: id,
  index,
  price: `${price}`,
  quality,
  ...(parts && { parts }),
})
const line = (result: ReturnType<typeof rank>, id: string) => result.lines.find((each) => each.bid === id)
const points = (result: ReturnType<typeof rank>) =>
  Object.fromEntries(result.lines.map((each) => [each.bid, each.numbers.pricePoints]))

describe('negotiated@1', () => {
  it('gives the price points of the published vectors (koneps.md Appendix C, §2.6)', () => {
    const two = (price: number, other: number, more: Partial<RankingInput> = {}) =>
      points(rank('negotiated@1', input([bid('m', 0, price, '90'), bid('x', 1, other, '90')], more)))
    expect(two(82, 95)).toEqual({ m: '10.0000', x: '8.6316' })
    expect(two(70, 95)).toEqual({ m: '9.7500', x: '7.3684' })
    const twenty = { ...parameters, pricePoints: '20', qualityPoints: '80' }
    const bids = [bid('m', 0, 60, '80'), bid('x', 1, 80, '80')]
    expect(points(rank('negotiated@1', input(bids, { parameters: twenty })))).toEqual({ m: '17.0000', x: '15.0000' })
  })

  it('adds them up as the sample of KONEPS does', () => {
    // Technical 81.5 + price 9.5894 = 91.0894: 10 × 70,069 / 73,069… any x with m / x = 0.95894; 95,894 / 100,000.
    const result = rank(
      'negotiated@1',
      input([bid('a', 0, 100_000, '81.5'), bid('m', 1, 95_894, '76.5')], {
        estimatedValue: '100000',
        budget: '100000',
      }),
    )
    expect(line(result, 'a')?.numbers).toMatchObject({ pricePoints: '9.5894', total: '91.0894' })
  })

  it('lets nobody negotiate below 85 % of the technical maximum', () => {
    // 85 % of 90 is 76.5.
    const result = rank('negotiated@1', input([bid('in', 0, 100, '76.5'), bid('out', 1, 60, '76.49')]))
    expect(result.winner).toBe('in')
    expect(line(result, 'in')).toMatchObject({ reason: 'negotiates-first', numbers: { pricePoints: '10.0000' } })
    expect(line(result, 'out')).toMatchObject({
      standing: 'excluded',
      reason: 'below-eligibility',
      numbers: { needed: '76.50000' },
    })
  })

  it('settles equal sums by technical points, then by the heaviest sub-item, then by the lot', () => {
    // 90 + 8 = 98 at price 100 with m 80, and 88 + 10 = 98 at price 80.
    const byTechnical = rank('negotiated@1', input([bid('cheap', 0, 80, '88'), bid('good', 1, 100, '90')]))
    expect(byTechnical.winner).toBe('good')
    const parts = (light: string, heavy: string) => [
      { most: '30', points: light },
      { most: '60', points: heavy },
    ]
    const byPart = rank(
      'negotiated@1',
      input([bid('a', 0, 90, '80', parts('30', '50')), bid('b', 1, 90, '80', parts('25', '55'))]),
    )
    expect(byPart.winner).toBe('b')
    expect(line(byPart, 'a')?.reason).toBe('negotiates-later')
    const drawn = rank(
      'negotiated@1',
      input([bid('a', 0, 90, '80', parts('30', '50')), bid('b', 1, 90, '80', parts('30', '50'))], {
        lot: (tied) => tied.toReversed(),
      }),
    )
    expect([drawn.winner, line(drawn, 'a')?.reason]).toEqual(['b', 'lost-lot'])
  })

  it('measures by the reserve price where one was drawn', () => {
    const drawn = { ...parameters, ceiling: 'reserve-price', priceMeasure: 'reserve-price' } as const
    const bids = [bid('a', 0, 70, '90')]
    expect(points(rank('negotiated@1', input(bids, { parameters: drawn, reservePrice: '100' }))).a).toBe('9.7500')
    expect(() => rank('negotiated@1', input(bids, { parameters: drawn }))).toThrow(/reserve price/)
  })

  it('is a total order that does not depend on the order of bids, and dumping below 60 % gains nothing', () => {
    const some = fc.uniqueArray(
      fc.record({ id: fc.uuid(), price: fc.integer({ min: 1, max: 115 }), quality: fc.integer({ min: 70, max: 90 }) }),
      { selector: (each) => each.id, minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(some, fc.nat(), (all, turn) => {
        const given = all.map((each, at) => bid(each.id, at, each.price, `${each.quality}`))
        const result = rank('negotiated@1', input(given))
        const turned = given.map((_, at) => given[(at + turn) % given.length] as RankedBid)
        expect(rank('negotiated@1', input(turned))).toEqual(result)
        const ranked = result.lines.filter((each) => each.standing === 'ranked')
        expect(ranked.map((each) => each.rank)).toEqual(ranked.map((_, at) => at + 1))
        const dumped = ranked.filter((each) => Number(each.price) <= 60).map((each) => each.numbers.pricePoints)
        expect(new Set(dumped).size).toBeLessThanOrEqual(1)
      }),
    )
  })
})
