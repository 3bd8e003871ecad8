// The documents' words: the same keys in every language, the same placeholders, the plural forms that the language has, and every kind named.
import { expect, test } from 'vitest'
import { documentKinds } from './material.ts'
import en from './words/en.json' with { type: 'json' }
import ko from './words/ko.json' with { type: 'json' }
import ky from './words/ky.json' with { type: 'json' }
import ru from './words/ru.json' with { type: 'json' }

const catalogues: Readonly<Record<string, Readonly<Record<string, string>>>> = { ky, ru, en, ko }
const plural = /^(document\.period\.\w+)\.(\w+)$/
const plain = (words: object): string[] => Object.keys(words).filter((key) => !plural.test(key))
const placeholders = (sentence: string): string[] =>
  [...sentence.matchAll(/\{(\w+)\}/g)].map((each) => each[1] ?? '').sort()

test.each(Object.entries(catalogues))(
  '%s has every key and no other, with the same placeholders',
  (language, words) => {
    expect(plain(words)).toEqual(plain(en))
    for (const key of plain(en))
      expect([key, placeholders(words[key] ?? '')]).toEqual([
        key,
        placeholders((en as Record<string, string>)[key] ?? ''),
      ])
    for (const [key, sentence] of Object.entries(words)) {
      expect([key, sentence.trim()]).toEqual([key, sentence])
      expect(sentence).not.toBe('')
      if (language === 'ko' && /[가-힣]/.test(sentence)) expect(sentence).not.toMatch(/[а-яё]/i)
    }
  },
)

// CLDR, cardinal plurals: ky one other; ru one few many other; en one other; ko other.
test('a period has exactly the forms that its language counts with', () => {
  const expected: Readonly<Record<string, readonly string[]>> = {
    ky: ['one', 'other'],
    ru: ['few', 'many', 'one', 'other'],
    en: ['one', 'other'],
    ko: ['other'],
  }
  for (const [language, words] of Object.entries(catalogues))
    for (const unit of ['hours', 'calendarDays', 'workingDays']) {
      const forms = Object.keys(words).flatMap((key) =>
        plural.exec(key)?.[1] === `document.period.${unit}` ? [plural.exec(key)?.[2]] : [],
      )
      expect([language, unit, forms.sort()]).toEqual([language, unit, expected[language]])
    }
})

test('every kind of document has a name', () => {
  for (const words of Object.values(catalogues))
    for (const kind of Object.values(documentKinds)) expect(words[`document.kind.${kind}`]).toBeTruthy()
})

test('Russian and Kyrgyz do not borrow each other’s letters', () => {
  for (const [key, sentence] of Object.entries(ru)) expect([key, /[ңөү]/i.test(sentence)]).toEqual([key, false])
  expect(Object.values(ky).join('')).toMatch(/ң.*ө|ө.*ң/s)
})
