// Kyrgyz Republic, unlimited method (неограниченный метод): an open tender, the lowest price within the planned amount wins.
import { method } from '@naru/domain/method.ts'
import { lowestPrice } from '../law/awards.ts'
import { ifNotSigned, withdrawal } from '../law/limits.ts'
import {
  standstill,
  unlimitedAfterAmendment,
  unlimitedAfterRenotice,
  unlimitedMinimum,
  unlimitedQuestions,
} from '../law/periods.ts'
import {
  contractOnPortal,
  design,
  failedTwice,
  methodOfLaw27,
  modelLaw,
  openingOnPortal,
  planOnPortal,
} from '../law/sources.ts'

export const unlimited = method({
  id: 'kg-unlimited',
  version: 1,
  regime: 'budget',
  ocds: 'open',
  family: 'open',
  categories: ['goods', 'works', 'services'],
  from: '2022-04-14',
  article: methodOfLaw27,
  ceiling: null,
  minimumBidders: 1,
  steps: [
    { step: 'plan', basis: planOnPortal },
    { step: 'approval', basis: design('Who prepares does not approve.') },
    {
      step: 'questions',
      untilBeforeDeadline: unlimitedQuestions,
      basis: modelLaw('UNCITRAL Model Law, art. 15: questions and answers.'),
    },
    {
      step: 'bids',
      minimum: unlimitedMinimum,
      afterAmendment: unlimitedAfterAmendment,
      afterRenotice: unlimitedAfterRenotice,
      sealed: ['price'],
      withdrawal,
      basis: modelLaw('UNCITRAL Model Law: submission of tenders.'),
    },
    { step: 'opening', agency: { k: 2, n: 3 }, guardians: { k: 2, n: 3 }, basis: openingOnPortal },
    {
      step: 'award',
      rule: 'lowest-price@1',
      parameters: lowestPrice,
      basis: modelLaw('UNCITRAL Model Law, art. 11: evaluation.'),
    },
    { step: 'standstill', period: standstill, basis: modelLaw('UNCITRAL Model Law, art. 22: standstill.') },
    { step: 'contract', within: null, ifNotSigned, basis: contractOnPortal },
  ],
  ifItFails: [
    { then: 're-notice', when: 'any', basis: modelLaw('A tender that failed is announced again.') },
    { then: 'private-contract', when: 'renotice-failed', basis: failedTwice },
  ],
})
