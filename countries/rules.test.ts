// RULES.md at the root is what the generator writes now.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { rulesText, valueInWords } from './rules.ts'
import { countrySources, rulesFile } from './write-rules.ts'

it('RULES.md is up to date (npm run rules)', () => {
  expect(readFileSync(rulesFile, 'utf8')).toBe(rulesText(countrySources()))
})

it('lists every value under its article or among the assumed ones, each with a situation', () => {
  const text = rulesText(countrySources())
  for (const { pack, words } of countrySources())
    for (const value of pack.values) expect(text).toContain(words[`value.${value.key}`] ?? 'a name is missing')
  expect(text.split('\n').filter((line) => line.endsWith('| none |'))).toEqual([])
})

it('writes values as a lawyer reads them', () => {
  expect(valueInWords({ count: 3, unit: 'workingDays' })).toBe('3 working days')
  expect(valueInWords({ amount: '100', currency: 'KGS' })).toBe('100 smallest units of KGS')
  expect(valueInWords({ ceiling: 'reserve-price', floorPercent: '88' })).toBe('ceiling reserve-price, floorPercent 88')
  expect(valueInWords({ ceiling: 'reserve-price', bands: [1, 2] })).toBe('table of 2 rows')
  expect(valueInWords('none')).toBe('none')
})
