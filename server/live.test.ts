// Live mode takes nothing on trust that the sandbox may: no assumed law, no sandbox signature, no virtual clock, no other mode later.
import { afterAll, expect, test } from 'vitest'
import { openDeployment } from './deployment.ts'
import { readSettings } from './settings.ts'
import { makeWorld, type World } from './test-world.ts'
import { moveClock, startClockEarlier } from './time.ts'

const worlds: World[] = []
const live = async (country: 'kg' | 'fictia') => {
  const world = await makeWorld(country, 'live')
  worlds.push(world)
  return world
}
afterAll(async () => {
  for (const world of worlds) await world.end()
})

test('a notice that rests on unconfirmed law is refused and the values are named', async () => {
  const world = await live('kg')
  await expect(world.publishTender(60)).rejects.toThrow(/valueIsUnconfirmed.*kg\.quotation\.ceiling/s)
})

test('where the law is known the notice appears, but a bid signed by a sandbox session is refused', async () => {
  const world = await live('fictia')
  const caseId = await world.publishTender()
  const supplier = world.suppliers[0] as World['author']
  const bid = await world.sealed(caseId, supplier, '390000')
  const outcome = await world.act(supplier, caseId, 'submit-bid', bid.input)
  expect(outcome.done === false && 'refused' in outcome.why && outcome.why.refused).toBe('sandboxSignatureInLive')
})

test('the clock of a live deployment is not moved, and its mode stays', async () => {
  const world = await live('fictia')
  const later = new Date(Date.now() + 86_400_000).toISOString()
  await expect(moveClock(world.deployment, later)).rejects.toThrow(/only a sandbox/)
  await expect(startClockEarlier(world.deployment, 3)).rejects.toThrow(/empty sandbox/)
  const { database, dataFolder } = world.deployment
  await expect(openDeployment(database, { country: 'fictia', mode: 'sandbox', dataFolder })).rejects.toThrow(
    /stays in it/,
  )
})

test('live mode does not start on the embedded database', () => {
  expect(() => readSettings(['all', '--mode', 'live'], {})).toThrow(/DATABASE_URL/)
})
