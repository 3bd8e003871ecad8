// REG-03, SEC-06: passkeys of people over HTTP: made, used to sign in, named, removed; what does not fit is refused; sessions are one's own.
import { randomBytes, randomUUID } from 'node:crypto'
import { assertedBy, createdBy, type SoftwarePasskey, toBase64url } from '@naru/sealing/software-passkey.ts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withClient } from '../database/roles.ts'
import { issueEnrolment } from '../sign-in/enrolment.ts'
import { makeWorld, type World } from '../test-world.ts'
import { buildApp } from './app.ts'

let world: World
let app: FastifyInstance
// A number has no passkeys; a sandbox on this machine is known by its name.
const publicOrigin = 'http://127.0.0.1:8080'
const origin = 'http://localhost:8080'
const rpId = 'localhost'
beforeAll(async () => {
  world = await makeWorld()
  app = await buildApp(world.deployment, { publicOrigin, screens: null, sequencer: null, clock: null, quiet: true })
})
afterAll(async () => {
  await app.close()
  await world.end()
})

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly cookie: string
}
async function ask(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  cookie = '',
  payload?: unknown,
): Promise<Answer> {
  const answer = await app.inject({
    method,
    url,
    headers: { ...(cookie && { cookie }), origin },
    ...(payload !== undefined && { payload: payload as object }),
  })
  const set = answer.headers['set-cookie']
  return {
    status: answer.statusCode,
    body: answer.body.startsWith('{') ? answer.json<Record<string, unknown>>() : {},
    cookie: String(set ?? '').split(';')[0] ?? '',
  }
}
const asOwner = (text: string) => withClient(world.fresh.ownerUrl, (client) => client.query(text))
const asSandbox = async (person: string) => (await ask('POST', '/sandbox/sign-in', '', { person })).cookie

const newPasskey = (algorithm: -7 | -8 = -7, counter = 0): SoftwarePasskey => ({
  id: randomBytes(24),
  secret: randomBytes(32),
  algorithm,
  counter,
})
const challengeOf = (options: Record<string, unknown>) =>
  new Uint8Array(Buffer.from(String(options.challenge), 'base64url'))
const handleOf = (person: string) => new Uint8Array(Buffer.from(person.replaceAll('-', ''), 'hex'))

async function register(cookie: string, passkey: SoftwarePasskey, name = 'Laptop', flags?: number): Promise<Answer> {
  const options = await ask('POST', '/api/me/passkeys/options', cookie, {})
  const challenge = options.status === 200 ? challengeOf(options.body) : new Uint8Array(32)
  const response = createdBy(passkey, { challenge, origin, rpId, ...(flags !== undefined && { flags }) })
  const made = await ask('POST', '/api/me/passkeys', cookie, { name, response })
  return options.status === 200 ? made : options
}

async function signInWith(
  passkey: SoftwarePasskey,
  person: string,
  more: { origin?: string; rpId?: string; flags?: number } = {},
) {
  const options = await ask('POST', '/api/sign-in/passkey/options', '', {})
  const response = assertedBy(
    passkey,
    { challenge: challengeOf(options.body), origin, rpId, ...more },
    handleOf(person),
  )
  return { answer: await ask('POST', '/api/sign-in/passkey', '', { response }), response }
}

test('a person of the sandbox makes a passkey and signs in with it; the session says how', async () => {
  const { person } = world.author
  const cookie = await asSandbox(person)
  const options = await ask('POST', '/api/me/passkeys/options', cookie, {})
  expect(options.body).toMatchObject({
    rp: { id: rpId },
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    extensions: { prf: {} },
  })
  expect((options.body.pubKeyCredParams as { alg: number }[]).map((each) => each.alg)).toEqual([-8, -7, -257])
  const passkey = newPasskey(-7, 1)
  expect((await register(cookie, passkey)).status).toBe(201)
  const list = await ask('GET', '/api/me/passkeys', cookie)
  expect(list.body).toMatchObject({
    rpId,
    passkeys: [{ id: toBase64url(passkey.id), name: 'Laptop', lastUsed: null, backedUp: false, prf: false }],
  })

  const { answer } = await signInWith({ ...passkey, counter: 2 }, person)
  expect(answer).toMatchObject({ status: 200, body: { person, organisation: world.author.organisation } })
  expect(answer.cookie).toMatch(/^naru_session=[\w-]{43}$/)
  const sessions = (await ask('GET', '/api/me/sessions', answer.cookie)).body.sessions as Record<string, unknown>[]
  expect(sessions.map((each) => [each.method, each.own])).toEqual([
    ['passkey', true],
    ['sandbox', false],
  ])
  const used = (await ask('GET', '/api/me/passkeys', answer.cookie)).body.passkeys as { lastUsed: string }[]
  expect(used[0]?.lastUsed).toMatch(/^20/)
})

test('REG-03: a replayed assertion, another address, no user verification, a copy with an older counter, an unknown passkey: nobody is signed in', async () => {
  const { person } = world.approver
  const passkey = newPasskey(-8, 10)
  expect((await register(await asSandbox(person), passkey)).status).toBe(201)
  const first = await signInWith({ ...passkey, counter: 11 }, person)
  expect(first.answer.status).toBe(200)
  const refused = { status: 401, cookie: '', body: { error: 'refused', code: 'passkeyDoesNotFit' } }
  expect(await ask('POST', '/api/sign-in/passkey', '', { response: first.response })).toMatchObject(refused)
  const later = { ...passkey, counter: 12 }
  expect((await signInWith(later, person, { origin: 'https://evil.example' })).answer).toMatchObject(refused)
  expect((await signInWith(later, person, { origin: publicOrigin })).answer).toMatchObject(refused)
  expect((await signInWith(later, person, { rpId: '127.0.0.1' })).answer).toMatchObject(refused)
  expect((await signInWith(later, person, { flags: 0x01 })).answer).toMatchObject(refused)
  expect((await signInWith({ ...passkey, counter: 11 }, person)).answer).toMatchObject(refused)
  expect((await signInWith({ ...passkey, counter: 0 }, person)).answer).toMatchObject(refused)
  expect((await signInWith(newPasskey(), person)).answer).toMatchObject(refused)
  expect((await signInWith(later, world.author.person)).answer).toMatchObject(refused)
  expect((await signInWith({ ...later, secret: randomBytes(32) }, person)).answer).toMatchObject(refused)
  expect((await signInWith(later, person)).answer.status).toBe(200)
})

test('a challenge of one person or purpose serves no other, and runs out', async () => {
  const mine = await asSandbox(world.planner.person)
  const theirs = await asSandbox(world.officer.person)
  const challenge = challengeOf((await ask('POST', '/api/me/passkeys/options', mine, {})).body)
  const response = createdBy(newPasskey(), { challenge, origin, rpId })
  expect((await ask('POST', '/api/me/passkeys', theirs, { name: 'x', response })).status).toBe(401)
  const signing = challengeOf((await ask('POST', '/api/sign-in/passkey/options', '', {})).body)
  const misused = createdBy(newPasskey(), { challenge: signing, origin, rpId })
  expect((await ask('POST', '/api/me/passkeys', mine, { name: 'x', response: misused })).status).toBe(401)
  const late = challengeOf((await ask('POST', '/api/me/passkeys/options', mine, {})).body)
  await asOwner(`update sign_in_challenge set ends = clock_timestamp() - interval '1 second'`)
  const tooLate = createdBy(newPasskey(), { challenge: late, origin, rpId })
  expect((await ask('POST', '/api/me/passkeys', mine, { name: 'x', response: tooLate })).status).toBe(401)
  const unverified = await register(mine, newPasskey(), 'No PIN', 0x01)
  expect(unverified).toMatchObject({ status: 401, body: { code: 'passkeyDoesNotFit' } })
  expect((await ask('GET', '/api/me/passkeys', mine)).body.passkeys).toEqual([])
})

test('who has a passkey changes passkeys only after a sign-in of the last ten minutes; the last one stays', async () => {
  const { person } = world.officer
  const sandbox = await asSandbox(person)
  const [one, two] = [newPasskey(), newPasskey(-8)]
  expect((await register(sandbox, one)).status).toBe(201)
  // The sandbox's own sign-in says nothing of who it is.
  expect(await register(sandbox, two)).toMatchObject({ status: 401, body: { code: 'signInIsNotFresh' } })
  const { cookie } = (await signInWith(one, person)).answer
  expect((await ask('DELETE', `/api/me/passkeys/${toBase64url(one.id)}`, cookie)).body.code).toBe('passkeyIsTheLast')
  expect((await register(cookie, two, 'Key')).status).toBe(201)
  expect((await register(cookie, two, 'Key')).status).toBe(401)
  expect((await ask('PUT', `/api/me/passkeys/${toBase64url(two.id)}`, cookie, { name: 'Blue key' })).status).toBe(204)
  const other = await asSandbox(world.planner.person)
  expect((await ask('DELETE', `/api/me/passkeys/${toBase64url(two.id)}`, other)).status).toBe(404)
  await asOwner(`update session set created = created - interval '11 minutes' where method = 'passkey'`)
  expect((await ask('DELETE', `/api/me/passkeys/${toBase64url(two.id)}`, cookie)).body.code).toBe('signInIsNotFresh')
  const again = (await signInWith(two, person)).answer.cookie
  expect((await ask('DELETE', `/api/me/passkeys/${toBase64url(one.id)}`, again)).status).toBe(204)
  // A removed passkey takes the sessions along that it began, and signs nobody in.
  expect((await ask('GET', '/api/me/passkeys', cookie)).status).toBe(401)
  expect((await signInWith(one, person)).answer.status).toBe(401)
  const left = (await ask('GET', '/api/me/passkeys', again)).body.passkeys as { name: string }[]
  expect(left.map((each) => each.name)).toEqual(['Blue key'])
  // The person is told of each, newest first, by the name it had then; nobody else is.
  const told = (await ask('GET', '/api/me/passkeys', again)).body.changes as {
    name: string
    what: string
    at: string
  }[]
  expect(told.map(({ name, what }) => [name, what])).toEqual([
    ['Laptop', 'removed'],
    ['Key', 'added'],
    ['Laptop', 'added'],
  ])
  expect((await ask('GET', '/api/me/passkeys', other)).body.changes).toEqual([])
})

test('SEC-06: a sign-in begins a new session and ends the one the browser had; people see and end their own sessions only', async () => {
  const { person } = world.suppliers[0] as { person: string }
  const before = await asSandbox(person)
  const after = (await ask('POST', '/sandbox/sign-in', before, { person })).cookie
  expect(after).not.toBe(before)
  expect((await ask('GET', '/api/me/sessions', before)).status).toBe(401)
  const other = await asSandbox(person)
  const sessions = (await ask('GET', '/api/me/sessions', after)).body.sessions as { handle: string; own: boolean }[]
  const handle = sessions.find((each) => !each.own)?.handle ?? ''
  const stranger = await asSandbox(world.author.person)
  expect((await ask('DELETE', `/api/me/sessions/${handle}`, stranger)).status).toBe(404)
  expect((await ask('DELETE', `/api/me/sessions/${handle}`, after)).status).toBe(204)
  expect((await ask('GET', '/api/me/sessions', other)).status).toBe(401)
  expect((await ask('POST', '/api/sign-out', after)).status).toBe(204)
  expect((await ask('GET', '/api/me/sessions', after)).status).toBe(401)
})

test('the first passkey of a live person: a code from the operator, once, within five tries', async () => {
  const { pool } = world.deployment.database
  const person = randomUUID()
  await pool.query('insert into person (id, name) values ($1, $2)', [person, 'Aigul'])
  const code = await issueEnrolment(pool, person)
  expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/)
  const { rows } = await pool.query<{ row: string }>('select row_to_json(e)::text as row from enrolment e')
  expect(rows[0]?.row).not.toContain(code.slice(10).replaceAll('-', ''))

  const enrol = async (typed: string, passkey = newPasskey()) => {
    const options = await ask('POST', '/api/enrol/options', '', { code: typed })
    if (options.status !== 200) return options
    const response = createdBy(passkey, { challenge: challengeOf(options.body), origin, rpId })
    return ask('POST', '/api/enrol', '', { code: typed, name: 'Phone', response })
  }
  const passkey = newPasskey()
  const made = await enrol(code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l'), passkey)
  expect(made).toMatchObject({ status: 201, body: { person, organisation: null } })
  expect((await ask('GET', '/api/me/passkeys', made.cookie)).body.passkeys).toMatchObject([{ name: 'Phone' }])
  expect((await enrol(code)).body.code).toBe('enrolmentDoesNotFit')
  expect((await signInWith(passkey, person)).answer.status).toBe(200)

  const second = await issueEnrolment(pool, person)
  const wrong = second.slice(0, -1) + (second.endsWith('0') ? '2' : '0')
  for (let n = 0; n < 5; n += 1) expect((await enrol(wrong)).status).toBe(401)
  expect((await enrol(second)).body.code).toBe('enrolmentDoesNotFit')
  const third = await issueEnrolment(pool, person)
  expect((await enrol(second)).status).toBe(401)
  // Used by two at one moment: one passkey, one refusal.
  expect((await Promise.all([enrol(third), enrol(third)])).map((each) => each.status).sort()).toEqual([201, 401])
  const { rows: kept } = await pool.query('select from passkey where person = $1', [person])
  expect(kept).toHaveLength(2)
})

test('what is typed gives no fault: bodies that are none, sizes that are absurd, answers that are garbage', async () => {
  const cookie = await asSandbox(world.author.person)
  const bodies: unknown[] = [
    {},
    { response: null },
    { response: { id: 'a', rawId: 'a', type: 'public-key', response: {} } },
    { name: '\u0000', response: {} },
    {
      name: 'x',
      response: {
        id: 'AAAA',
        rawId: 'AAAA',
        type: 'public-key',
        response: {
          clientDataJSON: 'e30',
          attestationObject: '_'.repeat(4000),
          authenticatorData: 'AA',
          signature: 'AA',
        },
        clientExtensionResults: {},
      },
    },
    { code: 'x'.repeat(10_000) },
    { code: '0'.repeat(24) },
  ]
  for (const url of ['/api/sign-in/passkey', '/api/me/passkeys', '/api/enrol', '/api/enrol/options'])
    for (const body of bodies) {
      const { status } = await ask('POST', url, cookie, body)
      expect([401, 422, 429], `${url} ${JSON.stringify(body).slice(0, 50)}`).toContain(status)
    }
  for (const id of ['%F0%28', '..', "'", 'x'.repeat(150)])
    for (const path of ['passkeys', 'sessions'])
      expect((await ask('DELETE', `/api/me/${path}/${id}`, cookie)).status).toBeLessThan(500)
})
