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
  const of = (bids: readonly { readonly index: number }[] | undefined) => bids?.some((each) => each.index === index)
  const priced = tender.rounds.some((round) => of(round.opening?.bids))
  if (cls.startsWith('price')) return priced
  if (!priced && !tender.rounds.some((round) => of(round.technical?.bids))) return false
  return evaluates(tender, actor) || (tender.stage === 'awarded' && cls.startsWith('tech'))
}

/** Whether this reader may read the technical responses of the newest opening. */
export const seesResponses = (tender: TenderState, actor: Actor): boolean =>
  (['opened', 'ranked', 'awarded', 'failed'].includes(tender.stage) || tender.rounds.at(-1)?.technical !== undefined) &&
  (tender.stage === 'awarded' || evaluates(tender, actor))
