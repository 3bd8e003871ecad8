// International, open tendering under the Model Law: the default method, the lowest price within the planned sum wins.
import { method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import { from, ofModelLaw } from '../law/sources.ts'
import {
  afterAmendment,
  afterRenotice,
  ifNotSigned,
  lowestPrice,
  openMinimum,
  questions,
  standstill,
  withdrawal,
} from '../law/values.ts'

export const open = method({
  id: 'int-open',
  version: 1,
  regime: 'model-law',
  ocds: 'open',
  family: 'open',
  categories: ['goods', 'works', 'services'],
  from,
  article: ofModelLaw('open tendering'),
  ceiling: null,
  minimumBidders: 1,
  steps: [
    { step: 'plan', basis: steps.plan },
    { step: 'approval', basis: steps.approval },
    { step: 'questions', untilBeforeDeadline: questions, basis: steps.questions },
    {
      step: 'bids',
      minimum: openMinimum,
      afterAmendment,
      afterRenotice,
      sealed: ['price'],
      withdrawal,
      basis: steps.bids,
    },
    { step: 'opening', agency: { k: 2, n: 3 }, guardians: { k: 2, n: 3 }, basis: steps.opening },
    { step: 'award', rule: 'lowest-price@1', parameters: lowestPrice, basis: steps.award },
    { step: 'standstill', period: standstill, basis: steps.standstill },
    { step: 'contract', within: null, ifNotSigned, basis: steps.contract },
  ],
  ifItFails: [
    { then: 're-notice', when: 'any', basis: steps.again },
    { then: 'new-tender', when: 'renotice-failed', basis: steps.anew },
  ],
})
