// The wrapped keys of a holder: kept for the person between deposit and opening, given back to nobody else, gone when they are destroyed.
import type { Actor } from '@naru/domain/actor.ts'
import { hasRole } from '@naru/domain/actor.ts'
import { idSchema } from '@naru/domain/id.ts'
import { type Invalid, type Refusal, refuse } from '@naru/domain/refusal.ts'
import type { GuardedRead } from '@naru/domain/tender/attempts.ts'
import { holderByPerson } from '@naru/domain/tender/tender.ts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { noteRefused } from '../attempts.ts'
import type { Deployment } from '../deployment.ts'
import { readContext } from '../read/case.ts'
import { languageOf } from '../words.ts'
import { replyWhyNot } from './acts.ts'
import { invalidOf } from './input.ts'
import type { ScreenLanguage } from './screens.ts'
import { actorOf } from './session.ts'

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** What the person's device made: AES-256-GCM under a key that only the passkey gives again (docs/decisions/0012-rehearsal.md). */
const wrappedSchema = z.strictObject({
  v: z.literal(1),
  credential: z.string().regex(/^[A-Za-z0-9_-]{1,1400}$/),
  salt: z.string().regex(base64).length(44),
  nonce: z.string().regex(base64).length(16),
  ciphertext: z.string().regex(base64).max(90_000),
})
export const holderKeySchema = z.union([
  z.strictObject({ how: z.literal('passkey'), wrapped: wrappedSchema }),
  z.strictObject({ how: z.literal('file'), wrapped: z.null() }),
])
/** How a person keeps the keys of a tender; `wrapped` is null where they lie in a file of the person's own. */
export type HolderKey = z.infer<typeof holderKeySchema>

/** What is kept for a person and a tender, or null. */
export async function findHolderKey(deployment: Deployment, actor: Actor, caseId: string): Promise<HolderKey | null> {
  if (actor.kind !== 'person') return null
  const { rows } = await deployment.database.pool.query<{ how: 'passkey' | 'file'; wrapped: string | null }>(
    'select how, wrapped from holder_key where person = $1 and case_id = $2',
    [actor.person, caseId],
  )
  const [row] = rows
  return row ? ({ how: row.how, wrapped: row.wrapped && JSON.parse(row.wrapped) } as HolderKey) : null
}

/** Registers the routes; each answers to the person alone, also a delegated program may not ask. */
export function registerHolderKeys(app: FastifyInstance, deployment: Deployment): void {
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage
  const { pool } = deployment.database
  type ById = { Params: { caseId: string } }
  const path = '/api/cases/:caseId/holder-key'

  /** Keeps a refused attempt on somebody's keys; an id that names no case is none. */
  async function note(request: Parameters<typeof actorOf>[1], caseId: string, what: GuardedRead, why: Refusal) {
    const { actor } = await actorOf(deployment, request)
    if (idSchema.safeParse(caseId).success) await noteRefused(deployment, actor, caseId, what, why)
  }

  /** The person as a key holder of the tender, or why not. */
  async function holderOf(request: Parameters<typeof actorOf>[1], caseId: string) {
    const { actor } = await actorOf(deployment, request)
    if (actor.kind !== 'person' || actor.credential) return { why: refuse('notSignedIn') }
    if (!idSchema.safeParse(caseId).success) return { why: refuse('caseDoesNotExist') }
    const { tender } = await readContext(deployment, caseId, actor)
    if (!tender || !hasRole(actor, 'key-holder') || !holderByPerson(tender, actor.person))
      return { why: refuse('youHoldNoKey') }
    return { actor, tender }
  }

  app.get<ById>(path, async (request, reply) => {
    const no = (why: Refusal | Invalid) =>
      replyWhyNot(reply, languageOf(request.headers['accept-language'], fallback), why)
    const { actor } = await actorOf(deployment, request)
    if (actor.kind !== 'person' || actor.credential) {
      await note(request, request.params.caseId, 'read-key', refuse('notSignedIn'))
      return no(refuse('notSignedIn'))
    }
    const { caseId } = request.params
    const found = await findHolderKey(deployment, actor, caseId)
    if (found) return reply.header('cache-control', 'no-store').send(found)
    // Whoever holds no key of the tender asked for somebody's.
    const { tender, why } = await holderOf(request, caseId)
    if (!tender) await note(request, caseId, 'read-key', why)
    return no(refuse('caseDoesNotExist'))
  })

  app.put<ById>(path, async (request, reply) => {
    const no = (why: Refusal | Invalid) =>
      replyWhyNot(reply, languageOf(request.headers['accept-language'], fallback), why)
    const { caseId } = request.params
    const { actor, tender, why } = await holderOf(request, caseId)
    if (why || tender.published) {
      const refused = why ?? refuse('stageHasPassed')
      await note(request, caseId, 'keep-key', refused)
      return no(refused)
    }
    // What wraps deposited keys is never written over: it could not be made again.
    if (tender.keyRecords.some((each) => each.officer === actor.person)) return no(refuse('keyAlreadyDeposited'))
    const parsed = holderKeySchema.safeParse(request.body)
    if (!parsed.success) return no(invalidOf(parsed.error as z.ZodError))
    const { how, wrapped } = parsed.data
    await pool.query(
      `insert into holder_key (person, case_id, how, wrapped, made) values ($1, $2, $3, $4, naru_now())
       on conflict (person, case_id) do update set how = excluded.how, wrapped = excluded.wrapped, made = excluded.made`,
      [actor.person, caseId, how, wrapped && JSON.stringify(wrapped)],
    )
    return reply.code(204).send()
  })

  app.delete<ById>(path, async (request, reply) => {
    const no = (why: Refusal | Invalid) =>
      replyWhyNot(reply, languageOf(request.headers['accept-language'], fallback), why)
    const { caseId } = request.params
    const { actor, tender, why } = await holderOf(request, caseId)
    // A failed tender may still be opened for another round, with the keys of that round.
    if (why || (tender.stage !== 'cancelled' && tender.stage !== 'awarded')) {
      const refused = why ?? refuse('stageHasNotCome')
      await note(request, caseId, 'drop-key', refused)
      return no(refused)
    }
    await pool.query('delete from holder_key where person = $1 and case_id = $2', [actor.person, caseId])
    return reply.code(204).send()
  })
}
