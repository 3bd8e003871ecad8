// International, request for quotations under the Model Law: at least three suppliers are asked, the lowest price wins.
import { method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import { from, ofModelLaw } from '../law/sources.ts'
import {
  ifNotSigned,
  lowestPrice,
  quotationAfterAmendment,
  quotationAfterRenotice,
  quotationCeiling,
  quotationMinimum,
  quotationQuestions,
  standstill,
  withdrawal,
} from '../law/values.ts'

export const quotation = method({
  id: 'int-quotation',
  version: 1,
  regime: 'model-law',
  ocds: 'open',
  family: 'quotation',
  categories: ['goods', 'works', 'services'],
  from,
  article: ofModelLaw('request for quotations'),
  ceiling: [
    { category: 'goods', amount: quotationCeiling },
    { category: 'works', amount: quotationCeiling },
    { category: 'services', amount: quotationCeiling },
  ],
  minimumBidders: 1,
  steps: [
    { step: 'plan', basis: steps.plan },
    { step: 'approval', basis: steps.approval },
    { step: 'questions', untilBeforeDeadline: quotationQuestions, basis: steps.questions },
    {
      step: 'bids',
      minimum: quotationMinimum,
      afterAmendment: quotationAfterAmendment,
      afterRenotice: quotationAfterRenotice,
      sealed: ['price'],
      withdrawal,
      basis: steps.bids,
    },
    { step: 'opening', agency: { k: 1, n: 2 }, guardians: { k: 2, n: 3 }, basis: steps.opening },
    { step: 'award', rule: 'lowest-price@1', parameters: lowestPrice, basis: steps.award },
    { step: 'standstill', period: standstill, basis: steps.standstill },
    { step: 'contract', within: null, ifNotSigned, basis: steps.contract },
  ],
  ifItFails: [{ then: 're-notice', when: 'any', basis: steps.again }],
})
