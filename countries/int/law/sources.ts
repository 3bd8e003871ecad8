// International texts: articles are cited from knowledge of them; none was read word for word, so nothing here is confirmed law.
import type { Candidate } from '@naru/domain/pack.ts'
import type { Basis } from '@naru/domain/refusal.ts'

export const modelLawUnread = 'The adopting State writes this number into its own law.'
export const gpaUnread = 'The text of the WTO agreement was not read word for word.'
export const banksUnread = 'The rules of the development banks were not read.'

/** The Model Law is of 2011, the revised agreement came into force on 6 April 2014; nothing is dated here before the sandbox needs it. */
export const from = '2014-04-06'

export const ofModelLaw = (what: string): Basis => ({
  assumed: `UNCITRAL Model Law, art. 27: ${what}.`,
  from: 'international-default',
})

/** A share or sum that many adopters use and no text fixes. */
export const customary = <T>(value: T, source: string): readonly [Candidate<T>] => [
  { value, from: 'international-default', source },
]
