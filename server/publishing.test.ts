// What the log's publication bears: dead witnesses, slow and lying ones, one that comes back, an operator that forks or sets back its log. The
// witnesses are programs of their own with their own keys and memories; no bid and no entry is lost whatever they do.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifierKey } from '@naru/log/checkpoint.ts'
import { parseCosignerKey } from '@naru/log/cosignature.ts'
import { openWitnessed, parsePolicy } from '@naru/log/policy.ts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { withClient } from './database/roles.ts'
import { spawnWitness } from './neighbours/witnesses.ts'
import { startSandboxTime } from './neighbours/sandbox-time.ts'
import type { Witnessing } from './publishing.ts'
import { type Sequencer, startSequencer } from './sequencer.ts'
import { makeWorld, type World } from './test-world.ts'
import { readNow } from './time.ts'

type Running = Awaited<ReturnType<typeof spawnWitness>>
const names = ['audit', 'university', 'bidders'] as const

let world: World
let folder: string
let clock: Awaited<ReturnType<typeof startSandboxTime>>
let running: Running[]
let witnessing: Witnessing
let sequencer: Sequencer
let tender: string

const log = () => ({ name: world.deployment.logOrigin, publicKey: world.deployment.logPublicKey })
const start = (n: number, port = 0) =>
  spawnWitness({
    folder: join(folder, names[n] ?? ''),
    name: `${names[n]}.witness.invalid`,
    log: log(),
    clock: clock.url,
    port,
  })
const fault = async (n: number, kind: string) => {
  const answer = await fetch(`${running[n]?.url}fault`, { method: 'POST', body: kind })
  expect(answer.status).toBe(200)
}
const newest = () =>
  openWitnessed(readFileSync(join(world.deployment.dataFolder, 'log', 'checkpoint'), 'utf8'), witnessing.policy)
const lead = () => startSequencer(world.deployment, { intervalMs: 3_600_000, witnessing })

/** A bid is submitted and placed; answers how long that took, ms. */
async function bid(supplier: number, price: string): Promise<number> {
  const who = world.suppliers[supplier]
  if (!who) throw new Error('no such supplier')
  const sealed = await world.sealed(tender, who, price)
  const since = performance.now()
  const { promise } = await world.done(who, tender, 'submit-bid', sealed.input)
  expect(promise?.body.m).toBe(sealed.m)
  await sequencer.run()
  return performance.now() - since
}

beforeAll(async () => {
  world = await makeWorld()
  folder = mkdtempSync(join(tmpdir(), 'naru-witnesses-'))
  clock = await startSandboxTime(world.deployment)
  running = await Promise.all(names.map((_, n) => start(n)))
  const lines = running.map(({ vkey }, n) => `witness ${names[n]} ${vkey}\n`).join('')
  witnessing = {
    policy: parsePolicy(`log ${verifierKey(log())}\n${lines}group all 2 ${names.join(' ')}\nquorum all\n`),
    witnesses: running.map(({ vkey, url }, n) => ({ name: names[n] ?? '', key: parseCosignerKey(vkey), url })),
  }
  tender = await world.publishTender()
  sequencer = await lead()
})
afterAll(async () => {
  await sequencer.stop()
  await Promise.all(running.map((each) => each.stop('SIGKILL')))
  await clock.stop()
  await world.end()
  rmSync(folder, { recursive: true, force: true })
})

test('a checkpoint is published with the cosignatures of a quorum and the median of their times', async () => {
  const before = Date.parse(await readNow(world.deployment))
  await sequencer.run()
  await sequencer.publish()
  const { checkpoint, witnesses, time } = newest()
  expect(checkpoint.size).toBe(sequencer.size)
  // The third may come a moment too late for this one on a laden machine.
  expect(witnesses.length).toBeGreaterThanOrEqual(2)
  // Witnesses count in whole seconds.
  expect(time).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000)
  expect(time).toBeLessThanOrEqual(Date.parse(await readNow(world.deployment)))
  expect(sequencer.publishing).toMatchObject({ published: sequencer.size, waitingSince: null })
})

test('one dead witness: the quorum holds', async () => {
  await running[2]?.stop('SIGKILL')
  await bid(0, '100000')
  await sequencer.publish()
  expect(newest().checkpoint.size).toBe(sequencer.size)
  expect(newest().witnesses.map((each) => each.name)).toEqual(['audit', 'university'])
  expect(sequencer.publishing.witnesses[2]?.failing).toBeTruthy()
})

test('SEC-13: two dead, then one that lies: nothing is published, bids are taken and placed as before; with the quorum back all follows', async () => {
  const before = newest().checkpoint.size
  await fault(1, 'down')
  const took = await bid(1, '200000')
  // Not the two seconds for which a witness is waited for.
  expect(took).toBeLessThan(2000)
  await sequencer.publish()
  expect(newest().checkpoint.size).toBe(before)
  expect(sequencer.publishing.waitingSince).not.toBeNull()
  for (const lie of ['repeat', 'alter', 'refuse']) {
    await fault(1, lie)
    await sequencer.publish()
    expect(newest().checkpoint.size, lie).toBe(before)
  }
  await fault(1, 'none')
  await sequencer.publish()
  expect(newest().checkpoint.size).toBe(sequencer.size)
  expect(sequencer.publishing.waitingSince).toBeNull()
  const { rows } = await world.deployment.database.pool.query(
    'select count(*)::int as bids from current where kind = $1',
    ['bid'],
  )
  expect(rows).toEqual([{ bids: 2 }])
})

test('a witness that is restarted remembers, and cosigns again from where it was', async () => {
  running[2] = await start(2, Number(new URL(running[2]?.url ?? '').port))
  await world.publishTender()
  await sequencer.run()
  await sequencer.publish()
  expect(newest().checkpoint.size).toBe(sequencer.size)
  await vi.waitFor(() => expect(sequencer.publishing.witnesses.map((each) => each.failing)).toEqual([null, null, null]))
  expect(sequencer.publishing.witnesses[2]?.size).toBeGreaterThan(0)
})

test('a slow witness holds up neither bids nor the others', async () => {
  await fault(0, 'delay 1500')
  await world.publishTender()
  await sequencer.run()
  const since = performance.now()
  await sequencer.publish()
  expect(performance.now() - since).toBeLessThan(1400)
  expect(newest().checkpoint.size).toBe(sequencer.size)
  await fault(0, 'none')
})

test('an operator with the database and the log’s key cannot go on with another history', async () => {
  await sequencer.stop()
  const size = newest().checkpoint.size
  const asSuperuser = (statements: readonly string[]) =>
    withClient(world.fresh.superUrl, async (client) => {
      await client.query(`set session_replication_role = 'replica'`)
      for (const statement of statements) await client.query(statement)
    })
  const change = `update log_entry set leaf_hash = sha256('other'::bytea) where index = 1`
  await asSuperuser([`create table kept as select * from log_entry`, change])

  // It begins to lead, and finds that what it published is not what it holds.
  sequencer = await lead()
  await sequencer.run()
  await expect(sequencer.publish()).rejects.toThrow('is not the one of which')
  await sequencer.stop()

  // Without the checkpoints it would sign the other history; the witnesses do not.
  await asSuperuser([
    'create table kept_checkpoint as select * from witnessed_checkpoint',
    'truncate witnessed_checkpoint, checkpoint',
  ])
  sequencer = await lead()
  await sequencer.run()
  // The published tiles are in its way; an operator can take those away too.
  await expect(sequencer.publish()).rejects.toThrow('is there already with other bytes')
  const takeTilesAway = () => rmSync(join(world.deployment.dataFolder, 'log', 'tile'), { recursive: true })
  takeTilesAway()
  await sequencer.publish()
  expect(sequencer.publishing.witnesses.map((each) => each.forked)).toEqual([true, true, true])
  expect(newest().checkpoint.size).toBe(size)
  expect(sequencer.publishing.published).toBe(0)
  await sequencer.stop()

  // Nor do they a log that was set back to an earlier state.
  await asSuperuser([
    'truncate log_entry, bid_token',
    `insert into log_entry select * from kept where index < ${size - 5}`,
  ])
  sequencer = await lead()
  await sequencer.run()
  await sequencer.publish()
  expect(sequencer.publishing.witnesses[1]?.failing).toContain(`has cosigned ${size} entries`)
  expect(newest().checkpoint.size).toBe(size)
  await sequencer.stop()

  await asSuperuser(['truncate log_entry, bid_token', 'insert into log_entry select * from kept'])
  takeTilesAway()
  sequencer = await lead()
  await sequencer.run()
  await sequencer.publish()
  expect(newest().checkpoint.size).toBe(sequencer.size)
  expect(sequencer.publishing.witnesses.every((each) => !each.forked)).toBe(true)
})
