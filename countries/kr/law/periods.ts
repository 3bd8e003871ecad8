// Korea: notice periods and the other periods of a tender, for the State and for local governments (koneps.md §2.10).
import { type Dated, dated } from '@naru/domain/pack.ts'
import { calendarDays, type Period } from '@naru/domain/time.ts'
import { decreeRead, firstDay, localDecreeRead, readSince } from './reading.ts'

const stateDays = (key: string, days: number, article: string): Dated<Period> =>
  readSince(key, 'notice', decreeRead, calendarDays(days), `State Contracts Enforcement Decree, ${article}`)
const localDays = (key: string, days: number, article: string): Dated<Period> =>
  readSince(key, 'notice', localDecreeRead, calendarDays(days), `Local Contracts Enforcement Decree, ${article}`)

export const stateMinimum = stateDays('kr.state.notice', 7, 'art. 35(1)')
export const stateWorksSmall = stateDays('kr.state.notice-works-below-1bn', 7, 'art. 35(3)1')
export const stateWorksMiddle = stateDays('kr.state.notice-works-below-5bn', 15, 'art. 35(3)2')
export const stateWorksLarge = stateDays('kr.state.notice-works-from-5bn', 40, 'art. 35(3)3')
export const stateRenotice = stateDays('kr.state.re-notice', 5, 'art. 35(4)')

export const localMinimum = localDays('kr.local.notice', 7, 'art. 35(1)')
export const localWorksSmall = localDays('kr.local.notice-works-below-1bn', 7, 'art. 35(3)1')
export const localWorksMiddle = localDays('kr.local.notice-works-below-5bn', 15, 'art. 35(3)2')
export const localRenotice = localDays('kr.local.re-notice', 5, 'art. 35(4)')

/** 30 days up to the notified amount and 40 above it; the notified amount was not read, so the longer period stands for both. */
export const localWorksLarge = dated<Period>('kr.local.notice-works-from-5bn', 'notice', [
  {
    from: firstDay,
    why: 'Local Contracts Enforcement Decree, art. 35(3)3 and 4 part at the notified amount, which was not read.',
    candidates: [{ value: calendarDays(40), from: 'design', source: 'The longer of both periods satisfies either.' }],
  },
])

export const stateCorrection = readSince<Period>(
  'kr.state.correction',
  'act',
  decreeRead,
  calendarDays(5),
  'State Contracts Enforcement Decree, art. 35: a correction adds 5 days',
)
export const localCorrection = readSince<Period>(
  'kr.local.correction',
  'act',
  localDecreeRead,
  calendarDays(5),
  'Local Contracts Enforcement Decree, art. 35: a minor correction adds 5 days',
)

/** The base amount is fixed at least 5 days before the deadline, anew for a re-notice. */
export const baseAmount = dated<Period>('kr.base-amount', 'notice', [
  {
    from: firstDay,
    value: calendarDays(5),
    law: 'Standards for the Predetermined Price (예정가격작성기준), arts. 44-2 to 44-4',
  },
])

export const reviewDocuments = readSince<Period>(
  'kr.state.review-documents',
  'award',
  '2025-12-01',
  calendarDays(7),
  'PPS rule on qualification review of works (지침 9269)',
)
export const localReviewDocuments = dated<Period>('kr.local.review-documents', 'award', [
  {
    from: firstDay,
    why: 'The local rule on qualification review was not read.',
    candidates: [
      {
        value: calendarDays(7),
        from: 'design',
        source: 'The 7 days of the PPS rule on qualification review of works.',
      },
    ],
  },
])

export const smallQuotationMinimum = dated<Period>('kr.small.notice', 'notice', [
  {
    from: firstDay,
    why: 'The length of the guide notice of a small e-quotation was not found in the acts that were read.',
    candidates: [
      {
        value: calendarDays(3),
        from: 'observed-practice',
        source: 'Three days are usual on KONEPS; no source text was seen.',
      },
    ],
  },
])

export const questions = dated<Period>('kr.questions', 'notice', [
  {
    from: firstDay,
    why: 'No day until which questions may be asked was found in the acts that were read.',
    candidates: [
      {
        value: calendarDays(1),
        from: 'design',
        source: 'Opinions on specifications and answers to all are known from KONEPS; one day leaves time to answer.',
      },
    ],
  },
])

/** Five days before the deadline cannot fit a quotation of three; the base amount is then set with the guide notice. */
export const smallBaseAmount = dated<Period>('kr.small.base-amount', 'notice', [
  {
    from: firstDay,
    why: 'When the base amount of a small e-quotation must be published was not found; 5 days cannot fit a notice of 3.',
    candidates: [
      {
        value: calendarDays(2),
        from: 'design',
        source: 'Published for most of the time in which quotations are made.',
      },
    ],
  },
])
