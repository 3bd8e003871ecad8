// A winner who stands back: who may be awarded next, and when an award may be taken back at all.
import { describe, expect, test } from 'vitest'
import type { ContractState } from '../contract/contract.ts'
import type { Award, TenderState } from '../tender/tender.ts'
import { lawfulAfterFailure, withdrawalGround, withoutWinner } from './after-award.ts'
import type { Ranking } from './rules.ts'

const line = (bid: string, rank: number | null, standing: 'ranked' | 'excluded' = 'ranked') => ({
  bid,
  price: '100',
  standing,
  rank,
  reason: standing === 'ranked' ? ('higher-than-better-ranked' as const) : ('above-ceiling' as const),
  numbers: {},
})
const ranking: Ranking = {
  rule: 'lowest-price@1',
  lines: [line('first', 1), line('third', 3), line('second', 2), line('dear', null, 'excluded')],
  winner: 'first',
  next: null,
}

describe('the ranking after its winner stood back', () => {
  test('keeps the places as published and names the next in rank', () => {
    const after = withoutWinner(ranking)
    expect(after.winner).toBe('second')
    expect(after.lines.map((each) => [each.bid, each.rank, each.reason])).toEqual([
      ['first', null, 'winner-declined'],
      ['third', 3, 'higher-than-better-ranked'],
      ['second', 2, 'next-in-rank'],
      ['dear', null, 'above-ceiling'],
    ])
  })
  test('never falls to a bid that was excluded', () => {
    const last = withoutWinner(withoutWinner(withoutWinner(ranking)))
    expect(last.winner).toBeNull()
    expect(last.lines.every((each) => each.standing === 'excluded')).toBe(true)
  })
})

describe('an award may be taken back', () => {
  const award = { award: 'a' } as Award
  const contract = (stage: ContractState['stage'], signBy: string | null, of = 'a', version = 1) =>
    ({ stage, version, text: { award: of, signBy } }) as unknown as ContractState

  test('when its winner declined, and not before a contract was drafted', () => {
    expect(withdrawalGround(award, [], '2026-11-23')).toBeNull()
    expect(withdrawalGround(award, [contract('declined', null)], '2026-11-23')).toBe('contract-declined')
    expect(withdrawalGround(award, [contract('declined', null, 'another')], '2026-11-23')).toBeNull()
  })
  test('from the day after the last day of signature, not on it, and not once the supplier consented', () => {
    expect(withdrawalGround(award, [contract('drafted', '2026-11-23')], '2026-11-23')).toBeNull()
    expect(withdrawalGround(award, [contract('drafted', '2026-11-23')], '2026-11-24')).toBe('contract-not-signed')
    expect(withdrawalGround(award, [contract('drafted', null)], '2027-11-24')).toBeNull()
    expect(withdrawalGround(award, [contract('consented', '2026-11-23')], '2026-11-24')).toBeNull()
  })
  test('not while a second draft waits after a first was declined', () => {
    const both = [contract('drafted', '2026-11-30', 'a', 2), contract('declined', '2026-11-20')]
    expect(withdrawalGround(award, both, '2026-11-24')).toBeNull()
  })
})

test('what follows a failure depends on its reason: Korea’s State Contracts Enforcement Decree, art. 20', () => {
  const basis = { law: 'art. 20' }
  const ifItFails = [
    { then: 're-bid', when: 'no-winner', basis },
    { then: 're-bid', when: 'too-few-bidders', basis },
    { then: 're-notice', when: 'any', basis },
  ]
  const failed = { stage: 'failed', published: { terms: { ifItFails } }, renoticeOf: null } as unknown as TenderState
  const whensAfter = (reason: string) =>
    lawfulAfterFailure({ tender: { ...failed, ended: { reason } } as unknown as TenderState }).map((each) => each.when)
  expect(whensAfter('no-winner')).toEqual(['no-winner', 'any'])
  expect(whensAfter('too-few-bidders')).toEqual(['too-few-bidders', 'any'])
  // Fewer than two valid bids (koneps.md §2.12): none is fewer than two.
  expect(whensAfter('no-bidder')).toEqual(['too-few-bidders', 'any'])
  expect(whensAfter('winner-refused')).toEqual(['any'])
})

test('a private contract is open only to a re-notice that failed too', () => {
  const basis = { law: 'art. 27' }
  const ifItFails = [
    { then: 're-notice', when: 'any', basis },
    { then: 'private-contract', when: 'renotice-failed', basis },
  ]
  const failed = { stage: 'failed', published: { terms: { ifItFails } }, renoticeOf: null } as unknown as TenderState
  const stepsOf = (tender: TenderState) => lawfulAfterFailure({ tender }).map((each) => each.then)
  expect(stepsOf(failed)).toEqual(['re-notice'])
  expect(stepsOf({ ...failed, renoticeOf: { caseId: 'x', ocid: 'y' } })).toEqual(['re-notice', 'private-contract'])
  expect(stepsOf({ ...failed, stage: 'awarded' })).toEqual([])
})
