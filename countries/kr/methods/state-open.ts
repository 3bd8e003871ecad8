// Korea, the State: open tender with preliminary prices and qualification review (적격심사). The reserve price is drawn at the opening.
import { method } from '@naru/domain/method.ts'
import { stateRange } from '../law/draw.ts'
import { fiveBillion, stateReviewWorks, oneBillion, withdrawal, stateNotSigned } from '../law/limits.ts'
import {
  baseAmount,
  stateCorrection,
  stateMinimum,
  stateRenotice,
  stateWorksLarge,
  stateWorksMiddle,
  stateWorksSmall,
  questions,
  reviewDocuments,
} from '../law/periods.ts'
import { stateReview } from '../law/qualification.ts'
import { stateDecree } from '../law/reading.ts'

const priceStandards = { law: 'Standards for the Predetermined Price (예정가격작성기준), arts. 44-2 to 44-4' }

export const stateOpen = method({
  id: 'kr-state-open',
  version: 2,
  regime: 'state',
  ocds: 'open',
  family: 'open',
  categories: ['goods', 'works', 'services'],
  from: '2025-01-01',
  article: stateDecree('art. 42'),
  ceiling: [{ category: 'works', amount: stateReviewWorks }],
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
        { category: 'works', below: oneBillion, period: stateWorksSmall },
        { category: 'works', below: fiveBillion, period: stateWorksMiddle },
        { category: 'works', below: null, period: stateWorksLarge },
        { category: 'any', below: null, period: stateMinimum },
      ],
      afterAmendment: stateCorrection,
      amendmentAdds: true,
      afterRenotice: stateRenotice,
      sealed: ['price'],
      withdrawal,
      basis: stateDecree('art. 35'),
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
      rangePartsPerMillion: stateRange,
      priceStep: { works: '100', goods: '1', services: '1' },
      tieRule: 'lower-number',
      fillRule: 'hash',
      meanRounding: 'up',
      basis: { law: 'Special Terms for Electronic Bidding (PPS notice 2013-46), arts. 7 and 12' },
    },
    { step: 'review', documentsWithin: reviewDocuments, basis: stateDecree('art. 42') },
    { step: 'award', rule: 'qualification-review@2', parameters: stateReview, basis: stateDecree('art. 42') },
    {
      step: 'contract',
      within: null,
      ifNotSigned: stateNotSigned,
      basis: { law: 'Electronic Procurement Act (전자조달법), art. 9(2)' },
    },
  ],
  ifItFails: [
    { then: 're-bid', when: 'no-winner', basis: stateDecree('art. 20') },
    { then: 're-bid', when: 'too-few-bidders', basis: stateDecree('art. 20') },
    { then: 're-notice', when: 'any', basis: stateDecree('art. 20') },
    { then: 'private-contract', when: 'renotice-failed', basis: stateDecree('art. 27') },
  ],
})
