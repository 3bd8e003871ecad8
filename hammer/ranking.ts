// How long it takes to rank a lot of thousands of bids by each award rule: the pure functions that the server and the verifier call, without either.
import { awardRuleNames, rank, type RankedBid, type RankingInput } from '@naru/domain/award/rules.ts'

export interface RankingOptions {
  readonly bids: number
  readonly times: number
}

/** Repeatable numbers, so that two runs rank the same bids. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
}

const band = {
  category: 'works',
  fromValue: '0',
  belowValue: null,
  base: '90',
  pricePoints: '70',
  slope: '4',
  passMark: '95',
  otherPointsMax: '30',
} as const
/** Every parameter that a rule may read; each takes its own. Many equal prices, so that ties are drawn too. */
const parameters = {
  ceiling: 'budget',
  bands: [band],
  pricePoints: '50',
  qualityPoints: '50',
  featuresPercent: '50',
  eligiblePercent: '85',
  priceMeasure: 'estimated-value',
  dropHighestPercent: '40',
  dropLowestPercent: '20',
  slope: '2',
} as const

const inputOf = (count: number): RankingInput => {
  const next = numbersFrom(7)
  const bids = Array.from({ length: count }, (_, index): RankedBid => {
    const quality = `${40 + next(10)}.${10 + next(90)}`
    return {
      bid: `bid-${index}`,
      index,
      price: `${880_000_000 + next(2_000) * 60_000}`,
      quality,
      parts: [{ most: '50', points: quality }],
      reviewed: `${next(31)}`,
    }
  })
  return {
    bids,
    parameters,
    category: 'works',
    estimatedValue: '1000000000',
    budget: '1000000000',
    reservePrice: '1000000000',
    lot: (tied) => tied.toReversed(),
  }
}

/** Ranks so many bids by every rule, so many times, and prints the slowest time of each. Answers 1 when one takes a second. */
export function hammerRanking({ bids, times }: RankingOptions): number {
  const input = inputOf(bids)
  let slow = 0
  for (const rule of awardRuleNames) {
    const took = Array.from({ length: times }, () => {
      const since = performance.now()
      const { lines } = rank(rule, input)
      if (lines.length !== bids) throw new Error(`${rule} lost a bid`)
      return performance.now() - since
    })
    const worst = Math.max(...took)
    if (worst >= 1_000) slow += 1
    console.log(`${rule}: ${bids} bids ranked in ${worst.toFixed(0)} ms (the slowest of ${times})`)
  }
  return slow > 0 ? 1 : 0
}
