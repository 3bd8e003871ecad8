// A PostgreSQL 15 of the system, made for one test run in a temporary folder and thrown away.
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Starts the programs of `folder` on a free loopback port; answers `{ url, stop }` with a superuser's address. */
export const startOldPostgres = async (folder) => {
  const home = mkdtempSync(join(tmpdir(), 'naru-postgresql-15-'))
  const user = process.getuid?.() === 0 ? findUser('postgres') : undefined
  const as = user ? { uid: user.uid, gid: user.gid } : {}
  if (user) chownSync(home, user.uid, user.gid)
  chmodSync(home, 0o755)
  const data = join(home, 'data')
  const passwordFile = join(home, 'password')
  writeFileSync(passwordFile, 'naru-test', { mode: 0o644 })
  const port = await findFreePort()
  execFileSync(
    join(folder, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ],
    { ...as, cwd: '/', stdio: 'ignore' },
  )
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: 120,
  }
  const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(join(folder, 'postgres'), ['-D', data, ...words], { ...as, cwd: '/', stdio: 'ignore' })
  const ended = new Promise((resolve) => child.on('close', resolve))
  await Promise.race([answers(port), ended.then(() => Promise.reject(new Error('PostgreSQL 15 did not start')))])
  return {
    url: `postgres://postgres:naru-test@127.0.0.1:${port}/postgres`,
    stop: async () => {
      child.kill('SIGINT')
      await ended
      rmSync(home, { recursive: true, force: true })
    },
  }
}

const findUser = (name) => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return line ? { uid: Number(uid), gid: Number(gid) } : undefined
}

const findFreePort = () =>
  new Promise((answer) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => answer(port))
    })
  })

const answers = async (port) => {
  const tries = Array.from({ length: 400 })
  for (const _ of tries) {
    const open = await new Promise((answer) => {
      const socket = createConnection(port, '127.0.0.1', () => socket.end(() => answer(true)))
      socket.on('error', () => answer(false))
    })
    if (open) return
    await new Promise((again) => setTimeout(again, 50))
  }
  throw new Error('PostgreSQL 15 does not answer')
}
