// The sandbox's wallet: a program of its own that holds the key holders' private keys, as a card or a passkey would. Loopback only; never in live use.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Malformed } from '@naru/sealing/malformed.ts'
import { type Box, makeRecords, makeSalts, makeShares, rehearse, Unwilling } from './duties.ts'
import { openKeys } from './keys.ts'
import { openPasskeys } from './passkeys.ts'

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '.data/wallet' },
    port: { type: 'string', default: '0' },
    /** The only site whose pages may speak to the wallet, e.g. http://127.0.0.1:8080; may be given more than once. */
    origin: { type: 'string', multiple: true, default: [] },
  },
})

const folder = resolve(values.folder)
const passphrase = passphraseOf(folder)
const keys = openKeys(folder, passphrase)
const most = 64 * 1024 * 1024

// With NARU_WALLET_PASSPHRASE the folder alone opens nothing; without it a random one lies beside the keys, which suits a sandbox.
function passphraseOf(place: string): string {
  if (process.env.NARU_WALLET_PASSPHRASE) return process.env.NARU_WALLET_PASSPHRASE
  const file = join(place, 'passphrase')
  if (!existsSync(file)) {
    mkdirSync(place, { recursive: true, mode: 0o700 })
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  }
  return readFileSync(file, 'utf8')
}

const origins = new Set(values.origin)
const passkeys = openPasskeys(folder, passphrase, origins)
const id = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** POST /people/{person}/{duty}: the whole of the wallet's language. No answer holds a private key. */
async function answer(path: string, body: Record<string, unknown>): Promise<unknown> {
  const [, person = '', duty] =
    /^\/people\/([0-9a-f-]{36})\/(records|rehearsal|salts|shares|destroy|passkey|confirm)$/.exec(path) ?? []
  if (!id.test(person)) return undefined
  if (duty === 'records') {
    const {
      tender,
      group,
      i,
      rounds = [1, 2, 3],
    } = body as { tender: string; group: string; i: number; rounds?: number[] }
    if (!id.test(tender)) throw new Malformed('tender', 'not an id')
    if (!Array.isArray(rounds) || rounds.length > 9 || !rounds.every((each) => Number.isInteger(each) && each > 0))
      throw new Malformed('rounds', 'not rounds')
    return { records: makeRecords(keys, { person, tender, group, i, rounds }) }
  }
  if (duty === 'rehearsal') {
    const { tenderKeys, probes } = body as { tenderKeys: unknown[]; probes: unknown[] }
    return { shares: await rehearse(keys, person, tenderKeys, probes) }
  }
  if (duty === 'salts') return { salts: makeSalts(keys, person, (body as { tenderKeys: unknown[] }).tenderKeys) }
  if (duty === 'passkey') return { response: passkeys.make(person, body) }
  if (duty === 'confirm') return { response: passkeys.confirm(person, body) }
  if (duty === 'destroy') {
    const { tender, round } = body as { tender: string; round: number }
    if (!id.test(tender) || !Number.isInteger(round)) throw new Malformed('tender', 'not an id and a round')
    return { destroyed: keys.destroyOne({ person, tender, round }) }
  }
  const { tenderKey, box, now } = body as { tenderKey: unknown; box: Box; now: number }
  return { batch: await makeShares(keys, person, tenderKey, box, now) }
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > most) throw new Malformed('body', 'too large')
    parts.push(part)
  }
  const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8') || '{}')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed('body', 'not an object')
  return value as Record<string, unknown>
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))
}

const server = createServer(async (request, response) => {
  // A page of another site must not reach the wallet: a browser sends Origin with every cross-site request, a program sends none.
  const { origin } = request.headers
  if (origin !== undefined && !origins.has(origin)) return send(response, 403, { error: 'origin' })
  if (origin !== undefined) {
    response.setHeader('access-control-allow-origin', origin)
    response.setHeader('access-control-allow-headers', 'content-type')
    response.setHeader('access-control-allow-methods', 'POST')
    response.setHeader('access-control-allow-private-network', 'true')
    response.setHeader('vary', 'origin')
  }
  if (request.method === 'OPTIONS') return response.writeHead(204).end()
  try {
    if (request.method === 'GET' && request.url === '/') return send(response, 200, { wallet: 'sandbox' })
    if (request.method !== 'POST') return send(response, 405, { error: 'method' })
    const body = await answer(request.url ?? '/', await read(request))
    return body === undefined ? send(response, 404, { error: 'path' }) : send(response, 200, body)
  } catch (error) {
    if (error instanceof Unwilling)
      return send(response, 409, { error: 'unwilling', code: error.code, why: error.message })
    if (error instanceof Malformed || error instanceof SyntaxError || error instanceof TypeError)
      return send(response, 422, { error: 'malformed', why: error.message })
    console.error(error instanceof Error ? error.stack : error)
    return send(response, 500, { error: 'fault' })
  }
})

server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address()
  console.log(`The wallet is at http://127.0.0.1:${typeof address === 'object' ? address?.port : values.port}`)
})
// Left alone by its parent it ends, so that no wallet outlives its sandbox.
if (process.env.NARU_PARENT === 'watched') process.on('disconnect', () => process.exit(0))
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.exit(0))
