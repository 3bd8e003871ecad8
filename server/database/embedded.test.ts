// The embedded server comes up again after everything that an unkind machine does to it.
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type EmbeddedDatabase, removeEmbedded, startEmbedded } from './embedded.ts'
import { readPostmaster } from './postmaster.ts'
import { withClient } from './roles.ts'
import { findClosedParent } from './system-user.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'naru-embedded-'))
  chmodSync(folder, 0o711)
})

afterEach(async () => {
  await removeEmbedded(folder)
  rmSync(folder, { recursive: true })
})

const start = (durable = false) => startEmbedded(folder, { durable })
const cluster = () => join(folder, 'postgresql')
const pidFile = () => join(cluster(), 'postmaster.pid')
const write = (database: EmbeddedDatabase, word: string) =>
  withClient(database.ownerUrl, async (client) => {
    await client.query('create table if not exists kept (word text)')
    await client.query('insert into kept values ($1)', [word])
  })
const words = (database: EmbeddedDatabase) =>
  withClient(database.ownerUrl, async (client) =>
    (await client.query('select word from kept order by word')).rows.map(({ word }) => word),
  )

test('keeps its data and its port over a stop and a start', async () => {
  const first = await start()
  await write(first, 'a')
  await first.stop()
  await first.ended
  expect(existsSync(pidFile())).toBe(false)
  const second = await start()
  expect(second.appUrl).toBe(first.appUrl)
  expect(await words(second)).toEqual(['a'])
})

test('adopts the server that a killed Naru left running', async () => {
  const first = await start()
  await write(first, 'a')
  const pid = readPostmaster(cluster())?.pid
  const second = await start()
  expect(readPostmaster(cluster())?.pid).toBe(pid)
  expect(await words(second)).toEqual(['a'])
  await second.stop()
  await first.ended
})

test('loses nothing that was committed when PostgreSQL itself is killed', async () => {
  const first = await start(true)
  await write(first, 'a')
  process.kill(readPostmaster(cluster())?.pid as number, 'SIGKILL')
  await first.ended
  expect(existsSync(pidFile())).toBe(true)
  expect(await words(await start(true))).toEqual(['a'])
})

test('clears a pid file whose number now belongs to another program, and leaves that program alone', async () => {
  const first = await start()
  await first.stop()
  const stranger = spawn('sleep', ['60'])
  writeFileSync(pidFile(), `${stranger.pid}\n${cluster()}\n1\n5432\n\n127.0.0.1\n`)
  const second = await start()
  await expect(withClient(second.superUrl, (client) => client.query('select 1'))).resolves.toBeDefined()
  expect(stranger.exitCode).toBe(null)
  stranger.kill()
})

test('takes another port when its own is taken, and remembers that', async () => {
  const first = await start()
  await first.stop()
  const port = Number(new URL(first.appUrl).port)
  const thief = createServer().listen(port, '127.0.0.1')
  await new Promise((listening) => thief.once('listening', listening))
  const second = await start()
  thief.close()
  expect(Number(new URL(second.appUrl).port)).not.toBe(port)
  expect(JSON.parse(readFileSync(join(folder, 'database.json'), 'utf8')).port).toBe(Number(new URL(second.appUrl).port))
})

test('an interrupted first start leaves nothing that a second would trip over', async () => {
  const half = `${cluster()}.new`
  execFileSync('mkdir', ['-p', half])
  writeFileSync(join(half, 'PG_VERSION'), '18\n')
  const database = await start()
  expect(existsSync(half)).toBe(false)
  await expect(withClient(database.appUrl, (client) => client.query('select 1'))).resolves.toBeDefined()
})

test('listens on loopback only, keeps its passwords to the owner, and asks for them', async () => {
  const database = await start()
  const { rows } = await withClient(database.superUrl, (client) =>
    client.query(
      `select current_setting('listen_addresses') as listens, current_setting('unix_socket_directories') as sockets`,
    ),
  )
  expect(rows).toEqual([{ listens: '127.0.0.1', sockets: '' }])
  const wrong = new URL(database.appUrl)
  wrong.password = 'guess'
  await expect(withClient(wrong.href, (client) => client.query('select 1'))).rejects.toThrow(
    /password authentication failed/,
  )
  expect(execFileSync('stat', ['-c', '%a', join(folder, 'database.json')], { encoding: 'utf8' }).trim()).toBe('600')
})

test('a data folder under a file is refused in words', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(startEmbedded(join(folder, 'file', 'data'))).rejects.toThrow(
    /passes through a file that is not a folder/,
  )
})

test('finds the parent that another user may not enter', () => {
  const nobody = { name: 'nobody', uid: 65534, gid: 65534 }
  expect(findClosedParent(nobody, folder)).toBeUndefined()
  chmodSync(folder, 0o700)
  expect(findClosedParent(nobody, join(folder, 'postgresql'))).toBe(folder)
  chmodSync(folder, 0o711)
})
