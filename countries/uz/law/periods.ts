// Uzbekistan: periods. None was found in what could be read, so each one says where the sandbox takes it from.
import { dated } from '@naru/domain/pack.ts'
import { calendarDays, type Period, workingDays } from '@naru/domain/time.ts'
import { complaint10, international40, renotice10, standstill10, working } from '../../model-law.ts'
import { from, unread } from './sources.ts'

export const tenderMinimum = dated<Period>('uz.tender.minimum', 'notice', [
  { from, why: unread, candidates: international40 },
])
export const bestOfferMinimum = dated<Period>('uz.best-offer.minimum', 'notice', [
  { from, why: unread, candidates: working(calendarDays(10)) },
])
export const smallMinimum = dated<Period>('uz.small.minimum', 'notice', [
  { from, why: unread, candidates: working(workingDays(3)) },
])
export const afterAmendment = dated<Period>('uz.after-amendment', 'act', [
  { from, why: unread, candidates: working(calendarDays(5)) },
])
export const smallAfterAmendment = dated<Period>('uz.small.after-amendment', 'act', [
  { from, why: unread, candidates: working(workingDays(1)) },
])
export const afterRenotice = dated<Period>('uz.after-renotice', 'notice', [
  { from, why: unread, candidates: renotice10 },
])
export const smallAfterRenotice = dated<Period>('uz.small.after-renotice', 'notice', [
  { from, why: unread, candidates: working(workingDays(2)) },
])
export const questions = dated<Period>('uz.questions', 'notice', [
  { from, why: unread, candidates: working(calendarDays(4)) },
])
export const smallQuestions = dated<Period>('uz.small.questions', 'notice', [
  { from, why: unread, candidates: working(workingDays(1)) },
])
export const standstill = dated<Period>('uz.standstill', 'award', [{ from, why: unread, candidates: standstill10 }])

/** How long a supplier has to complain; the number of days was not found. */
export const complaint = dated<Period>('uz.complaint.file-within', 'act', [
  { from, why: unread, candidates: complaint10 },
])
