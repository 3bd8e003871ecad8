// What the sandbox's counterparts over HTTP have in common: a port on the loopback, faults that can be switched on, the sandbox's time, an end.
//
// `POST /fault` with one of: none | refuse (an answer that says no) | delay <ms> | repeat (the last answer again) | alter (one bit of the
// answer is turned) | down (connections are cut). What refusing means, each counterpart says itself.
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createInterface } from 'node:readline'

export type CounterpartFault = 'none' | 'refuse' | 'repeat' | 'alter' | 'down' | `delay ${number}`
const faultForm = /^(none|refuse|repeat|alter|down|delay \d{1,6})$/

/** An answer: status, media type, bytes. */
export interface CounterpartAnswer {
  readonly status?: number
  readonly type: string
  readonly body: Uint8Array | string
}

export interface CounterpartRequest {
  readonly method: string
  readonly path: string
  readonly body: Buffer
  readonly request: IncomingMessage
  /** Whether the fault `refuse` is on. */
  readonly refusing: boolean
}

export interface Counterpart {
  readonly url: string
  fault(kind: CounterpartFault): void
  stop(): Promise<void>
}

const mostBytes = 1024 * 1024

/**
 * Serves a counterpart on the loopback. `answer` gives null for what it does not know. Pages of `origins` may speak to it; a browser that
 * names another site is refused, a program names none.
 */
export async function serveCounterpart(
  port: number,
  answer: (request: CounterpartRequest) => Promise<CounterpartAnswer | null>,
  origins: ReadonlySet<string> = new Set(),
): Promise<Counterpart> {
  let fault: CounterpartFault = 'none'
  const last = new Map<string, CounterpartAnswer>()
  const server: Server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(String(error))
    })
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://counterpart').pathname
    const { origin } = request.headers
    if (origin !== undefined && !origins.has(origin)) return void response.writeHead(403).end()
    if (origin !== undefined) {
      response.setHeader('access-control-allow-origin', origin)
      response.setHeader('access-control-allow-headers', 'content-type, authorization')
      response.setHeader('access-control-allow-methods', 'POST')
      response.setHeader('access-control-allow-private-network', 'true')
      response.setHeader('vary', 'origin')
    }
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    const body = await bodyOf(request)
    if (path === '/fault' && request.method === 'POST') {
      const wanted = body.toString('utf8').trim()
      const known = faultForm.test(wanted)
      if (known) fault = wanted as CounterpartFault
      response.writeHead(known ? 204 : 422).end()
      return
    }
    if (fault === 'down') return void request.socket.destroy()
    const wait = Number(/^delay (\d+)$/.exec(fault)?.[1] ?? 0)
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref())
    const key = `${request.method} ${path}`
    const repeated = fault === 'repeat' ? last.get(key) : undefined
    const made =
      repeated ?? (await answer({ method: request.method ?? 'GET', path, body, request, refusing: fault === 'refuse' }))
    if (!made) return void response.writeHead(404).end()
    last.set(key, made)
    const bytes = Buffer.from(made.body)
    if (fault === 'alter' && bytes.length > 0) {
      const at = Math.floor(bytes.length * 0.7)
      bytes[at] = (bytes[at] ?? 0) ^ 1
    }
    response.writeHead(made.status ?? 200, { 'content-type': made.type, 'content-length': bytes.length }).end(bytes)
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const bound = server.address()
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`,
    fault: (kind) => {
      fault = kind
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += (part as Buffer).length
    if (size > mostBytes) throw new Error('too much')
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}

/** Where a counterpart reads the time: the sandbox's clock by its address, else the machine's. Ms since 1970 UTC. */
export function clockOf(address: string | undefined): () => Promise<number> {
  if (!address) return async () => Date.now()
  return async () => {
    const response = await fetch(address, { signal: AbortSignal.timeout(2_000) })
    const { now } = (await response.json()) as { now: string }
    const at = Date.parse(now)
    if (!Number.isFinite(at)) throw new Error('the sandbox clock gave no time')
    return at
  }
}

/** Starts a counterpart as a process of its own; answers its address once it prints `<name> <url>`. It ends with us. */
export function spawnCounterpart(
  script: string,
  name: string,
  words: readonly string[],
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [script, ...words], { stdio: ['pipe', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the sandbox's ${name} ended with ${code}`)))
    const lines = child.stdout && createInterface({ input: child.stdout })
    lines?.on('line', (line) => {
      const [said, url] = line.split(' ')
      if (said !== name || !url) return
      child.removeAllListeners('exit')
      resolve({
        url,
        stop: () =>
          new Promise((ended) => {
            if (child.exitCode !== null || child.signalCode !== null) return ended()
            child.once('exit', () => ended())
            child.kill('SIGTERM')
          }),
      })
    })
  })
}

/** For the program of a counterpart: says where it listens, and ends with the program that started it. */
export function announce(name: string, counterpart: Pick<Counterpart, 'url' | 'stop'>): void {
  console.log(`${name} ${counterpart.url}`)
  const end = () => void counterpart.stop().then(() => process.exit(0))
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  // Its input is a pipe from the program that started it: when that program is gone, so is this one.
  process.stdin.on('end', end).resume()
}
