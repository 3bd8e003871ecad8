// Bad bundles: key holders and notice.
import { toBase64 } from '@naru/sealing/bytes.ts'
import { commitmentOf } from '@naru/sealing/commitment.ts'
import { type Alteration, rewritten, stranger } from './alteration.ts'
import type { Draft, Json } from './draft.ts'

const lastAnswer = (draft: Draft, change: (body: Json) => void): void =>
  draft.changeLine('RehearsalAnswered', ({ body }) => change(body as Json))

/** The probe of the first round, on which the notice stands. */
function firstProbe(draft: Draft, change: (body: Json) => void): void {
  const lines = draft.lines
  change(lines.find((each) => each.record?.type === 'RehearsalSealed')?.record?.body as Json)
  draft.putLines(lines)
}

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
  rewritten('rehearsal-share-changed', 'rehearsalMismatch', (draft) =>
    lastAnswer(draft, (body) => (body.shares[0][1] = toBase64(stranger))),
  ),
  rewritten('rehearsal-not-opened', 'rehearsalMismatch', (draft) =>
    lastAnswer(draft, (body) => (body.shares[0][1] = 'bad')),
  ),
  rewritten('rehearsal-of-a-holder-left-out', 'rehearsalMismatch', (draft) =>
    lastAnswer(draft, (body) => (body.i = 200)),
  ),
  rewritten('rehearsal-answers-changed', 'rehearsalMismatch', (draft) =>
    firstProbe(draft, (body) => (body.answers[0][1] = toBase64(stranger))),
  ),
  rewritten('rehearsal-of-another-probe', 'rehearsalMismatch', (draft) =>
    firstProbe(draft, (body) => (body.salt = toBase64(stranger))),
  ),
  rewritten('rehearsal-of-another-round', 'rehearsalMismatch', (draft) =>
    firstProbe(draft, (body) => (body.round = 2)),
  ),
]
