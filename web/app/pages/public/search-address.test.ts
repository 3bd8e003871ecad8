import { expect, test } from 'vitest'
import { filtersIn, searchAddress } from './search-address.ts'

const address = new URLSearchParams('q=кагаз&status=open&min=&page=3&sort=deadline&evil=1')

test('filters that are on are those with a value and a known name (NOT-14)', () => {
  expect(filtersIn(address)).toEqual([
    { name: 'q', value: 'кагаз' },
    { name: 'status', value: 'open' },
  ])
})

test('one filter is taken off alone, and the list begins at its first page again', () => {
  expect(searchAddress('/tenders', address, { status: null, page: null })).toBe(
    `/tenders?q=${encodeURIComponent('кагаз')}&sort=deadline`,
  )
})

test('another page keeps the query; the first page has no number', () => {
  expect(new URLSearchParams(searchAddress('/tenders', address, { page: '4' }).split('?')[1]).get('page')).toBe('4')
  expect(searchAddress('/tenders', new URLSearchParams('page=2'), { page: '1' })).toBe('/tenders')
})
