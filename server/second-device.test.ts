// The second device's look at a sealed bid: only in a window that the bidder opened, only by its handle, and nothing tells what else there is.
import type { FastifyInstance } from 'fastify'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { checkStanding } from '@naru/sealing/second-device.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApp } from './http/app.ts'
import { isOpenToSealOrigin } from './http/seal-origin.ts'
import { openSecondLook, readSecondLook } from './read/second-device.ts'
import { type Sequencer, startSequencer } from './sequencer.ts'
import { makeWorld, type World } from './test-world.ts'

const seal = 'https://seal.example'
let world: World
let sequencer: Sequencer
let app: FastifyInstance
let tender = ''
let handle = { index: 0, m: '', leafSalt: '' }

const first = () => world.suppliers[0] as World['suppliers'][number]
const second = () => world.suppliers[1] as World['suppliers'][number]
const ask = (body: unknown, caseId = tender, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: `/api/cases/${caseId}/sealed`, payload: body as object, headers })
/** What an answer shows to somebody who asks for what is not there. */
const shown = ({ statusCode, body }: { statusCode: number; body: string }) => ({ statusCode, body })

beforeAll(async () => {
  world = await makeWorld()
  sequencer = await startSequencer(world.deployment)
  app = await buildApp(world.deployment, {
    publicOrigin: 'http://naru.invalid',
    sealOrigin: seal,
    screens: null,
    sequencer,
    clock: null,
    quiet: true,
  })
  tender = await world.publishTender()
  const sealed = await world.sealed(tender, first(), '123400')
  await world.done(first(), tender, 'submit-bid', sealed.input)
  await sequencer.run()
  await sequencer.publish()
  const { leafSalt } = (sealed.input as { submission: { leafSalt: string } }).submission
  const look = await openSecondLook(world.deployment, tender, first(), sealed.m)
  if (!look) throw new Error('the bid has no place in the log')
  handle = { index: look.index, m: sealed.m, leafSalt }
})
afterAll(async () => {
  await app?.close()
  await sequencer?.stop()
  await world?.end()
})

test('three looks in the window, each counted and told to the bidder; the fourth is refused until a new window is opened', async () => {
  for (const remaining of [2, 1, 0]) {
    const answer = await ask(handle)
    expect(answer.statusCode).toBe(200)
    const { manifest, envelopes, standing, proof, ...rest } = answer.json() as Record<string, unknown>
    expect(rest).toEqual({ remaining })
    expect(proof).toMatch(/^c2sp\.org\/tlog-proof@v1\n/)
    expect((manifest as { bidderId: string }).bidderId).toBe(first().organisation)
    expect((envelopes as unknown[]).length).toBe(1)
    const { logOrigin, promisePublicKey } = world.deployment
    expect(checkStanding(standing, handle.m, logOrigin, [promisePublicKey]).state).toBe('newest')
  }
  expect((await ask(handle)).statusCode).toBe(410)
  expect((await ask(handle)).json()).toMatchObject({ code: 'secondLookIsClosed' })
  const seen = await readSecondLook(world.deployment, tender, first(), handle.m)
  if (!seen || seen === 'unopened') throw new Error('no window')
  expect([seen.looks.length, seen.remaining]).toEqual([3, 0])
  expect((await openSecondLook(world.deployment, tender, first(), handle.m))?.remaining).toBe(3)
  expect((await ask(handle)).statusCode).toBe(200)
})

test('a window ends after thirty minutes', async () => {
  await openSecondLook(world.deployment, tender, first(), handle.m)
  await world.deployment.database.pool.query("update second_look set until = clock_timestamp() - interval '1 second'")
  expect((await ask(handle)).statusCode).toBe(410)
  const look = await openSecondLook(world.deployment, tender, first(), handle.m)
  const left = Date.parse(look?.until ?? '') - Date.now()
  expect(Math.round(left / 60_000)).toBe(30)
})

test('nobody else opens a window, and whoever asks with something else is told the same as where there is nothing', async () => {
  expect(await openSecondLook(world.deployment, tender, second(), handle.m)).toBeNull()
  expect(await readSecondLook(world.deployment, tender, second(), handle.m)).toBeNull()
  const empty = await world.publishTender()
  const other = Buffer.alloc(32, 7).toString('base64')
  const nothing = shown(await ask(handle, empty))
  expect(nothing.statusCode).toBe(404)
  for (const wrong of [
    { ...handle, leafSalt: other },
    { ...handle, m: other },
    { ...handle, index: handle.index + 1 },
    { ...handle, index: 0 },
    { ...handle, index: -1 },
    { index: handle.index },
    [],
  ])
    expect(shown(await ask(wrong)), JSON.stringify(wrong)).toEqual(nothing)
  expect(shown(await ask(handle, 'not-a-case'))).toEqual(nothing)
})

test('a version that was replaced says so, signed by the operator', async () => {
  const before = (await world.sealed(tender, second(), '200000')) as { bid: string; m: string; input: unknown }
  await world.done(second(), tender, 'submit-bid', before.input)
  const after = await world.sealed(tender, second(), '190000', { bid: before.bid, m: before.m, seq: 1 })
  await world.done(second(), tender, 'submit-bid', after.input)
  await sequencer.run()
  const look = await openSecondLook(world.deployment, tender, second(), before.m)
  const { leafSalt } = (before.input as { submission: { leafSalt: string } }).submission
  const answer = await ask({ index: look?.index, m: before.m, leafSalt })
  const { standing } = answer.json() as { standing: unknown }
  const { logOrigin, promisePublicKey } = world.deployment
  expect(
    checkStanding(standing, before.m, logOrigin, [fromBase64(Buffer.from(promisePublicKey).toString('base64'))]).state,
  ).toBe('replaced')
})

test('SEAL_ORIGIN: pages of exactly that origin may ask for what the client needs, without cookies, and for nothing else', async () => {
  const preflight = (url: string, method: string, origin = seal) =>
    app.inject({ method: 'OPTIONS', url, headers: { origin, 'access-control-request-method': method } })
  const allowed = await preflight(`/api/cases/${tender}/sealed`, 'POST')
  expect(allowed.statusCode).toBe(204)
  expect(allowed.headers['access-control-allow-origin']).toBe(seal)
  expect(allowed.headers['access-control-allow-methods']).toBe('POST')
  expect(allowed.headers['access-control-allow-credentials']).toBeUndefined()
  for (const [url, method] of [
    [`/api/cases/${tender}/acts/award`, 'POST'],
    [`/api/cases/${tender}/bid`, 'GET'],
    [`/api/cases/${tender}/bid/second-device`, 'POST'],
    ['/api/me', 'GET'],
    ['/api/organisations', 'POST'],
    [`/api/uploads/${tender}`, 'PATCH'],
    [`/api/uploads/${tender}/segments`, 'DELETE'],
  ] as const) {
    const refused = await preflight(url, method)
    expect([url, refused.statusCode, refused.headers['access-control-allow-origin']]).toEqual([url, 403, undefined])
    expect(isOpenToSealOrigin(method, url)).toBe(false)
  }
  for (const stranger of [
    'https://seal.example.evil.example',
    'https://seal.example:444',
    'http://seal.example',
    'null',
  ])
    expect(
      (await preflight(`/api/cases/${tender}/sealed`, 'POST', stranger)).headers['access-control-allow-origin'],
    ).toBe(undefined)
  const settings = await app.inject({ url: '/api/settings', headers: { origin: seal } })
  expect(settings.headers['access-control-allow-origin']).toBe(seal)
  expect(settings.headers.vary).toContain('origin')
  // A session is not taken from there.
  const withCookie = await ask(handle, tender, { origin: seal, cookie: 'naru_session=x' })
  expect(withCookie.statusCode).toBe(403)
})

test('looks from one address are bounded', async () => {
  let busy = 0
  for (let n = 0; n < 30; n += 1) if ((await ask({ ...handle, index: 9_999 })).statusCode === 429) busy += 1
  expect(busy).toBeGreaterThan(5)
  expect((await ask(handle)).headers['retry-after']).toMatch(/^\d+$/)
})
