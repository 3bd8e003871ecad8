// What anyone outside may see and send: public reads without account, nothing public moves when a bid arrives, bad input never a fault.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActName } from './acts.ts'
import { isDone, type Reader, readClock, readerAt, signIn, waitFor } from './client.ts'
import { bid, offer, seal } from './parts/bids.ts'
import { notice, type Purchase } from './parts/purchase.ts'
import { type Running, startSandbox } from './running.ts'
import { breadPurchase, fictiaFaults } from './tales/fictia-faults.ts'
import { days, later } from './times.ts'
import { openStage, type Stage } from './world.ts'

let running: Running
let stage: Stage
let purchase: Purchase
let anyone: Reader

const act = async (tell: (world: Stage['world']) => Promise<void>): Promise<void> => {
  const from = later(await stage.world.now(), 1000)
  const [one] = await stage.play([{ from, tale: { name: 'outside', lines: fictiaFaults.lines, tell } }])
  if (one?.end !== 'told') throw one?.error
}

beforeAll(async () => {
  running = await startSandbox('fictia')
  stage = await openStage({ url: running.url, wallet: running.wallet, country: 'fictia' })
  anyone = stage.world.anyone
  await stage.setUp([fictiaFaults])
  await act(async (world) => {
    purchase = breadPurchase(world.id('tender', 'outside'))
    await notice(world, purchase)
  })
})
afterAll(() => running?.stop())

/** Everything public that could tell that something happened: bodies and tags, the time of asking left out. */
async function publicSurfaces(): Promise<Record<string, string>> {
  const { tender } = purchase
  const { tender: state } = await anyone.view(tender)
  const places = [
    `/api/cases/${tender}`,
    `/api/cases/${tender}/history`,
    `/api/cases/${tender}/facts`,
    `/api/cases/${tender}/bid`,
    `/api/cases/${tender}/box?round=1`,
    '/api/feed?after=-1&limit=1000',
    '/api/cases',
    '/api/cases?status=open&sort=deadline',
    `/api/ocds/records/${state.ocid}`,
    `/api/ocds/releases/${state.ocid}`,
    '/api/ocds/releases?limit=1000',
  ]
  const seen: Record<string, string> = {}
  for (const place of places) {
    const response = await anyone.raw('GET', place)
    const body = (await response.text()).replace(/"now":"[^"]*"/g, '"now":""')
    seen[place] = `${response.status} ${response.headers.get('etag')} ${response.headers.get('last-modified')} ${body}`
  }
  return seen
}

/** The open data of the notice comes a moment after it, when witnesses have seen it. */
const released = () =>
  waitFor(async () => {
    const { tender: state } = await anyone.view(purchase.tender)
    return (await anyone.get(`/api/ocds/records/${state.ocid}`)).status === 200 ? true : undefined
  }, 'the open data of the notice')

test('TRN-01: notice, history, open data and the search need no account, set no cookie and cost nothing', async () => {
  await released()
  const { tender: state } = await anyone.view(purchase.tender)
  const places = [
    `/api/cases/${purchase.tender}`,
    `/api/cases/${purchase.tender}/history`,
    '/api/cases?q=bread',
    '/api/feed',
    '/api/settings',
    `/api/ocds/records/${state.ocid}`,
  ]
  for (const place of places) {
    const response = await anyone.raw('GET', place)
    expect([place, response.status]).toEqual([place, 200])
    expect(response.headers.get('set-cookie')).toBe(null)
    await response.text()
  }
})

test('SUB-07: nothing public moves when a sealed bid arrives: no body, no tag, no event', async () => {
  // From then on everything must stand still.
  await released()
  const listening = new AbortController()
  const events: string[] = []
  const stream = await fetch(`${running.url}/api/events`, { signal: listening.signal })
  const reading = (async () => {
    for await (const part of stream.body as unknown as AsyncIterable<Uint8Array>)
      events.push(Buffer.from(part).toString())
  })().catch(() => {})

  const before = await publicSurfaces()
  await act(async (world) => {
    await bid(world, purchase.tender, 'lorem', [offer([['loaf', 20_000, 231]])])
  })
  await new Promise((resume) => setTimeout(resume, 1500))
  expect(await publicSurfaces()).toEqual(before)
  expect(events.join('').includes('event: fact')).toBe(false)

  // The stream does speak when something public happens.
  const bidder = await stage.world.as(stage.world.person('acme', 'bidder'))
  const author = await stage.world.as(stage.world.person('ministry', 'author'))
  const question = randomUUID()
  await bidder.mustAct(purchase.tender, 'ask-question', { question, text: 'White or brown?' })
  await author.mustAct(purchase.tender, 'answer-question', { question, text: 'White or brown?', answer: 'Brown.' })
  await waitFor(async () => (events.join('').includes('QuestionAnswered') ? true : undefined), 'an event')
  expect(events.join('').includes('QuestionAsked')).toBe(false)
  listening.abort()
  await reading
})

test('SEC-01: officers, key holders and other bidders see no more of a sealed bid than the public', async () => {
  const { world } = stage
  const people = [
    world.person('ministry', 'author'),
    world.person('ministry', 'approver'),
    world.person('ministry', 'key-holder'),
    world.person('court', 'key-holder'),
    world.person('acme', 'bidder'),
  ]
  const bidder = world.organisation('lorem').id
  for (const person of people) {
    const reader = await world.as(person)
    for (const place of ['', '/history', '/facts', '/bid', '/box?round=1']) {
      const { body } = await reader.get(`/api/cases/${purchase.tender}${place}`)
      expect(JSON.stringify(body).includes(bidder), `${person.name} at ${place}`).toBe(false)
    }
  }
  const own = await (await world.as(world.person('lorem', 'bidder'))).view(purchase.tender)
  expect(own.ownBid?.bidder).toBe(bidder)
})

const hostile: readonly unknown[] = [
  null,
  [],
  '',
  'text',
  0,
  1e308,
  true,
  {},
  { __proto__: { polluted: true }, constructor: { prototype: {} } },
  { content: null },
  { content: { title: { en: "'; drop table fact; --" } } },
  { text: '<script>alert(1)</script>', question: '../../etc/passwd' },
  { profile: { name: { en: '\u0000' } } },
  { submission: { manifest: [], leafSalt: {}, envelopes: 'x' } },
  { records: [{ v: 1, pk: 'AAAA' }, {}, []] },
  { lines: Array.from({ length: 3000 }, () => ({})) },
  { year: -1, lines: [{ amount: { amount: '-1', currency: '$$$' } }] },
  { scores: [{ points: 'NaN' }], lot: {}, bid: [] },
  { text: '\ud800', reason: 'x'.repeat(300_000) },
  { version: 2 ** 53, i: -1, award: randomUUID(), lot: "1' or '1'='1" },
]

test('bad input: whatever is sent to any act, by whomever, is refused or invalid, and never a fault', async () => {
  const names: ActName[] = [
    ...([
      'register-organisation',
      'admit-person',
      'assign-roles',
      'dismiss-person',
      'delegate-credential',
      'revoke-credential',
    ] as const),
    ...(['prepare-plan', 'approve-plan', 'return-plan', 'publish-plan'] as const),
    ...([
      'start-tender',
      'name-key-holders',
      'deposit-keys',
      'rehearse-opening',
      'seal-salts',
      'prepare-tender',
      'approve-tender',
      'return-tender',
      'set-base-amount',
    ] as const),
    ...([
      'publish-tender',
      'ask-question',
      'answer-question',
      'propose-amendment',
      'approve-amendment',
      'return-amendment',
    ] as const),
    ...([
      'submit-bid',
      'withdraw-bid',
      'attend-opening',
      'post-shares',
      'record-absence',
      'declare-conflict',
      'score-bids',
      'record-review',
      'explain-price',
      'judge-explanation',
      'award-lot',
    ] as const),
    ...(['start-rebid', 'draft-contract', 'consent-to-contract', 'decline-contract', 'confirm-contract'] as const),
  ]
  const { world } = stage
  const readers = [
    anyone,
    await world.as(world.person('ministry', 'author')),
    await world.as(world.person('lorem', 'bidder')),
    await world.as(world.person('ministry', 'key-holder')),
  ]
  const seen = new Map<number, number>()
  for (const name of names)
    for (const [n, body] of hostile.entries()) {
      const reader = readers[n % readers.length] ?? anyone
      const target = n % 3 === 0 ? randomUUID() : purchase.tender
      const response = await reader.raw('POST', `/api/cases/${target}/acts/${name}`, body, {
        'idempotency-key': randomUUID(),
      })
      const text = await response.text()
      seen.set(response.status, (seen.get(response.status) ?? 0) + 1)
      expect(
        [200, 400, 401, 403, 404, 409, 413, 422],
        `${name} ${JSON.stringify(body)?.slice(0, 80)}: ${text.slice(0, 200)}`,
      ).toContain(response.status)
      if (response.status !== 200) {
        const { error, fields } = JSON.parse(text) as { error: string; fields?: { path: string; code: string }[] }
        expect(['refused', 'invalid']).toContain(error)
        if (error === 'invalid') expect(fields?.length, `${name}: ${text.slice(0, 200)}`).toBeGreaterThan(0)
      }
    }
  expect(seen.get(422) ?? 0).toBeGreaterThan(200)
})

/** The answer to a body that is announced with a size and never sent whole: a refusal comes before the last byte, and ends the connection. */
const announced = (address: string, size: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': String(size),
      'idempotency-key': randomUUID(),
    }
    const call = request(address, { method: 'POST', headers }, (response) => {
      resolve(response.statusCode)
      call.destroy()
    })
    call.on('error', reject)
    call.write('{"text":"')
  })

test('bad input: odd addresses, headers, sizes and bodies are answered in order', async () => {
  const author = await stage.world.as(stage.world.person('ministry', 'author'))
  const { tender } = purchase
  const statusOf = async (method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) => {
    const response = await fetch(`${running.url}${path}`, {
      method,
      redirect: 'manual',
      headers,
      ...(body !== undefined && { body }),
    })
    await response.arrayBuffer()
    return response.status
  }
  const json = { 'content-type': 'application/json' }
  const key = () => ({ ...json, 'idempotency-key': randomUUID() })
  const path = `/api/cases/${tender}/acts/ask-question`
  expect(await statusOf('POST', path, '{"question":', key())).toBe(400)
  expect(await announced(`${running.url}${path}`, 9 * 1024 * 1024)).toBe(413)
  expect(await statusOf('POST', path, '{}', json)).toBe(422)
  expect(await statusOf('POST', path, '{}', { ...json, 'idempotency-key': 'short' })).toBe(422)
  expect(
    await statusOf('POST', path, '<x/>', { 'content-type': 'application/xml', 'idempotency-key': randomUUID() }),
  ).toBeLessThan(500)
  expect(await statusOf('POST', `/api/cases/not-an-id/acts/ask-question`, '{}', key())).toBeLessThan(500)
  expect(await statusOf('POST', `/api/cases/${tender}/acts/no-such-act`, '{}', key())).toBe(404)
  expect(await statusOf('POST', `/api/cases/${tender}/acts/close-round`, '{}', key())).toBe(404)
  const odd = [
    '/api/cases?q=%00&page=-1&min=abc&sort=;drop',
    `/api/cases?q=${'я'.repeat(3000)}`,
    '/api/cases?page=99999999999999999999&from=2026-99-99&to=x',
    "/api/cases?category=' or 1=1 --&classification=%25&buyer=%ff",
    '/api/feed?after=abc&limit=-5',
    '/api/feed?after=9223372036854775807',
    '/api/cases/%00',
    `/api/cases/${tender}/box?round=abc`,
    '/api/documents/../../etc/passwd',
    '/api/documents/%2e%2e%2f',
    '/api/ocds/releases/%00',
    '/api/ocds/releases?after=x&limit=9999999',
    '/api/uploads/x/state',
    `/api/cases/${randomUUID()}`,
  ]
  for (const each of odd) expect(await statusOf('GET', each), each).toBeLessThan(500)
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    expect(await statusOf(method, `/api/cases/${tender}`), method).toBeLessThan(500)
  expect(
    await statusOf('GET', `/api/cases/${tender}`, undefined, {
      cookie: `naru_session=${'x'.repeat(4000)}`,
      'accept-language': 'xx;q=9,*;q=;;',
    }),
  ).toBe(200)
  expect(
    await statusOf('GET', '/api/me', undefined, { authorization: `Bearer ${randomUUID()}.${'y'.repeat(40)}` }),
  ).toBe(200)
  expect((await author.raw('GET', `/api/cases/${tender}`)).status).toBe(200)
  // Nothing of this was a fault: the program's log has no line of level 50 (error).
  expect(
    readFileSync(running.log, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"level":50')),
  ).toEqual([])
})

test('INT-05: another system acts with a delegated credential, only as delegated, until it ends or is revoked', async () => {
  const { world } = stage
  const lorem = world.organisation('lorem')
  const administrator = await world.as(world.person('lorem', 'administrator'))
  const secret = randomBytes(32).toString('base64url')
  const credential = randomUUID()
  const secretHash = createHash('sha256').update(secret).digest('hex')
  const person = world.person('lorem', 'bidder').id
  await administrator.mustAct(lorem.id, 'delegate-credential', {
    credential,
    person,
    label: 'Bidding program',
    acts: ['ask-question'],
    secretHash,
    until: later(await world.now(), days(30)),
  })
  const system = readerAt(running.url, { authorization: `Bearer ${credential}.${secret}` })
  expect(isDone(await system.act(purchase.tender, 'ask-question', { question: randomUUID(), text: 'Sliced?' }))).toBe(
    true,
  )
  const sealed = await seal(world, purchase.tender, 'lorem', [offer([['loaf', 20_000, 230]])])
  expect(await system.act(purchase.tender, 'submit-bid', sealed.input)).toMatchObject({
    kind: 'refused',
    code: 'roleIsMissing',
  })
  const stranger = readerAt(running.url, {
    authorization: `Bearer ${credential}.${randomBytes(32).toString('base64url')}`,
  })
  expect(await stranger.act(purchase.tender, 'ask-question', { question: randomUUID(), text: 'x' })).toMatchObject({
    code: 'notSignedIn',
  })
  await administrator.mustAct(lorem.id, 'revoke-credential', { credential })
  expect(await system.act(purchase.tender, 'ask-question', { question: randomUUID(), text: 'x' })).toMatchObject({
    code: 'notSignedIn',
  })
})

test('a session does not act for a page of another site, nor after sign-out', async () => {
  const person = stage.world.person('acme', 'bidder')
  const reader = await signIn(running.url, person.id)
  const ask = (origin?: string) =>
    reader.raw(
      'POST',
      `/api/cases/${purchase.tender}/acts/ask-question`,
      { question: randomUUID(), text: 'From where?' },
      { 'idempotency-key': randomUUID(), ...(origin && { origin }) },
    )
  expect((await ask('http://evil.example')).status).toBe(403)
  expect((await ask()).status).toBe(200)
  expect((await ask(running.url)).status).toBe(200)
  await reader.raw('POST', '/sandbox/sign-out')
  expect((await ask()).status).toBe(401)
})

test('TRA-01: the sandbox says that it is one, and its clock moves forward only', async () => {
  const { body } = await anyone.get('/api/settings')
  expect((body as { mode: string }).mode).toBe('sandbox')
  const { now } = await readClock(running.url)
  const back = await anyone.raw('POST', '/sandbox/clock', { to: later(now, -1) })
  expect(back.status).toBe(409)
  const forward = await anyone.raw('POST', '/sandbox/clock', { by: 60_000 })
  expect(forward.status).toBe(200)
  const after = (await readClock(running.url)).now
  expect(after >= later(now, 60_000)).toBe(true)
  expect((await anyone.raw('POST', '/sandbox/clock', { beginDaysEarlier: 5 })).status).toBe(409)
  expect((await readClock(running.url)).now >= after).toBe(true)
})

test('AUD-02: the page that checks without the portal is given whole, to be kept and opened from a file', async () => {
  const response = await anyone.raw('GET', '/naru-verify.html')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="naru-verify.html"')
  const built = readFileSync(new URL('../verifier/build/verify.html', import.meta.url), 'utf8')
  expect(await response.text()).toBe(built)
})
