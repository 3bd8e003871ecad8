// Bad bundles: ranking, award, contract.
import { type Alteration, rewritten } from './alteration.ts'
import type { Json } from './draft.ts'

export const outcomeAlterations: readonly Alteration[] = [
  rewritten('another-winner', 'rankingMismatch', (draft) =>
    draft.changeLine('BidsRanked', ({ body }) => {
      const other = body.ranking.lines.find((each: Json) => each['bid'] !== body.ranking.winner)
      body.ranking.winner = other.bid
    }),
  ),
  rewritten('ranks-swapped', 'rankingMismatch', (draft) =>
    draft.changeLine('BidsRanked', ({ body }) => body.ranking.lines.reverse()),
  ),
  rewritten('award-to-another', 'awardMismatch', (draft) =>
    draft.changeLine('AwardMade', ({ body }) => {
      const opened = draft.line(draft.lines, 'OpeningRecorded').record?.body.bids as Json[]
      const other = opened.find((each) => each['bid'] !== body.bid && each['price'])
      body.bid = other?.['bid']
      body.supplier = other?.['bidder']
      body.value.amount = other?.['price'].price
    }),
  ),
  rewritten('award-at-another-price', 'awardMismatch', (draft) =>
    draft.changeLine('AwardMade', ({ body }) => (body.value.amount = (BigInt(body.value.amount) + 1n).toString())),
  ),
  rewritten('standstill-changed', 'standstillMismatch', (draft) =>
    draft.changeLine('AwardMade', ({ body }) => (body.standstillUntil = '2026-01-01T00:00:00.000Z')),
  ),
  rewritten('contract-at-another-price', 'contractMismatch', (draft) =>
    draft.changeLine(
      'ContractConcluded',
      ({ body }) => (body.text.value.amount = (BigInt(body.text.value.amount) + 1n).toString()),
    ),
  ),
  rewritten('contract-line-changed', 'contractMismatch', (draft) =>
    draft.changeLine('ContractConcluded', ({ body }) => (body.text.lines[0].amount.amount = '7')),
  ),
]
