// Counting days and hours: notices seen on real portals, the Korean full days, closed days and time zones.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addMilliseconds,
  type Calendar,
  calendarDays,
  dayOf,
  earliestAfter,
  endOfPeriod,
  fromMilliseconds,
  hours,
  instantAt,
  instantSchema,
  isWorkingDay,
  latestBefore,
  shiftDay,
  toMilliseconds,
  workingDays,
} from './time.ts'

const bishkek: Calendar = {
  version: 'test',
  zone: 'Asia/Bishkek',
  weekend: [6, 7],
  closed: [
    '2025-03-21',
    '2027-01-01',
    '2027-01-02',
    '2027-01-03',
    '2027-01-04',
    '2027-01-05',
    '2027-01-06',
    '2027-01-07',
  ],
  worked: ['2026-11-28'],
  counting: 'excluded-first-day',
}
const seoul: Calendar = {
  version: 'test',
  zone: 'Asia/Seoul',
  weekend: [6, 7],
  closed: ['2026-12-25'],
  worked: [],
  counting: 'full-days-before',
}
const at = (day: string, time: string, calendar: Calendar) => instantAt(day, time, calendar.zone)

describe('instants', () => {
  it('are UTC text with three decimals, so that text order is time order', () => {
    expect(at('2026-11-22', '14:30', bishkek)).toBe('2026-11-22T08:30:00.000Z')
    expect(instantSchema.safeParse('2026-11-22T08:30:00Z').success).toBe(false)
    expect(fromMilliseconds(toMilliseconds('2026-11-22T08:30:00.007Z'))).toBe('2026-11-22T08:30:00.007Z')
    expect(addMilliseconds('2026-11-22T23:59:59.999Z', 1)).toBe('2026-11-23T00:00:00.000Z')
  })

  it('fall on the day of the zone', () => {
    expect(dayOf('2026-11-22T20:00:00.000Z', 'Asia/Bishkek')).toBe('2026-11-23')
    expect(dayOf('2026-11-22T20:00:00.000Z', 'UTC')).toBe('2026-11-22')
    expect(shiftDay('2028-02-28', 1)).toBe('2028-02-29')
  })
})

describe('working days', () => {
  it('skips weekends and closed days, and works on a moved day', () => {
    expect(isWorkingDay('2026-11-27', bishkek)).toBe(true)
    expect(isWorkingDay('2026-11-28', bishkek)).toBe(true)
    expect(isWorkingDay('2026-11-29', bishkek)).toBe(false)
    expect(isWorkingDay('2027-01-07', bishkek)).toBe(false)
  })
})

describe('the earliest lawful deadline', () => {
  it.each([
    ['2024-03-12', '2024-03-15'],
    ['2024-05-16', '2024-05-21'],
    ['2025-03-18', '2025-03-24'],
  ])('three working days, as seen on the Kyrgyz portal: %s → %s', (published, deadline) => {
    expect(earliestAfter(at(published, '10:00', bishkek), workingDays(3), bishkek)).toBe(at(deadline, '10:00', bishkek))
  })

  it('28 days, as in the tender of 2015: 27 April → 25 May', () => {
    expect(earliestAfter(at('2015-04-27', '09:00', bishkek), calendarDays(28), bishkek)).toBe(
      at('2015-05-25', '09:00', bishkek),
    )
  })

  it('a closed last day rolls forward', () => {
    // 28 December 2026 + 5 days is 2 January, closed until the 7th; the 8th is a Friday.
    expect(earliestAfter(at('2026-12-28', '16:00', bishkek), calendarDays(5), bishkek)).toBe(
      at('2027-01-08', '16:00', bishkek),
    )
  })

  it('Korea leaves that many full days between the notice and the day of the deadline', () => {
    // Notice on Monday 2 November: full days 3 to 9, so the 10th is the first lawful day, from its start.
    expect(earliestAfter(at('2026-11-02', '18:00', seoul), calendarDays(7), seoul)).toBe(
      at('2026-11-10', '00:00', seoul),
    )
    // Full days 18 to 24 December; the 25th is closed, 26 and 27 are a weekend.
    expect(earliestAfter(at('2026-12-17', '09:00', seoul), calendarDays(7), seoul)).toBe(
      at('2026-12-28', '00:00', seoul),
    )
  })

  it('hours run through the night', () => {
    expect(earliestAfter('2026-11-27T18:00:00.000Z', hours(48), bishkek)).toBe('2026-11-29T18:00:00.000Z')
  })
})

describe('the end of a period', () => {
  it('is the last millisecond of its last day; the day of the event does not count', () => {
    // 29 December 2026 is a Tuesday: 30, 31, 8, 11–15, 18, 19 January are the ten working days.
    const end = endOfPeriod(at('2026-12-29', '11:00', bishkek), workingDays(10), bishkek)
    expect(end).toBe('2027-01-19T17:59:59.999Z')
    expect(addMilliseconds(end, 1)).toBe(at('2027-01-20', '00:00', bishkek))
  })

  it('of no days is the event itself', () => {
    expect(endOfPeriod('2026-11-22T08:30:00.000Z', workingDays(0), bishkek)).toBe('2026-11-22T08:30:00.000Z')
  })
})

describe('the last moment before a deadline', () => {
  it('counts back and rolls to the earlier open day', () => {
    // Five days before Friday 11 December is Sunday the 6th, so Friday the 4th.
    expect(latestBefore(at('2026-12-11', '12:00', bishkek), calendarDays(5), bishkek)).toBe(
      at('2026-12-04', '12:00', bishkek),
    )
    expect(latestBefore(at('2027-01-08', '12:00', bishkek), workingDays(1), bishkek)).toBe(
      at('2026-12-31', '12:00', bishkek),
    )
    expect(latestBefore('2026-11-22T08:30:00.000Z', hours(24), bishkek)).toBe('2026-11-21T08:30:00.000Z')
  })
})

const years = fc.integer({ min: 0, max: 500 }).map((days) => shiftDay('2025-12-01', days))
const clocks = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([h, m]) => `${h}`.padStart(2, '0') + ':' + `${m}`.padStart(2, '0'))
const periods = fc.oneof(
  fc.integer({ min: 1, max: 60 }).map(calendarDays),
  fc.integer({ min: 1, max: 40 }).map(workingDays),
)
const closures = fc.uniqueArray(years, { maxLength: 30 })

describe('for any calendar (NOT-02)', () => {
  it('a deadline is on an open day, never before the full count, and a longer period is never earlier', () => {
    fc.assert(
      fc.property(
        years,
        clocks,
        periods,
        closures,
        fc.constantFrom('excluded-first-day' as const, 'full-days-before' as const),
        (day, clock, period, closed, counting) => {
          const calendar: Calendar = { ...bishkek, closed, worked: [], counting }
          const event = at(day, clock, calendar)
          const deadline = earliestAfter(event, period, calendar)
          expect(isWorkingDay(dayOf(deadline, calendar.zone), calendar)).toBe(true)
          const between = [...Array(400).keys()]
            .map((n) => shiftDay(day, n + 1))
            .filter((each) => each <= dayOf(deadline, calendar.zone))
          const counted =
            period.unit === 'workingDays'
              ? between.filter((each) => isWorkingDay(each, calendar)).length
              : between.length
          expect(counted).toBeGreaterThanOrEqual(counting === 'full-days-before' ? period.count + 1 : period.count)
          const longer = earliestAfter(event, { ...period, count: period.count + 1 }, calendar)
          expect(longer >= deadline).toBe(true)
          expect(endOfPeriod(event, period, calendar) > event).toBe(true)
          expect(isWorkingDay(dayOf(endOfPeriod(event, period, calendar), calendar.zone), calendar)).toBe(true)
          expect(latestBefore(event, period, calendar) < event).toBe(true)
        },
      ),
    )
  })
})
