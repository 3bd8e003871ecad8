// Who asks: a session cookie of a person, or a delegated credential of another system. Tokens are kept as hashes only.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Actor, anyone, type PersonActor, type Role } from '@naru/domain/actor.ts'
import { streamName } from '@naru/domain/id.ts'
import type { OrganisationState } from '@naru/domain/organisation/organisation.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Deployment } from '../deployment.ts'
import { gather } from '../gather.ts'

const cookieName = 'naru_session'
/** A session ends after twelve hours, or after two without a request. */
const longest = '12 hours'
const idle = '2 hours'

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Who is signed in, as the screens show it. */
export interface SignedIn {
  readonly actor: PersonActor
  readonly name: string
  readonly organisation: Readonly<Record<string, string>> | null
}

function cookieOf(request: FastifyRequest): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=')
    if (name === cookieName && value) return value
  }
  return null
}

/** What a request shows of who sends it, before anything is looked up: a session's token or a credential's id; null where nothing is shown. */
export const tokenOf = (request: FastifyRequest): string | null =>
  /^Bearer ([0-9a-f-]{36})\./.exec(request.headers.authorization ?? '')?.[1] ?? cookieOf(request)

/** How a person signed in: as a fictional person of the sandbox, or by what only this person has, with the person verified. */
export type SignInMethod = 'sandbox' | 'passkey' | 'certificate'

/** A session of a person. `at` is when it began; `fresh` whether the person showed within ten minutes who it is. */
export interface Session {
  readonly actor: PersonActor
  readonly method: SignInMethod
  readonly at: string
  readonly fresh: boolean
  readonly handle: string
}

interface SessionRow {
  readonly token_hash: Buffer
  readonly person: string
  readonly organisation: string | null
  readonly roles: Role[] | null
  readonly stale: boolean
  readonly method: SignInMethod
  readonly created: string
  readonly fresh: boolean
  readonly handle: string
}
const finding = new WeakMap<Deployment, ReturnType<typeof gather<Buffer, SessionRow | null>>>()

/** The sessions of requests that come together are found by one statement. */
function sessionsOf(deployment: Deployment): ReturnType<typeof gather<Buffer, SessionRow | null>> {
  const made =
    finding.get(deployment) ?? gather((hashes) => findSessions(deployment, hashes), { together: 32, atOnce: 2 })
  finding.set(deployment, made)
  return made
}

async function findSessions(deployment: Deployment, hashes: readonly Buffer[]): Promise<(SessionRow | null)[]> {
  const { rows } = await deployment.database.pool.query<SessionRow>({
    name: 'find_sessions',
    // Each by its index, whatever the tables hold when the statement is planned.
    text: `select s.*, m.organisation, m.roles from unnest($1::bytea[]) as asked(token_hash)
      cross join lateral (
        select o.token_hash, o.person, o.organisation as acts_for, o.seen < clock_timestamp() - interval '1 minute' as stale, o.method, o.created,
          o.method <> 'sandbox' and o.created > clock_timestamp() - interval '10 minutes' as fresh, o.handle from session o
        where o.token_hash = asked.token_hash and o.ends > clock_timestamp() and o.seen > clock_timestamp() - $2::interval limit 1) as s
      left join lateral (
        select n.organisation, n.roles from membership n where n.person = s.person and n.organisation = s.acts_for limit 1) as m on true`,
    values: [hashes, idle],
  })
  const found = new Map(rows.map((row) => [row.token_hash.toString('latin1'), row]))
  return hashes.map((hash) => found.get(hash.toString('latin1')) ?? null)
}

/** The session of a request, or null. */
export async function findSession(deployment: Deployment, request: FastifyRequest): Promise<Session | null> {
  const token = cookieOf(request)
  if (!token) return null
  const tokenHash = hashOf(token)
  const row = await sessionsOf(deployment).ask(tokenHash)
  if (!row) return null
  if (row.stale) markSeen(deployment, tokenHash)
  const { person, method, created: at, fresh, handle } = row
  const actor = { kind: 'person', person, organisation: row.organisation ?? person, roles: row.roles ?? [] } as const
  return { actor, method, at, fresh, handle }
}

/** Who makes this request, with the names that a screen shows; null without a session. */
export async function findSignedIn(deployment: Deployment, request: FastifyRequest): Promise<SignedIn | null> {
  const actor = (await findSession(deployment, request))?.actor
  if (!actor) return null
  const { rows } = await deployment.database.pool.query<{ name: string; state: string | null }>({
    name: 'find_names',
    text: 'select p.name, c.state from person p left join current c on c.stream = $2 where p.id = $1',
    values: [actor.person, streamName('organisation', actor.organisation)],
  })
  const { name = '', state = null } = rows[0] ?? {}
  const organisation = state && (JSON.parse(state) as OrganisationState)
  return { actor, name, organisation: organisation ? { ...organisation.profile.name } : null }
}

const unmarked = new WeakMap<Deployment, Buffer[]>()
const markMs = 1000

/**
 * Notes that a session was used, once a minute at most. Nobody waits for it, and all sessions of a second are written together: before a
 * deadline every bidder's session is stale, and a durable write of its own would cost each bid as much as the bid's commit.
 */
function markSeen(deployment: Deployment, tokenHash: Buffer): void {
  const waiting = unmarked.get(deployment)
  if (waiting) {
    waiting.push(tokenHash)
    return
  }
  const hashes = [tokenHash]
  unmarked.set(deployment, hashes)
  setTimeout(() => {
    unmarked.delete(deployment)
    // What could not be written is noted at the next request.
    deployment.database.pool
      .query('update session set seen = clock_timestamp() where token_hash = any ($1)', [hashes])
      .catch(() => {})
  }, markMs).unref()
}

/** `Authorization: Bearer <credential>.<secret>`: acts only the acts it was delegated, for its person, until it ends. */
async function findCredential(
  deployment: Deployment,
  header: string,
): Promise<{ actor: PersonActor; acts: readonly string[] } | null> {
  const [, credential, secret] = /^Bearer ([0-9a-f-]{36})\.([A-Za-z0-9_-]{32,128})$/.exec(header) ?? []
  if (!credential || !secret) return null
  const { rows } = await deployment.database.pool.query<{ state: string; now: string }>({
    name: 'find_credential',
    text: `select c.state, naru_now() as now from credential d join current c on c.stream = 'organisation:' || d.organisation where d.credential = $1`,
    values: [credential],
  })
  const [row] = rows
  if (!row) return null
  const state = JSON.parse(row.state) as OrganisationState
  const found = state.credentials.find((each) => each.credential === credential)
  const member = state.members.find((each) => each.person === found?.person)
  if (!found || !member || found.until <= row.now) return null
  const given = createHash('sha256').update(secret).digest()
  if (!timingSafeEqual(given, Buffer.from(found.secretHash, 'hex'))) return null
  return {
    actor: { kind: 'person', person: member.person, organisation: state.id, roles: member.roles, credential },
    acts: found.acts,
  }
}

/** Whether a credential's acts include one. Who may post shares may also come for it: delegations of before know no coming. */
export const isDelegated = (acts: readonly string[], act: string): boolean =>
  acts.includes(act) || (act === 'attend-opening' && acts.includes('post-shares'))

/** The actor of a request; `acts` bounds what a credential may do, null for a person. */
export async function actorOf(
  deployment: Deployment,
  request: FastifyRequest,
): Promise<{ actor: Actor; acts: readonly string[] | null }> {
  const header = request.headers.authorization
  if (header) {
    const credential = await findCredential(deployment, header)
    return credential ?? { actor: anyone, acts: null }
  }
  return { actor: (await findSession(deployment, request))?.actor ?? anyone, acts: null }
}

/** With what a session begins. */
export type SignedInBy =
  | { readonly method: 'sandbox' | 'certificate' }
  | { readonly method: 'passkey'; readonly passkey: Uint8Array }

/**
 * Begins a session for a person in one of their organisations; sets the cookie and answers the token. The session that the browser had until
 * now ends: nobody goes on under a token that was there before the sign-in.
 */
export async function signIn(
  deployment: Deployment,
  reply: FastifyReply,
  person: string,
  organisation: string | null,
  by: SignedInBy = { method: 'sandbox' },
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const before = cookieOf(reply.request)
  const { pool } = deployment.database
  if (before) await pool.query('delete from session where token_hash = $1', [hashOf(before)])
  await pool.query(
    `insert into session (token_hash, person, organisation, ends, method, passkey)
     values ($1, $2, $3, clock_timestamp() + $4::interval, $5, $6)`,
    [hashOf(token), person, organisation, longest, by.method, by.method === 'passkey' ? by.passkey : null],
  )
  reply.header(
    'set-cookie',
    `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Lax${reply.request.protocol === 'https' ? '; Secure' : ''}`,
  )
  return token
}

/** The organisation that a person's session speaks for: the one that is asked for, else the first; null where there is none. */
export async function findMembership(
  deployment: Deployment,
  person: string,
  organisation: string | null,
): Promise<string | null> {
  const { rows } = await deployment.database.pool.query<{ organisation: string }>(
    'select organisation from membership where person = $1 and ($2::text is null or organisation = $2) order by organisation limit 1',
    [person, organisation],
  )
  return rows[0]?.organisation ?? null
}

/** A session as its own person sees it. */
export interface ShownSession {
  readonly handle: string
  readonly method: SignInMethod
  readonly began: string
  readonly seen: string
  readonly ends: string
}

/** The sessions of a person that have not ended, newest first. */
export async function readSessions(deployment: Deployment, person: string): Promise<readonly ShownSession[]> {
  const { rows } = await deployment.database.pool.query<ShownSession>(
    `select handle, method, created as began, seen, ends from session
     where person = $1 and ends > clock_timestamp() and seen > clock_timestamp() - $2::interval order by created desc limit 100`,
    [person, idle],
  )
  return rows
}

/** Ends a session of the person; false where there is none. */
export async function endSession(deployment: Deployment, person: string, handle: string): Promise<boolean> {
  const { rowCount } = await deployment.database.pool.query(
    'delete from session where person = $1 and handle::text = $2',
    [person, handle],
  )
  return rowCount === 1
}

export async function signOut(deployment: Deployment, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const token = cookieOf(request)
  if (token) await deployment.database.pool.query('delete from session where token_hash = $1', [hashOf(token)])
  reply.header('set-cookie', `${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`)
}
