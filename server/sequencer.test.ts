// Kills the running program, its files in a folder and on an object store, between every two writes of the sequencer, and in the midst of a
// burst of bids: the log has no gap, files and checkpoint are right after the next start, every promise that went out is in the record, and a
// repeated act is not done twice.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { PersonActor } from '@naru/domain/actor.ts'
import { openCheckpoint } from '@naru/log/checkpoint.ts'
import { leafHash, readerOf, rootAt } from '@naru/log/merkle.ts'
import { parseBundle, TILE_WIDTH, tileContents, tilePath } from '@naru/log/tile.ts'
import { toHex } from '@naru/sealing/bytes.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { letProgramIn } from './database/test-database.ts'
import { objectStore } from './files/object-store.ts'
import { readPlace } from './files/place.ts'
import { readWhole } from './files/store.ts'
import { spawnObjectStore, trialCredentials } from './neighbours/object-store-counterpart.ts'
import { rebuild } from './rebuild.ts'
import { startSequencer, steps } from './sequencer.ts'
import { makeWorld, type World } from './test-world.ts'

// The program itself is started some fifteen times.
vi.setConfig({ testTimeout: 120_000 })

let world: World
let running: Program | null = null
/** What names the store to the program. */
let storeSettings: Record<string, string> = {}
afterEach(() => running?.kill())

interface Program {
  readonly url: string
  readonly kill: () => void
  readonly ended: Promise<NodeJS.Signals | number | null>
}

/** The program itself on the database and folder of this test's world, without its clock. */
async function startProgram(killAt?: string): Promise<Program> {
  const words = [
    'server/main.ts',
    'web,sequencer',
    '--country',
    'fictia',
    '--data',
    world.deployment.dataFolder,
    '--port',
    '0',
  ]
  const child: ChildProcess = spawn(process.execPath, words, {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'test',
      NARU_SCREENS: '/nonexistent',
      ...storeSettings,
      DATABASE_URL: world.fresh.url,
      DATABASE_OWNER_URL: world.fresh.ownerUrl,
      ...(killAt && { NARU_TEST_KILL_AT: killAt }),
    },
  })
  const said: string[] = []
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) =>
    child.on('close', (code, signal) => resolve(signal ?? code)),
  )
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      if (stream)
        createInterface({ input: stream }).on('line', (line) => {
          said.push(line)
          const [, at] = /^Naru is at (http\S+?)\/?$/.exec(line) ?? []
          if (at) resolve(at)
        })
    ended.then((how) => reject(new Error(`the program ended (${how}) before it was ready:\n${said.join('\n')}`)))
  })
  running = { url, ended, kill: () => child.kill('SIGKILL') }
  return running
}

const post = async (
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> => {
  const answer = await fetch(url + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
  })
  return { status: answer.status, text: await answer.text() }
}

/** Registers a supplier with one bidder through the running program; answers the bidder and their session. */
async function registerBidder(url: string): Promise<{ actor: PersonActor; cookie: string }> {
  const [person, organisation] = [randomUUID(), randomUUID()]
  const must = async (path: string, body: unknown, cookie = '') => {
    const { status, text } = await post(url, path, body, cookie ? { cookie } : {})
    expect(status, text).toBe(200)
    return JSON.parse(text) as { session: string }
  }
  const signIn = async () => `naru_session=${(await must('/sandbox/sign-in', { person })).session}`
  await must('/sandbox/people', { person, name: 'Bidder' })
  const profile = {
    name: { en: 'Bidder' },
    kinds: ['supplier'],
    identifier: null,
    soleTrader: false,
    country: 'FI',
    region: 'Test',
    regime: null,
    registered: null,
  }
  await must(
    `/api/cases/${organisation}/acts/register-organisation`,
    { profile, administrator: { person, name: 'Bidder' } },
    await signIn(),
  )
  const roles = ['administrator', 'bidder'] as const
  await must(`/api/cases/${organisation}/acts/assign-roles`, { person, roles }, await signIn())
  return { actor: { kind: 'person', person, organisation, roles }, cookie: await signIn() }
}

/** The log as the database has it, and that indexes, tiles, bundles and both checkpoints say the same. Answers its size. */
async function checkPublished(): Promise<number> {
  const { pool } = world.deployment.database
  const { rows } = await pool.query<{ index: string; entry: Buffer }>(
    'select index, entry from log_entry order by index',
  )
  expect(rows.map((row) => Number(row.index))).toEqual(rows.map((_, n) => n))
  const entries = rows.map((row) => new Uint8Array(row.entry))
  const read = readerOf(entries.map(leafHash))
  const size = entries.length
  const file = async (path: string) => {
    const bytes = await readWhole(world.deployment.files, `log/${path}`)
    if (!bytes) throw new Error(`no ${path}`)
    return bytes
  }
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH)
    const tile = { level: 0, index, width } as const
    expect((await file(tilePath(tile))).equals(tileContents(read, tile)), tilePath(tile)).toBe(true)
    expect(parseBundle(await file(tilePath({ ...tile, level: 'entries' }))).map(toHex)).toEqual(
      entries.slice(index * TILE_WIDTH, index * TILE_WIDTH + width).map(toHex),
    )
  }
  const stored = await pool.query<{ size: string; root: Buffer; note: string }>(
    'select w.size, c.root, w.note from witnessed_checkpoint w join checkpoint c on c.size = w.size order by w.size desc limit 1',
  )
  const note = (await file('checkpoint')).toString()
  expect(note).toBe(stored.rows[0]?.note)
  const { logOrigin: name, logPublicKey: publicKey } = world.deployment
  const checkpoint = openCheckpoint(note, { name, publicKey })
  expect(checkpoint.size).toBe(size)
  expect(toHex(checkpoint.root)).toBe(toHex(rootAt(read, size)))
  return size
}

/** What is wrong with the record, once all that waits has its place in the log. */
async function settle(): Promise<void> {
  const sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000 })
  // PostgreSQL may take a moment to see that the killed leader is gone.
  await vi.waitFor(
    async () => {
      await sequencer.run()
      await sequencer.publish()
      expect(sequencer.isLeader).toBe(true)
    },
    { timeout: 30_000, interval: 50 },
  )
  await sequencer.stop()
  const { findings, facts, entries } = await rebuild(world.deployment.database.pool)
  expect(findings).toEqual([])
  expect(entries).toBe(facts)
  expect(await checkPublished()).toBe(facts)
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
    await settle()
    // The first program lists whom it trusts; the next ones find that listed, so that they die at what the test does.
    const program = await startProgram()
    await vi.waitFor(
      async () =>
        expect(
          (await world.deployment.database.pool.query('select from log_entry where get_byte(entry, 1) = 16')).rowCount,
        ).toBe(1),
      { timeout: 30_000, interval: 100 },
    )
    program.kill()
    await program.ended
    await settle()
  })

  test.each(steps)('killed at %s: no gap, the same tiles and checkpoint, nothing lost', async (step) => {
    const { database } = world.deployment
    const before = Number((await database.pool.query('select count(*) from fact')).rows[0].count)
    const program = await startProgram(step)
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
    await settle()
    const after = Number((await database.pool.query('select count(*) from fact')).rows[0].count)
    expect(after).toBe(before + 2)
  })

  test('killed while it recovers, it recovers the next time', async () => {
    const { database } = world.deployment
    const armed = await startProgram('batch-committed')
    // It dies in the midst of the registration, whose requests then fail.
    await registerBidder(armed.url).catch(() => {})
    expect(await armed.ended).toBe('SIGKILL')
    for (const step of ['tile-written', 'checkpoint-stored'])
      expect(await startProgram(step).then((program) => program.ended, String), step).toMatch(/SIGKILL/)
    const program = await startProgram()
    // Ready to answer, it recovers still: wait until nothing waits and the files say what the table says.
    await vi.waitFor(
      async () => {
        expect((await database.pool.query('select from pending')).rowCount).toBe(0)
        const { rows } = await database.pool.query<{ size: number }>('select count(*)::int as size from log_entry')
        expect(await checkPublished()).toBe(rows[0]?.size)
      },
      { timeout: 30_000, interval: 100 },
    )
    program.kill()
    await program.ended
    await settle()
  })

  test('killed in a burst of bids: every promise that went out is in the record, and what is sent again is done once', async () => {
    const { database } = world.deployment
    const tender = await world.publishTender()
    const first = await startProgram()
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

    const second = await startProgram()
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
    await settle()
  })
})
