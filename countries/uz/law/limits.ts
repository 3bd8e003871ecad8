// Uzbekistan: money limits as multiples of the base calculation value, apart for budget and corporate customers; withdrawal; an unsigned contract.
import type { IfNotSigned } from '@naru/domain/method.ts'
import { dated } from '@naru/domain/pack.ts'
import { nextRanked, untilDeadline } from '../../model-law.ts'
import { from, unread } from './sources.ts'
import { multipleOf } from './unit.ts'

const press =
  'The press on the amendments of 2024: 25 base calculation values for budget customers, 50 for corporate ones.'
const law2018 =
  'The law of 2018: a tender above 6,000 base calculation values for budget customers, 25,000 for corporate ones.'

export const smallBudget = multipleOf('uz.small.ceiling-budget', 25, unread, 'observed-practice', press)
export const smallCorporate = multipleOf('uz.small.ceiling-corporate', 50, unread, 'observed-practice', press)
export const bestOfferBudget = multipleOf('uz.best-offer.ceiling-budget', 6_000, unread, 'repealed-law', law2018)
export const bestOfferCorporate = multipleOf('uz.best-offer.ceiling-corporate', 25_000, unread, 'repealed-law', law2018)

export const withdrawal = dated<'until-deadline' | 'none'>('uz.withdrawal', 'notice', [
  { from, why: unread, candidates: untilDeadline },
])
export const ifNotSigned = dated<IfNotSigned>('uz.contract.not-signed', 'notice', [
  { from, why: unread, candidates: nextRanked },
])
