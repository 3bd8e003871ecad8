// What this reader may do now with a case, until when, or why not: the one answer that screens, task lists, API clients and guards share.
import { type Act, type ActContext, roleRefusal } from './act.ts'
import { acts } from './catalogue.ts'
import type { Refusal } from './refusal.ts'
import { questionsEnd } from './tender/noticing.ts'
import { currentRound } from './tender/tender.ts'
import type { Instant } from './time.ts'

/** One act for one reader: open (until when, if the law says) or refused with its reason. */
export type May =
  | { readonly act: string; readonly open: true; readonly until: Instant | null }
  | { readonly act: string; readonly open: false; readonly why: Refusal }

/** The first reason that keeps an actor from an act, before any input; null when it is open. */
export const whyNot = (definition: Pick<Act, 'by' | 'may'>, context: ActContext): Refusal | null =>
  roleRefusal(definition, context.actor) ?? definition.may(context)

/** Until when an act stays open, where the law bounds it. */
function openUntil(name: string, context: ActContext): Instant | null {
  const { tender } = context
  if (!tender || tender.stage !== 'published') return null
  if (
    name === 'submit-bid' ||
    name === 'withdraw-bid' ||
    name === 'propose-amendment' ||
    name === 'approve-amendment' ||
    name === 'answer-question'
  )
    return currentRound(tender).deadline
  return name === 'ask-question' ? questionsEnd(tender) : null
}

/** All acts of a case's nouns for one reader, platform acts left out. */
export function mayOf(context: ActContext, nouns: readonly string[]): readonly May[] {
  return acts
    .filter((each) => nouns.includes(each.noun) && each.by !== 'platform')
    .map((each) => {
      const why = whyNot(each, context)
      return why
        ? { act: each.name, open: false, why }
        : { act: each.name, open: true, until: openUntil(each.name, context) }
    })
}
