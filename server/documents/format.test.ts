// Sums, days and moments in the forms of two countries; expected values are written out by hand.
import type { Formats } from '@naru/domain/pack.ts'
import { expect, test } from 'vitest'
import { formatAmount, formatDay, formatMoment, formatNumber, formatRecordTime, formatSize } from './format.ts'

const kg: Formats = { date: 'dd.MM.yyyy', group: '\u00a0', decimal: ',' }
const kr: Formats = { date: 'yyyy-MM-dd', group: ',', decimal: '.' }

test('sums are exact, whatever their length', () => {
  expect(formatAmount('123456789012345678', 2, kg)).toBe('1\u00a0234\u00a0567\u00a0890\u00a0123\u00a0456,78')
  expect(formatAmount('1797931000', 0, kr)).toBe('1,797,931,000')
  expect(formatAmount('5', 2, kg)).toBe('0,05')
  expect(formatAmount('-100005', 2, kg)).toBe('\u22121\u00a0000,05')
  expect(() => formatAmount('1.5', 2, kg)).toThrow(TypeError)
})

test('numbers keep their decimals', () => {
  expect(formatNumber('88.745', kg)).toBe('88,745')
  expect(formatNumber('1234567.5', kr)).toBe('1,234,567.5')
  expect(() => formatNumber('1e5', kr)).toThrow(TypeError)
})

// Bishkek is UTC+6, Seoul UTC+9; both have no summer time.
test('moments are those of the country’s clock', () => {
  expect(formatRecordTime('2026-11-22T20:04:05.678Z', kg, 'Asia/Bishkek')).toBe('23.11.2026 02:04:05')
  expect(formatMoment('2026-11-22T01:04:05Z', kr, 'Asia/Seoul')).toBe('2026-11-22 10:04')
  expect(formatDay('2026-03-01', kg, 'Asia/Bishkek')).toBe('01.03.2026')
})

// 1 KB = 1,024 bytes; 1,500,000 / 1,048,576 = 1.43.
test('sizes are in the unit people read', () => {
  expect(formatSize(424, kg)).toBe('424\u00a0B')
  expect(formatSize(1_500_000, kg)).toBe('1,4\u00a0MB')
  expect(formatSize(999 * 1024, kr)).toBe('999\u00a0KB')
})
