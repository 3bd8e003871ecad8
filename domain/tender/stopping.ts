// An opening stops for everyone to see while what is stored of a sealed bid is not what was sealed, and goes on by itself once it is again (OPN-03).
import { z } from 'zod'
import { act } from '../act.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { tenderFact } from './starting.ts'
import { currentRound, type TenderState } from './tender.ts'

/** How a stored bid may differ from what was sealed and closed. */
export const alteredParts = ['missing', 'manifest', 'header', 'ciphertext'] as const

const notOpening = (tender: TenderState | null): Refusal | null => {
  if (!tender?.published) return refuse('caseDoesNotExist')
  return tender.stage === 'closed' && currentRound(tender).closing ? null : refuse('stageHasPassed')
}

/** Says in the record that nothing is opened, and of how many bids what differs; which bids they are is not told before the opening. */
export const stopOpening = act({
  name: 'stop-opening',
  noun: 'tender',
  by: 'platform',
  input: z.strictObject({ bids: z.int().min(1), what: z.array(z.enum(alteredParts)).min(1).max(4) }),
  lock: 'exclusive',
  needs: [],
  may: ({ tender }) => notOpening(tender),
  decide: (context, { bids, what }) => {
    const { tender } = context
    if (!tender) return refuse('caseDoesNotExist')
    const { round, stopped } = currentRound(tender)
    if (stopped && stopped.bids === bids && stopped.what.join() === what.join()) return refuse('nothingChanged')
    return [tenderFact(context, 'OpeningStopped', { round, bids, what })]
  },
})

/** Says that everything stored is again what was sealed. */
export const resumeOpening = act({
  name: 'resume-opening',
  noun: 'tender',
  by: 'platform',
  input: z.strictObject({}),
  lock: 'exclusive',
  needs: [],
  may: ({ tender }) => notOpening(tender),
  decide: (context) => {
    const { tender } = context
    if (!tender) return refuse('caseDoesNotExist')
    const { round, stopped } = currentRound(tender)
    return stopped ? [tenderFact(context, 'OpeningResumed', { round })] : refuse('nothingChanged')
  },
})
