// The log itself over HTTP, as anyone's monitor reads it (C2SP tlog-tiles): the newest published checkpoint, tiles, entry bundles, the policy.
// That the log grows says that something was placed, not what or in which case (protocol §2.8).
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Deployment } from '../deployment.ts'
import { readWhole } from '../files/store.ts'

const tileForm = /^(?:entries|\d{1,2})\/(?:x\d{3}\/){0,5}\d{3}(?:\.p\/[1-9]\d{0,2})?$/

/** Registers the log's files. `policy` is the text that names the witnesses. */
export function registerLog(app: FastifyInstance, deployment: Deployment, policy: string | null): void {
  const send = async (reply: FastifyReply, path: string, type: string, cache: string) => {
    const bytes = await readWhole(deployment.files, path)
    if (!bytes) return reply.code(404).send({ error: 'refused', code: 'caseDoesNotExist' })
    return reply.header('cache-control', cache).type(type).send(bytes)
  }
  app.get('/log/checkpoint', (_request, reply) =>
    send(reply, 'log/checkpoint', 'text/plain; charset=utf-8', 'no-cache'),
  )
  app.get('/log/policy', async (_request, reply) =>
    policy === null
      ? reply.code(404).send({ error: 'refused', code: 'caseDoesNotExist' })
      : reply.header('cache-control', 'no-cache').type('text/plain; charset=utf-8').send(policy),
  )
  // A tile never changes: a wider one has another name.
  app.get<{ Params: { '*': string } }>('/log/tile/*', async (request, reply) => {
    const tile = request.params['*']
    if (!tileForm.test(tile)) return reply.code(404).send({ error: 'refused', code: 'caseDoesNotExist' })
    return send(reply, `log/tile/${tile}`, 'application/octet-stream', 'public, max-age=31536000, immutable')
  })
}
