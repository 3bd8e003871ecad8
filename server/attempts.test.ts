// SEA-06: attempts on box, keys, shares and dates, scripted kind by kind: each is an alarm of its own and a line of the report that holders must see first.
import { randomUUID } from 'node:crypto'
import type { PersonActor } from '@naru/domain/actor.ts'
import { attemptKinds } from '@naru/domain/tender/attempts.ts'
import { currentRound } from '@naru/domain/tender/tender.ts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ShownReport } from './attempts.ts'
import { type Clock, startClock } from './clock.ts'
import { withClient } from './database/roles.ts'
import type { Health } from './health.ts'
import { buildApp } from './http/app.ts'
import { type Sequencer, startSequencer } from './sequencer.ts'
import { makeWorld, type World } from './test-world.ts'

let world: World
let app: FastifyInstance
let sequencer: Sequencer
let clock: Clock
let tender: string
const bids: { bid: string; m: string }[] = []
const token = 'a-word-that-the-operator-knows'
beforeAll(async () => {
  world = await makeWorld()
  sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000 })
  clock = startClock(world.deployment, 3_600_000)
  app = await buildApp(world.deployment, {
    publicOrigin: 'http://127.0.0.1:1',
    screens: null,
    sequencer,
    clock: null,
    operatorToken: token,
    quiet: true,
  })
  tender = await world.publishTender()
  for (const [n, price] of ['350000', '380000', '390000'].entries()) {
    const who = world.suppliers[n]
    if (!who) break
    const { input, ...made } = await world.sealed(tender, who, price)
    await world.done(who, tender, 'submit-bid', input)
    bids.push(made)
  }
})
afterAll(async () => {
  await app.close()
  await clock.stop()
  await sequencer.stop()
  await world.end()
})

const cookies = new Map<string, string>()
async function send(
  actor: PersonActor | null,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  payload?: object,
  more: Record<string, string> = {},
) {
  if (actor && !cookies.has(actor.person)) {
    const answer = await app.inject({
      method: 'POST',
      url: '/sandbox/sign-in',
      payload: { person: actor.person, organisation: actor.organisation },
    })
    cookies.set(actor.person, `naru_session=${answer.json<{ session: string }>().session}`)
  }
  const headers = {
    'idempotency-key': randomUUID(),
    ...more,
    ...(actor && { cookie: cookies.get(actor.person) ?? '' }),
  }
  return app.inject({ method, url: `/api/cases/${tender}/${path}`, headers, ...(payload && { payload }) })
}
const act = (actor: PersonActor | null, name: string, input: object) => send(actor, 'POST', `acts/${name}`, input)
const alarms = async () => {
  const answer = await app.inject({ url: '/health', headers: { authorization: `Bearer ${token}` } })
  return answer.json<Health>().alarms.map((each) => each.code)
}
const holder = (n: number): World['holders'][number] => world.holders[n] as World['holders'][number]
const supplier = (n: number): PersonActor => world.suppliers[n] as PersonActor
const someBatch = (i: number, close: string) => ({ batch: { v: 1, tender, close, i, shares: [] } })
const nothing = Buffer.alloc(32).toString('base64')
/** Changes rows behind the program's back, as a superuser could. */
const behindItsBack = (text: string, values: unknown[]) =>
  withClient(world.fresh.superUrl, async (client) => {
    await client.query(`set session_replication_role = 'replica'`)
    return (await client.query(text, values)).rowCount
  })
const streamOf = (n: number): string => `bid:${bids[n]?.bid}`

// In this order: what is tried before the deadline, then what is tried on the closed box.
const before: readonly (readonly [string, () => Promise<{ statusCode: number }>, number])[] = [
  ['box-read', () => send(supplier(0), 'GET', 'box'), 403],
  ['proposals-read', () => send(world.author, 'GET', 'attachments/3/tech/0'), 404],
  ['key-read', () => send(world.approver, 'GET', 'holder-key'), 404],
  ['key-replaced', () => send(holder(0).actor, 'PUT', 'holder-key', { how: 'file', wrapped: null }), 409],
  ['key-destroyed', () => act(holder(1).actor, 'destroy-key', { round: 1 }), 409],
  ['shares-early', () => act(holder(0).actor, 'post-shares', someBatch(1, nothing)), 409],
  ['shares-by-others', () => act(supplier(1), 'post-shares', someBatch(1, nothing)), 403],
  ['dates-moved', () => act(supplier(0), 'cancel-tender', { reason: 'I want it.' }), 403],
  ['closed-by-hand', () => act(world.author, 'close-round', {}), 404],
  ['other-act', () => act(supplier(1), 'approve-tender', { version: 1 }), 403],
]

test.each(before)('SEA-06: %s raises its alarm at once', async (kind, tried, status) => {
  expect(await alarms()).not.toContain(`attempt-${kind}`)
  expect((await tried()).statusCode).toBe(status)
  expect(await alarms()).toContain(`attempt-${kind}`)
})

test('SEA-06: no report is shown to anyone before the closing', async () => {
  for (const who of [holder(0).actor, world.author, supplier(0), null])
    expect([401, 403, 409]).toContain((await send(who, 'GET', 'attempts')).statusCode)
})

const whole: string[] = []
let late: { submission: { manifest: object }; signature: object }
const after: readonly (readonly [string, () => Promise<unknown>])[] = [
  [
    'bid-late',
    async () => {
      const { deadline } = currentRound(await world.tender(tender))
      const { input } = await world.sealed(tender, supplier(0), '340000', { ...(bids[0] as (typeof bids)[0]), seq: 1 })
      await sequencer.run()
      await world.moveTo(new Date(Date.parse(deadline) + 61_000).toISOString())
      await clock.run()
      await sequencer.run()
      expect((await act(supplier(0), 'submit-bid', input as object)).statusCode).toBe(409)
      late = input as typeof late
    },
  ],
  [
    'withdrawal-late',
    async () => {
      const { submission, signature } = late
      const manifest = { ...submission.manifest, action: 'withdraw', envelopes: [] }
      const withdrawal = { submission: { ...submission, manifest, envelopes: [] }, signature }
      expect((await act(supplier(0), 'withdraw-bid', withdrawal)).statusCode).toBe(409)
    },
  ],
  [
    'bid-missing',
    async () => {
      const { rows } = await world.deployment.database.pool.query<{ record: string }>(
        `select to_jsonb(fact)::text as record from fact where stream = $1`,
        [streamOf(0)],
      )
      whole.push(...rows.map((each) => each.record))
      expect(await behindItsBack('delete from fact where stream = $1', [streamOf(0)])).toBe(1)
      await send(holder(0).actor, 'GET', 'attempts')
      for (const record of whole)
        await behindItsBack('insert into fact select * from jsonb_populate_record(null::fact, $1)', [record])
    },
  ],
  [
    'bid-changed',
    async () => {
      const { rows } = await world.deployment.database.pool.query<{ record: string }>(
        `select record from fact where stream = $1 and type = 'BidSubmitted'`,
        [streamOf(1)],
      )
      const record = rows[0]?.record ?? ''
      const at = record.indexOf('"ciphertext":"') + 200
      const changed = record.slice(0, at) + (record[at] === 'A' ? 'B' : 'A') + record.slice(at + 1)
      await behindItsBack('update fact set record = $2 where stream = $1', [streamOf(1), changed])
      // Nobody asks: the clock looks by itself.
      const watch = startClock(world.deployment, 3_600_000)
      await watch.run()
      await watch.stop()
    },
  ],
]

test.each(after)('SEA-06: %s raises its alarm as soon as it is tried or found', async (kind, tried) => {
  expect(await alarms()).not.toContain(`attempt-${kind}`)
  await tried()
  expect(await alarms()).toContain(`attempt-${kind}`)
})

test('SEA-06: shares of another box and an act with a passkey that does not fit, once the holders are together', async () => {
  const { hash } = (await send(holder(0).actor, 'GET', 'attempts')).json<ShownReport>()
  const forged = Buffer.from('{}').toString('base64url')
  const come = { round: 1, report: hash }
  const unfit = await send(holder(0).actor, 'POST', 'acts/attend-opening', come, { 'passkey-assertion': forged })
  expect([unfit.statusCode, unfit.json<{ code: string }>().code]).toEqual([401, 'passkeyDoesNotFit'])
  expect(await alarms()).toContain('attempt-not-confirmed')
  for (const each of world.holders) expect(await world.attend(tender, each)).toMatchObject({ done: true })
  expect((await act(holder(2).actor, 'post-shares', someBatch(3, nothing))).statusCode).toBe(409)
  expect(await alarms()).toContain('attempt-shares-wrong')
})

test('SEA-06: whoever comes sees a row for each kind with who and how often, no bidder is named, and the act binds exactly this report', async () => {
  const answer = await send(holder(0).actor, 'GET', 'attempts')
  const { report, hash } = answer.json<ShownReport>()
  const kinds = new Set(report.lines.map((line) => line.kind))
  const tried = attemptKinds.filter((kind) => kind !== 'bid-missing')
  expect([...kinds].toSorted()).toEqual([...tried].toSorted())
  expect(kinds.size).toBeGreaterThanOrEqual(12)
  for (const each of world.suppliers)
    for (const name of [each.person, each.organisation]) expect(answer.body).not.toContain(name)
  expect(report.lines.find((line) => line.kind === 'key-read')).toMatchObject({
    by: { official: world.approver.person },
    count: 1,
  })
  expect(report.lines.find((line) => line.kind === 'shares-early')).toMatchObject({ by: { holder: 1 }, count: 1 })
  expect(report.lines.find((line) => line.kind === 'bid-late')).toMatchObject({ by: 'bidder', count: 1 })

  // Another hash, or a report that was shown too long ago, is not taken.
  const hours = 3_600_000
  await world.moveTo(new Date(Date.parse(currentRound(await world.tender(tender)).deadline) + 3 * hours).toISOString())
  const come = (shown: string) => act(holder(0).actor, 'attend-opening', { round: 1, report: shown })
  for (const shown of [nothing, hash])
    expect((await come(shown)).json<{ code: string }>().code).toBe('reportWasNotShown')
  const again = (await send(holder(0).actor, 'GET', 'attempts')).json<ShownReport>()
  expect((await come(again.hash)).statusCode).toBe(200)
  const { rows } = await world.deployment.database.pool.query<{ record: string }>(
    `select record from fact where stream = $1 and type = 'OpeningAttended' order by seq desc limit 1`,
    [`tender:${tender}`],
  )
  const { body } = JSON.parse(rows[0]?.record ?? '{}') as { body: { report: unknown; shown: string; session: number } }
  expect(body).toMatchObject({ report: again.report, shown: again.hash, session: 2 })
  expect(world.deployment.sealing.commitment('attempt-report', body.report)).toBe(body.shown)
})
