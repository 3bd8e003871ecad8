// The Korean stories on a real PostgreSQL through real HTTP.
import { test } from 'vitest'
import { krTales } from './tales/of-kr.ts'
import { checkRecord, tellTales } from './telling.ts'

const telling = tellTales('kr', krTales)

test('a tender with real figures: 15 prices, four drawn, floor rate, qualification review, contract', () =>
  telling.told('kr-open'))
test('a small e-quotation: the lowest at or above 90 % of the reserve price', () => telling.told('kr-small'))
test('no winner: bids anew with new keys, salts and prices', () => telling.told('kr-rebid'))

checkRecord('kr', krTales, telling)
