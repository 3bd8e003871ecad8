// Reading cases over HTTP: a case with what the reader may do, its history, the closed box for key holders, the list, the settings.
import { hasRole } from '@naru/domain/actor.ts'
import { approvalSchema } from '@naru/domain/log/facts.ts'
import { kindsOf } from '@naru/domain/method.ts'
import { bytes32Schema, idSchema } from '@naru/domain/id.ts'
import type { May } from '@naru/domain/may.ts'
import { isRefusal, type Refusal, refuse } from '@naru/domain/refusal.ts'
import { holderByPerson } from '@naru/domain/tender/tender.ts'
import { roundsPrepared } from '@naru/domain/tender/key-holders.ts'
import type { FastifyInstance } from 'fastify'
import { noteRefused, showReport } from '../attempts.ts'
import { takeApproval } from '../client-approvals.ts'
import type { Deployment } from '../deployment.ts'
import { readBox } from '../read/box.ts'
import { promiseOf, readEvidence } from '../read/evidence.ts'
import { readDuties } from '../read/duties.ts'
import { readCase, readContext, readHistory } from '../read/case.ts'
import { readReceipt } from '../read/receipt.ts'
import { readProbes } from '../read/rehearsal.ts'
import { readFeed } from '../read/feed.ts'
import { readSearchQuery, searchTenders } from '../read/search.ts'
import { readNow } from '../time.ts'
import { readTrust } from '../trust.ts'
import { readLawInForce } from '../law.ts'
import { languageOf } from '../words.ts'
import { replyWhyNot } from './acts.ts'
import type { ScreenLanguage } from './screens.ts'
import { actorOf, findSignedIn, isDelegated } from './session.ts'

/** What a client must know of the deployment. */
export function settingsOf(deployment: Deployment) {
  const { pack, mode } = deployment
  return {
    country: pack.country,
    mode,
    languages: pack.languages,
    currency: pack.currency,
    minorUnits: pack.minorUnits,
    formats: pack.formats,
    zone: pack.zone,
    regimes: pack.regimes,
    methods: pack.methods.map(({ id, version, regime, ocds, family, categories }) => ({
      id,
      version,
      regime,
      ocds,
      family,
      categories,
    })),
    kinds: kindsOf(pack.methods),
    units: pack.units,
    classifier: pack.classifier,
    ocidPrefix: pack.ocidPrefix,
    roundsPrepared,
    promiseKey: Buffer.from(deployment.promisePublicKey).toString('base64'),
    logOrigin: deployment.logOrigin,
    logKey: Buffer.from(deployment.logPublicKey).toString('base64'),
    signingService: deployment.certificates.setting.signingService ?? null,
  }
}

/** What a credential may do of what its person may. */
const delegated = (may: May, acts: readonly string[]): May =>
  may.open && !isDelegated(acts, may.act)
    ? { act: may.act, open: false, why: refuse('roleIsMissing', { facts: { role: may.act } }) }
    : may

export function registerCases(app: FastifyInstance, deployment: Deployment): void {
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage
  type ById = { Params: { caseId: string } }
  const missing = (reply: Parameters<typeof replyWhyNot>[0], header: string | undefined) =>
    replyWhyNot(reply, languageOf(header, fallback), refuse('caseDoesNotExist'))

  app.get<ById>('/api/cases/:caseId', async (request, reply) => {
    const { actor, acts } = await actorOf(deployment, request)
    const view = idSchema.safeParse(request.params.caseId).success
      ? await readCase(deployment, request.params.caseId, actor)
      : null
    if (!view) return missing(reply, request.headers['accept-language'])
    // The tag of what everyone sees is the last public fact; a signed-in reader's page is not cached.
    if (actor.kind === 'anyone')
      reply.header('etag', `"${view.log.newest ?? 0}"`).header('cache-control', 'public, max-age=0, must-revalidate')
    else reply.header('cache-control', 'no-store')
    return acts ? { ...view, may: view.may.map((each) => delegated(each, acts)) } : view
  })

  app.get<ById>('/api/cases/:caseId/history', async (request) => readFeed(deployment, -1, 1000, request.params.caseId))

  app.get<ById>('/api/cases/:caseId/bid', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const context = await readContext(deployment, request.params.caseId, actor)
    if (!context.ownBid) return missing(reply, request.headers['accept-language'])
    return context.ownBid
  })

  app.get<ById & { Querystring: { m?: string } }>('/api/cases/:caseId/bid/receipt', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const m = bytes32Schema.safeParse(request.query.m)
    const receipt =
      m.success && idSchema.safeParse(request.params.caseId).success
        ? await readReceipt(deployment, request.params.caseId, actor, m.data)
        : null
    if (!receipt) return missing(reply, request.headers['accept-language'])
    reply.header('cache-control', 'no-store')
    if (receipt.state === 'waiting') return reply.code(202).send(receipt)
    return reply
      .type('text/plain; charset=utf-8')
      .header('content-disposition', 'attachment; filename="receipt.tlog-proof"')
      .send(receipt.text)
  })

  app.get('/api/law', async () => readLawInForce(deployment))

  app.get('/api/trust', async (request, reply) => {
    const trust = await readTrust(deployment)
    if (!trust) return missing(reply, request.headers['accept-language'])
    return reply.header('cache-control', 'no-cache').send(trust)
  })

  app.post('/api/client-approvals', async (request, reply) => {
    const read = approvalSchema.safeParse(request.body)
    if (!read.success) return reply.code(422).send({ error: 'invalid', fields: [{ path: 'approval', code: 'format' }] })
    const taken = await takeApproval(deployment, read.data)
    if (taken === 'unknown') return reply.code(401).send({ error: 'refused', code: 'notSignedIn' })
    return reply.code(202).send({ listed: taken === 'listed' })
  })

  app.get<ById>('/api/cases/:caseId/box', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const context = await readContext(deployment, request.params.caseId, actor)
    const { tender } = context
    if (!tender) return missing(reply, request.headers['accept-language'])
    const no = async (why: Refusal) => {
      await noteRefused(deployment, actor, tender.id, 'read-box', why)
      return replyWhyNot(reply, languageOf(request.headers['accept-language'], fallback), why)
    }
    if (!hasRole(actor, 'key-holder') || !holderByPerson(tender, actor.person)) return no(refuse('youHoldNoKey'))
    const box = await readBox(deployment, request.params.caseId)
    if (!box) return no(refuse('deadlineHasNotPassed'))
    const { tender: _, batches: __, ...shown } = box
    const evidence = await readEvidence(deployment, request.params.caseId, box)
    const bids = box.bids.map((bid) => ({
      ...bid,
      promise: promiseOf(deployment, bid, box.items.find((item) => item.index === bid.index)?.m ?? ''),
    }))
    return reply.header('cache-control', 'no-store').send({ ...shown, bids, evidence })
  })

  app.get<ById>('/api/cases/:caseId/attempts', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const { tender } = await readContext(deployment, request.params.caseId, actor)
    if (!tender) return missing(reply, request.headers['accept-language'])
    const shown = await showReport(deployment, actor, tender)
    if (!isRefusal(shown)) return reply.header('cache-control', 'no-store').send(shown)
    await noteRefused(deployment, actor, tender.id, 'read-attempts', shown)
    return replyWhyNot(reply, languageOf(request.headers['accept-language'], fallback), shown)
  })

  app.get<ById>('/api/cases/:caseId/rehearsal', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const { tender } = await readContext(deployment, request.params.caseId, actor)
    const language = languageOf(request.headers['accept-language'], fallback)
    if (!tender) return missing(reply, request.headers['accept-language'])
    if (!hasRole(actor, 'key-holder') || !holderByPerson(tender, actor.person))
      return replyWhyNot(reply, language, refuse('youHoldNoKey'))
    const probes = await readProbes(deployment, tender)
    if (probes.length === 0) return replyWhyNot(reply, language, refuse('stageHasNotCome'))
    return reply.header('cache-control', 'no-store').send({ probes })
  })

  app.get('/api/duties', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    if (!hasRole(actor, 'key-holder'))
      return replyWhyNot(reply, languageOf(request.headers['accept-language'], fallback), refuse('youHoldNoKey'))
    return reply.header('cache-control', 'no-store').send(await readDuties(deployment, actor))
  })

  app.get('/api/cases', async (request) => {
    const { query, dropped } = readSearchQuery(new URL(request.url, 'http://naru.invalid').searchParams)
    return searchTenders(deployment, query, dropped)
  })

  app.get('/api/settings', async () => settingsOf(deployment))
  app.get('/api/time', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ now: await readNow(deployment) }),
  )
  app.get('/api/me', async (request, reply) => {
    const signedIn = await findSignedIn(deployment, request)
    return reply.header('cache-control', 'no-store').send(signedIn ?? { actor: null })
  })
  app.get<ById>('/api/cases/:caseId/facts', async (request) => readHistory(deployment, request.params.caseId))
}
