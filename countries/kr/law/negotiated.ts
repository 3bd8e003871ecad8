// Korea, the State: the negotiated contract (협상에 의한 계약): its notice, who may negotiate, the price formula, and until when the contract is made (koneps.md §2.6).
import type { NegotiatedParameters } from '@naru/domain/award/parameters.ts'
import type { IfNotSigned } from '@naru/domain/method.ts'
import type { Money } from '@naru/domain/money.ts'
import { type Dated, dated } from '@naru/domain/pack.ts'
import { calendarDays, type Period } from '@naru/domain/time.ts'
import { notifiedAmount } from './qualification.ts'
import { decreeRead, firstDay, readSince } from './reading.ts'

const standardUnread = 'The standard for negotiated contracts was read in its text of 2007; it was amended since.'

/** Up to this estimated price a tender lies below the WTO threshold of the central government. */
export const notifiedSum = dated<Money>('kr.notified-amount', 'notice', [
  {
    from: firstDay,
    why: 'The notice of the finance ministry on the notified amount was not read.',
    candidates: [
      {
        value: { amount: notifiedAmount, currency: 'KRW' },
        from: 'observed-practice',
        source: '230 million won in 2025 and 2026 by secondary sources.',
      },
    ],
  },
])

export const negotiatedNotice = readSince<Period>(
  'kr.state.negotiated.notice',
  'notice',
  decreeRead,
  calendarDays(40),
  'State Contracts Enforcement Decree, art. 35: negotiated contracts 40 days',
)
/** Below the notified amount, in urgent cases and for a re-notice. */
export const negotiatedShort = readSince<Period>(
  'kr.state.negotiated.notice-short',
  'notice',
  decreeRead,
  calendarDays(10),
  'State Contracts Enforcement Decree, art. 35: negotiated contracts 10 days below the notified amount or after a re-notice',
)

const split = (qualityPoints: string, pricePoints: string): NegotiatedParameters => ({
  ceiling: 'budget',
  qualityPoints,
  pricePoints,
  eligiblePercent: '85',
  priceMeasure: 'estimated-value',
})

/** Agencies move the split by up to ten points; beyond that the finance ministry must agree. */
export const negotiatedAward: Dated<NegotiatedParameters> = dated('kr.state.negotiated.award', 'notice', [
  {
    from: firstDay,
    why: standardUnread,
    candidates: [
      {
        value: split('90', '10'),
        from: 'observed-practice',
        source: 'Usual split 90 to 10; eligible from 85 %; formula of PPS and the finance ministry.',
      },
      {
        value: split('80', '20'),
        from: 'observed-practice',
        source: 'The other usual split, 80 to 20.',
      },
    ],
  },
])

/** Negotiation goes on in rank order until one succeeds. */
export const negotiatedNotSigned = readSince<IfNotSigned>(
  'kr.state.negotiated.not-signed',
  'notice',
  decreeRead,
  'next-ranked',
  'State Contracts Enforcement Decree, art. 43',
)

export const negotiatedContract: Dated<Period> = dated('kr.state.negotiated.contract', 'award', [
  {
    from: firstDay,
    why: standardUnread,
    candidates: [
      {
        value: calendarDays(10),
        from: 'repealed-law',
        source: 'Ten days after the negotiation in the text of 2007 (2200.04-158-2).',
      },
    ],
  },
])
