// What there is to back up in a database, asked of its catalogue, so that no new table can be forgotten; and its rows out and in as streams.
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from, to } from 'pg-copy-streams'

/** A table that holds rows itself (a partition, not the whole it belongs to), with the columns that are not computed. */
export interface TableShape {
  readonly name: string
  readonly columns: readonly string[]
}

/** Tables that a restore makes itself: they tell of the database, not of procurement. */
const ownOfDatabase = ['migration', 'restoration']

/** All tables of the schema, each after those that it refers to. */
export async function readTables(client: pg.ClientBase): Promise<TableShape[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; refers: string[] }>(
    `select c.relname as name,
            array(select attname::text from pg_attribute a
                  where a.attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum) as columns,
            array(select distinct r.relname::text from pg_constraint k join pg_class r on r.oid = k.confrelid
                  where k.conrelid = c.oid and k.contype = 'f' and r.oid <> c.oid) as refers
     from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all ($1) order by c.relname`,
    [ownOfDatabase],
  )
  const placed = new Map<string, TableShape>()
  while (placed.size < rows.length) {
    const before = placed.size
    for (const { name, columns, refers } of rows)
      if (!placed.has(name) && refers.every((each) => placed.has(each))) placed.set(name, { name, columns })
    if (placed.size === before) throw new Error('tables refer to one another in a circle')
  }
  return [...placed.values()]
}

/** Where each counter of the schema stands; null before its first number. */
export async function readSequences(client: pg.ClientBase): Promise<{ name: string; last: string | null }[]> {
  const { rows } = await client.query<{ name: string; last: string | null }>(
    `select sequencename::text as name, last_value::text as last from pg_sequences where schemaname = 'public' order by 1`,
  )
  return rows
}

const shaped = ({ name, columns }: TableShape): string =>
  `public.${pg.escapeIdentifier(name)} (${columns.map((each) => pg.escapeIdentifier(each)).join(', ')})`

/** Sends the rows of a table through the steps to the last of them; answers how many. Constant memory. */
export async function copyOut(
  client: pg.ClientBase,
  table: TableShape,
  ...steps: [...NodeJS.ReadWriteStream[], Writable]
): Promise<number> {
  const rows = client.query(to(`copy ${shaped(table)} to stdout`))
  await pipeline([rows, ...steps])
  return rows.rowCount
}

/** Takes rows in as `copyOut` sent them; answers how many. */
export async function copyIn(
  client: pg.ClientBase,
  table: TableShape,
  source: Readable,
  ...steps: NodeJS.ReadWriteStream[]
): Promise<number> {
  const rows = client.query(from(`copy ${shaped(table)} from stdin`))
  await pipeline([source, ...steps, rows])
  return rows.rowCount
}
