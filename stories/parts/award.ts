// From the ranking to the concluded contract: award with its reason, standstill, draft, consent, confirmation.
import assert from 'node:assert/strict'
import type { TenderState } from '@naru/domain/tender/tender.ts'
import { later, minutes, workdayAfter } from '../times.ts'
import type { World } from '../world.ts'
import { rankingOf } from './opening.ts'
import { approver, type Purchase } from './purchase.ts'

/** Awards a lot to the winner of its ranking. Answers the state. */
export async function award(world: World, purchase: Purchase, lot: string, reason: string): Promise<TenderState> {
  const reader = await approver(world, purchase.buyer)
  const { tender: state } = await reader.view(purchase.tender)
  const { winner } = rankingOf(state, lot)
  assert.ok(winner, `lot ${lot} has a winner`)
  await reader.mustAct(purchase.tender, 'award-lot', {
    award: world.id('award', purchase.tender, lot, winner),
    lot,
    bid: winner,
    reason,
  })
  const { tender: after } = await world.anyone.view(purchase.tender)
  assert.equal(after.awards.find((each) => each.lot === lot)?.bid, winner)
  return after
}

/** Waits for the end of the standstill, if there is one, and concludes the contract of a lot in its three messages. */
export async function contract(
  world: World,
  purchase: Purchase,
  lot: string,
  supplier: string,
  special: string | null = null,
): Promise<void> {
  const { tender, buyer } = purchase
  const { tender: state } = await world.anyone.view(tender)
  const awarded = state.awards.find((each) => each.lot === lot)
  assert.ok(awarded)
  const officer = await world.as(world.person(buyer, 'contract-officer'))
  const id = world.id('contract', tender, lot, awarded.award)
  const { standstillUntil } = awarded
  if (standstillUntil && standstillUntil >= (await world.now())) {
    const early = await officer.act(tender, 'draft-contract', { contract: id, lot, special })
    assert.ok('code' in early && early.code === 'standstillIsRunning', 'the standstill keeps the contract back')
    await world.until(later(standstillUntil, minutes(9 * 60 + 30)))
  } else await world.until(workdayAfter(await world.now(), 1, '10:30', world.zone))
  await officer.mustAct(tender, 'draft-contract', { contract: id, lot, special })
  await world.until(later(await world.now(), minutes(95)))
  const winner = await world.as(world.person(supplier, 'bidder'))
  await winner.mustAct(tender, 'consent-to-contract', { contract: id, version: 1 })
  await world.until(later(await world.now(), minutes(50)))
  await officer.mustAct(tender, 'confirm-contract', { contract: id, version: 1 })
  const { contracts } = await world.anyone.view(tender)
  const concluded = contracts.find((each) => each.id === id)
  assert.equal(concluded?.stage, 'concluded')
  assert.deepEqual(concluded?.text.value, awarded.value, 'the contract says the price that was bid')
  world.say(`${concluded?.number}: contract over ${concluded?.text.value.amount} concluded`)
}
