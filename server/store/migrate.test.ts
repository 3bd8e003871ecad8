// Migrations are applied once and in order, and a rewritten past is refused in words.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withClient } from '../database/roles.ts'
import { type FreshDatabase, freshDatabase } from '../database/test-database.ts'
import { migrate, readMigrations } from './migrate.ts'

let database: FreshDatabase
let folder: string

beforeEach(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  await withClient(database.ownerUrl, (client) => client.query('drop table migration'))
  await file('0001-first.sql', 'create table one_a (a int); create table one_b (b int);')
  await file('0002-second.sql', 'create table two (a int);')
})

afterEach(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

const file = (name: string, sql: string) => writeFile(join(folder, name), sql)
const tables = async (...names: string[]) => {
  const { rows } = await withClient(database.ownerUrl, (client) =>
    client.query('select to_regclass(name) is not null as found from unnest($1::text[]) as name', [names]),
  )
  return rows.map(({ found }) => found)
}

test('applies what is missing, once', async () => {
  expect(await migrate(database.ownerUrl, folder)).toEqual(['0001-first.sql', '0002-second.sql'])
  expect(await migrate(database.ownerUrl, folder)).toEqual([])
  await file('0003-third.sql', 'create table three (a int);')
  expect(await migrate(database.ownerUrl, folder)).toEqual(['0003-third.sql'])
  expect(await tables('one_a', 'one_b', 'two', 'three')).toEqual([true, true, true, true])
})

test('two programs starting at once apply each file once', async () => {
  const applied = await Promise.all([migrate(database.ownerUrl, folder), migrate(database.ownerUrl, folder)])
  expect(applied.flat().sort()).toEqual(['0001-first.sql', '0002-second.sql'])
})

test('a failing file leaves nothing of itself and keeps what came before', async () => {
  await file('0003-broken.sql', 'create table half (a int); select nonsense;')
  await expect(migrate(database.ownerUrl, folder)).rejects.toThrow(/0003-broken\.sql.*nonsense/)
  expect(await tables('two', 'half')).toEqual([true, false])
})

test('refuses a file changed after it was applied', async () => {
  await migrate(database.ownerUrl, folder)
  await file('0002-second.sql', 'create table two (a bigint);')
  await expect(migrate(database.ownerUrl, folder)).rejects.toThrow(/0002-second\.sql was changed after/)
})

test('refuses a database of a newer program', async () => {
  await migrate(database.ownerUrl, folder)
  await rm(join(folder, '0002-second.sql'))
  await expect(migrate(database.ownerUrl, folder)).rejects.toThrow(/newer Naru \(0002-second\.sql/)
})

test('refuses a file that would come before an applied one', async () => {
  await rm(join(folder, '0001-first.sql'))
  await migrate(database.ownerUrl, folder)
  await file('0001-first.sql', 'create table one_a (a int);')
  await expect(migrate(database.ownerUrl, folder)).rejects.toThrow(/would come before 0002-second\.sql/)
})

test('refuses two files of one number and a misnamed file', async () => {
  await file('0002-other.sql', 'select 1')
  await expect(readMigrations(folder)).rejects.toThrow(/number is taken/)
  await rm(join(folder, '0002-other.sql'))
  await file('third.sql', 'select 1')
  await expect(readMigrations(folder)).rejects.toThrow(/named NNNN/)
})
