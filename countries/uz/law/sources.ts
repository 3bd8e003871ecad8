// Uzbekistan: where the methods come from, as far as it could be read. Of Law ZRU-684 only excerpts were seen.
import type { Basis } from '@naru/domain/refusal.ts'

export const unread = 'The text of Law ZRU-684 could not be read.'

/** The day on which Law ZRU-684 came into force; no value of ours reaches further back. */
export const from = '2021-07-23'

/** The portals offer the method under the law's name. */
export const methodOfLaw684: Basis = {
  assumed: 'The portals offer this method under Law ZRU-684; its article could not be read.',
  from: 'observed-practice',
}

/** The amendments of 2024 as the press reported them. */
export const amendments2024: Basis = {
  assumed:
    'Amendments of 2024 as reported by the press: small purchases without a commission, by open prices or three quotations.',
  from: 'observed-practice',
}
