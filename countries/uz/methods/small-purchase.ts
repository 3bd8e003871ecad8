// Uzbekistan, small purchase (kichik xarid): no commission, three quotations are asked for, the lowest price wins. Budget and corporate customers differ in the limit only.
import { type Method, method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import { lowestPrice } from '../law/awards.ts'
import { ifNotSigned, smallBudget, smallCorporate, withdrawal } from '../law/limits.ts'
import { smallAfterAmendment, smallAfterRenotice, smallMinimum, smallQuestions, standstill } from '../law/periods.ts'
import { amendments2024 } from '../law/sources.ts'

const smallPurchase = (id: string, regime: string, ceiling: typeof smallBudget): Method =>
  method({
    id,
    version: 1,
    regime,
    ocds: 'open',
    family: 'quotation',
    categories: ['goods', 'works', 'services'],
    from: '2024-10-01',
    article: amendments2024,
    ceiling: [
      { category: 'goods', amount: ceiling },
      { category: 'works', amount: ceiling },
      { category: 'services', amount: ceiling },
    ],
    minimumBidders: 1,
    steps: [
      { step: 'plan', basis: steps.plan },
      { step: 'approval', basis: steps.approval },
      { step: 'questions', untilBeforeDeadline: smallQuestions, basis: steps.questions },
      {
        step: 'bids',
        minimum: smallMinimum,
        afterAmendment: smallAfterAmendment,
        afterRenotice: smallAfterRenotice,
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

export const budgetSmall = smallPurchase('uz-small-budget', 'budget', smallBudget)
export const corporateSmall = smallPurchase('uz-small-corporate', 'corporate', smallCorporate)
