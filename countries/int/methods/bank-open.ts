// International, open competition with money of a development bank: no secret reserve price, no floor, foreign bidders equal.
import { method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import { from } from '../law/sources.ts'
import {
  afterAmendment,
  afterRenotice,
  bankLowestPrice,
  ifNotSigned,
  openMinimum,
  questions,
  standstill,
  withdrawal,
} from '../law/values.ts'

export const bankOpen = method({
  id: 'int-bank-open',
  version: 1,
  regime: 'bank',
  ocds: 'open',
  family: 'open',
  categories: ['goods', 'works', 'services'],
  from,
  article: {
    assumed: 'As commonly required by the development banks: open international competition.',
    from: 'international-default',
  },
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
    { step: 'award', rule: 'lowest-price@1', parameters: bankLowestPrice, basis: steps.award },
    { step: 'standstill', period: standstill, basis: steps.standstill },
    { step: 'contract', within: null, ifNotSigned, basis: steps.contract },
  ],
  ifItFails: [
    { then: 're-notice', when: 'any', basis: steps.again },
    { then: 'new-tender', when: 'renotice-failed', basis: steps.anew },
  ],
})
