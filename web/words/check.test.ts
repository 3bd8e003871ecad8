import { describe, expect, it } from 'vitest'
import { unusedKeys, type Words, wrongEverywhere, wrongWords } from './check.ts'

const right: Words = {
  ky: { 'bids.count': '{n, plural, one {# табыштама} other {# табыштама}}', 'site.name': 'Naru' },
  ru: {
    'bids.count': '{n, plural, one {# заявка} few {# заявки} many {# заявок} other {# заявки}}',
    'site.name': 'Naru',
  },
  en: { 'bids.count': '{n, plural, one {# bid} other {# bids}}', 'site.name': 'Naru' },
  ko: { 'bids.count': '{n, plural, other {입찰 #건}}', 'site.name': 'Naru' },
}
const but = (language: keyof Words, key: string, message: string | undefined): Words => {
  const { [key]: _left, ...rest } = right[language]
  return { ...right, [language]: message === undefined ? rest : { ...rest, [key]: message } }
}

describe('the words check', () => {
  it('passes what is right', () => expect(wrongWords(right, 'x')).toEqual([]))
  it.each([
    ['a missing key', but('ko', 'bids.count', undefined), 'x ko bids.count: missing'],
    ['an extra key', but('ky', 'extra', 'кошумча'), 'x ru extra: missing'],
    [
      'a missing plural form',
      but('ru', 'bids.count', '{n, plural, one {# заявка} few {# заявки} other {# заявки}}'),
      'no plural form "many"',
    ],
    [
      'a plural form the language lacks',
      but('ko', 'bids.count', '{n, plural, one {입찰 #건} other {입찰 #건}}'),
      '"one" is never used in ko',
    ],
    ['an untranslated message', but('ru', 'bids.count', right.en['bids.count'] ?? ''), 'as in English'],
    ['a lost placeholder', but('ky', 'bids.count', 'табыштамалар'), '{n} of the English is not used'],
    ['a foreign placeholder', but('ko', 'bids.count', '{m}건 {n, plural, other {#건}}'), '{m} is not in the English'],
    ['a broken message', but('ky', 'bids.count', '{n, plural, one {x}'), 'plural without forms'],
    ['an exclamation mark', but('ru', 'site.name', 'Ура!'), 'an exclamation mark'],
    ['Cyrillic in Korean', but('ko', 'site.name', 'Нару'), 'Cyrillic letters in Korean'],
    ['a Latin letter inside a Kyrgyz word', but('ky', 'site.name', 'Мaмлекет'), 'letters of two alphabets'],
  ])('finds %s', (_what, words, sentence) => {
    expect(wrongWords(words, 'x').join('\n')).toContain(sentence)
  })
  it('finds keys nobody says, and understands templates', () => {
    const sources = ["say('a.b')", 'say(`fault.${status}.title`)', "words: 'place.help'"]
    expect(unusedKeys(['a.b', 'a.c', 'fault.404.title', 'fault.404.next', 'place.help'], sources)).toEqual([
      'a.c',
      'fault.404.next',
    ])
  })
})

it('LNG-01: every word of every room stands in Kyrgyz, Russian, English and Korean', () => {
  expect(wrongEverywhere()).toEqual([])
})
