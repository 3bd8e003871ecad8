import { describe, expect, it } from 'vitest'
import { readQuantity } from './preparation.ts'
import { emptyDraft, estimated, pageOfPath, progressOf, revalued } from './tender-draft.ts'

describe('where a wrong part of the content is mended', () => {
  it.each([
    ['content.title.ky', 'purchase'],
    ['content.choice.reason', 'method'],
    ['content.lots', 'lots'],
    ['content.lots.0.value.amount', 'lots/1'],
    ['content.lots.1.items.2.classification', 'lots/2/items/3'],
    ['content.documents.0', 'documents'],
    ['content.criteria', 'conditions'],
    ['content.deadline', 'deadline'],
    ['content.delivery.place', 'delivery'],
    ['content.paymentTerms', 'delivery'],
  ])('%s → %s', (path, page) => expect(pageOfPath(path)).toBe(page))
})

it('takes the sum of the lots for the value once every lot has one', () => {
  const lot = { id: '1', title: {}, planLine: null, items: [] }
  const draft = { ...emptyDraft('ky'), value: '500' }
  expect(estimated(draft)).toBe('500')
  expect(
    estimated({
      ...draft,
      lots: [
        { ...lot, value: '200' },
        { ...lot, id: '2', value: '' },
      ],
    }),
  ).toBe('500')
  expect(
    estimated({
      ...draft,
      lots: [
        { ...lot, value: '200' },
        { ...lot, id: '2', value: '150' },
      ],
    }),
  ).toBe('350')
})

it('lets nobody choose a method before it is said what is bought', () => {
  expect(progressOf(emptyDraft('ru')).method).toBe('blocked')
  const draft = {
    ...emptyDraft('ru'),
    title: { ru: 'x' },
    description: { ru: 'x' },
    category: 'goods' as const,
    value: '1',
  }
  expect(progressOf(draft).method).toBe('todo')
})

it.each([
  ['40', '40'],
  ['1 000,50', '1000.5'],
  ['0,250000', '0.25'],
  ['007', '7'],
  ['0', undefined],
  ['-1', undefined],
  ['1,2,3', undefined],
  ['сорок', undefined],
])('reads the quantity %s as %s', (typed, quantity) => expect(readQuantity(typed)).toBe(quantity))

it('another value asks anew for the method, the deadline and the confirmation of the amount', () => {
  const draft = {
    ...emptyDraft('en'),
    method: 'kg-quotation',
    deadline: '2026-12-21T05:00:00.000Z',
    confirmed: ['amount:1'],
  }
  expect(revalued(draft)).toMatchObject({ method: '', deadline: '', confirmed: [] })
})
