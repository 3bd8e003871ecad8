// The private keys lie in files: made once, moved out of an older database, missed when gone, refused when they are others.
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { withClient } from './database/roles.ts'
import { type FreshDatabase, freshDatabase } from './database/test-database.ts'
import { keyFilesIn, openDeployment } from './deployment.ts'
import { makeKeyFile, rawPublicKey, readKeyFile } from './key-file.ts'
import { type Database, openDatabase } from './store/database.ts'

let fresh: FreshDatabase
let database: Database
let dataFolder: string

beforeAll(async () => {
  fresh = await freshDatabase()
  database = openDatabase(fresh.url, 2)
})
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'naru-keys-'))
})
afterAll(async () => {
  await database.end()
  await fresh.drop()
})

const open = (signs?: { log: boolean; promise: boolean }) =>
  openDeployment(database, { country: 'fictia', mode: 'sandbox', dataFolder, ...(signs && { signs }) })

test('a key is made once, for its owner alone, and read again', () => {
  const path = join(dataFolder, 'keys', 'a.pem')
  expect(readKeyFile(path)).toBeNull()
  const made = makeKeyFile(path)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(makeKeyFile(path).publicKey).toEqual(made.publicKey)
  expect(() => readKeyFile('/')).toThrow('cannot be read')
})

test('SEC-09: a new deployment holds public keys only; a file that is gone or another is told', async () => {
  const deployment = await open()
  const files = keyFilesIn(dataFolder)
  expect(deployment.logPublicKey).not.toEqual(deployment.promisePublicKey)
  const row = await database.db.selectFrom('deployment').selectAll().executeTakeFirstOrThrow()
  expect([row.log_key, row.promise_key]).toEqual([null, null])
  expect(row.log_public?.equals(deployment.logPublicKey)).toBe(true)
  expect((await open()).logPublicKey).toEqual(deployment.logPublicKey)

  renameSync(files.log, `${files.log}.away`)
  await expect(open()).rejects.toThrow('The key of the log is missing')
  const signsPromises = await open({ log: false, promise: true })
  expect(signsPromises.logPublicKey).toEqual(deployment.logPublicKey)
  expect(() => signsPromises.logSigner(new Uint8Array())).toThrow('missing')
  makeKeyFile(files.log)
  await expect(open()).rejects.toThrow('another key')
  rmSync(files.log)
  renameSync(`${files.log}.away`, files.log)
  await expect(database.pool.query(`update deployment set log_public = promise_public, log_key = 'x'`)).rejects.toThrow(
    'only leave',
  )
})

test('the keys of an older database move into files at the next start', async () => {
  const [log, promise] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
  await withClient(fresh.superUrl, async (client) => {
    await client.query('delete from deployment')
    await client.query(
      `insert into deployment (mode, country, log_origin, log_key, promise_key) values ('sandbox', 'fictia', 'old.invalid/log', $1, $2)`,
      [log, promise].map(({ privateKey }) => privateKey.export({ format: 'der', type: 'pkcs8' })),
    )
  })
  const deployment = await open()
  expect(deployment.logOrigin).toBe('old.invalid/log')
  expect(deployment.logPublicKey).toEqual(rawPublicKey(log.publicKey))
  expect(deployment.promisePublicKey).toEqual(rawPublicKey(promise.publicKey))
  const row = await database.db.selectFrom('deployment').selectAll().executeTakeFirstOrThrow()
  expect([row.log_key, row.promise_key]).toEqual([null, null])
  expect(row.log_public?.equals(deployment.logPublicKey)).toBe(true)
  expect(readFileSync(keyFilesIn(dataFolder).promise, 'utf8')).toContain('PRIVATE KEY')
  expect((await open()).logPublicKey).toEqual(deployment.logPublicKey)
})
