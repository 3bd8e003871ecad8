// The path of a change: one fact for a repeated act, one winner of two officers, nothing after the deadline, and a record nobody rewrites.
import { randomUUID } from 'node:crypto'
import { isInvalid, isRefusal } from '@naru/domain/refusal.ts'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { promiseHolds } from '@naru/sealing/signature.ts'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActAnswer, ActOutcome } from './act.ts'
import { startClock } from './clock.ts'
import { readCase } from './read/case.ts'
import { readFeed } from './read/feed.ts'
import { searchTenders } from './read/search.ts'
import { rebuild } from './rebuild.ts'
import { startSequencer } from './sequencer.ts'
import { makeWorld, type World } from './test-world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(async () => {
  await world.end()
})

const refusedWith = (outcome: ActOutcome): string =>
  outcome.done ? 'done' : isRefusal(outcome.why) ? outcome.why.refused : JSON.stringify(outcome.why)

test('SEC-02: a repeated act returns the first answer and leaves one fact; the key of another act is refused', async () => {
  const caseId = randomUUID()
  const key = randomUUID()
  const input = { buyer: null, demandAgency: null, payer: null, language: 'en', renoticeOf: null }
  const both = await Promise.all([
    world.act(world.author, caseId, 'start-tender', input, key),
    world.act(world.author, caseId, 'start-tender', input, key),
  ])
  const again = await world.act(world.author, caseId, 'start-tender', input, key)
  const answers = [...both, again].map((each) => (each.done ? each.answer : refusedWith(each)))
  expect(new Set(answers).size).toBe(1)
  const { rows } = await world.deployment.database.pool.query(
    'select count(*)::int as count from fact where stream = $1',
    [`tender:${caseId}`],
  )
  expect(rows[0]).toEqual({ count: 1 })
  const other = await world.act(world.author, caseId, 'start-tender', { ...input, language: 'ko' }, key)
  expect(other.done === false && isInvalid(other.why) && other.why.invalid[0]?.code).toBe('keyOfAnotherAct')
})

test('SEC-02: two officers at once: one wins, the other is told', async () => {
  const caseId = await world.publishTender()
  await world.done(world.suppliers[0] as never, caseId, 'ask-question', {
    question: '3f0c8f9e-6d0a-4b0e-9d0e-0123456789ab',
    text: 'Which size?',
  })
  const answer = { question: '3f0c8f9e-6d0a-4b0e-9d0e-0123456789ab', text: 'Which size?', answer: 'A4.' }
  const outcomes = await Promise.all([
    world.act(world.author, caseId, 'answer-question', answer),
    world.act(world.approver, caseId, 'answer-question', answer),
  ])
  expect(outcomes.filter((each) => each.done)).toHaveLength(1)
  expect(outcomes.map(refusedWith).find((each) => each !== 'done')).toMatch(/questionIsAnswered|stageHasNotCome/)
})

test('SEC-02: more refused acts at once than there are connections are all answered', async () => {
  const caseId = await world.publishTender()
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, () => world.act(world.suppliers[0] as never, caseId, 'cancel-tender', { reason: 'x' })),
  )
  expect(new Set(outcomes.map(refusedWith))).toEqual(new Set(['roleIsMissing']))
})

test('who prepares does not approve; a stranger, another role and nobody are refused', async () => {
  const caseId = await world.publishTender()
  const authorAsApprover = { ...world.author, roles: ['approver' as const] }
  expect(refusedWith(await world.act(authorAsApprover, caseId, 'approve-tender', { version: 1 }))).toMatch(
    /stageHasPassed|preparerMayNotApprove/,
  )
  expect(refusedWith(await world.act(world.suppliers[0] as never, caseId, 'cancel-tender', { reason: 'x' }))).toBe(
    'roleIsMissing',
  )
  const foreign = { ...(world.suppliers[0] as World['author']), roles: ['approver' as const] }
  expect(refusedWith(await world.act(foreign, caseId, 'cancel-tender', { reason: 'x' }))).toBe('notYourCase')
})

test('a whole case: sealed, replaced, closed, opened with 1 of 2 and 2 of 3, ranked by price, awarded, concluded after no standstill', async () => {
  const sequencer = await startSequencer(world.deployment, { intervalMs: 20 })
  const clock = startClock(world.deployment, 3_600_000)
  try {
    const caseId = await world.publishTender()
    await sequencer.run()
    const feedBefore = await readFeed(world.deployment, -1, 1000)
    const [first, second] = world.suppliers as [World['author'], World['author']]
    const cheap = await world.sealed(caseId, first, '390000')
    const answer: ActAnswer = await world.done(first, caseId, 'submit-bid', cheap.input)
    expect(answer.promise && promiseHolds(answer.promise, world.deployment.promisePublicKey)).toBe(true)
    expect(fromBase64(answer.promise?.body.entry ?? '')[1]).toBe(1)
    const dear = await world.sealed(caseId, second, '380000')
    await world.done(second, caseId, 'submit-bid', dear.input)
    const cheaper = await world.sealed(caseId, first, '350000', { bid: cheap.bid, m: cheap.m, seq: 1 })
    await world.done(first, caseId, 'submit-bid', cheaper.input)
    const twice = await world.sealed(caseId, first, '100')
    expect(refusedWith(await world.act(first, caseId, 'submit-bid', twice.input))).toMatch(
      /oneFirmOneBid|bidChainIsBroken/,
    )
    await sequencer.run()
    const feedAfter = await readFeed(world.deployment, -1, 1000)
    expect(feedAfter.cursor).toBe(feedBefore.cursor)
    expect((await searchTenders(world.deployment, { q: 'PAPER school' })).total).toBeGreaterThan(0)

    const state = await world.tender(caseId)
    const { deadline } = currentRound(state)
    const late = await world.sealed(caseId, second, '1', { bid: dear.bid, m: dear.m, seq: 1 })
    await world.moveTo(new Date(Date.parse(deadline) + 1).toISOString())
    expect(refusedWith(await world.act(second, caseId, 'submit-bid', late.input))).toBe('deadlineHasPassed')
    const kept = await world.deployment.database.pool.query('select record from fact where case_id = $1', [caseId])
    expect(kept.rows.some((row) => (row as { record: string }).record.includes(late.m))).toBe(false)
    const attempts = await world.deployment.database.pool.query(
      `select code from attempt where case_id = $1 and act = 'submit-bid' and code = 'deadlineHasPassed'`,
      [caseId],
    )
    expect(attempts.rowCount).toBe(1)

    await world.moveTo(new Date(Date.parse(deadline) + 61_000).toISOString())
    await sequencer.run()
    await clock.run()
    const closed = await world.tender(caseId)
    expect(closed.stage).toBe('closed')
    expect(currentRound(closed).closing?.items.map((item) => item.status)).toEqual(['superseded', 'live', 'live'])
    const publicView = await readCase(world.deployment, caseId, { kind: 'anyone' })
    expect(publicView?.kind === 'tender' && publicView.tender.rounds[0]?.closing?.items).toEqual([])

    await sequencer.run()
    const holders = world.holders
    for (const at of [0, 2]) expect(refusedWith(await world.postShares(caseId, holders[at] as never))).toBe('done')
    await clock.run()
    expect((await world.tender(caseId)).stage).toBe('closed')
    expect(refusedWith(await world.postShares(caseId, holders[3] as never))).toBe('done')
    await clock.run()
    const opened = await world.tender(caseId)
    expect(opened.stage).toBe('ranked')
    const round = currentRound(opened)
    expect(round.opening?.lateAttempts).toBe(1)
    expect(round.rankings[0]?.ranking.lines.map((line) => [line.price, line.rank])).toEqual([
      ['350000', 1],
      ['380000', 2],
    ])
    const award = { award: randomUUID(), lot: 'L1', bid: cheap.bid, reason: 'The lowest price within the budget.' }
    expect(refusedWith(await world.act(world.approver, caseId, 'award-lot', { ...award, bid: dear.bid }))).toBe(
      'bidIsNotTheWinner',
    )
    await world.done(world.approver, caseId, 'award-lot', award)
    const contract = randomUUID()
    await world.done(world.officer, caseId, 'draft-contract', { contract, lot: 'L1', special: null })
    expect(refusedWith(await world.act(second, caseId, 'consent-to-contract', { contract, version: 1 }))).toBe(
      'notTheSupplier',
    )
    await world.done(first, caseId, 'consent-to-contract', { contract, version: 1 })
    await world.done(world.officer, caseId, 'confirm-contract', { contract, version: 1 })
    await sequencer.run()
    expect((await searchTenders(world.deployment, { status: 'contracted' })).rows.map((row) => row.caseId)).toContain(
      caseId,
    )
  } finally {
    await clock.stop()
    await sequencer.stop()
  }
  const { findings, facts, entries } = await rebuild(world.deployment.database.pool)
  expect(findings).toEqual([])
  expect(facts).toBeGreaterThan(40)
  expect(entries).toBe(facts)
})

test('TRN-04: nobody updates, deletes or truncates facts, not the application, not the owner', async () => {
  for (const url of [world.fresh.url, world.fresh.ownerUrl]) {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    for (const statement of [
      `update fact set type = 'x'`,
      'delete from fact',
      'truncate fact',
      `update fact_2026 set record = '{}'`,
    ])
      await expect(client.query(statement)).rejects.toThrow(/permission denied|for ever/)
    await client.end()
  }
})

test('rebuild finds a changed state, a broken chain and a vanished entry', async () => {
  const client = new pg.Client({ connectionString: world.fresh.superUrl })
  await client.connect()
  try {
    await client.query(
      `update current set state = replace(state, 'Paper', 'Gold') where stream = (select stream from current where kind = 'plan' limit 1)`,
    )
    const changed = await rebuild(world.deployment.database.pool)
    expect(changed.findings.map((each) => each.what)).toEqual(['state'])
    await client.query(`update current set state = replace(state, 'Gold', 'Paper') where kind = 'plan'`)
    await client.query('alter table fact_2026 disable trigger all')
    await client.query(`update fact_2026 set record = replace(record, 'Paper', 'Gold') where type = 'PlanPublished'`)
    const kinds = new Set((await rebuild(world.deployment.database.pool)).findings.map((each) => each.what))
    expect(kinds).toContain('hash')
    await client.query(`update fact_2026 set record = replace(record, 'Gold', 'Paper') where type = 'PlanPublished'`)
    await client.query('alter table log_entry disable trigger all')
    await client.query('delete from log_entry where index = 3')
    const after = (await rebuild(world.deployment.database.pool)).findings.map((each) => each.what)
    expect(after).toEqual(expect.arrayContaining(['missing', 'gap']))
  } finally {
    await client.end()
  }
})
