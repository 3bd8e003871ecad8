// Ranks every lot of an opened round by the rule in the terms and says what follows: a ranking each, or a tender that failed.
import type { ActContext } from '../act.ts'
import type { NewFact } from '../history.ts'
import type { OpenedBid } from '../tender/facts.ts'
import { currentRound } from '../tender/tender.ts'
import { demand } from '../terms.ts'
import { endOfPeriod } from '../time.ts'
import { abnormallyLow } from './abnormally-low.ts'
import { type RankedBid, type Ranking, type RankingLine, rank } from './rules.ts'

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
  const { round } = currentRound(tender)
  const rejected = (tender.explanations ?? []).filter(
    (each) => each.round === round && each.lot === lot && each.judged?.accepted === false,
  )
  const valid = opened.bids.filter((each) => each.lot === lot && each.status === 'valid')
  const bids = valid.filter((each) => !rejected.some((one) => one.bid === each.bid))
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
  const ranking = rank(terms.award.rule, {
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
  // A price whose explanation was not accepted weighs in nothing: neither as the lowest price nor in a mean.
  const out = rejected.map(
    ({ bid, ground }): RankingLine => ({
      bid,
      price: ground.price,
      standing: 'excluded',
      rank: null,
      reason: 'abnormally-low',
      numbers: { percent: ground.percent, measure: ground.measure },
    }),
  )
  return { ...ranking, lines: [...ranking.lines, ...out] }
}

/** The ranking of a lot as facts: BidsRanked, and where its winner's price is abnormally low and not judged yet, what asks for an explanation. */
export function rankedFacts(
  context: ActContext,
  lot: string,
  ranking: Ranking,
  bids: readonly OpenedBid[],
): readonly NewFact[] {
  const { tender } = context
  if (!tender?.published) return []
  const { round } = currentRound(tender)
  const own = (type: string, body: unknown): NewFact => ({ kind: 'tender', id: tender.id, type, body })
  const ranked = own('BidsRanked', { round, lot, ranking })
  const { abnormallyLow: law, calendar } = tender.published.terms
  const ground = law && abnormallyLow(ranking, demand(law.limits))
  const winner = bids.find((each) => each.bid === ranking.winner && each.lot === lot)
  const asked = tender.explanations?.some(
    (each) => each.round === round && each.lot === lot && each.bid === ranking.winner,
  )
  if (!law || !ground || !winner || asked) return [ranked]
  const until = endOfPeriod(context.now, demand(law.within), calendar)
  const { bid, bidder: supplier } = winner
  return [ranked, own('ExplanationAsked', { round, lot, bid, supplier, ground, until })]
}

/**
 * The facts of a ranking per lot, or of `only` one; where no lot can be won or reviewed any more and none is awarded, the tender has failed.
 */
export function rankLots(context: ActContext, opened: Opened, only?: string): readonly NewFact[] {
  const { tender } = context
  if (!tender?.content) return []
  const { round, rankings: former } = currentRound(tender)
  const rankings = tender.content.lots.flatMap(({ id }) => {
    if (only === undefined || id === only) return [{ lot: id, ranking: rankLot(context, id, opened) }]
    return former.filter((each) => each.lot === id)
  })
  const facts: NewFact[] = rankings
    .filter((each) => only === undefined || each.lot === only)
    .flatMap((each) => rankedFacts(context, each.lot, each.ranking, opened.bids))
  if (tender.awards.length === 0 && rankings.every((each) => !each.ranking.winner && !each.ranking.next))
    facts.push({ kind: 'tender', id: tender.id, type: 'TenderFailed', body: { round, reason: 'no-winner' } })
  return facts
}
