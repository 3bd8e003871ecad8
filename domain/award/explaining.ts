// A price that is abnormally low: the portal asks for an explanation, the bidder gives it until a day, the buyer accepts it or not with a reason. Nobody is rejected in silence (EVA-06).
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import type { NewFact } from '../history.ts'
import { idSchema } from '../id.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { ownTender, tenderFact } from '../tender/starting.ts'
import { currentRound, type Explanation, holderByPerson, type TenderState } from '../tender/tender.ts'
import { textSchema } from '../text.ts'
import { rankLots } from './ranking-facts.ts'

/** Explanations of the round that are asked for and not judged yet. */
const open = (tender: TenderState): readonly Explanation[] => {
  const round = tender.rounds.at(-1)?.round
  return (tender.explanations ?? []).filter((each) => each.round === round && !each.judged)
}

/** The explanation that stands between a lot's ranking and its award, or null. */
export const explanationDue = (tender: TenderState, lot: string): Explanation | null =>
  open(tender).find((each) => each.lot === lot) ?? null

/** The bidder explains a price that was asked about, until the day that the law gives. */
export const explainPrice = act({
  name: 'explain-price',
  noun: 'tender',
  by: ['bidder'],
  input: z.strictObject({ lot: z.string().max(40), text: textSchema(10_000) }),
  lock: 'exclusive',
  needs: [],
  may: ({ tender, actor, now }) => {
    if (!tender?.published) return refuse('caseDoesNotExist')
    const own = open(tender).filter((each) => actor.kind !== 'person' || each.supplier === actor.organisation)
    const [first] = own
    if (!first) return refuse('explanationIsNotAsked')
    const waiting = own.find((each) => each.text === null && now <= each.until)
    return waiting ? null : refuse('explanationIsClosed', { until: first.until })
  },
  decide: (context, { lot, text }) => {
    const { tender, actor, now } = context
    const asked = tender && explanationDue(tender, lot)
    if (!asked || (actor.kind === 'person' && asked.supplier !== actor.organisation))
      return { invalid: [{ path: 'lot', code: 'unknownLot' }] }
    if (asked.text !== null || now > asked.until) return refuse('explanationIsClosed', { until: asked.until })
    return [tenderFact(context, 'PriceExplained', { lot, bid: asked.bid, text })]
  },
})

/** Whether this explanation may be judged now: once it was given, or once its time has passed. */
const judgeable = (each: Explanation, now: string): boolean => each.text !== null || now > each.until

/** Whoever holds a key of the case does not judge either. */
function judgesHere(context: ActContext): Refusal | null {
  const foreign = ownTender(context)
  if (foreign) return foreign
  const { tender, actor } = context
  return tender && actor.kind === 'person' && holderByPerson(tender, actor.person) ? refuse('approverMayNotOpen') : null
}

/**
 * Accepts the explanation of a low price or does not, with a reason. A price that was not explained in time cannot be accepted. Where it is not
 * accepted, the bid is out and the lot is ranked again; the new winner's price is looked at in the same way.
 */
export const judgeExplanation = act({
  name: 'judge-explanation',
  noun: 'tender',
  by: ['approver'],
  input: z.strictObject({ lot: z.string().max(40), bid: idSchema, accepted: z.boolean(), reason: textSchema(5000) }),
  lock: 'exclusive',
  needs: ['plan'],
  may: (context) => {
    const foreign = judgesHere(context)
    if (foreign) return foreign
    const { tender, now } = context
    if (!tender?.published) return refuse('caseDoesNotExist')
    const waiting = open(tender)
    const [first] = waiting
    if (!first) return refuse('explanationIsNotAsked')
    return waiting.some((each) => judgeable(each, now)) ? null : refuse('explanationIsAwaited', { from: first.until })
  },
  decide: (context, { lot, bid, accepted, reason }) => {
    const { tender, now } = context
    const asked = tender && explanationDue(tender, lot)
    if (!tender || asked?.bid !== bid) return refuse('explanationIsNotAsked')
    if (!judgeable(asked, now)) return refuse('explanationIsAwaited', { from: asked.until })
    if (accepted && asked.text === null) return { invalid: [{ path: 'accepted', code: 'notExplained' }] }
    const facts: NewFact[] = [
      tenderFact(context, 'ExplanationJudged', { round: asked.round, lot, bid, accepted, reason }),
    ]
    if (accepted) return facts
    const judged = { accepted, reason, at: now }
    const explanations = (tender.explanations ?? []).map((each) => (each === asked ? { ...each, judged } : each))
    const round = currentRound(tender)
    return [
      ...facts,
      ...rankLots(
        { ...context, tender: { ...tender, explanations } },
        {
          bids: round.opening?.bids ?? [],
          seed: round.opening?.seed ?? '',
          draws: round.draws,
          quality: tender.quality,
          reviews: tender.reviews,
        },
        lot,
      ),
    ]
  },
})

export const explainingActs = [explainPrice, judgeExplanation]
