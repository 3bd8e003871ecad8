// The international stories on a real PostgreSQL through real HTTP.
import { test } from 'vitest'
import { intTales } from './tales/of-int.ts'
import { everyCaseVerifies, foldsAgain, isValidOcds, tellTales } from './telling.ts'

const telling = tellTales('int', intTales)

test('money of a development bank: no ceiling and no floor, bidders of three countries', () =>
  telling.told('int-bank-open'))
test('a legal officer confirms a value, and the page of rules cites its article in every language', () =>
  telling.told('int-confirmed'))

test('every case folds again to what is stored, and the log has no gap', () => foldsAgain('int', telling))
test('ODA-01: every release and record of every case is valid OCDS', ({ skip }) => isValidOcds(telling, 1, skip))
// Last: the verifier reads the whole deployment as any stranger would.
test('AUD-02: the verifier passes the log, every tender and every bundle', () => everyCaseVerifies(telling, 1))
