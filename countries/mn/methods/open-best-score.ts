// Mongolia, open tender by price and quality: sealed apart, evaluators score quality, the highest sum of points wins.
import { method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import { bestScore } from '../law/awards.ts'
import { ifNotSigned, withdrawal } from '../law/limits.ts'
import {
  contractWithin,
  openAfterAmendment,
  openAfterRenotice,
  openMinimum,
  openQuestions,
  standstill,
} from '../law/periods.ts'
import { from, methodOfLaw2005 } from '../law/sources.ts'

export const openBestScore = method({
  id: 'mn-open-best-score',
  version: 1,
  regime: 'public',
  ocds: 'open',
  family: 'open',
  categories: ['goods', 'works', 'services'],
  from,
  article: methodOfLaw2005,
  ceiling: null,
  minimumBidders: 1,
  steps: [
    { step: 'plan', basis: steps.plan },
    { step: 'approval', basis: steps.approval },
    { step: 'questions', untilBeforeDeadline: openQuestions, basis: steps.questions },
    {
      step: 'bids',
      minimum: openMinimum,
      afterAmendment: openAfterAmendment,
      afterRenotice: openAfterRenotice,
      sealed: ['price', 'tech'],
      withdrawal,
      basis: steps.bids,
    },
    { step: 'opening', agency: { k: 2, n: 3 }, guardians: { k: 2, n: 3 }, basis: steps.opening },
    { step: 'evaluation', evaluators: 2, basis: steps.evaluation },
    { step: 'award', rule: 'best-score@1', parameters: bestScore, basis: steps.award },
    { step: 'standstill', period: standstill, basis: steps.standstill },
    { step: 'contract', within: contractWithin, ifNotSigned, basis: steps.contract },
  ],
  ifItFails: [
    { then: 're-notice', when: 'any', basis: steps.again },
    { then: 'new-tender', when: 'renotice-failed', basis: steps.anew },
  ],
})
