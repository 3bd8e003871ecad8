// Ranks every lot of an opened round by the rule in the terms and says what follows: a ranking each, or a tender that failed.
import type { ActContext } from '../act.ts'
import type { NewFact } from '../history.ts'
import type { OpenedBid } from '../tender/facts.ts'
import { currentRound } from '../tender/tender.ts'
import { demand } from '../terms.ts'
import { type RankedBid, type Ranking, rank } from './rules.ts'

/** What the evaluation found of one bid for one lot: the mean sum of points, and the means by criterion where the rule weighs them. */
export interface EvaluatedQuality {
  readonly bid: string
  readonly lot: string
  readonly quality: string
  readonly parts?: readonly { readonly criterion: string; readonly points: string }[] | undefined
}

export interface Opened {
  readonly bids: readonly OpenedBid[]
  readonly seed: string
  readonly draws: readonly { readonly lot: string; readonly reservePrice: string }[]
  readonly quality: readonly EvaluatedQuality[] | null
  readonly reviews: readonly { readonly bid: string; readonly lot: string; readonly points: string }[]
}

/** The ranking of one lot from what was opened, scored and reviewed. Throws where the case is not published. */
export function rankLot(context: ActContext, lot: string, opened: Opened): Ranking {
  const { tender, plan } = context
  const terms = tender?.published?.terms
  const described = tender?.content?.lots.find((each) => each.id === lot)
  if (!terms || !described) throw new Error('a ranking needs a published case')
  const bids = opened.bids.filter((each) => each.lot === lot && each.status === 'valid')
  const keyed = <Found extends { readonly bid: string; readonly lot: string }>(found: readonly Found[] | null) =>
    new Map(found?.filter((each) => each.lot === lot).map((each) => [each.bid, each]))
  const [evaluations, reviews] = [keyed(opened.quality), keyed(opened.reviews)]
  const ranked: RankedBid[] = bids.flatMap((each) => {
    if (!each.price) return []
    const evaluated = evaluations.get(each.bid)
    const parts = evaluated?.parts?.map(({ criterion, points }) => ({
      most: tender.content?.criteria.find((one) => one.id === criterion)?.points ?? '0',
      points,
    }))
    const reviewed = reviews.get(each.bid)?.points
    return [
      {
        bid: each.bid,
        index: each.index,
        price: each.price.price,
        ...(evaluated && { quality: evaluated.quality }),
        ...(parts && { parts }),
        ...(reviewed && { reviewed }),
      },
    ]
  })
  const base = tender.baseAmounts.find((each) => each.lot === lot)
  const budget =
    plan?.published?.lines.find((line) => line.id === described.planLine.line)?.amount.amount ?? described.value.amount
  return rank(terms.award.rule, {
    bids: ranked,
    parameters: demand(terms.award.parameters),
    category: terms.category,
    ...(tender.content?.kind && { kind: tender.content.kind }),
    ...(base && { baseAmount: base.amount.amount }),
    ...(base?.aValue && { aValue: base.aValue }),
    ...(base?.netCost && { netCost: base.netCost }),
    estimatedValue: described.value.amount,
    budget,
    reservePrice: opened.draws.find((each) => each.lot === lot)?.reservePrice ?? null,
    lot: (tied) =>
      context.sealing.lot(
        opened.seed,
        bids.filter((each) => tied.includes(each.bid)).map(({ bid, index, e }) => ({ bid, index, e })),
      ),
  })
}

/** A BidsRanked fact per lot; where no lot can be won or reviewed any more, the tender has failed. */
export function rankLots(context: ActContext, opened: Opened): readonly NewFact[] {
  const { tender } = context
  if (!tender?.content) return []
  const { round } = currentRound(tender)
  const rankings = tender.content.lots.map((lot) => ({ lot: lot.id, ranking: rankLot(context, lot.id, opened) }))
  const facts: NewFact[] = rankings.map((each) => ({
    kind: 'tender',
    id: tender.id,
    type: 'BidsRanked',
    body: { round, ...each },
  }))
  if (rankings.every((each) => !each.ranking.winner && !each.ranking.next))
    facts.push({ kind: 'tender', id: tender.id, type: 'TenderFailed', body: { round, reason: 'no-winner' } })
  return facts
}
