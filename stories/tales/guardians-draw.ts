// Korea, guardians as programs in a tender that draws: each seals its salt for every round, and the salts open with the bids.
import assert from 'node:assert/strict'
import { bid, offer } from '../parts/bids.ts'
import { connectGuardians } from '../parts/guardians.ts'
import { attendWithPrograms, closing, opened, postShares, roundOf } from '../parts/opening.ts'
import { notice } from '../parts/purchase.ts'
import type { Tale, World } from '../world.ts'
import { roadLine, roadPurchase } from './kr-open.ts'

export const guardiansDraw: Tale = {
  name: 'guardians-draw',
  lines: [roadLine],
  tell: async (world: World) => {
    await connectGuardians(world)
    const tender = world.id('tender', 'guardians', 'draw')
    const purchase = { ...roadPurchase(tender), byProgram: true }
    const { salts } = await notice(world, purchase)
    assert.deepEqual(
      salts
        .filter((each) => each.i > 3)
        .map((each) => [each.i, each.round])
        .sort(),
      [4, 5, 6].flatMap((i) => [1, 2, 3].map((round) => [i, round])),
    )
    for (const [n, supplier] of ['ga', 'na', 'da'].entries())
      await bid(world, tender, supplier, [{ ...offer([['works', 1, 1_600_000_000 + n]]), picks: [1 + n, 8] }])
    await closing(world, purchase)
    await attendWithPrograms(world, purchase, [0, 1])
    for (const nth of [0, 1]) await postShares(world, purchase, 'agency', nth)
    const round = roundOf(await opened(world, purchase))
    assert.deepEqual(round.batches.map((each) => each.i).sort(), [1, 2, 4, 5])
    assert.deepEqual(round.opening?.wrongShares, [])
    assert.equal(round.draws.length, 1)
  },
}
