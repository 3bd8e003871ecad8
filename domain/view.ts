// A case as one reader may see it: state without what is still sealed or confidential, the timeline, and what the reader may do.
import type { ActContext } from './act.ts'
import type { Actor } from './actor.ts'
import type { BidState } from './bid/bid.ts'
import type { ContractState } from './contract/contract.ts'
import { lawfulAfterFailure } from './award/after-award.ts'
import { type May, mayOf } from './may.ts'
import type { PlanState } from './plan/plan.ts'
import type { FailureStep } from './method.ts'
import { type ScheduleLine, scheduleOf } from './schedule.ts'
import { earliestAfterAmendment, earliestDeadline, termsAt } from './tender/noticing.ts'
import { currentRound, holderByPerson, type TenderState } from './tender/tender.ts'
import { type Terms, unconfirmedValues } from './terms.ts'
import type { Instant } from './time.ts'

/** How much of a tender a reader may see. */
export type Standing = 'public' | 'bidder' | 'holder' | 'evaluator' | 'buyer'

/** Where a reader stands to a tender: its own people see its preparation, everyone sees what is public. */
export function standingOf(tender: TenderState, actor: Actor): Standing {
  if (actor.kind === 'platform') return 'buyer'
  if (actor.kind === 'anyone') return 'public'
  if (actor.organisation === tender.parties.procuringEntity || actor.organisation === tender.parties.demandAgency) {
    const onlyEvaluates = actor.roles.length > 0 && actor.roles.every((role) => role === 'evaluator')
    return onlyEvaluates ? 'evaluator' : 'buyer'
  }
  if (holderByPerson(tender, actor.person)) return 'holder'
  return actor.roles.includes('bidder') ? 'bidder' : 'public'
}

/** What a reader gets in one answer. */
export interface TenderView {
  readonly kind: 'tender'
  readonly caseId: string
  readonly now: Instant
  readonly standing: Standing
  readonly tender: TenderState
  readonly contracts: readonly ContractState[]
  readonly ownBid: BidState | null
  readonly schedule: readonly ScheduleLine[]
  readonly may: readonly May[]
  /** Legal values that are assumed, for the sandbox's badge. */
  readonly assumed: readonly string[]
  /** The earliest lawful deadline if published or amended now, with the rule; null where nothing is to be chosen. */
  readonly earliest: { readonly at: Instant; readonly because: Terms['bidPeriod'] } | null
  readonly afterFailure: readonly FailureStep[]
}

/** Questions without askers, unless the reader asked; unanswered ones only for the buyer and the asker. */
function redactQuestions(tender: TenderState, standing: Standing, actor: Actor): TenderState['questions'] {
  const own = (by: object) => actor.kind === 'person' && 'organisation' in by && by.organisation === actor.organisation
  return tender.questions
    .filter((each) => each.answer || standing === 'buyer' || own(each.by))
    .map((each) => ({
      ...each,
      by: own(each.by) ? each.by : { platform: 'setup' as const },
      text: standing === 'buyer' || own(each.by) ? each.text : { $erased: true as const },
    }))
}

/** Hides from a reader what is not theirs to see at this stage. Null where there is nothing to see yet. */
export function redactTender(tender: TenderState, standing: Standing, actor: Actor): TenderState | null {
  if (!tender.published && standing !== 'buyer' && standing !== 'holder') return null
  const person = actor.kind === 'person' ? actor.person : null
  const ended = tender.stage === 'awarded' || tender.stage === 'failed'
  const scoresShown = tender.quality !== null
  const base: TenderState = {
    ...tender,
    questions: redactQuestions(tender, standing, actor),
    scores:
      scoresShown && (standing === 'buyer' || standing === 'evaluator' || ended)
        ? tender.scores
        : tender.scores.filter((each) => each.evaluator === person),
    ...(tender.explanations && {
      explanations: tender.explanations.map((each) =>
        standing === 'buyer' || (actor.kind === 'person' && actor.organisation === each.supplier)
          ? each
          : { ...each, text: null },
      ),
    }),
    conflicts: tender.conflicts.filter((each) => each.person === person),
    rounds: tender.rounds.map((round) => ({
      ...round,
      closing:
        // A key holder sees the closed box that is to be opened; one of a cancelled tender stays shut for ever, bidders' names with it.
        round.closing && (round.opening || round.technical || (standing === 'holder' && tender.stage !== 'cancelled'))
          ? round.closing
          : round.closing && { ...round.closing, items: [], bidders: [] },
    })),
  }
  if (standing === 'buyer') return base
  return {
    ...base,
    prepared: null,
    returned: null,
    proposed: null,
    baseAmounts: tender.published ? tender.baseAmounts : [],
    startedBy: { platform: 'setup' },
  }
}

/** Contracts are public once concluded; before that only to their two parties. */
const visibleContracts = (
  contracts: readonly ContractState[],
  standing: Standing,
  actor: Actor,
): readonly ContractState[] =>
  contracts.filter(
    (each) =>
      each.concluded || standing === 'buyer' || (actor.kind === 'person' && actor.organisation === each.text.supplier),
  )

/** The whole answer for a tender, or null where this reader may see nothing. */
export function viewTender(context: ActContext): TenderView | null {
  const { tender, actor, now } = context
  if (!tender) return null
  const standing = standingOf(tender, actor)
  const shown = redactTender(tender, standing, actor)
  if (!shown) return null
  const contracts = visibleContracts(context.contracts, standing, actor)
  const terms =
    tender.published?.terms ??
    (tender.prepared && standing === 'buyer' ? termsAt(context, tender.prepared.content, now) : null)
  const earliest = tender.published
    ? tender.stage === 'published' && now <= currentRound(tender).deadline
      ? earliestAfterAmendment(tender, now)
      : null
    : terms && unconfirmedValues(terms).every((each) => each.value !== null)
      ? earliestDeadline(terms, now, tender.renoticeOf !== null)
      : null
  return {
    kind: 'tender',
    caseId: context.caseId,
    now,
    standing,
    tender: shown,
    contracts,
    ownBid: context.ownBid,
    schedule: scheduleOf(tender, contracts, now),
    may: mayOf(context, ['tender', 'bid', 'contract']),
    assumed: terms ? unconfirmedValues(terms).map((each) => each.key) : [],
    earliest,
    afterFailure: lawfulAfterFailure(context),
  }
}

export interface PlanView {
  readonly kind: 'plan'
  readonly caseId: string
  readonly now: Instant
  readonly plan: PlanState
  readonly may: readonly May[]
}

/** A plan: its published version for everyone, the version in preparation for its organisation. */
export function viewPlan(context: ActContext): PlanView | null {
  const { plan, actor, now, caseId } = context
  if (!plan) return null
  const own = actor.kind === 'person' && actor.organisation === plan.organisation
  if (!own && !plan.published) return null
  return { kind: 'plan', caseId, now, plan: own ? plan : { ...plan, pending: null }, may: mayOf(context, ['plan']) }
}
