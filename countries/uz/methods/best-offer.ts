// Uzbekistan, selection of best offers (eng yaxshi takliflarni tanlash): price and quality are sealed apart, the highest sum of points wins.
import { type Method, method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import { bestOffer } from '../law/awards.ts'
import { bestOfferBudget, bestOfferCorporate, ifNotSigned, withdrawal } from '../law/limits.ts'
import { afterAmendment, afterRenotice, bestOfferMinimum, questions, standstill } from '../law/periods.ts'
import { methodOfLaw684 } from '../law/sources.ts'

const selection = (id: string, regime: string, ceiling: typeof bestOfferBudget): Method =>
  method({
    id,
    version: 1,
    regime,
    ocds: 'open',
    family: 'open',
    categories: ['goods', 'works', 'services'],
    from: '2023-01-01',
    article: methodOfLaw684,
    ceiling: [
      { category: 'goods', amount: ceiling },
      { category: 'works', amount: ceiling },
      { category: 'services', amount: ceiling },
    ],
    minimumBidders: 1,
    steps: [
      { step: 'plan', basis: steps.plan },
      { step: 'approval', basis: steps.approval },
      { step: 'questions', untilBeforeDeadline: questions, basis: steps.questions },
      {
        step: 'bids',
        minimum: bestOfferMinimum,
        afterAmendment,
        afterRenotice,
        sealed: ['price', 'tech'],
        withdrawal,
        basis: steps.bids,
      },
      { step: 'opening', agency: { k: 2, n: 3 }, guardians: { k: 2, n: 3 }, basis: steps.opening },
      { step: 'evaluation', evaluators: 2, basis: steps.evaluation },
      { step: 'award', rule: 'best-score@1', parameters: bestOffer, basis: steps.award },
      { step: 'standstill', period: standstill, basis: steps.standstill },
      { step: 'contract', within: null, ifNotSigned, basis: steps.contract },
    ],
    ifItFails: [
      { then: 're-notice', when: 'any', basis: steps.again },
      { then: 'new-tender', when: 'renotice-failed', basis: steps.anew },
    ],
  })

export const budgetBestOffer = selection('uz-best-offer-budget', 'budget', bestOfferBudget)
export const corporateBestOffer = selection('uz-best-offer-corporate', 'corporate', bestOfferCorporate)
