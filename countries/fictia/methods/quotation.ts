// Fictia, request for quotations: a small purchase, three working days, the lowest price within the budget wins.
import { method } from '@naru/domain/method.ts'
import { lowestPrice } from '../law/awards.ts'
import { quotationGoods, quotationServices, quotationWorks, withdrawal } from '../law/limits.ts'
import {
  contractWithin,
  ifNotSigned,
  quotationAfterAmendment,
  quotationAfterRenotice,
  quotationMinimum,
  quotationQuestions,
} from '../law/periods.ts'

const law = (article: string) => ({ law: `Fictia Public Buying Act, ${article}` })

export const quotation = method({
  id: 'fictia-quotation',
  version: 1,
  regime: 'public-buying-act',
  ocds: 'open',
  family: 'quotation',
  categories: ['goods', 'works', 'services'],
  from: '2026-01-01',
  article: law('art. 8'),
  ceiling: [
    { category: 'goods', amount: quotationGoods },
    { category: 'services', amount: quotationServices },
    { category: 'works', amount: quotationWorks },
  ],
  minimumBidders: 1,
  steps: [
    { step: 'plan', basis: law('art. 4') },
    { step: 'approval', basis: law('art. 5') },
    { step: 'questions', untilBeforeDeadline: quotationQuestions, basis: law('art. 16') },
    {
      step: 'bids',
      minimum: quotationMinimum,
      afterAmendment: quotationAfterAmendment,
      afterRenotice: quotationAfterRenotice,
      sealed: ['price'],
      withdrawal,
      basis: law('art. 18'),
    },
    { step: 'opening', agency: { k: 1, n: 2 }, guardians: { k: 2, n: 3 }, basis: law('art. 22(3)') },
    { step: 'award', rule: 'lowest-price@1', parameters: lowestPrice, basis: law('art. 28') },
    { step: 'contract', within: contractWithin, ifNotSigned, basis: law('art. 33') },
  ],
  ifItFails: [{ then: 're-notice', when: 'any', basis: law('art. 40(1)') }],
})
