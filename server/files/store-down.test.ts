// The program with its files on an object store: uploads, downloads, attachments and the log over HTTP, and what goes on while the store is down.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { PersonActor } from '@naru/domain/actor.ts'
import { buildApp } from '../http/app.ts'
import {
  type ObjectStoreCounterpart,
  startObjectStore,
  trialCredentials,
} from '../neighbours/object-store-counterpart.ts'
import { startSequencer, type Sequencer } from '../sequencer.ts'
import { makeWorld, type World } from '../test-world.ts'
import { objectStore } from './object-store.ts'

let counterpart: ObjectStoreCounterpart
let world: World
let app: FastifyInstance
let url: string
let cookie: string
let sequencer: Sequencer
const operatorToken = 'an-operator-of-this-test'

beforeAll(async () => {
  counterpart = await startObjectStore()
  const credentials = trialCredentials
  const place = { endpoint: counterpart.url, bucket: 'naru', prefix: '', region: 'us-east-1', credentials }
  world = await makeWorld('fictia', 'sandbox', undefined, objectStore({ ...place, patienceMs: 2_000 }))
  sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000 })
  app = await buildApp(world.deployment, {
    publicOrigin: 'http://naru.invalid',
    screens: null,
    sequencer,
    clock: null,
    operatorToken,
    quiet: true,
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
  cookie = await cookieOf(world.author)
})
afterEach(() => counterpart.fault('none'))
afterAll(async () => {
  await app.close()
  await sequencer.stop()
  await world.end()
  await counterpart.stop()
})

async function cookieOf({ person, organisation }: PersonActor): Promise<string> {
  const answer = await app.inject({ method: 'POST', url: '/sandbox/sign-in', payload: { person, organisation } })
  return `naru_session=${answer.json<{ session: string }>().session}`
}
const encoded = (text: string): string => Buffer.from(text).toString('base64')
const tus = () => ({ cookie, 'tus-resumable': '1.0.0', 'accept-language': 'ko' })
const begin = async (bytes: Buffer): Promise<string> => {
  const headers = {
    ...tus(),
    'upload-length': String(bytes.length),
    'upload-metadata': `filename ${encoded('plan.txt')},filetype ${encoded('text/plain')}`,
  }
  const answer = await fetch(`${url}/api/uploads`, { method: 'POST', headers })
  expect(answer.status).toBe(201)
  return url + (answer.headers.get('location') ?? '')
}
const send = (place: string, offset: number, bytes: Buffer) =>
  fetch(place, {
    method: 'PATCH',
    headers: { ...tus(), 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    body: new Uint8Array(bytes),
  })
const stateOf = async (place: string) =>
  (await (await fetch(`${place}/state`, { headers: tus() })).json()) as { sha256: string | null; received: number }
const text = (length: number): Buffer => Buffer.from(randomBytes(length).toString('base64url').slice(0, length))
const alarms = async (): Promise<string[]> => {
  const answer = await fetch(`${url}/health`, { headers: { authorization: `Bearer ${operatorToken}` } })
  const { alarms: found } = (await answer.json()) as { alarms: { code: string }[] }
  return found.map((each) => each.code)
}

test('an upload comes in pieces, is hashed, lies on the store as one object, and is read by ranges', async () => {
  const bytes = text(300_000)
  const place = await begin(bytes)
  expect((await send(place, 0, bytes.subarray(0, 100_000))).status).toBe(204)
  expect((await send(place, 100_000, bytes.subarray(100_000))).status).toBe(204)
  const { sha256 } = await stateOf(place)
  expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  const stored = [...counterpart.objects].filter(([name]) => name.startsWith('naru/files/'))
  expect(stored.map(([, held]) => held.equals(bytes))).toEqual([true])
  await world.deployment.database.pool.query(`update upload set scan = 'clean'`)
  const document = `${url}/api/documents/${place.split('/').at(-1)}`
  const part = await fetch(document, { headers: { cookie, range: 'bytes=99990-100009' } })
  expect(part.status).toBe(206)
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(99_990, 100_010))).toBe(true)
  counterpart.fault('down')
  const silent = await fetch(document, { headers: { cookie, 'accept-language': 'ru' } })
  expect([silent.status, silent.headers.get('cache-control'), silent.headers.get('etag')]).toEqual([
    503,
    'no-store',
    null,
  ])
  expect(await silent.json()).toMatchObject({ code: 'filesAreDown', sentence: expect.stringContaining('Сейчас файлы') })
})

test('the store fails in the midst of an upload: its sender is told in its language, goes on where it was, and nothing is lost', async () => {
  const bytes = text(50_000)
  const place = await begin(bytes)
  expect((await send(place, 0, bytes.subarray(0, 20_000))).status).toBe(204)
  counterpart.fault('down')
  const refused = await send(place, 20_000, bytes.subarray(20_000))
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({ code: 'filesAreDown', sentence: expect.stringContaining('첨부파일') })
  counterpart.fault('none')
  const head = await fetch(place, { method: 'HEAD', headers: tus() })
  expect(head.headers.get('upload-offset')).toBe('20000')
  // Its last piece arrives, and then the store is down while the file is made whole.
  counterpart.fault('down', 100, 1)
  expect((await send(place, 20_000, bytes.subarray(20_000))).status).toBe(503)
  expect((await fetch(place, { method: 'HEAD', headers: tus() })).status).toBe(503)
  counterpart.fault('none')
  expect((await fetch(place, { method: 'HEAD', headers: tus() })).headers.get('upload-offset')).toBe('50000')
  expect((await stateOf(place)).sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
})

test('while the store is down bids are taken with their promise, the log waits, the operator is alarmed; afterwards all is published', async () => {
  const tender = await world.publishTender()
  await sequencer.run()
  await sequencer.publish()
  const published = sequencer.publishing.published
  const checkpoint = async () => Number((await (await fetch(`${url}/log/checkpoint`)).text()).split('\n')[1])
  expect(await checkpoint()).toBe(published)
  expect(await alarms()).not.toContain('files-down')

  counterpart.fault('down')
  for (const [n, supplier] of world.suppliers.entries()) {
    const { input } = await world.sealed(tender, supplier, String(300_000 + n))
    const answer = await fetch(`${url}/api/cases/${tender}/acts/submit-bid`, {
      method: 'POST',
      headers: {
        cookie: await cookieOf(supplier),
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(input),
    })
    const said = (await answer.json()) as { promise?: unknown }
    expect(answer.status, JSON.stringify(said)).toBe(200)
    expect(JSON.stringify(said)).toContain('promise')
  }
  await sequencer.run()
  expect(sequencer.size).toBe(published + world.suppliers.length)
  await expect(sequencer.publish()).rejects.toThrow(/object store/)
  expect(await alarms()).toContain('files-down')
  expect((await fetch(`${url}/log/checkpoint`)).status).toBe(503)
  const [supplier] = world.suppliers as [PersonActor]
  const begun = await fetch(`${url}/api/uploads`, {
    method: 'POST',
    headers: {
      ...tus(),
      cookie: await cookieOf(supplier),
      'upload-length': '5',
      'upload-metadata': `filename ${encoded('a.txt')},filetype ${encoded('text/plain')}`,
    },
  })
  const waiting = url + (begun.headers.get('location') ?? '')
  cookie = await cookieOf(supplier)
  expect((await send(waiting, 0, Buffer.from('hello'))).status).toBe(503)

  counterpart.fault('none')
  await sequencer.publish()
  expect(sequencer.publishing.published).toBe(published + world.suppliers.length)
  expect(await checkpoint()).toBe(published + world.suppliers.length)
  expect((await fetch(`${url}/log/tile/0/000.p/${published + world.suppliers.length}`)).status).toBe(200)
  expect(await alarms()).not.toContain('files-down')
  expect((await send(waiting, 0, Buffer.from('hello'))).status).toBe(204)
  cookie = await cookieOf(world.author)
})
