// REG-03, OPN-01, SEC-03: official acts carry an assertion of the person's passkey over exactly this act; what does not fit is refused and leaves nothing.
import { randomBytes, randomUUID } from 'node:crypto'
import type { PersonActor } from '@naru/domain/actor.ts'
import type { Confirmation } from '@naru/domain/confirmation.ts'
import { checkAssertion, readAssertion } from '@naru/sealing/assertion.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { actCommitment, commitmentOf } from '@naru/sealing/commitment.ts'
import { type Intent, intentChallenge, makeIntent } from '@naru/sealing/intent.ts'
import { assertedBy, publicKeyOf, type SoftwarePasskey } from '@naru/sealing/software-passkey.ts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { doAct } from '../act.ts'
import { type ShownReport, showReport } from '../attempts.ts'
import { startClock } from '../clock.ts'
import { startSequencer } from '../sequencer.ts'
import { withClient } from '../database/roles.ts'
import { buildApp } from '../http/app.ts'
import { confirming, makeWorld, type World } from '../test-world.ts'

const origin = 'https://naru.example'
const rpId = 'naru.example'
let world: World
let app: FastifyInstance
let administrator: PersonActor
let passkey: SoftwarePasskey
let cookie: string

async function give(person: string, counter = 0): Promise<SoftwarePasskey> {
  const made: SoftwarePasskey = { id: randomBytes(20), secret: randomBytes(32), algorithm: -7, counter }
  await world.deployment.database.pool.query(
    `insert into passkey (id, person, name, public_key, counter, backup_eligible, backed_up) values ($1, $2, 'test', $3, $4, false, false)`,
    [made.id, person, publicKeyOf(made), counter],
  )
  return made
}
async function post(url: string, payload: unknown, headers: Record<string, string> = {}, as = cookie) {
  const answer = await app.inject({
    method: 'POST',
    url,
    headers: { cookie: as, ...headers },
    payload: payload as object,
  })
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>(), text: answer.body }
}
const signIn = async (person: string): Promise<string> => {
  const answer = await app.inject({ method: 'POST', url: '/sandbox/sign-in', payload: { person } })
  return `naru_session=${answer.json<{ session: string }>().session}`
}

beforeAll(async () => {
  world = await makeWorld()
  app = await buildApp(world.deployment, {
    publicOrigin: origin,
    screens: null,
    sequencer: null,
    clock: null,
    quiet: true,
  })
  administrator = await world.administratorOf(world.author.organisation)
  passkey = await give(administrator.person, 1)
  cookie = await signIn(administrator.person)
})
afterAll(async () => {
  await app.close()
  await world.end()
})

interface Asked {
  readonly intent: Intent
  readonly salt: string
  readonly input: unknown
  readonly publicKey: {
    readonly challenge: string
    readonly userVerification: string
    readonly allowCredentials: unknown[]
  }
}
const newcomer = () => ({ person: randomUUID(), name: 'Newcomer', roles: ['author'] })
async function intentOf(act: string, input: unknown, caseId = administrator.organisation): Promise<Asked> {
  const answer = await post(`/api/cases/${caseId}/intents`, { act, input })
  expect(answer.status, answer.text).toBe(200)
  return answer.body as unknown as Asked
}
let uses = 1
function signed(
  asked: Asked,
  more: { by?: SoftwarePasskey; origin?: string; rpId?: string; flags?: number; counter?: number } = {},
): string {
  uses += 1
  const response = assertedBy(
    { ...(more.by ?? passkey), counter: more.counter ?? uses },
    {
      challenge: new Uint8Array(Buffer.from(asked.publicKey.challenge, 'base64url')),
      origin: more.origin ?? origin,
      rpId: more.rpId ?? rpId,
      ...(more.flags !== undefined && { flags: more.flags }),
    },
  )
  return Buffer.from(JSON.stringify(response)).toString('base64url')
}
const actWith = (
  act: string,
  input: unknown,
  assertion: string | null,
  key: string = randomUUID(),
  caseId = administrator.organisation,
) =>
  post(`/api/cases/${caseId}/acts/${act}`, input, {
    'idempotency-key': key,
    ...(assertion && { 'passkey-assertion': assertion }),
  })
const factCount = async (): Promise<string> =>
  (await world.deployment.database.pool.query<{ n: string }>('select count(*) as n from fact')).rows[0]?.n ?? ''

test('REG-03: who has a passkey acts with it: asked, confirmed, and kept so that anyone can check it later', async () => {
  const input = newcomer()
  const before = await factCount()
  expect(await actWith('admit-person', input, null)).toMatchObject({ status: 409, body: { code: 'passkeyIsDemanded' } })
  expect(await factCount()).toBe(before)

  const asked = await intentOf('admit-person', input)
  // Server and client make the same intent of the same words.
  const { actor, role, head } = asked.intent
  const own = makeIntent({
    tender: administrator.organisation,
    actor,
    role,
    action: 'admit-person',
    input,
    head,
    salt: fromBase64(asked.salt),
  })
  expect(own).toEqual(asked.intent)
  expect([actor.person, role]).toEqual([administrator.person, 'administrator'])
  expect(Buffer.from(intentChallenge(own)).toString('base64url')).toBe(asked.publicKey.challenge)
  expect(asked.publicKey).toMatchObject({ userVerification: 'required', allowCredentials: [{ type: 'public-key' }] })

  const key = randomUUID()
  const done = await actWith('admit-person', input, signed(asked), key)
  expect(done.status, done.text).toBe(200)
  // A lost answer: the same key gives the first answer, though the assertion is used up.
  expect((await actWith('admit-person', input, signed(asked), key)).text).toBe(done.text)

  const facts = done.body.facts as { stream: string; seq: number; type: string }[]
  expect(facts.map((each) => each.type)).toEqual(['PersonJoined', 'ActConfirmedInside'])
  const { rows } = await world.deployment.database.pool.query<{ record: string; entry: Buffer; salt: Buffer }>(
    `select f.record, coalesce(p.entry, e.entry) as entry, coalesce(p.salt, e.salt) as salt from fact f
     left join pending p using (stream, seq) left join log_entry e using (stream, seq)
     where f.stream = $1 and f.type in ('ActConfirmedInside', 'PasskeyRecorded') order by f.seq`,
    [facts[0]?.stream],
  )
  const [recorded, kept] = rows.map((row) => ({
    ...row,
    fact: JSON.parse(row.record) as { body: Confirmation; seq: number },
  }))
  expect(recorded?.fact.body).toMatchObject({ person: administrator.person })
  // An entry of kind 0e that commits to the whole of it.
  expect([kept?.entry[1], kept?.entry.subarray(2).toString('hex')]).toEqual([
    0x0e,
    Buffer.from(actCommitment(kept?.salt ?? new Uint8Array(), JSON.parse(kept?.record ?? ''))).toString('hex'),
  ])
  const body = kept?.fact.body as Confirmation
  expect(body.facts).toEqual([{ stream: facts[0]?.stream, seq: facts[0]?.seq, hash: expect.any(String) }])
  // The name that was typed is personal: neither the input nor the salt by which it could be guessed stands in the fact.
  expect([body.opened, Object.keys(body.salt ?? {})]).toEqual([null, ['$commitment']])
  expect(kept?.record).not.toContain('Newcomer')
  const publicKey = fromBase64(body.passkey.publicKey)
  const expected = { challenge: intentChallenge(body.intent), rpId, origins: [origin], publicKey }
  expect(checkAssertion(readAssertion(body.passkey), expected)).toMatchObject({ origin })
})

test('what does not fit is refused and leaves nothing: replay, other input, act, case, person, address, no verification, an old counter, too late', async () => {
  const input = newcomer()
  const done = await intentOf('admit-person', input)
  const used = signed(done)
  expect((await actWith('admit-person', input, used)).status).toBe(200)
  const before = await factCount()
  const refused = { status: 401, body: { code: 'passkeyDoesNotFit' } }
  const other = newcomer()
  const replayed = await actWith('admit-person', other, used)
  expect(replayed).toMatchObject(refused)
  expect(await actWith('admit-person', { ...input, person: randomUUID() }, used)).toMatchObject(refused)

  const asked = await intentOf('admit-person', other)
  expect(await actWith('admit-person', { ...other, roles: ['approver'] }, signed(asked))).toMatchObject(refused)
  expect(await actWith('dismiss-person', { person: world.planner.person }, signed(asked))).toMatchObject(refused)
  const stranger = await give((world.suppliers[1] as PersonActor).person)
  expect(await actWith('admit-person', other, signed(asked, { by: stranger }))).toMatchObject(refused)
  expect(
    await actWith('admit-person', other, signed(asked, { by: { ...passkey, secret: randomBytes(32) } })),
  ).toMatchObject(refused)
  expect(await actWith('admit-person', other, signed(asked, { origin: 'https://naru.example.evil' }))).toMatchObject(
    refused,
  )
  expect(await actWith('admit-person', other, signed(asked, { rpId: 'example' }))).toMatchObject(refused)
  expect(await actWith('admit-person', other, signed(asked, { flags: 0x01 }))).toMatchObject(refused)
  expect(await actWith('admit-person', other, signed(asked, { counter: 1 }))).toMatchObject(refused)
  for (const nonsense of ['e30', '!', 'x'.repeat(6000), Buffer.from('{"response":1}').toString('base64url')])
    expect(await actWith('admit-person', other, nonsense)).toMatchObject(refused)
  const signIn = await post('/api/sign-in/passkey/options', {}, {}, '')
  const forSignIn = signed({ ...asked, publicKey: signIn.body as unknown as Asked['publicKey'] })
  expect(await actWith('admit-person', other, forSignIn)).toMatchObject(refused)
  await withClient(world.fresh.ownerUrl, (client) =>
    client.query(`update sign_in_challenge set ends = clock_timestamp() - interval '1 second'`),
  )
  expect(await actWith('admit-person', other, signed(asked))).toMatchObject(refused)
  expect(await factCount()).toBe(before)
})

test('of two answers to one question at the same moment, one counts', async () => {
  const input = newcomer()
  const asked = await intentOf('admit-person', input)
  const [one, two] = [signed(asked), signed(asked)]
  const outcomes = await Promise.all([actWith('admit-person', input, one), actWith('admit-person', input, two)])
  expect(outcomes.map((each) => each.status).sort()).not.toEqual([200, 200])
  expect(outcomes.filter((each) => each.status === 200)).toHaveLength(1)
})

test('an act that is refused for another reason is told that reason, and its confirmation stays good', async () => {
  const input = { person: world.planner.person, roles: ['planner'] }
  const asked = await intentOf('assign-roles', input)
  const assertion = signed(asked)
  expect(await actWith('assign-roles', input, assertion)).toMatchObject({
    status: 409,
    body: { code: 'nothingChanged' },
  })
  expect(await actWith('assign-roles', input, null)).toMatchObject({ body: { code: 'nothingChanged' } })
})

test('what needs no confirmation is not asked for one: bids, plain acts, other systems with a delegated credential, people of the sandbox without a passkey', async () => {
  const answer = await post(`/api/cases/${randomUUID()}/intents`, { act: 'submit-bid', input: {} })
  expect(answer.status).toBe(404)
  const none = await post(
    `/api/cases/${administrator.organisation}/intents`,
    { act: 'admit-person', input: newcomer() },
    {},
    await signIn(world.approver.person),
  )
  expect(none).toMatchObject({ status: 403, body: { code: 'passkeyIsMissing' } })
  const caseId = await world.publishTender()
  expect((await world.tender(caseId)).stage).toBe('published')
  const credential: PersonActor = { ...administrator, credential: randomUUID() }
  await world.done(credential, administrator.organisation, 'admit-person', newcomer())
})

test('OPN-01: nobody opens alone or early; who has a passkey posts shares only with a fresh assertion over exactly these', async () => {
  const sequencer = await startSequencer(world.deployment, { intervalMs: 20 })
  const clock = startClock(world.deployment, 3_600_000)
  try {
    const caseId = await world.publishTender()
    const supplier = world.suppliers[0] as PersonActor
    await world.done(supplier, caseId, 'submit-bid', (await world.sealed(caseId, supplier, '390000')).input)
    const [first, , third, fourth] = world.holders
    if (!first || !third || !fourth) throw new Error('too few holders')
    await expect(world.postShares(caseId, first)).rejects.toThrow('not closed')
    const { deadline } = currentRound(await world.tender(caseId))
    await world.moveTo(new Date(Date.parse(deadline) + 61_000).toISOString())
    await sequencer.run()
    await clock.run()
    await sequencer.run()

    const own = await give(first.actor.person, 1)
    // A sign-in is not enough, however fresh.
    const theirs = await signIn(first.actor.person)
    const batch = await world.sharesOf(caseId, first)
    const sendAct = (act: string, body: unknown, assertion: string | null) => {
      const headers = { 'idempotency-key': randomUUID(), ...(assertion && { 'passkey-assertion': assertion }) }
      return post(`/api/cases/${caseId}/acts/${act}`, body, headers, theirs)
    }
    const send = (body: unknown, assertion: string | null) => sendAct('post-shares', body, assertion)
    // One person alone opens nothing.
    expect(await send({ batch }, null)).toMatchObject({ status: 409, body: { code: 'openingHasNotBegun' } })
    // Coming to the opening is an act of its own, with the passkey over the report as it was shown.
    const shown = (await showReport(world.deployment, first.actor, await world.tender(caseId))) as ShownReport
    const come = { round: 1, report: shown.hash }
    expect(await sendAct('attend-opening', come, null)).toMatchObject({ body: { code: 'passkeyIsDemanded' } })
    const coming = await post(`/api/cases/${caseId}/intents`, { act: 'attend-opening', input: come }, {}, theirs)
    const attended = signed(coming.body as unknown as Asked, { by: own })
    expect((await sendAct('attend-opening', come, attended)).status).toBe(200)
    expect(await send({ batch }, null)).toMatchObject({ status: 409, body: { code: 'openingHasNotBegun' } })
    for (const each of [third, fourth]) expect((await world.attend(caseId, each)).done).toBe(true)
    expect(await send({ batch }, null)).toMatchObject({ status: 409, body: { code: 'passkeyIsDemanded' } })
    const { body } = await post(`/api/cases/${caseId}/intents`, { act: 'post-shares', input: { batch } }, {}, theirs)
    const asked = body as unknown as Asked
    expect(asked.intent.target).toEqual([toBase64(commitmentOf('batch', batch))])
    const shares = (batch as { shares: [string, string][] }).shares.map(([e]) => [e, 'bad'])
    const assertion = signed(asked, { by: own })
    expect(await send({ batch: { ...(batch as object), shares } }, assertion)).toMatchObject({
      status: 401,
      body: { code: 'passkeyDoesNotFit' },
    })
    const done = await send({ batch }, assertion)
    expect((done.body.facts as { type: string }[]).map((each) => each.type)).toEqual(['SharesPosted', 'ActConfirmed'])

    const stage = async () => {
      await clock.run()
      return (await world.tender(caseId)).stage
    }
    expect(await stage()).toBe('closed')
    expect((await world.postShares(caseId, third)).done).toBe(true)
    expect(await stage()).toBe('closed')
    expect((await world.postShares(caseId, fourth)).done).toBe(true)
    expect(await stage()).not.toBe('closed')
  } finally {
    await clock.stop()
    await sequencer.stop()
  }
})

test('in live mode nobody acts officially without a passkey', async () => {
  const live = await makeWorld('fictia', 'live')
  try {
    const admin = await live.administratorOf(live.author.organisation)
    const person = randomUUID()
    await live.done(admin, live.author.organisation, 'admit-person', {
      person,
      name: 'Second',
      roles: ['administrator'],
    })
    await live.deployment.database.pool.query(`insert into person (id, name) values ($1, 'Second')`, [person])
    const second: PersonActor = {
      kind: 'person',
      person,
      organisation: live.author.organisation,
      roles: ['administrator'],
    }
    const request = {
      caseId: live.author.organisation,
      act: 'admit-person',
      key: randomUUID(),
      actor: second,
      input: newcomer(),
      size: 0,
    }
    expect(await doAct(live.deployment, request)).toMatchObject({ done: false, why: { refused: 'passkeyIsMissing' } })
    const confirmed = await confirming(live.deployment)(second, request.caseId, request.act, request.input)
    expect((await doAct(live.deployment, { ...request, confirmed })).done).toBe(true)
  } finally {
    await live.end()
  }
})
