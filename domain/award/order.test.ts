// The order of bids and its lot, apart from any rule.
import { describe, expect, it } from 'vitest'
import { place } from './order.ts'

const bids = [4, 1, 3, 2].map((index) => ({ bid: `bid-${index}`, index, price: index === 4 ? '5' : '7' }))
const byPrice = (a: { price: string }, b: { price: string }) => Number(a.price) - Number(b.price)

describe('placing bids', () => {
  it('hands tied bids to the lot by log index, whatever the order they come in', () => {
    const seen: (readonly string[])[] = []
    const placed = place(bids, byPrice, (tied) => {
      seen.push(tied)
      return [tied[1] ?? '', tied[2] ?? '', tied[0] ?? '']
    })
    expect(seen).toEqual([['bid-1', 'bid-2', 'bid-3']])
    expect(placed.map(({ bid, rank, tie }) => [bid.bid, rank, tie])).toEqual([
      ['bid-4', 1, 'none'],
      ['bid-2', 2, 'won-lot'],
      ['bid-3', 3, 'lost-lot'],
      ['bid-1', 4, 'lost-lot'],
    ])
  })

  it('a lot that names a stranger, or one bid twice, or too few is a fault', () => {
    for (const drawn of [
      ['bid-1', 'bid-2', 'bid-9'],
      ['bid-1', 'bid-1', 'bid-2'],
      ['bid-1', 'bid-2'],
    ])
      expect(() => place(bids, byPrice, () => drawn)).toThrow(RangeError)
  })
})
