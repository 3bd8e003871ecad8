// Signing in and the account: passkeys, the code of the first one, and a person's own sessions.
import { idSchema } from '@naru/domain/id.ts'
import { type Refusal, refuse } from '@naru/domain/refusal.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Deployment } from '../deployment.ts'
import { openLane } from '../quota.ts'
import { askCertificate, finishCertificate } from '../sign-in/certificate.ts'
import { findEnrolled, spendEnrolment } from '../sign-in/enrolment.ts'
import { withdrawFromRecord } from '../sign-in/on-record.ts'
import {
  assertedSchema,
  beginRegistration,
  beginSignIn,
  createdSchema,
  finishRegistration,
  finishSignIn,
  passkeyName,
  readPasskeyChanges,
  readPasskeys,
  removePasskey,
  renamePasskey,
} from '../sign-in/passkeys.ts'
import type { RelyingParty } from '@naru/sealing/relying-party.ts'
import { languageOf } from '../words.ts'
import { replyWhyNot } from './acts.ts'
import { invalidOf } from './input.ts'
import type { ScreenLanguage } from './screens.ts'
import { endSession, findMembership, findSession, readSessions, type Session, signIn, signOut } from './session.ts'

export const signInSchema = z.strictObject({ response: assertedSchema, organisation: idSchema.optional() })
export const certificateSchema = z.strictObject({ challenge: z.string().max(60), der: z.string().max(100_000) })
export const codeSchema = z.strictObject({ code: z.string().max(60) })
export const enrolSchema = codeSchema.extend({ name: passkeyName, response: createdSchema })
export const newPasskeySchema = z.strictObject({ name: passkeyName, response: createdSchema })
export const renameSchema = z.strictObject({ name: passkeyName })

type ById = { Params: { id: string } }

/** Why a person may not change how they sign in, or null: who has a passkey shows within ten minutes before that it is they. */
export async function whyNotChange(deployment: Deployment, session: Session | null): Promise<Refusal | null> {
  if (!session) return refuse('notSignedIn')
  if (session.fresh) return null
  const known = await readPasskeys(deployment.database.pool, session.actor.person)
  return known.length > 0 ? refuse('signInIsNotFresh') : null
}

/** Registers the routes of signing in. Who asks is counted by address, so that nobody tries codes in bulk. */
export function registerSignIn(app: FastifyInstance, deployment: Deployment): void {
  const { pool } = deployment.database
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage
  const strangers = openLane({ burst: 600, perSecond: 10 })
  const whyNot = (request: FastifyRequest, reply: FastifyReply, why: Parameters<typeof replyWhyNot>[2]) =>
    replyWhyNot(reply, languageOf(request.headers['accept-language'], fallback), why)

  /** Runs a route that needs a relying party and a body of this form. */
  const answer = <Schema extends z.ZodType>(
    schema: Schema,
    run: (given: {
      request: FastifyRequest
      reply: FastifyReply
      party: RelyingParty
      body: z.output<Schema>
    }) => Promise<unknown>,
  ) =>
    async function answered(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
      reply.header('cache-control', 'no-store')
      const seconds = strangers.take(request.ip)
      if (seconds > 0)
        return whyNot(request, reply, {
          invalid: [{ path: '', code: 'tooMany', facts: { seconds: String(seconds) } }],
        })
      if (!deployment.relyingParty) return whyNot(request, reply, refuse('passkeysNeedAName'))
      const parsed = schema.safeParse(request.body ?? {})
      if (!parsed.success) return whyNot(request, reply, invalidOf(parsed.error))
      return run({ request, reply, party: deployment.relyingParty, body: parsed.data })
    }
  const nothing = z.looseObject({})

  app.post(
    '/api/sign-in/passkey/options',
    answer(nothing, ({ party }) => beginSignIn(pool, party)),
  )

  app.post(
    '/api/sign-in/passkey',
    answer(signInSchema, async ({ request, reply, party, body }) => {
      const found = await finishSignIn(pool, party, body.response)
      if (!found) return whyNot(request, reply, refuse('passkeyDoesNotFit'))
      const { person, passkey } = found
      const organisation = await findMembership(deployment, person, body.organisation ?? null)
      await signIn(deployment, reply, person, organisation, { method: 'passkey', passkey })
      return { person, organisation }
    }),
  )

  app.post(
    '/api/sign-in/certificate/options',
    answer(nothing, ({ party }) => askCertificate(deployment, party.origins[0] ?? '')),
  )

  app.post(
    '/api/sign-in/certificate',
    answer(certificateSchema, async ({ request, reply, body }) => {
      const found = await finishCertificate(deployment, body)
      if ('code' in found)
        return whyNot(request, reply, refuse('certificateIsNotTaken', { facts: { code: found.code } }))
      await signIn(deployment, reply, found.person, found.organisation, { method: 'certificate' })
      return found
    }),
  )

  app.post(
    '/api/enrol/options',
    answer(codeSchema, async ({ request, reply, party, body }) => {
      const person = await findEnrolled(pool, body.code)
      if (!person) return whyNot(request, reply, refuse('enrolmentDoesNotFit'))
      const options = await beginRegistration(pool, party, person, 'enrol')
      return options ?? whyNot(request, reply, refuse('passkeysAreTooMany'))
    }),
  )

  app.post(
    '/api/enrol',
    answer(enrolSchema, async ({ request, reply, party, body }) => {
      const enrolled = await findEnrolled(pool, body.code)
      if (!enrolled) return whyNot(request, reply, refuse('enrolmentDoesNotFit'))
      const person = enrolled.id
      // The passkey is kept and the code spent together, so that a code used twice at one moment makes one passkey.
      const client = await pool.connect()
      let made: Awaited<ReturnType<typeof finishRegistration>>
      let spent = false
      try {
        await client.query('begin')
        made = await finishRegistration(client, party, { purpose: 'enrol', person, name: body.name }, body.response)
        spent = made !== null && (await spendEnrolment(client, person))
        await client.query(spent ? 'commit' : 'rollback')
      } catch (error) {
        await client.query('rollback').catch(() => {})
        throw error
      } finally {
        client.release()
      }
      if (!made) return whyNot(request, reply, refuse('passkeyDoesNotFit'))
      if (!spent) return whyNot(request, reply, refuse('enrolmentDoesNotFit'))
      const organisation = await findMembership(deployment, person, null)
      const passkey = Buffer.from(made.id, 'base64url')
      await signIn(deployment, reply, person, organisation, { method: 'passkey', passkey })
      return reply.code(201).send({ id: made.id, person, organisation })
    }),
  )

  app.get('/api/me/passkeys', async (request, reply) => {
    const session = await findSession(deployment, request)
    if (!session) return whyNot(request, reply, refuse('notSignedIn'))
    const { person } = session.actor
    const [passkeys, changes] = await Promise.all([readPasskeys(pool, person), readPasskeyChanges(pool, person)])
    const rpId = deployment.relyingParty?.id ?? null
    return reply.header('cache-control', 'no-store').send({ rpId, passkeys, changes })
  })

  app.post(
    '/api/me/passkeys/options',
    answer(nothing, async ({ request, reply, party }) => {
      const session = await findSession(deployment, request)
      const refused = await whyNotChange(deployment, session)
      if (refused || !session) return whyNot(request, reply, refused ?? refuse('notSignedIn'))
      const { rows } = await pool.query<{ id: string; name: string }>('select id, name from person where id = $1', [
        session.actor.person,
      ])
      const options = rows[0] && (await beginRegistration(pool, party, rows[0], 'register'))
      return options ?? whyNot(request, reply, refuse('passkeysAreTooMany'))
    }),
  )

  app.post(
    '/api/me/passkeys',
    answer(newPasskeySchema, async ({ request, reply, party, body }) => {
      const session = await findSession(deployment, request)
      const refused = await whyNotChange(deployment, session)
      if (refused || !session) return whyNot(request, reply, refused ?? refuse('notSignedIn'))
      const { person } = session.actor
      const made = await finishRegistration(
        pool,
        party,
        { purpose: 'register', person, name: body.name },
        body.response,
      )
      if (!made) return whyNot(request, reply, refuse('passkeyDoesNotFit'))
      return reply.code(201).send({ id: made.id })
    }),
  )

  app.put<ById>('/api/me/passkeys/:id', async (request, reply) => {
    const session = await findSession(deployment, request)
    if (!session) return whyNot(request, reply, refuse('notSignedIn'))
    const parsed = renameSchema.safeParse(request.body ?? {})
    if (!parsed.success) return whyNot(request, reply, invalidOf(parsed.error))
    const named = await renamePasskey(pool, session.actor.person, request.params.id, parsed.data.name)
    return named ? reply.code(204).send() : whyNot(request, reply, refuse('caseDoesNotExist'))
  })

  app.delete<ById>('/api/me/passkeys/:id', async (request, reply) => {
    const session = await findSession(deployment, request)
    const refused = await whyNotChange(deployment, session)
    if (refused || !session) return whyNot(request, reply, refused ?? refuse('notSignedIn'))
    const outcome = await removePasskey(pool, session.actor.person, request.params.id)
    if (outcome === 'removed') {
      await withdrawFromRecord(deployment, Buffer.from(request.params.id, 'base64url'))
      return reply.code(204).send()
    }
    return whyNot(request, reply, refuse(outcome === 'last' ? 'passkeyIsTheLast' : 'caseDoesNotExist'))
  })

  app.get('/api/me/sessions', async (request, reply) => {
    const session = await findSession(deployment, request)
    if (!session) return whyNot(request, reply, refuse('notSignedIn'))
    const sessions = await readSessions(deployment, session.actor.person)
    return reply
      .header('cache-control', 'no-store')
      .send({ sessions: sessions.map((each) => ({ ...each, own: each.handle === session.handle })) })
  })

  app.delete<ById>('/api/me/sessions/:id', async (request, reply) => {
    const session = await findSession(deployment, request)
    if (!session) return whyNot(request, reply, refuse('notSignedIn'))
    const ended = await endSession(deployment, session.actor.person, request.params.id)
    return ended ? reply.code(204).send() : whyNot(request, reply, refuse('caseDoesNotExist'))
  })

  app.post('/api/sign-out', async (request, reply) => {
    await signOut(deployment, request, reply)
    return reply.code(204).send()
  })
}
