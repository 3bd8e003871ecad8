// An operator's own PostgreSQL instead of the embedded one: is it fit, and under which roles do we work there.
import type pg from 'pg'
import { CannotStart } from './cannot-start.ts'
import { withClient } from './roles.ts'

/** The two addresses of an operator's database: for the migrations and for the application. */
export interface OperatorsDatabase {
  ownerUrl: string
  appUrl: string
}

const oldest = 15

/**
 * Looks at the database behind `ownerUrl` and makes the role naru_app where it is absent and we may. The application works under
 * `appUrl` if the operator gives an address of its own for it (DATABASE_URL beside DATABASE_OWNER_URL); else it logs in as the owner
 * and takes the role naru_app at once. Throws CannotStart with what the operator must do.
 */
export const openOperators = async (ownerUrl: string, appUrl?: string): Promise<OperatorsDatabase> => {
  try {
    await withClient(ownerUrl, async (client) => {
      await refuseUnfit(client)
      await ensureApplication(client)
    })
  } catch (error) {
    throw inOperatorsWords(error, ownerUrl)
  }
  return { ownerUrl, appUrl: appUrl ?? takingRole(ownerUrl) }
}

const takingRole = (url: string) => {
  const changed = new URL(url)
  changed.searchParams.set('options', '-c role=naru_app')
  // URLSearchParams writes a space as +, which the connection string takes literally.
  return changed.href.replace('-c+role', '-c%20role')
}

const refuseUnfit = async (client: pg.Client) => {
  const { rows } = await client.query<Fitness>(
    `select current_setting('server_version_num')::int / 10000 as version, current_setting('server_version') as named,
            pg_is_in_recovery() as standby, pg_encoding_to_char(encoding) as encoding, current_database() as database,
            exists (select from pg_collation where collname = 'ky-x-icu') as icu
       from pg_database where datname = current_database()`,
  )
  const { version, named, standby, encoding, database, icu } = rows[0] as Fitness
  if (version < oldest)
    throw new CannotStart(
      `DATABASE_URL leads to PostgreSQL ${named}; Naru needs ${oldest} or newer. Upgrade it, or give another.`,
    )
  if (standby)
    throw new CannotStart(
      'DATABASE_URL leads to a standby, which takes no writes. Give the address of the primary (target_session_attrs=read-write).',
    )
  if (encoding !== 'UTF8')
    throw new CannotStart(
      `The database ${database} holds ${encoding}, not UTF8. Make one that does: createdb --encoding=UTF8 --template=template0 naru`,
    )
  if (!icu)
    throw new CannotStart(
      'This PostgreSQL was built without ICU, so it cannot sort Kyrgyz or Korean. Take one built with ICU (those of Debian are).',
    )
}

interface Fitness {
  version: number
  named: string
  standby: boolean
  encoding: string
  database: string
  icu: boolean
}

const ensureApplication = async (client: pg.Client) => {
  const { rows } = await client.query<{ me: string; database: string; exists: boolean; member: boolean | null }>(
    `select quote_ident(current_user) as me, quote_ident(current_database()) as database,
            exists (select from pg_roles where rolname = 'naru_app') as exists,
            (select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = 'naru_app') as member`,
  )
  const { me, database, exists, member } = rows[0] as (typeof rows)[0]
  const wanted = [
    ...(exists ? [] : ['create role naru_app']),
    ...(member ? [] : [`grant naru_app to ${me}`]),
    `grant connect, temporary on database ${database} to naru_app`,
    'grant usage on schema public to naru_app',
  ]
  for (const statement of wanted) {
    try {
      await client.query(statement)
    } catch (cause) {
      if ((cause as pg.DatabaseError).code !== '42501') throw cause
      throw new CannotStart(
        `The role ${me} may not prepare the database. Let its administrator run once, then start again:\n  ${wanted.join(';\n  ')};\n  alter schema public owner to ${me};`,
        { cause },
      )
    }
  }
}

const inOperatorsWords = (error: unknown, url: string): unknown => {
  const { hostname, port, pathname, username } = new URL(url)
  const where = `${hostname}:${port || 5432}`
  const database = decodeURIComponent(pathname.slice(1)) || username
  const sentences: Record<string, string> = {
    ECONNREFUSED: `No PostgreSQL listens at ${where}. Start it, or mend DATABASE_URL.`,
    ENOTFOUND: `There is no machine called ${hostname}. Mend DATABASE_URL.`,
    ETIMEDOUT: `${where} does not answer. Look at the network and the firewall, or mend DATABASE_URL.`,
    EHOSTUNREACH: `${where} cannot be reached. Look at the network, or mend DATABASE_URL.`,
    '28P01': `The password of ${username} in DATABASE_URL is wrong.`,
    '28000': `PostgreSQL at ${where} does not let ${username} in from this machine. Look at pg_hba.conf.`,
    '3D000': `There is no database ${database} at ${where}. Make it: createdb --encoding=UTF8 --template=template0 ${database}`,
    '53300': `PostgreSQL at ${where} has no connection left. Raise max_connections, or close what is not used.`,
    '57P03': `PostgreSQL at ${where} is still starting. Try again in a moment.`,
  }
  const sentence = sentences[(error as NodeJS.ErrnoException).code ?? '']
  return sentence ? new CannotStart(sentence, { cause: error }) : error
}
