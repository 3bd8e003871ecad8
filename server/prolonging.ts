// Before a round closes: where no authority stamped a bid in time, δ is prolonged by a logged fact, with what the witnesses had seen by then.
import { randomUUID } from 'node:crypto'
import { currentRound, type TenderState } from '@naru/domain/tender/tender.ts'
import { fromMilliseconds, toMilliseconds } from '@naru/domain/time.ts'
import { doAct } from './act.ts'
import { readTokenTimes } from './context.ts'
import type { Deployment } from './deployment.ts'
import { awaitsProbes } from './outages.ts'

/**
 * Prolongs δ of a round that is due, where its bids need it. Answers whether the round may be closed now: not while probes have still to say
 * whether there was an outage, since then T moves by the country's rule and nothing is prolonged.
 */
export async function prolongWhereNeeded(deployment: Deployment, caseId: string): Promise<boolean> {
  const { pool } = deployment.database
  const { rows } = await pool.query<{ state: string }>(`select state from current where stream = $1`, [
    `tender:${caseId}`,
  ])
  const tender = rows[0] && (JSON.parse(rows[0].state) as TenderState)
  if (tender?.stage !== 'published' || !tender.published || !tender.notice) return true
  const limit = toMilliseconds(currentRound(tender).deadline) + tender.notice.delta
  const late = [...(await readTokenTimes(pool, caseId))].filter(([, at]) => at > limit)
  if (late.length === 0) return true
  const latest = late.reduce((most, [, at]) => Math.max(most, at), 0)
  const seen = toMilliseconds(currentRound(tender).deadline) + tender.published.terms.delta
  const checkpoints = await pool.query<{ size: string; note: string; time: string }>(
    `select size, note, time from witnessed_checkpoint where time <= $1 order by size desc limit 1`,
    [fromMilliseconds(seen)],
  )
  const [newest] = checkpoints.rows
  const witnessed = newest ? { size: Number(newest.size), time: Date.parse(newest.time), note: newest.note } : null
  // The portal was blind on both sides: two operators' probes say first whether that was an outage of the submission path.
  const blind = late.some(([index]) => index >= (witnessed?.size ?? 0))
  if (blind && (await awaitsProbes(deployment, caseId, fromMilliseconds(latest)))) return false
  const outcome = await doAct(deployment, {
    caseId,
    act: 'prolong-delta',
    key: randomUUID(),
    actor: { kind: 'platform', part: 'clock' },
    input: { authorities: deployment.timestampAuthorities, witnessed },
    size: 0,
  })
  if (outcome.done) deployment.publicChange += 1
  return true
}
