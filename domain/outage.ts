// The outage rule: what counts as an outage of the submission path, and where a deadline goes that it touches. Pure; the country supplies the rule.
import { type Calendar, dayOf, type Instant, instantAt, isWorkingDay, shiftDay, addMilliseconds } from './time.ts'

/** By how many hours the deadline and the opening move. */
export interface Shift {
  readonly deadline: number
  readonly opening: number
}

/**
 * A country's rule. An outage of at most `shortMinutes` moves deadlines inside it to the recovery notice plus `short`, a longer one to the notice
 * plus `long`; a deadline up to `afterMinutes` after the recovery moves by `after` from where it stood. What would fall beyond office hours or on a
 * closed day goes to `resume` of the next open one.
 */
export interface OutageRule {
  readonly shortMinutes: number
  readonly short: Shift
  readonly long: Shift
  readonly afterMinutes: number
  readonly after: Shift
  readonly office: { readonly from: string; readonly until: string }
  readonly resume: string
}

/** An outage as it was recorded; `noticed` is the recovery notice: the moment its record entered the log's case. */
export interface Outage {
  readonly from: Instant
  readonly until: Instant
  readonly noticed: Instant
}

const minute = 60_000
const hour = 60 * minute
const distance = (from: Instant, until: Instant): number =>
  Temporal.Instant.from(until).epochMilliseconds - Temporal.Instant.from(from).epochMilliseconds

/** The new deadline and earliest opening of a round, or null where the outage does not touch it. `opening` is the one planned before. */
export function moveByOutage(
  rule: OutageRule,
  outage: Outage,
  round: { readonly deadline: Instant; readonly opening: Instant },
  calendar: Calendar,
): { readonly deadline: Instant; readonly opening: Instant; readonly ground: 'short' | 'long' | 'after' } | null {
  const { deadline, opening } = round
  if (deadline < outage.from || deadline > addMilliseconds(outage.until, rule.afterMinutes * minute)) return null
  const inside = deadline <= outage.until
  const isShort = distance(outage.from, outage.until) <= rule.shortMinutes * minute
  const ground = !inside ? 'after' : isShort ? 'short' : 'long'
  const shift = rule[ground]
  const moved = intoOffice(addMilliseconds(inside ? outage.noticed : deadline, shift.deadline * hour), rule, calendar)
  const apart = inside
    ? (shift.opening - shift.deadline) * hour
    : distance(deadline, opening) + (shift.opening - shift.deadline) * hour
  return { deadline: moved, opening: intoOffice(addMilliseconds(moved, apart), rule, calendar), ground }
}

/** The moment itself in office hours of an open day; before them `resume` of that day, after them or on a closed day that of the next open one. */
function intoOffice(moment: Instant, { office, resume }: OutageRule, calendar: Calendar): Instant {
  const day = dayOf(moment, calendar.zone)
  if (isWorkingDay(day, calendar)) {
    if (moment < instantAt(day, office.from, calendar.zone)) return instantAt(day, resume, calendar.zone)
    if (moment <= instantAt(day, office.until, calendar.zone)) return moment
  }
  let next = shiftDay(day, 1)
  while (!isWorkingDay(next, calendar)) next = shiftDay(next, 1)
  return instantAt(next, resume, calendar.zone)
}

/** What a probe found: its operator (probes of one operator are one witness), and from when until when the path was down, ms. */
export interface Finding {
  readonly operator: string
  readonly from: number
  readonly until: number
}

/** Spans in which at least two operators found the path down at the same moment, in order; spans that meet are one. */
export function agreedOutages(
  findings: readonly Finding[],
): readonly { readonly from: number; readonly until: number }[] {
  const ends = [...new Set(findings.flatMap(({ from, until }) => [from, until]))].sort((a, b) => a - b)
  const spans: { from: number; until: number }[] = []
  ends.slice(0, -1).forEach((from, n) => {
    const until = ends[n + 1] ?? from
    const down = new Set(
      findings.filter((each) => each.from <= from && each.until >= until).map((each) => each.operator),
    )
    if (down.size < 2) return
    const last = spans.at(-1)
    if (last?.until === from) last.until = until
    else spans.push({ from, until })
  })
  return spans
}
