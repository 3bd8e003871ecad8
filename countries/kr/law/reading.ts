// Korea: how far back a value was read. The statutes were read as in force in June 2026; earlier days take the same value, marked as assumed.
import { type Dated, dated, type FixedBy } from '@naru/domain/pack.ts'
import type { Basis } from '@naru/domain/refusal.ts'
import type { Day } from '@naru/domain/time.ts'

/** The first day for which the Korean pack answers at all. */
export const firstDay: Day = '2025-01-01'

/** State Contracts Enforcement Decree No. 36338: the text that was read, in force from this day. */
export const decreeRead: Day = '2026-06-03'
/** Local Contracts Enforcement Decree No. 35947: the text that was read, in force from this day. */
export const localDecreeRead: Day = '2026-01-02'

/** A value read from a text in force from `since`; before that day it is assumed to have been the same. */
export const readSince = <T>(key: string, fixedBy: FixedBy, since: Day, value: T, law: string): Dated<T> =>
  dated(key, fixedBy, [
    {
      from: firstDay,
      why: `The text in force before ${since} was not read.`,
      candidates: [{ value, from: 'design', source: `The same value as in ${law}.` }],
    },
    { from: since, value, law },
  ])

export const stateDecree = (article: string): Basis => ({ law: `State Contracts Enforcement Decree, ${article}` })
export const localDecree = (article: string): Basis => ({ law: `Local Contracts Enforcement Decree, ${article}` })
