// Fictia, open tender by price and features: the price is divided by what the features are worth, and the lowest divided price wins.
import { method } from '@naru/domain/method.ts'
import { priceByFeatures } from '../law/awards.ts'
import { withdrawal } from '../law/limits.ts'
import {
  afterRenotice,
  contractWithin,
  ifNotSigned,
  openAfterAmendment,
  openMinimum,
  openQuestions,
  standstill,
  worksMinimum,
} from '../law/periods.ts'

const law = (article: string) => ({ law: `Fictia Public Buying Act, ${article}` })

export const openFeatures = method({
  id: 'fictia-open-features',
  version: 1,
  regime: 'public-buying-act',
  ocds: 'open',
  family: 'open',
  categories: ['goods', 'services'],
  from: '2026-01-01',
  article: law('art. 7(3)'),
  ceiling: null,
  minimumBidders: 1,
  steps: [
    { step: 'plan', basis: law('art. 4') },
    { step: 'approval', basis: law('art. 5') },
    { step: 'questions', untilBeforeDeadline: openQuestions, basis: law('art. 16') },
    {
      step: 'bids',
      minimum: [
        { category: 'works', below: null, period: worksMinimum },
        { category: 'any', below: null, period: openMinimum },
      ],
      afterAmendment: openAfterAmendment,
      afterRenotice,
      sealed: ['price', 'tech'],
      withdrawal,
      basis: law('art. 18'),
    },
    { step: 'opening', agency: { k: 2, n: 3 }, guardians: { k: 2, n: 3 }, basis: law('art. 22') },
    { step: 'evaluation', evaluators: 2, basis: law('art. 26') },
    { step: 'award', rule: 'price-by-features@1', parameters: priceByFeatures, basis: law('art. 28(3)') },
    { step: 'standstill', period: standstill, basis: law('art. 31') },
    { step: 'contract', within: contractWithin, ifNotSigned, basis: law('art. 33') },
  ],
  ifItFails: [
    { then: 're-notice', when: 'any', basis: law('art. 40(1)') },
    { then: 'new-tender', when: 'renotice-failed', basis: law('art. 40(2)') },
  ],
})
