// Bad bundles: the archive itself: files, signature, forms.
import { utf8 } from '@naru/sealing/bytes.ts'
import { type Alteration, raw, signed, stranger } from './alteration.ts'
import { text } from './draft.ts'

export const containerAlterations: readonly Alteration[] = [
  raw('no-signature', 'fileMissing', (draft) => draft.files.delete('signature')),
  raw('no-entries', 'fileMissing', (draft) => draft.files.delete('entries')),
  raw('bid-file-taken-out', 'fileMissing', (draft) => draft.files.delete(draft.live[0] ?? '')),
  raw('file-changed', 'fileHash', (draft) => draft.put(draft.object('OpeningRecorded'), { v: 1 })),
  raw('file-added', 'fileUnknown', (draft) => draft.put('objects/999999.json', { v: 1 })),
  signed('strange-file', 'fileUnknown', (draft) => draft.put('notes.json', { v: 1 })),
  raw('signed-by-a-stranger', 'bundleSignature', (draft) => draft.sign(stranger)),
  raw('signed-for-another-tender', 'bundleSignature', (draft) =>
    draft.sign(undefined, '00000000-0000-4000-8000-000000000000'),
  ),
  signed('member-twice', 'notCanonical', (draft) => {
    const path = draft.object('AwardMade')
    const object = text.decode(draft.files.get(path))
    draft.files.set(path, utf8(object.replace('{', '{"award":"00000000-0000-4000-8000-000000000000",')))
  }),
  signed('white-space', 'notCanonical', (draft) => {
    const path = draft.live[0] ?? ''
    draft.files.set(path, utf8(` ${text.decode(draft.files.get(path))}`))
  }),
  signed('not-utf8', 'notCanonical', (draft) => draft.files.set(draft.round, Uint8Array.of(0x7b, 0xff, 0x7d))),
  signed('number-spelt-otherwise', 'notCanonical', (draft) => {
    const bundle = text.decode(draft.files.get(draft.round))
    draft.files.set(draft.round, utf8(bundle.replace('"round":', '"round":1e0,"Round":')))
  }),
  signed('unknown-member', 'badForm', (draft) => draft.change(draft.round, (round) => (round['comment'] = 'none'))),
  signed('member-left-out', 'badForm', (draft) => draft.change(draft.live[0] ?? '', (bid) => delete bid['leafSalt'])),
  signed('fact-of-unknown-type', 'badForm', (draft) =>
    draft.changeLine('BidsRanked', (record) => (record['type'] = 'BidsGuessed')),
  ),
]
