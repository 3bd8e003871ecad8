// Mongolia, open tender (нээлттэй тендер шалгаруулалт): anyone may bid, the lowest price within the planned sum wins.
import { method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import { lowestPrice } from '../law/awards.ts'
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

export const open = method({
  id: 'mn-open',
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
      sealed: ['price'],
      withdrawal,
      basis: steps.bids,
    },
    { step: 'opening', agency: { k: 2, n: 3 }, guardians: { k: 2, n: 3 }, basis: steps.opening },
    { step: 'award', rule: 'lowest-price@1', parameters: lowestPrice, basis: steps.award },
    { step: 'standstill', period: standstill, basis: steps.standstill },
    { step: 'contract', within: contractWithin, ifNotSigned, basis: steps.contract },
  ],
  ifItFails: [
    { then: 're-notice', when: 'any', basis: steps.again },
    { then: 'new-tender', when: 'renotice-failed', basis: steps.anew },
  ],
})
