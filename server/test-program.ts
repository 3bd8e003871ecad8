// The program itself, started by a test on the database and folder of its world, with what tests ask of it and of the record afterwards.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { PersonActor } from '@naru/domain/actor.ts'
import { openCheckpoint } from '@naru/log/checkpoint.ts'
import { leafHash, readerOf, rootAt } from '@naru/log/merkle.ts'
import { parseBundle, TILE_WIDTH, tileContents, tilePath } from '@naru/log/tile.ts'
import { toHex } from '@naru/sealing/bytes.ts'
import { expect, vi } from 'vitest'
import { readWhole } from './files/store.ts'
import { rebuild } from './rebuild.ts'
import { startSequencer } from './sequencer.ts'
import type { World } from './test-world.ts'

export interface Program {
  readonly url: string
  readonly kill: () => void
  readonly ended: Promise<NodeJS.Signals | number | null>
}

/** The program itself on the database and folder of a test's world, without its clock; `settings` go before those of the world. */
export async function startProgram(world: World, settings: Record<string, string> = {}): Promise<Program> {
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
      DATABASE_URL: world.fresh.url,
      DATABASE_OWNER_URL: world.fresh.ownerUrl,
      ...settings,
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
  return { url, ended, kill: () => child.kill('SIGKILL') }
}

/** Posts JSON to the program, under a new key where none is given. */
export const post = async (
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
export async function registerBidder(url: string): Promise<{ actor: PersonActor; cookie: string }> {
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
export async function checkPublished(world: World): Promise<number> {
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
export async function settle(world: World): Promise<void> {
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
  expect(await checkPublished(world)).toBe(facts)
}
