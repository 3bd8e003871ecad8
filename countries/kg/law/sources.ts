// Kyrgyz Republic: where the steps of a method come from, as far as it could be read.
import type { Basis } from '@naru/domain/refusal.ts'

/** Law 27/2022 knows the method by name; the article was not read. */
export const methodOfLaw27: Basis = {
  assumed: 'Law 27/2022 names this method; its article could not be read.',
  from: 'observed-practice',
}

/** Each lot points to a line of the published plan. */
export const planOnPortal: Basis = {
  assumed: 'The portal ties every lot to a line of the published plan; the article could not be read.',
  from: 'observed-practice',
}

export const modelLaw = (what: string): Basis => ({
  assumed: `${what} The article of Law 27/2022 could not be read.`,
  from: 'international-default',
})

export const design = (what: string): Basis => ({ assumed: what, from: 'design' })

/** The portal publishes the opening record. */
export const openingOnPortal: Basis = {
  assumed:
    'The portal publishes an opening record; the article could not be read. Two groups of key holders are the design of Naru.',
  from: 'observed-practice',
}

/** The contract is signed on the portal and its card is published. */
export const contractOnPortal: Basis = {
  assumed:
    'The law as quoted by an official site: after the contract is signed on the portal, its public card is generated; the article could not be read.',
  from: 'observed-practice',
}

/** A twice failed tender was a coded ground for one source. */
export const failedTwice: Basis = {
  assumed: 'Law 72/2015: a tender that failed twice was a coded ground for buying from one source.',
  from: 'repealed-law',
}
