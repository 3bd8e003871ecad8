// The trust list of this deployment: made of what the program is set to trust, and put into the log as a new version when that has changed.
import { randomUUID } from 'node:crypto'
import { logCase, type LogState } from '@naru/domain/log/log.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { approvalsWanted, operatorsFor } from '@naru/sealing/client-approval.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import {
  type TrustedAuthority,
  type TrustedProbe,
  type ListedApproval,
  type TrustedApprover,
  type TrustList,
  type TrustRoot,
  trustList,
} from '@naru/sealing/signatures/trust-list.ts'
import { doAct } from './act.ts'
import type { Deployment } from './deployment.ts'
import type { Sequencer } from './sequencer.ts'
import { readNow } from './time.ts'

/** What this deployment trusts, beside its own promise key. */
export interface Trusted {
  readonly roots: readonly TrustRoot[]
  readonly timestampAuthorities: readonly TrustedAuthority[]
  readonly policy: string
  readonly probes?: readonly TrustedProbe[]
  /** Releases of the sealing client (SHA-256, base64) that are added to those listed before. */
  readonly clientReleases?: readonly string[]
  /** Who approves releases; those listed before where nothing is said. */
  readonly clientApprovers?: readonly TrustedApprover[]
  /** Approvals that are added to those listed before. */
  readonly clientApprovals?: readonly ListedApproval[]
}

/** The state of the log's own case, or null before its first fact. */
async function readLogState(deployment: Deployment): Promise<LogState | null> {
  const { rows } = await deployment.database.pool.query<{ state: string }>(
    'select state from current where stream = $1',
    [`log:${logCase}`],
  )
  return rows[0] ? (JSON.parse(rows[0].state) as LogState) : null
}

/** The trust list in force, or null before the first. */
export const readTrust = async (deployment: Deployment): Promise<TrustList | null> =>
  ((await readLogState(deployment))?.trust ?? null) as TrustList | null

/** Puts a new version of the trust list in force where what is trusted has changed; promise keys of before stay listed. Answers the list. */
export async function keepTrust(deployment: Deployment, trusted: Trusted): Promise<TrustList> {
  const before = await readTrust(deployment)
  const key = toBase64(deployment.promisePublicKey)
  const known = before?.promiseKeys ?? []
  const from = Date.parse(await readNow(deployment))
  const approvals = new Map(
    [...(before?.clientApprovals ?? []), ...(trusted.clientApprovals ?? [])].map((each) => [each.signature, each]),
  )
  const next = trustList({
    version: (before?.version ?? 0) + 1,
    roots: [...trusted.roots],
    promiseKeys: known.some((each) => each.key === key)
      ? [...known]
      : [...known, { key, from: known.length ? from : 0 }],
    policy: trusted.policy,
    timestampAuthorities: [...trusted.timestampAuthorities],
    clientReleases: [...new Set([...(before?.clientReleases ?? []), ...(trusted.clientReleases ?? [])])],
    ...(trusted.probes && { probes: [...trusted.probes] }),
    clientApprovers: [...(trusted.clientApprovers ?? before?.clientApprovers ?? [])],
    clientApprovals: [...approvals.values()],
  })
  if (before && canonicalText({ ...before, version: 0 }) === canonicalText({ ...next, version: 0 })) return before
  const outcome = await doAct(deployment, {
    caseId: logCase,
    act: 'list-trust',
    key: randomUUID(),
    actor: { kind: 'platform', part: 'log' },
    input: { trust: next },
    size: 0,
  })
  if (!outcome.done) throw new Error(`the trust list could not be put in force: ${JSON.stringify(outcome.why)}`)
  return next
}

/**
 * Keeps the trust list from the start on. An empty sandbox waits for its first entry, since the clock of a sandbox may be set back only
 * before anything is recorded.
 */
export async function keepTrustFrom(
  deployment: Deployment,
  sequencer: Pick<Sequencer, 'onSequenced'>,
  trusted: Trusted,
): Promise<void> {
  const { rows } = await deployment.database.pool.query('select from current limit 1')
  if (deployment.mode === 'live' || rows.length > 0) return void (await keepTrust(deployment, trusted))
  let kept = false
  sequencer.onSequenced(() => {
    if (kept) return
    kept = true
    keepTrust(deployment, trusted).catch((error: unknown) => {
      kept = false
      process.stderr.write(`trust: ${String(error)}\n`)
    })
  })
}

/**
 * Adds a release of the sealing client to the list in force, with its approvals: 'listed', 'before' where it stood there already, 'unapproved'
 * where too few operators have approved it, 'nothing' before there is a list.
 */
export async function listRelease(
  deployment: Deployment,
  release: string,
): Promise<'listed' | 'before' | 'unapproved' | 'nothing'> {
  const state = await readLogState(deployment)
  const before = state?.trust as TrustList | null | undefined
  if (!before) return 'nothing'
  if (before.clientReleases.includes(release)) return 'before'
  const clientApprovals = (state?.approvals ?? [])
    .filter((each) => each.release === release)
    .map(({ operator: _, ...approval }) => approval)
  if (operatorsFor(release, clientApprovals, before.clientApprovers ?? []).length < approvalsWanted) return 'unapproved'
  await keepTrust(deployment, { ...before, clientReleases: [release], clientApprovals })
  return 'listed'
}
