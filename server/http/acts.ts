// The one route for acts: `POST /api/cases/{case}/acts/{act}` with an Idempotency-Key.
import { findAct } from '@naru/domain/catalogue.ts'
import { idSchema } from '@naru/domain/id.ts'
import { type Invalid, isRefusal, type Refusal, refuse } from '@naru/domain/refusal.ts'
import type { Actor } from '@naru/domain/actor.ts'
import { officialActs } from '@naru/domain/confirmation.ts'
import { attemptKindOf } from '@naru/domain/tender/attempts.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { actTogether } from '../act-together.ts'
import { noteRefused } from '../attempts.ts'
import type { Deployment } from '../deployment.ts'
import {
  beginIntent,
  type Confirmed,
  doesNotFit,
  type IntentAsked,
  type MeantAct,
  readConfirmation,
} from '../sign-in/confirm.ts'
import { putOnRecord } from '../sign-in/on-record.ts'
import { type Asserted, assertedSchema } from '../sign-in/passkeys.ts'
import { invalidAnswer, languageOf, refusedAnswer } from '../words.ts'
import { invalidOf, readInput } from './input.ts'
import type { ScreenLanguage } from './screens.ts'
import { actorOf, isDelegated } from './session.ts'

const statusOf: Partial<Record<Refusal['refused'], number>> = {
  clockIsWrong: 503,
  notSignedIn: 401,
  signInIsNotFresh: 401,
  passkeyDoesNotFit: 401,
  enrolmentDoesNotFit: 401,
  certificateIsNotTaken: 401,
  passkeyIsMissing: 403,
  caseDoesNotExist: 404,
  secondLookIsClosed: 410,
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
  filesAreDown: 503,
  secondSiteIsMissing: 503,
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
    /** What the person's passkey answered, as it was sent: JSON in base64url. */
    assertion?: string | null
  },
): Promise<{ done: true; answer: string } | { done: false; why: Refusal | Invalid }> {
  const { caseId, key, act, body, size } = request
  const definition = findAct(act)
  // What never reaches the path of a change is kept all the same where it is an attempt on sealed bids.
  const no = async (why: Refusal) => {
    if (idSchema.safeParse(caseId).success && attemptKindOf(act, why.refused))
      await noteRefused(deployment, request.actor, caseId, act, why)
    return { done: false as const, why }
  }
  if (!definition || definition.by === 'platform') return no(refuse('caseDoesNotExist'))
  if (!idSchema.safeParse(caseId).success) return { done: false, why: { invalid: [{ path: 'case', code: 'format' }] } }
  if (!keySchema.test(key))
    return { done: false, why: { invalid: [{ path: 'Idempotency-Key', code: key ? 'format' : 'required' }] } }
  const { secondSite } = deployment
  if (secondSite?.missing != null) return { done: false, why: refuse('secondSiteIsMissing') }
  // Nobody has to be looked up, and no case is locked, for who may do nothing.
  if (request.actor.kind === 'anyone') return no(refuse('notSignedIn'))
  const seconds = deployment.actQuota(request.actor, act)
  if (seconds > 0)
    return { done: false, why: { invalid: [{ path: '', code: 'tooMany', facts: { seconds: String(seconds) } }] } }
  if (request.acts && !isDelegated(request.acts, act)) return no(refuse('roleIsMissing', { facts: { role: act } }))
  // Who has no organisation yet registers one: the case is the organisation that is to be.
  const { actor } = request
  const acting =
    actor.kind === 'person' && actor.organisation === actor.person && definition.noun === 'organisation'
      ? { ...actor, organisation: caseId }
      : actor
  const read = readInput(definition, body)
  if ('invalid' in read) return { done: false, why: read }
  const { input } = read
  const confirmed = await confirmedBy(deployment, request.assertion ?? null, {
    caseId,
    definition,
    actor: acting,
    input,
  })
  const outcome = await actTogether(deployment, { caseId, act, key, actor: acting, input, size, confirmed })
  // No answer, not even a repeated one, before what it says is at both sites; without it the same request finds the answer later.
  if (secondSite && outcome.done) await secondSite.mayAnswer(outcome.repeated)
  return outcome
}

/** The confirmation that came with an official act, its key put on record before; null where none came or none is asked. */
async function confirmedBy(
  deployment: Deployment,
  assertion: string | null,
  meant: Omit<MeantAct, 'actor'> & { readonly actor: Actor },
): Promise<Confirmed | typeof doesNotFit | null> {
  const { actor, definition } = meant
  if (assertion === null || actor.kind !== 'person' || actor.credential || !officialActs.has(definition.name))
    return null
  const response = readAsserted(assertion)
  const confirmed = response && (await readConfirmation(deployment, { ...meant, actor }, response))
  if (!confirmed) return doesNotFit
  const { id, person, public_key: publicKey } = confirmed.passkey
  await putOnRecord(deployment, { id, person, publicKey }, actor.organisation)
  return confirmed
}

function readAsserted(assertion: string): Asserted | null {
  try {
    const read = assertedSchema.safeParse(JSON.parse(Buffer.from(assertion, 'base64url').toString('utf8')))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

/** What a person is asked to confirm, or why nothing is. */
export async function intentFromOutside(
  deployment: Deployment,
  asked: { caseId: string; act: string; actor: Actor; body: unknown },
): Promise<IntentAsked | Refusal | Invalid> {
  const { caseId, actor } = asked
  const definition = findAct(asked.act)
  if (!definition || definition.by === 'platform' || !officialActs.has(asked.act)) return refuse('caseDoesNotExist')
  if (!idSchema.safeParse(caseId).success) return { invalid: [{ path: 'case', code: 'format' }] }
  if (actor.kind !== 'person') return refuse('notSignedIn')
  const read = readInput(definition, asked.body)
  if ('invalid' in read) return read
  try {
    const intent = await beginIntent(deployment, { caseId, definition, actor, input: read.input })
    return intent ?? refuse(deployment.relyingParty ? 'passkeyIsMissing' : 'passkeysNeedAName')
  } catch (error) {
    // Numbers that have no canonical form, for one: the act's own check says what is wrong.
    if (error instanceof Malformed) return { invalid: [{ path: error.path, code: 'type' }] }
    throw error
  }
}

/** Answers a refusal or invalid input with its status and its words. */
export function replyWhyNot(reply: FastifyReply, language: ScreenLanguage, why: Refusal | Invalid): FastifyReply {
  if (!isRefusal(why)) {
    const [first] = why.invalid
    if (first?.code === 'tooMany') reply.code(429).header('retry-after', first.facts?.seconds ?? '1')
    else reply.code(422)
    return reply.send(invalidAnswer(language, why))
  }
  if (why.refused === 'clockIsWrong') reply.header('retry-after', '30')
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
        assertion: oneOf(request.headers['passkey-assertion']),
      })
      if (outcome.done) return reply.type('application/json').send(outcome.answer)
      return replyWhyNot(reply, languageOf(request.headers['accept-language'], fallback), outcome.why)
    },
  )

  app.post<{ Params: { caseId: string } }>(
    '/api/cases/:caseId/intents',
    { bodyLimit: 8 * 1024 * 1024 },
    async (request, reply) => {
      const { actor } = await actorOf(deployment, request)
      const language = languageOf(request.headers['accept-language'], fallback)
      reply.header('cache-control', 'no-store')
      const parsed = intentSchema.safeParse(request.body ?? {})
      if (!parsed.success) return replyWhyNot(reply, language, invalidOf(parsed.error))
      const { act, input } = parsed.data
      const asked = await intentFromOutside(deployment, { caseId: request.params.caseId, act, actor, body: input })
      return 'intent' in asked ? reply.send(asked) : replyWhyNot(reply, language, asked)
    },
  )
}

/** What is sent to ask for the confirmation of an act: its name and its whole input. */
export const intentSchema = z.strictObject({ act: z.string().max(60), input: z.unknown() })

const oneOf = (header: string | string[] | undefined): string | null => (typeof header === 'string' ? header : null)
