// Fictia, open tender: anyone may bid, the lowest price within the budget wins.
import { method } from '@naru/domain/method.ts'
import { abnormallyLow, lowestPrice } from '../law/awards.ts'
import { withdrawal } from '../law/limits.ts'
import {
  afterRenotice,
  contractWithin,
  explainWithin,
  ifNotSigned,
  openAfterAmendment,
  openMinimum,
  openQuestions,
  standstill,
  worksMinimum,
} from '../law/periods.ts'

const law = (article: string) => ({ law: `Fictia Public Buying Act, ${article}` })

export const open = method({
  id: 'fictia-open',
  version: 2,
  regime: 'public-buying-act',
  ocds: 'open',
  family: 'open',
  categories: ['goods', 'works', 'services'],
  from: '2026-01-01',
  article: law('art. 7(1)'),
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
      sealed: ['price'],
      withdrawal,
      basis: law('art. 18'),
    },
    { step: 'opening', agency: { k: 2, n: 3 }, guardians: { k: 2, n: 3 }, basis: law('art. 22') },
    { step: 'award', rule: 'lowest-price@1', parameters: lowestPrice, basis: law('art. 28') },
    { step: 'abnormally-low', limits: abnormallyLow, explainWithin, basis: law('art. 27') },
    { step: 'standstill', period: standstill, basis: law('art. 31') },
    { step: 'contract', within: contractWithin, ifNotSigned, basis: law('art. 33') },
  ],
  ifItFails: [
    { then: 're-notice', when: 'any', basis: law('art. 40(1)') },
    { then: 'new-tender', when: 'renotice-failed', basis: law('art. 40(2)') },
  ],
})
