import { expect, test } from 'vitest'
import { csvCell, csvOf } from './csv.ts'

test('a cell that a spreadsheet would run is made inert', () => {
  expect(csvCell('=HYPERLINK("http://x","y")')).toBe(`"'=HYPERLINK(""http://x"",""y"")"`)
  for (const text of ['+1', '-1', '@sum', '\tx']) expect(csvCell(text)).toBe(`'${text}`)
})

test('quotes, commas and line ends are kept inside one cell (RFC 4180)', () => {
  expect(csvCell('a "b", c')).toBe('"a ""b"", c"')
  expect(csvCell('two\nlines')).toBe('"two\nlines"')
  expect(csvCell(null)).toBe('')
})

test('a table has a head and a line for each row, in the language asked for', () => {
  const row = {
    caseId: 'c',
    source: 'naru',
    ocid: 'ocds-1',
    number: '1',
    title: { ky: 'Кагаз', en: 'Paper' },
    buyer: 'B',
    buyerId: null,
    status: 'open',
    category: 'goods',
    method: 'open',
    classification: null,
    value: '10',
    currency: 'KGS',
    publishedAt: null,
    deadline: null,
    supplier: null,
  }
  const [head, first, end] = csvOf([row], 'en').split('\r\n')
  expect(head?.split(',').slice(0, 3)).toEqual(['ocid', 'number', 'title'])
  expect(first?.split(',').slice(0, 5)).toEqual(['ocds-1', '1', 'Paper', 'B', 'open'])
  expect(end).toBe('')
  expect(csvOf([row], 'ko')).toContain('Кагаз')
})
