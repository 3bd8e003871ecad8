// Public changes over HTTP: the paged feed, and server-sent events for pages that are watched.
import type { FastifyInstance } from 'fastify'
import type { Deployment } from '../deployment.ts'
import { type FeedItem, readFeed } from '../read/feed.ts'
import type { Sequencer } from '../sequencer.ts'

const mostWatchers = 20_000
const heartbeatMs = 20_000
/** The most facts that a reader who comes back is sent; who was away longer reads the feed. */
const mostMissed = 1000

interface Watcher {
  readonly caseId: string | null
  /** False when the reader does not keep up: it is let go, comes back and reads the page anew. */
  send(item: FeedItem): boolean
  beat(): void
  end(): void
}

const asIndex = (value: unknown): number => {
  const index = Number(value ?? -1)
  return Number.isSafeInteger(index) && index >= -1 ? index : -1
}

/** Registers the feed. `follow` tells it of placed batches; answers a function that ends all open streams. */
export function registerFeed(
  app: FastifyInstance,
  deployment: Deployment,
  sequencer: Pick<Sequencer, 'onSequenced'> | null,
): () => void {
  const watchers = new Set<Watcher>()
  let told = -1
  let telling: Promise<void> = Promise.resolve()

  async function tell(): Promise<void> {
    for (;;) {
      const feed = await readFeed(deployment, told, 200)
      if (feed.items.length === 0) return
      for (const item of feed.items)
        for (const watcher of watchers)
          if ((!watcher.caseId || watcher.caseId === item.caseId) && !watcher.send(item)) watcher.end()
      told = feed.cursor
    }
  }

  sequencer?.onSequenced((batch) => {
    const [first] = batch
    if (watchers.size === 0) {
      told = batch.at(-1)?.index ?? told
      return
    }
    if (told < 0 && first) told = first.index - 1
    if (batch.some((each) => each.public)) telling = telling.then(tell, tell)
  })

  app.get<{ Querystring: { after?: string; limit?: string; case?: string } }>('/api/feed', async (request, reply) => {
    const limit = Math.min(1000, Math.max(1, Number(request.query.limit) || 200))
    const feed = await readFeed(deployment, asIndex(request.query.after), limit, request.query.case ?? null)
    reply.header('etag', `"${feed.cursor}"`)
    if (request.headers['if-none-match'] === `"${feed.cursor}"`) return reply.code(304).send()
    return { ...feed, next: feed.items.length === limit ? `/api/feed?after=${feed.cursor}&limit=${limit}` : null }
  })

  app.get<{ Querystring: { case?: string; after?: string } }>('/api/events', (request, reply) => {
    if (watchers.size >= mostWatchers) return reply.code(503).header('retry-after', '5').send({ error: 'busy' })
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
    })
    raw.write(`retry: 3000\n\n`)
    const watched = request.query.case ?? null
    // A browser that lost the line names the last event it had; a page names the newest fact that it shows.
    const { 'last-event-id': lastSeen = request.query.after } = request.headers
    let last = asIndex(lastSeen)
    const write = ({ index, caseId, type, at }: FeedItem): boolean => {
      if (index <= last) return true
      last = index
      return raw.write(`id: ${index}\nevent: fact\ndata: ${JSON.stringify({ index, caseId, type, at })}\n\n`)
    }
    // What comes while the missed facts are read waits behind them.
    let held: FeedItem[] | null = lastSeen === undefined ? null : []
    const watcher: Watcher = {
      caseId: watched,
      send: (item) => (held ? held.push(item) > 0 : write(item)),
      beat: () => raw.write(':\n\n'),
      end: () => raw.end(),
    }
    watchers.add(watcher)
    raw.on('close', () => watchers.delete(watcher))
    if (held)
      readFeed(deployment, last, mostMissed, watched).then(
        ({ items }) => {
          const waiting = held ?? []
          held = null
          for (const item of [...items, ...waiting]) write(item)
        },
        // Without them the stream would have a gap: it ends, and the browser comes back.
        () => raw.end(),
      )
    return reply
  })

  const beat = setInterval(() => {
    for (const watcher of watchers) watcher.beat()
  }, heartbeatMs)
  beat.unref()
  return () => {
    clearInterval(beat)
    for (const watcher of watchers) watcher.end()
  }
}
