// The connections of the application, and how PostgreSQL's values become ours: instants as ISO text, big numbers as text.
import { Kysely, PostgresDialect } from 'kysely'
import type { Socket } from 'node:net'
import pg from 'pg'

/** Rows as the queries of this room read and write them; bytea is a Buffer, timestamptz ISO text with milliseconds, bigint text. */
export interface Tables {
  fact: {
    year: number
    stream: string
    seq: number
    case_id: string
    type: string
    at: string
    record: string
    hash: Buffer
  }
  current: {
    stream: string
    kind: string
    case_id: string
    year: number
    seq: number
    hash: Buffer
    owner: string | null
    round: number | null
    stage: string | null
    open_until: string | null
    state: string
  }
  personal: { commitment: Buffer; salt: Buffer | null; value: string | null; case_id: string; erased_at: string | null }
  pending: {
    id: string
    stream: string
    seq: number
    case_id: string
    public: boolean
    entry: Buffer
    salt: Buffer | null
  }
  log_entry: {
    index: string
    stream: string
    seq: number
    case_id: string
    public: boolean
    entry: Buffer
    salt: Buffer | null
    leaf_hash: Buffer
    at: string
  }
  set_aside: { id: string; stream: string; seq: number; reason: string }
  checkpoint: { size: string; root: Buffer; note: string; at: string }
  act_answer: {
    actor: string
    key: string
    case_id: string
    act: string
    input_hash: Buffer
    answer: string
    at: string
  }
  attempt: {
    at: string
    case_id: string | null
    actor: string
    act: string
    code: string
    size: number
    count: number
    part: string
  }
  serial: { name: string; last: number }
  deployment: {
    one: boolean
    mode: 'sandbox' | 'live'
    country: string
    log_origin: string
    /** Null since the keys lie in files; a database from before still holds them once. */
    log_key: Buffer | null
    promise_key: Buffer | null
    log_public: Buffer | null
    promise_public: Buffer | null
  }
  clock: { one: boolean; ahead_ms: string; floor: string }
  person: { id: string; name: string }
  membership: { person: string; organisation: string; roles: string[] }
  session: { token_hash: Buffer; person: string; organisation: string | null; seen: string; ends: string }
  draft: {
    id: string
    organisation: string
    person: string
    kind: string
    case_id: string | null
    version: number
    body: unknown
    updated: string
  }
  upload: {
    id: string
    organisation: string
    person: string
    name: string
    media_type: string
    size: string
    received: string
    declared_sha256: string | null
    sha256: string | null
    storage_key: string
    scan: 'not-scanned' | 'clean' | 'infected'
    scan_note: string | null
    created: string
    completed: string | null
  }
  listing: {
    case_id: string
    source: string
    ocid: string
    number: string | null
    title: Record<string, string>
    buyer_id: string | null
    buyer_name: string
    status: string
    category: string | null
    method: string | null
    method_details: string | null
    classification: string | null
    value_amount: string | null
    currency: string | null
    published_at: string | null
    deadline: string | null
    supplier_name: string | null
    award_amount: string | null
    folded: string
  }
  webhook: {
    id: string
    organisation: string
    address: string
    secret: string
    cursor: string
    failures: number
    next_try: string
    last_error: string | null
  }
  after_cursor: { name: string; index: string }
}

const { builtins } = pg.types
const parsers = new Map<number, (text: string) => unknown>([
  [builtins.TIMESTAMPTZ, (text) => (text.includes('infinity') ? text : new Date(text).toISOString())],
  [builtins.INT8, (text) => text],
  [builtins.NUMERIC, (text) => text],
])
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers.get(oid)) ||
    pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
}

/** The application's database: raw connections for the path of a change, Kysely for everything that only reads or keeps ordinary tables. */
export interface Database {
  readonly pool: pg.Pool
  readonly db: Kysely<Tables>
  readonly url: string
  end(): Promise<void>
}

/** Opens a pool as the application's role. */
export function openDatabase(url: string, connections = 16): Database {
  // `pipeline` lets statements that need no answer of one another go in one write: an act begins and commits without round trips of their own.
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types,
    idleTimeoutMillis: 60_000,
    pipeline: true,
  })
  // A connection that breaks while idle is replaced by the pool; without a listener Node would end the process.
  pool.on('error', () => {})
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return { pool, db, url, end: () => db.destroy() }
}

/** Hands a connection's statements to the network together. */
export function inOneWrite<T>(client: pg.PoolClient, send: () => T): T {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  stream.cork()
  try {
    return send()
  } finally {
    stream.uncork()
  }
}
