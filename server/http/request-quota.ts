// The quota of whatever a session or a credential sends, before anything is looked up for it.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { bidActs, type Lane, openLane } from '../quota.ts'
import { languageOf, sentence } from '../words.ts'
import type { ScreenLanguage } from './screens.ts'
import { tokenOf } from './session.ts'

const isBid = (request: FastifyRequest): boolean => {
  const act = /^\/api\/cases\/[^/?]+\/acts\/([a-z-]+)/.exec(request.url)?.[1]
  return act !== undefined && bidActs.has(act)
}

/** Bounds what a session or a credential sends, before anything is looked up for it. Bids are counted in their own lane alone. */
export function registerRequestQuota(app: FastifyInstance, bounds: Lane, fallback: ScreenLanguage): void {
  const lane = openLane(bounds)
  app.addHook('onRequest', async (request, reply) => {
    const token = tokenOf(request)
    if (!token || isBid(request)) return
    const seconds = lane.take(token)
    if (seconds === 0) return
    const language = languageOf(request.headers['accept-language'], fallback)
    const said = sentence(language, 'invalid.tooMany', { seconds: String(seconds) })
    reply.code(429).header('retry-after', String(seconds))
    if (request.headers.accept?.includes('text/html')) return reply.type('text/plain; charset=utf-8').send(said)
    return reply.send({ error: 'invalid', fields: [{ path: '', code: 'tooMany', sentence: said }] })
  })
}
