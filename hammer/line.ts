// Many requests over few connections that stay open, with the time of each: the load generator of every hammer.
//
// HTTP/1.1 over plain sockets: what the generator spends, the program beside it on the same two cores does not have (Node's own client takes
// 0.45 ms of processor time a request).
import { connect, type Socket } from 'node:net'

/** A request made ready beforehand, so that the generator spends as little as it can beside the program it measures. */
export interface Shot {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
}
export interface Answer {
  readonly status: number
  readonly ms: number
  readonly body: Buffer
}

interface Shooting {
  readonly shot: Shot
  readonly since: number
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

const headEnd = Buffer.from('\r\n\r\n')

/** A whole answer at the beginning of the bytes, and how many of them it takes; null while some are missing. `ended`: no more come. */
function readAnswer(bytes: Buffer, ended = false): { status: number; body: Buffer; taken: number } | null {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return null
  const head = bytes.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const from = end + headEnd.length
  if (status === 304 || status === 204) return { status, body: Buffer.alloc(0), taken: from }
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? []
  if (length !== undefined) {
    const taken = from + Number(length)
    return bytes.length < taken ? null : { status, body: bytes.subarray(from, taken), taken }
  }
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const parts: Buffer[] = []
    for (let at = from; ; ) {
      const line = bytes.indexOf('\r\n', at)
      if (line < 0) return null
      const size = Number.parseInt(bytes.toString('latin1', at, line), 16)
      if (!Number.isSafeInteger(size)) throw new Error('a chunk without a length')
      const next = line + 2 + size + 2
      if (bytes.length < next) return null
      if (size === 0) return { status, body: Buffer.concat(parts), taken: next }
      parts.push(bytes.subarray(line + 2, line + 2 + size))
      at = next
    }
  }
  return ended ? { status, body: bytes.subarray(from), taken: bytes.length } : null
}

/** A line to one address over at most so many connections. */
export function lineTo(url: string, connections: number): { fire(shot: Shot): Promise<Answer>; close(): void } {
  const { hostname, port, host } = new URL(url)
  const queue: Shooting[] = []
  const free: Socket[] = []
  const open = new Set<Socket>()
  const under = new Map<Socket, Shooting>()

  const send = (socket: Socket, shooting: Shooting): void => {
    const { method, path, headers, body } = shooting.shot
    under.set(socket, shooting)
    const lines = Object.entries({ host, ...headers, ...(body && { 'content-length': String(body.length) }) })
    socket.cork()
    socket.write(`${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
    if (body) socket.write(body)
    socket.uncork()
  }
  const hand = (): void => {
    for (let next = queue[0]; next; next = queue[0]) {
      const socket = free.pop() ?? (open.size < connections ? begin() : null)
      if (!socket) return
      queue.shift()
      send(socket, next)
    }
  }
  const begin = (): Socket => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    let bytes: Buffer = Buffer.alloc(0)
    const read = (ended: boolean): void => {
      const shooting = under.get(socket)
      const answer = shooting && readAnswer(bytes, ended)
      if (!answer) return
      under.delete(socket)
      bytes = bytes.subarray(answer.taken)
      shooting.resolve({ status: answer.status, ms: performance.now() - shooting.since, body: answer.body })
      if (ended) return
      free.push(socket)
      hand()
    }
    const gone = (error?: Error): void => {
      open.delete(socket)
      const at = free.indexOf(socket)
      if (at >= 0) free.splice(at, 1)
      under.get(socket)?.reject(error ?? new Error('the connection was closed before an answer'))
      under.delete(socket)
      hand()
    }
    open.add(socket)
    socket.on('data', (part: Buffer) => {
      bytes = bytes.length === 0 ? part : Buffer.concat([bytes, part])
      read(false)
    })
    socket.on('end', () => read(true))
    socket.on('error', gone)
    socket.on('close', () => gone())
    return socket
  }
  return {
    fire: (shot) =>
      new Promise((resolve, reject) => {
        queue.push({ shot, since: performance.now(), resolve, reject })
        hand()
      }),
    close: () => {
      for (const socket of open) socket.destroy()
    },
  }
}

/** Does `work` on every item with so many at once; stops handing out items when `over` says so. */
export async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
  over: () => boolean = () => false,
): Promise<number> {
  let next = 0
  const hand = async (): Promise<void> => {
    for (let at = next++; at < items.length && !over(); at = next++) await work(items[at] as T)
  }
  await Promise.all(Array.from({ length: atOnce }, hand))
  return Math.min(next, items.length)
}

/** The value below which a share of the sorted values lies. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
