// Sums become JSON numbers only where nothing is lost.
import { expect, test } from 'vitest'
import { exactNumber, inMajorUnits, valueOf } from './amount.ts'

test('won have no smaller unit, tyiyn are hundredths of a som', () => {
  expect(valueOf({ amount: '1797931000', currency: 'KRW' }, 0)).toEqual({ amount: 1797931000, currency: 'KRW' })
  expect(valueOf({ amount: '123456789', currency: 'KGS' }, 2)).toEqual({ amount: 1234567.89, currency: 'KGS' })
  expect(valueOf({ amount: '5', currency: 'KGS' }, 2)).toEqual({ amount: 0.05, currency: 'KGS' })
  expect(valueOf({ amount: '0', currency: 'KGS' }, 2)).toEqual({ amount: 0, currency: 'KGS' })
})

test('fifteen digits always survive', () => {
  expect(inMajorUnits('999999999999999', 2)).toBe('9999999999999.99')
  expect(exactNumber('9999999999999.99')).toBe(9999999999999.99)
  expect(exactNumber('0.100')).toBe(0.1)
})

test('a sum that a double would round is given as text and no number is invented', () => {
  // 9007199254740993 = 2^53 + 1 lies between two doubles.
  expect(exactNumber('9007199254740993')).toBeUndefined()
  expect(valueOf({ amount: '900719925474099301', currency: 'KGS' }, 2)).toEqual({
    exactAmount: '9007199254740993.01',
    currency: 'KGS',
  })
})
