// The clock: does the acts that fall due, and tries openings whose shares are posted. Late is decided in the act's own transaction, never here.
import { randomUUID } from 'node:crypto'
import { doAct } from './act.ts'
import { openBids, publishTechnical } from './after/open-bids.ts'
import { checkBox } from './after/check-box.ts'
import { findSignatureFaults, type SignatureChecks } from './after/signatures.ts'
import type { Deployment } from './deployment.ts'
import { type Loop, startLoop } from './loop.ts'
import { awaitsProbes, settleOutages } from './outages.ts'
import { prolongWhereNeeded } from './prolonging.ts'
import { readBox } from './read/box.ts'
import { logTokens, tokensComplete } from './stamping.ts'

export type Clock = Pick<Loop, 'run' | 'stop'>

/** How often a closed box is looked at while it waits for its key holders: what is changed in it is an alarm within a minute (SEA-06). */
const boxEveryMs = 30_000

const platform = { kind: 'platform', part: 'clock' } as const

/** Cases whose round may be closed: past the deadline plus δ, or cancelled with a round that was never closed. */
const due = `select case_id from current where kind = 'tender' and open_until is not null and (open_until <= naru_now() or stage = 'cancelled') limit 200`
/** Awarded cases of two stages whose technical roots are not published yet. */
const awaitsTechnicalRoots = `select case_id from current where kind = 'tender' and stage = 'awarded'
  and state like '%"technical":%' and state not like '%"published":true%'`
const waitingForShares = `select case_id from current where kind = 'tender' and stage = 'closed'`

/** Whether any round is past its time and not closed. */
export async function awaitsClosing(deployment: Deployment): Promise<boolean> {
  return ((await deployment.database.pool.query(due)).rowCount ?? 0) > 0
}

/** Starts the clock, which settles the signatures of a round before it closes; `run` does all that is due now and answers how many acts were done. */
export function startClock(
  deployment: Deployment,
  intervalMs = 500,
  signatures: Pick<SignatureChecks, 'settle'> | null = null,
): Clock {
  const { pool } = deployment.database
  const tried = new Map<string, string>()
  const looked = new Map<string, number>()
  return startLoop('clock', intervalMs, async (stopped) => {
    let done = await settleOutages(deployment)
    for (const { case_id: caseId } of (await pool.query<{ case_id: string }>(due)).rows) {
      if (stopped()) return done
      if (await awaitsProbes(deployment, caseId)) continue
      // In time needs a token: the box waits for it, and the tokens stand in the log before its close entry.
      if (!(await tokensComplete(deployment, caseId))) continue
      await logTokens(deployment)
      if (!(await prolongWhereNeeded(deployment, caseId))) continue
      // Every signature is checked in full before its round closes; what the neighbours leave open stays open.
      await signatures?.settle(caseId)
      const signatureFaults = await findSignatureFaults(deployment, caseId)
      const outcome = await doAct(deployment, {
        caseId,
        act: 'close-round',
        key: randomUUID(),
        actor: platform,
        input: { signatureFaults },
        size: 0,
      })
      if (outcome.done) done += 1
    }
    for (const { case_id: caseId } of (await pool.query<{ case_id: string }>(waitingForShares)).rows) {
      if (stopped()) return done
      if (performance.now() - (looked.get(caseId) ?? Number.NEGATIVE_INFINITY) > boxEveryMs) {
        looked.set(caseId, performance.now())
        const box = await readBox(deployment, caseId)
        if (box) await checkBox(deployment, caseId, box)
      }
      if (await openBids(deployment, caseId, tried)) done += 1
    }
    for (const { case_id: caseId } of (await pool.query<{ case_id: string }>(awaitsTechnicalRoots)).rows) {
      if (stopped()) return done
      if (await publishTechnical(deployment, caseId)) done += 1
    }
    return done
  })
}
