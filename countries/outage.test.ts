// AVA-02: the table of KONEPS's terms, worked out by hand with Korea's calendar (2026: 10-09 Hangul Day is closed; Seoul is UTC+9).
import { agreedOutages, moveByOutage } from '@naru/domain/outage.ts'
import { type Dated, resolve } from '@naru/domain/pack.ts'
import { instantAt } from '@naru/domain/time.ts'
import { expect, test } from 'vitest'
import { kgOutage, krOutage } from './outage.ts'
import { kr } from './kr/pack.ts'

const ruleOf = <T>(value: Dated<T>, mode: 'sandbox' | 'live') => resolve(value, '2026-10-01', mode)
const seoul = (text: string) => {
  const [day = '', time = ''] = text.split(' ')
  return instantAt(day, time, 'Asia/Seoul')
}
const calendar = kr.calendarOn('2026-10-01')
const rule = ruleOf(krOutage, 'live').value
if (!rule) throw new Error('Korea has its rule in live mode')
const moved = (from: string, until: string, noticed: string, deadline: string) =>
  moveByOutage(
    rule,
    { from: seoul(from), until: seoul(until), noticed: seoul(noticed) },
    { deadline: seoul(deadline), opening: seoul(deadline) },
    calendar,
  )

// from, until, recovery notice, deadline → new deadline, new opening. 2026-10-07 is a Wednesday, 10-08 a Thursday, 10-09 closed, 10-12 a Monday.
const table: readonly (readonly [string, string, string, string, string, string, string])[] = [
  // As on 2023-12-12: 09:27-10:30, notices due at 10:00.
  [
    'short: notice + 2 h / + 3 h',
    '2026-10-07 09:27',
    '2026-10-07 10:30',
    '2026-10-07 10:40',
    '2026-10-07 10:00',
    '2026-10-07 12:40',
    '2026-10-07 13:40',
  ],
  [
    'at its first moment',
    '2026-10-07 10:00',
    '2026-10-07 10:30',
    '2026-10-07 10:30',
    '2026-10-07 10:00',
    '2026-10-07 12:30',
    '2026-10-07 13:30',
  ],
  [
    'exactly two hours is short',
    '2026-10-07 09:00',
    '2026-10-07 11:00',
    '2026-10-07 11:00',
    '2026-10-07 10:00',
    '2026-10-07 13:00',
    '2026-10-07 14:00',
  ],
  [
    'longer: + 24 h / + 25 h',
    '2026-10-07 09:00',
    '2026-10-07 11:01',
    '2026-10-07 11:05',
    '2026-10-07 10:00',
    '2026-10-08 11:05',
    '2026-10-08 12:05',
  ],
  [
    'within 2 h after: both + 2 h',
    '2026-10-07 09:00',
    '2026-10-07 10:00',
    '2026-10-07 10:05',
    '2026-10-07 12:00',
    '2026-10-07 14:00',
    '2026-10-07 14:00',
  ],
  [
    'within 2 h after a long one: both + 2 h',
    '2026-10-07 09:00',
    '2026-10-07 13:00',
    '2026-10-07 13:05',
    '2026-10-07 14:00',
    '2026-10-07 16:00',
    '2026-10-07 16:00',
  ],
  [
    'beyond office hours: the next working day',
    '2026-10-07 16:00',
    '2026-10-07 17:00',
    '2026-10-07 17:10',
    '2026-10-07 16:30',
    '2026-10-08 10:00',
    '2026-10-08 11:00',
  ],
  [
    'over a holiday and a weekend',
    '2026-10-08 16:00',
    '2026-10-08 17:00',
    '2026-10-08 17:10',
    '2026-10-08 17:00',
    '2026-10-12 10:00',
    '2026-10-12 11:00',
  ],
  [
    'long, into a holiday',
    '2026-10-08 09:00',
    '2026-10-08 12:00',
    '2026-10-08 12:00',
    '2026-10-08 10:00',
    '2026-10-12 10:00',
    '2026-10-12 11:00',
  ],
  [
    'only the opening beyond office hours',
    '2026-10-07 14:00',
    '2026-10-07 15:00',
    '2026-10-07 15:30',
    '2026-10-07 15:00',
    '2026-10-07 17:30',
    '2026-10-08 10:00',
  ],
]
test.each(table)('AVA-02 %s', (_, from, until, noticed, deadline, then, opening) => {
  expect(moved(from, until, noticed, deadline)).toMatchObject({ deadline: seoul(then), opening: seoul(opening) })
})

test('AVA-02 a deadline before the outage, or more than two hours after it, stays', () => {
  const outage = ['2026-10-07 09:00', '2026-10-07 10:00', '2026-10-07 10:05'] as const
  expect(moved(...outage, '2026-10-07 08:59')).toBeNull()
  expect(moved(...outage, '2026-10-07 12:01')).toBeNull()
})

test('AVA-02 one operator alone, however many probes, finds no outage; two do where they agree', () => {
  const a = { operator: 'audit', from: 100, until: 200 }
  expect(agreedOutages([a])).toEqual([])
  expect(agreedOutages([a, { ...a, from: 110 }])).toEqual([])
  expect(agreedOutages([a, { operator: 'university', from: 201, until: 300 }])).toEqual([])
  expect(agreedOutages([a, { operator: 'university', from: 150, until: 300 }])).toEqual([{ from: 150, until: 200 }])
  const two = [
    { operator: 'university', from: 90, until: 120 },
    { operator: 'university', from: 140, until: 160 },
  ]
  expect(agreedOutages([a, ...two])).toEqual([
    { from: 100, until: 120 },
    { from: 140, until: 160 },
  ])
})

test('a live deployment moves nothing by a rule that the law does not give', () => {
  expect(ruleOf(kgOutage, 'live').value).toBeNull()
  expect(ruleOf(kgOutage, 'sandbox').basis).toMatchObject({ from: 'international-default' })
})
