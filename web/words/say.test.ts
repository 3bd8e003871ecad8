import { describe, expect, it } from 'vitest'
import { fill, flatten, pluralForm, takeApart } from './say.ts'

describe('plural forms', () => {
  it('follows the Russian rules at the places where they turn', () => {
    const forms = [0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111, 112, 1001].map((n) => pluralForm('ru', n))
    expect(forms).toEqual([
      'many',
      'one',
      'few',
      'few',
      'many',
      'many',
      'many',
      'many',
      'one',
      'few',
      'many',
      'one',
      'many',
      'many',
      'one',
    ])
  })
  it('agrees with CLDR for every language up to 1,200', () => {
    for (const language of ['ky', 'ru', 'en', 'ko'] as const) {
      const cldr = new Intl.PluralRules(language)
      for (let n = 0; n <= 1200; n++) expect(pluralForm(language, n), `${language} ${n}`).toBe(cldr.select(n))
    }
  })
  it('takes fractions as other and bigints exactly', () => {
    expect(pluralForm('ru', 1.5)).toBe('other')
    expect(pluralForm('ru', 1_000_000_000_000_000_021n)).toBe('one')
    expect(pluralForm('en', -1)).toBe('one')
  })
})

describe('messages', () => {
  const bids = '{n, plural, one {# заявка} few {# заявки} many {# заявок} other {# заявки}}'
  it('fills placeholders and plurals', () => {
    expect(fill('ru', `По закупке {name}: ${bids}.`, { name: '«Мебель»', n: 22 })).toBe(
      'По закупке «Мебель»: 22 заявки.',
    )
    expect(fill('ru', bids, { n: 1 })).toBe('1 заявка')
    expect(fill('ko', '입찰 {n, plural, other {#건}}', { n: 512 })).toBe('입찰 512건')
    expect(fill('en', '{n, plural, =0 {no bids} one {# bid} other {# bids}}', { n: 0 })).toBe('no bids')
  })
  it('groups numbers by the given form', () => {
    expect(
      fill('en', '{n, plural, one {# bid} other {# bids}}', { n: 1234567n }, (n) => n.toLocaleString('en-GB')),
    ).toBe('1,234,567 bids')
  })
  it('leaves an unfilled placeholder in sight', () => {
    expect(fill('en', 'until {date}')).toBe('until {date}')
  })
  it('does not read what fills a placeholder as a message', () => {
    expect(fill('en', 'named {name}', { name: '{n, plural, other {x}}' })).toBe('named {n, plural, other {x}}')
  })
  it('names a message that cannot be taken apart', () => {
    expect(() => takeApart('a } b')).toThrow('stray } in message: a } b')
    expect(() => takeApart('{n, plural, one {x}}')).toThrow('without "other"')
    expect(() => takeApart('{n, number}')).toThrow('unknown placeholder')
    expect(() => takeApart('{n, plural, other {x}')).toThrow()
  })
})

it('flattens nested words', () => {
  expect(flatten({ a: { b: 'x', c: { d: 'y' } }, e: 'z' }, 'country')).toEqual({
    'country.a.b': 'x',
    'country.a.c.d': 'y',
    'country.e': 'z',
  })
})
