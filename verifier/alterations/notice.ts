// Bad bundles: key holders and notice.
import { toBase64 } from '@naru/sealing/bytes.ts'
import { commitmentOf } from '@naru/sealing/commitment.ts'
import { type Alteration, rewritten, stranger } from './alteration.ts'
import type { Json } from './draft.ts'

export const noticeAlterations: readonly Alteration[] = [
  rewritten('key-record-swapped', 'keyRecordsMismatch', (draft) => {
    const lines = draft.lines
    const [one, two] = lines.filter((each) => each.record?.type === 'KeyRecordDeposited')
    const swap = two?.record?.body.record.pk as string
    if (one?.record) one.record.body.record.pk = swap
    draft.putLines(lines)
  }),
  rewritten('threshold-lowered', 'noticeDescriptor', (draft) => {
    const lines = draft.lines
    const fixed = lines.find((each) => each.record?.type === 'TenderKeyFixed')
    const body = fixed?.record?.body as Json
    body.tenderKey.groups[0].k = 1
    body.tkd = toBase64(commitmentOf('tkd', body.tenderKey))
    draft.putLines(lines)
  }),
  rewritten('group-without-a-spare', 'descriptorForm', (draft) => {
    const lines = draft.lines
    const body = lines.find((each) => each.record?.type === 'TenderKeyFixed')?.record?.body as Json
    body.tenderKey.groups[0].k = body.tenderKey.groups[0].o.length
    body.tkd = toBase64(commitmentOf('tkd', body.tenderKey))
    draft.putLines(lines)
  }),
  rewritten('salt-replaced', 'noticeSalts', (draft) =>
    draft.changeLine('TenderPublished', ({ body }) => (body.notice.salts[0].bidderSalt = toBase64(stranger))),
  ),
]
