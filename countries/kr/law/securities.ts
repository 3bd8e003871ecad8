// Korea: securities, damages for delay and complaint periods of the State and local regimes, side by side. They stand besides the methods: no step reads them yet.
import { dated } from '@naru/domain/pack.ts'
import { calendarDays, type Period } from '@naru/domain/time.ts'
import type { Share } from '../../securities.ts'

/** The consolidated texts that were read begin to be told here. */
const from = '2025-01-01'
const decree = (article: string) => `State Contracts Enforcement Decree, ${article}`
const rules = (article: string) => `State Contracts Enforcement Rules, ${article}`

/** 2.5 percent while the minister's notice of a crisis is in force; that notice is an act of its own. */
export const bidSecurity = dated<Share>('kr.state.bid-security', 'notice', [
  { from, value: { percent: '5', of: 'bid-price', bound: 'least' }, law: decree('art. 37(1)') },
])
export const performanceSecurity = dated<Share>('kr.state.performance-security', 'contract', [
  { from, value: { percent: '10', of: 'contract-price', bound: 'least' }, law: decree('art. 50(1)') },
])

const delay = (key: string, percent: string) =>
  dated<Share>(key, 'contract', [
    { from, value: { percent, of: 'contract-price', bound: 'exactly' }, law: rules('art. 75') },
  ])
/** Damages for each day of delay. */
export const delayWorks = delay('kr.state.delay-per-day.works', '0.05')
export const delayGoods = delay('kr.state.delay-per-day.goods', '0.075')
export const delayServices = delay('kr.state.delay-per-day.services', '0.125')
export const delayTransport = delay('kr.state.delay-per-day.transport', '0.25')

/** The amendment of 10 March 2026 lengthened the periods of the State from 11 June 2026; those of local government stayed. */
const amended = '2026-06-11'
const act = (article: string) => `State Contracts Act, ${article}`
const changed = (key: string, before: number, after: number, article: string) =>
  dated<Period>(key, 'act', [
    { from, value: calendarDays(before), law: act(`${article}, before the amendment of 10 March 2026`) },
    { from: amended, value: calendarDays(after), law: act(article) },
  ])
export const stateComplaint = changed('kr.state.complaint.after-act', 20, 30, 'art. 28')
export const stateComplaintKnown = changed('kr.state.complaint.after-knowledge', 15, 25, 'art. 28')
export const stateAppeal = changed('kr.state.complaint.appeal', 20, 30, 'art. 28')
export const stateAnswer = dated<Period>('kr.state.complaint.answer', 'act', [
  { from: amended, value: calendarDays(15), law: act('art. 28') },
])
export const stateCommittee = dated<Period>('kr.state.complaint.committee', 'act', [
  { from: amended, value: calendarDays(50), law: act('arts. 29 to 31') },
])

const local = (key: string, days: number) =>
  dated<Period>(key, 'act', [{ from, value: calendarDays(days), law: 'Local Contracts Act, art. 34' }])
export const localComplaint = local('kr.local.complaint.after-harm', 20)
export const localComplaintKnown = local('kr.local.complaint.after-knowledge', 15)
export const localAnswer = local('kr.local.complaint.answer', 15)
