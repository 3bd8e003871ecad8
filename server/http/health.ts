// `/health`: whether the program serves, for whoever watches it; and what is wrong, for the operator alone.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Deployment } from '../deployment.ts'
import { readHealth } from '../health.ts'
import type { ScanAddress } from '../neighbours/scan.ts'
import type { Sequencer } from '../sequencer.ts'
import type { Stamping } from '../stamping.ts'
import type { TimeWatch } from '../time-watch.ts'

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Anyone learns whether the database answers, and nothing else: figures of the log would tell how many sealed bids came in. With
 * `Authorization: Bearer <operator token>` all figures and alarms are answered, with status 503 while there is an alarm.
 */
export function registerHealth(
  app: FastifyInstance,
  deployment: Deployment,
  {
    operatorToken,
    scanAddress,
    publishing,
    stamping,
    time,
  }: {
    readonly operatorToken: string | null
    readonly scanAddress: ScanAddress | null
    readonly publishing: Sequencer['publishing'] | null
    readonly stamping: Pick<Stamping, 'failing'> | null
    readonly time: TimeWatch | null
  },
): void {
  app.get('/health', async (request, reply) => {
    try {
      await deployment.database.pool.query('select 1')
    } catch {
      return reply.code(503).send({ ok: false })
    }
    const [, given] = /^Bearer (\S{16,200})$/.exec(request.headers.authorization ?? '') ?? []
    if (given === undefined) return { ok: true }
    if (!operatorToken || !timingSafeEqual(hashOf(given), hashOf(operatorToken)))
      return reply.code(401).send({ error: 'refused', code: 'notSignedIn' })
    const health = await readHealth(deployment, { scanAddress, publishing, stamping, time: time?.newest() ?? null })
    return reply
      .code(health.ok ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(health)
  })
}
