// Who may see what an opened envelope holds besides the price: evaluators who declared no conflict, and after the award everyone.
import type { Actor } from '@naru/domain/actor.ts'
import type { TenderState } from '@naru/domain/tender/tender.ts'

/** Whether the reader evaluates for the buyer and has declared no conflict of interest (EVA-01). */
const evaluates = (tender: TenderState, actor: Actor): boolean =>
  actor.kind === 'person' &&
  actor.organisation === tender.parties.procuringEntity &&
  tender.conflicts.some((each) => each.person === actor.person && each.none)

/** Whether this reader may see the contents of an opened envelope of class `cls` of the bid at log index `index`. */
export function seesProposals(tender: TenderState, actor: Actor, cls: string, index: number): boolean {
  const opened = tender.rounds.some((round) => round.opening?.bids.some((each) => each.index === index))
  if (!opened) return false
  if (cls.startsWith('price')) return true
  return evaluates(tender, actor) || (tender.stage === 'awarded' && cls.startsWith('tech'))
}

/** Whether this reader may read the technical responses of the newest opening. */
export const seesResponses = (tender: TenderState, actor: Actor): boolean =>
  ['opened', 'ranked', 'awarded', 'failed'].includes(tender.stage) &&
  (tender.stage === 'awarded' || evaluates(tender, actor))
