// Codes with which a person of a live deployment makes the first passkey: given out by the operator, known here as a hash, short-lived.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type pg from 'pg'

type Query = Pick<pg.Pool, 'query'>

/** Letters that nobody takes for one another, in speech or in print (Crockford's base 32). */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const mostTries = 5
/** How long a code counts. */
export const enrolmentHours = 24

const lettersOf = (count: number): string => [...randomBytes(count)].map((byte) => letters[byte % 32]).join('')
const hashOf = (secret: string): Buffer => createHash('sha256').update(`naru enrolment ${secret}`).digest()

/**
 * A new code for a person in place of an older one: eight letters by which it is found, and sixteen (80 bits) that nobody guesses. Throws where
 * there is no such person.
 */
export async function issueEnrolment(query: Query, person: string): Promise<string> {
  const place = lettersOf(8)
  const secret = lettersOf(16)
  await query.query('delete from enrolment where person = $1', [person])
  await query.query(
    `insert into enrolment (person, place, secret_hash, ends) values ($1, $2, $3, clock_timestamp() + make_interval(hours => $4))`,
    [person, place, hashOf(secret), enrolmentHours],
  )
  return (place + secret).replace(/(.{4})(?=.)/g, '$1-')
}

/** A code as people type it: any case, with or without dashes, O for 0, I and L for 1. */
const plain = (typed: string): string =>
  typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')

/** The person whose code this is, or null: wrong, run out, or tried too often. A wrong secret counts as a try. */
export async function findEnrolled(
  query: Query,
  typed: string,
): Promise<{ readonly id: string; readonly name: string } | null> {
  const code = plain(typed)
  if (!/^[0-9A-Z]{24}$/.test(code)) return null
  const place = code.slice(0, 8)
  const { rows } = await query.query<{ person: string; name: string; secret_hash: Buffer }>(
    `update enrolment e set tries = tries + 1 from person p
     where p.id = e.person and e.place = $1 and e.ends > clock_timestamp() and e.tries < $2
     returning e.person, p.name, e.secret_hash`,
    [place, mostTries],
  )
  const [row] = rows
  if (!row || !timingSafeEqual(row.secret_hash, hashOf(code.slice(8)))) return null
  // The right code is no try: the person may begin anew after closing the browser's dialog.
  await query.query('update enrolment set tries = tries - 1 where place = $1', [place])
  return { id: row.person, name: row.name }
}

/** A code that made its passkey is spent; false where another passkey has spent it meanwhile. */
export const spendEnrolment = async (query: Query, person: string): Promise<boolean> =>
  (await query.query('delete from enrolment where person = $1', [person])).rowCount === 1
