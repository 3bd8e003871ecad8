import { describe, expect, it } from 'vitest'
import type { BidPage, Typed } from './device.ts'
import { offersOf } from './offer.ts'
import { readColumn } from './paste.ts'

const page = {
  currency: 'KGS',
  form: { date: 'dd.MM.yyyy', group: '\u00a0', decimal: ',' },
  lots: [
    {
      id: '1',
      items: [
        { id: 'a', quantity: '40' },
        { id: 'b', quantity: '2.5' },
      ],
    },
    { id: '2', items: [{ id: 'a', quantity: '1' }] },
  ],
  draw: null,
  criteria: [],
} as unknown as BidPage
const typed = (fields: Record<string, string>, picks: number[] = []): Typed => ({ fields, picks, saved: 0 })

describe('an offer from what was typed', () => {
  it('multiplies out exactly and leaves an empty lot unbid', () => {
    // 40 × 1,250.50 = 50,020.00; 2.5 × 0.33 = 0.825, half up to 0.83; together 50,020.83
    expect(offersOf(page, typed({ 'price.1.a': '1 250,50', 'price.1.b': '0,33' }))).toEqual({
      missing: [],
      offers: [
        {
          lot: '1',
          price: '5002083',
          vat: null,
          items: [
            { id: 'a', unitPrice: '125050', amount: '5002000' },
            { id: 'b', unitPrice: '33', amount: '83' },
          ],
        },
      ],
    })
  })
  it('names what is missing in a lot that was begun', () =>
    expect(offersOf(page, typed({ 'price.1.a': '10', 'price.1.b': 'ten' })).missing).toEqual(['price.1.b']))
  it('does not take nothing for a bid', () => expect(offersOf(page, typed({})).missing).toEqual(['price.1.a']))
  it('wants as many picks as the draw', () => {
    const drawn = { ...page, draw: { count: 15, picks: 2 } }
    expect(offersOf(drawn, typed({ 'price.2.a': '1' }, [3])).missing).toEqual(['picks'])
    expect(offersOf(drawn, typed({ 'price.2.a': '1' }, [3, 7])).missing).toEqual([])
  })
})

it('reads the last number of each pasted row and keeps rows in step', () => {
  expect(readColumn('Paper\t400\t750,00\r\n\r\nToner\t20\t7 800,00\r\n')).toEqual(['750,00', '', '7 800,00'])
  expect(readColumn('12\n13')).toEqual(['12', '13'])
})
