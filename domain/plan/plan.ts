// The state of an annual plan: the version in preparation and the version in force.
import type { ActedBy } from '../actor.ts'
import type { Id } from '../id.ts'
import type { PlanFact, PlanLine } from './facts.ts'

export interface PlanState {
  readonly id: Id
  readonly ocid: string
  readonly organisation: Id
  readonly year: number
  /** The version that is being worked on, with who prepared it; null when the newest version is in force. */
  readonly pending: {
    readonly version: number
    readonly lines: readonly PlanLine[]
    readonly by: ActedBy
    readonly approved: boolean
  } | null
  readonly published: { readonly version: number; readonly lines: readonly PlanLine[]; readonly at: string } | null
}

/** Applies one fact. Throws when the history does not begin with PlanPrepared. */
export function evolvePlan(state: PlanState | null, fact: PlanFact): PlanState {
  if (fact.type === 'PlanPrepared') {
    const { version, lines, ocid, organisation, year } = fact.body
    return {
      id: fact.caseId,
      ocid,
      organisation,
      year,
      pending: { version, lines, by: fact.by, approved: false },
      published: state?.published ?? null,
    }
  }
  if (!state) throw new Error(`${fact.type} before PlanPrepared`)
  switch (fact.type) {
    case 'PlanReturned':
      return { ...state, pending: null }
    case 'PlanApproved':
      return { ...state, pending: state.pending && { ...state.pending, approved: true } }
    case 'PlanPublished':
      return { ...state, pending: null, published: { version: fact.body.version, lines: fact.body.lines, at: fact.at } }
  }
}
