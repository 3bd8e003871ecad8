// AVA-09: the clock against four authenticated sources over real UDP: an alarm from 50 ms on, no act from a second on, and neither for one
// source that lies, is silent, answers late or with a wrong MAC.
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startClock } from './clock.ts'
import { buildApp } from './http/app.ts'
import { aesCmac } from './neighbours/cmac.ts'
import { startTimeCounterpart, type TimeCounterpart } from './neighbours/time-counterpart.ts'
import {
  askTime,
  authenticated,
  packetLength,
  readAnswer,
  readTimeSources,
  readTimestamp,
  type TimeAnswer,
  writeTimestamp,
} from './neighbours/time-source.ts'
import { readPath } from './submission-path.ts'
import { makeWorld, type World } from './test-world.ts'
import { judgeTime, startTimeWatch, type TimeWatch } from './time-watch.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

test('AES-CMAC: the examples of RFC 4493', () => {
  const key = hex('2b7e1516 28aed2a6 abf71588 09cf4f3c')
  const message = hex(
    '6bc1bee2 2e409f96 e93d7e11 7393172a ae2d8a57 1e03ac9c 9eb76fac 45af8e51 30c81c46 a35ce411 e5fbc119 1a0a52ef f69f2445 df4f9b17 ad2b417b e66c3710',
  )
  for (const [length, mac] of [
    [0, 'bb1d6929 e9593728 7fa37d12 9b756746'],
    [16, '070a16b4 6b4d4144 f79bdd9d d04a287c'],
    [40, 'dfa66747 de9ae630 30ca3261 1497c827'],
    [64, '51f0bebf 7e3b9d92 fc497417 79363cfe'],
  ] as const)
    expect(aesCmac(key, message.subarray(0, length)).toString('hex')).toBe(mac.replaceAll(' ', ''))
})

test('timestamps: RFC 5905’s epochs, and the second era from 7 February 2036, 06:28:16 UTC on', () => {
  const packet = Buffer.alloc(packetLength)
  // Figure 4 of RFC 5905: 1 January 1972 is 2,272,060,800 s, 1 January 1970 is 2,208,988,800 s.
  writeTimestamp(packet, 40, Date.parse('1972-01-01T00:00:00Z'))
  expect(packet.readUInt32BE(40)).toBe(2_272_060_800)
  for (const instant of [
    '2026-11-22T10:00:00.250Z',
    '2036-02-07T06:28:15.500Z',
    '2036-02-07T06:28:16.500Z',
    '2040-01-01T00:00:00.125Z',
  ]) {
    writeTimestamp(packet, 40, Date.parse(instant))
    expect(Math.abs(readTimestamp(packet, 40, Date.parse(instant) - 86_400_000) - Date.parse(instant))).toBeLessThan(
      0.01,
    )
  }
})

test('an answer is read by the four timestamps, and what is not to be believed is refused with its reason', () => {
  const source = { name: 'one', host: '127.0.0.1', port: 1, keyId: 7, key: randomBytes(16) }
  const asked = randomBytes(8)
  const sent = Date.parse('2026-11-22T10:00:00Z')
  const answer = (change: (packet: Buffer) => void = () => {}, key: Uint8Array = source.key, keyId = 7) => {
    const packet = Buffer.alloc(packetLength)
    packet[0] = (4 << 3) | 4
    packet[1] = 2
    asked.copy(packet, 24)
    // Sent at 0, received 110 ms later by the source's clock, answered at 120, back at 40 by ours: ahead by ((110 − 0) + (120 − 40)) / 2 = 95, on the way for 40 − 10 = 30.
    writeTimestamp(packet, 32, sent + 110)
    writeTimestamp(packet, 40, sent + 120)
    change(packet)
    return authenticated(packet, keyId, key)
  }
  const read = (whole: Buffer) => readAnswer(whole, asked, source, sent, 40)
  const told = read(answer())
  expect([Math.round(told.offsetMs), Math.round(told.delayMs), told.leap]).toEqual([95, 30, false])
  expect(read(answer((packet) => (packet[0] = (1 << 6) | (4 << 3) | 4))).leap).toBe(true)
  const altered = answer()
  altered[33] = (altered[33] ?? 0) ^ 1
  for (const [whole, why] of [
    [altered, /MAC/],
    [answer(undefined, randomBytes(16)), /MAC/],
    [answer(undefined, source.key, 8), /MAC/],
    [answer().subarray(0, packetLength), /MAC/],
    [answer((packet) => (packet[0] = (4 << 3) | 3)), /server of NTP/],
    [answer((packet) => randomBytes(8).copy(packet, 24)), /another request/],
    [answer((packet) => (packet[0] = (3 << 6) | (4 << 3) | 4)), /does not know the time/],
    [answer((packet) => (packet[1] = 16)), /does not know the time/],
  ] as const)
    expect(() => read(whole)).toThrow(why)
})

test('the settings name four sources at four addresses', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'naru-time-')), 'sources.json')
  const source = (n: number) => ({ name: `s${n}`, host: `10.0.0.${n}`, keyId: n, key: '00'.repeat(16) })
  writeFileSync(path, JSON.stringify([1, 2, 3, 4].map(source)))
  expect(readTimeSources(path).map(({ port, host }) => `${host}:${port}`)).toEqual(
    [1, 2, 3, 4].map((n) => `10.0.0.${n}:123`),
  )
  for (const wrong of [[1, 2, 3].map(source), [1, 2, 3, 3].map(source), [{ ...source(1), key: 'short' }], 'x']) {
    writeFileSync(path, JSON.stringify(wrong))
    expect(() => readTimeSources(path)).toThrow(/TIME_SOURCES/)
  }
  expect(() => readTimeSources(`${path}.absent`)).toThrow(/could not be read/)
})

describe('AVA-09: what four sources say is judged by their majority', () => {
  const heard = (offsets: readonly (number | null)[], delayMs = 2) =>
    offsets.map((offsetMs, n) => ({
      name: `s${n}`,
      answer: offsetMs === null ? null : ({ offsetMs, delayMs, leap: false } satisfies TimeAnswer),
      why: offsetMs === null ? 'it does not answer' : null,
    }))
  test.each([
    ['all agree', [0, 1, -1, 0], 0, 'right'],
    ['one lies by an hour', [0, 1, -1, 3_600_000], 0, 'right'],
    ['one lies, one is silent', [0, 0, 3_600_000, null], 0, 'unknown'],
    ['two against two', [0, 0, 5_000, 5_000], 0, 'unknown'],
    ['two are silent', [0, 0, null, null], 0, 'unknown'],
    ['one is silent', [0, 0, 0, null], 0, 'right'],
    // The error of half a round trip, 1 ms, is left off: 50 + 1 is not yet an alarm, 52 is.
    ['50 ms and what cannot be known', [-51, -51, -51, -51], 0, 'right'],
    ['52 ms', [-52, -52, -52, -52], 0, 'off'],
    ['a second and what cannot be known', [-1001, -1001, -1001, -1001], 0, 'off'],
    ['1,002 ms', [1002, 1002, 1002, 1002], 0, 'refusing'],
    // This machine is right and the database 2 s behind it.
    ['the database alone', [0, 0, 0, 0], 2_000, 'refusing'],
    // This machine is 2 s ahead and the database right: nothing is refused, since the database decides.
    ['this machine alone', [-2_000, -2_000, -2_000, -2_000], 2_000, 'off'],
  ] as const)('%s', (_, offsets, skew, state) => {
    expect(judgeTime(heard(offsets), skew).state).toBe(state)
  })
})

describe('AVA-09: over real UDP', () => {
  let world: World
  let app: FastifyInstance
  let counterpart: TimeCounterpart
  let watch: TimeWatch
  const token = 'a-word-that-the-operator-knows'
  beforeAll(async () => {
    world = await makeWorld()
    counterpart = await startTimeCounterpart(['one', 'two', 'three', 'four'])
    watch = startTimeWatch(world.deployment, counterpart.sources, { intervalMs: 3_600_000, patienceMs: 400 })
    app = await buildApp(world.deployment, {
      publicOrigin: 'http://127.0.0.1:1',
      screens: null,
      sequencer: null,
      clock: null,
      operatorToken: token,
      time: watch,
      quiet: true,
    })
  })
  afterAll(async () => {
    await app.close()
    await watch.stop()
    await counterpart.stop()
    await world.end()
  })
  beforeEach(() => {
    for (const n of [0, 1, 2, 3]) counterpart.fault(n, {})
  })
  const allWrong = (wrongByMs: number) => {
    for (const n of [0, 1, 2, 3]) counterpart.fault(n, { wrongByMs })
  }
  const health = async () => {
    await watch.run()
    const answer = await app.inject({ url: '/health', headers: { authorization: `Bearer ${token}` } })
    const { alarms, time } = answer.json<{
      alarms: { code: string; sentence: string }[]
      time: { state: string; databaseMs: number }
    }>()
    return { time, alarms: alarms.filter(({ code }) => code === 'clock-off' || code === 'time-sources') }
  }
  const start = (key: string, caseId: string) =>
    world.act(
      world.author,
      caseId,
      'start-tender',
      { buyer: null, demandAgency: null, payer: null, language: 'en', renoticeOf: null },
      key,
    )

  test('a source is asked; silence, a wrong MAC and a clock that is not set are told', async () => {
    const [one, two, three] = counterpart.sources
    if (!one || !two || !three) throw new Error('no sources')
    expect(Math.abs((await askTime(one)).offsetMs)).toBeLessThan(100)
    counterpart.fault(0, { down: true })
    counterpart.fault(1, { badMac: true })
    counterpart.fault(2, { unset: true })
    await expect(askTime(one, 200)).rejects.toThrow(/does not answer/)
    await expect(askTime(two, 200)).rejects.toThrow(/MAC/)
    await expect(askTime(three, 200)).rejects.toThrow(/does not know the time/)
  })

  test('right, with one liar too; the operator reads who is silent', async () => {
    counterpart.fault(3, { wrongByMs: 3_600_000 })
    expect(await health()).toMatchObject({ time: { state: 'right' }, alarms: [] })
    counterpart.fault(3, { down: true })
    expect(await health()).toMatchObject({
      time: { state: 'right' },
      alarms: [{ code: 'time-sources', sentence: expect.stringContaining('four: it does not answer') }],
    })
    counterpart.fault(2, { badMac: true })
    expect(await health()).toMatchObject({ time: { state: 'unknown' } })
    expect((await start(randomUUID(), randomUUID())).done).toBe(true)
  })

  test('answers that come late raise no alarm: what cannot be known is not held against the clock', async () => {
    for (const n of [0, 1, 2, 3]) counterpart.fault(n, { delayMs: 150 })
    expect(await health()).toMatchObject({ time: { state: 'right' }, alarms: [] })
  })

  test('off by 400 ms: an alarm, and acts go on', async () => {
    allWrong(400)
    expect(await health()).toMatchObject({ time: { state: 'off' }, alarms: [{ code: 'clock-off' }] })
    expect((await start(randomUUID(), randomUUID())).done).toBe(true)
  })

  test('off by two seconds: no act, no closing, the submission path is down; a first answer stands; then all goes on', async () => {
    const [key, caseId] = [randomUUID(), randomUUID()]
    const first = await start(key, caseId)
    const open = await world.publishTender()
    expect((await readPath(world.deployment)).up).toBe(true)
    allWrong(-2_000)
    const { time, alarms } = await health()
    expect(time.state).toBe('refusing')
    expect(time.databaseMs).toBeGreaterThan(1_500)
    expect(alarms).toMatchObject([{ code: 'clock-off' }])
    expect((await app.inject('/health')).json()).toEqual({ ok: true })
    const answer = await app.inject({
      method: 'POST',
      url: `/api/cases/${randomUUID()}/acts/start-tender`,
      headers: { 'idempotency-key': randomUUID(), cookie: await cookie() },
      payload: { buyer: null, demandAgency: null, payer: null, language: 'en', renoticeOf: null },
    })
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '30'])
    expect(answer.json()).toMatchObject({
      code: 'clockIsWrong',
      sentence: expect.stringContaining('try again in a minute'),
    })
    expect(await start(key, caseId)).toMatchObject({ done: true, answer: first.done && first.answer })
    expect((await readPath(world.deployment)).up).toBe(false)
    const { rounds } = await world.tender(open)
    await world.moveTo(new Date(Date.parse(rounds[0]?.deadline ?? '') + 61_000).toISOString())
    const clock = startClock(world.deployment, 3_600_000)
    await clock.run()
    expect((await world.tender(open)).stage).toBe('published')

    allWrong(0)
    expect(await health()).toMatchObject({ time: { state: 'right' }, alarms: [] })
    await clock.run()
    await clock.stop()
    expect((await world.tender(open)).stage).not.toBe('published')
  })

  const cookie = async () => {
    const { person } = world.author
    const answer = await app.inject({ method: 'POST', url: '/sandbox/sign-in', payload: { person } })
    return `naru_session=${answer.json<{ session: string }>().session}`
  }
})
