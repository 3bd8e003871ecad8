// A moved holiday: touched cases are listed with the extension that keeps their periods; nothing is ever shortened. Counted by hand on November and December 2026.
import { expect, it } from 'vitest'
import { type OpenCase, touchedByCalendar } from './calendar-change.ts'
import { type Calendar, calendarDays, type Period, workingDays } from './time.ts'

const calendar = (closed: readonly string[], worked: readonly string[] = []): Calendar => ({
  version: 'test',
  zone: 'UTC',
  weekend: [6, 7],
  closed: [...closed],
  worked: [...worked],
  counting: 'excluded-first-day',
})
const at = (day: string) => `${day}T10:00:00.000Z`
const before = calendar(['2026-12-08'])
const now = at('2026-11-24')
const open = (id: string, published: string, deadline: string, minimum: Period): OpenCase => ({
  id,
  published: at(published),
  deadline: at(deadline),
  calendar: before,
  minimum,
})

it('a day of rest moved onto a deadline: the next open day is proposed', () => {
  // The 8th becomes open and Wednesday the 9th closed: the decree moved the holiday by one day.
  const moved = calendar(['2026-12-09'])
  expect(touchedByCalendar([open('a', '2026-11-23', '2026-12-09', calendarDays(14))], moved, now)).toEqual([
    {
      id: 'a',
      because: 'deadline-on-closed-day',
      days: ['2026-12-08', '2026-12-09'],
      deadline: at('2026-12-09'),
      proposed: at('2026-12-10'),
    },
  ])
})

it('a new holiday inside a period of working days makes it short by a day', () => {
  // From Monday the 23rd five working days ended on Monday the 30th; with the 26th closed they end on 1 December.
  const added = calendar(['2026-12-08', '2026-11-26'])
  const cases = [
    open('b', '2026-11-23', '2026-11-30', workingDays(5)),
    open('c', '2026-11-23', '2026-12-04', workingDays(5)),
  ]
  expect(touchedByCalendar(cases, added, now)).toEqual([
    {
      id: 'b',
      because: 'period-grew-short',
      days: ['2026-11-26'],
      deadline: at('2026-11-30'),
      proposed: at('2026-12-01'),
    },
  ])
})

it('a holiday that falls away, and one after the deadline, touch nothing', () => {
  const cases = [open('d', '2026-11-23', '2026-12-10', workingDays(12))]
  expect(touchedByCalendar(cases, calendar([]), now)).toEqual([])
  expect(touchedByCalendar(cases, calendar(['2026-12-08', '2026-12-31']), now)).toEqual([])
})

it('a deadline that has passed is left alone, and the soonest comes first', () => {
  const added = calendar(['2026-12-08', '2026-11-26', '2026-11-30', '2026-12-03'])
  const cases = [
    open('late', '2026-11-23', '2026-12-03', calendarDays(3)),
    open('soon', '2026-11-23', '2026-11-30', calendarDays(3)),
    open('over', '2026-11-16', '2026-11-23', workingDays(5)),
  ]
  expect(touchedByCalendar(cases, added, now).map((each) => [each.id, each.proposed])).toEqual([
    ['soon', at('2026-12-01')],
    ['late', at('2026-12-04')],
  ])
})

it('no proposal is ever earlier than the deadline that was announced', () => {
  for (let day = 24; day <= 30; day += 1) {
    const added = calendar([`2026-11-${day}`])
    const cases = [3, 4, 5].map((n) => open(`${n}`, '2026-11-23', '2026-11-30', workingDays(n)))
    for (const each of touchedByCalendar(cases, added, now)) expect(each.proposed > each.deadline).toBe(true)
  }
})
