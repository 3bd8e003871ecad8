// The year's plan as it is being written: lines with holes, kept as a draft until the version goes to the second person.
import type { PlanLine } from '@naru/domain/plan/facts.ts'
import type { PlanState } from '@naru/domain/plan/plan.ts'
import { data, type RouterContextProvider } from 'react-router'
import { signedIn } from './signed-in.ts'
import type { Typing } from './typing.ts'

export interface PlanDraft extends Typing {
  readonly year: number
  readonly lines: readonly PlanLine[]
}

interface PageArgs {
  readonly context: Readonly<RouterContextProvider>
  readonly url: URL
  readonly params: { readonly plan: string }
}

/** A plan of the visitor's organisation with the version being written; a plan that nobody knows yet is an empty draft. */
export async function readPlanWork({ context, url, params }: PageArgs) {
  const naru = signedIn(context, url)
  const { plan: id } = params
  const [view, kept] = await Promise.all([naru.read.readCase(id), naru.read.readDraft(id)])
  const state: PlanState | null = view?.kind === 'plan' ? view.plan : null
  if (!state && kept?.kind !== 'plan') throw data(null, { status: 404 })
  if (state && state.organisation !== naru.visitor.organisation)
    throw data({ refused: 'notYourOrganisation' }, { status: 403 })
  const draft = kept?.kind === 'plan' ? (kept.body as PlanDraft) : null
  return { naru, id, view: view?.kind === 'plan' ? view : null, state, draft, version: kept?.version ?? 0 }
}

/** Throws 403 for everyone but planners. */
export function mayWritePlan({ visitor }: Pick<ReturnType<typeof signedIn>, 'visitor'>): void {
  if (!visitor.roles.includes('planner'))
    throw data({ refused: 'roleIsMissing', facts: { role: 'planner' } }, { status: 403 })
}

/** The lines that a new version starts from. */
export const linesToEdit = (state: PlanState | null, draft: PlanDraft | null): readonly PlanLine[] =>
  draft?.lines ?? state?.pending?.lines ?? state?.published?.lines ?? []
