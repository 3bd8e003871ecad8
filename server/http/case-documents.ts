// Generated documents over HTTP: the list of a case, and each document as the bytes that were made once, the same for everyone and for ever.
import { refuse } from '@naru/domain/refusal.ts'
import type { FastifyInstance } from 'fastify'
import type { Deployment } from '../deployment.ts'
import { findCaseDocument, readDocuments } from '../read/documents.ts'
import { languageOf } from '../words.ts'
import { replyWhyNot } from './acts.ts'
import { dispositionOf } from './documents.ts'
import type { ScreenLanguage } from './screens.ts'

/** Registers the routes; open to anyone, since only public facts make documents. */
export function registerCaseDocuments(app: FastifyInstance, deployment: Deployment): void {
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage

  app.get<{ Params: { caseId: string } }>('/api/cases/:caseId/documents', async (request, reply) =>
    reply
      .header('cache-control', 'public, max-age=0, must-revalidate')
      .send({ documents: await readDocuments(deployment, request.params.caseId) }),
  )

  app.get<{ Params: { caseId: string; id: string } }>('/api/cases/:caseId/documents/:id', async (request, reply) => {
    const found = await findCaseDocument(deployment, request.params.caseId, request.params.id)
    if (!found)
      return replyWhyNot(
        reply.header('cache-control', 'no-store'),
        languageOf(request.headers['accept-language'], fallback),
        refuse('caseDoesNotExist'),
      )
    const tag = `"${found.sha256}"`
    reply
      .header('etag', tag)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('content-disposition', dispositionOf(found.name))
      .header('content-language', found.language)
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('repr-digest', `sha-256=:${Buffer.from(found.sha256, 'hex').toString('base64')}:`)
      .type('application/pdf')
    const known = (request.headers['if-none-match'] ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''))
    return known.includes(tag) || known.includes('*') ? reply.code(304).send() : reply.send(found.bytes)
  })
}
