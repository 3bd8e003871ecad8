// Mongolia: who wins.
import type { BestScoreParameters, LowestPriceParameters } from '@naru/domain/award/parameters.ts'
import { dated } from '@naru/domain/pack.ts'
import { lowestWithinBudget, working } from '../../model-law.ts'
import { from, unread } from './sources.ts'

export const lowestPrice = dated<LowestPriceParameters>('mn.award.lowest-price', 'notice', [
  {
    from,
    why: unread,
    candidates: [{ value: { ceiling: 'budget' }, from: 'international-default', source: lowestWithinBudget }],
  },
])

/** Quality beside price; the draft of May 2025 puts quality first, its weights were not read. */
export const bestScore = dated<BestScoreParameters>('mn.award.best-score', 'notice', [
  {
    from,
    why: unread,
    candidates: working<BestScoreParameters>({
      ceiling: 'budget',
      pricePoints: '40',
      qualityPoints: '60',
      priceFormula: 'proportional',
      rounding: { decimals: 2, mode: 'half-up' },
    }),
  },
])
