// A pack with a fault does not load, and says file, key and article.
import { packs } from '@naru/countries/packs.ts'
import { dated, type Pack } from '@naru/domain/pack.ts'
import { expect, test } from 'vitest'
import { CannotStart } from './database/cannot-start.ts'
import { wholePack } from './whole-pack.ts'

const { fictia } = packs

test('every country loads', () => {
  for (const pack of Object.values(packs) as Pack[]) expect(wholePack(pack)).toBe(pack)
})

test('a contradiction is told with the file, the key and the article of the value', () => {
  const standstill = fictia.values.find((each) => each.key === 'fictia.standstill')
  const [entry] = standstill?.entries ?? []
  if (!standstill || !entry) throw new Error('Fictia has a standstill')
  const twice = dated(standstill.key, standstill.fixedBy, [entry, entry])
  const values = fictia.values.map((each) => (each === standstill ? twice : each))
  expect(() => wholePack({ ...fictia, values })).toThrow(CannotStart)
  expect(() => wholePack({ ...fictia, values })).toThrow(
    'countries/fictia/law/periods.ts, fictia.standstill (Fictia Public Buying Act, art. 31): its entries do not go up in days: 2026-01-01, 2026-01-01',
  )
})

test('a method that lacks a step is told with its file', () => {
  const methods = fictia.methods.map((each) =>
    each.id === 'fictia-open' ? { ...each, steps: each.steps.filter((step) => step.step !== 'award') } : each,
  )
  expect(() => wholePack({ ...fictia, methods })).toThrow(
    'countries/fictia/methods/open.ts, fictia-open (Fictia Public Buying Act, art. 7(1)): the step award is missing',
  )
})
