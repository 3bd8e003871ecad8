import { expect, it } from 'vitest'
import { same } from './same.ts'

it('does not look at the order of members', () =>
  expect(same({ a: 1, b: { c: [1, 2], d: 'x' } }, { b: { d: 'x', c: [1, 2] }, a: 1 })).toBe(true))
it.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { a: 1, b: undefined }],
  [
    [1, 2],
    [2, 1],
  ],
  [[], {}],
  [null, {}],
])('tells %j from %j', (a, b) => expect(same(a, b)).toBe(false))
