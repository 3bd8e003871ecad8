// Looks whether a closed box still holds what was sealed, keeps what differs for the alarm, and says in the record that the opening stops or goes on.
import { randomUUID } from 'node:crypto'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { doAct } from '../act.ts'
import type { Deployment } from '../deployment.ts'
import type { Box } from '../read/box.ts'
import { findAltered, noteAltered } from './altered.ts'

/** Whether everything in the box is what was sealed. The alarm and the public flag follow what is found, each time it changes. */
export async function checkBox(deployment: Deployment, caseId: string, box: Box): Promise<boolean> {
  const altered = findAltered(box)
  await noteAltered(deployment, caseId, altered)
  const { stopped } = currentRound(box.tender)
  const what = [...new Set(altered.map((each) => each.what))].sort()
  const same = stopped ? stopped.bids === altered.length && stopped.what.join() === what.join() : altered.length === 0
  if (!same && box.tender.stage === 'closed')
    await doAct(deployment, {
      caseId,
      act: altered.length > 0 ? 'stop-opening' : 'resume-opening',
      key: randomUUID(),
      actor: { kind: 'platform', part: 'opening' },
      input: altered.length > 0 ? { bids: altered.length, what } : {},
      size: 0,
    })
  return altered.length === 0
}
