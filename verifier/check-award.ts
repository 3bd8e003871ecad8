// Ranking, outcome, award and contract by the pure rules again, and the law that the case carries against the law as this program has it.
import { packs } from '@naru/countries/packs.ts'
import type { ActContext } from '@naru/domain/act.ts'
import { lawfulAfterFailure, withoutWinner } from '@naru/domain/award/after-award.ts'
import { explanationDue } from '@naru/domain/award/explaining.ts'
import { qualityMinimum } from '@naru/domain/award/parameters.ts'
import { rankedFacts, rankLots } from '@naru/domain/award/ranking-facts.ts'
import type { ContractFact } from '@naru/domain/contract/facts.ts'
import type { NewFact } from '@naru/domain/history.ts'
import { estimatedValue } from '@naru/domain/tender/content.ts'
import { currentRound, type TenderState } from '@naru/domain/tender/tender.ts'
import { judgeTechnically } from '@naru/domain/tender/two-stages.ts'
import { demand, resolveTerms, type Terms } from '@naru/domain/terms.ts'
import { endOfPeriod } from '@naru/domain/time.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { orderEqualBids } from '@naru/sealing/draw.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import type { Bundle } from './bundle.ts'
import { all, find, planAt, statesOf, type Told } from './case.ts'
import type { Findings } from './finding.ts'

/** Order of equal bids by the lot, as the acts get it handed in. */
const lot: ActContext['sealing']['lot'] = (seed, tied) => {
  const order = orderEqualBids(
    fromBase64(seed),
    tied.map(({ index, e }) => ({ index, e: fromBase64(e) })),
  )
  return order.map((index) => tied.find((each) => each.index === index)?.bid ?? '')
}

/** The part of an act's context that a ranking reads. */
const contextOf = (bundle: Bundle, tender: TenderState, { index, at }: Told): ActContext => {
  const plan = tender.content?.lots[0]?.planLine.plan ?? ''
  return { tender, plan: planAt(bundle, plan, index), now: at, sealing: { lot } } as unknown as ActContext
}

/** Facts that are computed from what came before; one that does not follow is a fault. */
const computed: ReadonlySet<string> = new Set(['BidsRanked', 'ExplanationAsked', 'TenderFailed'])

/** What must follow a fact, as the acts decide it: rankings and failures are computed, never chosen. */
function dueAfter(bundle: Bundle, fact: Told, after: TenderState): readonly NewFact[] | null {
  const failed = (reason: string): NewFact => ({
    kind: 'tender',
    id: after.id,
    type: 'TenderFailed',
    body: { round: currentRound(after).round, reason },
  })
  const round = after.rounds.length > 0 ? currentRound(after) : null
  const terms = after.published?.terms
  if (!round || !terms) return null
  if (fact.type === 'EligibilityRecorded')
    return fact.body.items.some((each) => each.admitted) ? [] : [failed('no-bidder')]
  const draws = round.draws
  const opened = (extra: Pick<Parameters<typeof rankLots>[1], 'quality' | 'reviews'>, only?: string) =>
    rankLots(
      contextOf(bundle, after, fact),
      { bids: round.opening?.bids ?? [], seed: round.opening?.seed ?? '', draws, ...extra },
      only,
    )
  if (fact.type === 'TechnicalOpened') {
    const bidders = new Set(fact.body.bids.filter((each) => each.status === 'valid').map((each) => each.bidder)).size
    if (bidders === 0) return [failed('no-bidder')]
    return bidders < terms.minimumBidders ? [failed('too-few-bidders')] : []
  }
  if (fact.type === 'EvaluationCompleted' && fact.body.items)
    return fact.body.items.some((each) => each.admitted) ? [] : [failed('no-winner')]
  if (fact.type === 'OpeningRecorded' || fact.type === 'DrawMade') {
    const valid = (round.opening?.bids ?? []).filter((each) => each.status === 'valid')
    const bidders = new Set(valid.map((each) => each.bidder)).size
    if (round.technical) return bidders === 0 ? [failed('no-winner')] : opened({ quality: after.quality, reviews: [] })
    if (bidders === 0) return [failed('no-bidder')]
    if (bidders < terms.minimumBidders) return [failed('too-few-bidders')]
    return terms.evaluators > 0 ? [] : opened({ quality: null, reviews: [] })
  }
  if (fact.type === 'EvaluationCompleted') return opened({ quality: fact.body.scores, reviews: [] })
  if (fact.type === 'ReviewRecorded') return opened({ quality: after.quality, reviews: after.reviews })
  if (fact.type === 'ExplanationJudged')
    return fact.body.accepted ? [] : opened({ quality: after.quality, reviews: after.reviews }, fact.body.lot)
  if (fact.type === 'AwardWithdrawn') return dueAfterWithdrawal(bundle, fact, after)
  return null
}

/** The winner stood back: by the terms the next in rank, or nobody; where nothing is left to award, the tender has failed. */
function dueAfterWithdrawal(bundle: Bundle, fact: Told<'AwardWithdrawn'>, after: TenderState): readonly NewFact[] {
  const { award: id, lot: of } = fact.body
  const round = currentRound(after)
  const own = (type: string, body: unknown): NewFact => ({ kind: 'tender', id: after.id, type, body })
  const failed = own('TenderFailed', { round: round.round, reason: 'winner-refused' })
  const others = after.awards.length > 0
  const withdrawn = after.withdrawnAwards?.find((each) => each.award === id)
  if (withdrawn?.bid === null) return others ? [] : [failed]
  const former = round.rankings.find((each) => each.lot === of)?.ranking
  const { ifNotSigned } = after.published?.terms ?? {}
  if (!former || !ifNotSigned) throw new RangeError('an award was withdrawn that the terms do not let be withdrawn')
  const next = withoutWinner(former)
  const ranking = demand(ifNotSigned) === 'next-ranked' ? next : { ...next, winner: null }
  const ranked = rankedFacts(contextOf(bundle, after, fact), of, ranking, round.opening?.bids ?? [])
  const open = round.rankings.some((each) => each.lot !== of && (each.ranking.winner || each.ranking.next))
  return ranking.winner || others || open ? ranked : [...ranked, failed]
}

/** Checks what follows from each public fact, then awards and contracts. */
export function checkOutcome(findings: Findings, bundle: Bundle, facts: readonly Told[]): void {
  const states = statesOf(facts)
  const explained = new Set<number>()
  states.forEach(({ fact, after }, n) => {
    const next = facts[n + 1]
    // The ranking stands behind the draw of the same opening.
    if (fact.type === 'OpeningRecorded' && next?.type === 'DrawMade') return
    const due = dueAfter(bundle, fact, after)
    due?.forEach((expected, k) => {
      const is = facts[n + 1 + k]
      const at = is ? `facts.jsonl:${is.stream}#${is.seq}` : `facts.jsonl:${fact.stream}#${fact.seq}`
      if (is?.type !== expected.type)
        return findings.add(expected.type === 'BidsRanked' ? 'rankingMissing' : 'outcomeMismatch', at, {
          should: expected.type,
          is: is?.type ?? '',
        })
      explained.add(is.index)
      if (canonicalText(is.body) === canonicalText(expected.body)) return findings.count('rankings')
      const [body, should] = [is.body, expected.body] as { ranking?: { winner: string | null } }[]
      findings.add(expected.type === 'BidsRanked' ? 'rankingMismatch' : 'outcomeMismatch', at, {
        is: body?.ranking?.winner ?? '',
        should: should?.ranking?.winner ?? '',
      })
    })
  })
  for (const fact of facts)
    if (computed.has(fact.type) && !explained.has(fact.index))
      findings.add('outcomeMismatch', `facts.jsonl:${fact.stream}#${fact.seq}`, { is: fact.type, should: '' })
  for (const { fact, before } of states) {
    if (fact.type === 'EvaluationCompleted' && fact.body.items) checkEvaluation(findings, fact, before)
    if (fact.type === 'AwardMade') checkAward(findings, fact, before)
    if (fact.type === 'DirectAwardMade') checkDirectAward(findings, bundle, fact, before)
  }
  checkContracts(findings, bundle, facts)
  checkLaw(findings, bundle, facts)
}

/** Who passes the technical stage follows from the points and the terms. */
function checkEvaluation(findings: Findings, fact: Told<'EvaluationCompleted'>, before: TenderState): void {
  const parameters = before.published?.terms.award.parameters
  const due = judgeTechnically(before, fact.body.scores, parameters ? qualityMinimum(demand(parameters)) : null)
  if (canonicalText(due) !== canonicalText(fact.body.items))
    findings.add('rankingMismatch', `objects/${fact.index}.json`, { is: '', should: '' })
}

function checkAward(findings: Findings, award: Told<'AwardMade'>, before: TenderState): void {
  const at = `objects/${award.index}.json`
  const { lot: id, bid, supplier, value, standstillUntil } = award.body
  const round = currentRound(before)
  const ranking = round.rankings.find((each) => each.lot === id)?.ranking
  const opened = round.opening?.bids.find((each) => each.bid === bid && each.lot === id)
  if (ranking?.winner !== bid || explanationDue(before, id))
    findings.add('awardMismatch', at, { is: bid, should: ranking?.winner ?? '' })
  else if (
    opened?.price?.price !== value.amount ||
    opened.price.currency !== value.currency ||
    opened.bidder !== supplier
  )
    findings.add('awardMismatch', at, { is: value.amount, should: opened?.price?.price ?? '' })
  checkStandstill(findings, at, award.at, standstillUntil, before)
  findings.count('awards')
}

function checkStandstill(
  findings: Findings,
  at: string,
  made: string,
  until: string | null,
  before: TenderState,
): void {
  const { standstill, calendar } = before.published?.terms ?? {}
  const due = standstill && calendar ? endOfPeriod(made, demand(standstill), calendar) : null
  if (due !== until) findings.add('standstillMismatch', at, { is: until ?? '', should: due ?? '' })
}

/** An award without competition: only after a failed re-notice, its sum that of its lines, at most the base or planned amount. */
function checkDirectAward(
  findings: Findings,
  bundle: Bundle,
  award: Told<'DirectAwardMade'>,
  before: TenderState,
): void {
  const at = `objects/${award.index}.json`
  const { lot: of, value, offer, standstillUntil } = award.body
  if (!lawfulAfterFailure({ tender: { ...before, stage: 'failed' } }).some((each) => each.then === 'private-contract'))
    findings.add('awardMismatch', at, { is: 'private-contract', should: '' })
  const described = before.content?.lots.find((each) => each.id === of)
  const plan = planAt(bundle, described?.planLine.plan ?? '', award.index)
  const planned = plan?.published?.lines.find((each) => each.id === described?.planLine.line)?.amount
  const most = before.baseAmounts.find((each) => each.lot === of)?.amount ?? planned ?? described?.value
  const sum = offer.reduce((total, each) => total + BigInt(each.amount), 0n)
  if (sum.toString() !== value.amount || !most || sum > BigInt(most.amount))
    findings.add('awardMismatch', at, { is: value.amount, should: most?.amount ?? '' })
  checkStandstill(findings, at, award.at, standstillUntil, before)
  findings.count('awards')
}

function checkContracts(findings: Findings, bundle: Bundle, facts: readonly Told[]): void {
  for (const line of bundle.facts) {
    if (line.fact?.type !== 'ContractConcluded') continue
    const at = `objects/${line.index}.json`
    const { text, concludedAt } = (line.fact as Extract<ContractFact, { type: 'ContractConcluded' }>).body
    const competed = find(facts, 'AwardMade', (each) => each.body.award === text.award)
    const direct = find(facts, 'DirectAwardMade', (each) => each.body.award === text.award)
    const award = competed ?? direct
    const opened = all(facts, 'OpeningRecorded')
      .flatMap((each) => each.body.bids)
      .find((each) => each.bid === competed?.body.bid && each.lot === text.lot)
    const sums = (direct?.body.offer ?? opened?.price?.items ?? []).map(({ id, amount }) => `${id}=${amount}`).sort()
    const lines = text.lines
      .filter((each) => each.amount.amount !== '0')
      .map(({ id, amount }) => `${id}=${amount.amount}`)
    if (
      !award ||
      award.body.supplier !== text.supplier ||
      canonicalText(award.body.value) !== canonicalText(text.value)
    )
      findings.add('contractMismatch', at, { what: 'award' })
    else if (!lines.every((each) => sums.includes(each))) findings.add('contractMismatch', at, { what: 'lines' })
    if (award?.body.standstillUntil && concludedAt < award.body.standstillUntil)
      findings.add('contractMismatch', at, { what: 'standstill' })
    if (concludedAt !== line.fact.at) findings.add('contractMismatch', at, { what: 'concludedAt' })
    findings.count('contracts')
  }
}

/** Whether the terms that the case carries are those of this program's law on that day. Another release may know the law better: a warning. */
function checkLaw(findings: Findings, bundle: Bundle, facts: readonly Told[]): void {
  const published = find(facts, 'TenderPublished')
  if (!published) return
  const { terms, content, renoticeOf } = published.body
  const at = `facts.jsonl:${published.stream}#${published.seq}`
  const pack = packs[bundle.country as keyof typeof packs]
  const method = pack?.methods.find((each) => each.id === terms.method.id)
  if (!pack || !method) return findings.add('lawDiffers', at, { method: terms.method.id })
  const purchase = {
    category: content.category,
    estimatedValue: estimatedValue(content),
    renotice: renoticeOf !== null,
  }
  let due: Terms | null
  try {
    due = resolveTerms(pack, method, purchase, terms.day, terms.mode)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    due = null
  }
  const same = due !== null && canonicalText(JSON.parse(JSON.stringify(due))) === canonicalText(terms)
  if (!same) findings.add('lawDiffers', at, { method: terms.method.id, day: terms.day })
}
