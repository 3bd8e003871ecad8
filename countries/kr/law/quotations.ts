// Korea: floors of the small e-quotation (소액수의), in percent of the reserve price. A quotation with a floor, without review (koneps.md §2.3.5).
import type { LowestPriceParameters } from '@naru/domain/award/parameters.ts'
import { type Dated, dated } from '@naru/domain/pack.ts'
import { firstDay } from './reading.ts'

const floor = (floorPercent: string): LowestPriceParameters => ({ ceiling: 'reserve-price', floorPercent })
const textUnread = 'The text that fixes the floor of small e-quotations was not read.'

/** Goods and services. In history 312,526 services stood at 88 and 88,144 at 90. */
export const smallFloor: Dated<LowestPriceParameters> = dated('kr.small.floor', 'notice', [
  {
    from: firstDay,
    why: textUnread,
    candidates: [
      {
        value: floor('88'),
        from: 'observed-practice',
        source: '88.000 % in 312,526 records of services; usual above 20 million won.',
      },
      {
        value: floor('90'),
        from: 'observed-practice',
        source: '90.000 % in 88,144 records of services; usual up to 20 million won.',
      },
    ],
  },
  {
    from: '2026-01-30',
    why: `${textUnread} It was raised towards 90 in 2026; the day was not found and is that of the works tables.`,
    candidates: [
      { value: floor('90'), from: 'observed-practice', source: 'Notices of 2026 on the rise of the floor rates.' },
    ],
  },
])

const works = (key: string, raisedOn: string): Dated<LowestPriceParameters> =>
  dated(key, 'notice', [
    {
      from: firstDay,
      why: textUnread,
      candidates: [
        { value: floor('87.745'), from: 'observed-practice', source: 'Floor of small works before the rise.' },
      ],
    },
    {
      from: raisedOn,
      why: textUnread,
      candidates: [
        { value: floor('89.745'), from: 'observed-practice', source: `Notices on the rise of ${raisedOn}.` },
      ],
    },
  ])

export const stateSmallWorksFloor = works('kr.state.small.floor-works', '2026-01-30')
export const localSmallWorksFloor = works('kr.local.small.floor-works', '2025-05-01')
