// Bids that arrive together: one transaction for many, each judged for itself; nothing lost, nothing doubled, chains and log whole.
import { randomUUID } from 'node:crypto'
import type { PersonActor } from '@naru/domain/actor.ts'
import { isInvalid, isRefusal } from '@naru/domain/refusal.ts'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { promiseHolds } from '@naru/sealing/signature.ts'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actTogether, inStorm } from './act-together.ts'
import type { ActAnswer, ActOutcome } from './act.ts'
import { rebuild } from './rebuild.ts'
import { startSequencer } from './sequencer.ts'
import { makeWorld, type World } from './test-world.ts'

const many = 40
let world: World
let bidders: PersonActor[]

beforeAll(async () => {
  world = await makeWorld()
  bidders = []
  for (let n = 0; n < many; n += 1) {
    const [person, id] = [randomUUID(), randomUUID()]
    const first: PersonActor = { kind: 'person', person, organisation: id, roles: ['administrator'] }
    await world.deployment.database.db.insertInto('person').values({ id: person, name: 'Bidder' }).execute()
    const profile = {
      name: { en: `Firm ${n}` },
      kinds: ['supplier'],
      identifier: null,
      soleTrader: false,
      country: 'FI',
      region: 'Test',
      regime: null,
      registered: null,
    }
    await world.done(first, id, 'register-organisation', { profile, administrator: { person, name: 'Bidder' } })
    await world.done(first, id, 'assign-roles', { person, roles: ['administrator', 'bidder'] })
    bidders.push({ ...first, roles: ['administrator', 'bidder'] })
  }
})
afterAll(async () => {
  await world.end()
})

const submit = (
  caseId: string,
  actor: PersonActor,
  input: unknown,
  key: string = randomUUID(),
  act = 'submit-bid',
): Promise<ActOutcome> => actTogether(world.deployment, { caseId, act, key, actor, input, size: 0 })

const answerOf = (outcome: ActOutcome): ActAnswer => {
  if (!outcome.done) throw new Error(JSON.stringify(outcome.why))
  return JSON.parse(outcome.answer) as ActAnswer
}
const refusedWith = (outcome: ActOutcome): string =>
  outcome.done ? 'done' : isRefusal(outcome.why) ? outcome.why.refused : JSON.stringify(outcome.why)

const sealAll = (caseId: string, actors: readonly PersonActor[]) =>
  Promise.all(actors.map((actor) => world.sealed(caseId, actor, '390000')))

/** The facts of a case's bids, and in how many transactions they were written. */
async function written(caseId: string): Promise<{ facts: number; transactions: number }> {
  const { rows } = await world.deployment.database.pool.query<{ facts: number; transactions: number }>(
    `select count(*)::int as facts, count(distinct xmin::text)::int as transactions from fact where case_id = $1 and stream like 'bid:%'`,
    [caseId],
  )
  return rows[0] ?? { facts: 0, transactions: 0 }
}

test('forty at once: few transactions, a promise for each, every entry in the log once, and every chain folds again', async () => {
  const sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000 })
  try {
    const caseId = await world.publishTender()
    const sealed = await sealAll(caseId, bidders)
    const keys = sealed.map(() => randomUUID())
    const outcomes = await Promise.all(bidders.map((actor, n) => submit(caseId, actor, sealed[n]?.input, keys[n])))
    const answers = outcomes.map(answerOf)
    for (const [n, { promise }] of answers.entries()) {
      expect(promise && promiseHolds(promise, world.deployment.promisePublicKey)).toBe(true)
      expect(promise?.body.m).toBe(sealed[n]?.m)
    }
    expect(new Set(answers.map((each) => each.promise?.body.entry)).size).toBe(many)
    const { facts, transactions } = await written(caseId)
    expect(facts).toBe(many)
    expect(transactions).toBeLessThan(many / 4)
    expect(inStorm(world.deployment)).toBe(true)
    // The same again is the same answer, byte for byte.
    const again = await Promise.all(bidders.map((actor, n) => submit(caseId, actor, sealed[n]?.input, keys[n])))
    expect(again).toEqual(outcomes.map((each) => ({ ...each, repeated: true })))
    // Replaced by all at once: each chain goes on.
    const second = await Promise.all(
      bidders.map((actor, n) =>
        world.sealed(caseId, actor, '380000', { bid: sealed[n]?.bid ?? '', m: sealed[n]?.m ?? '', seq: 1 }),
      ),
    )
    const replaced = await Promise.all(bidders.map((actor, n) => submit(caseId, actor, second[n]?.input)))
    expect(replaced.map((each) => answerOf(each).facts.map((fact) => fact.seq))).toEqual(bidders.map(() => [2]))
    await sequencer.run()
    const { rows } = await world.deployment.database.pool.query<{ entries: number; streams: number }>(
      `select count(*)::int as entries, count(distinct (stream, seq))::int as streams from log_entry where case_id = $1 and stream like 'bid:%'`,
      [caseId],
    )
    expect(rows[0]).toEqual({ entries: 2 * many, streams: 2 * many })
    expect((await rebuild(world.deployment.database.pool)).findings).toEqual([])
  } finally {
    await sequencer.stop()
  }
})

test('one is refused, one is in bad form, one comes twice under one key, one uses its key for another bid: the others are done', async () => {
  const caseId = await world.publishTender()
  const actors = bidders.slice(0, 12)
  const sealed = await sealAll(caseId, actors)
  const input = (n: number) => sealed[n]?.input as { submission: { manifest: { prev: unknown }; leafSalt: string } }
  const keys = actors.map(() => randomUUID())
  const stranger = { ...(actors[2] as PersonActor), organisation: (bidders[20] as PersonActor).organisation }
  const asked = [
    ...actors.map((actor, n) => {
      if (n === 2) return submit(caseId, stranger, input(2), keys[2])
      const header = (input(3) as never as { submission: { envelopes: { header: { rc: string } }[] } }).submission
        .envelopes[0]?.header
      if (n === 3 && header) header.rc = `${header.rc.startsWith('A') ? 'B' : 'A'}${header.rc.slice(1)}`
      return submit(caseId, actor, input(n), keys[n])
    }),
    submit(caseId, actors[4] as PersonActor, input(4), keys[4]),
    submit(caseId, actors[5] as PersonActor, input(6), keys[5]),
  ]
  const outcomes = await Promise.all(asked)
  expect(refusedWith(outcomes[2] as ActOutcome)).toBe('notYourOrganisation')
  expect(refusedWith(outcomes[3] as ActOutcome)).toBe('bidIsMalformed')
  expect(answerOf(outcomes[12] as ActOutcome)).toEqual(answerOf(outcomes[4] as ActOutcome))
  const other = outcomes[13] as ActOutcome
  expect(!other.done && isInvalid(other.why) && other.why.invalid[0]?.code).toBe('keyOfAnotherAct')
  const done = outcomes.slice(0, 12).filter((each) => each.done)
  expect(done).toHaveLength(10)
  expect((await written(caseId)).facts).toBe(10)
  const attempts = await world.deployment.database.pool.query<{ code: string }>(
    'select code from attempt where case_id = $1 order by code',
    [caseId],
  )
  expect(attempts.rows.map((each) => each.code)).toEqual(['bidIsMalformed', 'invalid', 'notYourOrganisation'])
})

test('where the database refuses one of a group, that one fails alone and the others are recorded', async () => {
  const caseId = await world.publishTender()
  const actors = bidders.slice(0, 16)
  const sealed = await sealAll(caseId, actors)
  const owner = new pg.Client({ connectionString: world.fresh.ownerUrl })
  await owner.connect()
  try {
    await owner.query(`create function refuse_one() returns trigger language plpgsql as $$
      begin if new.stream = 'bid:${sealed[9]?.bid}' then raise exception 'not this one'; end if; return new; end $$`)
    await owner.query('create trigger refuse_one before insert on pending for each row execute function refuse_one()')
    const outcomes = await Promise.all(
      actors.map((actor, n) => submit(caseId, actor, sealed[n]?.input).catch((error: Error) => error)),
    )
    expect(outcomes.flatMap((each, n) => (each instanceof Error ? [[n, each.message]] : []))).toEqual([
      [9, 'not this one'],
    ])
    expect((await written(caseId)).facts).toBe(15)
  } finally {
    await owner.query('drop trigger refuse_one on pending').catch(() => {})
    await owner.end()
  }
  expect(answerOf(await submit(caseId, actors[9] as PersonActor, sealed[9]?.input)).facts).toHaveLength(1)
})

test('after the deadline all of a group are refused, and each leaves its attempt', async () => {
  const caseId = await world.publishTender()
  const actors = bidders.slice(0, 10)
  const sealed = await sealAll(caseId, actors)
  const { deadline } = currentRound(await world.tender(caseId))
  await world.moveTo(new Date(Date.parse(deadline) + 1).toISOString())
  const outcomes = await Promise.all(actors.map((actor, n) => submit(caseId, actor, sealed[n]?.input)))
  expect(outcomes.map(refusedWith)).toEqual(actors.map(() => 'deadlineHasPassed'))
  expect((await written(caseId)).facts).toBe(0)
  const { rows } = await world.deployment.database.pool.query<{ count: number }>(
    `select count(*)::int as count from attempt where case_id = $1 and code = 'deadlineHasPassed'`,
    [caseId],
  )
  expect(rows[0]?.count).toBe(10)
})
