// The state of the log's own case: the trust list in force, how far tokens are logged, which entries are explained.
import type { Id } from '../id.ts'
import type { Instant } from '../time.ts'
import type { Approval, LogFact, Trust } from './facts.ts'

/** The one case of a deployment's log. */
export const logCase: Id = '00000000-0000-4000-8000-000000000001'

/** Days after the latest deadline of its period by which every sealed entry is explained (protocol §2.8, no-orphan rule). */
export const explanationDays = 30

export interface LogState {
  readonly trust: Trust | null
  /** By authority the first entry of the newest batch whose token is logged. */
  readonly stamped: Readonly<Record<string, number>>
  /** The newest single bid whose own token is logged; absent while none is. */
  readonly stampedBid?: number
  /** Indexes of explained entries, ascending. */
  readonly explained: readonly number[]
  /** Recorded outages of the submission path, in order of their record; `noticed` is the recovery notice. */
  readonly outages?: readonly {
    readonly outage: Id
    readonly from: Instant
    readonly until: Instant
    readonly noticed: Instant
    readonly operators: readonly string[]
  }[]
  /** Approvals of releases of the sealing client, in order of their record, each with who runs its approver. */
  readonly approvals?: readonly (Approval & { readonly operator: string })[]
}

const begun: LogState = { trust: null, stamped: {}, explained: [] }

/** Applies one fact; the log begins with whatever happens first. */
export function evolveLog(state: LogState | null, fact: LogFact): LogState {
  const before = state ?? begun
  switch (fact.type) {
    case 'TrustListed':
      return { ...before, trust: fact.body.trust }
    case 'BatchStamped':
      return fact.body.own
        ? { ...before, stampedBid: fact.body.stamp.first }
        : { ...before, stamped: { ...before.stamped, [fact.body.authority]: fact.body.stamp.first } }
    case 'OutageRecorded': {
      const { outage, from, until, findings } = fact.body
      const operators = [...new Set(findings.map((each) => each.operator))].sort()
      return { ...before, outages: [...(before.outages ?? []), { outage, from, until, noticed: fact.at, operators }] }
    }
    case 'ClientReleaseApproved': {
      const { approval, operator } = fact.body
      return { ...before, approvals: [...(before.approvals ?? []), { ...approval, operator }] }
    }
    case 'DummySealed':
      return before
    case 'EntryExplained':
      return {
        ...before,
        explained: [...before.explained, fact.body.explanation.index].toSorted((a, b) => a - b),
      }
  }
}
