// The Korean stories on a real PostgreSQL through real HTTP.
import { test } from 'vitest'
import { krTales } from './tales/of-kr.ts'
import { everyCaseVerifies, feedIsWhole, foldsAgain, isValidOcds, tellTales } from './telling.ts'

const telling = tellTales('kr', krTales)

test('a tender with real figures: 15 prices, four drawn, floor rate, qualification review, contract', () =>
  telling.told('kr-open'))
test('a small e-quotation: the lowest at or above 90 % of the reserve price', () => telling.told('kr-small'))
test('no winner: bids anew with new keys, salts and prices', () => telling.told('kr-rebid'))

test('every case folds again to what is stored, and the log has no gap', () => foldsAgain('kr', telling))
test('the feed is whole from any cursor and holds nothing that is not public', () => feedIsWhole(telling))
test('ODA-01: every release and record of every case, failed ones too, is valid OCDS', ({ skip }) =>
  isValidOcds(telling, krTales.length, skip))
// Last: the verifier reads the whole deployment as any stranger would.
test('AUD-02: the verifier passes the log, every tender and every bundle', () => everyCaseVerifies(telling, 3))
