// Puts bids in the order a rule weighs, and settles by the verifiable lot what the rule leaves equal.
import type { RankedBid, RankingInput, RankingLine } from './rules.ts'

/** A bid in its place; `tie` says whether a lot decided it and how. */
export interface Placed<Bid> {
  readonly bid: Bid
  readonly rank: number
  readonly tie: 'none' | 'won-lot' | 'lost-lot'
}

/**
 * Sorts by `weigh` (negative: the first bid is better). Bids equal in everything the rule weighs are ordered by the lot, which
 * receives them by log index, so the result does not depend on the order in which bids are handed in.
 * Throws a RangeError when the lot does not return exactly the tied bids.
 */
export function place<Bid extends RankedBid>(
  bids: readonly Bid[],
  weigh: (a: Bid, b: Bid) => number,
  lot: RankingInput['lot'],
): readonly Placed<Bid>[] {
  const sorted = bids.toSorted((a, b) => weigh(a, b) || a.index - b.index)
  const placed: Placed<Bid>[] = []
  while (placed.length < sorted.length) {
    const from = placed.length
    const first = sorted[from] as Bid
    // What weighs the same stands together in the sorted list.
    let end = from + 1
    while (end < sorted.length && weigh(first, sorted[end] as Bid) === 0) end += 1
    const tied = sorted.slice(from, end)
    if (tied.length === 1) {
      placed.push({ bid: first, rank: from + 1, tie: 'none' })
      continue
    }
    const drawn = lot(tied.map((each) => each.bid))
    for (const [at, id] of drawn.entries()) {
      const bid = tied.find((each) => each.bid === id)
      if (!bid || drawn.indexOf(id) !== at) throw new RangeError('the lot must order exactly the tied bids')
      placed.push({ bid, rank: from + at + 1, tie: at === 0 ? 'won-lot' : 'lost-lot' })
    }
    if (drawn.length !== tied.length) throw new RangeError('the lot must order exactly the tied bids')
  }
  return placed
}

/** A bid that may not be ranked, with the reason and its figures. */
export const exclude = (
  bid: RankedBid,
  reason: RankingLine['reason'],
  numbers: RankingLine['numbers'],
): RankingLine => ({
  bid: bid.bid,
  price: bid.price,
  standing: 'excluded',
  rank: null,
  reason,
  numbers,
})

/** Excluded bids stand after the ranked ones, in the order of the log. */
export const byIndex = (a: RankedBid, b: RankedBid): number => a.index - b.index
