// Challenges of sign-in: 32 bytes that one answer may use, within five minutes.
import { randomBytes } from 'node:crypto'
import type pg from 'pg'

export type Purpose = 'register' | 'enrol' | 'sign-in' | 'certificate' | 'act'

/** What was kept with a challenge. */
export interface Asked {
  readonly person: string | null
  readonly content: string | null
}

/** How long an answer may take. */
export const challengeSeconds = 300

/** Keeps a challenge (32 fresh bytes, or those given) for a person or for whoever answers. */
export async function keepChallenge(
  pool: Pick<pg.Pool, 'query'>,
  purpose: Purpose,
  asked: Partial<Asked> = {},
  challenge: Uint8Array = randomBytes(32),
): Promise<Uint8Array<ArrayBuffer>> {
  await pool.query('delete from sign_in_challenge where ends < clock_timestamp()')
  await pool.query(
    `insert into sign_in_challenge (challenge, purpose, person, content, ends)
     values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))`,
    [challenge, purpose, asked.person ?? null, asked.content ?? null, challengeSeconds],
  )
  return new Uint8Array(challenge)
}

/** What was kept with a challenge that has not run out, without using it up; null where there is none. */
export async function peekChallenge(
  pool: Pick<pg.Pool, 'query'>,
  purpose: Purpose,
  challenge: Uint8Array,
): Promise<Asked | null> {
  const { rows } = await pool.query<Asked>(
    'select person, content from sign_in_challenge where challenge = $1 and purpose = $2 and ends > clock_timestamp()',
    [challenge, purpose],
  )
  return rows[0] ?? null
}

/** Uses a challenge up: of two answers at once, one gets it. Null where there is none, or it has run out. */
export async function takeChallenge(
  client: Pick<pg.Pool, 'query'>,
  purpose: Purpose,
  challenge: Uint8Array,
): Promise<Asked | null> {
  const { rows } = await client.query<Asked>(
    'delete from sign_in_challenge where challenge = $1 and purpose = $2 and ends > clock_timestamp() returning person, content',
    [challenge, purpose],
  )
  return rows[0] ?? null
}

/** The challenge that a client says it signed (clientDataJSON in base64url); null where it is none of ours. */
export function challengeIn(clientDataJSON: string): Uint8Array | null {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as {
      challenge?: unknown
    }
    const bytes = typeof challenge === 'string' ? Buffer.from(challenge, 'base64url') : null
    return bytes?.length === 32 ? new Uint8Array(bytes) : null
  } catch {
    return null
  }
}
