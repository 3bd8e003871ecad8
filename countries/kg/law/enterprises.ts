// Kyrgyz Republic, Resolution 301/2022: state and municipal enterprises, and companies with a state share. Their own rules fill what it leaves open. Amounts in tyiyn.
import type { LowestPriceParameters } from '@naru/domain/award/parameters.ts'
import type { IfNotSigned } from '@naru/domain/method.ts'
import type { Money } from '@naru/domain/money.ts'
import { type Candidate, dated } from '@naru/domain/pack.ts'
import type { Basis } from '@naru/domain/refusal.ts'
import { calendarDays, type Period, workingDays } from '@naru/domain/time.ts'
import { lowestWithinBudget, nextRanked, renotice10, standstill10, untilDeadline, working } from '../../model-law.ts'

/** The press on the amendment of January 2026: the figures are seen, whether they bound from above or below is not. */
export const amended = '2026-01-20'
const from = '2022-06-10'
const unread = 'Resolution 301/2022 could not be read.'

export const ofResolution301: Basis = {
  assumed: 'Resolution 301/2022 lets enterprises buy by rules of their own; its text could not be read.',
  from: 'observed-practice',
}

const simplest = (amount: bigint): readonly [Candidate<Money>] => [
  {
    value: { amount: (amount * 100n).toString(), currency: 'KGS' },
    from: 'observed-practice',
    source:
      'The press on the amendment of January 2026: 50,000 som for enterprises, 500,000 for companies; taken as the most.',
  },
]
export const simplestEnterprise = dated<Money>('kg.soe.simplest-enterprise', 'notice', [
  { from: amended, why: unread, candidates: simplest(50_000n) },
])
export const simplestCompany = dated<Money>('kg.soe.simplest-company', 'notice', [
  { from: amended, why: unread, candidates: simplest(500_000n) },
])

const joint =
  'Terms for joint-stock companies of 2019, repealed on 15 March 2022: two weeks, and 5 days after a change.'
export const minimum = dated<Period>('kg.soe.minimum', 'notice', [
  { from, why: unread, candidates: [{ value: calendarDays(14), from: 'repealed-law', source: joint }] },
])
export const afterAmendment = dated<Period>('kg.soe.after-amendment', 'act', [
  { from, why: unread, candidates: [{ value: calendarDays(5), from: 'repealed-law', source: joint }] },
])
export const afterRenotice = dated<Period>('kg.soe.after-renotice', 'notice', [
  { from, why: unread, candidates: renotice10 },
])
export const questions = dated<Period>('kg.soe.questions', 'notice', [
  { from, why: unread, candidates: working(calendarDays(4)) },
])
export const simplestMinimum = dated<Period>('kg.soe.simplest-minimum', 'notice', [
  { from: amended, why: unread, candidates: working(workingDays(2)) },
])
export const simplestAfterAmendment = dated<Period>('kg.soe.simplest-after-amendment', 'act', [
  { from: amended, why: unread, candidates: working(workingDays(1)) },
])
export const simplestAfterRenotice = dated<Period>('kg.soe.simplest-after-renotice', 'notice', [
  { from: amended, why: unread, candidates: working(workingDays(1)) },
])
export const simplestQuestions = dated<Period>('kg.soe.simplest-questions', 'notice', [
  { from: amended, why: unread, candidates: working(workingDays(1)) },
])
export const withdrawal = dated<'until-deadline' | 'none'>('kg.soe.withdrawal', 'notice', [
  { from, why: unread, candidates: untilDeadline },
])
export const standstill = dated<Period>('kg.soe.standstill', 'award', [{ from, why: unread, candidates: standstill10 }])
export const ifNotSigned = dated<IfNotSigned>('kg.soe.not-signed', 'notice', [
  { from, why: unread, candidates: nextRanked },
])
export const lowestPrice = dated<LowestPriceParameters>('kg.soe.lowest-price', 'notice', [
  {
    from,
    why: unread,
    candidates: [{ value: { ceiling: 'budget' }, from: 'international-default', source: lowestWithinBudget }],
  },
])
