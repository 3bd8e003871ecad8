// Instants, days, working calendars and how a country counts a period (countries.md §4.5, koneps.md §2.10). Time itself is handed in.
import { z } from 'zod'

/** An instant: ISO 8601 in UTC with exactly three decimals, so that text order is time order. */
export const instantSchema = z.iso.datetime({ precision: 3 })
export type Instant = string

/** A calendar day in the country's zone, YYYY-MM-DD. */
export const daySchema = z.iso.date()
export type Day = string

/** A length of time as law states it. Hours run through the night; days are counted by the calendar. */
export const periodSchema = z.strictObject({
  count: z.int().min(0).max(1000),
  unit: z.enum(['hours', 'calendarDays', 'workingDays']),
})
export type Period = z.infer<typeof periodSchema>

export const hours = (count: number): Period => ({ count, unit: 'hours' })
export const calendarDays = (count: number): Period => ({ count, unit: 'calendarDays' })
export const workingDays = (count: number): Period => ({ count, unit: 'workingDays' })

/**
 * How days are counted. `excluded-first-day`: the day of the event does not count and a last day that is closed rolls forward.
 * `full-days-before`: Korea's N full days counted back from the day before the deadline (State Decree art. 35).
 */
export type Counting = 'excluded-first-day' | 'full-days-before'

/** A country's calendar as a case carries it: zone, weekly rest days (1 Monday to 7 Sunday), closed days and days worked although a weekend. */
export const calendarSchema = z.strictObject({
  version: z.string(),
  zone: z.string(),
  weekend: z.array(z.int().min(1).max(7)),
  closed: z.array(daySchema),
  worked: z.array(daySchema),
  counting: z.enum(['excluded-first-day', 'full-days-before']),
})
export type Calendar = z.infer<typeof calendarSchema>

const toInstant = (value: Temporal.Instant): Instant => value.toString({ fractionalSecondDigits: 3 })

/** Milliseconds since 1970-01-01 UTC, as the protocol writes times. */
export const toMilliseconds = (instant: Instant): number => Temporal.Instant.from(instant).epochMilliseconds
export const fromMilliseconds = (milliseconds: number): Instant =>
  toInstant(Temporal.Instant.fromEpochMilliseconds(milliseconds))

export const addMilliseconds = (instant: Instant, milliseconds: number): Instant =>
  fromMilliseconds(toMilliseconds(instant) + milliseconds)

/** The day in the calendar's zone on which an instant falls. */
export const dayOf = (instant: Instant, zone: string): Day =>
  Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString()

/** The instant of a clock time (HH:MM) on a day in a zone. */
export function instantAt(day: Day, time: string, zone: string): Instant {
  const zoned = Temporal.PlainDate.from(day).toZonedDateTime({
    timeZone: zone,
    plainTime: Temporal.PlainTime.from(time),
  })
  return toInstant(zoned.toInstant())
}

/** Whether offices work on a day: moved days count as moved. */
export function isWorkingDay(day: Day, calendar: Calendar): boolean {
  if (calendar.worked.includes(day)) return true
  if (calendar.closed.includes(day)) return false
  return !calendar.weekend.includes(Temporal.PlainDate.from(day).dayOfWeek)
}

export const shiftDay = (day: Day, days: number): Day => Temporal.PlainDate.from(day).add({ days }).toString()

function roll(day: Day, calendar: Calendar, step: 1 | -1): Day {
  let at = day
  while (!isWorkingDay(at, calendar)) at = shiftDay(at, step)
  return at
}

function countDays(from: Day, period: Period, calendar: Calendar, step: 1 | -1): Day {
  if (period.unit === 'calendarDays') return shiftDay(from, step * period.count)
  let at = from
  for (let left = period.count; left > 0; ) {
    at = shiftDay(at, step)
    if (isWorkingDay(at, calendar)) left -= 1
  }
  return at
}

/**
 * The last instant of a period that an event starts: the day of the event does not count, a closed last day rolls forward,
 * and the period ends with that day (its last millisecond). Hours run from the event itself.
 */
export function endOfPeriod(event: Instant, period: Period, calendar: Calendar): Instant {
  if (period.unit === 'hours') return addMilliseconds(event, period.count * 3_600_000)
  if (period.count === 0) return event
  const last = roll(countDays(dayOf(event, calendar.zone), period, calendar, 1), calendar, 1)
  return addMilliseconds(instantAt(shiftDay(last, 1), '00:00', calendar.zone), -1)
}

/**
 * The earliest lawful deadline for a minimum period after an event. `full-days-before` wants that many full days between the
 * day of the event and the day of the deadline; otherwise the deadline may fall on the last day of the period itself.
 * Never on a closed day. The time of day is that of the event, or the start of the day when full days are counted.
 */
export function earliestAfter(event: Instant, minimum: Period, calendar: Calendar): Instant {
  if (minimum.unit === 'hours') return addMilliseconds(event, minimum.count * 3_600_000)
  const zone = calendar.zone
  const first = dayOf(event, zone)
  if (calendar.counting === 'full-days-before') {
    const last = countDays(first, minimum, calendar, 1)
    return instantAt(roll(shiftDay(last, 1), calendar, 1), '00:00', zone)
  }
  const day = roll(countDays(first, minimum, calendar, 1), calendar, 1)
  const clock = Temporal.Instant.from(event)
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString({ fractionalSecondDigits: 3 })
  return instantAt(day, clock, zone)
}

/** The last instant that lies a period before a moment: that many days earlier, rolled back to an open day, at the same time of day. */
export function latestBefore(moment: Instant, period: Period, calendar: Calendar): Instant {
  if (period.unit === 'hours') return addMilliseconds(moment, -period.count * 3_600_000)
  const zone = calendar.zone
  const day = roll(countDays(dayOf(moment, zone), period, calendar, -1), calendar, -1)
  const clock = Temporal.Instant.from(moment)
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString({ fractionalSecondDigits: 3 })
  return instantAt(day, clock, zone)
}

/** A moment moved later by a period: the same time of day, rolled forward to an open day. Hours run through. */
export function laterBy(moment: Instant, period: Period, calendar: Calendar): Instant {
  if (period.unit === 'hours') return addMilliseconds(moment, period.count * 3_600_000)
  const zone = calendar.zone
  const day = roll(countDays(dayOf(moment, zone), period, calendar, 1), calendar, 1)
  const clock = Temporal.Instant.from(moment)
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString({ fractionalSecondDigits: 3 })
  return instantAt(day, clock, zone)
}
