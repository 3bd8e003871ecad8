// From the opening to the award: conflicts declared, bids scored, qualification reviewed, award made; or a failed tender and what may follow.
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import type { NewFact } from '../history.ts'
import { idSchema } from '../id.ts'
import { personal } from '../personal.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { ownTender, tenderFact } from '../tender/starting.ts'
import { noticeObject } from '../tender/noticing.ts'
import { currentRound, holderByPerson, type TenderState } from '../tender/tender.ts'
import { bidsToScore, judgeTechnically } from '../tender/two-stages.ts'
import { demand } from '../terms.ts'
import { textSchema } from '../text.ts'
import { endOfPeriod, instantSchema } from '../time.ts'
import { lawfulAfterFailure } from './after-award.ts'
import { explanationDue } from './explaining.ts'
import { qualityMinimum } from './parameters.ts'
import { getBand } from './qualification-review.ts'
import { type EvaluatedQuality, rankLots } from './ranking-facts.ts'
import { awardRules } from './rules.ts'

const pointsSchema = z.string().regex(/^(0|[1-9][0-9]{0,2})(\.[0-9]{1,5})?$/)

/** Decimal text with at most five decimals as a whole number of hundred-thousandths. */
const inHundredThousandths = (value: string): bigint => {
  const [whole = '0', decimals = ''] = value.split('.')
  return BigInt(whole + decimals.padEnd(5, '0'))
}

const evaluates = (context: ActContext): Refusal | null => {
  const foreign = ownTender(context)
  if (foreign) return foreign
  const { tender } = context
  if (!tender?.published || tender.published.terms.evaluators === 0) return refuse('stageHasNotCome')
  return tender.stage === 'opened'
    ? null
    : refuse(tender.stage === 'published' || tender.stage === 'closed' ? 'stageHasNotCome' : 'stageHasPassed')
}

/** An evaluator declares interests before any proposal is shown (EVA-01). */
export const declareConflict = act({
  name: 'declare-conflict',
  noun: 'tender',
  by: ['evaluator'],
  input: z.strictObject({ none: z.boolean(), text: textSchema(2000).nullable() }),
  lock: 'exclusive',
  needs: [],
  may: evaluates,
  decide: (context, { none, text }) => {
    if (context.actor.kind !== 'person') return refuse('notSignedIn')
    if (!none && !text) return { invalid: [{ path: 'text', code: 'required' }] }
    return [
      tenderFact(context, 'ConflictDeclared', {
        person: context.actor.person,
        none,
        text: text ? personal(text) : null,
      }),
    ]
  },
})

function maySee(context: ActContext): Refusal | null {
  const closed = evaluates(context)
  if (closed) return closed
  const { tender, actor } = context
  if (!tender || actor.kind !== 'person') return refuse('notSignedIn')
  if (!tender.conflicts.some((each) => each.person === actor.person && each.none)) return refuse('declarationIsMissing')
  return tender.scores.some((each) => each.evaluator === actor.person) ? refuse('evaluatorHasScored') : null
}

/** The mean of so many evaluators' sums, in two decimals half up. */
function meanOf(sum: bigint, evaluators: number): string {
  const divisor = BigInt(evaluators) * 1000n
  const hundredths = (2n * sum + divisor) / (2n * divisor)
  return `${hundredths / 100n}.${(hundredths % 100n).toString().padStart(2, '0')}`
}

/** The mean of the evaluators' points per bid and lot: sums over criteria, divided by the number of evaluators; by criterion too where the rule weighs it. */
function meanQuality(tender: TenderState, all: TenderState['scores'], evaluators: number): readonly EvaluatedQuality[] {
  const sums = new Map<string, bigint>()
  const give = (key: string, points: bigint) => sums.set(key, (sums.get(key) ?? 0n) + points)
  for (const { scores } of all)
    for (const { bid, lot, criterion, points } of scores) {
      give(`${bid}/${lot}`, inHundredThousandths(points))
      give(`${bid}/${lot}/${criterion}`, inHundredThousandths(points))
    }
  const rule = tender.published?.terms.award.rule
  const weighsParts = rule !== undefined && awardRules[rule].weighsParts
  const mean = (key: string) => meanOf(sums.get(key) ?? 0n, evaluators)
  return bidsToScore(currentRound(tender)).map(({ bid, lot }) => ({
    bid,
    lot,
    quality: mean(`${bid}/${lot}`),
    ...(weighsParts && {
      parts: (tender.content?.criteria ?? []).map(({ id }) => ({ criterion: id, points: mean(`${bid}/${lot}/${id}`) })),
    }),
  }))
}

/** One evaluator's points for all bids at once, before the others' are seen; the last evaluator completes the evaluation. */
export const scoreBids = act({
  name: 'score-bids',
  noun: 'tender',
  by: ['evaluator'],
  input: z.strictObject({
    scores: z
      .array(
        z.strictObject({
          bid: idSchema,
          lot: z.string().max(40),
          criterion: z.string().max(40),
          points: pointsSchema,
          comment: textSchema(2000),
        }),
      )
      .min(1)
      .max(20_000),
  }),
  lock: 'exclusive',
  needs: ['plan'],
  may: maySee,
  decide: (context, { scores }) => {
    const { tender, actor } = context
    if (!tender?.content || !tender.published || actor.kind !== 'person') return refuse('caseDoesNotExist')
    const round = currentRound(tender)
    const { opening, technical } = round
    const wanted = new Set(
      bidsToScore(round).flatMap(
        (each) => tender.content?.criteria.map((one) => `${each.bid}/${each.lot}/${one.id}`) ?? [],
      ),
    )
    for (const [at, score] of scores.entries()) {
      const criterion = tender.content.criteria.find((each) => each.id === score.criterion)
      if (!criterion || !wanted.delete(`${score.bid}/${score.lot}/${score.criterion}`))
        return { invalid: [{ path: `scores.${at}`, code: 'unknownCriterion' }] }
      if (inHundredThousandths(score.points) > inHundredThousandths(criterion.points))
        return refuse('scoreIsOutOfRange', { facts: { criterion: score.criterion, most: criterion.points } })
    }
    if (wanted.size > 0)
      return { invalid: [{ path: 'scores', code: 'scoresMissing', facts: { count: String(wanted.size) } }] }
    const facts: NewFact[] = [tenderFact(context, 'BidsScored', { scores })]
    const all = [...tender.scores, { evaluator: actor.person, scores }]
    const { evaluators } = tender.published.terms
    if (all.length < evaluators) return facts
    const quality = meanQuality(tender, all, all.length)
    if (technical) {
      const items = judgeTechnically(tender, quality, qualityMinimum(demand(tender.published.terms.award.parameters)))
      const judged = [
        ...facts,
        tenderFact(context, 'EvaluationCompleted', { scores: quality, round: round.round, items }),
      ]
      return items.some((each) => each.admitted)
        ? judged
        : [...judged, tenderFact(context, 'TenderFailed', { round: round.round, reason: 'no-winner' })]
    }
    if (!opening) return facts
    const { draws } = round
    return [
      ...facts,
      tenderFact(context, 'EvaluationCompleted', { scores: quality }),
      ...rankLots(context, { bids: opening.bids, seed: opening.seed, draws, quality, reviews: [] }),
    ]
  },
})

/** Records the qualification review of the bidder whose turn it is; the ranking is made anew (koneps.md §1.12). */
export const recordReview = act({
  name: 'record-review',
  noun: 'tender',
  by: ['evaluator', 'contract-officer'],
  input: z.strictObject({ lot: z.string().max(40), bid: idSchema, points: pointsSchema, findings: textSchema(5000) }),
  lock: 'exclusive',
  needs: ['plan'],
  may: (context) => {
    const foreign = ownTender(context)
    if (foreign) return foreign
    const { tender } = context
    if (!tender?.published?.terms.review) return refuse('stageHasNotCome')
    if (tender.stage !== 'ranked') return refuse('reviewIsNotDue')
    return currentRound(tender).rankings.some((each) => each.ranking.next) ? null : refuse('reviewIsNotDue')
  },
  decide: (context, input) => {
    const { tender } = context
    if (!tender?.published) return refuse('caseDoesNotExist')
    const round = currentRound(tender)
    const ranking = round.rankings.find((each) => each.lot === input.lot)?.ranking
    if (ranking?.next !== input.bid || !round.opening) return refuse('reviewIsNotDue')
    const { terms } = tender.published
    const estimatedValue = tender.content?.lots.find((each) => each.id === input.lot)?.value.amount ?? '0'
    const kind = tender.content?.kind
    const band = getBand({
      parameters: demand(terms.award.parameters),
      category: terms.category,
      estimatedValue,
      ...(kind && { kind }),
    })
    if (inHundredThousandths(input.points) > inHundredThousandths(band.otherPointsMax))
      return refuse('scoreIsOutOfRange', { facts: { criterion: 'review', most: band.otherPointsMax } })
    const reviews = [...tender.reviews, input]
    return [
      tenderFact(context, 'ReviewRecorded', input),
      ...rankLots(context, {
        bids: round.opening.bids,
        seed: round.opening.seed,
        draws: round.draws,
        quality: tender.quality,
        reviews,
      }),
    ]
  },
})

/** Awards a lot to the ranked winner; everyone is told at the same moment, which starts the standstill (AWD-01). */
export const awardLot = act({
  name: 'award-lot',
  noun: 'tender',
  by: ['approver'],
  input: z.strictObject({ award: idSchema, lot: z.string().max(40), bid: idSchema, reason: textSchema(5000) }),
  lock: 'exclusive',
  needs: [],
  may: (context) => {
    const foreign = ownTender(context)
    if (foreign) return foreign
    const { tender, actor } = context
    if (!tender) return refuse('caseDoesNotExist')
    if (actor.kind === 'person' && holderByPerson(tender, actor.person)) return refuse('approverMayNotOpen')
    if (tender.stage !== 'ranked' && tender.stage !== 'awarded')
      return refuse(tender.ended ? 'stageHasPassed' : 'evaluationIsNotComplete')
    const won = currentRound(tender).rankings.filter(
      (each) => each.ranking.winner && !tender.awards.some((award) => award.lot === each.lot),
    )
    if (won.length === 0) return refuse('nothingToAward')
    const [due] = won.flatMap((each) => explanationDue(tender, each.lot) ?? [])
    const free = won.some((each) => !explanationDue(tender, each.lot))
    return free || !due ? null : refuse('explanationIsDue', { until: due.until })
  },
  decide: (context, { award, lot, bid, reason }) => {
    const { tender, now } = context
    if (!tender?.published) return refuse('caseDoesNotExist')
    const round = currentRound(tender)
    if (tender.awards.some((each) => each.lot === lot)) return refuse('someoneElseWasFirst')
    const ranking = round.rankings.find((each) => each.lot === lot)?.ranking
    const due = explanationDue(tender, lot)
    if (due) return refuse('explanationIsDue', { until: due.until })
    const opened = round.opening?.bids.find((each) => each.bid === bid && each.lot === lot)
    if (!opened?.price || ranking?.winner !== bid) return refuse('bidIsNotTheWinner')
    const { terms } = tender.published
    const standstillUntil = terms.standstill ? endOfPeriod(now, demand(terms.standstill), terms.calendar) : null
    const value = { amount: opened.price.price, currency: opened.price.currency }
    return [
      tenderFact(context, 'AwardMade', { award, lot, bid, supplier: opened.bidder, value, reason, standstillUntil }),
    ]
  },
})

/** After a failed round the same tender may be opened for bids again, where the method allows it; bids, keys and salts are new. */
export const startRebid = act({
  name: 'start-rebid',
  noun: 'tender',
  by: ['approver'],
  input: z.strictObject({ deadline: instantSchema, reason: textSchema(2000) }),
  lock: 'exclusive',
  needs: ['log-indexes'],
  may: (context) => {
    const foreign = ownTender(context)
    if (foreign) return foreign
    const { tender } = context
    if (tender?.stage !== 'failed' || !tender.published) return refuse('stageHasNotCome')
    const allowed = lawfulAfterFailure(context).some((each) => each.then === 're-bid')
    if (!allowed) return refuse('nextStepIsNotLawful')
    const next = currentRound(tender).round + 1
    return tender.tenderKeys.some((each) => each.round === next) ? null : refuse('keyRecordsAreMissing')
  },
  decide: (context, { deadline, reason }) => {
    const { tender } = context
    if (!tender?.published || !tender.content) return refuse('caseDoesNotExist')
    if (deadline <= context.now) return { invalid: [{ path: 'deadline', code: 'mustBeLater' }] }
    const round = currentRound(tender).round + 1
    const baseAmount = tender.baseAmounts[0]?.amount ?? null
    const type = 'RebidStarted'
    const body = { round, deadline, reason }
    const notice = noticeObject(context, tender, {
      round,
      deadline,
      content: tender.content,
      terms: tender.published.terms,
      baseAmount,
      text: { type, body },
    })
    return notice ? [tenderFact(context, type, { ...body, notice })] : refuse('bidsAreNotSequenced')
  },
})

export const awardActs = [declareConflict, scoreBids, recordReview, awardLot, startRebid]
