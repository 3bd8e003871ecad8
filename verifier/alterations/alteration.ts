// What an alteration is, and the three hands that make one: a clumsy one, an operator who signs the bundle again, and one who also has the log's key
// and rewrites the log so that every hash fits, which only the rules of the protocol can tell.
import type { Failure } from '../finding.ts'
import type { Draft } from './draft.ts'

/** One bad bundle: what was done, why it must be refused, and whether the auditor has seen the log before. */
export interface Alteration {
  readonly name: string
  readonly expected: Failure
  readonly seen: boolean
  /** What it answers is waited for and not looked at. */
  readonly alter: (draft: Draft) => unknown
}

/** 32 bytes that are nobody's. */
export const stranger = new Uint8Array(32).fill(9)

/** Left as it is: nobody signed again. */
export const raw = (name: string, expected: Failure, alter: Alteration['alter']): Alteration => ({
  name,
  expected,
  seen: false,
  alter,
})

/** The operator signs the bundle again. */
export const signed = (name: string, expected: Failure, alter: Alteration['alter']): Alteration =>
  raw(name, expected, async (draft) => {
    await alter(draft)
    draft.sign()
  })

/** The operator rewrites the log with its own key and signs the bundle again. */
export const rewritten = (name: string, expected: Failure, alter: Alteration['alter'], seen = false): Alteration => ({
  name,
  expected,
  seen,
  alter: async (draft) => {
    await alter(draft)
    draft.rewrite()
    draft.sign()
  },
})
