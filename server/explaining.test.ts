// The no-orphan rule: a dummy cannot be told from a bid until it is explained, and what nobody explains is listed with the day it is due.
import { parseEntry } from '@naru/log/entry.ts'
import { closesAt } from '@naru/domain/tender/opening.ts'
import { fromBase64, toBase64, toHex } from '@naru/sealing/bytes.ts'
import { H } from '@naru/sealing/hash.ts'
import { sealedEntry } from '@naru/sealing/receipt.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startClock } from './clock.ts'
import { explainEntry, readUnexplained, sealDummy } from './explaining.ts'
import { readFeed } from './read/feed.ts'
import { rebuild } from './rebuild.ts'
import { type Sequencer, startSequencer } from './sequencer.ts'
import { makeWorld, type World } from './test-world.ts'

let world: World
let sequencer: Sequencer

beforeAll(async () => {
  world = await makeWorld()
  sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000 })
})
afterAll(async () => {
  await sequencer.stop()
  await world.end()
})

const said = { what: 'rejected', reason: 'For the test.', signer: 'Operator' } as const

test('a bid is listed by its close list, a dummy by its explanation; everything else is an orphan with its day', async () => {
  const { deployment } = world
  const tender = await world.publishTender(20)
  const who = world.suppliers[0] as (typeof world.suppliers)[number]
  const { input } = await world.sealed(tender, who, '100000')
  await world.done(who, tender, 'submit-bid', input)
  await sequencer.run()
  const before = (await readFeed(deployment, -1)).items.length
  await sealDummy(deployment)
  await sequencer.run()
  expect((await readFeed(deployment, -1)).items.length).toBe(before)

  const [bid, dummy] = await readUnexplained(deployment)
  expect([bid?.waiting, bid?.dummy, dummy?.waiting, dummy?.dummy]).toEqual([true, false, false, true])
  const { rounds } = await world.tender(tender)
  // Thirty days after the deadline of the tender that was open.
  expect(Date.parse(dummy?.due ?? '') - Date.parse(rounds[0]?.deadline ?? '')).toBe(30 * 86_400_000)
  expect(await explainEntry(deployment, bid?.index ?? -1, said)).toMatchObject({ refused: 'alreadyExists' })

  const clock = startClock(deployment, 3_600_000)
  await world.moveTo(closesAt(await world.tender(tender)))
  await clock.run()
  await clock.stop()
  await sequencer.run()
  expect((await readUnexplained(deployment)).map((each) => each.index)).toEqual([dummy?.index])
  await world.moveTo(new Date(Date.parse(dummy?.due ?? '') + 1000).toISOString())
  expect((await readUnexplained(deployment))[0]?.overdue).toBe(true)

  // What is said of a dummy does not make it anything else.
  expect(await explainEntry(deployment, dummy?.index ?? -1, said)).toBeNull()
  await sequencer.run()
  expect(await readUnexplained(deployment)).toEqual([])
  expect(await explainEntry(deployment, dummy?.index ?? -1, said)).toMatchObject({ refused: 'alreadyExists' })

  const { items } = await readFeed(deployment, -1)
  const { explanation } = (items.at(-1) as (typeof items)[number]).body as {
    explanation: { what: string; index: number; leafSalt: string; m: string; r: string }
  }
  expect(explanation).toMatchObject({ what: 'dummy', index: dummy?.index })
  // Anyone computes the entry again from what is revealed.
  expect(toBase64(H('dummy', fromBase64(explanation.r)))).toBe(explanation.m)
  const { rows } = await deployment.database.pool.query<{ entry: Buffer }>(
    'select entry from log_entry where index = $1',
    [explanation.index],
  )
  expect(toHex(sealedEntry(fromBase64(explanation.leafSalt), fromBase64(explanation.m)))).toBe(
    rows[0]?.entry.toString('hex'),
  )
  const last = await deployment.database.pool.query<{ entry: Buffer }>(
    'select entry from log_entry order by index desc limit 1',
  )
  expect(parseEntry(new Uint8Array(last.rows[0]?.entry ?? [])).kind).toBe('explain')
  expect((await rebuild(deployment.database.pool)).findings).toEqual([])
})
