// Korea, local governments: small e-quotation (소액수의 전자견적) for works. The lowest quotation at or above the floor of the reserve price wins; no review.
import { method } from '@naru/domain/method.ts'
import { localRange } from '../law/draw.ts'
import { localSmallWorks, withdrawal, localNotSigned } from '../law/limits.ts'
import { questions, smallBaseAmount, smallQuotationMinimum, localCorrection } from '../law/periods.ts'
import { localSmallWorksFloor } from '../law/quotations.ts'

export const localSmallWorksQuotation = method({
  id: 'kr-local-small-works-quotation',
  version: 1,
  regime: 'local',
  ocds: 'open',
  family: 'quotation',
  categories: ['works'],
  from: '2025-01-01',
  article: {
    assumed: 'As in State Contracts Enforcement Decree, art. 26(1)5; the local article was not read.',
    from: 'design',
  },
  ceiling: [{ category: 'works', amount: localSmallWorks }],
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
      step: 'base-amount',
      by: 'finance-officer',
      beforeDeadline: smallBaseAmount,
      basis: {
        assumed: 'Small e-quotations draw from preliminary prices too; the base amount is set with the notice.',
        from: 'observed-practice',
      },
    },
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
      minimum: smallQuotationMinimum,
      afterAmendment: localCorrection,
      amendmentAdds: true,
      afterRenotice: smallQuotationMinimum,
      sealed: ['price'],
      withdrawal,
      basis: {
        assumed: 'As in State Contracts Enforcement Decree, art. 30; the local article was not read.',
        from: 'design',
      },
    },
    {
      step: 'opening',
      agency: { k: 1, n: 2 },
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
    {
      step: 'award',
      rule: 'lowest-price@1',
      parameters: localSmallWorksFloor,
      basis: {
        assumed: 'As in State Contracts Enforcement Decree, art. 30; the local article was not read.',
        from: 'design',
      },
    },
    {
      step: 'contract',
      within: null,
      ifNotSigned: localNotSigned,
      basis: { law: 'Electronic Procurement Act (전자조달법), art. 9(2)' },
    },
  ],
  ifItFails: [
    {
      then: 're-notice',
      when: 'any',
      basis: {
        assumed: 'As in State Contracts Enforcement Decree, art. 30; the local article was not read.',
        from: 'design',
      },
    },
  ],
})
