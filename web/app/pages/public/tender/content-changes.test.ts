import type { Content } from '@naru/domain/tender/content.ts'
import { expect, test } from 'vitest'
import { makeSpeech } from '../../../../speech.ts'
import { contentChanges } from './content-changes.ts'

const speech = makeSpeech(
  'en',
  { code: 'kg', zone: 'Asia/Bishkek', form: { date: 'dd.MM.yyyy', group: ' ', decimal: ',' } },
  {
    'domain.moment.deadline': 'Deadline',
    'public.changes.name': 'Title',
    'public.purchase.title': 'What',
    'public.lot': 'Lot {n}.',
    'public.purchase.lotValue': 'Value',
    'public.documents.name': 'Document',
    'public.documents.version': 'Version',
    'public.purchase.place': 'Place',
    'public.purchase.by': 'By',
    'public.purchase.terms': 'Terms',
    'public.purchase.payment': 'Payment',
    'time.moment': '{when}, {zone}',
    'size.B': '{n} bytes',
  },
)

const before: Content = {
  title: { en: 'Desks' },
  description: { en: 'Desks for pupils' },
  language: 'en',
  category: 'goods',
  choice: { method: 'kg-unlimited', ground: 'default', reason: 'The rule.' },
  lots: [
    {
      id: '1',
      title: { en: 'Desks' },
      planLine: { plan: '64bcd74e-7983-40f3-b977-86fdbfb8164e', line: '64bcd74e-7983-40f3-b977-86fdbfb8164f' },
      value: { amount: '240000000', currency: 'KGS' },
      items: [{ id: 'a', description: { en: 'Desk' }, classification: '39160000-1', quantity: '240', unit: 'H87' }],
    },
  ],
  conditions: [],
  criteria: [],
  documents: [],
  deadline: '2026-10-16T05:00:00.000Z',
  delivery: { place: 'School', by: '2026-12-31', terms: 'To the door' },
  paymentTerms: 'After acceptance',
  confirmed: [],
}

test('only what differs is listed, with the words of both versions', () => {
  const [lot] = before.lots
  if (!lot) throw new Error('no lot')
  const after: Content = {
    ...before,
    deadline: '2026-10-23T05:00:00.000Z',
    lots: [{ ...lot, items: lot.items.map((item) => ({ ...item, quantity: '260' })) }],
    documents: [
      {
        id: '64bcd74e-7983-40f3-b977-86fdbfb81640',
        upload: '64bcd74e-7983-40f3-b977-86fdbfb81641',
        version: 2,
        title: 'Specification',
        kind: 'technicalSpecifications',
        language: 'en',
        sha256: 'ab'.repeat(32),
        size: 425,
        mediaType: 'application/pdf',
      },
    ],
  }
  expect(contentChanges(before, after, speech, [])).toEqual([
    { name: 'Deadline', before: '16.10.2026 11:00, Asia/Bishkek', after: '23.10.2026 11:00, Asia/Bishkek' },
    { name: 'Lot 1. · a', before: 'Desk (39160000-1) 240 H87', after: 'Desk (39160000-1) 260 H87' },
    { name: 'Document · Specification', before: '', after: 'Version 2, 425 bytes, SHA-256 abababababababab' },
  ])
})

test('what was dropped is listed last; equal versions differ in nothing', () => {
  const [lot] = before.lots
  if (!lot) throw new Error('no lot')
  const two: Content = { ...before, lots: [lot, { ...lot, id: '2', title: { en: 'Chairs' } }] }
  expect(contentChanges(two, before, speech, []).map(({ name, after }) => [name, after])).toEqual([
    ['Lot 2.', ''],
    ['Lot 2. · a', ''],
  ])
  expect(contentChanges(before, before, speech, [])).toEqual([])
})
