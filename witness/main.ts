// A witness of transparency logs as a program of its own: POST <prefix>/add-checkpoint (C2SP tlog-witness), a key file, a memory, a clock.
//
//   node witness/main.ts --folder <folder> --name witness.example/w1 --log <verifier key> [--port N] [--host H] [--time <address>]
//
// It prints `witness <verifier key> <port>` when it listens. `--time` names a sandbox's time service; without it the machine's clock counts.
// `--sandbox` lets `POST /fault` try how a log bears a bad witness: none | refuse | delay <ms> | repeat | alter | down.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type NoteSigner, parseVerifierKey } from '@naru/log/checkpoint.ts'
import { cosignerKey } from '@naru/log/cosignature.ts'
import { type Answer, addCheckpoint } from './cosigner.ts'
import { openStore } from './store.ts'
import { clockFrom } from './time.ts'

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    name: { type: 'string' },
    log: { type: 'string', multiple: true, default: [] },
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    time: { type: 'string' },
    sandbox: { type: 'boolean', default: false },
  },
})
if (!values.folder || !values.name) throw new Error('--folder and --name are needed')
const folder = resolve(values.folder)
const logs = values.log.map((each) => parseVerifierKey(each))
const keyFile = join(folder, 'key.pem')
// A witness that forgot what it cosigned could be led to sign two histories: it may only begin with a new key.
if (existsSync(keyFile) && !existsSync(join(folder, 'heads')))
  throw new Error(`${folder} has a key but no memory (heads). Retire this key and begin in a new folder.`)
const store = openStore(folder)
const signer = openKey(keyFile, values.name)
const now = clockFrom(values.time)
const longestRequest = 64 * 1024
let fault = 'none'
let before: Answer | null = null

function openKey(path: string, name: string): NoteSigner {
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx', flush: true })
  }
  const key = createPrivateKey(readFileSync(path))
  const { x } = createPublicKey(key).export({ format: 'jwk' }) as { x: string }
  return {
    name,
    publicKey: new Uint8Array(Buffer.from(x, 'base64url')),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  }
}

async function read(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > longestRequest) return null
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function send(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

/** What a bad witness would answer instead of the right answer. */
async function falter(right: Answer): Promise<Answer | null> {
  const [kind, ms] = fault.split(' ')
  if (kind === 'repeat') return before ?? right
  if (right.status === 200) before = right
  if (kind === 'delay') await wait(Number(ms))
  if (kind === 'alter')
    return { ...right, body: right.body.replace(/.(?==?=?\n$)/, (last) => (last === 'A' ? 'B' : 'A')) }
  return right
}

const server = createServer(async (request, response) => {
  try {
    if (request.method !== 'POST') return send(response, 405, 'POST only\n')
    const path = (request.url ?? '').split('?')[0] ?? ''
    const body = await read(request)
    if (body === null) return send(response, 413, 'too large\n')
    if (path === '/fault' && values.sandbox) {
      if (!/^(none|refuse|repeat|alter|down|delay \d{1,6})$/.test(body)) return send(response, 400, 'no such fault\n')
      fault = body
      return send(response, 200, `${fault}\n`)
    }
    if (!path.endsWith('/add-checkpoint')) return send(response, 404, 'not here\n')
    if (fault === 'down') return void request.socket.destroy()
    if (fault === 'refuse') return send(response, 503, 'refused\n')
    const time = await now()
    if (time === null) return send(response, 503, 'no clock\n')
    // From here to the answer nothing is awaited: look and keep are one step.
    const answer = await falter(addCheckpoint(body, logs, signer, store, time))
    if (answer) send(response, answer.status, answer.body, answer.type)
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error)
    if (!response.headersSent) send(response, 500, 'fault\n')
  }
})

server.listen(Number(values.port), values.host, () => {
  const bound = server.address()
  console.log(`witness ${cosignerKey(signer)} ${typeof bound === 'object' && bound ? bound.port : values.port}`)
})
const end = (): void => {
  server.close()
  server.closeAllConnections()
  store.close()
  process.exit(0)
}
const watched = process.env.NARU_PARENT === 'watched'
process.on('SIGTERM', end)
// Started by a sandbox, its input is a pipe from there: when the sandbox is gone, so is this one, and not before (Ctrl-C comes to all).
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, watched ? () => {} : end)
if (watched) process.stdin.on('end', end).resume()
