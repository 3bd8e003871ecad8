// Old method names of migrated Kyrgyz data, by the code list of the former exporter and the mapping of countries.md §1.2.
import { expect, it } from 'vitest'
import { findLegacyMethod, legacyMethods } from './legacy-methods.ts'

it('knows all eighteen codes once', () => {
  expect(legacyMethods.map((each) => Number(each.code))).toEqual([...Array(18).keys()])
})

it('maps the methods of the law of 2015 to those of Law 27, and leaves open what has none', () => {
  const law27 = (...codes: string[]) => codes.map((each) => findLegacyMethod(each)?.law27)
  expect(law27('7', '16', '3', '1', '0')).toEqual(['unlimited', 'unlimited', 'unlimited', 'unlimited', 'unlimited'])
  expect(law27('2')).toEqual(['limited'])
  expect(law27('8', '4')).toEqual(['quotation', 'quotation'])
  expect(law27('6')).toEqual(['single-source'])
  expect(law27('9', '5')).toEqual([null, null])
  expect(['10', '11', '12', '13', '14', '15'].map((each) => findLegacyMethod(each)?.part)).toEqual(
    Array(6).fill('consulting'),
  )
})

it('finds by name as the data spell it, and nothing else', () => {
  expect(findLegacyMethod('simplicated')?.code).toBe('8')
  expect(findLegacyMethod('oneStage')?.code).toBe('7')
  expect([findLegacyMethod('Simplicated'), findLegacyMethod('18'), findLegacyMethod('')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})
