// Reads a country's calendar files, one a year, into the calendar that a case carries.
import type { Calendar, Counting, Day } from '@naru/domain/time.ts'

/** One year as a calendar file holds it. `announced: false` marks a day that is only expected, such as a moving feast. */
export interface CalendarYear {
  readonly version: string
  readonly year: number
  readonly weekend: readonly number[]
  readonly note: string
  readonly closed: readonly { readonly day: Day; readonly name: string; readonly announced?: boolean }[]
  readonly worked: readonly Day[]
}

/**
 * The calendar of a day: that year and all later years that are known, so that a period may cross the year's end. Days outside the
 * known years are counted by the weekend alone, and the version says which years are known. Throws a RangeError without any year.
 */
export function calendarFrom(years: readonly CalendarYear[], zone: string, counting: Counting): (day: Day) => Calendar {
  const [first] = years
  if (!first) throw new RangeError('a country needs at least one calendar year')
  return (day) => {
    const from = Number(day.slice(0, 4))
    const known = years.filter((each) => each.year >= from)
    return {
      version: known.map((each) => each.version).join('; ') || `weekends only: no calendar of ${from}`,
      zone,
      weekend: [...first.weekend],
      closed: known.flatMap((each) => each.closed.map((closed) => closed.day)),
      worked: known.flatMap((each) => each.worked),
      counting,
    }
  }
}

/** Feasts of a year that are expected but not announced yet: an officer should look at deadlines near them. */
export const expectedDays = (years: readonly CalendarYear[]): readonly Day[] =>
  years.flatMap((each) => each.closed.filter((closed) => closed.announced === false).map((closed) => closed.day))
