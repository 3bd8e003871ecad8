// A holiday that a decree moves after notices were published: which open cases it touches, and the deadline that would keep their periods whole. Nothing moves by itself.
import {
  type Calendar,
  type Day,
  dayOf,
  earliestAfter,
  type Instant,
  isWorkingDay,
  type Period,
  shiftDay,
} from './time.ts'

/** A published case whose round is open: the calendar and the least time that its terms carry. */
export interface OpenCase {
  readonly id: string
  readonly published: Instant
  readonly deadline: Instant
  readonly calendar: Calendar
  readonly minimum: Period
}

/** A case that a changed calendar touches. `days` are those between notice and deadline that the two calendars see differently. */
export interface TouchedCase {
  readonly id: string
  readonly because: 'deadline-on-closed-day' | 'period-grew-short'
  readonly days: readonly Day[]
  readonly deadline: Instant
  readonly proposed: Instant
}

/** The days from the first to the last, both included, that are open in one calendar and closed in the other. */
function differingDays(from: Day, until: Day, one: Calendar, other: Calendar): readonly Day[] {
  const found: Day[] = []
  for (let day = from; day <= until; day = shiftDay(day, 1))
    if (isWorkingDay(day, one) !== isWorkingDay(day, other)) found.push(day)
  return found
}

/**
 * The open cases that a changed calendar touches, soonest deadline first, each with the extension that an officer may propose as an amendment.
 * Extensions only: a holiday that falls away leaves every deadline where it was announced. Deadlines before `now` are left alone.
 */
export function touchedByCalendar(cases: readonly OpenCase[], changed: Calendar, now: Instant): readonly TouchedCase[] {
  return cases
    .filter((each) => each.deadline > now)
    .flatMap((each): TouchedCase[] => {
      const { id, published, deadline, calendar, minimum } = each
      const last = dayOf(deadline, changed.zone)
      const days = differingDays(dayOf(published, changed.zone), last, calendar, changed)
      if (days.length === 0) return []
      const least = earliestAfter(published, minimum, changed)
      const open = isWorkingDay(last, changed) || !isWorkingDay(last, calendar)
      const rolled = open
        ? deadline
        : earliestAfter(deadline, { count: 1, unit: 'workingDays' }, { ...changed, counting: 'excluded-first-day' })
      const proposed = least > rolled ? least : rolled
      if (proposed <= deadline) return []
      return [{ id, because: open ? 'period-grew-short' : 'deadline-on-closed-day', days, deadline, proposed }]
    })
    .toSorted((a, b) => (a.deadline < b.deadline ? -1 : 1))
}
