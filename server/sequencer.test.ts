// Kills the running program, its files in a folder and on an object store, between every two writes of the sequencer, and in the midst of a
// burst of bids: the log has no gap, files and checkpoint are right after the next start, every promise that went out is in the record, and a
// repeated act is not done twice.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { letProgramIn } from './database/test-database.ts'
import { objectStore } from './files/object-store.ts'
import { readPlace } from './files/place.ts'
import { spawnObjectStore, trialCredentials } from './neighbours/object-store-counterpart.ts'
import { steps } from './sequencer.ts'
import { checkPublished, post, type Program, registerBidder, settle, startProgram } from './test-program.ts'
import { makeWorld, type World } from './test-world.ts'

// The program itself is started some fifteen times.
vi.setConfig({ testTimeout: 120_000 })

let world: World
let running: Program | null = null
/** What names the store to the program. */
let storeSettings: Record<string, string> = {}
afterEach(() => running?.kill())

const start = async (killAt?: string): Promise<Program> => {
  running = await startProgram(world, { ...storeSettings, ...(killAt && { NARU_TEST_KILL_AT: killAt }) })
  return running
}

describe.each(['a folder', 'an object store'])('on %s', (kind) => {
  let objects: Awaited<ReturnType<typeof spawnObjectStore>> | null = null

  beforeAll(async () => {
    objects = kind === 'an object store' ? await spawnObjectStore() : null
    storeSettings = objects
      ? {
          FILES: 's3://naru/kg/log',
          FILES_ENDPOINT: objects.url,
          AWS_ACCESS_KEY_ID: trialCredentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: trialCredentials.secretAccessKey,
        }
      : {}
    const place = readPlace(storeSettings)
    world = await makeWorld('fictia', 'sandbox', undefined, place ? objectStore(place) : undefined)
    await letProgramIn(world.fresh.superUrl)
  })
  afterAll(async () => {
    await world.end()
    await objects?.stop()
  })

  test('it starts with what the world recorded', async () => {
    await settle(world)
    // The first program lists whom it trusts; the next ones find that listed, so that they die at what the test does.
    const program = await start()
    await vi.waitFor(
      async () =>
        expect(
          (await world.deployment.database.pool.query('select from log_entry where get_byte(entry, 1) = 16')).rowCount,
        ).toBe(1),
      { timeout: 30_000, interval: 100 },
    )
    program.kill()
    await program.ended
    await settle(world)
  })

  test.each(steps)('killed at %s: no gap, the same tiles and checkpoint, nothing lost', async (step) => {
    const { database } = world.deployment
    const before = Number((await database.pool.query('select count(*) from fact')).rows[0].count)
    const program = await start(step)
    const person = randomUUID()
    await post(program.url, '/sandbox/people', { person, name: 'Someone' })
    const { session } = JSON.parse((await post(program.url, '/sandbox/sign-in', { person })).text) as {
      session: string
    }
    const profile = {
      name: { en: 'Someone' },
      kinds: ['supplier'],
      identifier: null,
      soleTrader: false,
      country: 'FI',
      region: 'Test',
      regime: null,
      registered: null,
    }
    const act = `/api/cases/${randomUUID()}/acts/register-organisation`
    const answer = await post(
      program.url,
      act,
      { profile, administrator: { person, name: 'Someone' } },
      { cookie: `naru_session=${session}` },
    )
    expect(answer.status, answer.text).toBe(200)
    expect(await program.ended).toBe('SIGKILL')
    await settle(world)
    const after = Number((await database.pool.query('select count(*) from fact')).rows[0].count)
    expect(after).toBe(before + 2)
  })

  test('killed while it recovers, it recovers the next time', async () => {
    const { database } = world.deployment
    const armed = await start('batch-committed')
    // It dies in the midst of the registration, whose requests then fail.
    await registerBidder(armed.url).catch(() => {})
    expect(await armed.ended).toBe('SIGKILL')
    for (const step of ['tile-written', 'checkpoint-stored'])
      expect(await start(step).then((program) => program.ended, String), step).toMatch(/SIGKILL/)
    const program = await start()
    // Ready to answer, it recovers still: wait until nothing waits and the files say what the table says.
    await vi.waitFor(
      async () => {
        expect((await database.pool.query('select from pending')).rowCount).toBe(0)
        const { rows } = await database.pool.query<{ size: number }>('select count(*)::int as size from log_entry')
        expect(await checkPublished(world)).toBe(rows[0]?.size)
      },
      { timeout: 30_000, interval: 100 },
    )
    program.kill()
    await program.ended
    await settle(world)
  })

  test('killed in a burst of bids: every promise that went out is in the record, and what is sent again is done once', async () => {
    const { database } = world.deployment
    const tender = await world.publishTender()
    const first = await start()
    const bidders = await Promise.all(Array.from({ length: 24 }, () => registerBidder(first.url)))
    const bids = await Promise.all(
      bidders.map(async ({ actor, cookie }, n) => ({
        cookie,
        key: randomUUID(),
        ...(await world.sealed(tender, actor, String(300_000 + n))),
      })),
    )
    const path = `/api/cases/${tender}/acts/submit-bid`
    const send = (url: string, { input, cookie, key }: (typeof bids)[number]) =>
      post(url, path, input, { cookie, 'idempotency-key': key })
    const promised = new Map<string, string>()
    await Promise.allSettled(
      bids.map(async (bid) => {
        const { status, text } = await send(first.url, bid)
        expect(status, text).toBe(200)
        promised.set(bid.key, text)
        if (promised.size === 8) first.kill()
      }),
    )
    expect(await first.ended).toBe('SIGKILL')
    expect(promised.size).toBeGreaterThanOrEqual(8)
    const kept = await database.pool.query<{ key: string }>(
      'select key from act_answer where case_id = $1 and act = $2',
      [tender, 'submit-bid'],
    )
    for (const key of promised.keys()) expect(kept.rows.map((row) => row.key)).toContain(key)

    const second = await start()
    for (const bid of bids) {
      const { status, text } = await send(second.url, bid)
      expect(status, text).toBe(200)
      const before = promised.get(bid.key)
      if (before !== undefined) expect(text).toBe(before)
    }
    const { rows } = await database.pool.query<{ facts: string; bidders: string }>(
      `select (select count(*) from fact where case_id = $1 and type = 'BidSubmitted') as facts,
         (select count(distinct owner) from current where case_id = $1 and kind = 'bid') as bidders`,
      [tender],
    )
    expect(rows[0]).toEqual({ facts: '24', bidders: '24' })
    second.kill()
    await second.ended
    await settle(world)
  })
})
