// The one route for acts: `POST /api/cases/{case}/acts/{act}` with an Idempotency-Key.
import { findAct } from '@naru/domain/catalogue.ts'
import { idSchema } from '@naru/domain/id.ts'
import { type Invalid, isRefusal, type Refusal, refuse } from '@naru/domain/refusal.ts'
import type { Actor } from '@naru/domain/actor.ts'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { doAct } from '../act.ts'
import type { Deployment } from '../deployment.ts'
import { invalidAnswer, languageOf, refusedAnswer } from '../words.ts'
import { readInput } from './input.ts'
import type { ScreenLanguage } from './screens.ts'
import { actorOf } from './session.ts'

const statusOf: Partial<Record<Refusal['refused'], number>> = {
  notSignedIn: 401,
  caseDoesNotExist: 404,
  roleIsMissing: 403,
  notYourOrganisation: 403,
  notYourCase: 403,
  preparerMayNotApprove: 403,
  approverMayNotOpen: 403,
  authorMayNotHoldKey: 403,
  youHoldNoKey: 403,
  buyerMayNotBid: 403,
  bidderIsNotEligible: 403,
  notTheSupplier: 403,
  baseAmountIsNotYours: 403,
  declarationIsMissing: 403,
}

const keySchema = /^[\x21-\x7e]{8,100}$/

/** Does an act that came in from outside: schema, then the path of the change. */
export async function actFromOutside(
  deployment: Deployment,
  request: {
    caseId: string
    act: string
    key: string
    actor: Actor
    acts: readonly string[] | null
    body: unknown
    size: number
  },
): Promise<{ done: true; answer: string } | { done: false; why: Refusal | Invalid }> {
  const { caseId, key, act, body, size } = request
  const definition = findAct(act)
  if (!definition || definition.by === 'platform') return { done: false, why: refuse('caseDoesNotExist') }
  if (!idSchema.safeParse(caseId).success) return { done: false, why: { invalid: [{ path: 'case', code: 'format' }] } }
  if (!keySchema.test(key))
    return { done: false, why: { invalid: [{ path: 'Idempotency-Key', code: key ? 'format' : 'required' }] } }
  // Nobody has to be looked up, and no case is locked, for who may do nothing.
  if (request.actor.kind === 'anyone') return { done: false, why: refuse('notSignedIn') }
  const seconds = deployment.actQuota(request.actor, act)
  if (seconds > 0)
    return { done: false, why: { invalid: [{ path: '', code: 'tooMany', facts: { seconds: String(seconds) } }] } }
  if (request.acts && !request.acts.includes(act))
    return { done: false, why: refuse('roleIsMissing', { facts: { role: act } }) }
  // Who has no organisation yet registers one: the case is the organisation that is to be.
  const { actor } = request
  const acting =
    actor.kind === 'person' && actor.organisation === actor.person && definition.noun === 'organisation'
      ? { ...actor, organisation: caseId }
      : actor
  const read = readInput(definition, body)
  if ('invalid' in read) return { done: false, why: read }
  return doAct(deployment, { caseId, act, key, actor: acting, input: read.input, size })
}

/** Answers a refusal or invalid input with its status and its words. */
export function replyWhyNot(reply: FastifyReply, language: ScreenLanguage, why: Refusal | Invalid): FastifyReply {
  if (!isRefusal(why)) {
    const [first] = why.invalid
    if (first?.code === 'tooMany') reply.code(429).header('retry-after', first.facts?.seconds ?? '1')
    else reply.code(422)
    return reply.send(invalidAnswer(language, why))
  }
  return reply.code(statusOf[why.refused] ?? 409).send(refusedAnswer(language, why))
}

export function registerActs(app: FastifyInstance, deployment: Deployment): void {
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage
  app.post<{ Params: { caseId: string; act: string } }>(
    '/api/cases/:caseId/acts/:act',
    { bodyLimit: 8 * 1024 * 1024 },
    async (request, reply) => {
      const { actor, acts } = await actorOf(deployment, request)
      const header = request.headers['idempotency-key']
      const outcome = await actFromOutside(deployment, {
        ...request.params,
        key: typeof header === 'string' ? header : '',
        actor,
        acts,
        body: request.body,
        size: Number(request.headers['content-length'] ?? 0),
      })
      if (outcome.done) return reply.type('application/json').send(outcome.answer)
      return replyWhyNot(reply, languageOf(request.headers['accept-language'], fallback), outcome.why)
    },
  )
}
