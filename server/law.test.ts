// A live deployment publishes once its legal officer has confirmed every value that a method lacks; signed, logged, and no code touched.
import { randomUUID } from 'node:crypto'
import type { PersonActor } from '@naru/domain/actor.ts'
import { lawCase } from '@naru/domain/law/law.ts'
import { currentRound, type TenderState } from '@naru/domain/tender/tender.ts'
import { dayOf, isWorkingDay } from '@naru/domain/time.ts'
import { unconfirmedValues } from '@naru/domain/terms.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { doAct } from './act.ts'
import { readLawInForce } from './law.ts'
import { readTouchedNotices } from './moved-holidays.ts'
import { readRules } from './read/rules.ts'
import { makeWorld, type World } from './test-world.ts'

let world: World
let officer: PersonActor
beforeAll(async () => {
  world = await makeWorld('kg', 'live')
  officer = world.author
})
afterAll(() => world.end())

const article = (key: string) => `Law of a test, article of ${key}`
const confirm = (key: string, value: unknown, actor = officer) =>
  world.act(actor, lawCase, 'confirm-value', { key, from: '2022-04-14', value, law: article(key) })
const refusedFor = async (outcome: ReturnType<World['act']>) => {
  const { done, ...rest } = await outcome
  if (done) return null
  const { why } = rest as { why: object }
  return 'refused' in why ? why.refused : why
}

/** What the quotation lacks, with a value for each: the ceiling of 1,000,000 som as it was, the rest by hand. */
const values: Readonly<Record<string, unknown>> = {
  'kg.quotation.ceiling': { amount: '100000000', currency: 'KGS' },
  'kg.quotation.minimum': { count: 4, unit: 'workingDays' },
  'kg.quotation.after-amendment': { count: 2, unit: 'workingDays' },
  'kg.quotation.after-renotice': { count: 3, unit: 'workingDays' },
  'kg.quotation.questions': { count: 1, unit: 'workingDays' },
  'kg.withdrawal': 'until-deadline',
  'kg.award.lowest-price': { ceiling: 'budget' },
  'kg.standstill': { count: 10, unit: 'workingDays' },
  'kg.contract.not-signed': 'next-ranked',
}

test('nobody confirms before the operator has named them', async () => {
  expect(await refusedFor(confirm('kg.standstill', values['kg.standstill']))).toBe('roleIsMissing')
  const named = await doAct(world.deployment, {
    caseId: lawCase,
    act: 'name-legal-officer',
    key: randomUUID(),
    actor: { kind: 'platform', part: 'setup' },
    input: { person: officer.person, organisation: officer.organisation },
    size: 0,
  })
  expect(named.done).toBe(true)
  expect(await refusedFor(confirm('kg.standstill', values['kg.standstill'], world.approver))).toBe('roleIsMissing')
})

test('the act is official: without the passkey it is refused in live mode', async () => {
  const outcome = await doAct(world.deployment, {
    caseId: lawCase,
    act: 'confirm-value',
    key: randomUUID(),
    actor: officer,
    input: { key: 'kg.standstill', from: '2022-04-14', value: values['kg.standstill'], law: article('kg.standstill') },
    size: 0,
  })
  expect(outcome.done === false && 'refused' in outcome.why && outcome.why.refused).toMatch(/^passkey/)
})

test('a value of another kind, and a key that needs no confirmation, are told by field', async () => {
  expect(await refusedFor(confirm('kg.standstill', 'ten days'))).toEqual({
    invalid: [{ path: 'value', code: 'format' }],
  })
  expect(await refusedFor(confirm('kg.quotation.ceiling', { amount: '100', currency: 'KRW' }))).toEqual({
    invalid: [{ path: 'value', code: 'format' }],
  })
  expect(await refusedFor(confirm('kg.nothing', 1))).toEqual({ invalid: [{ path: 'key', code: 'choice' }] })
})

test('live mode publishes once the last value is confirmed, and the case carries article and value for life', async () => {
  const entries = Object.entries(values)
  for (const [key, value] of entries.slice(0, -1)) expect(await refusedFor(confirm(key, value)), key).toBeNull()
  await expect(world.publishTender(60)).rejects.toThrow(/valueIsUnconfirmed.*kg\.contract\.not-signed/s)
  const [last, value] = entries.at(-1) ?? ['', null]
  expect(await refusedFor(confirm(last, value))).toBeNull()
  const caseId = await world.publishTender(60)
  const carried = (await world.tender(caseId)).published?.terms
  if (!carried) throw new Error('not published')
  expect(unconfirmedValues(carried)).toEqual([])
  expect(carried.bidPeriod).toEqual({
    key: 'kg.quotation.minimum',
    value: { count: 4, unit: 'workingDays' },
    since: '2022-04-14',
    basis: { law: article('kg.quotation.minimum') },
  })

  // A correction after the notice: the next case has it, this one keeps its terms.
  expect(await refusedFor(confirm('kg.quotation.minimum', { count: 5, unit: 'workingDays' }))).toBeNull()
  expect((await world.tender(caseId)).published?.terms).toEqual(carried)
  const next = await world.tender(await world.publishTender(60))
  expect(next.published?.terms.bidPeriod.value).toEqual({ count: 5, unit: 'workingDays' })
})

test('a deadline before the confirmed period is told the earliest lawful one and the rule', async () => {
  const rejected = await world.publishTender(2).catch((error: Error) => error.message)
  expect(rejected).toMatch(/periodIsTooShort/)
  expect(rejected).toContain(article('kg.quotation.minimum'))
  expect(rejected).toMatch(/"from":"20\d\d-/)
})

test('the confirmation is recorded with who gave it and what the passkey signed, and the page of rules has it', async () => {
  const { rows } = await world.deployment.database.pool.query<{ type: string; record: string }>(
    'select type, record from fact where stream = $1 order by seq',
    [`law:${lawCase}`],
  )
  const types = rows.map((each) => each.type)
  expect(types[0]).toBe('LegalOfficerNamed')
  expect(types.filter((each) => each === 'ValueConfirmed')).toHaveLength(10)
  expect(types.filter((each) => each === 'ActConfirmed')).toHaveLength(10)
  expect(rows.find((each) => each.type === 'ValueConfirmed')?.record).toContain(officer.person)
  const law = await readLawInForce(world.deployment)
  expect(law.confirmed.map((each) => each.key)).toEqual(Object.keys(values))
  expect(law.unread.map((each) => each.key)).not.toContain('kg.standstill')
  expect(law.unread.map((each) => each.key)).toContain('kg.unlimited.minimum')
  const rules = readRules(world.deployment, '2026-11-23')
  expect(rules.values.find((each) => each.key === 'kg.standstill')?.versions).toEqual([
    { from: '2022-04-14', value: { count: 10, unit: 'workingDays' }, basis: { law: article('kg.standstill') } },
  ])
})

test('a holiday moved onto a deadline: the open cases are listed with an extension, and none has moved', async () => {
  expect(await readTouchedNotices(world.deployment)).toEqual([])
  const { pool } = world.deployment.database
  const { rows } = await pool.query<{ state: string }>(
    `select state from current where kind = 'tender' and stage = 'published'`,
  )
  const open = rows.map((row) => JSON.parse(row.state) as TenderState)
  expect(open).toHaveLength(2)
  const { zone } = world.deployment.pack
  const days = open.map((each) => dayOf(currentRound(each).deadline, zone))
  const before = world.deployment.pack
  world.deployment.pack = {
    ...before,
    calendarOn: (day) => {
      const calendar = before.calendarOn(day)
      return { ...calendar, closed: [...calendar.closed, ...days] }
    },
  }
  const touched = await readTouchedNotices(world.deployment)
  world.deployment.pack = before
  const onOpenDays = open.filter((each) =>
    isWorkingDay(dayOf(currentRound(each).deadline, zone), before.calendarOn('2026-01-01')),
  )
  expect(touched.map((each) => each.id).toSorted()).toEqual(onOpenDays.map((each) => each.id).toSorted())
  for (const each of touched) {
    expect(each.number).not.toBe('')
    expect(each.proposed > each.deadline).toBe(true)
    expect(currentRound(await world.tender(each.id)).deadline).toBe(each.deadline)
  }
})
