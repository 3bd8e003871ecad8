// The dates of every step of a case: what happened, what is due, what follows, each with the rule that makes it so.
import type { ContractState } from './contract/contract.ts'
import type { Basis } from './refusal.ts'
import { questionsEnd } from './tender/noticing.ts'
import { opensAt } from './tender/opening.ts'
import { currentRound, type TenderState } from './tender/tender.ts'
import { demand } from './terms.ts'
import { endOfPeriod, type Instant } from './time.ts'

/** Moments of a case; the words stand in `domain/words` under `moment`. */
export type Moment =
  | 'published'
  | 'questions-end'
  | 'amended'
  | 'deadline'
  | 'closed'
  | 'opened-technical'
  | 'opened'
  | 'evaluated'
  | 'ranked'
  | 'awarded'
  | 'award-withdrawn'
  | 'standstill-end'
  | 'contract-due'
  | 'contracted'
  | 'failed'
  | 'cancelled'

/** One line of the timeline: an instant (null while it depends on an act that is still to come), and whether it has happened. */
export interface ScheduleLine {
  readonly moment: Moment
  readonly at: Instant | null
  readonly state: 'done' | 'due' | 'expected'
  readonly basis: Basis | null
  readonly round: number
  readonly lot?: string
}

/** The timeline of a published case: what happened in the order of time, then what has a date, then what waits for an act. Empty before publication. */
export function scheduleOf(
  tender: TenderState,
  contracts: readonly ContractState[],
  now: Instant,
): readonly ScheduleLine[] {
  const { published } = tender
  if (!published) return []
  const { terms } = published
  const stepBasis = (step: string): Basis | null => terms.steps.find((each) => each.step === step)?.basis ?? null
  const lines: ScheduleLine[] = [
    { moment: 'published', at: published.at, state: 'done', basis: terms.method.article, round: 1 },
  ]
  const last = currentRound(tender)
  for (const round of tender.rounds) {
    // Without competition nothing is opened or evaluated any more.
    const over =
      tender.stage === 'cancelled' ||
      tender.stage === 'failed' ||
      round.round < last.round ||
      tender.awards.some((each) => each.bid === null)
    if (round.round === last.round) {
      const until = questionsEnd(tender)
      if (until)
        lines.push({
          moment: 'questions-end',
          at: until,
          state: until < now ? 'done' : 'due',
          basis: terms.questionsEnd?.basis ?? null,
          round: round.round,
        })
    }
    for (const each of tender.amendments)
      if (round.round === 1)
        lines.push({ moment: 'amended', at: each.at, state: 'done', basis: terms.afterAmendment.basis, round: 1 })
    lines.push({
      moment: 'deadline',
      at: round.deadline,
      state: round.deadline < now ? 'done' : 'due',
      basis: terms.bidPeriod.basis,
      round: round.round,
    })
    if (round.closing)
      lines.push({
        moment: 'closed',
        at: round.closing.at,
        state: 'done',
        basis: stepBasis('opening'),
        round: round.round,
      })
    if (round.technical)
      lines.push({
        moment: 'opened-technical',
        at: round.technical.at,
        state: 'done',
        basis: stepBasis('opening'),
        round: round.round,
      })
    if (round.opening)
      lines.push({
        moment: 'opened',
        at: round.opening.at,
        state: 'done',
        basis: stepBasis('opening'),
        round: round.round,
      })
    else if (!over)
      lines.push({
        moment: 'opened',
        at: round.technical ? null : opensAt(tender),
        state: 'expected',
        basis: stepBasis('opening'),
        round: round.round,
      })
    if (terms.evaluators > 0 && !over)
      lines.push({
        moment: 'evaluated',
        at: null,
        state: tender.quality ? 'done' : 'expected',
        basis: stepBasis('evaluation'),
        round: round.round,
      })
  }
  for (const each of tender.withdrawnAwards ?? []) {
    const { lot, at, withdrawn } = each
    lines.push({ moment: 'awarded', at, state: 'done', basis: stepBasis('award'), round: last.round, lot })
    const basis = terms.ifNotSigned?.basis ?? null
    lines.push({ moment: 'award-withdrawn', at: withdrawn.at, state: 'done', basis, round: last.round, lot })
  }
  // A ranking anew follows the award that was withdrawn.
  for (const round of tender.rounds)
    for (const each of round.rankings)
      lines.push({
        moment: 'ranked',
        at: each.at,
        state: 'done',
        basis: stepBasis('award'),
        round: round.round,
        lot: each.lot,
      })
  if (tender.stage === 'cancelled' && tender.ended)
    lines.push({ moment: 'cancelled', at: tender.ended.at, state: 'done', basis: null, round: last.round })
  else if (tender.stage === 'failed' && tender.ended)
    lines.push({ moment: 'failed', at: tender.ended.at, state: 'done', basis: null, round: last.round })
  else if (tender.awards.length === 0) {
    lines.push({ moment: 'awarded', at: null, state: 'expected', basis: stepBasis('award'), round: last.round })
    if (terms.standstill)
      lines.push({
        moment: 'standstill-end',
        at: null,
        state: 'expected',
        basis: terms.standstill.basis,
        round: last.round,
      })
    lines.push({ moment: 'contracted', at: null, state: 'expected', basis: stepBasis('contract'), round: last.round })
  }
  for (const award of tender.awards) {
    const lot = award.lot
    lines.push({ moment: 'awarded', at: award.at, state: 'done', basis: stepBasis('award'), round: last.round, lot })
    if (award.standstillUntil) {
      const state = award.standstillUntil < now ? 'done' : 'due'
      lines.push({
        moment: 'standstill-end',
        at: award.standstillUntil,
        state,
        basis: terms.standstill?.basis ?? null,
        round: last.round,
        lot,
      })
    }
    const contract = contracts.find((each) => each.text.award === award.award)
    if (contract?.concluded)
      lines.push({
        moment: 'contracted',
        at: contract.concluded.at,
        state: 'done',
        basis: stepBasis('contract'),
        round: last.round,
        lot,
      })
    else if (terms.contractWithin) {
      const at = endOfPeriod(award.standstillUntil ?? award.at, demand(terms.contractWithin), terms.calendar)
      lines.push({
        moment: 'contract-due',
        at,
        state: 'due',
        basis: terms.contractWithin.basis,
        round: last.round,
        lot,
      })
    } else
      lines.push({
        moment: 'contracted',
        at: null,
        state: 'expected',
        basis: stepBasis('contract'),
        round: last.round,
        lot,
      })
  }
  const order = ({ state, at }: ScheduleLine) => (state === 'done' ? `0${at ?? ''}` : at ? `1${at}` : '2')
  return lines.toSorted((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0))
}
