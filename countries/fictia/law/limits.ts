// Fictia: amounts up to which a quotation is lawful, and until when a bid may be taken back. Amounts in hundredths of the test currency.
import type { Money } from '@naru/domain/money.ts'
import { dated } from '@naru/domain/pack.ts'

const law = (article: string) => `Fictia Public Buying Act, ${article}`
const from = '2026-01-01'
const sum = (amount: string): Money => ({ amount, currency: 'XTS' })

export const quotationGoods = dated<Money>('fictia.quotation.ceiling-goods', 'notice', [
  { from, value: sum('5000000'), law: law('art. 8(1)') },
])
export const quotationServices = dated<Money>('fictia.quotation.ceiling-services', 'notice', [
  { from, value: sum('5000000'), law: law('art. 8(1)') },
])
export const quotationWorks = dated<Money>('fictia.quotation.ceiling-works', 'notice', [
  { from, value: sum('12000000'), law: law('art. 8(2)') },
])
export const withdrawal = dated<'until-deadline' | 'none'>('fictia.withdrawal', 'notice', [
  { from, value: 'until-deadline', law: law('art. 19') },
])
