// Kyrgyz Republic: who wins.
import type { LowestPriceParameters } from '@naru/domain/award/parameters.ts'
import { dated } from '@naru/domain/pack.ts'

export const lowestPrice = dated<LowestPriceParameters>('kg.award.lowest-price', 'notice', [
  {
    from: '2022-04-14',
    why: 'Law 27/2022 and the procedure of the Cabinet could not be read. The rule of award is missing.',
    candidates: [
      {
        value: { ceiling: 'budget' },
        from: 'international-default',
        source:
          'UNCITRAL Model Law: the lowest price among proposals that meet the notice; not above the planned amount.',
      },
    ],
  },
])
