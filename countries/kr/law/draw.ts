// Korea: how far the 15 preliminary prices may lie from the base amount, in parts per million (koneps.md §2.2).
import { type Dated, dated } from '@naru/domain/pack.ts'
import { firstDay } from './reading.ts'

export const stateRange: Dated<number> = dated('kr.state.draw-range', 'notice', [
  {
    from: firstDay,
    value: 20_000,
    law: 'Standards for the Predetermined Price (예정가격작성기준), arts. 44-2 to 44-4',
  },
])
export const localRange: Dated<number> = dated('kr.local.draw-range', 'notice', [
  {
    from: firstDay,
    why: 'The local rule on the range of preliminary prices was not read.',
    candidates: [
      {
        value: 30_000,
        from: 'observed-practice',
        source: 'Prices of local tenders in the open data lie within 3 % of the base amount.',
      },
    ],
  },
])
