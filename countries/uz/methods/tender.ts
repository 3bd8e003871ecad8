// Uzbekistan, tender (tender): the method for the largest purchases, and lawful for any; the lowest price within the planned amount wins.
import { type Method, method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import { lowestPrice } from '../law/awards.ts'
import { ifNotSigned, withdrawal } from '../law/limits.ts'
import { afterAmendment, afterRenotice, questions, standstill, tenderMinimum } from '../law/periods.ts'
import { methodOfLaw684 } from '../law/sources.ts'

const tender = (id: string, regime: string): Method =>
  method({
    id,
    version: 1,
    regime,
    ocds: 'open',
    family: 'open',
    categories: ['goods', 'works', 'services'],
    from: '2023-01-01',
    article: methodOfLaw684,
    ceiling: null,
    minimumBidders: 1,
    steps: [
      { step: 'plan', basis: steps.plan },
      { step: 'approval', basis: steps.approval },
      { step: 'questions', untilBeforeDeadline: questions, basis: steps.questions },
      {
        step: 'bids',
        minimum: tenderMinimum,
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

export const budgetTender = tender('uz-tender-budget', 'budget')
export const corporateTender = tender('uz-tender-corporate', 'corporate')
