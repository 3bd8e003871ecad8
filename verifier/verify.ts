// Verifying a bundle: every check in its order, on files alone. Pure: the host gives the files, what the auditor knows, and its processors.
import { toBase64 } from '@naru/sealing/bytes.ts'
import { promiseHolds } from '@naru/sealing/signature.ts'
import type { SecondOpinion } from '@naru/sealing/signatures/cades.ts'
import type { TrustList } from '@naru/sealing/signatures/trust-list.ts'
import { type Bundle, type Files, readBundle } from './bundle.ts'
import { tenderFactsOf } from './case.ts'
import { checkOutcome } from './check-award.ts'
import { checkConfirmations } from './check-confirmations.ts'
import { checkFacts } from './check-facts.ts'
import { type Auditor, type CheckedLog, checkCheckpoint, checkEntries } from './check-log.ts'
import { checkOpening, type Opener, openHere } from './check-opening.ts'
import { checkOutages } from './check-outage.ts'
import { checkReleases } from './check-releases.ts'
import { type Believed, checkRound, type PromiseCheck } from './check-round.ts'
import { checkTokens } from './check-time.ts'
import { checkTrust } from './check-trust.ts'
import { Findings, type Verdict } from './finding.ts'

/** What a host may do faster than plain JavaScript, with the same results. */
export interface Host {
  readonly open: Opener
  readonly promiseHolds: PromiseCheck
  /** A second program's word on each certificate's signature (pkijs). The page has none, since it would be twice as large with it, and says so. */
  readonly secondOpinion?: SecondOpinion
}

/** One thread, JavaScript only: what the page has. */
export const plainHost: Host = { open: openHere, promiseHolds }

/** A verdict with the log that was seen, for remembering and for comparing several cases of one log. */
export interface Verified {
  readonly verdict: Verdict
  readonly log: CheckedLog | null
  readonly bundle: Bundle | null
  /** The newest trust list in the log. */
  readonly trust: TrustList | null
}

/** Verifies the files of one bundle. */
export async function verifyBundle(files: Files, auditor: Auditor = {}, host: Host = plainHost): Promise<Verified> {
  const findings = new Findings()
  const bundle = readBundle(findings, files)
  if (!bundle) return { verdict: findings.verdict('bundle'), log: null, bundle: null, trust: null }
  const { log, trust } = await checkBundle(findings, bundle, auditor, host)
  return { verdict: findings.verdict(bundle.tender), log, bundle, trust }
}

/** What a check throws on data that no rule foresees is a finding, never an end without a verdict. */
async function attempt<T>(findings: Findings, at: string, check: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await check()
  } catch (error) {
    findings.add('notComputable', at, { reason: error instanceof Error ? error.message : String(error) })
    return undefined
  }
}

/** What the bundle says of keys and witnesses is what the log's own trust list says. */
function checkStated(findings: Findings, bundle: Bundle, list: TrustList): void {
  const keys = new Set(list.promiseKeys.map((each) => each.key))
  if (!bundle.promiseKeys.every((key) => keys.has(toBase64(key))))
    findings.add('trustMismatch', 'bundle.json', { what: 'promiseKeys' })
  if ((bundle.policy ?? '') !== list.policy) findings.add('trustMismatch', 'policy', { what: 'policy' })
}

async function checkBundle(
  findings: Findings,
  bundle: Bundle,
  auditor: Auditor,
  host: Host,
): Promise<Pick<Verified, 'log' | 'trust'>> {
  const opened = checkCheckpoint(findings, bundle.checkpoint, bundle, auditor)
  if (!opened) return { log: null, trust: null }
  const { checkpoint } = opened
  if (checkpoint.size !== bundle.size)
    findings.add('entriesCount', 'bundle.json', { is: bundle.size, should: checkpoint.size })
  const log = checkEntries(findings, bundle.entries, opened, bundle.checkpoint, auditor.seen)
  if (!log) return { log, trust: null }
  await attempt(findings, 'facts.jsonl', () => checkFacts(findings, log, bundle.facts, bundle.objects))
  const facts = tenderFactsOf(bundle.facts)
  if (facts.some((fact) => fact.caseId !== bundle.tender))
    findings.add('badForm', 'facts.jsonl', { reason: 'a fact of another tender' })
  // Facts that are not in their form cannot be reasoned about: what follows would be noise.
  if (findings.list.some((each) => each.code === 'badForm' || each.code === 'notCanonical')) return { log, trust: null }
  await attempt(findings, 'facts.jsonl', () => checkConfirmations(findings, bundle, log))
  const trusted = (await attempt(findings, 'facts.jsonl', () =>
    checkTrust(findings, bundle.facts, log, bundle.mode, auditor.trust),
  )) ?? { at: () => null }
  const newest = trusted.at(log.checkpoint.size)
  if (newest && !auditor.trust) checkStated(findings, bundle, newest.list)
  const believed: Believed = {
    trusted,
    times:
      (await attempt(findings, 'facts.jsonl', () => checkTokens(findings, bundle.facts, log, trusted))) ?? (() => null),
    promiseKeys: auditor.promiseKeys ?? (newest ? null : bundle.promiseKeys),
    promiseHolds: host.promiseHolds,
    ...(host.secondOpinion && { secondOpinion: host.secondOpinion }),
  }
  await attempt(findings, 'facts.jsonl', () => checkOutages(findings, bundle, facts, trusted))
  const rounds = new Set<number>()
  for (const fact of facts)
    if (fact.type === 'TenderPublished' || fact.type === 'RebidStarted') rounds.add(fact.body.notice.round)
  const known = new Set<number>()
  for (const round of rounds) {
    const checked = await attempt(findings, `rounds/${round}`, () =>
      checkRound(findings, bundle, log, facts, round, believed),
    )
    for (const item of bundle.rounds.find((each) => each.round === round)?.items ?? []) known.add(item.index)
    if (checked)
      await attempt(findings, `rounds/${round}`, () => checkOpening(findings, bundle, facts, checked, host.open))
  }
  if (rounds.size === 0) findings.add('roundMissing', 'facts.jsonl', { what: 'TenderPublished' })
  for (const each of bundle.rounds)
    if (!rounds.has(each.round)) findings.add('fileUnknown', `rounds/${each.round}.json`)
  for (const index of bundle.bids.keys()) if (!known.has(index)) findings.add('bidUnknown', `bids/${index}.json`)
  await attempt(findings, 'facts.jsonl', () => checkOutcome(findings, bundle, facts))
  await attempt(findings, 'releases.json', () => checkReleases(findings, bundle))
  return { log, trust: newest?.list ?? null }
}
