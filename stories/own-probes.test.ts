// A sandbox with probes of its own, as `npm start` brings it: closings follow the moved clock at once, and no outage is found where there is none.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bid, offer } from './parts/bids.ts'
import { closing, opening, roundOf } from './parts/opening.ts'
import { notice } from './parts/purchase.ts'
import { type Running, startSandbox } from './running.ts'
import { breadLine, breadPurchase } from './tales/fictia-faults.ts'
import { later } from './times.ts'
import { openStage } from './world.ts'

let running: Running
beforeAll(async () => {
  running = await startSandbox('fictia', 70, { OUTAGE_PROBES: '' })
})
afterAll(() => running?.stop())

test('AVA-02: the sandbox’s own probes are listed and heard; a round closes as soon as the clock is moved', async () => {
  const stage = await openStage({ url: running.url, wallet: running.wallet, country: 'fictia' })
  const tale = {
    name: 'own probes',
    lines: [breadLine],
    tell: async (world: Parameters<typeof notice>[0]) => {
      const purchase = breadPurchase(world.id('tender', 'own probes'))
      await notice(world, purchase)
      await bid(world, purchase.tender, 'acme', [offer([['loaf', 20_000, 210]])])
      await closing(world, purchase)
      expect(roundOf(await opening(world, purchase)).opening?.bids).toHaveLength(1)
    },
  }
  await stage.setUp([tale])
  expect(await stage.play([{ from: later(await stage.world.now(), 1000), tale }])).toEqual([
    { name: 'own probes', end: 'told' },
  ])
  expect((await stage.world.anyone.get('/api/outages')).body).toEqual({ outages: [] })
  const trust = (await stage.world.anyone.get('/api/trust')).body as { probes?: { operator: string }[] }
  expect(trust.probes?.map((each) => each.operator)).toEqual(['audit', 'university'])
})
