// A bid that was changed in the store after it was sealed: nothing of its box is opened and the operator is alarmed; with the bytes back it opens.
import { currentRound } from '@naru/domain/tender/tender.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Clock, startClock } from './clock.ts'
import { withClient } from './database/roles.ts'
import { readHealth } from './health.ts'
import { readPublicCase } from './read/case.ts'
import { readFeed } from './read/feed.ts'
import { type Sequencer, startSequencer } from './sequencer.ts'
import { makeWorld, type World } from './test-world.ts'

let world: World
let sequencer: Sequencer
let clock: Clock
beforeAll(async () => {
  world = await makeWorld()
  sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000 })
  clock = startClock(world.deployment, 3_600_000)
})
afterAll(async () => {
  await clock.stop()
  await sequencer.stop()
  await world.end()
})

const alarms = async () =>
  (await readHealth(world.deployment, { scanAddress: null, publishing: null })).alarms.map((each) => each.code)
/** Changes rows behind the program's back, as a superuser could; answers how many. */
const behindItsBack = (text: string, values: unknown[]) =>
  withClient(world.fresh.superUrl, async (client) => {
    await client.query(`set session_replication_role = 'replica'`)
    return (await client.query(text, values)).rowCount
  })

/** A closed box with two bids and the shares of a quorum posted, but no turn of the clock since. */
async function closedBox(): Promise<{ tender: string; bids: string[] }> {
  const tender = await world.publishTender()
  const bids: string[] = []
  for (const [n, price] of ['350000', '380000'].entries()) {
    const who = world.suppliers[n] as World['suppliers'][number]
    const { bid, input } = await world.sealed(tender, who, price)
    await world.done(who, tender, 'submit-bid', input)
    bids.push(bid)
  }
  await sequencer.run()
  await world.moveTo(new Date(Date.parse(currentRound(await world.tender(tender)).deadline) + 61_000).toISOString())
  await clock.run()
  await sequencer.run()
  return { tender, bids }
}
const post = async (tender: string) => {
  for (const n of [0, 2, 3]) await world.postShares(tender, world.holders[n] as World['holders'][number])
}

test('OPN-03: one character of one ciphertext changed in the store stops the opening and raises an alarm; put back, it opens', async () => {
  const { tender, bids } = await closedBox()
  await post(tender)
  const stream = `bid:${bids[1]}`
  const { rows } = await world.deployment.database.pool.query<{ record: string }>(
    `select record from fact where stream = $1 and type = 'BidSubmitted'`,
    [stream],
  )
  const whole = rows[0]?.record ?? ''
  const at = whole.indexOf('"ciphertext":"') + 200
  const changed = whole.slice(0, at) + (whole[at] === 'A' ? 'B' : 'A') + whole.slice(at + 1)
  expect(await behindItsBack('update fact set record = $2 where stream = $1', [stream, changed])).toBe(1)
  await clock.run()
  const stopped = await world.tender(tender)
  expect([stopped.stage, currentRound(stopped).opening]).toEqual(['closed', null])
  expect(await alarms()).toContain('box-altered')
  const found = await world.deployment.database.pool.query('select what from altered_box where case_id = $1', [tender])
  expect(found.rows).toEqual([{ what: 'ciphertext' }])
  // Everyone sees that it is stopped and of how many bids, and not of which; again and again looked at, it is said once.
  await clock.run()
  await sequencer.run()
  const shown = await readPublicCase(world.deployment, tender)
  expect(shown).toMatchObject({ tender: { rounds: [{ stopped: { bids: 1, what: ['ciphertext'] } }] } })
  const flags = async () =>
    (await readFeed(world.deployment, -1, 1000, tender)).items.filter((each) =>
      /Opening(Stopped|Resumed)/.test(each.type),
    )
  expect((await flags()).map((each) => [each.type, each.body])).toEqual([
    ['OpeningStopped', { round: 1, bids: 1, what: ['ciphertext'] }],
  ])

  await behindItsBack('update fact set record = $2 where stream = $1', [stream, whole])
  await clock.run()
  const opened = currentRound(await world.tender(tender)).opening
  expect(opened?.bids.map((each) => [each.price?.price, each.status])).toEqual([
    ['350000', 'valid'],
    ['380000', 'valid'],
  ])
  expect(await alarms()).not.toContain('box-altered')
  await sequencer.run()
  expect((await flags()).map((each) => each.type)).toEqual(['OpeningStopped', 'OpeningResumed'])
  expect(currentRound(await world.tender(tender)).stopped).toBeUndefined()
})

test('OPN-02 OPN-03: a bid that was taken out of the store is not passed over', async () => {
  const { tender, bids } = await closedBox()
  await post(tender)
  const stream = `bid:${bids[0]}`
  expect(await behindItsBack('delete from fact where stream = $1', [stream])).toBe(1)
  await clock.run()
  expect(currentRound(await world.tender(tender)).opening).toBeNull()
  const found = await world.deployment.database.pool.query('select what from altered_box where case_id = $1', [tender])
  expect(found.rows).toEqual([{ what: 'missing' }])
})
