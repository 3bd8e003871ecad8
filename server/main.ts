// The program: reads the settings, opens the database, brings it up to date, and runs the parts that were asked for.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { verifierKey } from '@naru/log/checkpoint.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import {
  type TrustedApprover,
  type TrustedAuthority,
  trustList,
  type TrustRoot,
} from '@naru/sealing/signatures/trust-list.ts'
import { startDocuments } from './after/documents.ts'
import { publicationFor, startReleases } from './after/releases.ts'
import { startSignatureChecks } from './after/signatures.ts'
import { startWebhooks } from './after/webhooks.ts'
import { refuseUnchecked } from './backup/restoration.ts'
import { readApprovers } from './client-approvals.ts'
import { readRelease } from './client-release.ts'
import { openCertificates } from './certificates.ts'
import { type Clock, startClock } from './clock.ts'
import { CannotStart } from './database/cannot-start.ts'
import { startEmbedded } from './database/embedded.ts'
import { openOperators } from './database/operators.ts'
import { type Deployment, openDeployment } from './deployment.ts'
import { buildApp } from './http/app.ts'
import { openStore } from './files/place.ts'
import { killPoint } from './kill-point.ts'
import { startAttachments } from './after/open-attachments.ts'
import { type SandboxGuardians, startSandboxGuardians, sandboxApprovers } from './neighbours/guardians.ts'
import { sandboxProbes, type SandboxProbes, startSandboxProbes } from './neighbours/probes.ts'
import { startSandboxTime } from './neighbours/sandbox-time.ts'
import { startTimeCounterpart } from './neighbours/time-counterpart.ts'
import { readTimeSources } from './neighbours/time-source.ts'
import { startScanner } from './neighbours/scan.ts'
import { startTrustNeighbours } from './neighbours/trust-neighbours.ts'
import { spawnScanCounterpart } from './neighbours/scan-counterpart.ts'
import { readWitnesses, startSandboxWitnesses, type Witnesses } from './neighbours/witnesses.ts'
import { type Sequencer, startSequencer } from './sequencer.ts'
import { refreshLaw } from './law.ts'
import { startLoop } from './loop.ts'
import { operatorToken } from './operator-token.ts'
import { readProbes } from './outages.ts'
import { startSecondSite, whyNotSynchronous } from './second-site.ts'
import { readSettings, type Settings } from './settings.ts'
import { startStamping } from './stamping.ts'
import { openDatabase } from './store/database.ts'
import { migrate } from './store/migrate.ts'
import { startTimeWatch } from './time-watch.ts'
import { keepTrustFrom, readTrust } from './trust.ts'

// A program that fails on its way up must not leave its database running.
let stopDatabase = async (): Promise<void> => {}

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env)
  mkdirSync(settings.data, { recursive: true })
  // Started beside the database, since a process needs some 200 ms to come up.
  const startingNeighbours = startTrustNeighbours(settings)
  startingNeighbours.catch(() => {})
  const embedded = settings.databaseUrl
    ? null
    : await startEmbedded(settings.data, { say: (line) => console.log(line) })
  stopDatabase = async () => embedded?.stop()
  const own = settings.databaseUrl
  const separate = settings.databaseOwnerUrl === own ? undefined : (own ?? undefined)
  const operators = own ? await openOperators(settings.databaseOwnerUrl ?? own, separate) : null
  const ownerUrl = embedded?.ownerUrl ?? operators?.ownerUrl
  const appUrl = embedded?.appUrl ?? operators?.appUrl
  if (!ownerUrl || !appUrl) throw new CannotStart('No database is given. Set DATABASE_URL.')
  await refuseUnchecked(ownerUrl)
  await migrate(ownerUrl)
  const database = openDatabase(appUrl)
  const trusted = await startingNeighbours
  const deployment = await openDeployment(database, {
    certificates: openCertificates(trusted.setting),
    country: settings.country,
    mode: settings.mode,
    dataFolder: settings.data,
    files: openStore(settings.files, settings.data),
    keyFiles: settings.keyFiles,
    quotas: settings.quotas,
    signs: { log: settings.parts.has('sequencer'), promise: settings.parts.has('web') },
  })
  if (settings.synchronousStandby) {
    const why = await whyNotSynchronous(database.pool)
    // A standby that is away comes back; what was never set up does not.
    if (why?.startsWith('synchronous_'))
      throw new CannotStart(
        `SYNCHRONOUS_STANDBY is required, but ${why}, so nothing would wait for a second site. Set both up as docs/running/backup.md says.`,
      )
    deployment.secondSite = await startSecondSite(database)
  }
  if (settings.outageProbes && settings.outageProbes !== 'none') deployment.probes = readProbes(settings.outageProbes)
  else if (settings.mode === 'sandbox' && !settings.outageProbes) deployment.probes = sandboxProbes(settings.data)
  // A store that is down keeps nobody from bidding without files; it is told here and by /health.
  deployment.files.look().catch((error: Error) => process.stderr.write(`files: ${error.message}\n`))
  const built = readRelease(join(settings.screens, 'seal'))?.hash ?? null
  deployment.sealingClient = settings.sealOrigin ? `${settings.sealOrigin}/` : `${settings.publicOrigin}/seal/`
  const sandboxTime = settings.mode === 'sandbox' ? await startSandboxTime(deployment) : null
  const timeSources = settings.timeSources ? readTimeSources(settings.timeSources) : null
  // A sandbox's own give this machine's time: they show how it works, and cost no process.
  const timeCounterpart =
    settings.mode === 'sandbox' && !timeSources
      ? await startTimeCounterpart([1, 2, 3, 4].map((n) => `Sandbox time ${n}`))
      : null
  const askedForTime = timeSources ?? timeCounterpart?.sources ?? null
  const time = askedForTime ? startTimeWatch(deployment, askedForTime) : null
  const keepsLog = settings.parts.has('sequencer')
  const witnesses = keepsLog ? await findWitnesses(settings, deployment, sandboxTime?.url) : null
  const { authorities, listed } = trusted.timestamps
  if (keepsLog && authorities.length === 0)
    throw new CannotStart('No bid is in time without a time-stamp. Name two authorities in TIMESTAMP_AUTHORITIES.')
  deployment.timestampAuthorities = authorities.map((each) => each.name)
  const sequencer: Sequencer | null = witnesses
    ? await startSequencer(deployment, { pause: killPoint(process.env), witnessing: witnesses })
    : null
  const stamping = sequencer ? startStamping(deployment, authorities, sequencer) : null
  if (sequencer && witnesses)
    await keepTrustFrom(deployment, sequencer, {
      roots: trusted.setting.roots,
      // The ports of a sandbox's own change with every start; what is trusted does not.
      timestampAuthorities: settings.timestampAuthorities
        ? listed
        : listed.map((each) => ({ ...each, url: 'sandbox:' })),
      policy: witnesses.text,
      probes: deployment.probes.map(({ name, operator, publicKey }) => ({ name, operator, key: toBase64(publicKey) })),
      clientApprovers: approversOf(settings),
    })
  // A notice names the release that bidders get, once two institutions have approved it in the log.
  deployment.clientBuilt = built
  deployment.clientRelease = (await readTrust(deployment))?.clientReleases.includes(built ?? '') ? built : null
  const works = settings.parts.has('worker')
  const publication = publicationFor(deployment, settings.publicOrigin)
  const releases = works ? startReleases(deployment, publication, sequencer) : null
  const documents = works ? startDocuments(deployment, { site: settings.publicOrigin, sequencer }) : null
  const signatures = works ? startSignatureChecks(deployment, trusted.timestamps.authorities) : null
  // Another program may have taken a confirmation; acts read the law themselves, pages within these seconds.
  const law = startLoop('law', 5_000, () => refreshLaw(deployment).then(() => 0))
  const clock: Clock | null = settings.parts.has('clock') ? startClock(deployment, 500, signatures) : null
  // The sandbox brings a scanner that speaks clamd's protocol; a live deployment without one finds nothing clean.
  const counterpart =
    works && settings.mode === 'sandbox' && !settings.scanAddress ? await spawnScanCounterpart() : null
  const scanAddress = settings.scanAddress ?? (counterpart && { host: '127.0.0.1', port: counterpart.port })
  const scanner = works && scanAddress ? startScanner(deployment, scanAddress) : null
  const attachments = works ? startAttachments(deployment, scanAddress) : null
  const webhooks = works ? startWebhooks(deployment) : null
  // Not waited for: the portal serves before its guardians are up.
  const guardians =
    sandboxTime && witnesses && settings.parts.has('web')
      ? startGuardians(
          settings,
          deployment,
          { roots: trusted.setting.roots, listed, policy: witnesses.text },
          sandboxTime,
        )
      : null
  // Started once the site answers, since a site that is coming up would be an outage to them.
  let probes: Promise<SandboxProbes | null> | null = null
  const app = settings.parts.has('web')
    ? await buildApp(deployment, {
        publicOrigin: settings.publicOrigin,
        sealOrigin: settings.sealOrigin,
        timestamps: trusted.timestamps.authorities,
        operatorToken: operatorToken(settings.data, process.env.OPERATOR_TOKEN),
        scanAddress,
        screens: settings.screens,
        sequencer,
        clock,
        witnesses,
        stamping,
        time,
        guardians,
        look: async () => (await Promise.race([probes, null]))?.look(),
      })
    : null

  let ending = false
  const end = async (code: number): Promise<void> => {
    if (ending) return
    ending = true
    await (await probes)?.stop()
    await app?.close()
    await law.stop()
    await clock?.stop()
    await releases?.stop()
    await documents?.stop()
    await signatures?.stop()
    await stamping?.stop()
    await sequencer?.stop()
    await webhooks?.stop()
    await scanner?.stop()
    await attachments?.stop()
    await counterpart?.stop()
    await (await guardians)?.stop()
    await witnesses?.stop()
    await time?.stop()
    await timeCounterpart?.stop()
    deployment.secondSite?.stop()
    await sandboxTime?.stop()
    await trusted.stop()
    await database.end()
    await embedded?.stop()
    process.exit(code)
  }
  process.on('SIGINT', () => void end(0))
  process.on('SIGTERM', () => void end(0))
  embedded?.ended.then(() => {
    if (!ending) {
      console.error('The embedded database ended by itself; see postgresql.log in the data folder.')
      void end(1)
    }
  })

  if (app) {
    await app.listen({ host: settings.host, port: settings.port })
    const bound = app.server.address()
    const port = typeof bound === 'object' && bound ? bound.port : settings.port
    if (sandboxTime && settings.outageProbes === null) probes = startProbes(settings, deployment, sandboxTime)
    console.log(`Naru is at http://${settings.host}:${port}/`)
  } else console.log(`Naru runs ${[...settings.parts].join(', ')}`)
}

/** Who approves releases of the sealing client: as the settings name them, else two of a sandbox's guardians. */
function approversOf({ clientApprovers, mode, data }: Settings): readonly TrustedApprover[] {
  if (clientApprovers) return readApprovers(clientApprovers)
  return mode === 'sandbox' ? sandboxApprovers(data) : []
}

/** The sandbox's three guardians, with the trust that an institution would have decided for itself. */
async function startGuardians(
  settings: Settings,
  deployment: Deployment,
  trusted: { roots: readonly TrustRoot[]; listed: readonly TrustedAuthority[]; policy: string },
  clock: { readonly url: string },
): Promise<SandboxGuardians | null> {
  const started = startSandboxGuardians({
    dataFolder: settings.data,
    portal: siteOf(settings),
    clock: clock.url,
    client: settings.clientApprovers || !deployment.clientBuilt ? null : join(settings.screens, 'seal'),
    trust: trustList({
      version: 1,
      roots: [...trusted.roots],
      promiseKeys: [{ key: toBase64(deployment.promisePublicKey), from: 0 }],
      policy: trusted.policy,
      timestampAuthorities: trusted.listed.map((each) => ({ ...each, url: 'sandbox:' })),
      clientReleases: [],
    }),
  })
  return started.catch((error: unknown) => {
    process.stderr.write(`guardians: ${String(error)}\n`)
    return null
  })
}

/** Where programs beside this one reach it. */
function siteOf({ host, port }: Settings): string {
  return `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`
}

/** The sandbox's two probes as processes. */
async function startProbes(
  settings: Settings,
  deployment: Deployment,
  clock: { readonly url: string },
): Promise<SandboxProbes | null> {
  try {
    return await startSandboxProbes({ dataFolder: settings.data, site: siteOf(settings), clock: clock.url })
  } catch (error) {
    // Nobody would then be heard, and every closing would wait.
    deployment.probes = []
    process.stderr.write(`probes: ${String(error)}\n`)
    return null
  }
}

/** The witnesses of the settings, else the sandbox's own. */
async function findWitnesses(settings: Settings, deployment: Deployment, clock = ''): Promise<Witnesses> {
  const log = { name: deployment.logOrigin, publicKey: deployment.logPublicKey }
  if (settings.witnessPolicyFile) return readWitnesses(settings.witnessPolicyFile, log)
  if (settings.mode === 'live')
    throw new CannotStart(
      `Live mode publishes nothing without witnesses. Name them in WITNESS_POLICY_FILE; this log's line there is: log ${verifierKey(log)}`,
    )
  return startSandboxWitnesses(settings.data, log, clock)
}

main().catch(async (error: unknown) => {
  if (error instanceof CannotStart) console.error(`\n${error.message}\n`)
  else if ((error as { code?: string }).code === 'EADDRINUSE')
    console.error('\nThe port is taken. Choose another with --port or PORT.\n')
  else console.error(error)
  await stopDatabase()
  process.exit(1)
})
