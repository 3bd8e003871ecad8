// Korea, local governments: open tender with preliminary prices and qualification review (적격심사). The reserve price is drawn at the opening.
import { method } from '@naru/domain/method.ts'
import type { Basis } from '@naru/domain/refusal.ts'
import { localRange } from '../law/draw.ts'
import { fiveBillion, localReviewWorks, oneBillion, withdrawal, localNotSigned } from '../law/limits.ts'
import {
  baseAmount,
  localCorrection,
  localMinimum,
  localRenotice,
  localWorksLarge,
  localWorksMiddle,
  localWorksSmall,
  questions,
  localReviewDocuments,
} from '../law/periods.ts'
import { localReview } from '../law/qualification.ts'
import { localDecree } from '../law/reading.ts'

const reviewAsInTheState: Basis = {
  assumed: 'As in State Contracts Enforcement Decree, art. 42; the local article was not read.',
  from: 'design',
}
const priceStandards = { law: 'Standards for the Predetermined Price (예정가격작성기준), arts. 44-2 to 44-4' }

export const localOpen = method({
  id: 'kr-local-open',
  version: 1,
  regime: 'local',
  ocds: 'open',
  family: 'open',
  categories: ['goods', 'works', 'services'],
  from: '2025-01-01',
  article: reviewAsInTheState,
  ceiling: [{ category: 'works', amount: localReviewWorks }],
  minimumBidders: 2,
  steps: [
    {
      step: 'plan',
      basis: {
        assumed: 'KONEPS publishes procurement plans (발주계획); no article was read.',
        from: 'observed-practice',
      },
    },
    { step: 'approval', basis: { assumed: 'Who prepares does not approve.', from: 'design' } },
    { step: 'base-amount', by: 'finance-officer', beforeDeadline: baseAmount, basis: priceStandards },
    {
      step: 'questions',
      untilBeforeDeadline: questions,
      basis: {
        assumed: 'Questions and answers are known from KONEPS; no article was read.',
        from: 'observed-practice',
      },
    },
    {
      step: 'bids',
      minimum: [
        { category: 'works', below: oneBillion, period: localWorksSmall },
        { category: 'works', below: fiveBillion, period: localWorksMiddle },
        { category: 'works', below: null, period: localWorksLarge },
        { category: 'any', below: null, period: localMinimum },
      ],
      afterAmendment: localCorrection,
      amendmentAdds: true,
      afterRenotice: localRenotice,
      sealed: ['price'],
      withdrawal,
      basis: localDecree('art. 35'),
    },
    {
      step: 'opening',
      agency: { k: 2, n: 3 },
      guardians: { k: 2, n: 3 },
      basis: { law: 'Special Terms for Electronic Bidding (PPS notice 2013-46), art. 11' },
    },
    {
      step: 'draw',
      count: 15,
      top: 4,
      picks: 2,
      rangePartsPerMillion: localRange,
      priceStep: { works: '100', goods: '1', services: '1' },
      tieRule: 'lower-number',
      fillRule: 'hash',
      meanRounding: 'up',
      basis: { law: 'Special Terms for Electronic Bidding (PPS notice 2013-46), arts. 7 and 12' },
    },
    { step: 'review', documentsWithin: localReviewDocuments, basis: reviewAsInTheState },
    { step: 'award', rule: 'qualification-review@1', parameters: localReview, basis: reviewAsInTheState },
    {
      step: 'contract',
      within: null,
      ifNotSigned: localNotSigned,
      basis: { law: 'Electronic Procurement Act (전자조달법), art. 9(2)' },
    },
  ],
  ifItFails: [
    {
      then: 're-bid',
      when: 'no-winner',
      basis: {
        assumed: 'As in State Contracts Enforcement Decree, art. 20; the local article was not read.',
        from: 'design',
      },
    },
    {
      then: 're-bid',
      when: 'too-few-bidders',
      basis: {
        assumed: 'As in State Contracts Enforcement Decree, art. 20; the local article was not read.',
        from: 'design',
      },
    },
    {
      then: 're-notice',
      when: 'any',
      basis: {
        assumed: 'As in State Contracts Enforcement Decree, art. 20; the local article was not read.',
        from: 'design',
      },
    },
    {
      then: 'private-contract',
      when: 'renotice-failed',
      basis: {
        assumed: 'As in State Contracts Enforcement Decree, art. 27; the local article was not read.',
        from: 'design',
      },
    },
  ],
})
