// Whom the log trusts: every version of its trust list, and which one is in force at a place.
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { unapproved } from '@naru/sealing/client-approval.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { type Trust, trustOf } from '@naru/sealing/signatures/cades.ts'
import { parseTrustList, type TrustList } from '@naru/sealing/signatures/trust-list.ts'
import type { CheckedLog } from './check-log.ts'
import type { Findings } from './finding.ts'

/** A trust list as the checks take it. */
export interface InForce {
  readonly list: TrustList
  readonly trust: Trust
}

/** The trust lists of a log: the newest below a place is in force there; null where there is none. */
export interface TrustBook {
  at(index: number): InForce | null
}

/** What a check of trust reads of a public fact. */
export interface LoggedFact {
  readonly index: number
  readonly fact: { readonly type: string; readonly body: unknown } | null
}

/** The promise keys (32 bytes each) that a list names for a promise of `time`, ms. */
export const promiseKeysOf = ({ promiseKeys }: TrustList, time: number): readonly Uint8Array[] =>
  promiseKeys.filter((each) => each.from <= time).map((each) => fromBase64(each.key))

/**
 * Reads the versions: each follows the one before it and keeps its promise keys, and no entry of this kind is without its list. An auditor's own
 * list (`pinned`) is in force everywhere.
 */
export function checkTrust(
  findings: Findings,
  facts: readonly LoggedFact[],
  log: Pick<CheckedLog, 'checkpoint' | 'entry'>,
  mode: string,
  pinned?: TrustList,
): TrustBook {
  const versions: (InForce & { readonly index: number })[] = []
  const told = new Set<number>()
  let before: TrustList | null = null
  for (const { index, fact } of facts) {
    if (fact?.type !== 'TrustListed') continue
    told.add(index)
    const at = `objects/${index}.json`
    try {
      const list: TrustList = parseTrustList((fact.body as { trust?: unknown }).trust)
      if (list.version !== (before?.version ?? 0) + 1) findings.add('trustMismatch', at, { what: 'version' })
      const gone = before?.promiseKeys.find(
        (old) => !list.promiseKeys.some((each) => each.key === old.key && each.from === old.from),
      )
      if (gone) findings.add('trustMismatch', at, { what: 'promiseKeys' })
      const judged = (before?.clientApprovers ?? list.clientApprovers) !== undefined
      for (const release of unapproved(list, before))
        findings.add(judged ? 'trustMismatch' : 'clientUnapproved', at, { what: `clientReleases ${release}` })
      versions.push({ index, list, trust: trustOf(list) })
      findings.count('trustLists')
      before = list
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      findings.add('badForm', at, { reason: error.message })
    }
  }
  for (let index = 0; index < log.checkpoint.size; index += 1)
    if (!told.has(index) && log.entry(index)?.kind === 'trust') findings.add('trustMissing', `entries:${index}`)
  if (pinned) {
    const own = { list: pinned, trust: trustOf(pinned) }
    return { at: () => own }
  }
  if (told.size === 0) findings.add(mode === 'live' ? 'trustMissing' : 'noTrust', 'entries')
  return { at: (index) => versions.findLast((each) => each.index < index) ?? null }
}
