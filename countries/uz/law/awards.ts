// Uzbekistan: who wins, and the deposit (закалат) that the portal's operator holds.
import type { BestScoreParameters, LowestPriceParameters } from '@naru/domain/award/parameters.ts'
import { dated } from '@naru/domain/pack.ts'
import { hearsay, lowestWithinBudget, working } from '../../model-law.ts'
import type { Share } from '../../securities.ts'
import { from, unread } from './sources.ts'

export const lowestPrice = dated<LowestPriceParameters>('uz.award.lowest-price', 'notice', [
  {
    from,
    why: unread,
    candidates: [{ value: { ceiling: 'budget' }, from: 'international-default', source: lowestWithinBudget }],
  },
])

/** Selection of best offers weighs price and quality; no weights were found. */
export const bestOffer = dated<BestScoreParameters>('uz.award.best-offer', 'notice', [
  {
    from,
    why: unread,
    candidates: working<BestScoreParameters>({
      ceiling: 'budget',
      pricePoints: '60',
      qualityPoints: '40',
      priceFormula: 'proportional',
      rounding: { decimals: 2, mode: 'half-up' },
    }),
  },
])

export const deposit = dated<Share>('uz.deposit', 'notice', [
  { from, why: unread, candidates: hearsay<Share>({ percent: '3', of: 'planned-amount', bound: 'most' }) },
])
