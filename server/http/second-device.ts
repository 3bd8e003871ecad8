// A second device over HTTP: the bidder opens the window on the first device; the second one asks with what it derived from the code.
import { bytes32Schema, idSchema } from '@naru/domain/id.ts'
import { refuse } from '@naru/domain/refusal.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Deployment } from '../deployment.ts'
import { openLane } from '../quota.ts'
import { lookAtSealed, openSecondLook, readSecondLook } from '../read/second-device.ts'
import { languageOf, sentence } from '../words.ts'
import { replyWhyNot } from './acts.ts'
import type { ScreenLanguage } from './screens.ts'
import { actorOf } from './session.ts'

export const secondLookSchema = z.strictObject({ m: bytes32Schema })
export const handleSchema = z.strictObject({
  index: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  m: bytes32Schema,
  leafSalt: bytes32Schema,
})

/** Nobody is signed in on the second device, so its address is counted; a person looks three times in half an hour. */
const lookLane = { burst: 20, perSecond: 0.1 }

type ByCase = { Params: { caseId: string } }

/** Registers the routes of the second device. */
export function registerSecondDevice(app: FastifyInstance, deployment: Deployment): void {
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage
  const lane = openLane(lookLane)
  const spoken = (request: FastifyRequest) => languageOf(request.headers['accept-language'], fallback)
  const missing = (request: FastifyRequest, reply: FastifyReply) =>
    replyWhyNot(reply, spoken(request), refuse('caseDoesNotExist'))
  const isCase = (caseId: string) => idSchema.safeParse(caseId).success

  app.post<ByCase>('/api/cases/:caseId/bid/second-device', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const asked = secondLookSchema.safeParse(request.body)
    const { caseId } = request.params
    const look = asked.success && isCase(caseId) ? await openSecondLook(deployment, caseId, actor, asked.data.m) : null
    return look ? reply.header('cache-control', 'no-store').send(look) : missing(request, reply)
  })

  app.get<ByCase & { Querystring: { m?: string } }>('/api/cases/:caseId/bid/second-device', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const asked = secondLookSchema.safeParse({ m: request.query.m })
    const { caseId } = request.params
    const look = asked.success && isCase(caseId) ? await readSecondLook(deployment, caseId, actor, asked.data.m) : null
    if (!look) return missing(request, reply)
    reply.header('cache-control', 'no-store')
    return look === 'unopened' ? reply.code(204).send() : look
  })

  app.post<ByCase>('/api/cases/:caseId/sealed', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const seconds = lane.take(request.ip)
    if (seconds > 0) {
      const said = sentence(spoken(request), 'invalid.tooMany', { seconds: String(seconds) })
      return reply
        .code(429)
        .header('retry-after', String(seconds))
        .send({ error: 'invalid', fields: [{ path: '', code: 'tooMany', sentence: said }] })
    }
    const asked = handleSchema.safeParse(request.body)
    const { caseId } = request.params
    const look = asked.success && isCase(caseId) ? await lookAtSealed(deployment, caseId, asked.data) : 'absent'
    if (look === 'absent') return missing(request, reply)
    if (look === 'closed') return replyWhyNot(reply, spoken(request), refuse('secondLookIsClosed')).code(410)
    return look
  })
}
