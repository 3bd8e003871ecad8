import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { DrawPicture, PriceLine, scaleOf } from './plots.tsx'

test('amounts stand between 5 and 95 percent of the width in proportion; one amount stands in the middle', () => {
  const at = scaleOf([100n, 200n, 300n])
  expect([at(100n), at(200n), at(300n)]).toEqual([5, 50, 95])
  expect(scaleOf([7n])(7n)).toBe(50)
  // Sums beyond what a float counts exactly keep their places.
  expect(scaleOf([900_000_000_000_000_000n, 900_000_000_000_000_100n])(900_000_000_000_000_050n)).toBe(50)
})

test('equal bids share a dot with both places, and the winner is drawn last', () => {
  const drawn = renderToStaticMarkup(
    createElement(PriceLine, {
      title: 't',
      marks: [{ amount: 300n, words: 'ceiling' }],
      bids: [
        { price: 100n, rank: 1, winner: true },
        { price: 100n, rank: 2, winner: false },
        { price: 200n, rank: 3, winner: false },
        { price: 300n, rank: null, winner: false },
      ],
    }),
  )
  expect(drawn.match(/<circle/g)).toHaveLength(3)
  expect(drawn).toContain('>1, 2<')
  expect(drawn.lastIndexOf('data-winner')).toBeGreaterThan(drawn.lastIndexOf('data-out'))
  // The content policy lets no style attribute through.
  expect(drawn).not.toContain('style=')
})

test('each number of the draw has its column as high as it was picked often', () => {
  const drawn = renderToStaticMarkup(
    createElement(DrawPicture, {
      title: 't',
      reserve: { amount: 150n, words: 'reserve' },
      prices: [
        { number: 1, amount: 100n, picks: 2, chosen: true },
        { number: 2, amount: 200n, picks: 0, chosen: false },
      ],
    }),
  )
  expect(drawn.match(/plot-column/g)).toHaveLength(1)
  expect(drawn.match(/data-chosen/g)).toHaveLength(1)
})
