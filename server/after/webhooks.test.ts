// Webhooks against a real receiver: order, signature, retry, pause, replay; and what an organisation is and is not told.
import { createHmac, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { PersonActor } from '@naru/domain/actor.ts'
import type { FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildApp } from '../http/app.ts'
import { startSequencer, type Sequencer } from '../sequencer.ts'
import { makeWorld, type World } from '../test-world.ts'
import { type Message, signatureOf, startWebhooks, type Webhooks } from './webhooks.ts'

interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  readonly message: Message
}

let world: World
let app: FastifyInstance
let sequencer: Sequencer
let webhooks: Webhooks
/** Places every fact: a run that was under way may have begun before the last one. */
const place = async () => {
  await sequencer.run()
  await sequencer.run()
}
let receiver: Server
let address: string
let received: Received[] = []
let answer: (count: number) => number | 'hang' = () => 204
const cookies = new Map<string, string>()
const signedIn = async (actor: PersonActor): Promise<string> => {
  const known = cookies.get(actor.person)
  if (known) return known
  const given = await app.inject({
    method: 'POST',
    url: '/sandbox/sign-in',
    payload: { person: actor.person, organisation: actor.organisation },
  })
  const cookie = `naru_session=${given.json<{ session: string }>().session}`
  cookies.set(actor.person, cookie)
  return cookie
}
const call = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, actor: PersonActor, payload?: object) =>
  app.inject({
    method,
    url,
    headers: { cookie: await signedIn(actor), 'accept-language': 'ru' },
    ...(payload && { payload }),
  })

beforeAll(async () => {
  world = await makeWorld()
  app = await buildApp(world.deployment, {
    publicOrigin: 'http://naru.invalid',
    screens: null,
    sequencer: null,
    clock: null,
    quiet: true,
  })
  sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000 })
  await sequencer.run()
  receiver = createServer((request, reply) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      const status = answer(received.length)
      received.push({ headers: request.headers, body, message: JSON.parse(body) as Message })
      if (status === 'hang') return
      reply.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end('thanks')
    })
  })
  await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready))
  address = `http://127.0.0.1:${(receiver.address() as { port: number }).port}/hook`
})
beforeEach(async () => {
  received = []
  answer = () => 204
  await world.deployment.database.pool.query('delete from webhook')
  webhooks = startWebhooks(world.deployment, { intervalMs: 3_600_000, patienceMs: 300 })
  await webhooks.run()
})
afterEach(() => webhooks.stop())
afterAll(async () => {
  receiver.closeAllConnections()
  await new Promise((closed) => receiver.close(closed))
  await app.close()
  await sequencer.stop()
  await world.end()
})

const subscribed = async (actor: PersonActor, more: object = {}) => {
  const made = await call('POST', '/api/webhooks', actor, { address, ...more })
  expect(made.statusCode).toBe(201)
  return made.json<{ id: string; secret: string; cursor: number }>()
}
const buyer = () => world.administratorOf(world.author.organisation)
const supplier = () => world.administratorOf(world.suppliers[0]?.organisation ?? '')
const dueNow = () => world.deployment.database.pool.query('update webhook set next_try = clock_timestamp()')

describe('delivery', () => {
  test('INT-05: every public fact arrives once, in log order, signed so that the receiver can check it', async () => {
    const { id, secret } = await subscribed(await supplier())
    await world.publishTender()
    await place()
    expect(await webhooks.run()).toBe(received.length)
    const types = received.map((each) => each.message.type)
    expect(types).toContain('TenderKeyFixed')
    expect(types.at(-1)).toBe('TenderPublished')
    const indexes = received.map((each) => each.message.data.index)
    expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => a - b))
    for (const { headers, body, message } of received) {
      expect(headers['webhook-id']).toBe(`msg_${id}_${message.data.index}`)
      expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(30)
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
      const expected = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
        .update(signed)
        .digest('base64')
      expect(headers['webhook-signature']).toBe(`v1,${expected}`)
      expect(message.data).toMatchObject({ public: true, log: world.deployment.logOrigin })
      expect(message.data.body).not.toBeNull()
    }
    expect(await webhooks.run()).toBe(0)
  })

  test('the signature is the one of the Standard Webhooks document', () => {
    // The example of standard-webhooks.md: secret, id, timestamp and body with its published signature.
    expect(
      signatureOf(
        'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        'msg_p5jXN8AQM9LWM0D4loKWxJek',
        1_614_265_330,
        '{"test": 2432232314}',
      ),
    ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  test('a message that is not taken holds back the rest and is tried again, later each time, until it is taken', async () => {
    await subscribed(await supplier())
    await world.publishTender()
    await place()
    answer = (count) => (count < 2 ? 500 : 204)
    await webhooks.run()
    expect(received).toHaveLength(1)
    const first = received[0]?.message.data.index
    const [row] = (await call('GET', '/api/webhooks', await supplier())).json<{
      webhooks: { failures: number; lastError: string; nextTry: string }[]
    }>().webhooks
    expect(row).toMatchObject({ failures: 1, lastError: 'the receiver answered 500' })
    expect(Date.parse(row?.nextTry ?? '')).toBeGreaterThan(Date.now() + 500)
    expect(await webhooks.run()).toBe(0)
    await dueNow()
    await webhooks.run()
    await dueNow()
    await webhooks.run()
    expect(received.slice(0, 3).map((each) => each.message.data.index)).toEqual([first, first, first])
    expect(received[0]?.headers['webhook-id']).toBe(received[2]?.headers['webhook-id'])
    expect(received.at(-1)?.message.type).toBe('TenderPublished')
  })

  test('a receiver that hangs, redirects or is not there is a failure; 410 pauses', async () => {
    const { id } = await subscribed(await supplier(), { after: -1 })
    for (const [status, why] of [
      ['hang', 'no answer within 300 ms'],
      [302, 'the receiver answered 302'],
    ] as const) {
      answer = () => status
      await dueNow()
      await webhooks.run()
      expect(
        (await call('GET', '/api/webhooks', await supplier())).json<{ webhooks: { lastError: string }[] }>().webhooks[0]
          ?.lastError,
      ).toBe(why)
    }
    answer = () => 410
    await dueNow()
    await webhooks.run()
    const seen = received.length
    expect(
      (await call('GET', '/api/webhooks', await supplier())).json<{ webhooks: { paused: boolean }[] }>().webhooks[0]
        ?.paused,
    ).toBe(true)
    await dueNow()
    expect(await webhooks.run()).toBe(0)
    expect(received).toHaveLength(seen)
    answer = () => 204
    expect((await call('PATCH', `/api/webhooks/${id}`, await supplier(), { paused: false })).json()).toMatchObject({
      paused: false,
      failures: 0,
    })
    expect(await webhooks.run()).toBeGreaterThan(0)
    await world.deployment.database.pool.query(`update webhook set address = 'http://127.0.0.1:1/', cursor = -1`)
    await webhooks.run()
    expect(
      (await call('GET', '/api/webhooks', await supplier())).json<{ webhooks: { lastError: string }[] }>().webhooks[0]
        ?.lastError,
    ).toMatch(/ECONNREFUSED/)
  })

  test('replay tells everything after an index again, with the same ids', async () => {
    const { id } = await subscribed(await supplier(), { after: -1 })
    await webhooks.run()
    const before = received.map((each) => each.headers['webhook-id'])
    received = []
    expect((await call('POST', `/api/webhooks/${id}/replay`, await supplier(), { after: -1 })).json()).toMatchObject({
      cursor: -1,
    })
    await webhooks.run()
    expect(received.map((each) => each.headers['webhook-id'])).toEqual(before)
    const middle = received[3]?.message.data.index ?? 0
    received = []
    await call('POST', `/api/webhooks/${id}/replay`, await supplier(), { after: middle })
    await webhooks.run()
    expect(received[0]?.message.data.index).toBeGreaterThan(middle)
  })

  test('a replay that is asked for while messages are under way wins over their cursor', async () => {
    const { id } = await subscribed(await supplier(), { after: -1 })
    const admin = await supplier()
    let asked: Promise<unknown> | undefined
    answer = (count) => {
      if (count === 2) asked = call('POST', `/api/webhooks/${id}/replay`, admin, { after: -1 })
      return 204
    }
    await webhooks.run()
    await asked
    await webhooks.run()
    const first = received[0]?.message.data.index
    expect(received.filter((each) => each.message.data.index === first)).toHaveLength(2)
  })
})

describe('what an organisation is told', () => {
  test('of its own cases also that something not public happened, never its content; nobody but the bidder hears of a bid', async () => {
    const caseId = await world.publishTender()
    await place()
    const ids = {
      buyer: (await subscribed(await buyer())).id,
      bidder: (await subscribed(await supplier())).id,
      other: (await subscribed(await world.administratorOf(world.suppliers[1]?.organisation ?? ''))).id,
    }
    const bidder = world.suppliers[0] as PersonActor
    const { input } = await world.sealed(caseId, bidder, '300000')
    await world.done(bidder, caseId, 'submit-bid', input)
    await world.done(bidder, caseId, 'ask-question', { question: randomUUID(), text: 'Which format?' })
    await place()
    await webhooks.run()
    const told = (id: string) =>
      received.filter((each) => String(each.headers['webhook-id']).startsWith(`msg_${id}_`)).map((each) => each.message)
    expect(told(ids.buyer).map((each) => [each.type, each.data.public, each.data.body])).toEqual([
      ['QuestionAsked', false, null],
    ])
    expect(told(ids.bidder).map((each) => [each.type, each.data.public, each.data.body])).toEqual([
      ['BidSubmitted', false, null],
    ])
    expect(told(ids.other)).toEqual([])
  })
})

describe('who may subscribe, and what', () => {
  test('only an administrator in person; other organisations see and change nothing', async () => {
    expect((await call('POST', '/api/webhooks', world.author, { address })).statusCode).toBe(403)
    expect((await app.inject({ method: 'POST', url: '/api/webhooks', payload: { address } })).statusCode).toBe(401)
    const { id, secret } = await subscribed(await buyer())
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect((await call('GET', '/api/webhooks', await buyer())).body).not.toContain(secret)
    expect((await call('GET', '/api/webhooks', await supplier())).json()).toEqual({ webhooks: [] })
    expect((await call('POST', `/api/webhooks/${id}/replay`, await supplier(), { after: -1 })).statusCode).toBe(404)
    expect((await call('DELETE', `/api/webhooks/${id}`, await supplier())).statusCode).toBe(404)
    expect((await call('DELETE', `/api/webhooks/${id}`, await buyer())).statusCode).toBe(204)
  })

  test('addresses inside a network, odd input and too many subscriptions are refused with a sentence', async () => {
    for (const bad of [
      'http://10.0.0.1/',
      'https://169.254.169.254/latest/meta-data',
      'ftp://example.kg/',
      'no address',
      'https://a:b@example.kg/',
    ]) {
      const answered = await call('POST', '/api/webhooks', await buyer(), { address: bad })
      expect(answered.statusCode, bad).toBe(422)
      expect(answered.json<{ fields: { code: string; sentence: string }[] }>().fields[0]).toMatchObject({
        code: 'addressIsNotAllowed',
        sentence: expect.stringContaining('https://'),
      })
    }
    for (const bad of [{}, { address: 5 }, { address, after: -2 }, { address, after: 1.5 }, { address, extra: 1 }])
      expect((await call('POST', '/api/webhooks', await buyer(), bad)).statusCode).toBe(422)
    const { id } = await subscribed(await buyer())
    expect((await call('POST', `/api/webhooks/${id}/replay`, await buyer(), { after: 'x' })).statusCode).toBe(422)
    expect((await call('PATCH', '/api/webhooks/nothing', await buyer(), { paused: true })).statusCode).toBe(404)
    for (let more = 1; more < 20; more += 1) await subscribed(await buyer())
    expect((await call('POST', '/api/webhooks', await buyer(), { address })).statusCode).toBe(422)
  })
})
