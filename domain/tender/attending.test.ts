// OPN-01: holders act only together, within one window; who waits beyond it begins again.
import { expect, test } from 'vitest'
import type { ActContext } from '../act.ts'
import { defaultOpeningWindow } from '../terms.ts'
import { attendOpening, isComplete, sessionAt, whyNotTogether, windowEnds } from './attending.ts'
import type { TenderState } from './tender.ts'

const begun = '2026-11-20T11:00:00.000Z'
const person = (i: number) => ({ i, person: `person-${i}`, organisation: i < 4 ? 'buyer' : 'audit' })
const at = (minutes: number) => new Date(Date.parse(begun) + minutes * 60_000).toISOString()
/** A closed tender, two of three in each group, with these holders present in the first session. */
const tender = (...present: number[]): TenderState =>
  ({
    id: 'tender',
    stage: 'closed',
    published: { terms: { openingWindow: defaultOpeningWindow, calendar: {} } },
    holders: [
      { name: 'agency', k: 2, holders: [1, 2, 3].map(person) },
      { name: 'guardians', k: 2, holders: [4, 5, 6].map(person) },
    ],
    rounds: [
      {
        round: 1,
        closing: { at: at(-30) },
        batches: [],
        ...(present.length > 0 && {
          session: { session: 1, begun, present: present.map((i) => ({ i, at: begun, shown: '' })) },
        }),
      },
    ],
  }) as unknown as TenderState
const report = { report: { v: 1, tender: 'tender', round: 1, lines: [] }, at: at(0) }
const context = (state: TenderState, i: number, now: string) =>
  ({
    tender: state,
    now,
    actor: { kind: 'person', person: `person-${i}`, organisation: i < 4 ? 'buyer' : 'audit', roles: ['key-holder'] },
    shownReport: { ...report, at: now },
  }) as unknown as ActContext

test('OPN-01: one person, one whole group, or one short in the other group lets go of nothing', () => {
  for (const present of [[], [1], [1, 2, 3], [1, 2, 3, 4], [1, 4, 5, 6]])
    expect(whyNotTogether({ tender: tender(...present), now: at(1) }, 1)?.refused).toBe('openingHasNotBegun')
  expect(isComplete(tender(1, 2, 4, 5), { session: 1, begun, present: [] })).toBe(false)
  expect(whyNotTogether({ tender: tender(1, 2, 4, 5), now: at(1) }, 1)).toBeNull()
  // Whoever has not come lets go of nothing either, though enough others are there.
  expect(whyNotTogether({ tender: tender(1, 2, 4, 5), now: at(1) }, 3)?.refused).toBe('openingHasNotBegun')
})

test('OPN-01: the window is two hours to the millisecond from the first who came; after it everybody comes again', () => {
  const state = tender(1, 2, 4, 5)
  const session = state.rounds[0]?.session
  expect(session && windowEnds(state, session)).toBe('2026-11-20T13:00:00.000Z')
  expect(sessionAt(state, '2026-11-20T13:00:00.000Z')?.session).toBe(1)
  expect(whyNotTogether({ tender: state, now: '2026-11-20T13:00:00.000Z' }, 1)).toBeNull()
  const later = '2026-11-20T13:00:00.001Z'
  expect(sessionAt(state, later)).toBeNull()
  expect(whyNotTogether({ tender: state, now: later }, 1)).toEqual({ refused: 'openingHasNotBegun' })
  // The second who comes too late begins the second session, and the first has to come again.
  const decided = attendOpening.decide(context(tender(1), 2, later), { round: 1, report: 'hash' })
  expect(decided).toMatchObject([{ type: 'OpeningAttended', body: { round: 1, session: 2, i: 2, shown: 'hash' } }])
  expect(attendOpening.may(context(tender(1), 1, later))).toBeNull()
})

test('OPN-01: the buyer’s own begin; guardians join a session that runs, and nobody comes twice in one', () => {
  expect(attendOpening.may(context(tender(), 4, at(0)))).toEqual({ refused: 'buyerBeginsTheOpening' })
  expect(attendOpening.may(context(tender(), 1, at(0)))).toBeNull()
  expect(attendOpening.may(context(tender(1), 4, at(5)))).toBeNull()
  expect(attendOpening.may(context(tender(1), 1, at(5)))).toEqual({ refused: 'nothingChanged' })
  expect(attendOpening.may(context(tender(1), 4, at(121)))).toEqual({ refused: 'buyerBeginsTheOpening' })
})

test('SEA-06: nobody comes without the report: none, one of before the closing, or one shown more than an hour ago', () => {
  const decide = (shownReport: unknown) =>
    attendOpening.decide({ ...context(tender(), 1, at(40)), shownReport } as ActContext, { round: 1, report: 'hash' })
  for (const shown of [null, { ...report, at: at(-31) }, { ...report, at: at(-21) }])
    expect(decide(shown)).toEqual({ refused: 'reportWasNotShown' })
  expect(decide({ ...report, at: at(-20) })).toHaveLength(1)
})

test('a tender published before there were windows opens as it did', () => {
  const old = { ...tender(), published: { terms: { calendar: {} } } } as unknown as TenderState
  expect(whyNotTogether({ tender: old, now: at(0) }, 1)).toBeNull()
  expect(attendOpening.may(context(old, 1, at(0)))).toEqual({ refused: 'stageHasPassed' })
})
