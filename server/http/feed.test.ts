// OPN-04: who follows a case misses nothing when the line drops: the event stream goes on behind the last event that was seen.
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readFeed } from '../read/feed.ts'
import { type Sequencer, startSequencer } from '../sequencer.ts'
import { makeWorld, type World } from '../test-world.ts'
import { buildApp } from './app.ts'

let world: World
let app: FastifyInstance
let sequencer: Sequencer
let address: string
beforeAll(async () => {
  world = await makeWorld()
  sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000 })
  app = await buildApp(world.deployment, {
    publicOrigin: 'http://127.0.0.1:1',
    screens: null,
    sequencer,
    clock: null,
    quiet: true,
  })
  address = await app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(async () => {
  await app.close()
  await sequencer.stop()
  await world.end()
})

/** The first events of a stream as they come, by index; the line is dropped then. */
async function listen(path: string, count: number, headers: Record<string, string> = {}): Promise<number[]> {
  const line = new AbortController()
  const response = await fetch(`${address}${path}`, { headers, signal: line.signal })
  const found: number[] = []
  let text = ''
  const decoder = new TextDecoder()
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(part)
    found.splice(0, found.length, ...[...text.matchAll(/^id: (\d+)$/gm)].map(([, index]) => Number(index)))
    if (found.length >= count) break
  }
  line.abort()
  return found
}

test('OPN-04: behind Last-Event-ID, or the fact that a page names, come those that were missed, each once, then what is new', async () => {
  const caseId = await world.publishTender()
  await sequencer.run()
  const all = (await readFeed(world.deployment, -1, 1000, caseId)).items.map((each) => each.index)
  const [first = 0, ...rest] = all
  expect(rest.length).toBeGreaterThan(3)
  const path = `/api/events?case=${caseId}`
  expect(await listen(path, rest.length, { 'last-event-id': String(first) })).toEqual(rest)
  expect(await listen(`${path}&after=${first}`, rest.length)).toEqual(rest)
  // A browser names both when it comes back: the last event counts, not the page of before.
  expect(await listen(`${path}&after=${first}`, 1, { 'last-event-id': String(all.at(-2)) })).toEqual([all.at(-1)])

  const following = listen(`${path}&after=${all.at(-2)}`, 2)
  await new Promise((resume) => setTimeout(resume, 300))
  await world.done(world.approver, caseId, 'cancel-tender', { reason: 'No longer needed.' })
  await sequencer.run()
  const [missed, fresh = 0] = await following
  expect(missed).toBe(all.at(-1))
  expect(fresh).toBeGreaterThan(missed ?? 0)
})
