// Everyday purchases: the shape that most cases have, so that a sandbox is not a row of curiosities, some of them left in the middle.
import assert from 'node:assert/strict'
import type { Language, LanguageText } from '@naru/domain/text.ts'
import { hours, later, minutes, workdayAfter } from '../times.ts'
import type { PlannedLine, Tale } from '../world.ts'
import { award, contract } from './award.ts'
import { bid, offer } from './bids.ts'
import { bidOf, closing, opening, rankingOf } from './opening.ts'
import { notice, type Purchase } from './purchase.ts'

/** One item of one lot; prices in smallest units per unit. */
export interface Everyday {
  readonly name: string
  readonly buyer: string
  readonly method: string
  readonly ground: Purchase['ground']
  readonly why: string
  readonly category: Purchase['category']
  readonly classification: string
  readonly language: Language
  readonly title: LanguageText
  readonly description: LanguageText
  readonly item: LanguageText
  readonly quantity: number
  readonly unit: string
  readonly planned: string
  readonly value: string
  readonly budget: PlannedLine['budget']
  readonly delivery: Purchase['delivery']
  readonly payment: string
  readonly openFor: number
  readonly agencyHolders: number
  readonly kind?: string
  readonly baseAmount?: Purchase['baseAmount']
  /** Supplier → price of one unit, with the numbers picked where the method draws. */
  readonly bids: readonly (readonly [supplier: string, each: number, picks?: readonly [number, number]])[]
  /** Who must win at which price for the whole quantity, by the rule of the method. */
  readonly winner: readonly [supplier: string, price: string]
  readonly reason: string
  /** Hours between the closing and the first share: a long time leaves the box closed for whoever comes to the sandbox. */
  readonly openAfter?: number
}

/** The purchase of an everyday case. */
export const purchaseOf = (given: Everyday, tender: string): Purchase => ({
  tender,
  buyer: given.buyer,
  method: given.method,
  ground: given.ground,
  why: given.why,
  category: given.category,
  language: given.language,
  title: given.title,
  description: given.description,
  lots: [
    {
      id: '1',
      title: given.title,
      line: given.name,
      value: given.value,
      items: [
        {
          id: '1',
          description: given.item,
          classification: given.classification,
          quantity: String(given.quantity),
          unit: given.unit,
        },
      ],
    },
  ],
  delivery: given.delivery,
  payment: given.payment,
  openFor: given.openFor,
  agencyHolders: given.agencyHolders,
  ...(given.kind && { kind: given.kind }),
  ...(given.baseAmount && { baseAmount: given.baseAmount }),
})

/** The tale of an everyday purchase under a rule of the lowest price. */
export const everyday = (given: Everyday): Tale => ({
  name: given.name,
  lines: [
    {
      key: given.name,
      buyer: given.buyer,
      title: given.title,
      category: given.category,
      classification: given.classification,
      amount: given.planned,
      budget: given.budget,
    },
  ],
  tell: async (world) => {
    const purchase = purchaseOf(given, world.id('tender', given.name))
    const { tender } = purchase
    await notice(world, purchase)
    const published = await world.now()
    for (const [n, [supplier, each, picks]] of given.bids.entries()) {
      await world.until(workdayAfter(published, 1 + n, `1${4 + (n % 3)}:${20 + n}`, world.zone))
      await bid(world, tender, supplier, [offer([['1', given.quantity, each]], picks && { picks })])
    }
    await closing(world, purchase)
    await world.until(later(await world.now(), hours(given.openAfter ?? 0) + minutes(25)))
    const state = await opening(world, purchase)
    const ranking = rankingOf(state, '1')
    assert.equal(ranking.winner, bidOf(world, tender, given.winner[0]))
    assert.equal(ranking.lines.find((each) => each.bid === ranking.winner)?.price, given.winner[1])
    await world.until(workdayAfter(await world.now(), 2, '11:00', world.zone))
    await award(world, purchase, '1', given.reason)
    await contract(world, purchase, '1', given.winner[0])
  },
})
