// Fictia, guardians as programs in a tender of two envelopes: each opens the proposals, and later only the prices that a logged evaluation passes.
import assert from 'node:assert/strict'
import { waitFor } from '../client.ts'
import { bid, offer } from '../parts/bids.ts'
import type { GuardianProgram } from '../parts/guardians.ts'
import { attendWithPrograms, bidOf, closing, opened, postShares, roundOf } from '../parts/opening.ts'
import { notice, type Purchase } from '../parts/purchase.ts'
import type { World } from '../world.ts'
import { scoresOf, softwarePurchase } from './fictia-best-score.ts'

/** Tells the case with guardian programs that are connected and have no fault. */
export async function tellTwoEnvelopes(world: World, programs: readonly GuardianProgram[]): Promise<void> {
  const tender = world.id('tender', 'guardians', 'two envelopes')
  const purchase: Purchase = { ...softwarePurchase(tender), byProgram: true }
  await notice(world, purchase)
  const prices = { acme: 750_000, blank: 833_300, dummy: 1_000_000 }
  for (const [supplier, monthly] of Object.entries(prices)) {
    const responses = { method: 'As asked.', team: 'Two people.' }
    await bid(world, tender, supplier, [offer([['year', 12, monthly]], { responses })])
  }
  await closing(world, purchase)
  const come = async () => roundOf((await world.anyone.view(tender)).tender).batches.map((each) => each.i)
  await attendWithPrograms(world, purchase, [0, 1])
  for (const nth of [0, 1]) await postShares(world, purchase, 'agency', nth)
  const technical = await waitFor(async () => {
    const round = roundOf((await world.anyone.view(tender)).tender)
    return round.technical ? round : undefined
  }, 'the technical opening by programs')
  assert.equal(technical.technical?.bids.length, 3)
  assert.equal(technical.opening, null)

  // While nothing is evaluated, no program lets go of a share of a price, though the agency's holders ask for nothing else.
  await new Promise((resume) => setTimeout(resume, 2500))
  assert.deepEqual(await come(), [])
  const evaluator = (nth: number) => world.as(world.person('ministry', 'evaluator', nth))
  const points = { acme: ['12', '8'], blank: ['24', '14'], dummy: ['25', '15'] } as const
  for (const nth of [0, 1]) {
    await (await evaluator(nth)).mustAct(tender, 'declare-conflict', { none: true, text: null })
    await (await evaluator(nth)).mustAct(tender, 'score-bids', scoresOf(world, tender, points))
  }
  // acme has 20 of 40 points for quality, below the 24 that the terms ask for: its price stays sealed.
  await attendWithPrograms(world, purchase, [0, 2])
  await waitFor(async () => ((await come()).length === 2 ? true : undefined), 'the two guardians after the evaluation')
  for (const nth of [0, 2]) await postShares(world, purchase, 'agency', nth)
  const round = roundOf(await opened(world, purchase))
  assert.deepEqual(
    round.opening?.bids.map((each) => [each.bid, each.price?.price]),
    [
      [bidOf(world, tender, 'blank'), '9999600'],
      [bidOf(world, tender, 'dummy'), '12000000'],
    ],
  )
  assert.deepEqual(round.opening?.wrongShares, [])
  for (const program of programs.filter((each) => !each.spare)) {
    const posted = (await program.journal()).filter((line) => line.did === 'posted-shares' && line.tender === tender)
    assert.equal(posted.length, 2, `${program.name} posted once for each opening`)
  }
}
