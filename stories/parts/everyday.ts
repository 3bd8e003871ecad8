// An everyday purchase from notice to contract: the shape that most cases have, so that a sandbox is not a row of curiosities.
import assert from 'node:assert/strict'
import type { Offer } from '../bidder.ts'
import { later, minutes, workdayAfter } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'
import { award, contract } from './award.ts'
import { bid } from './bids.ts'
import { bidOf, closing, opening, rankingOf } from './opening.ts'
import { notice, type Purchase } from './purchase.ts'

/** A purchase of one lot, who bids what, and who must win at which price. */
export interface Everyday {
  readonly name: string
  readonly line: PlannedLine
  readonly purchase: (world: World, tender: string) => Purchase
  readonly bids: readonly { readonly supplier: string; readonly after: number; readonly offer: Offer }[]
  readonly winner: { readonly supplier: string; readonly price: string }
  readonly reason: string
}

/** The tale of an everyday purchase under the rule of the lowest price. */
export const everyday = (given: Everyday): Tale => ({
  name: given.name,
  lines: [given.line],
  tell: async (world) => {
    const purchase = given.purchase(world, world.id('tender', given.name))
    await notice(world, purchase)
    const published = await world.now()
    for (const { supplier, after, offer } of given.bids) {
      await world.until(workdayAfter(published, after, '14:00', world.zone))
      await bid(world, purchase.tender, supplier, [offer])
    }
    await closing(world, purchase)
    await world.until(later(await world.now(), minutes(25)))
    const state = await opening(world, purchase)
    const [lot] = purchase.lots
    assert.ok(lot)
    const ranking = rankingOf(state, lot.id)
    assert.equal(ranking.winner, bidOf(world, purchase.tender, given.winner.supplier))
    assert.equal(ranking.lines.find((each) => each.bid === ranking.winner)?.price, given.winner.price)
    await world.until(workdayAfter(await world.now(), 2, '11:00', world.zone))
    await award(world, purchase, lot.id, given.reason)
    await contract(world, purchase, lot.id, given.winner.supplier)
  },
})
