// The Mongolian stories on a real PostgreSQL through real HTTP.
import { test } from 'vitest'
import { mnTales } from './tales/of-mn.ts'
import { everyCaseVerifies, foldsAgain, isValidOcds, tellTales } from './telling.ts'

const telling = tellTales('mn', mnTales)

test('a comparison: three quotations, one above the planned sum', () => telling.told('mn-comparison'))
test('an open tender from notice to contract', () => telling.told('mn-open'))

test('every case folds again to what is stored, and the log has no gap', () => foldsAgain('mn', telling))
test('ODA-01: every release and record of every case is valid OCDS', ({ skip }) =>
  isValidOcds(telling, mnTales.length, skip))
// Last: the verifier reads the whole deployment as any stranger would.
test('AUD-02: the verifier passes the log, every tender and every bundle', () => everyCaseVerifies(telling, 2))
