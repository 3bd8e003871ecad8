// Kyrgyz Republic, open tender of enterprises and companies (Resolution 301): the lowest price within the planned amount wins.
import { type Method, method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import {
  afterAmendment,
  afterRenotice,
  ifNotSigned,
  lowestPrice,
  minimum,
  ofResolution301,
  questions,
  standstill,
  withdrawal,
} from '../law/enterprises.ts'

const open = (id: string, regime: string): Method =>
  method({
    id,
    version: 1,
    regime,
    ocds: 'open',
    family: 'open',
    categories: ['goods', 'works', 'services'],
    from: '2022-06-10',
    article: ofResolution301,
    ceiling: null,
    minimumBidders: 1,
    steps: [
      { step: 'plan', basis: steps.plan },
      { step: 'approval', basis: steps.approval },
      { step: 'questions', untilBeforeDeadline: questions, basis: steps.questions },
      { step: 'bids', minimum, afterAmendment, afterRenotice, sealed: ['price'], withdrawal, basis: steps.bids },
      { step: 'opening', agency: { k: 2, n: 3 }, guardians: { k: 2, n: 3 }, basis: steps.opening },
      { step: 'award', rule: 'lowest-price@1', parameters: lowestPrice, basis: steps.award },
      { step: 'standstill', period: standstill, basis: steps.standstill },
      { step: 'contract', within: null, ifNotSigned, basis: steps.contract },
    ],
    ifItFails: [
      { then: 're-notice', when: 'any', basis: steps.again },
      { then: 'private-contract', when: 'renotice-failed', basis: ofResolution301 },
    ],
  })

export const enterpriseOpen = open('kg-enterprise-open', 'soe')
export const companyOpen = open('kg-company-open', 'soe-company')
