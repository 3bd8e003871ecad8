// Korea: up to which estimated price a method is lawful, that a bid may not be taken back, and what follows when the winner does not sign. Amounts in won.
import type { IfNotSigned } from '@naru/domain/method.ts'
import type { Money } from '@naru/domain/money.ts'
import { type Dated, dated } from '@naru/domain/pack.ts'
import { decreeRead, firstDay, readSince } from './reading.ts'

const won = (amount: string): Money => ({ amount, currency: 'KRW' })
const stateSum = (key: string, amount: string, article: string): Dated<Money> =>
  readSince(key, 'notice', decreeRead, won(amount), `State Contracts Enforcement Decree, ${article}`)

/** Works of 10 billion won or more go to comprehensive evaluation. */
export const stateReviewWorks = readSince(
  'kr.state.review.ceiling-works',
  'notice',
  decreeRead,
  won('9999999999'),
  'State Contracts Enforcement Decree: comprehensive evaluation of works from 10 billion won',
)
/** Local works of 30 billion won or more go to comprehensive evaluation. */
export const localReviewWorks = readSince(
  'kr.local.review.ceiling-works',
  'notice',
  '2026-01-02',
  won('29999999999'),
  'Local Contracts Enforcement Decree: comprehensive evaluation of works from 30 billion won',
)

/** Where notice periods of works part. */
export const oneBillion = stateSum('kr.works.one-billion', '1000000000', 'art. 35(3)')
export const fiveBillion = stateSum('kr.works.five-billion', '5000000000', 'art. 35(3)')

/** General works; special works stop at 200 million won and other works at 160 million won by the same item. */
export const smallWorks = stateSum('kr.state.small.ceiling-works', '400000000', 'art. 26(1)5')
/** Above 20 million won only small, women’s, disabled and social enterprises may quote. */
export const smallGoods = stateSum('kr.state.small.ceiling-goods', '100000000', 'art. 26(1)5')
export const smallServices = stateSum('kr.state.small.ceiling-services', '100000000', 'art. 26(1)5')

const localUnread = (key: string, amount: string): Dated<Money> =>
  dated(key, 'notice', [
    {
      from: firstDay,
      why: 'The amounts of the Local Contracts Enforcement Decree were not read.',
      candidates: [
        {
          value: won(amount),
          from: 'design',
          source: 'The amount of State Contracts Enforcement Decree, art. 26(1)5.',
        },
      ],
    },
  ])
export const localSmallWorks = localUnread('kr.local.small.ceiling-works', '400000000')
export const localSmallGoods = localUnread('kr.local.small.ceiling-goods', '100000000')
export const localSmallServices = localUnread('kr.local.small.ceiling-services', '100000000')

/** Bids are neither replaced nor withdrawn; an approved request after a material input error excludes the bidder. */
export const withdrawal = dated<'until-deadline' | 'none'>('kr.withdrawal', 'notice', [
  { from: firstDay, value: 'none', law: 'KONEPS Terms of Use (PPS notice 2020-58), art. 22' },
])

/** A winner who refuses the contract leaves the tender without one: a re-notice follows (koneps.md §2.12). */
export const stateNotSigned = readSince<IfNotSigned>(
  'kr.state.contract.not-signed',
  'notice',
  decreeRead,
  'tender-fails',
  'State Contracts Enforcement Decree, art. 20',
)
const notSignedUnread = (key: string, why: string): Dated<IfNotSigned> =>
  dated<IfNotSigned>(key, 'notice', [
    {
      from: firstDay,
      why,
      candidates: [
        {
          value: 'tender-fails',
          from: 'design',
          source: 'As for tenders of the State: State Contracts Enforcement Decree, art. 20.',
        },
      ],
    },
  ])
export const smallNotSigned = notSignedUnread(
  'kr.small.contract.not-signed',
  'The rule on a quotation whose winner does not sign was not read.',
)
export const localNotSigned = notSignedUnread(
  'kr.local.contract.not-signed',
  'The local rule on a winner who does not sign was not read.',
)
