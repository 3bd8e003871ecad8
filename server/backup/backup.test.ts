// Backup and restore against real databases and real witnesses: what comes back is the same, and whatever is damaged, missing, behind or
// in the way is refused in words.
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { verifierKey } from '@naru/log/checkpoint.ts'
import { parseCosignerKey } from '@naru/log/cosignature.ts'
import { parsePolicy } from '@naru/log/policy.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { withClient } from '../database/roles.ts'
import { type FreshDatabase, freshDatabase, letProgramIn } from '../database/test-database.ts'
import { keyFilesIn } from '../deployment.ts'
import { objectStore } from '../files/object-store.ts'
import { fileAt, folderStore, newStorageKey, readWhole, type Store } from '../files/store.ts'
import { startObjectStore, trialCredentials } from '../neighbours/object-store-counterpart.ts'
import { spawnWitness } from '../neighbours/witnesses.ts'
import { startSandboxTime } from '../neighbours/sandbox-time.ts'
import type { Witnessing } from '../publishing.ts'
import { type Sequencer, startSequencer } from '../sequencer.ts'
import { makeWorld, type World } from '../test-world.ts'
import { makeBackup } from './backup.ts'
import { checkRestored } from './check.ts'
import { checkWhole, readManifest } from './manifest.ts'
import { openSource } from './medium.ts'
import { refuseUnchecked } from './restoration.ts'
import { checkAndMark, restoreBackup } from './restore.ts'

let world: World
let folder: string
let clock: Awaited<ReturnType<typeof startSandboxTime>>
let witnesses: Awaited<ReturnType<typeof spawnWitness>>[]
let sequencer: Sequencer
let backup: string
let policyFile: string
let empty: FreshDatabase
const fileKey = randomBytes(16).toString('hex')

const names = ['audit', 'university', 'bidders'] as const
const data = () => world.deployment.dataFolder
const place = (name: string) => join(folder, name)
const order = (target: string, withKeys = false) => ({
  ownerUrl: world.fresh.ownerUrl,
  data: data(),
  keyFiles: keyFilesIn(data()),
  files: world.deployment.files,
  target,
  withKeys,
})
/** Restores into the empty database and a new folder. */
const restore = async (
  source = backup,
  more: { policyFile?: string; checkpointFile?: string; files?: Store; witnessesOf?: string } = {},
  to = place(`data-${randomBytes(4).toString('hex')}`),
) =>
  restoreBackup({
    source: await openSource(source),
    ownerUrl: empty.ownerUrl,
    appUrl: empty.url,
    data: to,
    files: folderStore(to),
    policyFile,
    checkpointFile: null,
    ...more,
  })
/** A copy of the backup with something done to it. */
const spoilt = (name: string, spoil: (at: string) => void): string => {
  const at = place(name)
  cpSync(backup, at, { recursive: true })
  spoil(at)
  return at
}
const rowsIn = (url: string) =>
  withClient(url, async (client) => {
    const tables = await client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and not relispartition and relname not in ('migration', 'restoration') order by 1`,
    )
    const found: Record<string, string> = {}
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ sum: string }>(
        `select count(*) || ' ' || coalesce(md5(string_agg(row, chr(10) order by row)), '') as sum from (select t::text as row from ${name} t) as all_rows`,
      )
      found[name] = rows[0]?.sum ?? ''
    }
    return found
  })

beforeAll(async () => {
  world = await makeWorld()
  folder = mkdtempSync(join(tmpdir(), 'naru-backup-'))
  clock = await startSandboxTime(world.deployment)
  const log = { name: world.deployment.logOrigin, publicKey: world.deployment.logPublicKey }
  witnesses = await Promise.all(
    names.map((name) => spawnWitness({ folder: place(name), name: `${name}.witness.invalid`, log, clock: clock.url })),
  )
  const lines = witnesses.map(({ vkey, url }, n) => `witness ${names[n]} ${vkey} ${url}\n`).join('')
  const text = `log ${verifierKey(log)}\n${lines}group all 2 ${names.join(' ')}\nquorum all\n`
  policyFile = place('policy')
  writeFileSync(policyFile, text)
  const witnessing: Witnessing = {
    policy: parsePolicy(text),
    witnesses: witnesses.map(({ vkey, url }, n) => ({ name: names[n] ?? '', key: parseCosignerKey(vkey), url })),
  }
  sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000, witnessing })
  const tender = await world.publishTender()
  const [supplier] = world.suppliers
  if (!supplier) throw new Error('no supplier')
  const sealed = await world.sealed(tender, supplier, '100000')
  await world.done(supplier, tender, 'submit-bid', sealed.input)
  mkdirSync(join(data(), 'files', fileKey.slice(0, 2)), { recursive: true })
  writeFileSync(join(data(), 'files', fileKey.slice(0, 2), fileKey), 'a drawing')
  await sequencer.run()
  await sequencer.publish()
  backup = place('whole')
  await makeBackup(order(backup))
  empty = await freshDatabase()
})
afterEach(async () => {
  await empty.drop()
  empty = await freshDatabase()
})
afterAll(async () => {
  await empty.drop()
  await sequencer.stop()
  await Promise.all(witnesses.map((each) => each.stop('SIGKILL')))
  await clock.stop()
  await world.end()
  rmSync(folder, { recursive: true, force: true })
})

test('AVA-06 what is restored is what was there: every row, counter, file and tile', async () => {
  const target = place('restored')
  const checked = await restoreBackup({
    source: await openSource(backup),
    ownerUrl: empty.ownerUrl,
    appUrl: empty.url,
    data: target,
    files: folderStore(target),
    policyFile,
    checkpointFile: null,
  })
  expect(checked).toMatchObject({ state: 'checked', differences: [], size: sequencer.size, published: sequencer.size })
  expect(await rowsIn(empty.ownerUrl)).toEqual(await rowsIn(world.fresh.ownerUrl))
  const counters = (url: string) =>
    withClient(
      url,
      async (client) => (await client.query('select sequencename, last_value from pg_sequences order by 1')).rows,
    )
  expect(await counters(empty.ownerUrl)).toEqual(await counters(world.fresh.ownerUrl))
  expect(readFileSync(join(target, 'files', fileKey.slice(0, 2), fileKey), 'utf8')).toBe('a drawing')
  const tile = `tile/0/000.p/${sequencer.size}`
  expect(readFileSync(join(target, 'log', tile))).toEqual(readFileSync(join(data(), 'log', tile)))
  await expect(refuseUnchecked(empty.ownerUrl)).resolves.toBeUndefined()
})

test('private keys stay at home unless they are asked for, and then only their owner may read them', async () => {
  const held = (at: string) => readdirSync(at, { recursive: true, encoding: 'utf8' })
  expect(held(backup).filter((name) => /^data.(?!files)|\.pem$|\.token$/.test(name))).toEqual([])
  const text = readFileSync(keyFilesIn(data()).log, 'utf8')
  const withKeys = place('with-keys')
  await makeBackup(order(withKeys, true))
  const key = join(withKeys, 'data', 'keys', 'log.pem')
  expect(readFileSync(key, 'utf8')).toBe(text)
  expect(statSync(key).mode & 0o777).toBe(0o600)
})

test('an altered, a cut and a missing file are each named, and nothing is restored', async () => {
  const altered = spoilt('altered', (at) => {
    const path = join(at, 'tables', 'log_entry.zst')
    const bytes = readFileSync(path)
    bytes[20] = (bytes[20] ?? 0) ^ 1
    writeFileSync(path, bytes)
  })
  await expect(restore(altered)).rejects.toThrow(/tables\/log_entry\.zst in the backup was altered/)
  const cut = spoilt('cut', (at) => truncateSync(join(at, 'tables', 'personal.zst'), 5))
  await expect(restore(cut)).rejects.toThrow(/tables\/personal\.zst in the backup has 5 bytes/)
  const missing = spoilt('missing', (at) => rmSync(join(at, 'data', 'files', fileKey.slice(0, 2), fileKey)))
  await expect(restore(missing)).rejects.toThrow(new RegExp(`lacks data/files/../${fileKey}`))
  const unfinished = spoilt('unfinished', (at) => rmSync(join(at, 'manifest.json')))
  await expect(restore(unfinished)).rejects.toThrow(/no whole backup/)
  const untold = spoilt('untold', (at) => {
    const manifest = JSON.parse(readFileSync(join(at, 'manifest.json'), 'utf8'))
    manifest.tables = manifest.tables.filter((table: { name: string }) => table.name !== 'log_entry')
    writeFileSync(join(at, 'manifest.json'), JSON.stringify(manifest))
  })
  await expect(restore(untold)).rejects.toThrow(/does not hold the tables/)
  expect((await rowsIn(empty.ownerUrl)).fact).toBe('0 ')
})

test('a path that leads out of the backup is refused', async () => {
  const outside = spoilt('outside', (at) => {
    const manifest = JSON.parse(readFileSync(join(at, 'manifest.json'), 'utf8'))
    manifest.files.path = '../../etc/passwd'
    writeFileSync(join(at, 'manifest.json'), JSON.stringify(manifest))
  })
  await expect(openSource(outside).then(readManifest)).rejects.toThrow(/manifest\.json .* is damaged \(files\.path\)/)
})

test('AVA-06 the command brings it into the database that DATABASE_URL names, once, and checks it again', async () => {
  const target = place('by-command')
  // Not in step with this process, whose clock the witnesses ask.
  const run = (...words: string[]) =>
    new Promise<{ status: number; stdout: string; stderr: string }>((done) => {
      const program = join(import.meta.dirname, '..', 'restore-command.ts')
      const env = {
        ...process.env,
        INIT_CWD: folder,
        DATABASE_URL: empty.url,
        DATABASE_OWNER_URL: empty.ownerUrl,
        WITNESS_POLICY_FILE: policyFile,
      }
      execFile(process.execPath, [program, ...words, '--data', target], { env }, (error, stdout, stderr) =>
        done({ status: error ? Number(error.code) : 0, stdout, stderr }),
      )
    })
  await letProgramIn(empty.superUrl)
  // A path from where the command was called.
  const first = await run('whole')
  expect([first.status, first.stderr]).toEqual([0, ''])
  expect(first.stdout).toContain(String(sequencer.size))
  expect(await rowsIn(empty.ownerUrl)).toEqual(await rowsIn(world.fresh.ownerUrl))
  await expect(refuseUnchecked(empty.ownerUrl)).resolves.toBeUndefined()
  // No database of its own was made beside it.
  expect(readdirSync(target).filter((name) => /database|postgresql/.test(name))).toEqual([])

  expect((await run('--check')).status).toBe(0)
  const again = await run('whole', '--country', 'fictia')
  expect(again.status).toBe(1)
  expect(again.stderr).toMatch(/restored into an empty folder/)
})

test('a database that holds a record is left as it is', async () => {
  await restore()
  const before = await rowsIn(empty.ownerUrl)
  await expect(restore()).rejects.toThrow(/The database is not empty/)
  expect(await rowsIn(empty.ownerUrl)).toEqual(before)
})

test('a folder that holds files is left as it is', async () => {
  const at = place('occupied')
  mkdirSync(join(at, 'files'), { recursive: true })
  const given = {
    source: await openSource(backup),
    ownerUrl: empty.ownerUrl,
    appUrl: empty.url,
    data: at,
    files: folderStore(at),
    policyFile,
    checkpointFile: null,
  }
  await expect(restoreBackup(given)).rejects.toThrow(/is there already/)
})

test('AVA-06 as one tar file: the same names and bytes as the folder, read back as it lies; cut or altered it is refused', async () => {
  const file = place('whole.tar')
  await makeBackup(order(file, true))
  expect(readdirSync(folder).filter((name) => /\.part$|^\.naru-backup/.test(name))).toEqual([])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  // The system's own tar reads it, and what it unpacks is a backup too.
  const unpacked = place('unpacked')
  mkdirSync(unpacked)
  execFileSync('tar', ['-xf', file, '-C', unpacked])
  expect(readdirSync(join(unpacked, 'tables')).toSorted()).toEqual(readdirSync(join(backup, 'tables')).toSorted())
  await checkWhole(await openSource(unpacked), await readManifest(await openSource(file)))
  expect(await restore(file)).toMatchObject({ state: 'checked', differences: [] })
  expect(await rowsIn(empty.ownerUrl)).toEqual(await rowsIn(world.fresh.ownerUrl))
  await empty.drop()
  empty = await freshDatabase()
  const bytes = readFileSync(file)
  for (const length of [bytes.length - 512, bytes.length - 1024, bytes.length >> 1, 700, 0]) {
    const cut = place(`cut-${length}.tar`)
    writeFileSync(cut, bytes.subarray(0, length))
    await expect(restore(cut), String(length)).rejects.toThrow(/no whole tar file|cut off|no whole backup/)
  }
  // One bit within a table's rows.
  const entry = bytes.indexOf('tables/fact_2026.zst')
  const altered = Buffer.from(bytes)
  altered[entry + 512 + 40] = (altered[entry + 512 + 40] ?? 0) ^ 1
  writeFileSync(place('altered.tar'), altered)
  await expect(restore(place('altered.tar'))).rejects.toThrow(/tables\/fact_2026.zst in the backup was altered/)
  await expect(makeBackup(order(file))).rejects.toThrow(/exists/)
  expect(await openSource(place('absent')).then(readManifest).catch(String)).toMatch(/no whole backup/)
})

test('as a stream it is the same tar, and a reader that goes away ends it', async () => {
  const parts: Buffer[] = []
  const stream = new Writable({
    highWaterMark: 1024,
    write(part: Buffer, _, done) {
      parts.push(part)
      setImmediate(done)
    },
  })
  await makeBackup({ ...order('-'), stream })
  writeFileSync(place('streamed.tar'), Buffer.concat(parts))
  const source = await openSource(place('streamed.tar'))
  await checkWhole(source, await readManifest(source))
  const deaf = new Writable({
    write(_part, _, done) {
      done(Object.assign(new Error('gone'), { code: 'EPIPE' }))
    },
  })
  await expect(makeBackup({ ...order('-'), stream: deaf })).rejects.toThrow(/gone/)
})

test('AVA-06 files on an object store are backed up, and restored to an empty one; a filled one is left as it is', async () => {
  const counterpart = await startObjectStore()
  try {
    const there = (prefix: string) =>
      objectStore({
        endpoint: counterpart.url,
        bucket: 'naru',
        prefix,
        region: 'us-east-1',
        credentials: trialCredentials,
      })
    const [key, large] = [newStorageKey(), newStorageKey()]
    const [drawing, model] = [Buffer.from('a drawing'), randomBytes(9_000_000)]
    await there('old/').keep(fileAt(key), drawing)
    await there('old/').keep(fileAt(large), model)
    const at = place('of-objects')
    await makeBackup({ ...order(at), files: there('old/') })
    const files = there('new/')
    expect(await restore(at, { files })).toMatchObject({ state: 'checked' })
    expect((await readWhole(files, fileAt(key)))?.equals(drawing)).toBe(true)
    expect((await readWhole(files, fileAt(large)))?.equals(model)).toBe(true)
    // The tiles are made anew where readers look for them.
    const listed = []
    for await (const path of files.list('log')) listed.push(path)
    expect(listed.some((path) => path.startsWith('log/tile/entries/'))).toBe(true)
    await empty.drop()
    empty = await freshDatabase()
    const before = new Map(counterpart.objects)
    await expect(restore(at, { files })).rejects.toThrow(/new\/ holds files\/\S+ already/)
    expect(counterpart.objects).toEqual(before)
    // A store that fails in the midst of a restore is left empty, for another try.
    const half = there('half/')
    counterpart.fault('refuse', 1, 6)
    await expect(restore(at, { files: half })).rejects.toThrow(/object store/)
    for await (const path of half.list('files')) expect(path).toBe('nothing')
  } finally {
    await counterpart.stop()
  }
})

test('a full disk leaves no half of a backup', async () => {
  const target = place('full')
  const opened = { ...order(target), open: () => createWriteStream('/dev/full') }
  await expect(makeBackup(opened)).rejects.toThrow(/not enough space for the backup/)
  expect(existsSync(target)).toBe(false)
  expect(existsSync(`${target}.part`)).toBe(false)
})

test('a database changed after the restore, with its manifest in order, does not pass', async () => {
  await restore()
  await withClient(empty.superUrl, async (client) => {
    await client.query(`set session_replication_role = replica`)
    await client.query(`update current set state = replace(state, 'a', 'b') where kind = 'bid'`)
  })
  const again = {
    ownerUrl: empty.ownerUrl,
    appUrl: empty.url,
    files: folderStore(place('x')),
    policyFile,
    checkpointFile: null,
  }
  expect(await checkAndMark(again)).toMatchObject({ state: 'damaged' })
  await expect(refuseUnchecked(empty.ownerUrl)).rejects.toThrow(/does not hang together/)
})

test('with too few witnesses it is not known to be the newest; the newest published checkpoint, kept by anyone, proves it', async () => {
  const silent = place('silent')
  writeFileSync(silent, readFileSync(policyFile, 'utf8').replaceAll(/ http:\S+/g, ''))
  expect(await restore(backup, { policyFile: silent })).toMatchObject({ state: 'unproven' })
  await expect(refuseUnchecked(empty.ownerUrl)).rejects.toThrow(/Too few witnesses answer/)
  const kept = place('kept-checkpoint')
  cpSync(join(data(), 'log', 'checkpoint'), kept)
  const again = {
    ownerUrl: empty.ownerUrl,
    appUrl: empty.url,
    files: folderStore(place('y')),
    policyFile: silent,
    checkpointFile: kept,
  }
  expect(await checkAndMark(again)).toMatchObject({ state: 'checked' })
  await expect(refuseUnchecked(empty.ownerUrl)).resolves.toBeUndefined()
})

test('AVA-06 behind what witnesses cosigned since, Naru does not start, and says what to do', async () => {
  const size = (await readManifest(await openSource(backup))).log.size
  await world.publishTender()
  await sequencer.run()
  await sequencer.publish()
  expect(sequencer.size).toBeGreaterThan(size)
  const checked = await restore()
  expect(checked.state).toBe('behind')
  expect(checked.said).toContain(`it ends after ${size} entries`)
  expect(checked.said).toContain(`has cosigned ${sequencer.size} entries`)
  await expect(refuseUnchecked(empty.ownerUrl)).rejects.toThrow(/Restore a newer backup/)
  const silent = place('silent')
  writeFileSync(silent, readFileSync(policyFile, 'utf8').replaceAll(/ http:\S+/g, ''))
  const pinned = {
    appUrl: empty.url,
    files: folderStore(place('z')),
    policyFile: silent,
    checkpointFile: join(data(), 'log', 'checkpoint'),
  }
  expect(await checkRestored(pinned)).toMatchObject({ state: 'behind' })
})

test('AVA-06 the witnesses that a sandbox left in its data folder are started and asked', async () => {
  const left = place('left-behind')
  await Promise.all(witnesses.map((each) => each.stop()))
  for (const name of names) cpSync(place(name), join(left, 'witnesses', name), { recursive: true })
  const silent = place('silent')
  writeFileSync(silent, readFileSync(policyFile, 'utf8').replaceAll(/ http:\S+/g, ''))
  const asking = { policyFile: silent, witnessesOf: left }
  // The backup of before the last checkpoint, and one of now.
  expect(await restore(backup, asking)).toMatchObject({
    state: 'behind',
    said: expect.stringContaining('has cosigned'),
  })
  await empty.drop()
  empty = await freshDatabase()
  const newest = place('newest')
  await makeBackup(order(newest))
  expect(await restore(newest, asking)).toMatchObject({ state: 'checked' })
  // What they remembered they remember.
  for (const name of names) {
    const heads = (at: string) =>
      readFileSync(join(at, 'heads'), 'utf8').trimEnd().split('\n').at(-1)?.split(' ').slice(1)
    expect(heads(join(left, 'witnesses', name))).toEqual(heads(place(name)))
  }
  const check = () =>
    checkRestored({ appUrl: empty.url, files: folderStore(place('y')), checkpointFile: null, ...asking })
  writeFileSync(join(left, 'naru.pid'), JSON.stringify({ pid: process.pid, port: 1 }))
  await expect(check()).rejects.toThrow(/runs \(process \d+\)/)
  rmSync(join(left, 'naru.pid'))
  rmSync(join(left, 'witnesses', 'audit'), { recursive: true })
  rmSync(join(left, 'witnesses', 'bidders'), { recursive: true })
  expect(await check()).toMatchObject({ state: 'unproven' })
  rmSync(join(left, 'witnesses', 'university'), { recursive: true })
  await expect(check()).rejects.toThrow(/holds no witnesses of a sandbox/)
})
