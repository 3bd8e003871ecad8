// Wrapped keys of a holder: for their person alone, never written over once the public keys are deposited, gone when they are destroyed.
import { randomBytes } from 'node:crypto'
import type { PersonActor } from '@naru/domain/actor.ts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeWorld, type World } from '../test-world.ts'
import { buildApp } from './app.ts'

let world: World
let app: FastifyInstance
const cookies = new Map<string, string>()
beforeAll(async () => {
  world = await makeWorld()
  app = await buildApp(world.deployment, {
    publicOrigin: 'http://naru.invalid',
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

async function ask(actor: PersonActor, method: 'GET' | 'PUT' | 'DELETE', tender: string, payload?: object) {
  if (!cookies.has(actor.person)) {
    const answer = await app.inject({
      method: 'POST',
      url: '/sandbox/sign-in',
      payload: { person: actor.person, organisation: actor.organisation },
    })
    cookies.set(actor.person, `naru_session=${answer.json<{ session: string }>().session}`)
  }
  const headers = { cookie: cookies.get(actor.person) ?? '', 'accept-language': 'en' }
  return app.inject({ method, url: `/api/cases/${tender}/holder-key`, headers, ...(payload && { payload }) })
}

const wrapped = () => ({
  v: 1,
  credential: randomBytes(16).toString('base64url'),
  salt: randomBytes(32).toString('base64'),
  nonce: randomBytes(12).toString('base64'),
  ciphertext: randomBytes(300).toString('base64'),
})
const holder = (n = 0): PersonActor => {
  const found = world.holders[n]?.actor
  if (!found) throw new Error('there are five holders')
  return found
}

/** A tender whose holders are named and have deposited nothing. */
async function namedTender(): Promise<string> {
  const tender = await world.approvedTender()
  const people = world.holders.map((each) => each.actor.person)
  await world.done(world.author, tender, 'name-key-holders', {
    method: 'fictia-quotation',
    lots: ['L1'],
    agency: people.slice(0, 2),
    guardians: people.slice(2),
  })
  return tender
}

test('a holder keeps wrapped keys before the deposit, and gets them back alone', async () => {
  const tender = await namedTender()
  const own = { how: 'passkey', wrapped: wrapped() }
  expect((await ask(holder(), 'PUT', tender, { how: 'file', wrapped: null })).statusCode).toBe(204)
  expect((await ask(holder(), 'PUT', tender, own)).statusCode).toBe(204)
  expect((await ask(holder(), 'GET', tender)).json()).toEqual(own)
  for (const other of [holder(1), world.author, world.approver, world.suppliers[0] as PersonActor])
    expect((await ask(other, 'GET', tender)).statusCode).toBe(404)
  expect((await ask(world.author, 'PUT', tender, own)).statusCode).toBe(403)
  expect((await app.inject({ url: `/api/cases/${tender}/holder-key` })).statusCode).toBe(401)
})

test('once the public keys are deposited it is not written over, and it stays until the tender is over', async () => {
  const tender = await namedTender()
  const own = { how: 'passkey', wrapped: wrapped() }
  await ask(holder(), 'PUT', tender, own)
  await world.depositKeys(tender, world.holders)
  expect((await ask(holder(), 'PUT', tender, { how: 'file', wrapped: null })).statusCode).toBe(409)
  expect((await ask(holder(), 'DELETE', tender)).statusCode).toBe(409)
  expect((await ask(holder(), 'GET', tender)).json()).toEqual(own)
  await world.done(world.approver, tender, 'cancel-tender', { reason: 'No longer needed.' })
  expect((await ask(holder(1), 'DELETE', tender)).statusCode).toBe(204)
  expect((await ask(holder(), 'GET', tender)).statusCode).toBe(200)
  expect((await ask(holder(), 'DELETE', tender)).statusCode).toBe(204)
  expect((await ask(holder(), 'GET', tender)).statusCode).toBe(404)
})

test('whatever is sent is refused or kept, and never a fault', async () => {
  const tender = await namedTender()
  for (const payload of [
    {},
    { how: 'paper', wrapped: null },
    { how: 'file', wrapped: wrapped() },
    { how: 'passkey', wrapped: null },
    { how: 'passkey', wrapped: { ...wrapped(), salt: 'short' } },
    { how: 'passkey', wrapped: { ...wrapped(), more: 1 } },
    { how: 'passkey', wrapped: { ...wrapped(), ciphertext: 'A'.repeat(100_000) } },
  ])
    expect((await ask(holder(), 'PUT', tender, payload)).statusCode).toBe(422)
  for (const odd of ['x', '%00', '../../etc', 'a'.repeat(90)])
    for (const method of ['GET', 'PUT', 'DELETE'] as const)
      expect((await ask(holder(), method, encodeURIComponent(odd), { how: 'file', wrapped: null })).statusCode).toBe(
        404,
      )
})
