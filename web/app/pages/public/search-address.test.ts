import { expect, test } from 'vitest'
import { asAddress, filtersIn, searchAddress } from './search-address.ts'

const address = new URLSearchParams('q=кагаз&status=open&min=&page=3&sort=deadline&evil=1')

test('filters that are on are those with a value and a known name', () => {
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

test('days and sums are read as people of the country type them; anything else stays to be named as not understood', () => {
  const kyrgyz = { form: { date: 'dd.MM.yyyy', group: '\u00a0', decimal: ',' }, currency: 'KGS' } as const
  const read = asAddress(
    new URLSearchParams({ from: '1.11.2026', to: 'tomorrow', min: '1 000 000', max: '2500,50' }),
    kyrgyz,
  )
  expect(Object.fromEntries(read)).toEqual({ from: '2026-11-01', to: 'tomorrow', min: '1000000', max: '2500.50' })
  const korean = { form: { date: 'yyyy-MM-dd', group: ',', decimal: '.' }, currency: 'KRW' } as const
  expect(asAddress(new URLSearchParams({ min: '1,797,931,000' }), korean).get('min')).toBe('1797931000')
})
