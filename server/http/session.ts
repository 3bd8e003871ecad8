// Who asks: a session cookie of a person, or a delegated credential of another system. Tokens are kept as hashes only.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Actor, anyone, type PersonActor, type Role } from '@naru/domain/actor.ts'
import { streamName } from '@naru/domain/id.ts'
import type { OrganisationState } from '@naru/domain/organisation/organisation.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Deployment } from '../deployment.ts'

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

/** Who makes this request, or null: a person with a session. */
async function findPerson(deployment: Deployment, request: FastifyRequest): Promise<PersonActor | null> {
  const token = cookieOf(request)
  if (!token) return null
  const tokenHash = hashOf(token)
  const { rows } = await deployment.database.pool.query<{
    person: string
    organisation: string | null
    roles: Role[] | null
    stale: boolean
  }>({
    name: 'find_session',
    text: `select s.person, m.organisation, m.roles, s.seen < clock_timestamp() - interval '1 minute' as stale
      from session s left join membership m on m.person = s.person and m.organisation = s.organisation
      where s.token_hash = $1 and s.ends > clock_timestamp() and s.seen > clock_timestamp() - $2::interval`,
    values: [tokenHash, idle],
  })
  const [row] = rows
  if (!row) return null
  if (row.stale) markSeen(deployment, tokenHash)
  return { kind: 'person', person: row.person, organisation: row.organisation ?? row.person, roles: row.roles ?? [] }
}

/** Who makes this request, with the names that a screen shows; null without a session. */
export async function findSignedIn(deployment: Deployment, request: FastifyRequest): Promise<SignedIn | null> {
  const actor = await findPerson(deployment, request)
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
  return { actor: (await findPerson(deployment, request)) ?? anyone, acts: null }
}

/** Begins a session for a person in one of their organisations; sets the cookie and answers the token. */
export async function signIn(
  deployment: Deployment,
  reply: FastifyReply,
  person: string,
  organisation: string | null,
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await deployment.database.pool.query(
    'insert into session (token_hash, person, organisation, ends) values ($1, $2, $3, clock_timestamp() + $4::interval)',
    [hashOf(token), person, organisation, longest],
  )
  reply.header(
    'set-cookie',
    `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Lax${reply.request.protocol === 'https' ? '; Secure' : ''}`,
  )
  return token
}

export async function signOut(deployment: Deployment, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const token = cookieOf(request)
  if (token) await deployment.database.pool.query('delete from session where token_hash = $1', [hashOf(token)])
  reply.header('set-cookie', `${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`)
}
