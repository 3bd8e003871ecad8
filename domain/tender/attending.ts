// Key holders come together before anything is opened: each says so anew within one window and has seen what was tried on the sealed bids (OPN-01, SEA-06).
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import { bytes32Schema } from '../id.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { demand } from '../terms.ts'
import { endOfPeriod, type Instant, toMilliseconds } from '../time.ts'
import { tenderFact } from './starting.ts'
import { currentRound, holderByPerson, type OpeningSession, type TenderState } from './tender.ts'

/** When the window of a session ends; null where the terms of the case know none (published before there were windows). */
export function windowEnds(tender: TenderState, session: OpeningSession): Instant | null {
  const terms = tender.published?.terms
  return terms?.openingWindow ? endOfPeriod(session.begun, demand(terms.openingWindow), terms.calendar) : null
}

/** The session in which holders may act now; null before one begins and after its window ended: then it begins again with everybody. */
export function sessionAt(tender: TenderState, now: Instant): OpeningSession | null {
  const session = tender.rounds.at(-1)?.session
  const ends = session && windowEnds(tender, session)
  return session && session.present.length > 0 && ends && now <= ends ? session : null
}

/** Whether as many holders of each group are present in a session as it takes to open. */
export const isComplete = (tender: TenderState, session: OpeningSession): boolean =>
  tender.holders.every(
    ({ k, holders }) => holders.filter((each) => session.present.some(({ i }) => i === each.i)).length >= k,
  )

/** Why a holder lets go of no share yet: enough of both groups, and this one, must be present in one window. Null where they are. */
export function whyNotTogether({ tender, now }: Pick<ActContext, 'tender' | 'now'>, i: number): Refusal | null {
  if (!tender?.published?.terms.openingWindow) return null
  const session = sessionAt(tender, now)
  if (!session) return refuse('openingHasNotBegun')
  const until = windowEnds(tender, session) ?? ''
  const present = session.present.some((each) => each.i === i)
  return present && isComplete(tender, session) ? null : refuse('openingHasNotBegun', { until })
}

/**
 * A holder comes to the opening. The first of the buyer's own begins the session; guardians, programs among them, join one that runs. Whoever comes
 * names the report of attempts that was shown; the act binds its hash, and the record keeps the report.
 */
export const attendOpening = act({
  name: 'attend-opening',
  noun: 'tender',
  by: ['key-holder'],
  input: z.strictObject({ round: z.int().min(1).max(99), report: bytes32Schema }),
  lock: 'exclusive',
  needs: ['shown-report'],
  may: (context) => {
    const { tender, actor, now } = context
    if (!tender) return refuse('caseDoesNotExist')
    const holder = actor.kind === 'person' ? holderByPerson(tender, actor.person) : null
    if (!holder) return refuse('youHoldNoKey')
    if (!tender.published) return refuse('stageHasNotCome')
    const round = currentRound(tender)
    if (!round.closing) return refuse('deadlineHasNotPassed', { from: round.deadline })
    if (tender.stage !== 'closed' || !tender.published.terms.openingWindow) return refuse('stageHasPassed')
    if (round.opensFrom && now < round.opensFrom) return refuse('stageHasNotCome', { from: round.opensFrom })
    const session = sessionAt(tender, now)
    if (session?.present.some((each) => each.i === holder.i)) return refuse('nothingChanged')
    return session || holder.group.name === 'agency' ? null : refuse('buyerBeginsTheOpening')
  },
  decide: (context, input) => {
    const { tender, actor, now, shownReport } = context
    const holder = tender && actor.kind === 'person' ? holderByPerson(tender, actor.person) : null
    if (!tender || !holder) return refuse('youHoldNoKey')
    const round = currentRound(tender)
    if (input.round !== round.round) return { invalid: [{ path: 'round', code: 'choice' }] }
    // A report of before the closing knows nothing of what came since; nobody waits longer with one than an hour.
    const old = !shownReport || shownReport.at < (round.closing?.at ?? now) || shownReport.report.round !== round.round
    if (old || toMilliseconds(now) - toMilliseconds(shownReport.at) > shownFor) return refuse('reportWasNotShown')
    const before = sessionAt(tender, now)
    const session = before?.session ?? (round.session?.session ?? 0) + 1
    const { report } = shownReport
    return [
      tenderFact(context, 'OpeningAttended', { round: round.round, session, i: holder.i, report, shown: input.report }),
    ]
  },
})

/** How long a report that was shown may be answered, in milliseconds. */
const shownFor = 3_600_000
