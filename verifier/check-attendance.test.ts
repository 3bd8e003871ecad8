// OPN-01, SEA-06: the verifier goes through the sessions of an opening again, and through the reports that its holders saw.
import { toBase64 } from '@naru/sealing/bytes.ts'
import { commitmentOf } from '@naru/sealing/commitment.ts'
import type { Descriptor } from '@naru/sealing/descriptor.ts'
import { defaultOpeningWindow } from '@naru/domain/terms.ts'
import { expect, test } from 'vitest'
import type { Told } from './case.ts'
import { checkAttendance } from './check-attendance.ts'
import type { Findings } from './finding.ts'

const begun = Date.parse('2026-11-20T11:00:00.000Z')
const descriptor = {
  tender: 'tender',
  round: 1,
  groups: [
    {
      name: 'agency',
      k: 1,
      o: [
        [1, ''],
        [2, ''],
      ],
    },
    {
      name: 'guardians',
      k: 2,
      o: [
        [3, ''],
        [4, ''],
        [5, ''],
      ],
    },
  ],
} as unknown as Descriptor
const lines = [{ kind: 'bid-late', by: 'bidder', count: 2, first: '', last: '' }]
const report = { v: 1, tender: 'tender', round: 1, lines }
const shown = toBase64(commitmentOf('attempt-report', report))

type Body = Record<string, unknown>
const come = (minutes: number, i: number, session = 1, more: Body = {}) =>
  ['OpeningAttended', minutes, { round: 1, session, i, report, shown, ...more }] as const
const post = (minutes: number, i: number) => ['SharesPosted', minutes, { round: 1, batch: { i } }] as const
const opened = (count: number) => ['OpeningRecorded', 200, { round: 1, attempts: [{ ...lines[0], count }] }] as const

/** What is found wrong, in a word each. */
function wrongIn(...told: readonly (readonly [string, number, Body])[]): string[] {
  const terms = { openingWindow: defaultOpeningWindow, calendar: {} }
  const facts = [
    ['TenderPublished', -500, { terms }] as const,
    ['TenderClosed', -1, { round: 1 }] as const,
    ...told,
  ].map(([type, minutes, body], index) => ({ type, body, index, at: new Date(begun + minutes * 60_000).toISOString() }))
  const found: string[] = []
  const findings = {
    add: (_code: string, _at: string, more: { what: string }) => void found.push(more.what),
    count: () => {},
  } as unknown as Findings
  checkAttendance(findings, facts as unknown as Told[], descriptor)
  return found
}

const together = [come(0, 1), come(1, 3), come(2, 4)] as const

test('holders who come together in one window and post then are right, also in a second session', () => {
  expect(wrongIn(...together, post(3, 1), post(4, 3), post(120, 4), opened(2))).toEqual([])
  expect(wrongIn(come(0, 1), come(121, 1, 2), come(122, 3, 2), come(123, 4, 2), post(124, 1), opened(3))).toEqual([])
})

test('shares before enough have come, after the window, or of a holder who has not come are told', () => {
  expect(wrongIn(come(0, 1), come(1, 3), post(2, 1))).toEqual(['together'])
  expect(wrongIn(...together, post(121, 1))).toEqual(['together'])
  expect(wrongIn(...together, post(3, 5))).toEqual(['together'])
  expect(wrongIn(post(3, 1))).toEqual(['together'])
})

test('a guardian who begins, a session begun while one runs, one who comes twice, and a stranger are told', () => {
  expect(wrongIn(come(0, 3))).toEqual(['begun'])
  expect(wrongIn(come(0, 1), come(60, 2, 2))).toEqual(['begun'])
  expect(wrongIn(come(0, 1), come(1, 1))).toEqual(['session'])
  expect(wrongIn(come(0, 1), come(121, 3))).toEqual(['session'])
  expect(wrongIn(come(0, 9))).toEqual(['who', 'begun'])
})

test('a report that is not the one that was shown, of another tender, or with attempts that the record forgets is told', () => {
  expect(wrongIn(come(0, 1, 1, { report: { ...report, lines: [] } }))).toEqual(['hash'])
  const other = { ...report, tender: 'another' }
  expect(wrongIn(come(0, 1, 1, { report: other, shown: toBase64(commitmentOf('attempt-report', other)) }))).toEqual([
    'report',
  ])
  expect(wrongIn(...together, opened(1))).toEqual(['bid-late'])
})
