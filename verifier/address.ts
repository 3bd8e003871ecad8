// Verifying a running deployment over HTTP: its whole log, the object behind every public entry, and every tender's bundle.
import { parseVerifierKey, verifierKey, type NoteKey } from '@naru/log/checkpoint.ts'
import { BadForm } from '@naru/log/encoding.ts'
import { parseBundle, TILE_WIDTH, tilePath } from '@naru/log/tile.ts'
import { equalBytes, fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { commitmentOf } from '@naru/sealing/commitment.ts'
import { H } from '@naru/sealing/hash.ts'
import { sealedEntry } from '@naru/sealing/receipt.ts'
import type { TrustList } from '@naru/sealing/signatures/trust-list.ts'
import { openArchive } from './archive.ts'
import { checkAttachments } from './check-attachments.ts'
import { objectOf } from './check-facts.ts'
import { type Auditor, type CheckedLog, checkCheckpoint, checkEntries } from './check-log.ts'
import { checkTokens } from './check-time.ts'
import { checkTrust, type LoggedFact } from './check-trust.ts'
import { Findings, type Verdict } from './finding.ts'
import { originOf } from './receipt.ts'
import { type Host, verifyBundle } from './verify.ts'

/** How bytes are fetched: null where the address answers 404. Throws where it cannot be reached. */
export type Fetch = (path: string) => Promise<Uint8Array | null>

interface FeedItem {
  readonly index: number
  readonly caseId: string
  readonly type: string
  readonly body: unknown
}

/** The verdicts on a deployment: on its log and on each of its tenders. */
export interface DeploymentVerdict {
  readonly log: Verdict
  readonly cases: readonly Verdict[]
  readonly checked: CheckedLog | null
  /** The newest trust list in the log. */
  readonly trust: TrustList | null
  readonly keys: { readonly logKey: NoteKey; readonly promiseKeys: readonly Uint8Array[] } | null
}

/** A sealed entry is explained within so many days after the last deadline of the tenders that were open when it came (protocol §2.8). */
const explainedWithin = 30 * 86_400_000

const text = new TextDecoder('utf-8', { fatal: true })
const json = (bytes: Uint8Array | null): unknown => (bytes ? JSON.parse(text.decode(bytes)) : null)

/**
 * Verifies everything that an address publishes. `now` is the auditor's own time in milliseconds; `say` is told what is being done; without
 * `attachments` the files beside the bids, which may be large, are not read.
 */
export async function verifyAddress(
  fetch: Fetch,
  auditorOf: (origin: string, size?: number) => Auditor,
  host: Host,
  now: number,
  say: (line: string) => void = () => {},
  attachments = true,
): Promise<DeploymentVerdict> {
  const findings = new Findings()
  const stop = (code: 'unreachable', reason: string): DeploymentVerdict => {
    findings.add(code, '', { reason })
    return { log: findings.verdict('log'), cases: [], checked: null, trust: null, keys: null }
  }
  let note: string
  let stated: { logOrigin: string; logKey: string; promiseKey: string; mode: string }
  try {
    stated = json(await fetch('/api/settings')) as typeof stated
    note = text.decode((await fetch('/log/checkpoint')) ?? new Uint8Array(0))
  } catch (error) {
    return stop('unreachable', String(error))
  }
  const origin = originOf(note)
  const auditor = auditorOf(origin)
  const publicKey = fromBase64(stated.logKey)
  const logKey = parseVerifierKey(verifierKey({ name: stated.logOrigin, publicKey }))
  const promiseKeys = auditor.promiseKeys ?? [fromBase64(stated.promiseKey)]
  const keys = { logKey: auditor.logKey ?? logKey, promiseKeys }
  const policy = await fetch('/log/policy').then((bytes) => (bytes ? text.decode(bytes) : null))
  const checkpoint = checkCheckpoint(findings, note, { origin: stated.logOrigin, logKey, policy }, auditor)
  if (!checkpoint) return { log: findings.verdict('log'), cases: [], checked: null, trust: null, keys }
  const { size } = checkpoint.checkpoint
  say(`${size} entries`)
  const entries = await fetchEntries(findings, fetch, size)
  const checked = entries && checkEntries(findings, entries, checkpoint, note, auditor.seen)
  if (!checked) return { log: findings.verdict('log'), cases: [], checked: null, trust: null, keys }

  const explained = new Set<number>()
  const { tenders, logged } = await checkFeed(findings, fetch, checked, explained)
  const trusted = checkTrust(findings, logged, checked, stated.mode, auditor.trust)
  checkTokens(findings, logged, checked, trusted)
  const trust = trusted.at(size)?.list ?? null
  if (trust && policy !== null && policy !== trust.policy) findings.add('trustMismatch', 'policy', { what: 'policy' })
  const cases: Verdict[] = []
  const rounds: Open[] = []
  for (const tender of tenders) {
    say(`tender ${tender}`)
    const archive = await fetch(`/api/cases/${tender}/bundle.zip`).catch(() => null)
    if (!archive) {
      findings.add('caseMissing', tender)
      continue
    }
    const own = new Findings()
    const files = openArchive(own, archive)
    const known = { ...auditorOf(origin, Number.MAX_SAFE_INTEGER), logKey: keys.logKey }
    // The whole log was checked above; the bundle's entries must be the same ones.
    const { seen: _, ...withoutSeen } = known
    const verified = files && !own.broken ? await verifyBundle(files, withoutSeen, host) : null
    if (!verified) cases.push(own.verdict(tender))
    else {
      const prefix = entries.subarray(0, verified.bundle?.entries.length ?? 0)
      const forked = verified.bundle && !equalBytes(verified.bundle.entries, prefix)
      if (forked) findings.add('fork', tender)
      if (verified.bundle?.tender !== tender) findings.add('caseMissing', tender)
      const read = new Findings()
      if (attachments && verified.bundle) await checkAttachments(read, verified.bundle, fetch)
      const verdict = joined(verified.verdict, read)
      // Said once, of the log.
      const tidy = verdict.findings.filter((each) => !['firstSight', 'policyOfBundle'].includes(each.code))
      cases.push({ ...verdict, findings: tidy })
      for (const round of verified.bundle?.rounds ?? []) for (const item of round.items) explained.add(item.index)
      rounds.push(...openRounds(verified.bundle?.facts ?? [], verified.bundle?.rounds ?? []))
    }
  }
  checkExplained(findings, checked, explained, rounds, now)
  return { log: findings.verdict('log'), cases, checked, trust, keys }
}

/** A verdict with what was found beside it. */
function joined(verdict: Verdict, more: Findings): Verdict {
  const counts = { ...verdict.counts, ...more.counts }
  const findings = [...verdict.findings, ...more.list]
  return { ...verdict, verdict: more.broken ? 'does-not-hold' : verdict.verdict, counts, findings }
}

async function fetchEntries(findings: Findings, fetch: Fetch, size: number): Promise<Uint8Array | null> {
  const entries = new Uint8Array(34 * size)
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH)
    const path = tilePath({ level: 'entries', index, width })
    const bytes = await fetch(`/log/${path}`)
    try {
      const tile = parseBundle(bytes ?? new Uint8Array(0))
      if (tile.length !== width || tile.some((entry) => entry.length !== 34)) throw new BadForm('not this many entries')
      tile.forEach((entry, n) => entries.set(entry, 34 * (index * TILE_WIDTH + n)))
    } catch (error) {
      if (!(error instanceof BadForm)) throw error
      findings.add('entriesCount', path, { reason: error.message })
      return null
    }
  }
  return entries
}

/** Reads the whole feed: each public fact's object must be what its entry commits to. Gives the tenders that were published, lists of trust and tokens. */
async function checkFeed(
  findings: Findings,
  fetch: Fetch,
  log: CheckedLog,
  explained: Set<number>,
): Promise<{ readonly tenders: readonly string[]; readonly logged: readonly LoggedFact[] }> {
  const tenders = new Set<string>()
  const logged: LoggedFact[] = []
  for (let after = -1; ; ) {
    const page = json(await fetch(`/api/feed?after=${after}&limit=500`)) as { items: FeedItem[]; cursor: number }
    for (const item of page.items) {
      if (item.index >= log.checkpoint.size) continue
      if (item.type === 'TenderPublished') tenders.add(item.caseId)
      if (item.type === 'EntryExplained') checkExplanation(findings, log, item, explained)
      findings.count('facts')
      explained.add(item.index)
      const entry = log.entry(item.index)
      if (item.type === 'TrustListed' || item.type === 'BatchStamped')
        logged.push({ index: item.index, fact: { type: item.type, body: item.body } })
      const due = objectOf({ type: item.type, body: item.body, caseId: item.caseId as never })
      if (!due) continue
      if (!entry || !equalBytes(commitmentOf(due.label, due.object), entry.commitment))
        findings.add('objectMismatch', `feed ${item.index}`, { kind: item.type })
    }
    if (page.items.length === 0 || page.cursor <= after) return { tenders: [...tenders], logged }
    after = page.cursor
  }
}

/** An explanation opens the sealed entry that it is about: its salt and M are those of the entry, and a dummy's M is made from r. */
function checkExplanation(findings: Findings, log: CheckedLog, item: FeedItem, explained: Set<number>): void {
  const { explanation } = item.body as {
    explanation: { index: number; what: string; leafSalt: string; m: string; r: string | null }
  }
  const { index, what, leafSalt, m, r } = explanation
  const entry = log.entry(index)
  const fits = entry && equalBytes(entry.bytes, sealedEntry(fromBase64(leafSalt), fromBase64(m)))
  const dummy = what !== 'dummy' || (r !== null && m === toBase64(H('dummy', fromBase64(r))))
  if (!fits || !dummy || explained.has(index)) findings.add('itemEntry', `feed ${item.index}`, { index })
  explained.add(index)
}

/** A round as long as a sealed entry may still belong to it: from its notice on, until its list is public. */
interface Open {
  readonly from: number
  readonly until: number
  readonly T: number
}

const openRounds = (
  facts: readonly { index: number; fact: { type: string; body: unknown } | null }[],
  published: readonly { round: number; close: number }[],
): Open[] =>
  facts.flatMap(({ index, fact }) => {
    if (fact?.type !== 'TenderPublished' && fact?.type !== 'RebidStarted') return []
    const { notice } = fact.body as { notice: { T: number; round: number } }
    const close = published.find((each) => each.round === notice.round)?.close ?? Number.MAX_SAFE_INTEGER
    return [{ from: index, until: close, T: notice.T }]
  })

/** Every entry of a public kind has its object, every sealed entry its list, or a tender that may still list it. */
function checkExplained(
  findings: Findings,
  log: CheckedLog,
  explained: ReadonlySet<number>,
  rounds: readonly Open[],
  now: number,
): void {
  let waiting = 0
  for (let index = 0; index < log.checkpoint.size; index += 1) {
    const entry = log.entry(index)
    if (!entry || entry.kind === 'act' || explained.has(index)) continue
    if (entry.kind !== 'sealed') {
      findings.add('entryUnexplained', `entry ${index}`, { kind: entry.kind })
      continue
    }
    const open = rounds.filter((each) => each.from < index && index < each.until)
    if (open.some((each) => each.until === Number.MAX_SAFE_INTEGER)) {
      waiting += 1
      continue
    }
    const due = Math.max(0, ...rounds.filter((each) => each.from < index).map((each) => each.T)) + explainedWithin
    findings.add(now > due ? 'entryUnexplained' : 'orphanUnexplained', `entry ${index}`, { kind: 'sealed' })
  }
  if (waiting > 0) findings.count('waiting', waiting)
}

/** A deployment holds if its log and all its tenders hold. */
export function wholeVerdict({ log, cases }: DeploymentVerdict, subject: string): Verdict {
  const all = [log, ...cases]
  const verdict = all.some((each) => each.verdict === 'does-not-hold')
    ? 'does-not-hold'
    : all.some((each) => each.verdict === 'not-checked')
      ? 'not-checked'
      : 'holds'
  const counts: Record<string, number> = { tenders: cases.length }
  for (const each of all)
    for (const [name, value] of Object.entries(each.counts)) counts[name] = (counts[name] ?? 0) + value
  counts['entries'] = log.counts['entries'] ?? 0
  const findings = all.flatMap((each, n) =>
    each.findings.map((one) => (n === 0 ? one : { ...one, at: `${each.subject} ${one.at}` })),
  )
  return { v: 1, verdict, subject, counts, findings }
}
