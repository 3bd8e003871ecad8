// The HTTP edge: limits, headers, the routes of the API, and the screens.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '@naru/domain/refusal.ts'
import Fastify, { type FastifyInstance } from 'fastify'
import { publicationFor } from '../after/releases.ts'
import { awaitsClosing, type Clock } from '../clock.ts'
import type { Deployment } from '../deployment.ts'
import type { Witnesses } from '../neighbours/witnesses.ts'
import type { ScanAddress } from '../neighbours/scan.ts'
import type { Sequencer } from '../sequencer.ts'
import type { SandboxGuardians } from '../neighbours/guardians.ts'
import type { Stamping } from '../stamping.ts'
import { StoreIsDown } from '../files/store.ts'
import type { TimeWatch } from '../time-watch.ts'
import { SecondSiteIsMissing } from '../second-site.ts'
import { languageOf, sentence } from '../words.ts'
import { registerActs, replyWhyNot } from './acts.ts'
import { registerAttachments } from './attachments.ts'
import { registerBundle } from './bundle.ts'
import { registerCaseDocuments } from './case-documents.ts'
import type { TimestampAuthority } from '../neighbours/timestamp.ts'
import { registerCases } from './cases.ts'
import { nameOfLoopback, relyingPartyOf } from '@naru/sealing/relying-party.ts'
import { registerSignIn } from './sign-in.ts'
import { registerSignedDocuments } from './signed-documents.ts'
import { registerDocuments } from './documents.ts'
import { registerDrafts } from './drafts.ts'
import { registerCsv } from './csv.ts'
import { registerFeed } from './feed.ts'
import { registerHolderKeys } from './holder-keys.ts'
import { registerLog } from './log.ts'
import { registerHealth } from './health.ts'
import { registerOcds } from './ocds.ts'
import { registerOpenApi } from './openapi.ts'
import { registerRequestQuota } from './request-quota.ts'
import { registerOutages } from './outages.ts'
import { registerPages } from './pages.ts'
import { registerSandbox } from './sandbox.ts'
import { screenContextOf } from './screen-context.ts'
import type { ScreenLanguage } from './screens.ts'
import { registerSecondDevice } from './second-device.ts'
import { registerSealOrigin } from './seal-origin.ts'
import { registerUploads } from './uploads.ts'
import { registerWebhooks } from './webhooks.ts'

export interface AppOptions {
  /** Who stamps the signatures under documents. */
  readonly timestamps?: readonly TimestampAuthority[]
  readonly publicOrigin: string
  /** The other origin at which the sealing client is served; null where there is none. */
  readonly sealOrigin?: string | null
  /** The built screens; without them only the API answers. */
  readonly screens: string | null
  readonly sequencer: Sequencer | null
  readonly clock: Clock | null
  /** Who must cosign the log; null where this program does not know. */
  readonly witnesses?: Witnesses | null
  /** Who shows it reads all of `/health`; nobody where it is absent. */
  readonly operatorToken?: string
  /** Where clamd is asked whether it is there, for `/health`. */
  readonly scanAddress?: ScanAddress | null
  readonly stamping?: Stamping | null
  /** What is known of the clocks, for `/health`; null where no time sources are named. */
  readonly time?: TimeWatch | null
  /** The sandbox's guardians, once they are up. */
  readonly guardians?: Promise<SandboxGuardians | null> | null
  /** Has the sandbox's probes look at once. */
  readonly look?: () => Promise<void>
  readonly quiet?: boolean
}

/** Builds the HTTP edge over a deployment. */
export async function buildApp(deployment: Deployment, options: AppOptions): Promise<FastifyInstance> {
  const { sequencer, clock } = options
  // A sandbox on this machine is reached by number and by name; passkeys work by the name only.
  const named = nameOfLoopback(options.publicOrigin, deployment.mode === 'sandbox')
  deployment.relyingParty = relyingPartyOf(options.publicOrigin, deployment.mode === 'sandbox')
  const app = Fastify({
    logger: options.quiet
      ? { level: 'warn' }
      : { level: process.env.LOG_LEVEL ?? 'warn', redact: ['req.headers.cookie', 'req.headers.authorization'] },
    bodyLimit: 1024 * 1024,
    trustProxy: process.env.TRUST_PROXY === '1',

    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  })
  app.addHook('onSend', async (_request, reply, payload) => {
    reply
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'same-origin')
      .header('cross-origin-opener-policy', 'same-origin')
    if (options.publicOrigin.startsWith('https:'))
      reply.header('strict-transport-security', 'max-age=63072000; includeSubDomains')
    return payload
  })
  // A cookie alone does not act from another site's page: what changes something must come from our own origin, or carry no origin at all.
  app.addHook('onRequest', async (request, reply) => {
    // PostgreSQL text holds no NUL, and no honest address does.
    if (request.url.includes('%00'))
      return reply.code(400).send({
        error: 'invalid',
        fields: [{ path: 'address', code: 'controlCharacters', sentence: sentence('en', 'invalid.controlCharacters') }],
      })
    const { origin } = request.headers
    if (
      request.method !== 'GET' &&
      request.method !== 'HEAD' &&
      origin &&
      origin !== options.publicOrigin &&
      origin !== named &&
      request.headers.cookie
    )
      return reply.code(403).send({ error: 'refused', code: 'notSignedIn' })
  })
  registerRequestQuota(app, deployment.quotas.requests, deployment.pack.defaultLanguage as ScreenLanguage)
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    if (error instanceof StoreIsDown || error instanceof SecondSiteIsMissing) {
      request.log.error({ err: error, path: request.url })
      const language = languageOf(request.headers['accept-language'], deployment.pack.defaultLanguage as ScreenLanguage)
      return replyWhyNot(
        reply.header('cache-control', 'no-store'),
        language,
        refuse(error instanceof StoreIsDown ? 'filesAreDown' : 'secondSiteIsMissing'),
      )
    }
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error, path: request.url })
    const code = status === 413 ? 'tooLarge' : status < 500 ? 'type' : 'fault'
    const said = sentence(
      languageOf(request.headers['accept-language'], deployment.pack.defaultLanguage as ScreenLanguage),
      `invalid.${code}`,
    )
    return reply
      .code(status)
      .send(status < 500 ? { error: 'invalid', fields: [{ path: '', code, sentence: said }] } : { error: 'fault' })
  })

  /**
   * Before the sandbox's clock is moved, what was sent is time-stamped at its time; after it, what fell due is done before anyone reads.
   */
  const settle = async () => {
    await sequencer?.run()
    await options.stamping?.run()
    // A closing waits for probes that found the path up after the deadline.
    if (options.look && (await awaitsClosing(deployment))) await options.look()
    await clock?.run()
    await sequencer?.run()
    // Key holders open nothing before witnesses have seen the closing.
    await sequencer?.publish()
  }
  const hasScreens = options.screens !== null && existsSync(join(options.screens, 'server', 'index.js'))
  registerSealOrigin(app, options.sealOrigin ?? null)
  registerHealth(app, deployment, {
    operatorToken: options.operatorToken ?? null,
    scanAddress: options.scanAddress ?? null,
    publishing: sequencer?.publishing ?? null,
    stamping: options.stamping ?? null,
    time: options.time ?? null,
  })
  registerActs(app, deployment)
  registerCases(app, deployment)
  registerHolderKeys(app, deployment)
  registerSecondDevice(app, deployment)
  registerCsv(app, deployment)
  registerOcds(app, deployment, publicationFor(deployment, options.publicOrigin))
  registerBundle(app, deployment, publicationFor(deployment, options.publicOrigin), options.witnesses?.text ?? null)
  registerUploads(app, deployment)
  registerAttachments(app, deployment)
  registerDocuments(app, deployment)
  registerCaseDocuments(app, deployment)
  registerSignedDocuments(app, deployment, options.timestamps ?? [])
  registerDrafts(app, deployment)
  registerWebhooks(app, deployment)
  registerLog(app, deployment, options.witnesses?.text ?? null)
  registerOutages(app, deployment, { framed: hasScreens, site: options.publicOrigin })
  registerOpenApi(app, deployment, options.publicOrigin)
  registerSignIn(app, deployment)
  registerSandbox(app, deployment, settle, options.guardians ?? null)
  const endStreams = registerFeed(app, deployment, sequencer)
  app.addHook('preClose', async () => endStreams())

  if (options.screens && hasScreens)
    await registerPages(app, {
      build: options.screens,
      publicOrigin: options.publicOrigin,
      named,
      publicChange: () => deployment.publicChange,
      defaultLanguage: deployment.pack.defaultLanguage as ScreenLanguage,
      signing: originOf(deployment.certificates.setting.signingService),
      loadContext: (request, language) => screenContextOf(deployment, request, language, settle),
    })
  return app
}

const originOf = (address: string | undefined): string | null => (address ? new URL(address).origin : null)
