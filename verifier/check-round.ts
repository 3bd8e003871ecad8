// A round from its key holders to its closing: descriptor, notices, the list of items by rule, promises, signatures, eligibility.
import type { NoticeObject } from '@naru/domain/tender/facts.ts'
import { equalBytes, fromBase64, toBase64, toHex } from '@naru/sealing/bytes.ts'
import { closeList, closeOf, type ListItem, listRoot, type SealedEntry } from '@naru/sealing/closing.ts'
import { commitmentOf } from '@naru/sealing/commitment.ts'
import {
  type Descriptor,
  descriptorHash,
  keyRecordHash,
  parseDescriptor,
  parseKeyRecord,
} from '@naru/sealing/descriptor.ts'
import { sha256 } from '@naru/sealing/hash.ts'
import { canonical, canonicalText } from '@naru/sealing/jcs.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { manifestHash } from '@naru/sealing/manifest.ts'
import { sealedEntry } from '@naru/sealing/receipt.ts'
import type { SignedPromise } from '@naru/sealing/signature.ts'
import type { SecondOpinion } from '@naru/sealing/signatures/cades.ts'
import type { Bundle, BundledBid } from './bundle.ts'
import { all, find, fixedKeyOf, noticesOf, type Told } from './case.ts'
import type { CheckedLog } from './check-log.ts'
import { checkDelta, checkProlonged } from './check-prolongation.ts'
import { checkAttendance } from './check-attendance.ts'
import { checkRehearsal } from './check-rehearsal.ts'
import { checkSignature, compareSignature } from './check-signature.ts'
import type { TokenTimes } from './check-time.ts'
import { promiseKeysOf, type TrustBook } from './check-trust.ts'
import type { Findings } from './finding.ts'

/** How a promise's signature is checked; a host may have a faster Ed25519 than JavaScript's. */
export type PromiseCheck = (promise: SignedPromise, publicKey: Uint8Array) => boolean

/** A round as far as it got, with what the opening needs of it. */
export interface CheckedRound {
  readonly round: number
  readonly descriptor: Descriptor
  readonly notice: NoticeObject
  /** Its terms ask for a token over each bid alone. */
  readonly tokenPerBid: boolean
  readonly closed: Told<'TenderClosed'> | null
  readonly items: readonly ListItem[]
  readonly eligibility: Told<'EligibilityRecorded'> | null
}

/** Whose promises, times and signatures count, and what the host does faster. */
export interface Believed {
  readonly trusted: TrustBook
  readonly times: TokenTimes
  /** Keys that count whatever the trust list says: the auditor's own, or those of a log without a list. */
  readonly promiseKeys: readonly Uint8Array[] | null
  readonly promiseHolds: PromiseCheck
  readonly secondOpinion?: SecondOpinion
}

/** Checks one round; null where it has no readable descriptor or notice. */
export async function checkRound(
  findings: Findings,
  bundle: Bundle,
  log: CheckedLog,
  facts: readonly Told[],
  round: number,
  believed: Believed,
): Promise<CheckedRound | null> {
  const descriptor = checkKeys(findings, facts, round)
  const notices = noticesOf(facts, round)
  const newest = notices.at(-1)
  if (!descriptor || !newest) return null
  checkRehearsal(findings, facts, descriptor, notices[0]?.index ?? 0)
  checkAttendance(findings, facts, descriptor)
  for (const each of notices) checkNotice(findings, facts, descriptor, each)
  const closed = find(facts, 'TenderClosed', (each) => each.body.round === round) ?? null
  const eligibility = find(facts, 'EligibilityRecorded', (each) => each.body.round === round) ?? null
  const { tokenPerBid = false } = find(facts, 'TenderPublished')?.body.terms ?? {}
  const head = { round, descriptor, notice: newest.notice, tokenPerBid, closed, eligibility }
  if (!closed) {
    findings.add('notClosed', `rounds/${round}`)
    return { ...head, items: [] }
  }
  const items = await checkClosing(findings, bundle, log, facts, head, believed)
  return { ...head, items }
}

/** Key records make the descriptor that the round names, and it is the one whose hash is logged. */
function checkKeys(findings: Findings, facts: readonly Told[], round: number): Descriptor | null {
  const fixed = fixedKeyOf(facts, round)
  const at = `rounds/${round}`
  if (!fixed) {
    findings.add('roundMissing', at, { what: 'tkd' })
    return null
  }
  try {
    const groups = fixed.body.tenderKey.groups.length
    const descriptor = parseDescriptor(fixed.body.tenderKey, groups > 1 ? 2 : 1)
    const records = all(facts, 'KeyRecordDeposited')
      .filter((each) => each.body.record.round === round && each.index < fixed.index)
      .map((each) => parseKeyRecord(each.body.record))
      // Holders who were replaced deposited before; the newest records are those of the holders in force.
      .slice(-descriptor.groups.flatMap((group) => group.o).length)
    const byPerson = new Map(records.map((record) => [record.i, record]))
    const due = descriptor.groups.flatMap((group) =>
      group.o.map(([i, pk]) => {
        const record = byPerson.get(i)
        const fits =
          record !== undefined && record.pk === pk && record.group === group.name && record.tender === descriptor.tender
        return fits ? toBase64(keyRecordHash(record)) : ''
      }),
    )
    if (canonicalText(due) !== canonicalText(descriptor.records) || records.length !== due.length)
      findings.add('keyRecordsMismatch', at)
    if (fixed.body.tkd !== toBase64(descriptorHash(descriptor)) || descriptor.round !== round)
      findings.add('descriptorForm', at, { reason: 'tkd' })
    if (descriptor.tender !== fixed.caseId) findings.add('descriptorForm', at, { reason: 'tender' })
    return descriptor
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    findings.add('descriptorForm', at, { reason: error.message })
    return null
  }
}

/** A notice names the descriptor and the sealed salts of its round, and its first document is every word of the notice. */
function checkNotice(
  findings: Findings,
  facts: readonly Told[],
  descriptor: Descriptor,
  { notice, fact, index }: ReturnType<typeof noticesOf>[number],
): void {
  const at = `objects/${index}.json`
  if (notice.tkd !== toBase64(descriptorHash(descriptor)) || notice.tender !== fact.caseId)
    findings.add('noticeDescriptor', at)
  const fixed = fixedKeyOf(facts, notice.round)?.index ?? -1
  const salts = all(facts, 'SaltSealed')
    .filter((each) => each.body.round === notice.round && each.index > fixed && each.index < index)
    .map((each) => ({ i: each.body.i, bidderSalt: each.body.bidderSalt, e: each.body.e, index: each.index }))
    .sort((a, b) => a.i - b.i)
  if (canonicalText(salts) !== canonicalText(notice.salts)) findings.add('noticeSalts', at)
  const { notice: _, ...body } = fact.body as { notice: NoticeObject } & Record<string, unknown>
  const text = canonical({ type: fact.type, at: fact.at, body })
  if (notice.documents[0]?.hash !== toHex(sha256(text)) || notice.documents[0].size !== text.length)
    findings.add('noticeText', at)
  const terms = find(facts, 'TenderPublished')?.body.terms
  if (notice.rules !== toBase64(sha256(canonical(terms)))) findings.add('noticeRules', at)
  if (terms) checkDelta(findings, at, fact, notice, terms.delta)
  if (
    fact.type !== 'TenderPublished' &&
    fact.type !== 'TenderAmended' &&
    fact.type !== 'DeadlineMovedByOutage' &&
    fact.type !== 'DeltaProlonged'
  )
    return
  const { content } = fact.body
  const files = content.documents.map((each) => ({ hash: each.sha256, size: each.size }))
  if (canonicalText(files) !== canonicalText(notice.documents.slice(1)))
    findings.add('noticeText', at, { what: 'files' })
  if (notice.T !== Date.parse(content.deadline)) findings.add('noticeText', at, { what: 'T' })
}

const tellingOf = {
  superseded: 'bidSuperseded',
  withdrawn: 'bidWithdrawn',
  late: 'bidLate',
  duplicate: 'bidDuplicate',
  orphaned: 'bidOrphaned',
  cancelled: 'bidCancelled',
} as const

async function checkClosing(
  findings: Findings,
  bundle: Bundle,
  log: CheckedLog,
  facts: readonly Told[],
  head: Omit<CheckedRound, 'items'>,
  believed: Believed,
): Promise<readonly ListItem[]> {
  const { round, descriptor, closed } = head
  if (!closed) return []
  const at = `rounds/${round}.json`
  const { close, commitment } = closed.body
  const given = bundle.rounds.find((each) => each.round === round)
  const outcome = facts.some(
    (each) =>
      each.index > closed.index &&
      (each.type === 'OpeningRecorded' || each.type === 'TenderFailed') &&
      (each.body as { round: number }).round === round,
  )
  const cancelled = facts.some((each) => each.type === 'TenderCancelled' && each.index < closed.index)
  const below = noticesOf(facts, round).filter((each) => each.index < closed.index)
  const newest = below.at(-1)
  const notice = newest ? toBase64(commitmentOf(newest.label, newest.notice)) : ''
  const head4 = { tender: closed.caseId, tkd: toBase64(descriptorHash(descriptor)), notice, T: newest?.notice.T ?? 0 }
  if (commitment !== toBase64(commitmentOf('close', close))) findings.add('closeMismatch', at, { what: 'commitment' })
  for (const name of ['tender', 'tkd', 'notice', 'T'] as const)
    if (close[name] !== head4[name]) findings.add('closeMismatch', at, { what: name })
  // The quorum's witnesses saw the log with this closing in it: by their clocks it may not be before the deadline.
  if (!cancelled && log.witnessedAt !== null && log.witnessedAt < close.T)
    findings.add('closeMismatch', at, { what: 'witness time' })
  if (!given) {
    if (outcome || cancelled) findings.add('roundMissing', at, { what: 'items' })
    else findings.add('notOpened', at)
    return []
  }
  const { items } = given
  if (given.close !== closed.index) findings.add('closeMismatch', at, { what: 'index' })
  if (canonicalText(closeOf(head4, items)) !== canonicalText(close)) {
    const what = items.length !== close.count ? 'count' : toBase64(listRoot(items)) !== close.root ? 'root' : 'close'
    findings.add('closeMismatch', at, { what })
  }
  findings.count('items', items.length)
  items.forEach((item, n) => {
    if (n > 0 && item.index <= (items[n - 1]?.index ?? 0)) findings.add('itemsUnsorted', at, { index: item.index })
    const entry = log.entry(item.index)
    const own = sealedEntry(fromBase64(item.leafSalt), fromBase64(item.m))
    if (!entry || item.index >= closed.index || !equalBytes(entry.bytes, own))
      findings.add('itemEntry', at, { index: item.index })
  })
  if (cancelled) {
    for (const item of items) {
      if (item.status !== 'cancelled')
        findings.add('statusMismatch', at, { index: item.index, is: item.status, should: 'cancelled' })
      findings.add('bidCancelled', `index ${item.index}`)
    }
    return items
  }
  const entries = await checkBids(findings, bundle, log, head, items, believed)
  checkProlonged(findings, log, bundle.policy, facts, round, entries)
  checkEligibility(findings, head, items)
  return items
}

/** Every item has its bid, every bid its promise, time and signature, and the statuses are what the rule of the close list gives. */
async function checkBids(
  findings: Findings,
  bundle: Bundle,
  log: CheckedLog,
  head: Omit<CheckedRound, 'items'>,
  items: readonly ListItem[],
  believed: Believed,
): Promise<readonly SealedEntry[]> {
  const { descriptor, notice, tokenPerBid, round, closed, eligibility } = head
  const below = closed?.index ?? 0
  const entries: SealedEntry[] = []
  const judged = new Map(eligibility?.body.items.map((each) => [each.index, each]))
  const inForce = believed.trusted.at(below)
  const stamped = inForce !== null && inForce.list.timestampAuthorities.length > 0
  if (items.length > 0 && !stamped) findings.add('noAuthority', `rounds/${round}.json`)
  let sandboxSigned = 0
  let heldAlone = 0
  for (const item of items) {
    const bid = bundle.bids.get(item.index)
    const at = `bids/${item.index}.json`
    if (!bid) {
      findings.add('bidMissing', at)
      continue
    }
    findings.count('bids')
    const m = toBase64(manifestHash(bid.manifest))
    if (m !== item.m || bid.leafSalt !== item.leafSalt) findings.add('bidMismatch', at, { what: 'manifest' })
    const { manifest } = bid
    if (
      manifest.tender !== descriptor.tender ||
      manifest.round !== round ||
      manifest.tkd !== toBase64(descriptorHash(descriptor))
    )
      findings.add('bidMismatch', at, { what: 'round' })
    const promiseTime = bid.promise?.body.time ?? 0
    const time = believed.times(item.index, below)
    checkPromise(findings, at, bid, item, log, believed)
    if (time && bid.promise && time.stated !== promiseTime) findings.add('promiseTime', at)
    // In time needs a token; a promise after T is late whatever a token says.
    if (stamped && !time && promiseTime <= notice.T) findings.add('tokenMissing', at)
    else if (stamped && tokenPerBid && time?.alone === false && promiseTime <= notice.T)
      findings.add('ownTokenMissing', at)
    const signature = await checkSignature(findings, at, bid, bundle, inForce, believed.secondOpinion)
    if (signature?.kind === 'sandbox-session') sandboxSigned += 1
    const asked = believed.secondOpinion !== undefined
    if (signature?.kind === 'holds' && !asked) heldAlone += 1
    if (signature)
      compareSignature(findings, at, signature, item.status === 'live' ? (judged.get(item.index) ?? null) : null, asked)
    entries.push({
      index: item.index,
      manifest,
      leafSalt: bid.leafSalt,
      promiseTime,
      tokenTime: time?.genTime ?? null,
    })
  }
  if (sandboxSigned > 0) findings.add('sandboxSigned', `rounds/${round}.json`, { count: sandboxSigned })
  if (heldAlone > 0) findings.add('singleOpinion', `rounds/${round}.json`, { count: heldAlone })
  if (new Set(items.map((item) => item.index)).size !== items.length) return entries
  const due = new Map(
    closeList(entries, { T: notice.T, delta: notice.delta, cancelled: false }).map((item) => [item.index, item.status]),
  )
  for (const item of items) {
    const should = due.get(item.index)
    if (should !== undefined && should !== item.status)
      findings.add('statusMismatch', `rounds/${round}.json`, { index: item.index, is: item.status, should })
    if (item.status !== 'live') findings.add(tellingOf[item.status], `index ${item.index}`)
  }
  return entries
}

function checkPromise(
  findings: Findings,
  at: string,
  { promise, manifest }: BundledBid,
  item: ListItem,
  log: CheckedLog,
  { trusted, promiseKeys, promiseHolds }: Believed,
): void {
  if (!promise) return findings.add('promiseMissing', at)
  const { body } = promise
  const entry = log.entry(item.index)
  const fits =
    body.log === log.checkpoint.origin &&
    body.m === toBase64(manifestHash(manifest)) &&
    entry !== null &&
    body.entry === toBase64(entry.bytes)
  if (!fits) findings.add('promiseMismatch', at)
  const listed = trusted.at(item.index) ?? trusted.at(log.checkpoint.size)
  const keys = promiseKeys ?? (listed ? promiseKeysOf(listed.list, body.time) : [])
  if (!keys.some((key) => promiseHolds(promise, key))) findings.add('promiseSignature', at)
}

/** Eligibility names the live items, each once, after the close entry. */
function checkEligibility(findings: Findings, head: Omit<CheckedRound, 'items'>, items: readonly ListItem[]): void {
  const { eligibility, closed, round } = head
  const at = `rounds/${round}.json`
  if (!eligibility || !closed) return findings.add('roundMissing', at, { what: 'eligibility' })
  const live = items.filter((item) => item.status === 'live').map((item) => item.index)
  const named = eligibility.body.items.map((each) => each.index)
  if (canonicalText(live) !== canonicalText(named) || eligibility.index <= closed.index)
    findings.add('eligibilityMismatch', `objects/${eligibility.index}.json`)
  for (const each of eligibility.body.items)
    if (!each.admitted) findings.add('bidNotAdmitted', `index ${each.index}`, { reason: each.reason })
}
