// The stories of Fictia on a real PostgreSQL through real HTTP.
import { fictiaTales } from './tales/of-fictia.ts'
import { tellTales } from './telling.ts'

tellTales('fictia', fictiaTales, {
  'fictia-best-score': 'best score: two envelopes, two evaluators, the highest sum of points wins',
  'fictia-two-lots': 'two lots with different winners, one by lot among equals',
  'fictia-faults': 'a malformed bid is void with its reason, a lying key holder is named',
})
