// Fictia: every period of the Public Buying Act. Fictia is invented, so each value has an article and live mode accepts all of them.
import type { IfNotSigned } from '@naru/domain/method.ts'
import { dated } from '@naru/domain/pack.ts'
import { calendarDays, type Period, workingDays } from '@naru/domain/time.ts'

const act = (article: string) => `Fictia Public Buying Act, ${article}`
const from = '2026-01-01'

export const openMinimum = dated<Period>('fictia.open.minimum', 'notice', [
  { from, value: calendarDays(14), law: act('art. 12(1)') },
])
export const worksMinimum = dated<Period>('fictia.open.minimum-works', 'notice', [
  { from, value: calendarDays(21), law: act('art. 12(2)') },
])
export const quotationMinimum = dated<Period>('fictia.quotation.minimum', 'notice', [
  { from, value: workingDays(3), law: act('art. 12(3)') },
])
export const openAfterAmendment = dated<Period>('fictia.open.after-amendment', 'act', [
  { from, value: calendarDays(5), law: act('art. 14(1)') },
])
export const quotationAfterAmendment = dated<Period>('fictia.quotation.after-amendment', 'act', [
  { from, value: workingDays(1), law: act('art. 14(2)') },
])
export const afterRenotice = dated<Period>('fictia.after-renotice', 'notice', [
  { from, value: calendarDays(7), law: act('art. 15') },
])
export const quotationAfterRenotice = dated<Period>('fictia.quotation.after-renotice', 'notice', [
  { from, value: workingDays(2), law: act('art. 15(2)') },
])
export const openQuestions = dated<Period>('fictia.open.questions', 'notice', [
  { from, value: calendarDays(4), law: act('art. 16(1)') },
])
export const quotationQuestions = dated<Period>('fictia.quotation.questions', 'notice', [
  { from, value: workingDays(1), law: act('art. 16(2)') },
])
export const standstill = dated<Period>('fictia.standstill', 'award', [
  { from, value: calendarDays(10), law: act('art. 31') },
])
/** A winner who does not sign makes room for the next in rank. */
export const ifNotSigned = dated<IfNotSigned>('fictia.contract.not-signed', 'notice', [
  { from, value: 'next-ranked', law: act('art. 34') },
])
export const contractWithin = dated<Period>('fictia.contract.within', 'award', [
  { from, value: calendarDays(30), law: act('art. 33') },
])
/** How long a bidder may take to explain a price that is abnormally low. */
export const explainWithin = dated<Period>('fictia.abnormally-low.explain-within', 'award', [
  { from, value: workingDays(2), law: act('art. 27(2)') },
])
