// How a purchase's file is opened: who buys for whom, and whether it repeats a tender that failed; and whose case a case is.
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import type { NewFact } from '../history.ts'
import { idSchema } from '../id.ts'
import { type Invalid, type Refusal, refuse } from '../refusal.ts'
import { languageSchema } from '../text.ts'
import { partiesSchema } from './facts.ts'

/** A fact of the case's tender. */
export const tenderFact = (context: ActContext, type: string, body: unknown): NewFact => ({
  kind: 'tender',
  id: context.caseId,
  type,
  body,
})

/** The case must exist and the actor must belong to its procuring entity. */
export function ownTender(context: ActContext): Refusal | null {
  if (!context.tender) return refuse('caseDoesNotExist')
  if (context.actor.kind !== 'person') return refuse('notSignedIn')
  return context.actor.organisation === context.tender.parties.procuringEntity ? null : refuse('notYourCase')
}

/** Whether the actor is the person who did something. */
export const isPerson = (by: { person: string } | object, context: ActContext): boolean =>
  context.actor.kind === 'person' && 'person' in by && by.person === context.actor.person

/** An own tender that is neither published nor ended. */
export function beforePublication(context: ActContext): Refusal | null {
  const foreign = ownTender(context)
  if (foreign) return foreign
  return context.tender?.published || context.tender?.ended ? refuse('stageHasPassed') : null
}

/** Opens the file of a purchase: who buys for whom, under which regime, in which prevailing language. */
export const startTender = act({
  name: 'start-tender',
  noun: 'tender',
  by: ['author'],
  input: z.strictObject({
    buyer: idSchema.nullable(),
    demandAgency: idSchema.nullable(),
    payer: idSchema.nullable(),
    language: languageSchema,
    renoticeOf: z.strictObject({ caseId: idSchema, ocid: z.string().max(100) }).nullable(),
  }),
  lock: 'exclusive',
  needs: ['earlier', 'named-buyers'],
  may: (context) => {
    if (context.tender) return refuse('alreadyExists')
    return context.organisation?.profile.kinds.includes('buyer')
      ? null
      : refuse('roleIsMissing', { facts: { role: 'author' } })
  },
  decide: (context, input) => {
    const { actor, organisation, pack } = context
    if (actor.kind !== 'person' || !organisation) return refuse('notSignedIn')
    const own = actor.organisation
    const repeated = checkRenotice(context, input.renoticeOf)
    if (repeated) return repeated
    const strangers = (['buyer', 'demandAgency', 'payer'] as const).filter((party) => {
      const named = input[party]
      return named !== null && named !== own && !context.buyers.has(named)
    })
    if (strangers.length > 0) return { invalid: strangers.map((path) => ({ path, code: 'notABuyer' })) }
    const parties = {
      procuringEntity: own,
      buyer: input.buyer ?? own,
      demandAgency: input.demandAgency ?? own,
      payer: input.payer ?? own,
    }
    const regime = organisation.profile.regime ?? pack.regimes[0]?.id
    if (!regime || !pack.regimes.some((each) => each.id === regime))
      return { invalid: [{ path: 'regime', code: 'unknownRegime' }] }
    const ocid = `${pack.ocidPrefix}-${context.caseId}`
    return [
      tenderFact(context, 'TenderStarted', {
        ocid,
        parties: partiesSchema.parse(parties),
        regime,
        language: input.language,
        renoticeOf: input.renoticeOf,
      }),
    ]
  },
})

/** A re-notice repeats a tender of the same entity that failed, where its terms let a re-notice follow; it has a shorter period, so it must be one. */
function checkRenotice(context: ActContext, of: { caseId: string; ocid: string } | null): Refusal | Invalid | null {
  if (!of) return null
  const { earlier, actor } = context
  if (!earlier || earlier.ocid !== of.ocid) return { invalid: [{ path: 'renoticeOf.caseId', code: 'format' }] }
  if (actor.kind !== 'person' || earlier.parties.procuringEntity !== actor.organisation) return refuse('notYourCase')
  if (earlier.stage !== 'failed') return refuse('stageHasNotCome')
  return earlier.published?.terms.ifItFails.some((each) => each.then === 're-notice')
    ? null
    : refuse('nextStepIsNotLawful')
}
