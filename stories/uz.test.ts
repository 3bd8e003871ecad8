// The Uzbek stories on a real PostgreSQL through real HTTP.
import { test } from 'vitest'
import { uzTales } from './tales/of-uz.ts'
import { everyCaseVerifies, foldsAgain, isValidOcds, tellTales } from './telling.ts'

const telling = tellTales('uz', uzTales)

test('a small purchase: three quotations, one above the planned sum', () => telling.told('uz-small'))
test('a tender from notice to contract', () => telling.told('uz-tender'))

test('every case folds again to what is stored, and the log has no gap', () => foldsAgain('uz', telling))
test('ODA-01: every release and record of every case is valid OCDS', ({ skip }) =>
  isValidOcds(telling, uzTales.length, skip))
// Last: the verifier reads the whole deployment as any stranger would.
test('AUD-02: the verifier passes the log, every tender and every bundle', () => everyCaseVerifies(telling, 2))
