// The Kyrgyz stories on a real PostgreSQL through real HTTP.
import { test } from 'vitest'
import { kgTales } from './tales/of-kg.ts'
import { everyCaseVerifies, feedIsWhole, foldsAgain, isValidOcds, tellTales } from './telling.ts'

const telling = tellTales('kg', kgTales)

test('a quotation: three bids, one above the planned sum, contract in three steps', () => telling.told('kg-quotation'))
test('CLR-01, DOC-01, NOT-04, NOT-05, AWD-01, AWD-02, AWD-03: an open tender from question to contract', () =>
  telling.told('kg-open'))
test('nobody bids: the tender fails and is announced again, linked to the first notice', () =>
  telling.told('kg-failed'))
test('the winner declines the contract: the next in rank is awarded after a standstill of its own', () =>
  telling.told('kg-declined'))
test('nobody bids twice: a direct contract on the same conditions within the planned sum', () =>
  telling.told('kg-direct'))
test('a cancelled tender: its sealed bid stays sealed', () => telling.told('kg-cancelled'))
test('NOT-01, PLN-01: late by a millisecond, two officers at once, a repeated act, an infected file, no plan line', () =>
  telling.told('kg-lateness'))
test('PLN-01: a plan and its second version', () => telling.told('kg-plan'))

test('every case folds again to what is stored, and the log has no gap', () => foldsAgain('kg', telling))
test('the feed is whole from any cursor and holds nothing that is not public', () => feedIsWhole(telling))
test('ODA-01: every release and record of every case, failed ones too, is valid OCDS', ({ skip }) =>
  isValidOcds(telling, kgTales.length, skip))
// Last: the verifier reads the whole deployment as any stranger would.
test('AUD-02: the verifier passes the log, every tender and every bundle', () => everyCaseVerifies(telling, 4))
