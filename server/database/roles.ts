// The database and its two roles: naru_owner writes the tables, naru_app works with them and owns none.
import pg from 'pg'

/** Passwords of the three roles of an embedded server. */
export interface DatabaseSecrets {
  superPassword: string
  ownerPassword: string
  appPassword: string
}

/**
 * Creates what is absent: the roles naru_owner and naru_app, and the database (owned by naru_owner, sorted by code point so that
 * only a named collation gives language order). `superUrl` needs the right to create roles and databases.
 */
export const prepareDatabase = async (
  superUrl: string,
  database: string,
  secrets: Pick<DatabaseSecrets, 'ownerPassword' | 'appPassword'>,
): Promise<void> => {
  await withClient(superUrl, async (client) => {
    await ensureRole(client, 'naru_owner', secrets.ownerPassword)
    await ensureRole(client, 'naru_app', secrets.appPassword)
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
    if (!rowCount) {
      const name = pg.escapeIdentifier(database)
      await client.query(
        `create database ${name} owner naru_owner template template0 encoding 'UTF8' ${await sorting(client)}`,
      )
      await client.query(`revoke all on database ${name} from public`)
      await client.query(`grant connect, temporary on database ${name} to naru_app`)
      await withClient(withDatabase(superUrl, database), async (inside) => {
        await inside.query('alter schema public owner to naru_owner')
        await inside.query('grant usage on schema public to naru_app')
      })
    }
  })
}

/** The same address with another database. */
export const withDatabase = (url: string, database: string): string => {
  const changed = new URL(url)
  changed.pathname = `/${encodeURIComponent(database)}`
  return changed.href
}

/** The same server and database, as another role. */
export const withRole = (url: string, role: string, password: string): string => {
  const changed = new URL(url)
  changed.username = role
  changed.password = password
  return changed.href
}

/** Runs `work` on one connection and closes it. */
export const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const ensureRole = async (client: pg.Client, role: string, password: string) => {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
  const secret = pg.escapeLiteral(password)
  if (!rowCount) await client.query(`create role ${role} login password ${secret}`)
}

// PostgreSQL 17 has a code-point locale of its own, which no change of the system's C library can reorder; 15 and 16 take C.
const sorting = async (client: pg.Client) => {
  const { rows } = await client.query(`select current_setting('server_version_num')::int as version`)
  return (rows[0] as { version: number }).version >= 170000
    ? `locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'`
    : `locale 'C.UTF-8'`
}
