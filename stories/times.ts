// Dates as a story reckons them: so many days on, at an hour of the country's clock, on a day when offices work.

const zoned = (instant: string, zone: string) => Temporal.Instant.from(instant).toZonedDateTimeISO(zone)

const text = (at: Temporal.ZonedDateTime): string => at.toInstant().toString({ fractionalSecondDigits: 3 })

/** `days` calendar days after an instant, at HH:MM of the zone. */
export const daysAfter = (instant: string, days: number, time: string, zone: string): string =>
  text(zoned(instant, zone).add({ days }).withPlainTime(Temporal.PlainTime.from(time)))

/** The same, moved on to Monday when it falls on a weekend. */
export function workdayAfter(instant: string, days: number, time: string, zone: string): string {
  let at = zoned(instant, zone).add({ days }).withPlainTime(Temporal.PlainTime.from(time))
  while (at.dayOfWeek > 5) at = at.add({ days: 1 })
  return text(at)
}

/** An instant that many milliseconds later (or earlier). */
export const later = (instant: string, milliseconds: number): string =>
  Temporal.Instant.from(instant).add({ milliseconds }).toString({ fractionalSecondDigits: 3 })

export const minutes = (count: number): number => count * 60_000
export const hours = (count: number): number => count * 3_600_000
export const days = (count: number): number => count * 86_400_000

/** The year of an instant in a zone. */
export const yearOf = (instant: string, zone: string): number => zoned(instant, zone).year

/** The last millisecond of the `count`-th working day after the day of an instant, counted off by hand: weekends and the given days are no working days. */
export function endOfWorkday(instant: string, count: number, zone: string, closed: readonly string[]): string {
  let day = zoned(instant, zone).toPlainDate()
  for (let left = count; left > 0; ) {
    day = day.add({ days: 1 })
    if (day.dayOfWeek <= 5 && !closed.includes(day.toString())) left -= 1
  }
  return text(day.add({ days: 1 }).toZonedDateTime(zone).subtract({ milliseconds: 1 }))
}
