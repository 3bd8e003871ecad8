// Prices divided by features: ProZorro's formula by hand, ties by time, and what must hold for any bids.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fraction, readDecimal } from './fraction.ts'
import { featuresCoefficient } from './price-by-features.ts'
import { rank, type RankedBid, type RankingInput } from './rules.ts'

const input = (bids: readonly RankedBid[], more: Partial<RankingInput> = {}): RankingInput => ({
  bids,
  parameters: { ceiling: 'budget', featuresPercent: '20' },
  category: 'services',
  estimatedValue: '1000000',
  budget: '1000000',
  reservePrice: null,
  lot: () => {
    throw new Error('no lot is drawn')
  },
  ...more,
})
const bid = (id: string, index: number, price: number, quality: string): RankedBid => ({
  bid: id,
  index,
  price: `${price}`,
  quality,
})
const line = (result: ReturnType<typeof rank>, id: string) => result.lines.find((each) => each.bid === id)

describe('price-by-features@1', () => {
  it('divides by 1 + Σ weights / (1 − Σ maxima)', () => {
    // Weights 10 of maxima 20: 1 + 0.1 / 0.8 = 1.125 = 9/8. All 20: 1 + 0.2 / 0.8 = 1.25. None: 1.
    const nine = featuresCoefficient(readDecimal('10'), readDecimal('20'))
    expect(nine.parts * 8n).toBe(nine.of * 9n)
    const five = featuresCoefficient(readDecimal('20'), readDecimal('20'))
    expect(five.parts * 4n).toBe(five.of * 5n)
    expect(() => featuresCoefficient(fraction(0n), fraction(100n))).toThrow(RangeError)
    const result = rank('price-by-features@1', input([bid('plain', 0, 800_000, '0'), bid('good', 1, 900_000, '20')]))
    // 900,000 / 1.25 = 720,000 < 800,000.
    expect(result.winner).toBe('good')
    expect(line(result, 'good')).toMatchObject({
      rank: 1,
      reason: 'lowest-divided',
      numbers: { coefficient: '1.250000', divided: '720000', weights: '20.00', maxima: '20' },
    })
    expect(line(result, 'plain')).toMatchObject({ rank: 2, reason: 'higher-divided', numbers: { divided: '800000' } })
  })

  it('compares exactly: a difference below a smallest unit decides', () => {
    // 900,001 / 1.125 = 800,000.888… against 800,001: both read 800001, and the first is lower.
    const result = rank('price-by-features@1', input([bid('plain', 0, 800_001, '0'), bid('some', 1, 900_001, '10')]))
    expect(result.winner).toBe('some')
    expect(result.lines.map((each) => each.numbers.divided)).toEqual(['800001', '800001'])
  })

  it('lets the earlier bid stand first where divided prices are equal, without a lot', () => {
    // 900,000 / 1.125 = 800,000 exactly.
    const result = rank('price-by-features@1', input([bid('late', 9, 800_000, '0'), bid('early', 3, 900_000, '10')]))
    expect(result.winner).toBe('early')
    expect([line(result, 'early')?.reason, line(result, 'late')?.reason]).toEqual(['earlier-bid', 'later-bid'])
  })

  it('measures the ceiling by the price as it was bid', () => {
    const result = rank('price-by-features@1', input([bid('over', 0, 1_000_001, '20'), bid('in', 1, 1_000_000, '0')]))
    expect(result.winner).toBe('in')
    expect(line(result, 'over')?.reason).toBe('above-ceiling')
  })

  it('refuses weights that are missing or above the maxima', () => {
    expect(() => rank('price-by-features@1', input([{ bid: 'a', index: 0, price: '1' }]))).toThrow(/no weights/)
    expect(() => rank('price-by-features@1', input([bid('a', 0, 1, '20.01')]))).toThrow(/out of range/)
  })

  it('is a total order that depends on neither the order of bids nor a second run, and more features never hurt', () => {
    const some = fc.uniqueArray(
      fc.record({ id: fc.uuid(), price: fc.integer({ min: 1, max: 20 }), weights: fc.integer({ min: 0, max: 19 }) }),
      { selector: (each) => each.id, minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(some, fc.nat(), (all, turn) => {
        const given = all.map((each, at) => bid(each.id, at, each.price, `${each.weights}`))
        const result = rank('price-by-features@1', input(given))
        const turned = given.map((_, at) => given[(at + turn) % given.length] as RankedBid)
        expect(rank('price-by-features@1', input(turned))).toEqual(result)
        expect(result.lines.map((each) => each.rank)).toEqual(result.lines.map((_, at) => at + 1))
        const [first] = given
        if (!first) return
        const better = given.map((each, at) => (at === 0 ? { ...each, quality: '20' } : each))
        const place = (ranking: typeof result) => line(ranking, first.bid)?.rank ?? 0
        expect(place(rank('price-by-features@1', input(better)))).toBeLessThanOrEqual(place(result))
      }),
    )
  })
})
