// What the portal does with its own log: list whom it trusts, log the tokens of batches, add dummies, explain sealed entries.
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import type { NewFact } from '../history.ts'
import { bytes32Schema, idSchema } from '../id.ts'
import { agreedOutages } from '../outage.ts'
import { refuse } from '../refusal.ts'
import { fromMilliseconds } from '../time.ts'
import { approvalSchema, explanationSchema, signedFinding, tokenParts, trustSchema } from './facts.ts'
import { type LogState, logCase } from './log.ts'

const fact = (type: string, body: unknown): NewFact => ({ kind: 'log', id: logCase, type, body })
const ownCase = (context: ActContext) => (context.caseId === logCase ? null : refuse('caseDoesNotExist'))
const withoutVersion = (value: unknown): string => JSON.stringify({ ...(value as object), version: 0 })

/** Puts a trust list in force; each version is one above the one before, and says something else. */
export const listTrust = act({
  name: 'list-trust',
  noun: 'log',
  by: 'platform',
  input: z.strictObject({ trust: trustSchema }),
  lock: 'exclusive',
  needs: [],
  may: ownCase,
  decide: (context, { trust }) => {
    const before = context.log?.trust ?? null
    if (trust.version !== (before?.version ?? 0) + 1) return { invalid: [{ path: 'trust.version', code: 'format' }] }
    if (before && withoutVersion(before) === withoutVersion(trust)) return refuse('alreadyExists')
    const added = trust.clientReleases.filter((each) => !before?.clientReleases.includes(each))
    if (added.some((each) => !isApproved(each, trust, context.log)))
      return { invalid: [{ path: 'trust.clientReleases', code: 'format' }] }
    return [fact('TrustListed', { trust })]
  },
})

/** How many operators must have approved a release of the sealing client before it is listed. */
const approvalsWanted = 2

/** Whether enough operators' recorded approvals stand in the list, by approvers of the list before: no list brings a release and its judges at once. */
function isApproved(
  release: string,
  { clientApprovals = [] }: z.infer<typeof trustSchema>,
  log: Pick<LogState, 'trust' | 'approvals'> | null,
): boolean {
  const recorded = (log?.approvals ?? []).filter(
    (each) =>
      each.release === release &&
      log?.trust?.clientApprovers?.some(({ name, operator }) => name === each.approver && operator === each.operator) &&
      clientApprovals.some((one) => one.release === release && one.signature === each.signature),
  )
  return new Set(recorded.map((each) => each.operator)).size >= approvalsWanted
}

/** Records an approval of a release of the sealing client. The server has checked the signature by the approver's listed key; each counts once. */
export const approveClientRelease = act({
  name: 'approve-client-release',
  noun: 'log',
  by: 'platform',
  input: z.strictObject({ approval: approvalSchema }),
  lock: 'exclusive',
  needs: [],
  may: ownCase,
  decide: (context, { approval }) => {
    const approver = context.log?.trust?.clientApprovers?.find((each) => each.name === approval.approver)
    if (!approver) return { invalid: [{ path: 'approval.approver', code: 'format' }] }
    const { release } = approval
    if (context.log?.approvals?.some((each) => each.release === release && each.approver === approver.name))
      return refuse('alreadyExists')
    return [fact('ClientReleaseApproved', { approval, operator: approver.operator })]
  },
})

/** Logs tokens: of batches, of each authority in their order, and of single bids in the order of the log; each once. */
export const logTokens = act({
  name: 'log-tokens',
  noun: 'log',
  by: 'platform',
  input: z.strictObject({
    tokens: z.array(z.strictObject(tokenParts)).min(1).max(500),
  }),
  lock: 'exclusive',
  needs: [],
  may: ownCase,
  decide: (context, { tokens }) => {
    const newest = new Map(Object.entries(context.log?.stamped ?? {}))
    let newestBid = context.log?.stampedBid ?? -1
    for (const { authority, stamp, own } of tokens) {
      if (stamp.first <= (own ? newestBid : (newest.get(authority) ?? -1))) return refuse('alreadyExists')
      if (own && stamp.count !== 1) return { invalid: [{ path: 'tokens.stamp.count', code: 'format' }] }
      if (stamp.times.length !== stamp.count) return { invalid: [{ path: 'tokens.stamp.times', code: 'format' }] }
      if (own) newestBid = stamp.first
      else newest.set(authority, stamp.first)
    }
    return tokens.map((token) => fact('BatchStamped', token))
  },
})

/** Adds an entry that looks like a sealed bid, so that the number of entries tells less; it must be explained in time like any other. */
export const sealDummy = act({
  name: 'seal-dummy',
  noun: 'log',
  by: 'platform',
  input: z.strictObject({ leafSalt: bytes32Schema, m: bytes32Schema, r: bytes32Schema }),
  lock: 'exclusive',
  needs: [],
  may: ownCase,
  decide: (_context, dummy) => [fact('DummySealed', dummy)],
})

/** Explains a sealed entry that no close list names; the first explanation counts. */
export const explainEntry = act({
  name: 'explain-entry',
  noun: 'log',
  by: 'platform',
  input: z.strictObject({ explanation: explanationSchema }),
  lock: 'exclusive',
  needs: [],
  may: ownCase,
  decide: (context, { explanation }) => {
    if (context.log?.explained.includes(explanation.index)) return refuse('alreadyExists')
    if ((explanation.what === 'dummy') !== (explanation.r !== null))
      return { invalid: [{ path: 'explanation.r', code: 'format' }] }
    return [fact('EntryExplained', { explanation })]
  },
})

/**
 * Records an outage of the submission path. The server has checked each signature; here the span must be one in which two operators agree, and
 * none of it may be recorded already.
 */
export const recordOutage = act({
  name: 'record-outage',
  noun: 'log',
  by: 'platform',
  input: z.strictObject({
    outage: idSchema,
    from: z.int(),
    until: z.int(),
    findings: z.array(signedFinding).min(2).max(100),
  }),
  lock: 'exclusive',
  needs: [],
  may: ownCase,
  decide: (context, { outage, from, until, findings }) => {
    const down = findings.filter(({ finding }) => finding.state === 'down')
    const agreed = agreedOutages(down.map(({ operator, finding }) => ({ operator, ...finding })))
    if (!agreed.some((span) => span.from <= from && span.until >= until) || until <= from)
      return { invalid: [{ path: 'findings', code: 'format' }] }
    const span = { from: fromMilliseconds(from), until: fromMilliseconds(until) }
    if (context.log?.outages?.some((each) => each.from <= span.until && each.until >= span.from))
      return refuse('alreadyExists')
    return [fact('OutageRecorded', { outage, function: 'submission', ...span, findings: down })]
  },
})

export const logActs = [listTrust, approveClientRelease, logTokens, sealDummy, explainEntry, recordOutage]
