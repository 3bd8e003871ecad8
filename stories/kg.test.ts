// The Kyrgyz stories on a real PostgreSQL through real HTTP.
import { kgTales } from './tales/of-kg.ts'
import { tellTales } from './telling.ts'

tellTales('kg', kgTales, {
  'kg-quotation': 'a quotation: three bids, one above the planned sum, contract in three steps',
  'kg-open':
    'an open tender from question to contract: amended, bids replaced and withdrawn, two of three of each group open',
  'kg-failed': 'nobody bids: the tender fails and is announced again, linked to the first notice',
  'kg-cancelled': 'a cancelled tender: its sealed bid stays sealed',
  'kg-lateness': 'late by a millisecond, two officers at once, a repeated act, an infected file, a plan line exceeded',
  'kg-plan': 'a plan and its second version',
})
