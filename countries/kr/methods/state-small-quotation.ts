// Korea, the State: small e-quotation (소액수의 전자견적) for goods and services. The lowest quotation at or above the floor of the reserve price wins; no review.
import { method } from '@naru/domain/method.ts'
import { stateRange } from '../law/draw.ts'
import { smallGoods, smallServices, withdrawal, smallNotSigned } from '../law/limits.ts'
import { questions, smallBaseAmount, smallQuotationMinimum, stateCorrection } from '../law/periods.ts'
import { smallFloor } from '../law/quotations.ts'
import { stateDecree } from '../law/reading.ts'

export const stateSmallQuotation = method({
  id: 'kr-state-small-quotation',
  version: 1,
  regime: 'state',
  ocds: 'open',
  family: 'quotation',
  categories: ['goods', 'services'],
  from: '2025-01-01',
  article: stateDecree('art. 26(1)5'),
  ceiling: [
    { category: 'goods', amount: smallGoods },
    { category: 'services', amount: smallServices },
  ],
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
      afterAmendment: stateCorrection,
      amendmentAdds: true,
      afterRenotice: smallQuotationMinimum,
      sealed: ['price'],
      withdrawal,
      basis: stateDecree('art. 30'),
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
      rangePartsPerMillion: stateRange,
      priceStep: { works: '100', goods: '1', services: '1' },
      tieRule: 'lower-number',
      fillRule: 'hash',
      meanRounding: 'up',
      basis: { law: 'Special Terms for Electronic Bidding (PPS notice 2013-46), arts. 7 and 12' },
    },
    { step: 'award', rule: 'lowest-price@1', parameters: smallFloor, basis: stateDecree('art. 30') },
    {
      step: 'contract',
      within: null,
      ifNotSigned: smallNotSigned,
      basis: { law: 'Electronic Procurement Act (전자조달법), art. 9(2)' },
    },
  ],
  ifItFails: [{ then: 're-notice', when: 'any', basis: stateDecree('art. 30') }],
})
