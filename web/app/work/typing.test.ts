import { describe, expect, test } from 'vitest'
import { changedUnseen, fieldsTyped, partsChanged, sentIn, type Typing, withTouched, withTyped } from './typing.ts'

const touch = (version: number, tab: string) => ({ version, tab, name: 'A', at: '2026-03-04T05:00:00.000Z' })
const form = (fields: Readonly<Record<string, string>>): FormData => {
  const made = new FormData()
  for (const [name, value] of Object.entries(fields)) made.set(name, value)
  return made
}

describe('who changed what', () => {
  const draft: Typing = { touched: { 'form:purchase': touch(5, 'one'), lots: touch(3, 'two') } }
  test('a part that somebody else changed since the page was made is told', () => {
    expect(changedUnseen(draft, ['form:purchase'], 4, 'two')).toEqual(touch(5, 'one'))
  })
  test('neither what the page has seen, nor its own change, nor another part is', () => {
    expect(changedUnseen(draft, ['form:purchase'], 5, 'two')).toBeNull()
    expect(changedUnseen(draft, ['form:purchase'], 4, 'one')).toBeNull()
    expect(changedUnseen(draft, ['delivery'], 0, 'two')).toBeNull()
  })
  test('of several changes the newest is told', () => {
    expect(changedUnseen(draft, ['lots', 'form:purchase'], 0, 'x')?.version).toBe(5)
  })
  test('marks are kept for the newest three hundred parts', () => {
    let many: Typing = {}
    for (let n = 1; n <= 310; n += 1) many = withTouched(many, [`form:lots/1/items/${n}`], touch(n, 't'))
    expect(Object.keys(many.touched ?? {})).toHaveLength(300)
    expect(many.touched).not.toHaveProperty(['form:lots/1/items/10'])
    expect(many.touched).toHaveProperty(['form:lots/1/items/310'])
  })
})

test('parts that changed, whatever the order of their members; what stands beside the content is no part', () => {
  const before = { title: { ky: 'a', ru: 'b' }, lots: [1], value: '1', touched: {} }
  expect(partsChanged(before, { value: '2', lots: [1], title: { ru: 'b', ky: 'a' }, typed: {}, kind: 'x' })).toEqual([
    'value',
    'kind',
  ])
})

test('a form stands as typed until it is taken in', () => {
  const typed = { fields: { place: 'Store 1' }, name: 'A', at: '2026-03-04T05:00:00.000Z' }
  const standing = withTyped<Typing>({}, 'delivery', typed)
  expect(standing.typed).toEqual({ delivery: typed })
  expect(withTyped(standing, 'delivery', null).typed).toEqual({})
})

test('a sent form names itself, its version and its page', () => {
  const key = '7e0a7a52-53f1-4a53-9d2b-6f1f8a3c2b11'
  expect(sentIn(form({ fields: 'lots/1/items/2', version: '7', formKey: `${key}.save` }))).toEqual({
    fields: 'lots/1/items/2',
    version: 7,
    tab: key,
  })
  expect(sentIn(form({ version: '7', formKey: key }))).toBeNull()
  expect(sentIn(form({ fields: 'lots/1', version: '-1', formKey: key }))).toBeNull()
  expect(sentIn(form({ fields: '../../etc', version: '1', formKey: key }))).toBeNull()
})

test('what is typed is kept without what the page added, and only as much as a form holds', () => {
  expect(fieldsTyped({ one: { formKey: 'k', version: '1', fields: 'x', act: 'save', title: 'T' }, all: {} })).toEqual({
    title: 'T',
  })
  expect(fieldsTyped({ one: { title: 'x'.repeat(50_000) }, all: {} })).toBeNull()
})
