// Kyrgyz Republic, request for quotations (запрос котировок): a small purchase in a few working days, the lowest price wins.
import { method } from '@naru/domain/method.ts'
import { lowestPrice } from '../law/awards.ts'
import { ifNotSigned, quotationCeiling, withdrawal } from '../law/limits.ts'
import {
  quotationAfterAmendment,
  quotationAfterRenotice,
  quotationMinimum,
  quotationQuestions,
  standstill,
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

export const quotation = method({
  id: 'kg-quotation',
  version: 1,
  regime: 'budget',
  ocds: 'open',
  family: 'quotation',
  categories: ['goods', 'works', 'services'],
  from: '2022-04-14',
  article: methodOfLaw27,
  ceiling: [
    { category: 'goods', amount: quotationCeiling },
    { category: 'works', amount: quotationCeiling },
    { category: 'services', amount: quotationCeiling },
  ],
  minimumBidders: 1,
  steps: [
    { step: 'plan', basis: planOnPortal },
    { step: 'approval', basis: design('Who prepares does not approve.') },
    {
      step: 'questions',
      untilBeforeDeadline: quotationQuestions,
      basis: modelLaw('UNCITRAL Model Law, art. 15: questions and answers.'),
    },
    {
      step: 'bids',
      minimum: quotationMinimum,
      afterAmendment: quotationAfterAmendment,
      afterRenotice: quotationAfterRenotice,
      sealed: ['price'],
      withdrawal,
      basis: modelLaw('UNCITRAL Model Law: submission of quotations.'),
    },
    { step: 'opening', agency: { k: 1, n: 2 }, guardians: { k: 2, n: 3 }, basis: openingOnPortal },
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
    { then: 're-notice', when: 'any', basis: modelLaw('A quotation that failed is announced again.') },
    { then: 'private-contract', when: 'renotice-failed', basis: failedTwice },
  ],
})
