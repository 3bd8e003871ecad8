// Korea, the State: comprehensive evaluation (종합심사낙찰제) of large works: from which price, and the assumed formula of the balanced price (koneps.md §2.5).
import type { BalancedParameters } from '@naru/domain/award/parameters.ts'
import type { Money } from '@naru/domain/money.ts'
import { type Dated, dated } from '@naru/domain/pack.ts'
import { decreeRead, firstDay, readSince } from './reading.ts'

export const comprehensiveFrom = readSince<Money>(
  'kr.state.comprehensive.from',
  'notice',
  decreeRead,
  { amount: '10000000000', currency: 'KRW' },
  'State Contracts Enforcement Decree: comprehensive evaluation of works from 10 billion won',
)

/** The formula of the ministry's rule was not found: shares, slope and the split of points are assumed, and unit prices are not judged. */
export const comprehensiveAward: Dated<BalancedParameters> = dated('kr.state.comprehensive.award', 'notice', [
  {
    from: firstDay,
    why: 'The formula of the balanced price was not published where it could be read.',
    candidates: [
      {
        value: {
          ceiling: 'budget',
          pricePoints: '50',
          qualityPoints: '50',
          dropHighestPercent: '40',
          dropLowestPercent: '20',
          slope: '2',
        },
        from: 'design',
        source:
          'Usual composition: capability 40 to 50, price 50 to 60; the dearest 40 % and the cheapest 20 % are left out; the slope is that of large works under review.',
      },
    ],
  },
])
