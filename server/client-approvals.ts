// Approvals of the sealing client's releases: taken from institutions that built it themselves, recorded one by one, and counted by operators.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Approval } from '@naru/domain/log/facts.ts'
import { logCase } from '@naru/domain/log/log.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { approvalHolds, approvalsWanted } from '@naru/sealing/client-approval.ts'
import type { TrustedApprover } from '@naru/sealing/signatures/trust-list.ts'
import { z } from 'zod'
import { doAct } from './act.ts'
import { CannotStart } from './database/cannot-start.ts'
import type { Deployment } from './deployment.ts'
import { listRelease, readTrust } from './trust.ts'

const approverList = z.strictObject({
  approvers: z.array(z.strictObject({ name: z.string().min(1), operator: z.string().min(1), key: z.string() })).min(2),
})

/** Reads the file that CLIENT_APPROVERS names. Throws CannotStart where it is not in form or one operator runs all approvers. */
export function readApprovers(file: string): readonly TrustedApprover[] {
  const say = (what: string) => new CannotStart(`CLIENT_APPROVERS names ${file}: ${what}`)
  try {
    const { approvers } = approverList.parse(JSON.parse(readFileSync(file, 'utf8')))
    if (new Set(approvers.map((each) => each.operator)).size < approvalsWanted)
      throw say('all its approvers have one operator. Two are needed.')
    for (const { name, key } of approvers)
      if (fromBase64(key).length !== 32) throw say(`the key of ${name} is not 32 bytes in base64.`)
    return approvers
  } catch (error) {
    if (error instanceof CannotStart) throw error
    throw say(`it cannot be read (${(error as Error).message.split('\n')[0]}).`)
  }
}

/**
 * Takes in one approval: 'unknown' for an approver that is not listed or a wrong signature. With the second operator's the release is listed, and
 * notices name it from then on where it is the one that this program serves.
 */
export async function takeApproval(
  deployment: Deployment,
  approval: Approval,
): Promise<'taken' | 'listed' | 'unknown'> {
  const trust = await readTrust(deployment)
  const approver = trust?.clientApprovers?.find((each) => each.name === approval.approver)
  if (!approver || !approvalHolds(approval, approver.key)) return 'unknown'
  const outcome = await doAct(deployment, {
    caseId: logCase,
    act: 'approve-client-release',
    key: randomUUID(),
    actor: { kind: 'platform', part: 'log' },
    input: { approval },
    size: 0,
  })
  // The same approval sent again, or two at one moment: what counts is what is recorded.
  const listed = await listRelease(deployment, approval.release)
  if (outcome.done || listed === 'listed') deployment.publicChange += 1
  if (listed !== 'listed' && listed !== 'before') return 'taken'
  if (approval.release === deployment.clientBuilt) deployment.clientRelease = deployment.clientBuilt
  return 'listed'
}
