// Many requests over few connections that stay open, with the time of each: the load generator of every hammer.
import { Agent, request } from 'node:http'

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

/** A line to one address over at most so many connections. */
export function lineTo(url: string, connections: number): { fire(shot: Shot): Promise<Answer>; close(): void } {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' })
  return {
    fire: ({ method, path, headers, body }) =>
      new Promise((resolve, reject) => {
        const since = performance.now()
        const sent = request(
          {
            agent,
            hostname,
            port,
            method,
            path,
            headers: { ...headers, ...(body && { 'content-length': body.length }) },
          },
          (response) => {
            const parts: Buffer[] = []
            response.on('data', (part: Buffer) => parts.push(part))
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, ms: performance.now() - since, body: Buffer.concat(parts) }),
            )
            response.on('error', reject)
          },
        )
        sent.on('error', reject)
        sent.end(body)
      }),
    close: () => agent.destroy(),
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
