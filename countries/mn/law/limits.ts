// Mongolia: money limits, withdrawal, an unsigned contract, securities and preference. Amounts in möngö.
import type { IfNotSigned } from '@naru/domain/method.ts'
import type { Money } from '@naru/domain/money.ts'
import { type Candidate, dated } from '@naru/domain/pack.ts'
import { nextRanked, untilDeadline } from '../../model-law.ts'
import type { Share } from '../../securities.ts'
import { from, unread } from './sources.ts'

const resolution68 = (amount: number): readonly [Candidate<Money>] => [
  {
    value: { amount: (BigInt(amount) * 100n).toString(), currency: 'MNT' },
    from: 'repealed-law',
    source: 'Government resolution 68 of 2013, replaced by resolution 124 of 2021, whose figures were not found.',
  },
]

export const comparisonGoods = dated<Money>('mn.comparison.ceiling-goods', 'notice', [
  { from, why: unread, candidates: resolution68(50_000_000) },
])
export const comparisonWorks = dated<Money>('mn.comparison.ceiling-works', 'notice', [
  { from, why: unread, candidates: resolution68(80_000_000) },
])
export const comparisonServices = dated<Money>('mn.comparison.ceiling-services', 'notice', [
  { from, why: unread, candidates: resolution68(50_000_000) },
])
export const leastCost = dated<Money>('mn.least-cost.ceiling', 'notice', [
  { from, why: unread, candidates: resolution68(50_000_000) },
])

export const withdrawal = dated<'until-deadline' | 'none'>('mn.withdrawal', 'notice', [
  { from, why: unread, candidates: untilDeadline },
])
export const ifNotSigned = dated<IfNotSigned>('mn.contract.not-signed', 'notice', [
  { from, why: unread, candidates: nextRanked },
])

const seen = (value: Share): readonly [Candidate<Share>] => [
  { value, from: 'observed-practice', source: 'Seen in tender documents of the portal in 2026.' },
]
/** One to two percent of the planned sum; an electronic declaration may stand in its place. */
export const bidSecurity = dated<Share>('mn.bid-security', 'notice', [
  { from, why: unread, candidates: seen({ percent: '2', of: 'planned-amount', bound: 'seen' }) },
])
export const performanceSecurity = dated<Share>('mn.performance-security', 'contract', [
  { from, why: unread, candidates: seen({ percent: '5', of: 'contract-price', bound: 'seen' }) },
])

const resolution18 = (percent: string): readonly [Candidate<Share>] => [
  {
    value: { percent, of: 'bid-price', bound: 'exactly' },
    from: 'repealed-law',
    source: 'Government resolution 18 of 28 January 2014: the evaluated price is lowered by so much.',
  },
]
export const preferenceGoods = dated<Share>('mn.preference.goods', 'notice', [
  { from, why: unread, candidates: resolution18('10') },
])
export const preferenceWorks = dated<Share>('mn.preference.works', 'notice', [
  { from, why: unread, candidates: resolution18('7.5') },
])
