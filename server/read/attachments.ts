// Attachments of opened bids as one reader may see them.
import type { Actor } from '@naru/domain/actor.ts'
import { type OpenedAttachment, readOpenedAttachments } from '../after/open-attachments.ts'
import type { Deployment } from '../deployment.ts'
import { readContext } from './case.ts'
import { seesProposals } from './proposals.ts'

/** What a page shows of an attachment. `file.root` is what the bidder's signature binds. */
export type ShownAttachment = Pick<
  OpenedAttachment,
  'index' | 'cls' | 'j' | 'bid' | 'name' | 'mime' | 'size' | 'file' | 'state'
>

/** The attachments of a case that the actor may see, with what opens them; for the program itself. */
export async function readVisibleAttachments(
  deployment: Deployment,
  caseId: string,
  actor: Actor,
): Promise<OpenedAttachment[]> {
  const { tender } = await readContext(deployment, caseId, actor)
  if (!tender) return []
  const all = await readOpenedAttachments(deployment, caseId)
  return all.filter((each) => seesProposals(tender, actor, each.cls, each.index))
}

/** Without the secrets of envelopes that are not published. */
export const showAttachment = ({
  index,
  cls,
  j,
  bid,
  name,
  mime,
  size,
  file,
  state,
}: OpenedAttachment): ShownAttachment => ({
  index,
  cls,
  j,
  bid,
  name,
  mime,
  size,
  file,
  state,
})
