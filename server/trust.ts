// The trust list of this deployment: made of what the program is set to trust, and put into the log as a new version when that has changed.
import { randomUUID } from 'node:crypto'
import { logCase, type LogState } from '@naru/domain/log/log.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import {
  type TrustedAuthority,
  type TrustedProbe,
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
}

/** The trust list in force, or null before the first. */
export async function readTrust(deployment: Deployment): Promise<TrustList | null> {
  const { rows } = await deployment.database.pool.query<{ state: string }>(
    'select state from current where stream = $1',
    [`log:${logCase}`],
  )
  return rows[0] ? ((JSON.parse(rows[0].state) as LogState).trust as TrustList | null) : null
}

/** Puts a new version of the trust list in force where what is trusted has changed; promise keys of before stay listed. Answers the list. */
export async function keepTrust(deployment: Deployment, trusted: Trusted): Promise<TrustList> {
  const before = await readTrust(deployment)
  const key = toBase64(deployment.promisePublicKey)
  const known = before?.promiseKeys ?? []
  const from = Date.parse(await readNow(deployment))
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

/** Adds a release of the sealing client to the list in force. Answers false where it is listed already; null before there is a list. */
export async function listRelease(deployment: Deployment, release: string): Promise<boolean | null> {
  const before = await readTrust(deployment)
  if (!before) return null
  if (before.clientReleases.includes(release)) return false
  await keepTrust(deployment, { ...before, clientReleases: [release] })
  return true
}
