// A second site by PostgreSQL 15 as Debian brings it: a primary that waits for a standby at each commit is destroyed in a stream of bids, the
// standby is promoted, and every bid that was promised is there. What does not reach the second site is refused, or is not answered.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { prepareDatabase, withClient, withDatabase, withRole } from './database/roles.ts'
import { findDatabaseUser } from './database/system-user.ts'
import { actFromOutside } from './http/acts.ts'
import { SecondSiteIsMissing, startSecondSite } from './second-site.ts'
import { openDatabase } from './store/database.ts'
import { migrate } from './store/migrate.ts'
import { post, type Program, registerBidder, settle, startProgram } from './test-program.ts'
import { makeWorld, type World } from './test-world.ts'

const programs = '/usr/lib/postgresql/15/bin'
const password = 'naru-test'
const secrets = { ownerPassword: 'owner-test', appPassword: 'app-test' }
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let home: string
let archive: string
let world: World
let running: Program | null = null
let primary: Cluster
let standby: Cluster

interface Cluster {
  readonly folder: string
  readonly port: number
  readonly superUrl: string
  start(): Promise<void>
  /** As a power cut of the site would: every process at once, no farewell. */
  destroy(): Promise<void>
}

const user = () => findDatabaseUser(undefined)
const asUser = () => {
  const found = user()
  return { cwd: '/', stdio: 'ignore' as const, ...(found && { uid: found.uid, gid: found.gid }) }
}
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })

async function cluster(name: string): Promise<Cluster> {
  const folder = join(home, name)
  const port = await freePort()
  const superUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  let child: ChildProcess | null = null
  return {
    folder,
    port,
    superUrl,
    start: async () => {
      if (child && child.exitCode === null && child.signalCode === null) return
      const settings = [
        'listen_addresses=127.0.0.1',
        'unix_socket_directories=',
        `port=${port}`,
        `cluster_name=${name}`,
      ]
      child = spawn(
        join(programs, 'postgres'),
        ['-D', folder, ...settings.flatMap((each) => ['-c', each])],
        // A process group of its own, so that all of it can be ended at once.
        { ...asUser(), detached: true },
      )
      await vi.waitFor(() => withClient(superUrl, (client) => client.query('select 1')), {
        timeout: 60_000,
        interval: 100,
      })
    },
    destroy: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child?.once('close', resolve))
      process.kill(-(child.pid ?? 0), 'SIGKILL')
      await ended
    },
  }
}

const ask = (at: Cluster, statement: string) => withClient(at.superUrl, (client) => client.query(statement))
const waitsFor = async (names: string): Promise<void> => {
  await ask(primary, `alter system set synchronous_standby_names = '${names}'`)
  await ask(primary, 'select pg_reload_conf()')
}
const standbyIs = (state: 'there' | 'away') =>
  vi.waitFor(
    async () => {
      const { rowCount } = await ask(
        primary,
        `select from pg_stat_replication where state = 'streaming' and sync_state = 'sync'`,
      )
      expect(rowCount).toBe(state === 'there' ? 1 : 0)
    },
    { timeout: 60_000, interval: 100 },
  )
const start = async (at: Cluster, settings: Record<string, string> = {}): Promise<Program> => {
  const superUrl = withDatabase(at.superUrl, 'naru')
  running = await startProgram(world, {
    DATABASE_URL: withRole(superUrl, 'naru_app', secrets.appPassword),
    DATABASE_OWNER_URL: withRole(superUrl, 'naru_owner', secrets.ownerPassword),
    ...settings,
  })
  return running
}

describe.skipIf(!existsSync(programs))('two sites', () => {
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'naru-two-sites-'))
    archive = join(home, 'archive')
    chmodSync(home, 0o755)
    const owner = user()
    if (owner) chownSync(home, owner.uid, owner.gid)
    const passwordFile = join(home, 'password')
    writeFileSync(passwordFile, password, { mode: 0o644 })
    primary = await cluster('first')
    standby = await cluster('second')
    execFileSync(
      join(programs, 'initdb'),
      [
        '-D',
        primary.folder,
        '-U',
        'postgres',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--locale=C.UTF-8',
      ],
      asUser(),
    )
    mkdirSync(archive, { mode: 0o777 })
    chmodSync(archive, 0o777)
    const keeping = `test ! -f ${archive}/%f && cp %p ${archive}/%f.new && sync ${archive}/%f.new && mv ${archive}/%f.new ${archive}/%f`
    appendFileSync(join(primary.folder, 'postgresql.conf'), `archive_mode = on\narchive_command = '${keeping}'\n`)
    await primary.start()
    await prepareDatabase(primary.superUrl, 'naru', secrets)
    const superUrl = withDatabase(primary.superUrl, 'naru')
    const ownerUrl = withRole(superUrl, 'naru_owner', secrets.ownerPassword)
    await migrate(ownerUrl)
    for (const statement of ['grant naru_app to naru_owner', 'grant pg_read_all_stats to naru_app'])
      await withClient(superUrl, (client) => client.query(statement))
    const url = withRole(superUrl, 'naru_app', secrets.appPassword)
    world = await makeWorld('fictia', 'sandbox', undefined, undefined, {
      superUrl,
      ownerUrl,
      url,
      drop: async () => {},
    })

    // The recipe of docs/running/backup.md.
    const from = `host=127.0.0.1 port=${primary.port} user=postgres password=${password} application_name=second`
    execFileSync(
      join(programs, 'pg_basebackup'),
      ['-D', standby.folder, '-d', from, '-R', '-X', 'stream', '-C', '-S', 'second', '-c', 'fast'],
      asUser(),
    )
    await standby.start()
    await waitsFor('FIRST 1 (second)')
    await standbyIs('there')
  })
  afterEach(() => running?.kill())
  afterAll(async () => {
    await world.deployment.database.end()
    await primary.destroy()
    await standby.destroy()
    rmSync(home, { recursive: true, force: true })
  })

  test('SUB-01 nothing is served where the database would not wait; acts are refused while no standby is there', async () => {
    const required = { SYNCHRONOUS_STANDBY: 'required' }
    await waitsFor('')
    await expect(start(primary, required)).rejects.toThrow(/synchronous_standby_names is empty/)
    await waitsFor('FIRST 1 (second)')
    const program = await start(primary, { ...required, OPERATOR_TOKEN: 'an-operator-of-this-test' })
    const { cookie } = await registerBidder(program.url)
    const plan = () =>
      post(program.url, `/api/cases/${randomUUID()}/acts/prepare-plan`, {}, { cookie, 'accept-language': 'ru' })
    const alarms = async () =>
      (
        (await (
          await fetch(`${program.url}/health`, { headers: { authorization: 'Bearer an-operator-of-this-test' } })
        ).json()) as { alarms: { code: string }[] }
      ).alarms.map((each) => each.code)
    const served = (await plan()).status
    expect(served).not.toBe(503)
    expect(await alarms()).not.toContain('second-site-missing')
    const refused = () =>
      vi.waitFor(
        async () => {
          const { status, text } = await plan()
          expect([status, text]).toEqual([503, expect.stringContaining('на двух площадках')])
          expect(await alarms()).toContain('second-site-missing')
        },
        { timeout: 20_000, interval: 200 },
      )
    const again = () =>
      vi.waitFor(async () => expect((await plan()).status).toBe(served), { timeout: 30_000, interval: 200 })
    await standby.destroy()
    await refused()
    await standby.start()
    await again()
    await waitsFor('')
    await refused()
    await waitsFor('FIRST 1 (second)')
    await again()
    program.kill()
    await program.ended
  })

  afterEach(async () => {
    // One test's trouble is not the next one's.
    if (!existsSync(primary.folder)) return
    await standby.start().catch(() => {})
    await ask(primary, 'grant pg_read_all_stats to naru_app')
    await waitsFor('FIRST 1 (second)')
  })

  test('AVA-04 what was recorded while no standby was there is not answered, nor repeated, before one has it', async () => {
    await standbyIs('there')
    const tender = await world.publishTender()
    const [supplier] = world.suppliers
    if (!supplier) throw new Error('no supplier')
    // A database that does not let its application see the standby: the commit itself has to wait.
    await ask(primary, 'revoke pg_read_all_stats from naru_app')
    const database = openDatabase(world.fresh.url, 4)
    const secondSite = await startSecondSite(database)
    const deployment = { ...world.deployment, database, secondSite }
    const { input } = await world.sealed(tender, supplier, '300000')
    const key = randomUUID()
    const submit = () =>
      actFromOutside(deployment, {
        caseId: tender,
        act: 'submit-bid',
        key,
        actor: supplier,
        acts: null,
        body: input,
        size: 0,
      })
    await standby.destroy()
    await standbyIs('away')
    let answered: unknown = null
    const first = submit().then(
      (outcome) => (answered = outcome),
      (error: unknown) => (answered = error),
    )
    const waiting = () =>
      vi.waitFor(
        async () => {
          const { rows } = await ask(
            primary,
            `select pid from pg_stat_activity where wait_event = 'SyncRep' and usename = 'naru_app'`,
          )
          expect(rows.length).toBeGreaterThan(0)
          return rows[0]?.pid as number
        },
        { timeout: 30_000, interval: 100 },
      )
    const pid = await waiting()
    expect(answered).toBeNull()
    // Its wait is ended: the bid stands at the first site alone, and PostgreSQL would call it committed.
    await ask(primary, `select pg_cancel_backend(${pid})`)
    await first
    expect(answered).toBeInstanceOf(SecondSiteIsMissing)
    const { rows } = await ask(
      { ...primary, superUrl: world.fresh.superUrl },
      `select count(*)::int as n from act_answer where key = '${key}'`,
    )
    expect(rows[0]?.n).toBe(1)
    await standby.start()
    await standbyIs('there')
    expect(await submit()).toMatchObject({ done: true, repeated: true })
    secondSite.stop()
    await database.end()
  })

  test('a base backup and the archived write-ahead log bring back all that was recorded after the backup', async () => {
    const base = await cluster('base')
    const from = `host=127.0.0.1 port=${primary.port} user=postgres password=${password}`
    execFileSync(join(programs, 'pg_basebackup'), ['-D', base.folder, '-d', from, '-X', 'none', '-c', 'fast'], asUser())
    await world.publishTender()
    const facts = async (at: Cluster) => {
      const { rows } = await ask(
        { ...at, superUrl: withDatabase(at.superUrl, 'naru') },
        'select stream, seq, hash from fact order by stream, seq',
      )
      return rows
    }
    const recorded = await facts(primary)
    const { rows } = await ask(primary, 'select pg_walfile_name(pg_switch_wal()) as last')
    const last = (rows[0] as { last: string }).last
    await vi.waitFor(() => expect(existsSync(join(archive, last))).toBe(true), { timeout: 60_000, interval: 200 })
    // It follows the archive to its end and then no one.
    const own = { uid: user()?.uid ?? -1, gid: user()?.gid ?? -1 }
    writeFileSync(join(base.folder, 'recovery.signal'), '')
    if (own.uid >= 0) chownSync(join(base.folder, 'recovery.signal'), own.uid, own.gid)
    appendFileSync(
      join(base.folder, 'postgresql.auto.conf'),
      `restore_command = 'cp ${archive}/%f %p'\nsynchronous_standby_names = ''\narchive_mode = off\n`,
    )
    await base.start()
    await vi.waitFor(
      async () =>
        expect((await ask(base, 'select pg_is_in_recovery() as recovers')).rows).toEqual([{ recovers: false }]),
      { timeout: 60_000, interval: 200 },
    )
    expect(await facts(base)).toEqual(recorded)
    await base.destroy()
  })

  test('AVA-04 SUB-01 the first site is destroyed in a stream of bids: the second has every bid that was promised, and a log without a gap', async () => {
    await standbyIs('there')
    const tender = await world.publishTender()
    const first = await start(primary, { SYNCHRONOUS_STANDBY: 'required' })
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
    let destroyed: Promise<void> | null = null
    for (const bid of bids) {
      const sent = send(first.url, bid).then(({ status, text }) => {
        if (status === 200) promised.set(bid.key, text)
        if (promised.size === 8) destroyed ??= primary.destroy()
      })
      if (destroyed) await sent.catch(() => {})
      else await Promise.race([sent.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 20))])
    }
    await vi.waitFor(() => expect(destroyed).not.toBeNull(), { timeout: 60_000 })
    await destroyed
    first.kill()
    await first.ended
    await world.deployment.database.end()
    rmSync(primary.folder, { recursive: true })
    expect(promised.size).toBeGreaterThanOrEqual(8)

    await ask(standby, 'select pg_promote()')
    await vi.waitFor(
      async () =>
        expect((await ask(standby, 'select pg_is_in_recovery() as standby')).rows).toEqual([{ standby: false }]),
      { timeout: 30_000, interval: 100 },
    )
    // There is no third site yet, and the program says so where one is required.
    await expect(start(standby, { SYNCHRONOUS_STANDBY: 'required' })).rejects.toThrow(
      /synchronous_standby_names is empty/,
    )
    const superUrl = withDatabase(standby.superUrl, 'naru')
    const database = openDatabase(withRole(superUrl, 'naru_app', secrets.appPassword), 8)
    world = { ...world, deployment: { ...world.deployment, database } }
    const { rows: kept } = await database.pool.query<{ key: string }>(
      'select key from act_answer where case_id = $1 and act = $2',
      [tender, 'submit-bid'],
    )
    const lost = [...promised.keys()].filter((key) => !kept.some((row) => row.key === key))
    expect(lost).toEqual([])
    const second = await start(standby)
    for (const bid of bids) {
      const { status, text } = await send(second.url, bid)
      expect(status, text).toBe(200)
      const before = promised.get(bid.key)
      if (before !== undefined) expect(text).toBe(before)
    }
    const { rows } = await database.pool.query<{ facts: number; bidders: number }>(
      `select (select count(*)::int from fact where case_id = $1 and type = 'BidSubmitted') as facts,
         (select count(distinct owner)::int from current where case_id = $1 and kind = 'bid') as bidders`,
      [tender],
    )
    expect(rows[0]).toEqual({ facts: 24, bidders: 24 })
    second.kill()
    await second.ended
    await settle(world)
  })
})
