// Pictures of prices, drawn on the server as SVG without a script: bids on the price line, and the draw. Each stands beside its table.
//
// Places are in percent of the width and letters in pixels, so that a picture fits a phone and a page of paper without shrinking its words.

/** Where an amount stands between the least and the most that are shown, in percent of the width, with a margin for words. */
export function scaleOf(amounts: readonly bigint[]): (amount: bigint) => number {
  const least = amounts.reduce((low, each) => (each < low ? each : low), amounts[0] ?? 0n)
  const most = amounts.reduce((high, each) => (each > high ? each : high), amounts[0] ?? 0n)
  const width = most - least
  return (amount) => (width === 0n ? 50 : 5 + Number(((amount - least) * 90_000n) / width) / 1000)
}

const percent = (value: number): string => `${value.toFixed(2)}%`

/** A word above a line keeps inside the picture: it begins at the line on the left, ends at it on the right. */
const anchorAt = (x: number): 'start' | 'middle' | 'end' => (x < 25 ? 'start' : x > 75 ? 'end' : 'middle')

export interface PricedBid {
  readonly price: bigint
  /** The place, or null for a bid that may not win. */
  readonly rank: number | null
  readonly winner: boolean
}
export interface PriceMark {
  readonly amount: bigint
  readonly words: string
}

/** Bids of one price share a dot, so that none hides another; the winner's is drawn last. */
function atOnePrice(bids: readonly PricedBid[]): { price: bigint; ranks: number[]; winner: boolean }[] {
  const places = new Map<bigint, { price: bigint; ranks: number[]; winner: boolean }>()
  for (const { price, rank, winner } of bids) {
    const place = places.get(price) ?? { price, ranks: [], winner: false }
    if (rank !== null) place.ranks.push(rank)
    places.set(price, { ...place, winner: place.winner || winner })
  }
  return [...places.values()].sort((a, b) => Number(a.winner) - Number(b.winner))
}

/** Bids as dots on the price line: filled with their place, or struck out; lines for the floor and the ceiling. */
export function PriceLine({
  bids,
  marks,
  title,
}: {
  bids: readonly PricedBid[]
  marks: readonly PriceMark[]
  title: string
}) {
  const at = scaleOf([...bids.map((each) => each.price), ...marks.map((each) => each.amount)])
  const top = 22 * marks.length
  const axis = top + 34
  return (
    <svg className="plot" role="img" aria-label={title} width="100%" height={axis + 44}>
      <title>{title}</title>
      <line x1="0" x2="100%" y1={axis} y2={axis} className="plot-axis" />
      {marks.map((mark, n) => {
        const x = at(mark.amount)
        return (
          <g key={mark.words}>
            <line x1={percent(x)} x2={percent(x)} y1={22 * n + 18} y2={axis + 14} className="plot-mark" />
            <text x={percent(x)} y={22 * n + 12} textAnchor={anchorAt(x)} className="plot-words">
              {mark.words}
            </text>
          </g>
        )
      })}
      {atOnePrice(bids).map((place) => {
        const x = percent(at(place.price))
        const words = place.ranks.length > 0 ? place.ranks.filter((rank) => rank <= 3).join(', ') : '×'
        return (
          <g
            key={place.price.toString()}
            data-out={place.ranks.length === 0 ? '' : undefined}
            data-winner={place.winner ? '' : undefined}
          >
            <circle cx={x} cy={axis} r={place.winner ? 9 : 7} className="plot-dot" />
            <text x={x} y={axis + 30} textAnchor="middle" className="plot-number">
              {words}
            </text>
          </g>
        )
      })}
    </svg>
  )
}

export interface DrawnPrice {
  readonly number: number
  readonly amount: bigint
  readonly picks: number
  readonly chosen: boolean
}

/** The preliminary prices in their order, each with a column as high as it was picked often; the chosen ones filled, the reserve price as a line. */
export function DrawPicture({
  prices,
  reserve,
  title,
}: {
  prices: readonly DrawnPrice[]
  reserve: PriceMark
  title: string
}) {
  const at = scaleOf([...prices.map((each) => each.amount), reserve.amount])
  const most = Math.max(1, ...prices.map((each) => each.picks))
  const step = Math.min(16, 96 / most)
  const base = 46 + step * most
  const inOrder = [...prices].sort((a, b) => (a.amount < b.amount ? -1 : 1)).map((each) => each.number)
  const x = at(reserve.amount)
  return (
    <svg className="plot" role="img" aria-label={title} width="100%" height={base + 44}>
      <title>{title}</title>
      <line x1={percent(x)} x2={percent(x)} y1={18} y2={base} className="plot-mark" />
      <text x={percent(x)} y={12} textAnchor={anchorAt(x)} className="plot-words">
        {reserve.words}
      </text>
      <line x1="0" x2="100%" y1={base} y2={base} className="plot-axis" />
      {prices.map((each) => {
        const place = percent(at(each.amount))
        return (
          <g key={each.number} data-chosen={each.chosen ? '' : undefined}>
            {each.picks > 0 && (
              <line x1={place} x2={place} y1={base} y2={base - step * each.picks} className="plot-column" />
            )}
            <circle cx={place} cy={base} r={4} className="plot-dot" />
            {each.picks > 0 && (
              <text x={place} y={base - step * each.picks - 6} textAnchor="middle" className="plot-number">
                {each.picks}
              </text>
            )}
            {/* Neighbours stand on two lines, so that their numbers never run into each other. */}
            <text
              x={place}
              y={base + (inOrder.indexOf(each.number) % 2 === 0 ? 20 : 36)}
              textAnchor="middle"
              className="plot-number"
            >
              {each.number}
            </text>
          </g>
        )
      })}
    </svg>
  )
}
