// International texts: every period, limit and rule of award, with the text it comes from. Amounts in cents.
import type { BestScoreParameters, LowestPriceParameters } from '@naru/domain/award/parameters.ts'
import type { IfNotSigned } from '@naru/domain/method.ts'
import type { Money } from '@naru/domain/money.ts'
import { dated } from '@naru/domain/pack.ts'
import { calendarDays, type Period, workingDays } from '@naru/domain/time.ts'
import {
  complaint10,
  international40,
  lowestWithinBudget,
  nextRanked,
  renotice10,
  standstill10,
  untilDeadline,
  working,
} from '../../model-law.ts'
import type { Share } from '../../securities.ts'
import { banksUnread, customary, from, gpaUnread, modelLawUnread as why } from './sources.ts'

export const openMinimum = dated<Period>('int.open.minimum', 'notice', [{ from, why, candidates: international40 }])
/** Forty days less five each for electronic notice, electronic documents and electronic receipt, which Naru always has. */
export const gpaMinimum = dated<Period>('int.gpa.minimum', 'notice', [
  {
    from,
    why: gpaUnread,
    candidates: customary(
      calendarDays(25),
      'WTO Agreement on Government Procurement, art. XI: 40 days less 5 each for electronic notice, documents and receipt.',
    ),
  },
])
export const quotationMinimum = dated<Period>('int.quotation.minimum', 'notice', [
  { from, why, candidates: working(workingDays(5)) },
])
export const afterAmendment = dated<Period>('int.after-amendment', 'act', [
  { from, why, candidates: working(calendarDays(7)) },
])
export const quotationAfterAmendment = dated<Period>('int.quotation.after-amendment', 'act', [
  { from, why, candidates: working(workingDays(2)) },
])
export const afterRenotice = dated<Period>('int.after-renotice', 'notice', [{ from, why, candidates: renotice10 }])
export const quotationAfterRenotice = dated<Period>('int.quotation.after-renotice', 'notice', [
  { from, why, candidates: working(workingDays(3)) },
])
export const questions = dated<Period>('int.questions', 'notice', [{ from, why, candidates: working(calendarDays(7)) }])
export const quotationQuestions = dated<Period>('int.quotation.questions', 'notice', [
  { from, why, candidates: working(workingDays(1)) },
])
export const standstill = dated<Period>('int.standstill', 'award', [{ from, why, candidates: standstill10 }])
export const complaint = dated<Period>('int.complaint.file-within', 'act', [{ from, why, candidates: complaint10 }])
export const awardNotice = dated<Period>('int.gpa.award-notice', 'award', [
  {
    from,
    why: gpaUnread,
    candidates: customary(
      calendarDays(72),
      'WTO Agreement on Government Procurement, art. XVI: the award is published within 72 days.',
    ),
  },
])

export const quotationCeiling = dated<Money>('int.quotation.ceiling', 'notice', [
  { from, why, candidates: working<Money>({ amount: '10000000', currency: 'USD' }) },
])

/** Special drawing rights; a dated table of each Party converts them, for two years at a time. */
const threshold = (key: string, amount: string) =>
  dated<Money>(key, 'notice', [
    {
      from,
      why: gpaUnread,
      candidates: customary<Money>(
        { amount: `${amount}00`, currency: 'XDR' },
        'Usual threshold of the Parties in special drawing rights; the annexes of each Party decide.',
      ),
    },
  ])
export const thresholdCentral = threshold('int.gpa.threshold-central', '130000')
export const thresholdSubCentral = threshold('int.gpa.threshold-sub-central', '200000')
export const thresholdOthers = threshold('int.gpa.threshold-others', '400000')
export const thresholdWorks = threshold('int.gpa.threshold-works', '5000000')

export const withdrawal = dated<'until-deadline' | 'none'>('int.withdrawal', 'notice', [
  { from, why, candidates: untilDeadline },
])
export const ifNotSigned = dated<IfNotSigned>('int.contract.not-signed', 'notice', [
  { from, why, candidates: nextRanked },
])

export const lowestPrice = dated<LowestPriceParameters>('int.award.lowest-price', 'notice', [
  { from, why, candidates: customary<LowestPriceParameters>({ ceiling: 'budget' }, lowestWithinBudget) },
])
export const bestScore = dated<BestScoreParameters>('int.award.best-score', 'notice', [
  {
    from,
    why,
    candidates: working<BestScoreParameters>({
      ceiling: 'budget',
      pricePoints: '60',
      qualityPoints: '40',
      priceFormula: 'proportional',
      rounding: { decimals: 2, mode: 'half-up' },
    }),
  },
])
/** The banks allow neither a secret reserve price nor a floor or ceiling that rejects a bid by itself. */
export const bankLowestPrice = dated<LowestPriceParameters>('int.bank.lowest-price', 'notice', [
  {
    from,
    why: banksUnread,
    candidates: customary<LowestPriceParameters>(
      { ceiling: 'none' },
      'As commonly required by the development banks: the lowest evaluated price, no secret reserve price, no floor.',
    ),
  },
])
/** Foreign bidders stand equal. */
export const bankPreference = dated<Share>('int.bank.preference', 'notice', [
  {
    from,
    why: banksUnread,
    candidates: customary<Share>(
      { percent: '0', of: 'bid-price', bound: 'exactly' },
      'As commonly required by the development banks: foreign bidders are treated as domestic ones.',
    ),
  },
])
export const bidSecurity = dated<Share>('int.bid-security', 'notice', [
  { from, why, candidates: working<Share>({ percent: '3', of: 'planned-amount', bound: 'most' }) },
])
export const performanceSecurity = dated<Share>('int.performance-security', 'contract', [
  { from, why, candidates: working<Share>({ percent: '10', of: 'contract-price', bound: 'most' }) },
])
