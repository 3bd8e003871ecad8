// The draw: every rounding and tie rule by hand calculation, and that nothing but its inputs decides it.
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { concat, toBase64, u64 } from './bytes.ts'
import {
  checkDrawTerms,
  type DrawInput,
  type DrawTerms,
  draw,
  drawSeed,
  drawTranscript,
  meanOf,
  orderEqualBids,
  preliminaryPrices,
  randomIntegers,
  rankNumbers,
  shuffle,
} from './draw.ts'
import { H, sha256 } from './hash.ts'
import { canonicalText } from './jcs.ts'
import { Malformed } from './malformed.ts'
import { rehearsedBytes } from './rehearsal.ts'

// A laden machine takes its time; these tests are about bytes, not speed.
vi.setConfig({ testTimeout: 120_000 })

const terms: DrawTerms = {
  base: 1_797_931_000n,
  ppm: 30_000,
  count: 15,
  top: 4,
  priceStep: 100n,
  tieRule: 'lower-number',
  fillRule: 'hash',
  meanRounding: 'up',
}
const input: DrawInput = {
  terms,
  tkd: rehearsedBytes('tkd'),
  closeCommitment: rehearsedBytes('close'),
  beacon: rehearsedBytes('beacon'),
  salts: [rehearsedBytes('s1'), null, rehearsedBytes('s3')],
  bids: [3, 1, 2].map((n) => ({ index: n * 7, R: rehearsedBytes('R', n), picks: [n, n + 1] })),
}

describe('random integers', () => {
  it('are the u64 words of SHA-256(seed || u64(c)) in order, four a block', () => {
    const seed = rehearsedBytes('seed')
    const words = [0, 1].flatMap((c) => {
      const block = sha256(concat(seed, u64(c)))
      return [0, 8, 16, 24].map((at) => new DataView(block.buffer, block.byteOffset).getBigUint64(at))
    })
    const rnd = randomIntegers(seed)
    expect(words.map(() => rnd(1n << 64n))).toEqual(words)
    const small = randomIntegers(seed)
    // n = 1 takes a word too.
    expect([small(1n), small(1000n)]).toEqual([0n, (words[1] ?? 0n) % 1000n])
  })

  it('reject words at or above the largest multiple of n', () => {
    // For n = 2^63 + 1 the limit is n itself: about half of all words are skipped.
    const seed = rehearsedBytes('reject')
    const n = (1n << 63n) + 1n
    const all = randomIntegers(seed)
    const kept: bigint[] = []
    let skipped = 0
    for (let count = 0; count < 40; count += 1) {
      const word = all(1n << 64n)
      if (word < n) kept.push(word)
      else skipped += 1
    }
    const rnd = randomIntegers(seed)
    expect(kept.map(() => rnd(n))).toEqual(kept)
    expect(skipped).toBeGreaterThan(5)
    expect(() => rnd(0n)).toThrow(Malformed)
    // For n = w > 2^63 the limit is w, so a first word that is w itself is skipped.
    const [seedOfLarge, w] = Array.from({ length: 9 }, (_, k) => rehearsedBytes('edge', k))
      .map((edge) => [edge, randomIntegers(edge)(1n << 64n)] as const)
      .find(([, word]) => word > 1n << 63n) ?? [seed, 0n]
    const edge = randomIntegers(seedOfLarge)
    edge(1n << 64n)
    let second = edge(1n << 64n)
    while (second >= w) second = edge(1n << 64n)
    expect(randomIntegers(seedOfLarge)(w)).toBe(second)
  })

  it('shuffle gives permutations, all of them about equally often', () => {
    const seen = new Map<string, number>()
    for (let n = 0; n < 1200; n += 1) {
      const key = shuffle(3, rehearsedBytes('shuffle', n)).join('')
      seen.set(key, (seen.get(key) ?? 0) + 1)
    }
    expect([...seen.keys()].sort()).toEqual(['012', '021', '102', '120', '201', '210'])
    // 200 expected each; 5 standard deviations are 65.
    for (const count of seen.values()) expect(Math.abs(count - 200)).toBeLessThan(65)
  })
})

describe('preliminary prices', () => {
  it('lie in their strata and are rounded up to the step', () => {
    const prices = preliminaryPrices(terms, rehearsedBytes('seedP'))
    const width = (1_797_931_000n * 30_000n) / 1_000_000n
    expect(width).toBe(53_937_930n)
    prices.forEach((price, j) => {
      const span = 2n * width + 1n
      const low = 1_797_931_000n - width + (span * BigInt(j)) / 15n
      const high = 1_797_931_000n - width + (span * BigInt(j + 1)) / 15n - 1n
      expect(price % 100n).toBe(0n)
      expect(price >= low && price < high + 100n).toBe(true)
    })
    const exact = preliminaryPrices({ ...terms, priceStep: 1n }, rehearsedBytes('seedP'))
    expect(prices).toEqual(exact.map((price) => ((price + 99n) / 100n) * 100n))
  })

  it('a range of exactly one value per number gives just those values', () => {
    // base 10, 70 % of it: w = 7, span = 15: 3, 4, .., 17.
    const narrow = { ...terms, base: 10n, ppm: 700_000, priceStep: 1n }
    expect(preliminaryPrices(narrow, rehearsedBytes('any'))).toEqual(
      Array.from({ length: 15 }, (_, n) => BigInt(n + 3)),
    )
  })

  it.each<[string, Partial<DrawTerms>]>([
    ['a range narrower than the numbers', { base: 10n, ppm: 699_999 }],
    ['a range that reaches below 1', { base: 1000n, ppm: 1_000_000 }],
    ['top above count', { top: 16 }],
    ['no number', { count: 0 }],
    ['a step of 0', { priceStep: 0n }],
    ['a fractional width', { ppm: 0.5 }],
  ])('refuse %s', (_, change) => {
    expect(() => checkDrawTerms({ ...terms, ...change })).toThrow(Malformed)
  })
})

describe('ranking of numbers', () => {
  const counts = [0, 2, 0, 2, 5, 1, 0]
  const seven = { ...terms, count: 7 }
  it('goes by picks, then by the lower number', () => {
    expect(rankNumbers({ ...seven, fillRule: 'lower-number' }, counts, rehearsedBytes('d'))).toEqual([
      5, 2, 4, 6, 1, 3, 7,
    ])
  })

  it('orders ties by the rank table of draw/tie and unpicked numbers by that of draw/fill', () => {
    const seedD = rehearsedBytes('d2')
    const tie = shuffle(7, H('draw/tie', seedD))
    const fill = shuffle(7, H('draw/fill', seedD))
    const tied = [2, 4].sort((a, b) => (tie[a - 1] ?? 0) - (tie[b - 1] ?? 0))
    const unpicked = [1, 3, 7].sort((a, b) => (fill[a - 1] ?? 0) - (fill[b - 1] ?? 0))
    expect(rankNumbers({ ...seven, tieRule: 'hash' }, counts, seedD)).toEqual([5, ...tied, 6, ...unpicked])
  })

  it('rounds the mean by name', () => {
    // 10 / 4 = 2.5; 9 / 4 = 2.25; 11 / 4 = 2.75.
    expect([10n, 9n, 11n, 8n].map((sum) => meanOf([sum, 0n, 0n, 0n], 'div'))).toEqual([2n, 2n, 2n, 2n])
    expect([10n, 9n, 11n, 8n].map((sum) => meanOf([sum, 0n, 0n, 0n], 'up'))).toEqual([3n, 3n, 3n, 2n])
    expect([10n, 9n, 11n, 8n].map((sum) => meanOf([sum, 0n, 0n, 0n], 'half-up'))).toEqual([3n, 2n, 3n, 2n])
  })
})

describe('draw', () => {
  const result = draw(input)

  it('SEA-10: does not depend on the order of the bids, and on every other input', () => {
    expect(draw({ ...input, bids: input.bids.toReversed() })).toEqual(result)
    const changes: Partial<DrawInput>[] = [
      { tkd: rehearsedBytes('x') },
      { closeCommitment: rehearsedBytes('x') },
      { beacon: null },
      { salts: [rehearsedBytes('x'), null, rehearsedBytes('s3')] },
      { salts: input.salts.toReversed() },
      { bids: input.bids.slice(1) },
      { bids: input.bids.map((bid, n) => (n === 0 ? { ...bid, R: rehearsedBytes('x') } : bid)) },
      { bids: input.bids.map((bid, n) => (n === 0 ? { ...bid, index: 1000 } : bid)) },
    ]
    for (const change of changes) expect(draw({ ...input, ...change }).seedD).not.toEqual(result.seedD)
    // Prices are fixed by descriptor and salts alone, before any bid exists.
    expect(draw({ ...input, bids: [], beacon: null, closeCommitment: rehearsedBytes('x') }).prices).toEqual(
      result.prices,
    )
  })

  it('a missing beacon and a void salt count as 32 zero bytes', () => {
    const zeros = new Uint8Array(32)
    expect(draw({ ...input, beacon: null })).toEqual(draw({ ...input, beacon: zeros }))
    expect(draw({ ...input, salts: [input.salts[0] ?? null, zeros, input.salts[2] ?? null] })).toEqual(result)
  })

  it('counts picks, chooses `top` numbers, and takes the mean of their prices', () => {
    // Picks 1 2, 2 3, 3 4: numbers 2 and 3 twice, 1 and 4 once; lower number first.
    expect(result.counts.slice(0, 5)).toEqual([1, 2, 2, 1, 0])
    expect(result.chosen).toEqual([2, 3, 1, 4])
    const drawn = result.chosen.map((number) => result.prices[result.perm[number - 1] ?? 0] ?? 0n)
    expect(result.reserve).toBe((drawn.reduce((sum, price) => sum + price, 0n) + 3n) / 4n)
  })

  it('holds for any number of bids: permutation, counts, reserve within the range', () => {
    const bid = fc.record({
      R: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      picks: fc.subarray([1, 2, 3, 8, 14, 15], { minLength: 2, maxLength: 2 }),
    })
    fc.assert(
      fc.property(
        fc.array(bid, { maxLength: 12 }),
        fc.constantFrom('hash' as const, 'lower-number' as const),
        (bids, tieRule) => {
          const any = draw({
            ...input,
            terms: { ...terms, tieRule },
            bids: bids.map((each, n) => ({ ...each, index: n })),
          })
          expect([...any.perm].sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, n) => n))
          expect(any.counts.reduce((sum, count) => sum + count, 0)).toBe(2 * bids.length)
          expect(new Set(any.chosen).size).toBe(4)
          expect(any.reserve >= (any.prices[0] ?? 0n) && any.reserve <= (any.prices[14] ?? 0n)).toBe(true)
          const least = Math.min(...any.chosen.map((number) => any.counts[number - 1] ?? 0))
          expect(any.counts.every((count, n) => any.chosen.includes(n + 1) || count <= least)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('refuses picks outside the draw, an index twice, and seeds of the wrong length', () => {
    const [bid] = input.bids
    if (bid === undefined) throw new Error('no bid')
    expect(() => draw({ ...input, bids: [{ ...bid, picks: [16, 1] }] })).toThrow(Malformed)
    expect(() => draw({ ...input, bids: [bid, bid] })).toThrow(Malformed)
    expect(() => drawSeed({ ...input, beacon: new Uint8Array(31) })).toThrow(Malformed)
    expect(() => drawSeed({ ...input, closeCommitment: new Uint8Array(31) })).toThrow(Malformed)
    expect(() => draw({ ...input, salts: [new Uint8Array(16)] })).toThrow(Malformed)
  })

  it('has a transcript that is canonical JSON', () => {
    const transcript = drawTranscript('t', rehearsedBytes('opening'), input, result)
    expect(JSON.parse(canonicalText(transcript))).toEqual(transcript)
    expect(transcript).toMatchObject({
      reserve: String(result.reserve),
      seedD: toBase64(result.seedD),
      chosen: [2, 3, 1, 4],
    })
  })
})

describe('equal bids', () => {
  const tied = [30, 10, 20].map((index) => ({ index, e: rehearsedBytes('e', index) }))
  it('are ordered by lot among those left, whatever their order of arrival', () => {
    const order = orderEqualBids(rehearsedBytes('d'), tied)
    expect([...order].sort((a, b) => a - b)).toEqual([10, 20, 30])
    expect(orderEqualBids(rehearsedBytes('d'), tied.toReversed())).toEqual(order)
    const [, ...rest] = order
    expect(
      orderEqualBids(
        rehearsedBytes('d'),
        tied.filter((bid) => rest.includes(bid.index)),
      ),
    ).toEqual(rest)
    const winners = new Set(Array.from({ length: 40 }, (_, n) => orderEqualBids(rehearsedBytes('lot', n), tied)[0]))
    expect(winners).toEqual(new Set([10, 20, 30]))
    expect(orderEqualBids(rehearsedBytes('d'), [])).toEqual([])
  })
})
