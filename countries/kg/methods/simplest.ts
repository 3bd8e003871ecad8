// Kyrgyz Republic, simplest procurement of enterprises and companies (Resolution 301, простейшая закупка): a few days, the lowest price wins. Only the limit differs.
import { type Method, method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import {
  amended,
  ifNotSigned,
  lowestPrice,
  ofResolution301,
  simplestAfterAmendment,
  simplestAfterRenotice,
  simplestCompany,
  simplestEnterprise,
  simplestMinimum,
  simplestQuestions,
  withdrawal,
} from '../law/enterprises.ts'

const simplest = (id: string, regime: string, ceiling: typeof simplestCompany): Method =>
  method({
    id,
    version: 1,
    regime,
    ocds: 'open',
    family: 'quotation',
    categories: ['goods', 'works', 'services'],
    from: amended,
    article: ofResolution301,
    ceiling: [
      { category: 'goods', amount: ceiling },
      { category: 'works', amount: ceiling },
      { category: 'services', amount: ceiling },
    ],
    minimumBidders: 1,
    steps: [
      { step: 'plan', basis: steps.plan },
      { step: 'approval', basis: steps.approval },
      { step: 'questions', untilBeforeDeadline: simplestQuestions, basis: steps.questions },
      {
        step: 'bids',
        minimum: simplestMinimum,
        afterAmendment: simplestAfterAmendment,
        afterRenotice: simplestAfterRenotice,
        sealed: ['price'],
        withdrawal,
        basis: steps.bids,
      },
      { step: 'opening', agency: { k: 1, n: 2 }, guardians: { k: 2, n: 3 }, basis: steps.opening },
      { step: 'award', rule: 'lowest-price@1', parameters: lowestPrice, basis: steps.award },
      { step: 'contract', within: null, ifNotSigned, basis: steps.contract },
    ],
    ifItFails: [{ then: 're-notice', when: 'any', basis: steps.again }],
  })

export const enterpriseSimplest = simplest('kg-enterprise-simplest', 'soe', simplestEnterprise)
export const companySimplest = simplest('kg-company-simplest', 'soe-company', simplestCompany)
