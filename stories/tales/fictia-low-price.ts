// Fictia, a price that is abnormally low: nothing is awarded before it is explained; an explanation that is not accepted leaves the lot to the next, whose price is ordinary.
import assert from 'node:assert/strict'
import { isDone } from '../client.ts'
import { award, contract } from '../parts/award.ts'
import { bid, offer } from '../parts/bids.ts'
import { bidOf, closing, opening, rankingOf } from '../parts/opening.ts'
import { approver, notice, type Purchase } from '../parts/purchase.ts'
import { days, later, minutes } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'
import { breadPurchase } from './fictia-faults.ts'

export const flourLine: PlannedLine = {
  key: 'fictia flour',
  buyer: 'ministry',
  title: { en: 'Flour for the canteen', ru: 'Мука для столовой', ky: 'Ашкана үчүн ун', ko: '구내식당용 밀가루' },
  category: 'goods',
  classification: '10100000',
  amount: '5000000',
  budget: { code: 'B-1-9', source: 'State budget' },
}

const flourPurchase = (tender: string): Purchase => {
  const bread = breadPurchase(tender)
  return { ...bread, title: flourLine.title, lots: bread.lots.map((lot) => ({ ...lot, line: flourLine.key })) }
}

export const fictiaLowPrice: Tale = {
  name: 'fictia-low-price',
  lines: [flourLine],
  tell: async (world: World) => {
    const tender = world.id('tender', 'fictia-low-price')
    const purchase = flourPurchase(tender)
    await notice(world, purchase)
    await world.until(later(await world.now(), days(10)))
    await bid(world, tender, 'acme', [offer([['loaf', 20_000, 210]])]) // 42,000.00
    await bid(world, tender, 'lorem', [offer([['loaf', 20_000, 230]])]) // 46,000.00
    await bid(world, tender, 'blank', [offer([['loaf', 20_000, 132]])]) // 26,400.00 is 60 % of 44,000.00
    await closing(world, purchase)
    const opened = await opening(world, purchase)
    assert.equal(rankingOf(opened, '1').winner, bidOf(world, tender, 'blank'))
    const asked = opened.explanations?.[0]
    assert.deepEqual(asked?.ground, { by: 'mean', percent: '40', price: '2640000', measure: '4400000' })

    const reader = await approver(world, 'ministry')
    const early = await reader.act(tender, 'award-lot', {
      award: world.id('award', tender, 'early'),
      lot: '1',
      bid: bidOf(world, tender, 'blank'),
      reason: 'Lowest price.',
    })
    assert.ok(!isDone(early) && 'code' in early && early.code === 'explanationIsDue')
    const decision = { lot: '1', bid: bidOf(world, tender, 'blank'), accepted: false, reason: 'No cost is told.' }
    const silent = await reader.act(tender, 'judge-explanation', decision)
    assert.ok(
      !isDone(silent) && 'code' in silent && silent.code === 'explanationIsAwaited',
      'not before it is explained',
    )
    const other = await world.as(world.person('acme', 'bidder'))
    const foreign = await other.act(tender, 'explain-price', { lot: '1', text: 'It is too low.' })
    assert.ok(!isDone(foreign) && 'code' in foreign && foreign.code === 'explanationIsNotAsked')

    await world.until(later(await world.now(), minutes(60)))
    const bidder = await world.as(world.person('blank', 'bidder'))
    await bidder.mustAct(tender, 'explain-price', { lot: '1', text: 'We bake at night, when power is cheap.' })
    const again = await bidder.act(tender, 'explain-price', { lot: '1', text: 'And with old flour.' })
    assert.ok(!isDone(again) && 'code' in again && again.code === 'explanationIsClosed')
    const strangers = (await other.view(tender)).tender.explanations?.[0]
    assert.equal(strangers?.text, null, 'what a bidder says of its costs is not for others')
    assert.equal((await reader.view(tender)).tender.explanations?.[0]?.text, 'We bake at night, when power is cheap.')
    const history = JSON.stringify(await world.anyone.history(tender))
    assert.ok(!history.includes('We bake at night'), 'nor is it in the public history')
    await reader.mustAct(tender, 'judge-explanation', decision)

    const { tender: judged } = await world.anyone.view(tender)
    const { lines, winner } = rankingOf(judged, '1')
    assert.deepEqual(
      lines.map((each) => [each.bid, each.rank, each.reason]),
      [
        [bidOf(world, tender, 'acme'), 1, 'lowest'],
        [bidOf(world, tender, 'lorem'), 2, 'higher-than-better-ranked'],
        [bidOf(world, tender, 'blank'), null, 'abnormally-low'],
      ],
    )
    assert.equal(winner, bidOf(world, tender, 'acme'))
    assert.equal(judged.explanations?.length, 1, '42,000.00 is not 30 % below 46,000.00, so nobody is asked again')
    await award(world, purchase, '1', 'Lowest price that is not abnormally low.')
    await contract(world, purchase, '1', 'acme')
  },
}
