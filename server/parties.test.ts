// Who buys for whom: the parties of a tender are the own organisation, or other buyers that are registered; nobody else.
import { randomUUID } from 'node:crypto'
import type { PersonActor } from '@naru/domain/actor.ts'
import { isInvalid } from '@naru/domain/refusal.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findBuyers } from './read/organisation.ts'
import { makeWorld, type World } from './test-world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.end())

const input = { buyer: null, demandAgency: null, payer: null, language: 'en', renoticeOf: null }

async function ministry(): Promise<string> {
  const id = randomUUID()
  const first: PersonActor = { kind: 'person', person: randomUUID(), organisation: id, roles: ['administrator'] }
  await world.deployment.database.db.insertInto('person').values({ id: first.person, name: 'First' }).execute()
  await world.done(first, id, 'register-organisation', {
    profile: {
      name: { en: 'Sample Ministry', ru: 'Образцовое министерство' },
      kinds: ['buyer'],
      identifier: null,
      soleTrader: false,
      country: 'FI',
      region: 'Test',
      regime: null,
      registered: null,
    },
    administrator: { person: first.person, name: 'First' },
  })
  return id
}

test('without names the own organisation is every party', async () => {
  const caseId = randomUUID()
  await world.done(world.author, caseId, 'start-tender', input)
  const own = world.author.organisation
  expect((await world.tender(caseId)).parties).toEqual({
    procuringEntity: own,
    buyer: own,
    demandAgency: own,
    payer: own,
  })
})

test('another registered buyer may be the buyer, the demand agency or the payer, and is found by its name', async () => {
  const id = await ministry()
  const caseId = randomUUID()
  await world.done(world.author, caseId, 'start-tender', { ...input, demandAgency: id, payer: id })
  const own = world.author.organisation
  expect((await world.tender(caseId)).parties).toEqual({
    procuringEntity: own,
    buyer: own,
    demandAgency: id,
    payer: id,
  })
  expect((await findBuyers(world.deployment, 'МИНИСТЕРСТВО', 50)).map((each) => each.id)).toEqual([id])
  expect(await findBuyers(world.deployment, "%'; drop table current", 50)).toEqual([])
})

test('a supplier, or an organisation that nobody knows, is no party', async () => {
  const supplier = world.suppliers[0] as PersonActor
  const outcome = await world.act(world.author, randomUUID(), 'start-tender', {
    ...input,
    buyer: supplier.organisation,
    payer: randomUUID(),
  })
  expect(!outcome.done && isInvalid(outcome.why) && outcome.why.invalid).toEqual([
    { path: 'buyer', code: 'notABuyer' },
    { path: 'payer', code: 'notABuyer' },
  ])
  const ids = (await findBuyers(world.deployment, '', 50)).map((each) => each.id)
  expect(ids).toContain(world.author.organisation)
  expect(ids).not.toContain(supplier.organisation)
})
