// Outages over HTTP: what probes ask and tell, the outages with their certificates, and the public page /status (no script, four languages).
import { findingSchema } from '@naru/domain/log/facts.ts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Deployment } from '../deployment.ts'
import { readCertificate, readOutages, type RecordedOutage, settleOutages, takeFinding } from '../outages.ts'
import { readNow } from '../time.ts'
import { languageOf } from '../words.ts'
import { type ScreenLanguage, screenLanguages } from './screens.ts'
import { statusPage } from './status-page.ts'

/** A finding with its signature (Ed25519 over HO("outage-finding", finding)). */
export const sentFinding = z.strictObject({
  finding: findingSchema,
  signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
})

// What is placed waits some 100 ms; a sequencer that is this far behind gives no receipts.
const sequencerLateMs = 30_000
// The usual δ: a bid that neither an authority nor a quorum of witnesses has seen by then gets no receipt in time.
const unseenMs = 60_000
const day = 86_400_000

/** Whether a bid could be taken and seen; whether authorities stamp, and whether witnesses cosign, what waits for them. */
interface PathState {
  readonly up: boolean
  readonly timestamps: boolean
  readonly witnesses: boolean
}
const down: PathState = { up: false, timestamps: false, witnesses: false }

/** Registers the routes. */
export function registerOutages(app: FastifyInstance, deployment: Deployment): void {
  /** What a bid needs, without a bid: the clock, a write that is rolled back, and the sequencer at work. */
  const look = async (): Promise<PathState> => {
    const client = await deployment.database.pool.connect().catch(() => null)
    if (!client) return down
    try {
      await client.query('begin')
      const { rows } = await client.query<{ late: boolean; unstamped: string | null; cosigned: string | null }>(
        `select exists (select from pending p join fact f on f.stream = p.stream and f.seq = p.seq
           where p.id = (select min(id) from pending) and f.at < naru_now() - $1 * interval '1 ms') as late,
         (select min(first) from log_batch where sealed > 0 and at < naru_now() - $2 * interval '1 ms'
           and first > coalesce((select max(first) from batch_token), -1)) as unstamped,
         (select w.size from (select coalesce(max(size), 0) as size from witnessed_checkpoint) as w
           where exists (select from checkpoint c where c.size > w.size and c.at < naru_now() - $2 * interval '1 ms')) as cosigned`,
        [sequencerLateMs, unseenMs],
      )
      await client.query(`insert into probe_heard (probe, operator, up_ms) values ('', '', 0)`)
      const [row] = rows
      if (!row) return down
      const timestamps = deployment.timestampAuthorities.length === 0 || row.unstamped === null
      const witnesses = row.cosigned === null
      // One of the two suffices to show when a bid was there; without both nobody outside has seen it.
      const unseen = !timestamps && !witnesses && Number(row.unstamped) >= Number(row.cosigned)
      return { up: !row.late && !unseen, timestamps, witnesses }
    } catch {
      return down
    } finally {
      await client.query('rollback').catch(() => {})
      client.release()
    }
  }
  app.get('/api/submission-path', async (_request, reply) => {
    const state = await look()
    return reply
      .code(state.up ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(state)
  })
  app.post('/api/outage-findings', async (request, reply) => {
    const read = sentFinding.safeParse(request.body)
    const taken = read.success
      ? await takeFinding(deployment, read.data.finding, read.data.signature)
      : ('impossible' as const)
    if (taken === 'unknown') return reply.code(401).send({ error: 'refused', code: 'notSignedIn' })
    if (taken === 'impossible')
      return reply.code(422).send({ error: 'invalid', fields: [{ path: 'finding', code: 'format' }] })
    await settleOutages(deployment)
    return reply.code(202).send({ taken: true })
  })
  app.get('/api/outages', async () => ({ outages: await readOutages(deployment) }))
  app.get<{ Params: { outage: string } }>('/api/outages/:outage/certificate', async (request, reply) => {
    const found = await readCertificate(deployment, request.params.outage)
    return found ?? reply.code(404).send({ error: 'refused', code: 'caseDoesNotExist' })
  })
  app.get<{ Querystring: { lang?: string } }>('/status', async (request, reply) => {
    const asked = screenLanguages.find((each) => each === request.query.lang)
    const language =
      asked ?? languageOf(request.headers['accept-language'], deployment.pack.defaultLanguage as ScreenLanguage)
    const { up } = await look()
    const [now, outages] = up ? [await readNow(deployment), await readOutages(deployment)] : [null, []]
    return reply
      .code(up ? 200 : 503)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'`)
      .send(statusPage(language, { up, now, outages, zone: deployment.pack.zone, days: downShare(outages, now) }))
  })
}

/** Milliseconds of recorded outage within the last 30 days. */
function downShare(outages: readonly RecordedOutage[], now: string | null): number {
  if (!now) return 0
  const until = Date.parse(now)
  const from = until - 30 * day
  return outages.reduce(
    (sum, each) => sum + Math.max(0, Math.min(until, Date.parse(each.until)) - Math.max(from, Date.parse(each.from))),
    0,
  )
}
