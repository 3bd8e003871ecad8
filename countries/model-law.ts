// What a country takes from the UNCITRAL Model Law, the WTO agreement and the design of Naru where its own law could not be read.
import type { IfNotSigned } from '@naru/domain/method.ts'
import type { Candidate } from '@naru/domain/pack.ts'
import type { Basis } from '@naru/domain/refusal.ts'
import { calendarDays, type Period, workingDays } from '@naru/domain/time.ts'

const modelLaw = (what: string): Basis => ({ assumed: `UNCITRAL Model Law, ${what}`, from: 'international-default' })
const design = (what: string): Basis => ({ assumed: what, from: 'design' })

/** Where the steps of a method come from when no article of the country could be read. */
export const steps = {
  plan: modelLaw('art. 6: planned procurement may be published.'),
  approval: design('Who prepares does not approve.'),
  questions: modelLaw('art. 15: answers go to all without naming who asked.'),
  bids: { assumed: 'UNCITRAL Model Law: submission of tenders.', from: 'international-default' },
  opening: modelLaw('art. 42: opening at the deadline. Two groups of key holders are the design of Naru.'),
  evaluation: modelLaw('art. 11: evaluation by the published criteria.'),
  award: modelLaw('art. 11: evaluation by the published criteria.'),
  standstill: modelLaw('art. 22: standstill.'),
  contract: modelLaw('art. 22: the contract with the winner.'),
  again: design('A tender that failed is announced again.'),
  anew: design('The conditions are changed and the tender starts anew.'),
} as const satisfies Readonly<Record<string, Basis>>

type From<T> = readonly [Candidate<T>]
const international = <T>(value: T, source: string): From<T> => [{ value, from: 'international-default', source }]

/** A figure that only the sandbox needs, so that a case can be shown from end to end. */
export const working = <T>(value: T): From<T> => [
  { value, from: 'design', source: 'A working figure of the sandbox, taken from no law.' },
]

/** A figure that is commonly told and that no text which was read confirms. */
export const hearsay = <T>(value: T): From<T> => [
  { value, from: 'design', source: 'General knowledge; no source text was read.' },
]

/** Candidates from international texts; the lengths the Model Law leaves to the State are named as defaults. */
export const international40 = international<Period>(
  calendarDays(40),
  'WTO Agreement on Government Procurement, art. XI, without reductions.',
)
export const renotice10 = international<Period>(
  calendarDays(10),
  'WTO Agreement on Government Procurement, art. XI: a recurring notice may go down to 10 days.',
)
export const standstill10 = international<Period>(
  workingDays(10),
  'UNCITRAL Model Law art. 22 leaves the length to the State; the default is 10 working days.',
)
export const complaint10 = international<Period>(
  calendarDays(10),
  'WTO Agreement on Government Procurement, art. XVIII: at least 10 days to prepare a challenge.',
)
export const nextRanked = international<IfNotSigned>(
  'next-ranked',
  'UNCITRAL Model Law art. 22(8): the procurement is cancelled or the next successful submission is selected.',
)
export const untilDeadline = international<'until-deadline' | 'none'>(
  'until-deadline',
  'UNCITRAL Model Law, modification and withdrawal of tenders: allowed until the deadline.',
)
export const lowestWithinBudget =
  'UNCITRAL Model Law: the lowest price among proposals that meet the notice; not above the planned amount.'
