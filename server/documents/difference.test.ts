// A difference that can be read: put together again, its parts give both versions, and only what changed is marked.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareTexts } from './difference.ts'

const side = (parts: ReturnType<typeof compareTexts>, left: 'struck' | 'added') =>
  parts
    .filter((each) => each.kind !== left)
    .map((each) => each.text)
    .join('')

test('only the words that changed are marked', () => {
  expect(compareTexts('Paper, 100 reams, white', 'Paper, 120 reams, white')).toEqual([
    { kind: 'same', text: 'Paper, ' },
    { kind: 'struck', text: '100 ' },
    { kind: 'added', text: '120 ' },
    { kind: 'same', text: 'reams, white' },
  ])
})

test('a sum with its inner spaces is struck as one', () => {
  expect(compareTexts('1\u00a0234\u00a0567,00 сом', '1\u00a0234\u00a0568,00 сом')).toEqual([
    { kind: 'struck', text: '1\u00a0234\u00a0567,00 ' },
    { kind: 'added', text: '1\u00a0234\u00a0568,00 ' },
    { kind: 'same', text: 'сом' },
  ])
})

test('what was dropped or is new stands whole', () => {
  expect(compareTexts('', 'new')).toEqual([{ kind: 'added', text: 'new' }])
  expect(compareTexts('old', '')).toEqual([{ kind: 'struck', text: 'old' }])
})

test('the parts always give both versions', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ' ', '\n', '1 000,5', 'ң'), { maxLength: 30 })
    .map((each) => each.join(''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const parts = compareTexts(before, after)
      expect(side(parts, 'added')).toBe(before)
      expect(side(parts, 'struck')).toBe(after)
      if (before === after) expect(parts.every((each) => each.kind === 'same')).toBe(true)
    }),
  )
})

test('texts too long to compare are struck and added whole', () => {
  const [before, after] = ['a '.repeat(1100), 'b '.repeat(1100)]
  expect(compareTexts(before, after)).toEqual([
    { kind: 'struck', text: before },
    { kind: 'added', text: after },
  ])
})
