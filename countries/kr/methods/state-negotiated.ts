// Korea, the State: negotiated contract (협상에 의한 계약). A committee scores the technical proposals, prices of eligible bids are opened, the best negotiates first.
import { method } from '@naru/domain/method.ts'
import { withdrawal } from '../law/limits.ts'
import {
  negotiatedAward,
  negotiatedContract,
  negotiatedNotice,
  negotiatedNotSigned,
  negotiatedShort,
  notifiedSum,
} from '../law/negotiated.ts'
import { questions, stateCorrection } from '../law/periods.ts'
import { stateDecree } from '../law/reading.ts'

export const stateNegotiated = method({
  id: 'kr-state-negotiated',
  version: 1,
  regime: 'state',
  ocds: 'open',
  family: 'open',
  categories: ['goods', 'services'],
  from: '2025-01-01',
  article: stateDecree('art. 43'),
  ceiling: null,
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
        { category: 'any', below: notifiedSum, period: negotiatedShort },
        { category: 'any', below: null, period: negotiatedNotice },
      ],
      afterAmendment: stateCorrection,
      amendmentAdds: true,
      afterRenotice: negotiatedShort,
      sealed: ['price', 'tech'],
      withdrawal,
      basis: stateDecree('art. 35'),
    },
    {
      step: 'opening',
      agency: { k: 2, n: 3 },
      guardians: { k: 2, n: 3 },
      basis: { law: 'Special Terms for Electronic Bidding (PPS notice 2013-46), art. 11' },
    },
    { step: 'evaluation', evaluators: 2, basis: stateDecree('art. 43') },
    { step: 'award', rule: 'negotiated@1', parameters: negotiatedAward, basis: stateDecree('art. 43') },
    {
      step: 'contract',
      within: negotiatedContract,
      ifNotSigned: negotiatedNotSigned,
      basis: { law: 'Electronic Procurement Act (전자조달법), art. 9(2)' },
    },
  ],
  ifItFails: [
    { then: 're-notice', when: 'any', basis: stateDecree('art. 20') },
    { then: 'private-contract', when: 'renotice-failed', basis: stateDecree('art. 27') },
  ],
})
