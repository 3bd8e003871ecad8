// Mongolia, comparison (харьцуулалтын арга): a small purchase by quotations, the lowest price wins.
import { method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import { lowestPrice } from '../law/awards.ts'
import { comparisonGoods, comparisonServices, comparisonWorks, ifNotSigned, withdrawal } from '../law/limits.ts'
import {
  comparisonAfterAmendment,
  comparisonAfterRenotice,
  comparisonMinimum,
  comparisonQuestions,
  contractWithin,
  standstill,
} from '../law/periods.ts'
import { from, methodOfLaw2005 } from '../law/sources.ts'

export const comparison = method({
  id: 'mn-comparison',
  version: 1,
  regime: 'public',
  ocds: 'open',
  family: 'quotation',
  categories: ['goods', 'works', 'services'],
  from,
  article: methodOfLaw2005,
  ceiling: [
    { category: 'goods', amount: comparisonGoods },
    { category: 'works', amount: comparisonWorks },
    { category: 'services', amount: comparisonServices },
  ],
  minimumBidders: 1,
  steps: [
    { step: 'plan', basis: steps.plan },
    { step: 'approval', basis: steps.approval },
    { step: 'questions', untilBeforeDeadline: comparisonQuestions, basis: steps.questions },
    {
      step: 'bids',
      minimum: comparisonMinimum,
      afterAmendment: comparisonAfterAmendment,
      afterRenotice: comparisonAfterRenotice,
      sealed: ['price'],
      withdrawal,
      basis: steps.bids,
    },
    { step: 'opening', agency: { k: 1, n: 2 }, guardians: { k: 2, n: 3 }, basis: steps.opening },
    { step: 'award', rule: 'lowest-price@1', parameters: lowestPrice, basis: steps.award },
    { step: 'standstill', period: standstill, basis: steps.standstill },
    { step: 'contract', within: contractWithin, ifNotSigned, basis: steps.contract },
  ],
  ifItFails: [{ then: 're-notice', when: 'any', basis: steps.again }],
})
