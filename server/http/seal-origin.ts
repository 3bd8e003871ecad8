// What pages of the sealing client at another origin may ask this portal for, and nothing else. Sessions are not taken from there: no cookie is let through.
import type { FastifyInstance } from 'fastify'

const id = '[0-9a-f-]{36}'
/** Least privilege: what is public of a case, the trust list, the second device's look, and a bid with its attachments and receipt under a delegated credential. */
const open: readonly { readonly method: string; readonly path: RegExp }[] = [
  { method: 'GET', path: /^\/api\/(settings|trust|time)$/ },
  { method: 'GET', path: new RegExp(`^/api/cases/${id}$`) },
  { method: 'POST', path: new RegExp(`^/api/cases/${id}/sealed$`) },
  { method: 'POST', path: new RegExp(`^/api/cases/${id}/acts/(submit|withdraw)-bid$`) },
  { method: 'GET', path: new RegExp(`^/api/cases/${id}/bid/receipt$`) },
  { method: 'POST', path: new RegExp(`^/api/cases/${id}/attachments$`) },
  { method: 'PUT', path: new RegExp(`^/api/uploads/${id}/segments/\\d{1,7}$`) },
  { method: 'DELETE', path: new RegExp(`^/api/uploads/${id}/segments/\\d{1,7}$`) },
]

/** Whether a page of the other origin may ask for this. */
export const isOpenToSealOrigin = (method: string, url: string): boolean => {
  const path = url.split('?')[0] ?? ''
  return open.some((each) => each.method === method && each.path.test(path))
}

/** Answers pages of exactly this origin, without credentials of the browser; a preflight is answered here. */
export function registerSealOrigin(app: FastifyInstance, origin: string | null): void {
  if (origin === null) return
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.origin !== origin) return
    const preflight = request.method === 'OPTIONS' ? request.headers['access-control-request-method'] : undefined
    reply.header('vary', 'origin')
    if (!isOpenToSealOrigin(preflight ?? request.method, request.url))
      return preflight ? reply.code(403).send() : undefined
    reply.header('access-control-allow-origin', origin)
    if (!preflight) return
    return reply
      .header('access-control-allow-methods', preflight)
      .header(
        'access-control-allow-headers',
        'authorization, content-type, idempotency-key, accept-language, segment-hash',
      )
      .header('access-control-max-age', '600')
      .code(204)
      .send()
  })
}
