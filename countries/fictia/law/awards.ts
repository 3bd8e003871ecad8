// Fictia: who wins. The points for price are in proportion to the lowest price.
import { dated } from '@naru/domain/pack.ts'
import type { AbnormallyLow } from '@naru/domain/award/abnormally-low.ts'
import type { BestScoreParameters, FeaturesParameters, LowestPriceParameters } from '@naru/domain/award/parameters.ts'

const law = (article: string) => `Fictia Public Buying Act, ${article}`
const from = '2026-01-01'

export const lowestPrice = dated<LowestPriceParameters>('fictia.award.lowest-price', 'notice', [
  { from, value: { ceiling: 'budget' }, law: law('art. 28(1)') },
])

/** 60 points for price, 40 for quality; sums rounded half up at the third decimal. */
export const bestScore = dated<BestScoreParameters>('fictia.award.best-score', 'notice', [
  {
    from,
    value: {
      ceiling: 'budget',
      pricePoints: '60',
      qualityPoints: '40',
      qualityMinimum: '24',
      priceFormula: 'proportional',
      rounding: { decimals: 2, mode: 'half-up' },
    },
    law: law('art. 28(2)'),
  },
])

/** Features are worth up to 25 % of the price together. */
export const priceByFeatures = dated<FeaturesParameters>('fictia.award.features', 'notice', [
  { from, value: { ceiling: 'budget', featuresPercent: '25' }, law: law('art. 28(3)') },
])

/** A price so far below the mean of the others, or below the next, must be explained. */
export const abnormallyLow = dated<AbnormallyLow>('fictia.abnormally-low.limits', 'notice', [
  { from, value: { belowMeanPercent: '40', belowNextPercent: '30' }, law: law('art. 27(1)') },
])
