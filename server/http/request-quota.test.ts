// A flood over HTTP: it is told to wait, others and bids go on, and what is kept of refused attempts stays small (SEC-04, AUD-01).
import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PersonActor } from '@naru/domain/actor.ts'
import { openActQuota, type Quotas } from '../quota.ts'
import { makeWorld, type World } from '../test-world.ts'
import { buildApp } from './app.ts'

const quotas: Quotas = {
  requests: { burst: 40, perSecond: 0.01 },
  acts: { burst: 10, perSecond: 0.01 },
  bids: { burst: 3, perSecond: 0.01 },
}
let world: World
let app: FastifyInstance
beforeAll(async () => {
  world = await makeWorld()
  const deployment = { ...world.deployment, quotas, actQuota: openActQuota(quotas) }
  app = await buildApp(deployment, {
    publicOrigin: 'http://127.0.0.1:1',
    screens: null,
    sequencer: null,
    clock: null,
    quiet: true,
  })
})
afterAll(async () => {
  await app.close()
  await world.end()
})

async function signIn({ person }: PersonActor): Promise<string> {
  const answer = await app.inject({ method: 'POST', url: '/sandbox/sign-in', payload: { person } })
  return `naru_session=${answer.json<{ session: string }>().session}`
}
const ask = (cookie: string, act: string, caseId: string = randomUUID()) =>
  app.inject({
    method: 'POST',
    url: `/api/cases/${caseId}/acts/${act}`,
    headers: { cookie, 'idempotency-key': randomUUID(), 'accept-language': 'en' },
    payload: {},
  })

test('SEC-04: acts beyond the quota answer 429 with a sentence and Retry-After; bids and other people are not touched', async () => {
  const [flood, neighbour] = world.suppliers
  if (!flood || !neighbour) throw new Error('no suppliers')
  const cookie = await signIn(flood)
  const answers = []
  for (let n = 0; n < 12; n += 1) answers.push(await ask(cookie, 'ask-question'))
  expect(answers.map((each) => each.statusCode === 429)).toEqual([...Array(10).fill(false), true, true])
  const last = answers.at(-1)
  expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0)
  expect(last?.json()).toMatchObject({
    error: 'invalid',
    fields: [{ code: 'tooMany', sentence: expect.stringMatching(/^Too many requests at once. Wait \d+ s/) }],
  })
  expect((await ask(cookie, 'submit-bid')).statusCode).toBe(422)
  expect((await ask(await signIn(neighbour), 'ask-question')).statusCode).toBe(422)
})

test('SEC-04: a session that only reads is bounded too, yet its bid is still taken in', async () => {
  const cookie = await signIn(world.author)
  const statuses: number[] = []
  for (let n = 0; n < 45; n += 1) statuses.push((await app.inject({ url: '/api/me', headers: { cookie } })).statusCode)
  expect(statuses.filter((each) => each === 429)).toHaveLength(5)
  expect((await ask(cookie, 'submit-bid')).statusCode).toBe(422)
  // Nobody is behind one address: who shows nothing is not counted here.
  expect((await app.inject({ url: '/api/settings' })).statusCode).toBe(200)
})

test('who is not signed in is refused without touching a case', async () => {
  const caseId = randomUUID()
  expect((await ask('', 'cancel-tender', caseId)).statusCode).toBe(401)
  const { rowCount } = await world.deployment.database.pool.query('select from attempt where case_id = $1', [caseId])
  expect(rowCount).toBe(0)
})

test('AUD-01: equal refusals are one row with a count, and one actor fills no table', async () => {
  const { pool } = world.deployment.database
  const caseId = randomUUID()
  const rowsOf = async (where: string, value: string) =>
    (
      await pool.query<{ act: string; code: string; count: number }>(
        `select act, code, count from attempt where ${where} = $1`,
        [value],
      )
    ).rows
  const record = (actor: string, moment: string, of: string, code = 'stageHasPassed') =>
    pool.query('select record_attempt($1, $2, $3, $4, $5, $6)', [moment, of, actor, 'ask-question', code, 10])
  for (let n = 0; n < 7; n += 1) await record('someone', '2026-11-23T05:00:00Z', caseId)
  expect(await rowsOf('case_id', caseId)).toEqual([{ act: 'ask-question', code: 'stageHasPassed', count: 7 }])
  // Ten minutes later it is another row.
  await record('someone', '2026-11-23T05:10:00Z', caseId)
  expect((await rowsOf('case_id', caseId)).map((each) => each.count)).toEqual([7, 1])

  for (let n = 0; n < 150; n += 1) await record('flood', '2026-11-23T05:00:00Z', randomUUID())
  const kept = await rowsOf('actor', 'flood')
  expect(kept).toHaveLength(101)
  expect(kept.reduce((sum, each) => sum + each.count, 0)).toBe(150)
  expect(kept.find((each) => each.act === 'other')).toMatchObject({ code: 'other', count: 50 })
  // A late bid is evidence of its case whatever else its bidder did.
  await record('flood', '2026-11-23T05:00:00Z', caseId, 'deadlineHasPassed')
  expect((await rowsOf('case_id', caseId)).some((each) => each.code === 'deadlineHasPassed')).toBe(true)
})

test('the application can neither write nor change the record of attempts but through its function', async () => {
  const { pool } = world.deployment.database
  await expect(pool.query('update attempt set count = 0')).rejects.toThrow(/permission denied/)
  await expect(
    pool.query(`insert into attempt (at, actor, act, code, size) values (now(), 'x', 'y', 'z', 1)`),
  ).rejects.toThrow(/permission denied/)
})
