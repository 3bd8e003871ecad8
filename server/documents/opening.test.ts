// The opening record of a drawn reserve price: every number with the price behind it, from a small draw worked out by hand.
import { packs } from '@naru/countries/packs.ts'
import { expect, test } from 'vitest'
import type { Material } from './material.ts'
import { openingBlocks } from './opening.ts'
import type { Block } from './sheet.ts'
import { speechOf } from './speech.ts'

const bidder = '11111111-1111-4111-8111-111111111111'
const opened = (over: object) => ({
  bid: 'b',
  bidder,
  index: 7,
  lot: 'L1',
  e: 'e',
  status: 'valid',
  code: null,
  price: { currency: 'KRW', price: '1000100', vat: null, items: [], picks: [2, 3] },
  ...over,
})
const opening = {
  round: 1,
  bids: [opened({}), opened({ index: 9, status: 'void', code: 'price', price: null })],
  items: [{ status: 'live' }, { status: 'live' }, { status: 'withdrawn' }],
  lateAttempts: 4,
  wrongShares: [2],
}
// Three prices; number 1 hides the third, number 2 the first, number 3 the second. Numbers 2 and 3 were picked; their mean is (1000000 + 1000300) / 2 = 1000150.
const draw = {
  lot: 'L1',
  reservePrice: '1000150',
  draw: {
    prices: ['1000000', '1000300', '999700'],
    perm: [2, 0, 1],
    counts: [0, 1, 1],
    chosen: [2, 3],
    seedP: 'P=',
    seedD: 'D=',
  },
}
const at = '2026-10-06T01:02:03.000Z'
const placed = (type: string, body: object, index: number) => ({
  index,
  hash: 'h',
  fact: { stream: 's', seq: index, caseId: 'c', type, at, by: { platform: 'opening' }, body },
})
const material = {
  pack: packs.kr,
  kind: 'opening',
  organisations: new Map([[bidder, { name: { ko: '가나다견본건설' }, identifier: null }]]),
  facts: [placed('OpeningRecorded', opening, 5), placed('DrawMade', draw, 6)],
  tender: {
    content: {
      language: 'ko',
      lots: [{ id: 'L1', title: { ko: '정비' }, value: { amount: '1', currency: 'KRW' }, items: [] }],
    },
    baseAmounts: [{ lot: 'L1', amount: { amount: '1000000', currency: 'KRW' } }],
    published: { terms: { draw: { count: 3, top: 2 } } },
    holders: [
      {
        name: 'agency',
        k: 1,
        holders: [
          { i: 1, person: 'p', organisation: bidder },
          { i: 2, person: 'q', organisation: bidder },
          { i: 3, person: 'r', organisation: bidder },
        ],
      },
    ],
    rounds: [
      {
        round: 1,
        deadline: '2026-10-06T01:00:00.000Z',
        batches: [
          { i: 1, seq: 1, at },
          { i: 2, seq: 2, at },
        ],
        absent: [3],
        closing: { commitment: 'seal' },
      },
    ],
  },
} as unknown as Material

const tables = (blocks: readonly Block[]) => blocks.flatMap((each) => (each.kind === 'table' ? [each] : []))

test('each number shows the price behind it, its picks and whether it was chosen', () => {
  const [, , drawn] = tables(openingBlocks(material, speechOf(packs.kr, 'ko', 'ko')))
  expect(drawn?.rows).toEqual([
    [['1'], ['999,700'], ['0'], ['—']],
    [['2'], ['1,000,000'], ['1'], ['선정(1순위)']],
    [['3'], ['1,000,300'], ['1'], ['선정(2순위)']],
  ])
  expect(drawn?.marked).toEqual([1, 2])
})

test('OPN-05: every bid stands with its price, a void one with its reason and no price; late attempts, wrong shares and absence are told', () => {
  const blocks = openingBlocks(material, speechOf(packs.kr, 'en', 'ko'))
  const [bids, holders] = tables(blocks)
  const name = { text: '가나다견본건설', language: 'ko' }
  expect(bids?.rows).toEqual([
    [['7'], [name], ['1,000,100'], ['2, 3'], ['Valid']],
    [['9'], [name], ['—'], ['—'], ['Void', 'The price is not a lawful sum, or its lines do not add up to it.']],
  ])
  // 01:02:03 UTC is 10:02:03 in Seoul.
  expect(holders?.rows.map((row) => row[3])).toEqual([
    ['2026-10-06 10:02:03'],
    ['2026-10-06 10:02:03', 'The share given proved wrong'],
    ['Recorded as absent'],
  ])
  const [first] = blocks
  const facts = first?.kind === 'facts' ? Object.fromEntries(first.facts.map((each) => [each.name, each.value])) : {}
  expect(facts).toMatchObject({
    'Attempts after the deadline': ['4'],
    'Entries in the box': ['Stands: 2', 'Withdrawn: 1'],
    'Seal of the box': ['seal'],
  })
})

test('people are never named', () => {
  expect(JSON.stringify(openingBlocks(material, speechOf(packs.kr, 'ko', 'ko')))).not.toMatch(/"[pqr]"/)
})
