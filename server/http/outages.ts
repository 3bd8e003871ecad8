// Outages over HTTP: what probes ask and tell, the outages with their certificates, and the public page /status (no script, four languages).
import { findingSchema } from '@naru/domain/log/facts.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Deployment } from '../deployment.ts'
import { makeCompiler } from '../documents/compiler.ts'
import { unavailabilitySheet } from '../documents/unavailability.ts'
import { readCertificate, readOutages, settleOutages, type SignedCertificate, takeFinding } from '../outages.ts'
import { readPath, readPathHistory } from '../submission-path.ts'
import { languageOf } from '../words.ts'
import { type ScreenLanguage, screenLanguages } from './screens.ts'
import { statusPage } from './status-page.ts'

/** A finding with its signature (Ed25519 over HO("outage-finding", finding)). */
export const sentFinding = z.strictObject({
  finding: findingSchema,
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
})

const mostPrinted = 50

/** Registers the routes. `framed`: the screens are there, with a page of their own. */
export function registerOutages(
  app: FastifyInstance,
  deployment: Deployment,
  { framed, site }: { readonly framed: boolean; readonly site: string },
): void {
  const compiler = makeCompiler()
  app.addHook('onClose', () => compiler.stop())
  const printed = new Map<string, Promise<Uint8Array>>()
  /** Set once for its words: an outage has one certificate, which grows only while its deadlines are being moved. */
  const print = (signed: SignedCertificate, language: ScreenLanguage): Promise<Uint8Array> => {
    const name = `${signed.signature} ${language}`
    const made =
      printed.get(name) ??
      compiler
        .set(unavailabilitySheet(signed, { pack: deployment.pack, mode: deployment.mode, site }, language))
        .then(({ pdf }) => pdf)
    printed.delete(name)
    if (printed.size >= mostPrinted) printed.delete(printed.keys().next().value ?? '')
    printed.set(name, made)
    made.catch(() => printed.delete(name))
    return made
  }
  const languageFor = (request: FastifyRequest<{ Querystring: { lang?: string } }>): ScreenLanguage =>
    screenLanguages.find((each) => each === request.query.lang) ??
    languageOf(request.headers['accept-language'], deployment.pack.defaultLanguage as ScreenLanguage)

  app.get('/api/submission-path', async (_request, reply) => {
    const state = await readPath(deployment)
    return reply
      .code(state.up ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(state)
  })
  app.post('/api/outage-findings', async (request, reply) => {
    const read = sentFinding.safeParse(request.body)
    const taken = read.success
      ? await takeFinding(deployment, read.data.finding, read.data.signature)
      : ('impossible' as const)
    if (taken === 'unknown') return reply.code(401).send({ error: 'refused', code: 'notSignedIn' })
    if (taken === 'impossible')
      return reply.code(422).send({ error: 'invalid', fields: [{ path: 'finding', code: 'format' }] })
    await settleOutages(deployment)
    return reply.code(202).send({ taken: true })
  })
  app.get('/api/outages', async () => ({ outages: await readOutages(deployment) }))
  app.get<{ Params: { outage: string } }>('/api/outages/:outage/certificate', async (request, reply) => {
    const found = await readCertificate(deployment, request.params.outage)
    return found ?? reply.code(404).send({ error: 'refused', code: 'caseDoesNotExist' })
  })
  app.get<{ Params: { outage: string }; Querystring: { lang?: string } }>(
    '/api/outages/:outage/certificate.pdf',
    async (request, reply) => {
      const found = await readCertificate(deployment, request.params.outage)
      if (!found) return reply.code(404).send({ error: 'refused', code: 'caseDoesNotExist' })
      const language = languageFor(request)
      return reply
        .type('application/pdf')
        .header('content-language', language)
        .header('content-disposition', `inline; filename="unavailability-${request.params.outage}-${language}.pdf"`)
        .send(Buffer.from(await print(found, language)))
    },
  )
  app.get<{ Querystring: { lang?: string } }>('/status', async (request, reply) => {
    const language = languageFor(request)
    const history = await readPathHistory(deployment)
    // In the site's frame; without its database the site has none, and this page alone still says so.
    if (history && framed) return reply.redirect(`/${language}/status`)
    return reply
      .code(history?.path.up ? 200 : 503)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'`)
      .send(statusPage(language, history, deployment.pack.zone))
  })
}
