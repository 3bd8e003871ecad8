import fc from 'fast-check'
import { expect, it } from 'vitest'
import { wordsChanged } from './words-changed.ts'

it('strikes and adds whole words', () => {
  expect(wordsChanged('Delivery within 30 days to Bishkek', 'Delivery within 45 days to Osh')).toEqual([
    { kind: 'same', text: 'Delivery within ' },
    { kind: 'struck', text: '30 ' },
    { kind: 'added', text: '45 ' },
    { kind: 'same', text: 'days to ' },
    { kind: 'struck', text: 'Bishkek' },
    { kind: 'added', text: 'Osh' },
  ])
})

it('strikes a sum as one word', () => {
  expect(
    wordsChanged('1\u00a0200\u00a0000,00\u00a0сом', '1\u00a0350\u00a0000,00\u00a0сом').filter((c) => c.kind !== 'same'),
  ).toEqual([
    { kind: 'struck', text: '1\u00a0200\u00a0000,00\u00a0' },
    { kind: 'added', text: '1\u00a0350\u00a0000,00\u00a0' },
  ])
})

it('gives both texts back, whatever they are', () => {
  const words = fc
    .array(fc.constantFrom('a', 'b', 'c', '12', ' ', '\n', 'ң', '견적'), { maxLength: 40 })
    .map((each) => each.join(' '))
  fc.assert(
    fc.property(words, words, (before, after) => {
      const changes = wordsChanged(before, after)
      const without = (kind: string) =>
        changes
          .filter((c) => c.kind !== kind)
          .map((c) => c.text)
          .join('')
      expect(without('added')).toBe(before)
      expect(without('struck')).toBe(after)
    }),
  )
})

it('does not compare huge texts word by word', () => {
  const before = Array.from({ length: 5000 }, (_, i) => `x${i} `).join('')
  const after = Array.from({ length: 5000 }, (_, i) => `y${i} `).join('')
  expect(wordsChanged(before, after)).toHaveLength(2)
})
