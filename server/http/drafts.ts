// Drafts: saved on every page, seen by the author's organisation only, never in the record. Of two tabs the older is told, and loses nothing.
import type { Actor, PersonActor } from '@naru/domain/actor.ts'
import { idSchema } from '@naru/domain/id.ts'
import { type Invalid, type Refusal, refuse } from '@naru/domain/refusal.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Deployment } from '../deployment.ts'
import type { Draft } from '../read/api.ts'
import { languageOf, refusedAnswer } from '../words.ts'
import { replyWhyNot } from './acts.ts'
import { invalidOf } from './input.ts'
import type { ScreenLanguage } from './screens.ts'
import { actorOf } from './session.ts'

/** What is saved. `version` is the one this draft was made from: 0 for a new draft. */
export interface DraftToSave {
  readonly id: string
  readonly kind: string
  readonly caseId: string | null
  readonly version: number
  readonly body: unknown
}

const mostListed = 100

interface Row {
  readonly id: string
  readonly kind: string
  readonly case_id: string | null
  readonly version: number
  readonly body: unknown
  readonly updated: string
  readonly person: string
}

const draftOf = (row: Row): Draft => ({
  id: row.id,
  kind: row.kind,
  caseId: row.case_id,
  version: row.version,
  body: row.body,
  updated: row.updated,
  person: row.person,
})

const columns = 'id, kind, case_id, version, body, updated, person'

/**
 * Saves a draft as the next version. Where another tab or person was first, answers the newer one and changes nothing; the same
 * content saved again (a lost answer) is the same version.
 */
export async function saveDraft(
  deployment: Deployment,
  actor: Actor,
  draft: DraftToSave,
): Promise<{ saved: Draft } | { conflict: Draft } | Refusal> {
  if (actor.kind !== 'person') return refuse('notSignedIn')
  if (!prepares(actor)) return refuse('roleIsMissing', { facts: { role: 'author' } })
  const body = JSON.stringify(keepable(draft.body) ?? null)
  const saved = await deployment.database.pool.query<Row>(
    `insert into draft (id, organisation, person, kind, case_id, version, body, updated) values ($1, $2, $3, $4, $5, $6 + 1, $7::jsonb, naru_now())
     on conflict (id) do update set person = excluded.person, kind = excluded.kind, case_id = excluded.case_id, version = excluded.version,
       body = excluded.body, updated = excluded.updated
     where draft.organisation = excluded.organisation and draft.version = $6
     returning ${columns}`,
    [draft.id, actor.organisation, actor.person, draft.kind, draft.caseId, draft.version, body],
  )
  if (saved.rows[0]) return { saved: draftOf(saved.rows[0]) }
  const { rows } = await deployment.database.pool.query<Row & { same: boolean }>(
    `select ${columns}, body = $3::jsonb and kind = $4 and case_id is not distinct from $5 as same from draft where id = $1 and organisation = $2`,
    [draft.id, actor.organisation, body, draft.kind, draft.caseId],
  )
  const [found] = rows
  if (!found) return refuse('caseDoesNotExist')
  return found.same && found.version === draft.version + 1 ? { saved: draftOf(found) } : { conflict: draftOf(found) }
}

/** Whether a person may work with the drafts of the organisation: who only evaluates sees nothing of a preparation (domain/view.ts). */
const prepares = (actor: Actor): actor is PersonActor =>
  actor.kind === 'person' && !(actor.roles.length > 0 && actor.roles.every((role) => role === 'evaluator'))

/** A draft of the actor's organisation, or null. */
export async function readDraft(deployment: Deployment, actor: Actor, id: string): Promise<Draft | null> {
  if (!prepares(actor)) return null
  const { rows } = await deployment.database.pool.query<Row>(
    `select ${columns} from draft where id = $1 and organisation = $2`,
    [id, actor.organisation],
  )
  return rows[0] ? draftOf(rows[0]) : null
}

/** The newest hundred drafts of the actor's organisation, of a kind where one is named. */
export async function listDrafts(
  deployment: Deployment,
  actor: Actor,
  kind: string | null = null,
): Promise<readonly Draft[]> {
  if (!prepares(actor)) return []
  const { rows } = await deployment.database.pool.query<Row>(
    `select ${columns} from draft where organisation = $1 and ($2::text is null or kind = $2) order by updated desc limit $3`,
    [actor.organisation, kind, mostListed],
  )
  return rows.map(draftOf)
}

/** Deletes a draft of the actor's organisation; false when there is none. */
export async function deleteDraft(deployment: Deployment, actor: Actor, id: string): Promise<boolean> {
  if (!prepares(actor)) return false
  const { rowCount } = await deployment.database.pool.query('delete from draft where id = $1 and organisation = $2', [
    id,
    actor.organisation,
  ])
  return rowCount === 1
}

/** A JSON value without what a database cannot keep in a text: zero characters and halves of surrogate pairs. */
export function keepable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').toWellFormed()
  if (Array.isArray(value)) return value.map(keepable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [keepable(key), keepable(inner)]))
}

const isKeepable = (value: unknown): boolean => JSON.stringify(value) === JSON.stringify(keepable(value))

const kindSchema = z.string().regex(/^[a-z0-9-]{1,60}$/)

/** What is sent to save a draft. `body` is whatever the form holds. */
export const draftSchema = z.strictObject({
  version: z.int().min(0).max(1_000_000),
  case: idSchema.nullable(),
  kind: kindSchema,
  body: z.json().refine(isKeepable, { error: 'controlCharacters' }),
})

type ById = { Params: { id: string } }

/** Registers the routes of drafts. */
export function registerDrafts(app: FastifyInstance, deployment: Deployment): void {
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage
  const language = (request: FastifyRequest) => languageOf(request.headers['accept-language'], fallback)
  const nothing = (actor: Actor) => refuse(actor.kind === 'person' ? 'caseDoesNotExist' : 'notSignedIn')
  const shown = ({ caseId, ...rest }: Draft) => ({ ...rest, case: caseId })

  app.put<ById>('/api/drafts/:id', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    if (actor.kind !== 'person') return replyWhyNot(reply, language(request), refuse('notSignedIn'))
    const { id } = request.params
    if (!idSchema.safeParse(id).success) return replyWhyNot(reply, language(request), badId)
    const parsed = draftSchema.safeParse(request.body ?? {})
    if (!parsed.success) return replyWhyNot(reply, language(request), invalidOf(parsed.error))
    const { version, kind, body } = parsed.data
    const outcome = await saveDraft(deployment, actor, { id, kind, caseId: parsed.data.case, version, body })
    if ('saved' in outcome) return { version: outcome.saved.version, updated: outcome.saved.updated }
    if ('conflict' in outcome)
      return reply
        .code(409)
        .send({ ...refusedAnswer(language(request), refuse('someoneElseWasFirst')), newer: shown(outcome.conflict) })
    return replyWhyNot(reply, language(request), outcome)
  })

  app.get<ById>('/api/drafts/:id', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const draft = idSchema.safeParse(request.params.id).success
      ? await readDraft(deployment, actor, request.params.id)
      : null
    reply.header('cache-control', 'no-store')
    return draft ? shown(draft) : replyWhyNot(reply, language(request), nothing(actor))
  })

  app.delete<ById>('/api/drafts/:id', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const gone =
      idSchema.safeParse(request.params.id).success && (await deleteDraft(deployment, actor, request.params.id))
    return gone ? reply.code(204).send() : replyWhyNot(reply, language(request), nothing(actor))
  })

  app.get<{ Querystring: { kind?: string } }>('/api/drafts', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    if (actor.kind !== 'person') return replyWhyNot(reply, language(request), nothing(actor))
    const kind = request.query.kind ? kindSchema.safeParse(request.query.kind) : null
    if (kind && !kind.success)
      return replyWhyNot(reply, language(request), { invalid: [{ path: 'kind', code: 'format' }] })
    const drafts = await listDrafts(deployment, actor, kind?.data ?? null)
    return reply
      .header('cache-control', 'no-store')
      .send({ drafts: drafts.map(({ body: _, ...rest }) => shown({ ...rest, body: undefined })) })
  })
}

const badId: Invalid = { invalid: [{ path: 'id', code: 'format' }] }
