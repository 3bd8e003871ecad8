// What the finance officer may set as base amount, and which kinds of purchase a country's tables tell apart.
import { describe, expect, test } from 'vitest'
import type { ActContext } from '../act.ts'
import type { QualificationBand } from '../award/parameters.ts'
import { kindsOf, type Method } from '../method.ts'
import { setBaseAmount } from './preparing.ts'

const won = (amount: string) => ({ amount, currency: 'KRW' })
const context = {
  pack: { currency: 'KRW' },
  plan: null,
  tender: { prepared: { content: { lots: [{ id: '1', value: won('1000000'), planLine: { plan: 'p', line: '1' } }] } } },
  actor: { kind: 'person', person: 'officer' },
} as unknown as ActContext

describe('the base amount', () => {
  const set = (aValue?: string, netCost?: string) =>
    setBaseAmount.decide(context, {
      lot: '1',
      amount: won('1100000'),
      ...(aValue !== undefined && { aValue }),
      ...(netCost !== undefined && { netCost }),
      sources: 'calculation',
      confirmed: false,
    })

  test('carries the costs outside competition where works have them (koneps.md §2.3.1)', () => {
    expect(set('90000')).toMatchObject([{ type: 'BaseAmountSet', body: { amount: won('1100000'), aValue: '90000' } }])
    expect(set()).toMatchObject([{ type: 'BaseAmountSet', body: { amount: won('1100000') } }])
  })
  test('is more than they are: nothing would be left to compete on', () => {
    for (const aValue of ['1100000', '1100001'])
      expect(set(aValue)).toEqual({
        invalid: [{ path: 'aValue', code: 'mustBeBelow', facts: { asked: '1100000', currency: 'KRW' } }],
      })
    expect(set('1099999')).toHaveLength(1)
  })
  test('holds the net construction cost, which is a part of it (State Contracts Act art. 10(3))', () => {
    expect(set('90000', '800000')).toMatchObject([{ body: { aValue: '90000', netCost: '800000' } }])
    expect(set('90000', '1100000')).toMatchObject({ invalid: [{ path: 'netCost', code: 'mustBeBelow' }] })
  })
})

test('the kinds are those that a table of some day names, under their category', () => {
  const band = (category: 'works' | 'services', kind?: string) =>
    ({ category, ...(kind && { kind }) }) as unknown as QualificationBand
  const methods = [
    {
      steps: [
        {
          step: 'award',
          parameters: {
            entries: [
              { from: '2025-01-01', law: 'art. 1', value: { bands: [band('works'), band('services', 'technical')] } },
              {
                from: '2026-01-01',
                why: 'unread',
                candidates: [{ value: { bands: [band('services', 'insurance')] } }],
              },
            ],
          },
        },
      ],
    },
    { steps: [] },
  ] as unknown as readonly Method[]
  expect(kindsOf(methods)).toEqual({ services: ['technical', 'insurance'] })
})
