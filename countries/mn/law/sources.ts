// Mongolia: where the methods come from, as far as it could be read. The law of 2023 was not; orders and resolutions under the law of 2005 were seen.
import type { Basis } from '@naru/domain/refusal.ts'

export const unread = 'The law of 2023 could not be read.'

/** The first day for which Mongolian values are told here: the year in which the law was revised. */
export const from = '2023-01-01'

export const methodOfLaw2005: Basis = {
  assumed: 'The law of 2005 knows this method; its article in the law of 2023 could not be read.',
  from: 'repealed-law',
}
