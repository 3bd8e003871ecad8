// Attempts on what is sealed: which refusals are one, told in kinds, and the report of them that every key holder sees before an opening (SEA-06).
import { z } from 'zod'
import type { Id } from '../id.ts'
import { instantSchema } from '../time.ts'

/** Kinds of attempts on the box, the keys, the shares and the dates; the words stand in `domain/words` under `attempt`. */
export const attemptKinds = [
  'box-read',
  'proposals-read',
  'bid-changed',
  'bid-missing',
  'key-read',
  'key-replaced',
  'key-destroyed',
  'shares-early',
  'shares-by-others',
  'shares-wrong',
  'not-confirmed',
  'bid-late',
  'withdrawal-late',
  'dates-moved',
  'closed-by-hand',
  'other-act',
] as const
export type AttemptKind = (typeof attemptKinds)[number]

/** Who tried, as far as it may be told while bids are sealed: a bidder is never named, a person of the buyer or a key holder is. */
export const attemptBySchema = z.union([
  z.strictObject({ holder: z.int() }),
  z.strictObject({ official: z.string() }),
  z.enum(['bidder', 'other-organisation', 'anyone', 'store']),
])
export type AttemptBy = z.infer<typeof attemptBySchema>

/** One line of a report: what was tried by whom, how often, first and last. */
export const attemptLineSchema = z.strictObject({
  kind: z.enum(attemptKinds),
  by: attemptBySchema,
  count: z.int().min(1),
  first: instantSchema,
  last: instantSchema,
})
export type AttemptLine = z.infer<typeof attemptLineSchema>

/** All attempts on a tender up to a moment, in the order of their kinds; lines beyond the most are counted in the last of their kind. */
export const attemptReportSchema = z.strictObject({
  v: z.literal(1),
  tender: z.string(),
  round: z.int().min(1),
  lines: z.array(attemptLineSchema).max(200),
})
export type AttemptReport = z.infer<typeof attemptReportSchema>

/** The most lines of one kind that a report keeps apart. */
const mostOfAKind = 12

/** Reading that is refused is kept under these names beside the acts. */
export const guardedReads = ['read-box', 'read-attempts', 'read-proposals', 'read-key', 'keep-key', 'drop-key'] as const
export type GuardedRead = (typeof guardedReads)[number]

const shareActs = new Set(['post-shares', 'attend-opening', 'use-spare'])
const keyActs = new Set(['deposit-keys', 'name-key-holders', 'rehearse-opening', 'seal-salts', 'keep-key'])
const dateActs = new Set(['propose-amendment', 'approve-amendment', 'cancel-tender', 'record-absence', 'start-rebid'])
const platformActs = new Set([
  'close-round',
  'record-opening',
  'record-technical-opening',
  'publish-technical-opening',
  'move-deadline-by-outage',
  'prolong-delta',
  'stop-opening',
  'resume-opening',
])
/** Refusals that say that this person may not do it at all; others say that it is too early, too late, done, or that something was mistyped. */
const notTheirs = new Set([
  'notSignedIn',
  'roleIsMissing',
  'notYourOrganisation',
  'notYourCase',
  'youHoldNoKey',
  'preparerMayNotApprove',
  'approverMayNotOpen',
  'authorMayNotHoldKey',
])
const tooEarly = new Set(['deadlineHasNotPassed', 'stageHasNotCome', 'openingHasNotBegun'])
/** What sealed dates and keys are refused with once the notice is out. */
const fixed = new Set(['stageHasPassed', 'keyAlreadyDeposited', 'deadlineHasPassed', 'deadlineMayNotBeShortened'])

/** The kind of a refused act or reading, or null where it was no attempt: a form to mend, or an ordinary act at the wrong moment. */
export function attemptKindOf(act: string, code: string): AttemptKind | null {
  if (act === 'submit-bid') return code === 'deadlineHasPassed' ? 'bid-late' : null
  if (act === 'withdraw-bid') return code === 'deadlineHasPassed' ? 'withdrawal-late' : null
  if (platformActs.has(act)) return 'closed-by-hand'
  if (code === 'passkeyDoesNotFit') return 'not-confirmed'
  if (act === 'read-box' || act === 'read-attempts') return 'box-read'
  if (act === 'read-proposals') return 'proposals-read'
  if (act === 'read-key') return 'key-read'
  if (act === 'drop-key' || act === 'destroy-key')
    return notTheirs.has(code) || tooEarly.has(code) ? 'key-destroyed' : null
  if (shareActs.has(act)) {
    if (notTheirs.has(code)) return 'shares-by-others'
    if (tooEarly.has(code)) return 'shares-early'
    return code === 'sharesAreIncomplete' ? 'shares-wrong' : null
  }
  if (keyActs.has(act)) return notTheirs.has(code) || fixed.has(code) ? 'key-replaced' : null
  if (dateActs.has(act))
    return notTheirs.has(code) || fixed.has(code) || code === 'absenceIsTooEarly' ? 'dates-moved' : null
  return notTheirs.has(code) && code !== 'notSignedIn' ? 'other-act' : null
}

/** A counted refusal as the store keeps it, with who it was as far as that may be told. */
export interface CountedAttempt {
  readonly act: string
  readonly code: string
  readonly by: AttemptBy
  readonly count: number
  readonly first: string
  readonly last: string
}

/** What was found changed in the store, by its log entry. */
export interface FoundAltered {
  readonly what: 'missing' | 'manifest' | 'header' | 'ciphertext'
  readonly at: string
}

const nameOf = (by: AttemptBy): string => (typeof by === 'string' ? by : JSON.stringify(by))

/** The report of a round from everything that was refused on its tender and found changed in its box. */
export function attemptReport(
  tender: Id,
  round: number,
  attempts: readonly CountedAttempt[],
  altered: readonly FoundAltered[],
): AttemptReport {
  const lines = new Map<string, AttemptLine>()
  const add = (line: AttemptLine): void => {
    const key = `${line.kind} ${nameOf(line.by)}`
    const before = lines.get(key)
    lines.set(key, before ? joined(before, line) : line)
  }
  for (const { act, code, by, count, first, last } of attempts) {
    const kind = attemptKindOf(act, code)
    if (kind) add({ kind, by, count, first, last })
  }
  for (const { what, at } of altered)
    add({ kind: what === 'missing' ? 'bid-missing' : 'bid-changed', by: 'store', count: 1, first: at, last: at })
  const sorted = attemptKinds.flatMap((kind) => {
    const own = [...lines.values()]
      .filter((each) => each.kind === kind)
      .sort((a, b) => b.count - a.count || (nameOf(a.by) < nameOf(b.by) ? -1 : 1))
    const [last, ...more] = own.slice(mostOfAKind - 1)
    return last ? [...own.slice(0, mostOfAKind - 1), more.reduce(joined, last)] : own
  })
  return { v: 1, tender, round, lines: sorted }
}

const joined = (a: AttemptLine, b: AttemptLine): AttemptLine => ({
  ...a,
  count: a.count + b.count,
  first: a.first < b.first ? a.first : b.first,
  last: a.last > b.last ? a.last : b.last,
})
