// Bidders for a storm: each a person with a firm of their own, registered over HTTP like anyone.
import { randomUUID } from 'node:crypto'
import { inParallel, lineTo } from './line.ts'
import type { Bidder } from './seal-many.ts'

/** Registers so many bidders, so many at once. Throws on any refusal. */
export async function registerBidders(url: string, count: number, connections: number): Promise<Bidder[]> {
  const line = lineTo(url, connections)
  const bidders: Bidder[] = []
  const json = { 'content-type': 'application/json' }
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await line.fire({
      method: 'POST',
      path,
      headers: { ...json, 'idempotency-key': randomUUID(), ...headers },
      body: Buffer.from(JSON.stringify(body)),
    })
    if (answer.status !== 200)
      throw new Error(`${path} answered ${answer.status}: ${answer.body.toString().slice(0, 300)}`)
    return JSON.parse(answer.body.toString()) as Record<string, string>
  }
  const since = performance.now()
  await inParallel(
    Array.from({ length: count }, (_, n) => n),
    connections,
    async (n) => {
      const [person, organisation] = [randomUUID(), randomUUID()]
      const name = `Bidder ${n}`
      await post('/sandbox/people', { person, name })
      const first = await post('/sandbox/sign-in', { person })
      const cookie = (session: string | undefined) => ({ cookie: `naru_session=${session}` })
      const profile = {
        name: { en: name },
        kinds: ['supplier'],
        identifier: null,
        soleTrader: false,
        country: 'XK',
        region: 'Storm',
        regime: null,
        registered: null,
      }
      await post(
        `/api/cases/${organisation}/acts/register-organisation`,
        { profile, administrator: { person, name } },
        cookie(first.session),
      )
      const second = await post('/sandbox/sign-in', { person })
      await post(
        `/api/cases/${organisation}/acts/assign-roles`,
        { person, roles: ['administrator', 'bidder'] },
        cookie(second.session),
      )
      bidders.push({ organisation, person, cookie: `naru_session=${second.session}` })
    },
  )
  line.close()
  console.log(`${count} bidders registered in ${((performance.now() - since) / 1000).toFixed(0)} s`)
  return bidders
}
