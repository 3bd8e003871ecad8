// Korea, the State: comprehensive evaluation (종합심사낙찰제) of works from 10 billion won: capability and a price near the balanced price; the highest sum wins.
import { method } from '@naru/domain/method.ts'
import { comprehensiveAward, comprehensiveFrom } from '../law/comprehensive.ts'
import { stateNotSigned, withdrawal } from '../law/limits.ts'
import { questions, stateCorrection, stateRenotice, stateWorksLarge } from '../law/periods.ts'
import { stateDecree } from '../law/reading.ts'

const comprehensive = {
  law: 'State Contracts Enforcement Decree: comprehensive evaluation of works from 10 billion won',
}

export const stateComprehensive = method({
  id: 'kr-state-comprehensive',
  version: 1,
  regime: 'state',
  ocds: 'open',
  family: 'open',
  categories: ['works'],
  from: '2025-01-01',
  article: comprehensive,
  ceiling: null,
  least: [{ category: 'works', amount: comprehensiveFrom }],
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
      minimum: stateWorksLarge,
      afterAmendment: stateCorrection,
      amendmentAdds: true,
      afterRenotice: stateRenotice,
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
    { step: 'evaluation', evaluators: 2, basis: comprehensive },
    { step: 'award', rule: 'balanced-price@1', parameters: comprehensiveAward, basis: comprehensive },
    {
      step: 'contract',
      within: null,
      ifNotSigned: stateNotSigned,
      basis: { law: 'Electronic Procurement Act (전자조달법), art. 9(2)' },
    },
  ],
  ifItFails: [
    { then: 're-notice', when: 'any', basis: stateDecree('art. 20') },
    { then: 'private-contract', when: 'renotice-failed', basis: stateDecree('art. 27') },
  ],
})
