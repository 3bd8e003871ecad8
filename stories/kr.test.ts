// The Korean stories on a real PostgreSQL through real HTTP.
import { krTales } from './tales/of-kr.ts'
import { tellTales } from './telling.ts'

tellTales('kr', krTales, {
  'kr-open': 'a tender with real figures: 15 prices, four drawn, floor rate, qualification review, contract',
  'kr-small': 'a small e-quotation: the lowest at or above 90 % of the reserve price',
  'kr-rebid': 'no winner: bids anew with new keys, salts and prices',
})
