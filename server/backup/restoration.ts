// The mark that a restored database carries until it was checked, and the refusal of every program to serve with one that was not.
//
// The table is made by a restore only, in the transaction that brings the rows, so there is no moment in which restored rows stand unmarked.
import type pg from 'pg'
import { CannotStart } from '../database/cannot-start.ts'
import { withClient } from '../database/roles.ts'

/** 'checking' until the checks ended; 'behind': witnesses know more of the log; 'damaged': it does not hang together. */
export type RestorationState = 'checking' | 'checked' | 'unproven' | 'behind' | 'damaged'

/** Marks a database as restored from a backup of `made`, not yet checked. */
export async function markRestored(client: pg.ClientBase, made: string): Promise<void> {
  await client.query(
    `create table if not exists restoration (
       one boolean primary key default true check (one), restored timestamptz not null default clock_timestamp(), made timestamptz not null,
       state text not null, said text not null)`,
  )
  await client.query('insert into restoration (made, state, said) values ($1, $2, $3)', [
    made,
    'checking',
    'This database was restored from a backup and not yet checked. Check it: npx naru restore --check',
  ])
}

/** Writes what a check found. */
export const markChecked = (ownerUrl: string, state: RestorationState, said: string): Promise<void> =>
  withClient(ownerUrl, async (client) => {
    if (await isMarked(client)) await client.query('update restoration set state = $1, said = $2', [state, said])
  })

/** Throws CannotStart, with what to do, where the database was restored and did not pass its check. */
export const refuseUnchecked = (ownerUrl: string): Promise<void> =>
  withClient(ownerUrl, async (client) => {
    if (!(await isMarked(client))) return
    const { rows } = await client.query<{ state: RestorationState; said: string }>(
      'select state, said from restoration',
    )
    const [row] = rows
    if (row && row.state !== 'checked') throw new CannotStart(row.said)
  })

const isMarked = async (client: pg.ClientBase): Promise<boolean> => {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regclass('public.restoration') is not null as found`,
  )
  return rows[0]?.found ?? false
}
