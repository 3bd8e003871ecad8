// The tables and vectors published for the Korean qualification review, and what must hold for any bids.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { QualificationBand } from './parameters.ts'
import { compare, plus, readDecimal, rounded, writeDecimal } from './fraction.ts'
import { bidRate, floorPercent, floorPrice, getBand, leastOfNetCost, pricePoints } from './qualification-review.ts'
import { rank, type RankedBid, type RankingInput } from './rules.ts'

const band = (
  base: string,
  B: string,
  k: string,
  T: string,
  N: string,
  more: Partial<QualificationBand> = {},
): QualificationBand => ({
  category: 'works',
  fromValue: '0',
  belowValue: null,
  base,
  pricePoints: B,
  slope: k,
  passMark: T,
  otherPointsMax: N,
  ...more,
})

describe('the floor is derived from base, B, k, T and Nmax (koneps.md Appendix C and §2.3)', () => {
  it.each([
    ['works 5–10 bn', '90', '50', '2', '95', '50', '87.495'],
    ['works 5–10 bn before 2026-01-30', '88', '50', '2', '95', '50', '85.495'],
    ['works 1–5 bn', '90', '70', '4', '95', '30', '88.745'],
    ['works 1–5 bn before 2026-01-30', '88', '70', '4', '95', '30', '86.745'],
    ['special trades 0.3–1 bn', '90', '70', '20', '95', '30', '89.745'],
    ['works 0.3–1 bn', '90', '80', '20', '95', '20', '89.745'],
    ['works 0.3–1 bn before 2026-01-30', '88', '80', '20', '95', '20', '87.745'],
    ['works below 0.3 bn', '90', '90', '20', '95', '10', '89.745'],
    ['technical services from 1 bn', '90', '30', '1', '92', '70', '81.995'],
    ['technical services from 1 bn, old', '88', '30', '1', '92', '70', '79.995'],
    ['facility services', '93', '70', '5', '85', '30', '89.995'],
    ['facility services, old', '91', '70', '5', '85', '30', '87.995'],
    ['services below the threshold', '90', '70', '4', '85', '30', '86.245'],
    ['services below the threshold, old', '88', '70', '4', '85', '30', '84.245'],
    ['services above the threshold', '90', '60', '2', '85', '40', '82.495'],
    ['software of small firms', '91', '70', '4', '88', '30', '87.995'],
    ['software of small firms from 2026-07-27', '93', '70', '4', '88', '30', '89.995'],
    ['software of small firms, old', '89', '70', '4', '88', '30', '85.995'],
    ['insurance', '88', '70', '0.375', '85', '30', '47.995'],
    ['goods above the threshold, old', '88', '70', '2', '85', '30', '80.495'],
    ['goods above the threshold', '90', '70', '2', '85', '30', '82.495'],
  ])('%s', (_what, base, B, k, T, N, published) => {
    expect(floorPercent(band(base, B, k, T, N))).toBe(published)
  })

  it('a least rate that is no whole hundredth of a percent is brought up before the rounding is given back', () => {
    // base 90, B 70, T − N = 65, k 3: 90 − 5/3 = 88.3333… → a rate of 88.34 is needed → 88.335.
    expect(floorPercent(band('90', '70', '3', '95', '30'))).toBe('88.335')
  })
})

describe('points for the price', () => {
  const show = (value: ReturnType<typeof pricePoints>) => writeDecimal(rounded(value, 4, 'half-up'), 4)

  it('rounds the bid rate half up at the fifth decimal', () => {
    // 114,156,413 / 128,226,825 = 0.890269… → 0.8903; 70 − 5 × |91 − 89.03| = 70 − 9.85 = 60.15.
    const rate = bidRate(114_156_413n, 128_226_825n)
    expect(writeDecimal(rate, 4)).toBe('0.8903')
    expect(show(pricePoints(band('91', '70', '5', '85', '30'), rate))).toBe('60.1500')
    expect(writeDecimal(bidRate(88_745n, 100_000n), 4)).toBe('0.8875')
    expect(writeDecimal(bidRate(887_449n, 1_000_000n), 4)).toBe('0.8874')
  })

  it('keeps the points that a pass needs from the plateau on, where the table has one', () => {
    const works = { plateau: true, leastPoints: '2' }
    const at = (row: QualificationBand, price: bigint) => show(pricePoints(row, bidRate(price, 10_000n)))
    // The plateaus of the works table: 0.925 → 45, 0.9125 → 65, 0.9025 → 65, 75 and 85.
    expect(at(band('90', '50', '2', '95', '50', works), 9_250n)).toBe('45.0000')
    expect(at(band('90', '50', '2', '95', '50', works), 10_000n)).toBe('45.0000')
    expect(at(band('90', '70', '4', '95', '30', works), 9_125n)).toBe('65.0000')
    expect(at(band('90', '70', '4', '95', '30', works), 9_124n)).toBe('65.0400')
    expect(at(band('90', '70', '20', '95', '30', works), 9_025n)).toBe('65.0000')
    expect(at(band('90', '80', '20', '95', '20', works), 9_600n)).toBe('75.0000')
    expect(at(band('90', '90', '20', '95', '10', works), 9_600n)).toBe('85.0000')
    // Without a plateau the points go on falling: 70 − 4 × |90 − 100| = 30.
    expect(at(band('90', '70', '4', '85', '30'), 10_000n)).toBe('30.0000')
  })

  it('never falls under two points in the works rules', () => {
    expect(show(pricePoints(band('90', '90', '20', '95', '10', { leastPoints: '2' }), bidRate(7_000n, 10_000n)))).toBe(
      '2.0000',
    )
    expect(show(pricePoints(band('90', '90', '20', '95', '10'), bidRate(7_000n, 10_000n)))).toBe('0.0000')
  })

  it('takes costs outside competition off both sides of the rate', () => {
    // (900 − 100) / (1,000 − 100) = 0.8888… → 0.8889.
    expect(writeDecimal(bidRate(900n, 1_000n, 100n), 4)).toBe('0.8889')
    expect(() => bidRate(900n, 1_000n, 1_000n)).toThrow(RangeError)
  })

  it('finds the least price: A + (reserve − A) × floor, brought up', () => {
    const row = band('90', '70', '4', '95', '30')
    // 1,773,240,950 × 0.88745 = 1,573,662,681.0775.
    expect(floorPrice(row, 1_773_240_950n)).toBe(1_573_662_682n)
    // 100 + 900 × 0.88745 = 898.705.
    expect(floorPrice(row, 1_000n, 100n)).toBe(899n)
  })
})

const works = band('90', '70', '4', '95', '30', { plateau: true, leastPoints: '2' })
const input = (bids: readonly RankedBid[], more: Partial<RankingInput> = {}): RankingInput => ({
  bids,
  parameters: { ceiling: 'reserve-price', bands: [works] },
  category: 'works',
  estimatedValue: '1500000000',
  budget: '2000000',
  reservePrice: '1000000',
  lot: (tied) => tied.toSorted(),
  ...more,
})
const bid = (id: string, index: number, price: number, reviewed?: string): RankedBid => ({
  bid: id,
  index,
  price: price.toString(),
  ...(reviewed !== undefined && { reviewed }),
})
const line = (result: ReturnType<typeof rank>, id: string) => result.lines.find((each) => each.bid === id)

describe('the review goes from the lowest lawful bid upward', () => {
  it('names whose review is due, and who is out before any review', () => {
    const result = rank(
      'qualification-review@1',
      input([bid('over', 0, 1_000_001), bid('low', 1, 887_449), bid('a', 2, 887_450), bid('b', 3, 890_000)]),
    )
    expect(result.winner).toBeNull()
    expect(result.next).toBe('a')
    expect(line(result, 'a')).toMatchObject({ rank: 1, reason: 'awaits-review' })
    expect(line(result, 'b')).toMatchObject({ rank: 2, reason: 'not-reached' })
    expect(line(result, 'low')).toMatchObject({
      rank: null,
      standing: 'excluded',
      reason: 'below-floor',
      numbers: { floorPercent: '88.745', floorPrice: '887450' },
    })
    expect(line(result, 'over')).toMatchObject({ reason: 'above-ceiling' })
  })

  it('a bid of exactly the reserve price is lawful', () => {
    expect(rank('qualification-review@1', input([bid('a', 0, 1_000_000)])).next).toBe('a')
  })

  it('passes at exactly the pass mark', () => {
    // 887,450 / 1,000,000 → 0.8875; 70 − 4 × 1.25 = 65; 65 + 30 = 95.
    const result = rank('qualification-review@1', input([bid('a', 0, 887_450, '30'), bid('b', 1, 890_000)]))
    expect(result).toMatchObject({ winner: 'a', next: null })
    expect(line(result, 'a')).toMatchObject({
      reason: 'passed-review',
      numbers: { pricePoints: '65.0000', total: '95.0000', passMark: '95' },
    })
  })

  it('goes to the next bid when the first fails by a hundredth', () => {
    const first = bid('a', 0, 887_450, '29.99')
    expect(rank('qualification-review@1', input([first, bid('b', 1, 890_000)]))).toMatchObject({
      winner: null,
      next: 'b',
    })
    const result = rank('qualification-review@1', input([first, bid('b', 1, 890_000, '29.5')]))
    // 890,000 → 0.8900; 70 − 4 × 1 = 66; 66 + 29.5 = 95.5.
    expect(result.winner).toBe('b')
    expect(line(result, 'a')).toMatchObject({ rank: 1, reason: 'failed-review' })
    expect(line(result, 'b')).toMatchObject({ reason: 'passed-review', numbers: { total: '95.5000' } })
  })

  it('has no winner and nobody next when all fail', () => {
    const result = rank('qualification-review@1', input([bid('a', 0, 887_450, '20'), bid('b', 1, 890_000, '20')]))
    expect(result).toMatchObject({ winner: null, next: null })
  })

  it('settles equal prices by the higher reviewed points, then by the lot (Decree art. 47)', () => {
    const equal = [bid('a', 0, 900_000, '25'), bid('b', 1, 900_000)]
    expect(rank('qualification-review@1', input(equal))).toMatchObject({ winner: null, next: 'b' })
    const better = rank('qualification-review@1', input([bid('a', 0, 900_000, '25'), bid('b', 1, 900_000, '26')]))
    expect(better.winner).toBe('b')
    const lot = (tied: readonly string[]) => tied.toReversed()
    const drawn = rank(
      'qualification-review@1',
      input([bid('a', 0, 900_000, '26'), bid('b', 1, 900_000, '26')], { lot }),
    )
    expect(drawn.winner).toBe('b')
    expect(line(drawn, 'b')?.reason).toBe('won-lot')
    expect(line(drawn, 'a')?.reason).toBe('lost-lot')
  })

  it('refuses to rank without a reserve price, without a fitting row, or with too many points', () => {
    expect(() => rank('qualification-review@1', input([bid('a', 0, 900_000)], { reservePrice: null }))).toThrow(
      /reserve price/,
    )
    expect(() => rank('qualification-review@1', input([bid('a', 0, 900_000)], { category: 'goods' }))).toThrow(/table/)
    expect(() => rank('qualification-review@1', input([bid('a', 0, 900_000, '30.01')]))).toThrow(/exceed/)
  })

  it('chooses the row of the very kind, else the row without kind', () => {
    const rows = [
      band('90', '70', '4', '85', '30', { category: 'services' }),
      band('93', '70', '5', '85', '30', { category: 'services', kind: 'facility' }),
    ]
    const find = (kind?: string) =>
      getBand({
        parameters: { ceiling: 'reserve-price', bands: rows },
        category: 'services',
        estimatedValue: '1',
        kind,
      })
    expect(find().base).toBe('90')
    expect(find('facility').base).toBe('93')
    expect(find('unheard-of').base).toBe('90')
  })
})

const bands = fc.record({
  base: fc.integer({ min: 80, max: 95 }),
  points: fc.integer({ min: 30, max: 90 }),
  slope: fc.constantFrom('0.375', '1', '2', '3', '4', '5', '7', '20'),
  needed: fc.integer({ min: 20, max: 29 }),
  passMark: fc.constantFrom(85, 88, 92, 95),
})
const someBids = fc.uniqueArray(
  fc.record({
    bid: fc.uuid(),
    price: fc.integer({ min: 860_000, max: 1_010_000 }),
    reviewed: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
  }),
  { selector: (each) => each.bid, maxLength: 12 },
)
const numbered = (bids: readonly { bid: string; price: number; reviewed?: number | undefined }[]) =>
  bids.map((each, index) => bid(each.bid, index, each.price, each.reviewed?.toString()))

describe('the net-cost filter (State Contracts Act art. 10(3))', () => {
  const netCost = { category: 'works', belowValue: '10000000000', percent: '98' } as const
  const filtered = (bids: readonly RankedBid[], more: Partial<RankingInput> = {}) =>
    input(bids, {
      parameters: { ceiling: 'reserve-price', bands: [works], netCost },
      baseAmount: '1000000',
      netCost: '920001',
      reservePrice: '990000',
      ...more,
    })

  it('brings the net cost to the reserve price, up, and takes 98 % of it, up', () => {
    // 920,001 × 990,000 ÷ 1,000,000 = 910,800.99 → 910,801; × 0.98 = 892,584.98 → 892,585.
    expect(leastOfNetCost('98', 920_001n, 1_000_000n, 990_000n)).toBe(892_585n)
    // 920,000 × 0.99 = 910,800; × 0.98 = 892,584 exactly.
    expect(leastOfNetCost('98', 920_000n, 1_000_000n, 990_000n)).toBe(892_584n)
  })

  it('excludes what is below it, above the floor though it is', () => {
    const result = rank('qualification-review@2', filtered([bid('a', 0, 892_584, '30'), bid('b', 1, 892_585)]))
    expect(result.next).toBe('b')
    expect(line(result, 'a')).toMatchObject({
      standing: 'excluded',
      reason: 'below-net-cost',
      numbers: { netCostPercent: '98', netCostLeast: '892585' },
    })
  })

  it('applies to works below the value only, and needs the net cost there', () => {
    const bids = [bid('a', 0, 892_584)]
    expect(rank('qualification-review@2', filtered(bids, { estimatedValue: '10000000000' })).next).toBe('a')
    expect(rank('qualification-review@2', filtered(bids, { estimatedValue: '9999999999' })).next).toBeNull()
    const { netCost: _, ...without } = filtered(bids)
    expect(() => rank('qualification-review@2', without)).toThrow(/net cost/)
  })

  it('never lets a bid below it win or be reviewed, and is @1 where it does not bite', () => {
    fc.assert(
      fc.property(someBids, fc.integer({ min: 0, max: 1_000_000 }), (some, net) => {
        const given = numbered(some)
        const result = rank('qualification-review@2', filtered(given, { netCost: `${net}` }))
        const least = Number(leastOfNetCost('98', BigInt(net), 1_000_000n, 990_000n))
        const chosen = given.find((each) => each.bid === (result.winner ?? result.next))
        if (chosen) expect(Number(chosen.price)).toBeGreaterThanOrEqual(least)
        const free = rank('qualification-review@2', filtered(given, { netCost: '0' }))
        expect({ ...free, rule: '' }).toEqual({ ...rank('qualification-review@1', filtered(given)), rule: '' })
      }),
    )
  })
})

describe('for any table and any bids', () => {
  it('the floor price is the least price that can still reach the pass mark', () => {
    fc.assert(
      fc.property(bands, fc.bigInt({ min: 1_000n, max: 10n ** 13n }), (row, reserve) => {
        const one = band(`${row.base}`, `${row.points}`, row.slope, `${row.passMark}`, `${row.passMark - row.needed}`)
        const reaches = (price: bigint) =>
          compare(
            plus(pricePoints(one, bidRate(price, reserve)), readDecimal(one.otherPointsMax)),
            readDecimal(one.passMark),
          ) >= 0
        const least = floorPrice(one, reserve)
        if (least <= 0n) return
        expect(reaches(least)).toBe(true)
        expect(reaches(least - 1n)).toBe(false)
      }),
    )
  })

  it('the order in which bids are handed in changes nothing', () => {
    fc.assert(
      fc.property(
        someBids.chain((bids) =>
          fc.tuple(fc.constant(numbered(bids)), fc.shuffledSubarray(numbered(bids), { minLength: bids.length })),
        ),
        ([bids, shuffled]) => {
          expect(rank('qualification-review@1', input(shuffled))).toEqual(rank('qualification-review@1', input(bids)))
        },
      ),
    )
  })

  it('every bid has one line, ranks run 1..n by price, and the winner reached the pass mark', () => {
    fc.assert(
      fc.property(someBids, (bids) => {
        const given = numbered(bids)
        const result = rank('qualification-review@1', input(given))
        expect(result.lines.map((each) => each.bid).toSorted()).toEqual(given.map((each) => each.bid).toSorted())
        const ranked = result.lines.filter((each) => each.standing === 'ranked')
        expect(ranked.map((each) => each.rank)).toEqual(ranked.map((_, at) => at + 1))
        const prices = ranked.map((each) => Number(each.price))
        expect(prices).toEqual(prices.toSorted((a, b) => a - b))
        const winner = ranked.find((each) => each.bid === result.winner)
        if (winner) {
          expect(Number(winner.numbers.total)).toBeGreaterThanOrEqual(95)
          for (const better of ranked.slice(0, (winner.rank ?? 1) - 1))
            expect(['failed-review', 'won-lot', 'lost-lot']).toContain(better.reason)
        }
        expect(result.winner !== null && result.next !== null).toBe(false)
      }),
    )
  })

  it('a bid outside the lawful range never changes who wins or whose review is due', () => {
    fc.assert(
      fc.property(someBids, fc.constantFrom(1, 500_000, 887_449, 1_000_001, 2_000_000), (bids, price) => {
        const given = numbered(bids)
        const without = rank('qualification-review@1', input(given))
        const withIt = rank('qualification-review@1', input([...given, bid('outside', 99, price, '30')]))
        expect({ winner: withIt.winner, next: withIt.next }).toEqual({ winner: without.winner, next: without.next })
      }),
    )
  })
})
