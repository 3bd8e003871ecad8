// `/health`: anyone learns that it serves and nothing of the log; the operator learns what is wrong.
import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Health } from '../health.ts'
import { operatorToken } from '../operator-token.ts'
import { type Sequencer, startSequencer } from '../sequencer.ts'
import { makeWorld, type World } from '../test-world.ts'
import { buildApp } from './app.ts'

let world: World
let app: FastifyInstance
let sequencer: Sequencer
const token = 'a-word-that-the-operator-knows'
beforeAll(async () => {
  world = await makeWorld()
  sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000 })
  app = await buildApp(world.deployment, {
    publicOrigin: 'http://127.0.0.1:1',
    screens: null,
    sequencer,
    clock: null,
    operatorToken: token,
    quiet: true,
  })
})
afterAll(async () => {
  await app.close()
  await sequencer.stop()
  await world.end()
})

const look = async () => {
  const answer = await app.inject({ url: '/health', headers: { authorization: `Bearer ${token}` } })
  return { status: answer.statusCode, health: answer.json<Health>() }
}
const codes = async () => (await look()).health.alarms.map((each) => each.code)

test('anyone learns that it serves, and a sealed bid moves nothing there', async () => {
  const caseId = await world.publishTender()
  await sequencer.run()
  const before = (await app.inject({ url: '/health' })).body
  expect(JSON.parse(before)).toEqual({ ok: true })
  const [supplier] = world.suppliers
  if (!supplier) throw new Error('no supplier')
  const { input } = await world.sealed(caseId, supplier, '350000')
  const { health: first } = await look()
  await world.done(supplier, caseId, 'submit-bid', input)
  await sequencer.run()
  expect((await app.inject({ url: '/health' })).body).toBe(before)
  expect((await look()).health.log.size).toBe(first.log.size + 1)
})

test('a wrong word is refused, and without one nobody reads the figures', async () => {
  const wrong = await app.inject({ url: '/health', headers: { authorization: `Bearer ${token}x` } })
  expect(wrong.statusCode).toBe(401)
  expect(wrong.body).not.toContain('log')
})

test('nothing is wrong at first; then a fact set aside, a log that stands still and a round left open each raise their alarm', async () => {
  const { pool } = world.deployment.database
  await sequencer.run()
  const { status, health } = await look()
  expect(health.alarms.filter((each) => each.code !== 'disk-nearly-full')).toEqual([])
  expect(status).toBe(health.alarms.length > 0 ? 503 : 200)
  expect(health).toMatchObject({ scanner: 'none', setAside: 0, log: { waiting: 0 } })
  expect(Math.abs(health.clockSkewMs)).toBeLessThan(1000)

  await pool.query(`insert into set_aside (id, stream, seq, reason) values (-1, 'tender:x', 1, 'test')`)
  expect((await look()).status).toBe(503)
  expect(await codes()).toContain('facts-set-aside')

  // The clock goes on by an hour and nobody sequences or closes what is due.
  const caseId = await world.publishTender(20)
  const { deadline } = (await world.tender(caseId)).rounds[0] ?? { deadline: '' }
  const [, supplier] = world.suppliers
  if (!supplier) throw new Error('no supplier')
  await world.done(supplier, caseId, 'submit-bid', (await world.sealed(caseId, supplier, '360000')).input)
  await world.moveTo(new Date(Date.parse(deadline) + 3_600_000).toISOString())
  expect(await codes()).toEqual(expect.arrayContaining(['closing-behind', 'log-behind']))
})

test('the operator’s word is made once, readable by its owner alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'naru-token-'))
  const made = operatorToken(folder, undefined)
  expect(made).toMatch(/^\S{32}$/)
  expect(operatorToken(folder, undefined)).toBe(made)
  const path = join(folder, 'keys', 'operator.token')
  expect(readFileSync(path, 'utf8').trim()).toBe(made)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(operatorToken(folder, 'another-word-of-the-operator')).toBe('another-word-of-the-operator')
  expect(() => operatorToken(folder, 'short')).toThrow(/OPERATOR_TOKEN/)
})
