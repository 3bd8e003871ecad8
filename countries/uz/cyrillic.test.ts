// The two scripts of Uzbek: words written in both by the portals and the calendar (countries.md §2.1 and §5), and the letters where the rule turns.
import { expect, it } from 'vitest'
import { ownWords } from '../own-words.ts'
import { toCyrillic } from './cyrillic.ts'

it.each([
  // The second script as xt-xarid.uz and the calendar of holidays write it.
  ['soʻm', 'сўм'],
  ['Oʻzbekcha', 'Ўзбекча'],
  ['Oʻzbekiston Respublikasi', 'Ўзбекистон Республикаси'],
  ['lot raqami', 'лот рақами'],
  ['boshlangʻich narx', 'бошланғич нарх'],
  ['tugash sanasi', 'тугаш санаси'],
  ['buyurtmachi', 'буюртмачи'],
  ['elektron doʻkon', 'электрон дўкон'],
  ['eng yaxshi takliflarni tanlash', 'энг яхши таклифларни танлаш'],
  ['zakalat', 'закалат'],
  ['Roʻza hayit', 'Рўза ҳайит'],
  ['Navroʻz bayrami', 'Наврўз байрами'],
  ['Mustaqillik kuni', 'Мустақиллик куни'],
  // e after a vowel, ye at the beginning, yoʻ, sh and ch in capitals, tutuq.
  ['poema', 'поэма'],
  ['yer', 'ер'],
  ['yoʻl', 'йўл'],
  ['yoz', 'ёз'],
  ['maʼqul', 'маъқул'],
  ['SHARTNOMA', 'ШАРТНОМА'],
  ['Shartnoma', 'Шартнома'],
  ['Yanvar', 'Январь'],
])('%s', (latin, cyrillic) => expect(toCyrillic(latin)).toBe(cyrillic))

it('takes what people type for oʻ, gʻ and the tutuq', () => {
  for (const sign of ["'", '`', '‘', '’', 'ʻ', 'ʼ']) expect(toCyrillic(`o${sign}zbek`), sign).toBe('ўзбек')
  for (const sign of ["'", '`', '‘', '’', 'ʼ']) expect(toCyrillic(`ma${sign}lum`), sign).toBe('маълум')
})

it('leaves digits, braces and other scripts alone', () => {
  expect(toCyrillic('25 BHM — {count} ta, сом')).toBe('25 БҲМ — {count} та, сом')
})

it('gives a whole catalogue: no Latin letter is left, and as many keys', () => {
  const { 'uz-Latn': latin, 'uz-Cyrl': cyrillic } = ownWords.uz
  expect(Object.keys(cyrillic)).toEqual(Object.keys(latin))
  for (const [key, text] of Object.entries(cyrillic)) expect(text, key).not.toMatch(/[A-Za-zʻʼ]/)
})
