// Other systems: a delegated credential acts for its person, only what was delegated, and ends with the person or its time (ADM-03).
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeWorld, type World } from '../test-world.ts'
import { buildApp } from './app.ts'

let world: World
let app: FastifyInstance
const origin = 'http://127.0.0.1:1'
beforeAll(async () => {
  world = await makeWorld()
  app = await buildApp(world.deployment, {
    publicOrigin: origin,
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

const start = (headers: Record<string, string>, act = 'start-tender') =>
  app.inject({
    method: 'POST',
    url: `/api/cases/${randomUUID()}/acts/${act}`,
    headers: { 'idempotency-key': randomUUID(), ...headers },
    payload: { buyer: null, demandAgency: null, payer: null, language: 'en', renoticeOf: null },
  })

async function delegate(acts: string[], person = world.author.person) {
  const credential = randomUUID()
  const secret = randomBytes(32).toString('base64url')
  const administrator = await world.administratorOf(world.author.organisation)
  const until = new Date(Date.now() + 86_400_000).toISOString()
  const secretHash = createHash('sha256').update(secret).digest('hex')
  await world.done(administrator, world.author.organisation, 'delegate-credential', {
    credential,
    person,
    label: 'Accounting',
    acts,
    secretHash,
    until,
  })
  return { authorization: `Bearer ${credential}.${secret}`, administrator, credential }
}

test('a credential does the acts it was delegated and no other; a wrong secret is nobody', async () => {
  const { authorization } = await delegate(['start-tender'])
  const done = await start({ authorization })
  expect(done.statusCode).toBe(200)
  expect((await start({ authorization }, 'cancel-tender')).statusCode).toBe(403)
  const wrong = await start({ authorization: `${authorization.slice(0, -4)}AAAA` })
  expect([wrong.statusCode, wrong.json<{ code: string }>().code]).toEqual([401, 'notSignedIn'])
})

test('ADM-03: revoking the credential or dismissing the person ends it at once', async () => {
  const first = await delegate(['start-tender'])
  await world.done(first.administrator, world.author.organisation, 'revoke-credential', {
    credential: first.credential,
  })
  expect((await start({ authorization: first.authorization })).statusCode).toBe(401)
  const second = await delegate(['start-tender'], world.planner.person)
  await world.done(second.administrator, world.author.organisation, 'dismiss-person', { person: world.planner.person })
  expect((await start({ authorization: second.authorization })).statusCode).toBe(401)
})

test('a cookie does not act from another site', async () => {
  const person = world.author.person
  const signedIn = await app.inject({ method: 'POST', url: '/sandbox/sign-in', payload: { person } })
  const cookie = `naru_session=${signedIn.json<{ session: string }>().session}`
  expect((await start({ cookie, origin: 'https://evil.example' })).statusCode).toBe(403)
  expect((await start({ cookie, origin })).statusCode).toBe(200)
  expect((await start({ cookie })).statusCode).toBe(200)
})

test('nothing typed gives a 500: wrong types, absurd sizes, script and SQL are refused or inert', async () => {
  const person = world.author.person
  const signedIn = await app.inject({ method: 'POST', url: '/sandbox/sign-in', payload: { person } })
  const headers = { cookie: `naru_session=${signedIn.json<{ session: string }>().session}`, 'accept-language': 'ko' }
  const caseId = randomUUID()
  const bodies: unknown[] = [
    null,
    [],
    'text',
    42,
    { buyer: { $ne: null }, language: "en'; drop table fact; --" },
    { content: { title: { en: '<script>alert(1)</script>'.repeat(1000) } } },
    { content: { title: { en: '\u0000\u0007' }, lots: Array.from({ length: 300 }, () => ({})) } },
    { __proto__: { admin: true }, constructor: { prototype: {} } },
    { submission: { manifest: { v: 1e308 } } },
    { deadline: '9999-99-99T99:99:99.999Z' },
    { content: { deadline: '2026-02-30T00:00:00.000Z' } },
    { deadline: '2026-02-30T00:00:00.000Z', reason: 'x' },
    { score: 'ﷺ'.repeat(10_000), lone: '\ud800' },
  ]
  for (const act of [
    'start-tender',
    'prepare-tender',
    'submit-bid',
    'score-bids',
    'ask-question',
    'award-lot',
    'start-rebid',
    'no-such-act',
  ])
    for (const payload of bodies)
      for (const url of [`/api/cases/${caseId}/acts/${act}`, `/api/cases/not-an-id/acts/${act}`]) {
        const answer = await app.inject({
          method: 'POST',
          url,
          headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
          payload: JSON.stringify(payload),
        })
        expect(answer.statusCode, `${act} ${JSON.stringify(payload).slice(0, 60)}`).toBeLessThan(500)
      }
  for (const url of [
    '/api/cases?q=%00',
    '/api/cases?page=-1&min=x&status=%27--',
    '/api/feed?after=1e99',
    '/api/cases/%F0%28',
    '/api/cases/x/history',
    '/api/events?case=%00'.replace('events', 'feed'),
  ])
    expect((await app.inject({ url })).statusCode, url).toBeLessThan(500)
  const broken = await app.inject({
    method: 'POST',
    url: `/api/cases/${caseId}/acts/start-tender`,
    headers: { ...headers, 'content-type': 'application/json' },
    payload: '{"a":',
  })
  expect(broken.statusCode).toBe(400)
})
