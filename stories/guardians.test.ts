// Guardians as programs of their own, in a sandbox of their own: they hold keys, and let go of shares by what they read themselves.
import { test } from 'vitest'
import { guardiansByProgram } from './tales/guardians-by-program.ts'
import { everyCaseVerifies, foldsAgain, tellTales } from './telling.ts'

const telling = tellTales('fictia', [guardiansByProgram])

test('SEA-03, SEA-05: guardians refuse while their own clock says so, a liar is named, the spare opens in public; late, and two envelopes', () =>
  telling.told('guardians-by-program'))
test('every case folds again to what is stored', () => foldsAgain('fictia', telling))
test('the verifier passes what guardians opened', () => everyCaseVerifies(telling, 5))
