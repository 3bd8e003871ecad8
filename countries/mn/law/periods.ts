// Mongolia: periods. Only the five days of the debrief were seen in an order; the rest is told, or a working figure.
import { type Candidate, dated } from '@naru/domain/pack.ts'
import { calendarDays, type Period, workingDays } from '@naru/domain/time.ts'
import { hearsay, working } from '../../model-law.ts'
import { from, unread } from './sources.ts'

export const openMinimum = dated<Period>('mn.open.minimum', 'notice', [
  { from, why: unread, candidates: hearsay(calendarDays(30)) },
])
export const comparisonMinimum = dated<Period>('mn.comparison.minimum', 'notice', [
  { from, why: unread, candidates: working(workingDays(5)) },
])
export const openAfterAmendment = dated<Period>('mn.open.after-amendment', 'act', [
  { from, why: unread, candidates: working(calendarDays(5)) },
])
export const comparisonAfterAmendment = dated<Period>('mn.comparison.after-amendment', 'act', [
  { from, why: unread, candidates: working(workingDays(2)) },
])
export const openAfterRenotice = dated<Period>('mn.open.after-renotice', 'notice', [
  { from, why: unread, candidates: hearsay(calendarDays(15)) },
])
export const comparisonAfterRenotice = dated<Period>('mn.comparison.after-renotice', 'notice', [
  { from, why: unread, candidates: working(workingDays(3)) },
])
export const openQuestions = dated<Period>('mn.open.questions', 'notice', [
  { from, why: unread, candidates: working(calendarDays(5)) },
])
export const comparisonQuestions = dated<Period>('mn.comparison.questions', 'notice', [
  { from, why: unread, candidates: working(workingDays(1)) },
])

const debriefOrder = (value: Period): readonly [Candidate<Period>] => [
  {
    value,
    from: 'observed-practice',
    source: 'Order 132 of 2019 of the Minister of Finance: losers may open the winning bid within 5 working days.',
  },
]
export const standstill = dated<Period>('mn.standstill', 'award', [
  { from, why: unread, candidates: debriefOrder(workingDays(5)) },
])
/** Until when those who lost may open the winning bid but for its confidential parts. */
export const debrief = dated<Period>('mn.debrief', 'award', [
  { from, why: unread, candidates: debriefOrder(workingDays(5)) },
])
export const contractWithin = dated<Period>('mn.contract.within', 'award', [
  {
    from,
    why: unread,
    candidates: [
      {
        value: calendarDays(15),
        from: 'design',
        source: 'The bill of 2022 cut decision and signing from 30 to 15 days; whether the law kept it was not read.',
      },
    ],
  },
])
export const complaint = dated<Period>('mn.complaint.file-within', 'act', [
  { from, why: unread, candidates: hearsay(workingDays(5)) },
])
export const complaintDecision = dated<Period>('mn.complaint.decide-within', 'act', [
  { from, why: unread, candidates: hearsay(calendarDays(14)) },
])
