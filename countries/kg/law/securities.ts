// Kyrgyz Republic, budget bodies: securities, complaint and preference. Law 27/2022 could not be read; each value says what stands in.
import { dated } from '@naru/domain/pack.ts'
import type { Period } from '@naru/domain/time.ts'
import { complaint10, hearsay } from '../../model-law.ts'
import type { Share } from '../../securities.ts'

const from = '2022-04-14'
const unread = 'Law 27/2022 and the procedure of the Cabinet could not be read.'

/** ГОПП, formerly ГОКЗ; a declaration may stand in its place. */
export const bidSecurity = dated<Share>('kg.bid-security', 'notice', [
  {
    from,
    why: unread,
    candidates: [
      {
        value: { percent: '2', of: 'planned-amount', bound: 'seen' },
        from: 'repealed-law',
        source: 'A tender of 2015 under Law 72: two percent.',
      },
    ],
  },
])
/** ГОИК. */
export const performanceSecurity = dated<Share>('kg.performance-security', 'contract', [
  {
    from,
    why: unread,
    candidates: [
      {
        value: { percent: '10', of: 'contract-price', bound: 'seen' },
        from: 'observed-practice',
        source: 'Notices of 2024 and 2025: ten percent twice, once none.',
      },
    ],
  },
])
export const preference = dated<Share>('kg.preference', 'notice', [
  { from, why: unread, candidates: hearsay<Share>({ percent: '20', of: 'bid-price', bound: 'most' }) },
])
/** Law 27 art. 43 knows two tiers on the portal and then the court; the days were not found. */
export const complaint = dated<Period>('kg.complaint.file-within', 'act', [
  { from, why: unread, candidates: complaint10 },
])
