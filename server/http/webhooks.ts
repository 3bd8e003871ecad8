// Subscriptions of an organisation's other systems: its administrator adds an address, sees how far it has come, has it replayed, ends it.
import { randomUUID } from 'node:crypto'
import type { Actor, PersonActor } from '@naru/domain/actor.ts'
import { type Invalid, type Refusal, refuse } from '@naru/domain/refusal.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { newSecret } from '../after/webhooks.ts'
import type { Deployment } from '../deployment.ts'
import { mayCall } from '../neighbours/public-address.ts'
import { languageOf } from '../words.ts'
import { replyWhyNot } from './acts.ts'
import { invalidOf } from './input.ts'
import type { ScreenLanguage } from './screens.ts'
import { actorOf } from './session.ts'

const mostOfOne = 20
const indexSchema = z.int().min(-1).max(Number.MAX_SAFE_INTEGER)

/** What is sent to subscribe. `after` is the log index to begin after; without it, only what is new from now on is told. */
export const subscribeSchema = z.strictObject({ address: z.string().max(2000), after: indexSchema.optional() })
/** What is sent to have facts told again: those after this log index; -1 for all. */
export const replaySchema = z.strictObject({ after: indexSchema })
export const pauseSchema = z.strictObject({ paused: z.boolean() })

/** A subscription as its organisation sees it; the secret is shown once, when it is made. */
export interface Webhook {
  readonly id: string
  readonly address: string
  readonly cursor: number
  readonly paused: boolean
  readonly failures: number
  readonly lastError: string | null
  readonly nextTry: string
  readonly delivered: string | null
  readonly created: string
}

interface Row {
  readonly id: string
  readonly address: string
  readonly cursor: string
  readonly paused: boolean
  readonly failures: number
  readonly last_error: string | null
  readonly next_try: string
  readonly delivered: string | null
  readonly created: string
}

const columns = 'id, address, cursor, paused, failures, last_error, next_try, delivered, created'

const webhookOf = (row: Row): Webhook => ({
  id: row.id,
  address: row.address,
  cursor: Number(row.cursor),
  paused: row.paused,
  failures: row.failures,
  lastError: row.last_error,
  nextTry: row.next_try,
  delivered: row.delivered,
  created: row.created,
})

/** Only an administrator in person: a delegated credential does not hand out further ways in. */
const administrator = (actor: Actor): PersonActor | Refusal => {
  if (actor.kind !== 'person') return refuse('notSignedIn')
  return actor.roles.includes('administrator') && !actor.credential
    ? actor
    : refuse('roleIsMissing', { facts: { role: 'administrator' } })
}

/** Subscribes an address; answers the subscription with its secret. */
export async function subscribe(
  deployment: Deployment,
  actor: Actor,
  wanted: z.output<typeof subscribeSchema>,
): Promise<{ webhook: Webhook; secret: string } | Refusal | Invalid> {
  const person = administrator(actor)
  if ('refused' in person) return person
  if (!mayCall(wanted.address, deployment.mode)) return { invalid: [{ path: 'address', code: 'addressIsNotAllowed' }] }
  const secret = newSecret()
  const { rows } = await deployment.database.pool.query<Row>(
    `insert into webhook (id, organisation, person, address, secret, cursor)
     select $1, $2, $3, $4, $5, coalesce($6, (select max(index) from log_entry), -1)
     where (select count(*) from webhook where organisation = $2) < $7 returning ${columns}`,
    [
      randomUUID(),
      person.organisation,
      person.person,
      new URL(wanted.address).href,
      secret,
      wanted.after ?? null,
      mostOfOne,
    ],
  )
  return rows[0]
    ? { webhook: webhookOf(rows[0]), secret }
    : { invalid: [{ path: 'address', code: 'tooLong', facts: { most: String(mostOfOne) } }] }
}

type ById = { Params: { id: string } }

/** Registers the routes of webhooks. */
export function registerWebhooks(app: FastifyInstance, deployment: Deployment): void {
  const { pool } = deployment.database
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage
  const no = (request: FastifyRequest, reply: FastifyReply, why: Refusal | Invalid) =>
    replyWhyNot(reply, languageOf(request.headers['accept-language'], fallback), why)
  const own = async (request: FastifyRequest) => administrator((await actorOf(deployment, request)).actor)

  app.post('/api/webhooks', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const person = administrator(actor)
    if ('refused' in person) return no(request, reply, person)
    const parsed = subscribeSchema.safeParse(request.body ?? {})
    if (!parsed.success) return no(request, reply, invalidOf(parsed.error))
    const made = await subscribe(deployment, actor, parsed.data)
    if (!('webhook' in made)) return no(request, reply, made)
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ ...made.webhook, secret: made.secret })
  })

  app.get('/api/webhooks', async (request, reply) => {
    const person = await own(request)
    if ('refused' in person) return no(request, reply, person)
    const { rows } = await pool.query<Row>(`select ${columns} from webhook where organisation = $1 order by created`, [
      person.organisation,
    ])
    return reply.header('cache-control', 'no-store').send({ webhooks: rows.map(webhookOf) })
  })

  /** Changes a subscription of the administrator's own organisation, or answers that there is none. */
  const change = async (
    request: FastifyRequest<ById>,
    reply: FastifyReply,
    set: string,
    values: readonly unknown[],
  ) => {
    const person = await own(request)
    if ('refused' in person) return no(request, reply, person)
    const { rows } = await pool.query<Row>(
      `update webhook set ${set}, failures = 0, last_error = null, next_try = clock_timestamp() where id = $1 and organisation = $2 returning ${columns}`,
      [request.params.id, person.organisation, ...values],
    )
    return rows[0] ? webhookOf(rows[0]) : no(request, reply, refuse('caseDoesNotExist'))
  }

  app.post<ById>('/api/webhooks/:id/replay', async (request, reply) => {
    const parsed = replaySchema.safeParse(request.body ?? {})
    return parsed.success
      ? change(request, reply, 'cursor = $3, paused = false', [parsed.data.after])
      : no(request, reply, invalidOf(parsed.error))
  })

  app.patch<ById>('/api/webhooks/:id', async (request, reply) => {
    const parsed = pauseSchema.safeParse(request.body ?? {})
    return parsed.success
      ? change(request, reply, 'paused = $3', [parsed.data.paused])
      : no(request, reply, invalidOf(parsed.error))
  })

  app.delete<ById>('/api/webhooks/:id', async (request, reply) => {
    const person = await own(request)
    if ('refused' in person) return no(request, reply, person)
    const { rowCount } = await pool.query('delete from webhook where id = $1 and organisation = $2', [
      request.params.id,
      person.organisation,
    ])
    return rowCount === 1 ? reply.code(204).send() : no(request, reply, refuse('caseDoesNotExist'))
  })
}
