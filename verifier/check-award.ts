// Ranking, outcome, award and contract by the pure rules again, and the law that the case carries against the law as this program has it.
import { packs } from '@naru/countries/packs.ts'
import type { ActContext } from '@naru/domain/act.ts'
import { rankLots } from '@naru/domain/award/ranking-facts.ts'
import type { ContractFact } from '@naru/domain/contract/facts.ts'
import type { NewFact } from '@naru/domain/history.ts'
import { estimatedValue } from '@naru/domain/tender/content.ts'
import { currentRound, type TenderState } from '@naru/domain/tender/tender.ts'
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
const contextOf = (bundle: Bundle, tender: TenderState, index: number): ActContext => {
  const plan = tender.content?.lots[0]?.planLine.plan ?? ''
  return { tender, plan: planAt(bundle, plan, index), sealing: { lot } } as unknown as ActContext
}

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
  const opened = (extra: Pick<Parameters<typeof rankLots>[1], 'quality' | 'reviews'>) =>
    rankLots(contextOf(bundle, after, fact.index), {
      bids: round.opening?.bids ?? [],
      seed: round.opening?.seed ?? '',
      draws,
      ...extra,
    })
  if (fact.type === 'OpeningRecorded' || fact.type === 'DrawMade') {
    const valid = (round.opening?.bids ?? []).filter((each) => each.status === 'valid')
    const bidders = new Set(valid.map((each) => each.bidder)).size
    if (bidders === 0) return [failed('no-bidder')]
    if (bidders < terms.minimumBidders) return [failed('too-few-bidders')]
    return terms.evaluators > 0 ? [] : opened({ quality: null, reviews: [] })
  }
  if (fact.type === 'EvaluationCompleted') return opened({ quality: fact.body.scores, reviews: [] })
  if (fact.type === 'ReviewRecorded') return opened({ quality: after.quality, reviews: after.reviews })
  return null
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
    if ((fact.type === 'BidsRanked' || fact.type === 'TenderFailed') && !explained.has(fact.index))
      findings.add('outcomeMismatch', `facts.jsonl:${fact.stream}#${fact.seq}`, { is: fact.type, should: '' })
  for (const { fact, before } of states) if (fact.type === 'AwardMade') checkAward(findings, fact, before)
  checkContracts(findings, bundle, facts)
  checkLaw(findings, bundle, facts)
}

function checkAward(findings: Findings, award: Told<'AwardMade'>, before: TenderState): void {
  const at = `objects/${award.index}.json`
  const { lot: id, bid, supplier, value, standstillUntil } = award.body
  const round = currentRound(before)
  const ranking = round.rankings.find((each) => each.lot === id)?.ranking
  const opened = round.opening?.bids.find((each) => each.bid === bid && each.lot === id)
  if (ranking?.winner !== bid) findings.add('awardMismatch', at, { is: bid, should: ranking?.winner ?? '' })
  else if (
    opened?.price?.price !== value.amount ||
    opened.price.currency !== value.currency ||
    opened.bidder !== supplier
  )
    findings.add('awardMismatch', at, { is: value.amount, should: opened?.price?.price ?? '' })
  const { standstill, calendar } = before.published?.terms ?? {}
  const due = standstill && calendar ? endOfPeriod(award.at, demand(standstill), calendar) : null
  if (due !== standstillUntil) findings.add('standstillMismatch', at, { is: standstillUntil ?? '', should: due ?? '' })
  findings.count('awards')
}

function checkContracts(findings: Findings, bundle: Bundle, facts: readonly Told[]): void {
  for (const line of bundle.facts) {
    if (line.fact?.type !== 'ContractConcluded') continue
    const at = `objects/${line.index}.json`
    const { text, concludedAt } = (line.fact as Extract<ContractFact, { type: 'ContractConcluded' }>).body
    const award = find(facts, 'AwardMade', (each) => each.body.award === text.award)
    const opened = all(facts, 'OpeningRecorded')
      .flatMap((each) => each.body.bids)
      .find((each) => each.bid === award?.body.bid && each.lot === text.lot)
    const sums = (opened?.price?.items ?? []).map(({ id, amount }) => `${id}=${amount}`).sort()
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
