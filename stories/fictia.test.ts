// The stories of Fictia on a real PostgreSQL through real HTTP.
import { test } from 'vitest'
import { fictiaTales } from './tales/of-fictia.ts'
import { checkRecord, tellTales } from './telling.ts'

const telling = tellTales('fictia', fictiaTales)

test('best score: two envelopes, two evaluators, the highest sum of points wins', () =>
  telling.told('fictia-best-score'))
test('two lots with different winners, one by lot among equals', () => telling.told('fictia-two-lots'))
test('a malformed bid is void with its reason, a lying key holder is named', () => telling.told('fictia-faults'))

checkRecord('fictia', fictiaTales, telling)
