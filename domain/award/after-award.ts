// What follows when an award does not become a contract: the next bidder or a failed tender; and the contract without competition that the law allows once a re-notice failed too.
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import type { ContractState } from '../contract/contract.ts'
import type { NewFact } from '../history.ts'
import { idSchema } from '../id.ts'
import type { FailureStep } from '../method.ts'
import { amountSchema, priceOfQuantity } from '../money.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { ownTender, tenderFact } from '../tender/starting.ts'
import { type Award, currentRound, holderByPerson, type TenderState } from '../tender/tender.ts'
import { demand } from '../terms.ts'
import { textSchema } from '../text.ts'
import { dayOf, endOfPeriod } from '../time.ts'
import { rankedFacts } from './ranking-facts.ts'
import type { Ranking } from './rules.ts'

/** Why an award comes to nothing: the winner declined the contract, or let the day pass by which it had to be signed. */
export const withdrawalGrounds = ['contract-declined', 'contract-not-signed'] as const
export type WithdrawalGround = (typeof withdrawalGrounds)[number]

/**
 * The ground on which an award may be withdrawn now, or null: only what the winner did or left undone counts, so a contract must have been
 * drafted, and its supplier declined it or let its `signBy` day pass without consent.
 */
export function withdrawalGround(
  award: Award,
  contracts: readonly ContractState[],
  today: string,
): WithdrawalGround | null {
  const last = contracts
    .filter((each) => each.text.award === award.award)
    .toSorted((a, b) => a.version - b.version)
    .at(-1)
  if (last?.stage === 'declined') return 'contract-declined'
  return last?.stage === 'drafted' && last.text.signBy !== null && last.text.signBy < today
    ? 'contract-not-signed'
    : null
}

/** A ranking after its winner stood back: the places stay as published, the next in rank that was not excluded wins, or nobody. */
export function withoutWinner(ranking: Ranking): Ranking {
  const gone = ranking.winner
  const lines = ranking.lines.map((line) =>
    line.bid === gone
      ? { ...line, standing: 'excluded' as const, rank: null, reason: 'winner-declined' as const }
      : line,
  )
  const [next] = lines
    .filter((line) => line.standing === 'ranked' && line.rank !== null)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
  const told = lines.map((line) => (line === next ? { ...line, reason: 'next-in-rank' as const } : line))
  return { ...ranking, lines: told, winner: next?.bid ?? null, next: null }
}

/** A tender none of whose lots is awarded or can be won any more has failed. */
const failedWith = (context: ActContext, tender: TenderState, reason: 'winner-refused'): NewFact =>
  tenderFact(context, 'TenderFailed', { round: currentRound(tender).round, reason })

/** Whoever holds a key of the case neither awards nor takes an award back. */
function awardsHere(context: ActContext): Refusal | null {
  const foreign = ownTender(context)
  if (foreign) return foreign
  const { tender, actor } = context
  return tender && actor.kind === 'person' && holderByPerson(tender, actor.person) ? refuse('approverMayNotOpen') : null
}

/**
 * Takes back an award whose winner declined the contract or did not sign in time. By the terms the next in rank may then be awarded
 * (UNCITRAL Model Law art. 22(8)) or the lot has failed (Korea: a re-notice follows). A direct contract that was declined leaves the tender failed.
 */
export const withdrawAward = act({
  name: 'withdraw-award',
  noun: 'contract',
  by: ['approver'],
  input: z.strictObject({ award: idSchema, reason: textSchema(5000) }),
  lock: 'exclusive',
  needs: [],
  may: (context) => {
    const foreign = awardsHere(context)
    if (foreign) return foreign
    const { tender, contracts, now, pack } = context
    if (!tender?.published || tender.stage !== 'awarded') return refuse('stageHasNotCome')
    const today = dayOf(now, pack.zone)
    if (!tender.awards.some((each) => withdrawalGround(each, contracts, today))) return refuse('winnerHasNotRefused')
    return tender.published.terms.ifNotSigned || tender.awards.some((each) => each.bid === null)
      ? null
      : refuse('nextStepIsNotLawful')
  },
  decide: (context, { award: id, reason }) => {
    const { tender, contracts, now, pack } = context
    const award = tender?.awards.find((each) => each.award === id)
    if (!tender?.published || !award) return refuse('nothingToAward')
    const ground = withdrawalGround(award, contracts, dayOf(now, pack.zone))
    if (!ground) return refuse('winnerHasNotRefused')
    const { ifNotSigned } = tender.published.terms
    const round = currentRound(tender)
    const facts: NewFact[] = [
      tenderFact(context, 'AwardWithdrawn', { award: id, lot: award.lot, supplier: award.supplier, ground, reason }),
    ]
    const others = tender.awards.length > 1
    if (award.bid === null) return others ? facts : [...facts, failedWith(context, tender, 'winner-refused')]
    if (!ifNotSigned) return refuse('nextStepIsNotLawful')
    const former = round.rankings.find((each) => each.lot === award.lot)?.ranking
    if (!former) return refuse('nothingToAward')
    const after = withoutWinner(former)
    const ranking = demand(ifNotSigned) === 'next-ranked' ? after : { ...after, winner: null }
    facts.push(...rankedFacts(context, award.lot, ranking, round.opening?.bids ?? []))
    const open = round.rankings.some((each) => each.lot !== award.lot && (each.ranking.winner || each.ranking.next))
    return ranking.winner || others || open ? facts : [...facts, failedWith(context, tender, 'winner-refused')]
  },
})

/** Whether a step after failure is open to this tender: some only to a re-notice that failed too, some by the reason of the failure. */
function comesNow(tender: TenderState, { when }: FailureStep): boolean {
  if (when === 'any') return true
  if (when === 'renotice-failed') return tender.renoticeOf !== null
  const reason = tender.ended?.reason
  // Nobody is fewer than the law asks for, too.
  return reason === when || (when === 'too-few-bidders' && reason === 'no-bidder')
}

/** What the law lets follow a failed tender, in the method's order. */
export const lawfulAfterFailure = ({ tender }: Pick<ActContext, 'tender'>): readonly FailureStep[] =>
  tender?.stage === 'failed' ? (tender.published?.terms.ifItFails.filter((step) => comesNow(tender, step)) ?? []) : []

/** A tender that failed, or some of whose lots were already awarded without competition after it failed. */
const isDirect = (tender: TenderState): boolean =>
  tender.stage === 'failed' || (tender.stage === 'awarded' && tender.awards.some((each) => each.bid === null))

/**
 * Awards a lot without competition after a re-notice failed too, where the terms let a private contract follow (Korea: State Contracts
 * Enforcement Decree, art. 27). The conditions are those of the notice and cannot be typed here; the price may not exceed the base amount,
 * or the planned amount where there is none. The supplier agrees by consenting to the contract.
 */
export const awardDirectly = act({
  name: 'award-directly',
  noun: 'tender',
  by: ['approver'],
  input: z.strictObject({
    award: idSchema,
    lot: z.string().max(40),
    supplier: idSchema,
    prices: z
      .array(z.strictObject({ item: z.string().max(40), unitPrice: amountSchema }))
      .min(1)
      .max(2000),
    reason: textSchema(5000),
  }),
  lock: 'exclusive',
  needs: ['plan', 'supplier'],
  may: (context) => {
    const foreign = awardsHere(context)
    if (foreign) return foreign
    const { tender } = context
    if (!tender?.published || !isDirect(tender)) return refuse('stageHasNotCome')
    const step = tender.published.terms.ifItFails.find((each) => each.then === 'private-contract')
    if (!step || !comesNow(tender, step)) return refuse('nextStepIsNotLawful', step ? { basis: step.basis } : {})
    const lots = tender.content?.lots ?? []
    return lots.some((lot) => !tender.awards.some((each) => each.lot === lot.id)) ? null : refuse('nothingToAward')
  },
  decide: (context, { award, lot, supplier, prices, reason }) => {
    const { tender, plan, now } = context
    if (!tender?.published || !tender.content) return refuse('caseDoesNotExist')
    const { terms } = tender.published
    const described = tender.content.lots.find((each) => each.id === lot)
    if (!described) return { invalid: [{ path: 'lot', code: 'unknownLot' }] }
    if (tender.awards.some((each) => each.lot === lot)) return refuse('someoneElseWasFirst')
    if (Object.values(tender.parties).includes(supplier)) return refuse('buyerMayNotBid')
    const holds = tender.holders.some((group) => group.holders.some((each) => each.organisation === supplier))
    if (holds || !context.supplier?.profile.kinds.includes('supplier')) return refuse('bidderIsNotEligible')
    const unknown = prices.findIndex(
      (price, at) =>
        !described.items.some((item) => item.id === price.item) ||
        prices.findIndex((other) => other.item === price.item) !== at,
    )
    if (unknown >= 0) return { invalid: [{ path: `prices.${unknown}.item`, code: 'unknownItem' }] }
    const offer = described.items.flatMap((item) => {
      const price = prices.find((each) => each.item === item.id)
      if (!price) return []
      const amount = priceOfQuantity(item.quantity, price.unitPrice, 'half-up').toString()
      return [{ id: item.id, unitPrice: price.unitPrice, amount }]
    })
    if (offer.length !== described.items.length) return { invalid: [{ path: 'prices', code: 'required' }] }
    const sum = offer.reduce((total, each) => total + BigInt(each.amount), 0n)
    const { line } = described.planLine
    const most =
      tender.baseAmounts.find((each) => each.lot === lot)?.amount ??
      plan?.published?.lines.find((each) => each.id === line)?.amount ??
      described.value
    if (sum > BigInt(most.amount))
      return refuse('budgetIsExceeded', {
        facts: { line, planned: most.amount, asked: sum.toString(), currency: most.currency },
      })
    const value = { amount: sum.toString(), currency: most.currency }
    const standstillUntil = terms.standstill ? endOfPeriod(now, demand(terms.standstill), terms.calendar) : null
    return [tenderFact(context, 'DirectAwardMade', { award, lot, supplier, value, offer, reason, standstillUntil })]
  },
})

export const afterAwardActs = [withdrawAward, awardDirectly]
