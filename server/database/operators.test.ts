// An operator's PostgreSQL is prepared by a role that may little, and every way it can be unfit has its sentence.
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openOperators } from './operators.ts'
import { withClient, withDatabase, withRole } from './roles.ts'
import { type FreshDatabase, freshDatabase } from './test-database.ts'

let server: FreshDatabase
let role: string
let database: string

beforeEach(async () => {
  server = await freshDatabase()
  role = `buyer_${randomBytes(4).toString('hex')}`
  database = `${role}_db`
  await asSuper(`create role ${role} login password 'secret'`)
  await asSuper(`create database ${database} owner ${role} template template0 encoding 'UTF8'`)
})

afterEach(async () => {
  await asSuper(`drop database ${database} with (force)`)
  await asSuper(`revoke naru_app from ${role}`)
  await asSuper(`drop role ${role}`)
  await server.drop()
})

const asSuper = (statement: string) => withClient(server.superUrl, (client) => client.query(statement))
const urlAs = (password = 'secret', name = database) => withRole(withDatabase(server.superUrl, name), role, password)

test('the application works as naru_app and owns nothing, though it logs in as the owner', async () => {
  await asSuper(`grant naru_app to ${role}`)
  await withClient(withDatabase(server.superUrl, database), (client) =>
    client.query(`alter schema public owner to ${role}`),
  )
  const { ownerUrl, appUrl } = await openOperators(urlAs())
  await withClient(ownerUrl, async (client) => {
    await client.query('create table fact (word text)')
    await client.query('grant select, insert on fact to naru_app')
  })
  await withClient(appUrl, async (client) => {
    expect((await client.query('select current_user as me')).rows).toEqual([{ me: 'naru_app' }])
    await client.query(`insert into fact values ('a')`)
    await expect(client.query(`update fact set word = 'b'`)).rejects.toThrow(/permission denied/)
    await expect(client.query('drop table fact')).rejects.toThrow(/must be owner/)
  })
})

test('a role that may not prepare is given the statements for its administrator', async () => {
  await expect(openOperators(urlAs())).rejects.toThrow(
    new RegExp(
      `The role ${role} may not prepare the database[^]*grant naru_app to ${role};[^]*alter schema public owner to ${role}`,
    ),
  )
})

test('a wrong password, an absent database and a closed port are said in words', async () => {
  await expect(openOperators(urlAs('guess'))).rejects.toThrow(`The password of ${role} in DATABASE_URL is wrong.`)
  await expect(openOperators(urlAs('secret', 'nowhere'))).rejects.toThrow(/There is no database nowhere.*createdb/)
  await expect(openOperators('postgres://a:b@127.0.0.1:1/naru')).rejects.toThrow(
    'No PostgreSQL listens at 127.0.0.1:1.',
  )
})

test('a database that does not hold UTF8 is refused', async () => {
  await asSuper(`drop database ${database}`)
  await asSuper(`create database ${database} owner ${role} template template0 encoding 'LATIN1' locale 'C'`)
  await expect(openOperators(urlAs())).rejects.toThrow(/holds LATIN1, not UTF8/)
})
