// One published tender and a sealed bid for it of every bidder, before any clock starts.
import { randomUUID } from 'node:crypto'
import { approve, prepare, publish, type Purchase, startWithKeys } from '@naru/stories/parts/purchase.ts'
import { paperPurchase } from '@naru/stories/tales/kg-quotation.ts'
import type { Stage } from '@naru/stories/world.ts'
import { type Bidder, sealMany } from './seal-many.ts'

/** Publishes a tender and seals the bids; `bodies` are the inputs of `submit-bid` in the order of the bidders. */
export async function openTender(
  { world }: Stage,
  bidders: readonly Bidder[],
): Promise<{ tender: string; purchase: Purchase; deadline: string; bodies: Buffer[] }> {
  const tender = randomUUID()
  const purchase = { ...paperPurchase(tender), openFor: 9 }
  await startWithKeys(world, purchase)
  await prepare(world, purchase)
  await approve(world, purchase)
  const state = await publish(world, purchase)
  const bodies = await sealMany(state.tenderKeys[0]?.tenderKey, world.currency, bidders, false, (done) =>
    console.log(`  sealed ${done}`),
  )
  return { tender, purchase, deadline: state.rounds.at(-1)?.deadline ?? '', bodies }
}
