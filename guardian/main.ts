// A guardian as a program of its own: an institution outside the buyer runs it, with its own keys, its own clock and its own idea of whom to believe.
//
//   node guardian/main.ts --folder <folder> --portal <address> --trust <file> [--every <seconds>] [--keep-days <n>] [--spare] [--take-word]
//   node guardian/main.ts release-spare --folder <folder> --tender <id> --round <n> --reason <text>
//   node guardian/main.ts journal --folder <folder>
//   node guardian/main.ts approval-key --folder <folder>
//   node guardian/main.ts approve-client --folder <folder> --name <name> --portal <address> --client <folder of the own build>
//
// `--client` of the running program approves by itself the release of the sealing client that lies in that folder, where the portal serves the same.
// The credential (`<id>.<secret>`) is read from NARU_GUARDIAN_CREDENTIAL or the file `credential`; NARU_GUARDIAN_PASSPHRASE wraps the keys.
// The trust list (whose log, which witnesses and quorum, which promise keys and time-stamp authorities) is pinned at the first start.
// `--sandbox` opens a port on the loopback: POST /credential, /fault (none | down | lie | late <ms> | clock <ms>), /release-spare; GET /journal.
// `--time` names a sandbox's time service. It prints `guardian <name> <port>` when it works.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { parsePolicy } from '@naru/log/policy.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { useDigests } from '@naru/sealing/hash.ts'
import { platformDigests, platformSignatureCheck } from '@naru/sealing/platform.ts'
import { useSignatureCheck } from '@naru/sealing/signatures/algorithms.ts'
import { trustOf } from '@naru/sealing/signatures/cades.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import { approvalKey, approveClient } from './approve-client.ts'
import { type Fault, type Guardian, work } from './duties.ts'
import { openJournal } from './journal.ts'
import { usualDelta } from './judge.ts'
import { openKeys, writeWhole } from './keys.ts'
import { portalAt } from './portal.ts'
import { clockFrom } from './time.ts'

useDigests(platformDigests)
useSignatureCheck(platformSignatureCheck)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string' },
    name: { type: 'string', default: 'guardian' },
    portal: { type: 'string' },
    trust: { type: 'string' },
    time: { type: 'string' },
    every: { type: 'string', default: '30' },
    'keep-days': { type: 'string', default: '30' },
    spare: { type: 'boolean', default: false },
    'take-word': { type: 'boolean', default: false },
    sandbox: { type: 'boolean', default: false },
    client: { type: 'string' },
    tender: { type: 'string' },
    round: { type: 'string', default: '1' },
    reason: { type: 'string' },
  },
})
if (!values.folder) throw new Error('--folder is needed')
const folder = resolve(values.folder)
mkdirSync(folder, { recursive: true, mode: 0o700 })

const releaseFile = (tender: string, round: number): string => join(folder, `released-${tender}.${round}`)

/** Lets the spare post its shares for one round; a decision of the institution, with its reason. */
function release(tender: string | undefined, round: number, reason: string | undefined): void {
  if (!tender || !/^[0-9a-f-]{36}$/.test(tender)) throw new Error('--tender names no tender')
  if (!Number.isSafeInteger(round) || round < 1) throw new Error('--round names no round')
  if (!reason?.trim() || reason.length > 500) throw new Error('--reason is needed, up to 500 letters')
  writeWhole(releaseFile(tender, round), reason.trim())
}

/** The trust list of the first start, word for word; another one later is refused. */
function pinnedTrust(): ReturnType<typeof parseTrustList> {
  const file = join(folder, 'trust.json')
  const given = values.trust ? readFileSync(values.trust, 'utf8') : null
  if (!existsSync(file)) {
    if (given === null) throw new Error('--trust is needed at the first start')
    parseTrustList(JSON.parse(given))
    writeWhole(file, given)
  }
  const kept = readFileSync(file, 'utf8')
  if (given !== null && given !== kept)
    throw new Error(
      `${values.trust} is not what was pinned in ${file}. If your institution decided so, remove that file first.`,
    )
  return parseTrustList(JSON.parse(kept))
}

function readFault(text: string): Fault | null {
  const [kind, ms] = text.split(' ')
  if (ms === undefined && (kind === 'none' || kind === 'down' || kind === 'lie')) return { kind }
  if ((kind === 'late' || kind === 'clock') && /^-?\d{1,12}$/.test(ms ?? '')) return { kind, ms: Number(ms) }
  return null
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > 64 * 1024) throw new Error('too large')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8').trim()
}

/** Approves once, by a person's command; exit code 1 where the portal serves another release or does not list this approver. */
async function approveOnce(): Promise<void> {
  const { portal, client, name } = values
  if (!portal || !client) throw new Error('--portal and --client are needed')
  const found = await approveClient({ portal: portal.replace(/\/$/, ''), folder, name, client })
  const said = {
    approved: `${found.release} is approved by ${name}.`,
    listed: `${found.release} is listed already.`,
    waits: `The portal's trust list does not name the approver ${name} with the key ${approvalKey(folder).publicKey}.`,
    differs: `Not approved: the portal serves ${found.kind === 'differs' ? found.offered : ''}, the own build is ${found.release}.`,
  }
  console.log(said[found.kind])
  if (found.kind === 'waits' || found.kind === 'differs') process.exitCode = 1
}

async function run(): Promise<void> {
  if (!values.portal) throw new Error('--portal is needed')
  const address = values.portal.replace(/\/$/, '')
  const list = pinnedTrust()
  const policy = parsePolicy(list.policy)
  if (policy.quorum === null) throw new Error('The pinned policy asks for no witnesses: no share would ever be safe.')
  let fault: Fault = { kind: 'none' }
  const credentialFile = join(folder, 'credential')
  const credential = (): string | null =>
    process.env.NARU_GUARDIAN_CREDENTIAL ??
    (existsSync(credentialFile) ? readFileSync(credentialFile, 'utf8').trim() : null)
  const journal = openJournal(folder)
  const guardian: Omit<Guardian, 'portal'> = {
    keys: openKeys(folder, process.env.NARU_GUARDIAN_PASSPHRASE ?? null),
    journal,
    policy,
    pinned: {
      promiseKeys: list.promiseKeys.map(({ key }) => fromBase64(key)),
      trust: trustOf(list),
      stamped: list.timestampAuthorities.length > 0,
      policy,
      delta: usualDelta,
      takesWord: values['take-word'],
      sandbox: values.sandbox,
    },
    now: clockFrom(values.time, () => (fault.kind === 'clock' ? fault.ms : 0)),
    spare: values.spare,
    releaseOf: (tender, round) => {
      const file = releaseFile(tender, round)
      return existsSync(file) ? readFileSync(file, 'utf8') : null
    },
    keepFor: Number(values['keep-days']) * 86_400_000,
    fault: () => fault,
  }

  const { client, name } = values
  let approvedUntil = 0
  /** Approves the own build of the client where it is what the portal serves; looked at again each minute once it is listed. */
  const approve = async (): Promise<void> => {
    if (client === undefined || fault.kind === 'down' || performance.now() < approvedUntil) return
    const found = await approveClient({ portal: address, folder, name, client })
    if (found.kind !== 'waits') approvedUntil = performance.now() + 60_000
    const now = await guardian.now()
    const line = { at: new Date(now ?? Date.now()).toISOString() }
    if (found.kind === 'approved') journal.write({ ...line, did: 'approved-client', why: found.release })
    if (found.kind === 'differs')
      journal.write({ ...line, did: 'refused', why: `client-differs: ${found.offered}, not ${found.release}` })
  }

  let told = ''
  let unapproved = ''
  let ending = false
  const loop = async (): Promise<void> => {
    while (!ending) {
      const own = credential()
      try {
        if (own) await work({ ...guardian, portal: portalAt(address, own) })
        told = ''
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        if (why !== told && !ending) console.error(`guardian ${values.name}: ${why}`)
        told = why
      }
      try {
        await approve()
        unapproved = ''
      } catch (error) {
        // Of no consequence for the tenders: told once, tried again.
        const why = error instanceof Error ? error.message : String(error)
        if (why !== unapproved && !ending) console.error(`guardian ${values.name}: ${why}`)
        unapproved = why
      }
      await wait(Number(values.every) * 1000)
    }
  }

  if (values.sandbox) {
    const server = createServer(async (request, response) => {
      const answer = (status: number, text: string) => response.writeHead(status).end(text)
      try {
        // A browser names the site of a page with every such request, a program names none.
        if (request.headers.origin !== undefined) return answer(403, 'origin\n')
        const path = (request.url ?? '').split('?')[0]
        if (request.method === 'GET' && path === '/journal') {
          response.setHeader('content-type', 'application/json')
          return answer(200, JSON.stringify(journal.lines()))
        }
        if (request.method !== 'POST') return answer(405, 'POST only\n')
        const body = await bodyOf(request)
        if (path === '/credential') {
          if (!/^[0-9a-f-]{36}\.[A-Za-z0-9_-]{32,128}$/.test(body)) return answer(422, 'not a credential\n')
          writeWhole(credentialFile, body)
        } else if (path === '/fault') {
          const read = readFault(body)
          if (!read) return answer(422, 'no such fault\n')
          fault = read
        } else if (path === '/release-spare') {
          const { tender, round, reason } = JSON.parse(body) as { tender: string; round: number; reason: string }
          release(tender, round, reason)
        } else return answer(404, 'not here\n')
        return answer(204, '')
      } catch (error) {
        return answer(422, `${error instanceof Error ? error.message : String(error)}\n`)
      }
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const bound = server.address()
    console.log(`guardian ${values.name} ${typeof bound === 'object' && bound ? bound.port : 0}`)
  } else console.log(`guardian ${values.name} works for ${address}`)

  const end = (): void => {
    ending = true
    process.exit(0)
  }
  const watched = process.env.NARU_PARENT === 'watched'
  process.on('SIGTERM', end)
  // Started by a sandbox, its input is a pipe from there: when the sandbox is gone, so is this one, and not before (Ctrl-C comes to all).
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, watched ? () => {} : end)
  if (watched) process.stdin.on('end', end).resume()
  await loop()
}

const [command = 'run'] = positionals
if (command === 'release-spare') release(values.tender, Number(values.round), values.reason)
else if (command === 'journal') for (const line of openJournal(folder).lines()) console.log(JSON.stringify(line))
else if (command === 'approval-key') console.log(approvalKey(folder).publicKey)
else if (command === 'approve-client') await approveOnce()
else if (command === 'run') await run()
else
  throw new Error(
    `There is no command ${command}. Commands: run, release-spare, journal, approval-key, approve-client.`,
  )
