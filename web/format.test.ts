import { describe, expect, it } from 'vitest'
import {
  type CountryForm,
  internationalForm,
  currencyWord,
  formatAmount,
  formatDate,
  formatDateTime,
  formatMoney,
  formatNumber,
  formatRecordTime,
  lengthOfTime,
  instantOf,
  sameTimeFrom,
  readAmount,
  readDay,
  readTimeOfDay,
  sizeInUnits,
  wallClock,
} from './format.ts'

// Portals of the Kyrgyz Republic print 09.10.2026 14:23 and 1 234 567,89; Korean ones 2026-10-09 14:23 and 1,234,567.
const kg: CountryForm = { date: 'dd.MM.yyyy', group: ' ', decimal: ',' }
const kr: CountryForm = { date: 'yyyy-MM-dd', group: ',', decimal: '.' }

describe('money', () => {
  it('writes som and won as their countries do, in each language', () => {
    const som = { amount: '123456789', currency: 'KGS' }
    expect(formatMoney(som, kg, 'ky')).toBe('1\u00a0234\u00a0567,89\u00a0сом')
    expect(formatMoney(som, kg, 'ru')).toBe('1\u00a0234\u00a0567,89\u00a0сом')
    expect(formatMoney(som, kg, 'en')).toBe('1\u00a0234\u00a0567,89\u00a0som')
    expect(formatMoney(som, kg, 'ko')).toBe('1\u00a0234\u00a0567,89솜')
    const won = { amount: '1797931000', currency: 'KRW' }
    expect(formatMoney(won, kr, 'ko')).toBe('1,797,931,000원')
    expect(formatMoney(won, kr, 'ru')).toBe('1,797,931,000\u00a0вон')
  })
  it('keeps every digit of sums beyond what floats hold', () => {
    expect(formatAmount('900719925474099301', 'KGS', kg)).toBe('9\u00a0007\u00a0199\u00a0254\u00a0740\u00a0993,01')
    expect(formatAmount(5n, 'KGS', kg)).toBe('0,05')
    expect(formatAmount('-5', 'KGS', kg)).toBe('\u22120,05')
    expect(formatAmount('0', 'KRW', kr)).toBe('0')
    expect(() => formatAmount('1.5', 'KGS', kg)).toThrow('smallest units')
  })
  it('keeps the code of a currency it has no word for', () => {
    expect(currencyWord('XTS', 'ky')).toBe('XTS')
    expect(formatMoney({ amount: '100', currency: 'XTS' }, internationalForm, 'ko')).toBe('1.00\u00a0XTS')
  })
})

describe('typed sums', () => {
  it.each([
    ['1 234 567,89', '123456789'],
    ['1\u00a0234\u00a0567,89', '123456789'],
    ['1234567.89', '123456789'],
    ['1.234.567,89', '123456789'],
    ['1,234,567.89', '123456789'],
    ['12,345.6', '1234560'],
    ['12,5', '1250'],
    ['0', '0'],
    ['007', '700'],
  ])('reads %s as Kyrgyz som', (typed, amount) => expect(readAmount(typed, 'KGS', kg)).toBe(amount))
  it.each([
    '',
    'abc',
    '-5',
    '1,2,3',
    '1,234',
    '1.234',
    '1.234,567',
    '1e9',
    '1 000,999',
    '9'.repeat(19),
    '9'.repeat(17),
  ])('refuses %s', (typed) => expect(readAmount(typed, 'KGS', kg)).toBeUndefined())
  it('reads won with commas and refuses parts of a won', () => {
    expect(readAmount('1,797,931,000', 'KRW', kr)).toBe('1797931000')
    expect(readAmount('1,797', 'KRW', kr)).toBe('1797')
    expect(readAmount('1.5', 'KRW', kr)).toBeUndefined()
  })
})

describe('numbers', () => {
  it('groups thousands and keeps decimals as given', () => {
    expect(formatNumber(48213, kg)).toBe('48\u00a0213')
    expect(formatNumber('87.745', kg)).toBe('87,745')
    expect(formatNumber(-1234.5, kr)).toBe('\u22121,234.5')
    expect(formatNumber(10n ** 21n, kr)).toBe('1,000,000,000,000,000,000,000')
    expect(() => formatNumber('1e5', kg)).toThrow('not a decimal number')
  })
})

describe('moments', () => {
  it('shows the wall clock of the zone with its offset', () => {
    expect(formatDateTime('2026-10-09T08:23:07Z', kg, 'Asia/Bishkek')).toBe('09.10.2026 14:23')
    expect(formatRecordTime('2026-10-09T08:23:07Z', kg, 'Asia/Bishkek')).toBe('09.10.2026 14:23:07')
    expect(formatDateTime('2026-10-09T15:00:00Z', kr, 'Asia/Seoul')).toBe('2026-10-10 00:00')
    expect(wallClock('2026-10-09T08:23:07Z', 'Asia/Bishkek').offset).toBe('+06:00')
    expect(wallClock('2026-07-01T00:00:00Z', 'Europe/Berlin').offset).toBe('+02:00')
    expect(wallClock('2026-01-01T00:00:00Z', 'UTC')).toMatchObject({ hour: '00', offset: '+00:00' })
  })
  it('never moves a plain date', () => {
    expect(formatDate('2026-03-04', kg, 'America/New_York')).toBe('04.03.2026')
    expect(() => formatDate('soon', kg, 'UTC')).toThrow('not an instant')
  })
  it.each([
    ['04.03.2026', kg, '2026-03-04'],
    ['4.3.2026', kg, '2026-03-04'],
    ['2026-03-04', kg, '2026-03-04'],
    ['2026. 3. 4', kr, '2026-03-04'],
    ['29.02.2028', kg, '2028-02-29'],
    ['29.02.2026', kg, undefined],
    ['31.04.2026', kg, undefined],
    ['2026-13-01', kr, undefined],
    ['04.03.26', kg, undefined],
    ['', kg, undefined],
    ['soon', kg, undefined],
  ])('reads the day %s', (typed, form, day) => expect(readDay(typed, form)).toBe(day))
  it('reads times of day', () => {
    expect(['9:05', '09.05', '1100', '23:59', '24:00', '11:60', 'x', ''].map(readTimeOfDay)).toEqual([
      '09:05',
      '09:05',
      '11:00',
      '23:59',
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
  it('finds the instant of a clock on the wall', () => {
    expect(instantOf('2026-03-04', '11:00', 'Asia/Bishkek')).toBe('2026-03-04T05:00:00.000Z')
    expect(instantOf('2026-01-15', '12:00', 'America/New_York')).toBe('2026-01-15T17:00:00.000Z')
    // Berlin turns back on 25 October 2026: 02:30 comes at 00:30Z (summer) and again at 01:30Z.
    expect(instantOf('2026-10-25', '02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z')
  })
  it('finds the same time of day from an instant on', () => {
    // Bishkek is six hours ahead: 11:00 there is 05:00Z, 20:56 is 14:56Z.
    const at = (from: string, zone = 'Asia/Bishkek') => sameTimeFrom(from, '2026-11-23T05:00:00.000Z', zone)
    expect(at('2026-11-25T14:56:00.000Z')).toBe('2026-11-26T05:00:00.000Z')
    expect(at('2026-11-25T04:59:59.999Z')).toBe('2026-11-25T05:00:00.000Z')
    expect(at('2026-11-25T05:00:00.000Z')).toBe('2026-11-25T05:00:00.000Z')
    // 18:30Z is already the 1st of January there.
    expect(at('2026-12-31T18:30:00.000Z')).toBe('2027-01-01T05:00:00.000Z')
  })
  it('cuts lengths of time', () => {
    expect(lengthOfTime((3 * 86_400 + 4 * 3600 + 59) * 1000)).toEqual({ days: 3, hours: 4, minutes: 0, seconds: 59 })
    expect(lengthOfTime(-61_000)).toEqual({ days: 0, hours: 0, minutes: 1, seconds: 1 })
  })
})

it('writes file sizes', () => {
  expect([0, 999, 1024, 2_200_000, 50_000_000].map(sizeInUnits)).toEqual([
    { value: '0', unit: 'B' },
    { value: '999', unit: 'B' },
    { value: '1.0', unit: 'KB' },
    { value: '2.1', unit: 'MB' },
    { value: '48', unit: 'MB' },
  ])
})
