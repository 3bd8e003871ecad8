// `npx naru client …`: lists the release of the sealing client in the log, checks what a host serves against it, and packs the client for another host.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { approvalsWanted, operatorsFor } from '@naru/sealing/client-approval.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import { asBuilt, readRelease, releaseHash, releaseSchema, speakingTo } from './client-release.ts'
import { CannotStart } from './database/cannot-start.ts'
import { reachDatabase } from './database/reach.ts'
import { openDeployment } from './deployment.ts'
import { readSettings } from './settings.ts'
import { openDatabase } from './store/database.ts'
import { listRelease, readTrust } from './trust.ts'

/** An institution approves with its guardian's own program and key. */
const guardian = join(import.meta.dirname, '..', 'guardian', 'main.ts')

const usage = `naru client release                          lists the client that was built in the log, once two operators have approved it (which the portal also does by itself)
  --data <folder>, --country <code>          which Naru; it may run meanwhile
naru client approve --folder <guardian's folder> --name <approver> --portal <address> --client <own build>   approves what one built oneself
naru client check <address> [--portal <address>]   whether a host serves a release that the portal's log lists; exit code 1 if not
naru client pack <new folder> --portal <address>   the client as files for another host, with its trust list pinned as it is now`

async function fetched(address: string): Promise<Uint8Array> {
  const response = await fetch(address, { signal: AbortSignal.timeout(20_000) }).catch((error: unknown) => {
    throw new CannotStart(`${address} does not answer: ${(error as Error).message}`)
  })
  if (!response.ok) throw new CannotStart(`${address} answered ${response.status}.`)
  return new Uint8Array(await response.arrayBuffer())
}
const asJson = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes))
const isOrigin = (text: unknown): text is string =>
  typeof text === 'string' && URL.canParse(text) && new URL(text).origin === text

/** The origin of a portal's remote signing service, or null where it has none. */
async function signingOf(portal: string): Promise<string | null> {
  const { signingService } = asJson(await fetched(`${portal}/api/settings`)) as { signingService: string | null }
  return signingService && new URL(signingService).origin
}

/** Compares every file of a host with its list, and the list with the portal's log. Answers what is wrong, one line each. */
export async function checkHost(address: string, portal?: string): Promise<{ hash: string; wrong: string[] }> {
  const base = address.endsWith('/') ? address : `${address}/`
  const list = await fetched(`${base}release.json`)
  const hash = releaseHash(list)
  const release = releaseSchema.parse(asJson(list))
  const { api, signing = null } = asJson(await fetched(`${base}deployment.json`)) as { api: string; signing?: string }
  const wrong: string[] = []
  if (api !== '' && !isOrigin(api)) throw new CannotStart(`${base}deployment.json names no portal.`)
  if (signing !== null && !isOrigin(signing)) throw new CannotStart(`${base}deployment.json names no signing service.`)
  const from = portal ?? (api === '' ? new URL(base).origin : api)
  if (portal && api !== '' && api !== portal) wrong.push(`Its pages speak to ${api}, not to ${portal}.`)
  if (signing !== null && signing !== (await signingOf(from)))
    wrong.push(`Its pages speak to ${signing}, which is not the signing service of ${from}.`)
  const places = [api, signing].filter((each) => each !== null && each !== '') as string[]
  for (const { path, sha256, size } of release.files) {
    const served = await fetched(base + path)
    const bytes = path.endsWith('.html')
      ? new TextEncoder().encode(asBuilt(new TextDecoder().decode(served), places))
      : served
    if (bytes.length !== size || releaseHash(bytes) !== sha256) wrong.push(`${path} is not the file of this release.`)
  }
  const trust = parseTrustList(asJson(await fetched(`${from}/api/trust`)))
  const { clientReleases, clientApprovals = [], clientApprovers = [], version } = trust
  if (!clientReleases.includes(hash))
    wrong.push(`The release ${hash} is not in the trust list of ${from} (version ${version}).`)
  const operators = operatorsFor(hash, clientApprovals, clientApprovers)
  if (operators.length < approvalsWanted)
    wrong.push(
      `The release ${hash} is approved by ${operators.join(', ') || 'nobody'}; ${approvalsWanted} operators are needed.`,
    )
  return { hash, wrong }
}

async function check(address: string, portal?: string): Promise<number> {
  const { hash, wrong } = await checkHost(address, portal)
  for (const line of wrong) console.error(line)
  console.log(
    wrong.length === 0
      ? `Every file is that of release ${hash}, which the log lists, approved by ${approvalsWanted} operators.`
      : `${address} serves another client.`,
  )
  return wrong.length === 0 ? 0 : 1
}

/** Copies the built client into a folder for another host: pages that may speak to the portal, the trust list pinned, headers to send. */
export async function packClient(built: string, folder: string, portal: string): Promise<string> {
  const found = readRelease(built)
  if (!found || found.differs.length > 0) throw new CannotStart('The client is not built: run npm run build first.')
  const trust = asJson(await fetched(`${portal}/api/trust`))
  const signing = await signingOf(portal)
  mkdirSync(folder, { recursive: true })
  for (const { path } of [...found.release.files, { path: 'release.json' }]) {
    if (!path.endsWith('.html')) copyFileSync(join(built, path), join(folder, path))
    else
      writeFileSync(
        join(folder, path),
        speakingTo(readFileSync(join(built, path), 'utf8'), signing === null ? [portal] : [portal, signing]),
      )
  }
  writeFileSync(join(folder, 'deployment.json'), `${JSON.stringify({ v: 1, api: portal, signing, trust })}\n`)
  return found.hash
}

async function release(options: readonly string[]): Promise<number> {
  const settings = readSettings(['all', ...options], process.env)
  const found = readRelease(join(settings.screens, 'seal'))
  if (!found) throw new CannotStart('The client is not built: run npm run build first.')
  if (found.differs.length > 0)
    throw new CannotStart(`These files are not what their list says: ${found.differs.join(', ')}. Build them anew.`)
  const reached = await reachDatabase(settings)
  const database = openDatabase(reached.appUrl, 2)
  try {
    const { country, mode, data: dataFolder, keyFiles } = settings
    const deployment = await openDeployment(database, { country, mode, dataFolder, keyFiles })
    const listed = await listRelease(deployment, found.hash)
    if (listed === 'nothing') throw new CannotStart('There is no trust list yet: start Naru first.')
    if (listed === 'unapproved') {
      const { clientApprovers = [] } = (await readTrust(deployment)) ?? {}
      const names = clientApprovers.map((each) => `${each.name} (${each.operator})`).join(', ')
      console.error(
        `${found.hash} is not approved by two operators yet. Approvers: ${names || 'none, see CLIENT_APPROVERS'}.`,
      )
      return 1
    }
    console.log(`${found.hash} ${listed === 'listed' ? 'is listed now' : 'was listed before'}.`)
    return 0
  } finally {
    await database.end()
    await reached.close()
  }
}

const main = async ([what, ...words]: readonly string[]): Promise<number> => {
  const option = (name: string): string | undefined => words[words.indexOf(name) + 1 || words.length]
  const portal = option('--portal')?.replace(/\/$/, '')
  const [place] = words
  if (what === 'release') return release(words)
  if (what === 'approve')
    return spawnSync(process.execPath, [guardian, 'approve-client', ...words], { stdio: 'inherit' }).status ?? 1
  if (what === 'check' && place) return check(place, portal)
  if (what === 'pack' && place && portal) {
    const hash = await packClient(join(readSettings(['all'], process.env).screens, 'seal'), resolve(place), portal)
    console.log(`${place}: release ${hash}. Serve it as it is; docs/running/client.md names the headers.`)
    return 0
  }
  console.error(usage)
  return 2
}

if (process.argv[1] === import.meta.filename)
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code
    },
    (error: unknown) => {
      if (error instanceof CannotStart) console.error(`\n${error.message}\n`)
      else console.error(error)
      process.exitCode = 1
    },
  )
