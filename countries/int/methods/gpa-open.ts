// International, open tendering under the WTO agreement: forty days less what electronic means save.
import { method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import { from } from '../law/sources.ts'
import {
  afterAmendment,
  afterRenotice,
  gpaMinimum,
  ifNotSigned,
  lowestPrice,
  questions,
  standstill,
  withdrawal,
} from '../law/values.ts'

export const gpaOpen = method({
  id: 'int-gpa-open',
  version: 1,
  regime: 'gpa',
  ocds: 'open',
  family: 'open',
  categories: ['goods', 'works', 'services'],
  from,
  article: { assumed: 'WTO Agreement on Government Procurement: open tendering.', from: 'international-default' },
  ceiling: null,
  minimumBidders: 1,
  steps: [
    { step: 'plan', basis: steps.plan },
    { step: 'approval', basis: steps.approval },
    { step: 'questions', untilBeforeDeadline: questions, basis: steps.questions },
    {
      step: 'bids',
      minimum: gpaMinimum,
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
