// A migrated database of its own for one test file or one test, copied from the template in some 25 ms.
import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { withClient, withDatabase, withRole } from './roles.ts'

/** What the set-up of the test run hands to the test files. */
export interface TestServer {
  superUrl: string
  template: string
  ownerPassword: string
  appPassword: string
}

/** A database that no other test sees. */
export interface FreshDatabase {
  /** As the application (naru_app): may insert and select facts. */
  url: string
  /** As the owner of the tables (naru_owner). */
  ownerUrl: string
  /** As the superuser. */
  superUrl: string
  /** Ends every connection to it and deletes it. */
  drop(): Promise<void>
}

/** Copies the migrated template. Works in the test project `server` only (vitest.config.ts). */
export const freshDatabase = async (): Promise<FreshDatabase> => {
  const server = inject('testServer')
  const name = `naru_${randomBytes(6).toString('hex')}`
  await withClient(server.superUrl, async (client) => {
    await client.query(`create database ${name} template ${server.template} owner naru_owner`)
    await client.query(`revoke all on database ${name} from public`)
    await client.query(`grant connect, temporary on database ${name} to naru_app`)
  })
  const superUrl = withDatabase(server.superUrl, name)
  return {
    url: withRole(superUrl, 'naru_app', server.appPassword),
    ownerUrl: withRole(superUrl, 'naru_owner', server.ownerPassword),
    superUrl,
    drop: async () => {
      await withClient(server.superUrl, (client) => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}

/**
 * What an operator's administrator grants once (`operators.test.ts` holds the words), so that the program itself may start on a fresh database.
 * The first grant is of the whole server: other tests of the run may find it there.
 */
export const letProgramIn = async (superUrl: string): Promise<void> =>
  withClient(superUrl, async (client) => {
    const { rows } = await client.query<{ database: string }>('select quote_ident(current_database()) as database')
    for (const statement of [
      'grant naru_app to naru_owner',
      `grant connect, temporary on database ${rows[0]?.database} to naru_app`,
      'grant usage on schema public to naru_app',
      'alter schema public owner to naru_owner',
    ])
      await client.query(statement)
  })
