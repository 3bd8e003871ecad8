// Drafts: versions, two tabs, a lost answer, organisations apart, and nothing typed that breaks them.
import { randomUUID } from 'node:crypto'
import type { PersonActor } from '@naru/domain/actor.ts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeWorld, type World } from '../test-world.ts'
import { buildApp } from './app.ts'
import { listDrafts, readDraft, saveDraft } from './drafts.ts'

let world: World
let app: FastifyInstance
let cookies: { author: string; approver: string; supplier: string }
beforeAll(async () => {
  world = await makeWorld()
  app = await buildApp(world.deployment, {
    publicOrigin: 'http://naru.invalid',
    screens: null,
    sequencer: null,
    clock: null,
    quiet: true,
  })
  const cookieOf = async (actor: PersonActor): Promise<string> => {
    const answer = await app.inject({
      method: 'POST',
      url: '/sandbox/sign-in',
      payload: { person: actor.person, organisation: actor.organisation },
    })
    return `naru_session=${answer.json<{ session: string }>().session}`
  }
  cookies = {
    author: await cookieOf(world.author),
    approver: await cookieOf(world.approver),
    supplier: await cookieOf(world.suppliers[0] as PersonActor),
  }
})
afterAll(async () => {
  await app.close()
  await world.end()
})

const put = (id: string, payload: object, cookie = cookies.author) =>
  app.inject({ method: 'PUT', url: `/api/drafts/${id}`, headers: { cookie, 'accept-language': 'en' }, payload })
const get = (path: string, cookie = cookies.author) => app.inject({ url: `/api/drafts${path}`, headers: { cookie } })
const draft = (version: number, body: unknown) => ({ version, case: null, kind: 'tender', body })

test('a draft goes from version to version; of two tabs the older is told, with the newer content', async () => {
  const id = randomUUID()
  expect((await put(id, draft(0, { title: 'one' }))).json()).toMatchObject({ version: 1 })
  expect((await put(id, draft(1, { title: 'two' }))).json()).toMatchObject({ version: 2 })
  const late = await put(id, draft(1, { title: 'other tab' }), cookies.approver)
  expect(late.statusCode).toBe(409)
  expect(late.json()).toMatchObject({
    error: 'refused',
    code: 'someoneElseWasFirst',
    newer: { version: 2, body: { title: 'two' } },
  })
  expect((await get(`/${id}`)).json()).toMatchObject({
    id,
    kind: 'tender',
    case: null,
    version: 2,
    body: { title: 'two' },
    person: world.author.person,
  })
})

test('the same content after a lost answer is the same version', async () => {
  const id = randomUUID()
  await put(id, draft(0, { a: 1, b: 2 }))
  expect((await put(id, draft(0, { b: 2, a: 1 }))).json()).toMatchObject({ version: 1 })
  const both = await Promise.all([put(id, draft(1, { a: 2 })), put(id, draft(1, { a: 3 }))])
  expect(both.map((each) => each.statusCode).sort()).toEqual([200, 409])
})

test('colleagues see it, other organisations and strangers never', async () => {
  const id = randomUUID()
  await put(id, draft(0, { secret: true }))
  expect((await get(`/${id}`, cookies.approver)).statusCode).toBe(200)
  expect((await get(`/${id}`, cookies.supplier)).statusCode).toBe(404)
  expect((await put(id, draft(1, {}), cookies.supplier)).statusCode).toBe(404)
  expect(
    (await app.inject({ method: 'DELETE', url: `/api/drafts/${id}`, headers: { cookie: cookies.supplier } }))
      .statusCode,
  ).toBe(404)
  expect((await get('', cookies.supplier)).json()).toEqual({ drafts: [] })
  for (const answer of [await get('', ''), await get(`/${id}`, ''), await put(id, draft(1, {}), '')])
    expect(answer.statusCode).toBe(401)
})

test('lists by kind, newest first, without bodies; deletes', async () => {
  const [one, two] = [randomUUID(), randomUUID()]
  await put(one, { ...draft(0, { n: 1 }), kind: 'bid' })
  await put(two, { ...draft(0, { n: 2 }), kind: 'bid', case: randomUUID() })
  const { drafts } = (await get('?kind=bid')).json<{ drafts: { id: string; body?: unknown }[] }>()
  expect(drafts.map((each) => each.id)).toEqual([two, one])
  expect(drafts.every((each) => each.body === undefined)).toBe(true)
  expect(
    (await app.inject({ method: 'DELETE', url: `/api/drafts/${one}`, headers: { cookie: cookies.author } })).statusCode,
  ).toBe(204)
  expect((await get(`/${one}`)).statusCode).toBe(404)
})

test('what is not a draft is refused by field, never a fault', async () => {
  const wrong: [object, string][] = [
    [{ version: 0, case: null, kind: 'x' }, 'body'],
    [{ version: -1, case: null, kind: 'x', body: 1 }, 'version'],
    [{ version: 0, case: 'nothing', kind: 'x', body: 1 }, 'case'],
    [{ version: 0, case: null, kind: "x'; drop table draft", body: 1 }, 'kind'],
    [{ version: 0, case: null, kind: 'x', body: { a: 'zero \u0000 inside' } }, 'body'],
    [{ version: 0, case: null, kind: 'x', body: ['\ud800'] }, 'body'],
    [{ version: 0, case: null, kind: 'x', body: 1, more: 1 }, ''],
  ]
  for (const [payload, path] of wrong) {
    const answer = await put(randomUUID(), payload)
    expect(answer.statusCode, JSON.stringify(payload)).toBe(422)
    expect(answer.json<{ fields: { path: string }[] }>().fields[0]?.path, JSON.stringify(payload)).toBe(path)
  }
  expect((await put('no-id', draft(0, 1))).statusCode).toBe(422)
  expect((await get('/no-id')).statusCode).toBe(404)
  expect((await get("?kind=x'y")).statusCode).toBe(422)
  const large = await put(randomUUID(), draft(0, 'x'.repeat(1_100_000)))
  expect(large.statusCode).toBe(413)
})

test('pages use the same functions; text that cannot be kept loses only that', async () => {
  const id = randomUUID()
  const saved = await saveDraft(world.deployment, world.author, {
    id,
    kind: 'page',
    caseId: null,
    version: 0,
    body: { text: 'a\u0000b\ud800' },
  })
  expect(saved).toMatchObject({ saved: { version: 1, body: { text: 'ab\ufffd' } } })
  expect(await readDraft(world.deployment, world.approver, id)).toMatchObject({ id })
  expect(await readDraft(world.deployment, { kind: 'anyone' }, id)).toBeNull()
  expect((await listDrafts(world.deployment, world.author, 'page')).map((each) => each.id)).toEqual([id])
})

test('a draft is saved at the time of the case, not of the machine: the sandbox may have moved it', async () => {
  const id = randomUUID()
  const later = '2031-03-04T05:00:00.000Z'
  await world.moveTo(later)
  const first = (await put(id, draft(0, 'one'))).json<{ updated: string }>()
  const second = (await put(id, draft(1, 'two'))).json<{ updated: string }>()
  for (const { updated } of [first, second]) {
    expect(Date.parse(updated)).toBeGreaterThanOrEqual(Date.parse(later))
    expect(Date.parse(updated)).toBeLessThan(Date.parse(later) + 60_000)
  }
})
