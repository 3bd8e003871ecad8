// The stories of Fictia on a real PostgreSQL through real HTTP.
import { test } from 'vitest'
import { fictiaTales } from './tales/of-fictia.ts'
import { everyCaseVerifies, feedIsWhole, foldsAgain, isValidOcds, tellTales } from './telling.ts'

const telling = tellTales('fictia', fictiaTales)

test('SEA-07, EVA-04, SUB-05: best score in two stages, prices of failed bids stay sealed, attachments survive a dropped line', () =>
  telling.told('fictia-best-score'))
test('two lots with different winners, one by lot among equals', () => telling.told('fictia-two-lots'))
test('malformed bids are void with their reason, a lying key holder is named, an absent one noted', () =>
  telling.told('fictia-faults'))
test('EVA-06: an abnormally low price is explained before anything is awarded, and out only with a reason', () =>
  telling.told('fictia-low-price'))

test('every case folds again to what is stored, and the log has no gap', () => foldsAgain('fictia', telling))
test('the feed is whole from any cursor and holds nothing that is not public', () => feedIsWhole(telling))
test('ODA-01: every release and record of every case, failed ones too, is valid OCDS', ({ skip }) =>
  isValidOcds(telling, fictiaTales.length, skip))
// Last: the verifier reads the whole deployment as any stranger would.
test('AUD-02: the verifier passes the log, every tender and every bundle', () => everyCaseVerifies(telling, 4, 1))
