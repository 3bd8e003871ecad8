import { expect, test } from 'vitest'
import { unitAfter, type Units } from './units.ts'

const units: Units = [
  {
    code: 'MTK',
    names: { en: 'square metre', ru: 'квадратный метр', ky: 'чарчы метр', ko: '제곱미터' },
    afterNumber: {
      en: { one: 'square metre', other: 'square metres' },
      ru: {
        one: 'квадратный метр',
        few: 'квадратных метра',
        many: 'квадратных метров',
        other: 'квадратного метра',
      },
      ky: { other: 'чарчы метр' },
    },
  },
]

test.each([
  ['en', '1', 'square metre'],
  ['en', '240', 'square metres'],
  ['ru', '1', 'квадратный метр'],
  ['ru', '22', 'квадратных метра'],
  ['ru', '240', 'квадратных метров'],
  ['ru', '1.5', 'квадратного метра'],
  ['ky', '240', 'чарчы метр'],
  // Without forms of its own a language takes the name.
  ['ko', '3', '제곱미터'],
] as const)('%s: %s %s', (language, quantity, word) => {
  expect(unitAfter(units, 'MTK', quantity, language)).toBe(word)
})

test('a unit that is not in the list stays its code', () => {
  expect(unitAfter(units, 'XYZ', '2', 'ru')).toBe('XYZ')
})
