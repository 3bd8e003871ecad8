// What paper can carry: every letter of the four languages as it stands, everything else by its number.
import { expect, test } from 'vitest'
import { coverage } from './font.ts'
import { breakable, printable } from './printable.ts'

test('the typeface has the letters of the four languages', () => {
  const known = coverage()
  const letters = 'абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя'
  for (const letter of [...letters, ...letters.toUpperCase()])
    expect([letter, known.has(letter.codePointAt(0) ?? 0)]).toEqual([letter, true])
  for (let point = 0xac00; point <= 0xd7a3; point += 1) expect(known.has(point)).toBe(true)
  for (const sign of '«»„“”‘’—–…№§±²³°·−×₩%‰') expect([sign, known.has(sign.codePointAt(0) ?? 0)]).toEqual([sign, true])
})

test('plain text stays as it is, decomposed Hangul and й are composed', () => {
  expect(printable('Мектеп үчүн ңөү 한국어 № 5')).toEqual({ text: 'Мектеп үчүн ңөү 한국어 № 5', complete: true })
  expect(printable('\u1112\u1161\u11ab и\u0306')).toEqual({ text: '한 й', complete: true })
  expect(printable('a\r\nb\tc')).toEqual({ text: 'a\nb c', complete: true })
})

test('what the typeface lacks, hides or turns text is written by its number', () => {
  expect(printable('😀')).toEqual({ text: '[U+1F600]', complete: false })
  expect(printable('100\u202e001')).toEqual({ text: '100[U+202E]001', complete: false })
  expect(printable('a\u200bb\ufeffc\u00add')).toEqual({ text: 'a[U+200B]b[U+FEFF]c[U+00AD]d', complete: false })
  expect(printable('\ue000\u{f0000}\uffff')).toEqual({ text: '[U+E000][U+F0000][U+FFFF]', complete: false })
  expect(printable('\u0007')).toEqual({ text: '[U+0007]', complete: false })
  expect(printable('甲')).toEqual({ text: '[U+7532]', complete: false })
})

test('only words that no line holds may be broken', () => {
  expect(breakable('short words', 18)).toBe('short words')
  expect(breakable('x'.repeat(25), 18)).toBe(`${'x'.repeat(12)}\u200b${'x'.repeat(12)}\u200bx`)
  expect(breakable('한'.repeat(40), 18)).toBe('한'.repeat(40))
  expect(breakable('https://naru.example/ky/tenders/0f8b', 18)).toBe('https://naru.example/ky/tenders/0f8b')
})
