// International, request for proposals without negotiation under the Model Law: price and quality sealed apart, the highest sum of points wins.
import { method } from '@naru/domain/method.ts'
import { steps } from '../../model-law.ts'
import { from, ofModelLaw } from '../law/sources.ts'
import {
  afterAmendment,
  afterRenotice,
  bestScore,
  ifNotSigned,
  openMinimum,
  questions,
  standstill,
  withdrawal,
} from '../law/values.ts'

export const proposals = method({
  id: 'int-proposals',
  version: 1,
  regime: 'model-law',
  ocds: 'open',
  family: 'open',
  categories: ['goods', 'works', 'services'],
  from,
  article: ofModelLaw('request for proposals without negotiation'),
  ceiling: null,
  minimumBidders: 1,
  steps: [
    { step: 'plan', basis: steps.plan },
    { step: 'approval', basis: steps.approval },
    { step: 'questions', untilBeforeDeadline: questions, basis: steps.questions },
    {
      step: 'bids',
      minimum: openMinimum,
      afterAmendment,
      afterRenotice,
      sealed: ['price', 'tech'],
      withdrawal,
      basis: steps.bids,
    },
    { step: 'opening', agency: { k: 2, n: 3 }, guardians: { k: 2, n: 3 }, basis: steps.opening },
    { step: 'evaluation', evaluators: 2, basis: steps.evaluation },
    { step: 'award', rule: 'best-score@1', parameters: bestScore, basis: steps.award },
    { step: 'standstill', period: standstill, basis: steps.standstill },
    { step: 'contract', within: null, ifNotSigned, basis: steps.contract },
  ],
  ifItFails: [
    { then: 're-notice', when: 'any', basis: steps.again },
    { then: 'new-tender', when: 'renotice-failed', basis: steps.anew },
  ],
})
