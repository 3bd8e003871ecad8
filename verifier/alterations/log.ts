// Bad bundles: checkpoint, cosignatures, entries.
import { makeEntry } from '@naru/log/entry.ts'
import { fromBase64, toBase64, utf8 } from '@naru/sealing/bytes.ts'
import { type Alteration, rewritten, signed, stranger } from './alteration.ts'
import { text } from './draft.ts'

export const logAlterations: readonly Alteration[] = [
  signed('checkpoint-signature-changed', 'checkpointSignature', (draft) => draft.seal(undefined, stranger)),
  signed('checkpoint-without-signature', 'checkpointSignature', (draft) => {
    const [body = ''] = text.decode(draft.files.get('checkpoint')).split('\n\n')
    draft.files.set('checkpoint', utf8(`${body}\n`))
  }),
  signed('cosignatures-left-out', 'quorumMissing', (draft) => {
    const [body = '', signatures = ''] = text.decode(draft.files.get('checkpoint')).split('\n\n')
    draft.files.set('checkpoint', utf8(`${body}\n\n${signatures.split('\n')[0]}\n`))
  }),
  signed('one-cosignature-twice', 'quorumMissing', (draft) => {
    const [body = '', signatures = ''] = text.decode(draft.files.get('checkpoint')).split('\n\n')
    const [log = '', witness = ''] = signatures.split('\n')
    draft.files.set('checkpoint', utf8(`${body}\n\n${log}\n${witness}\n${witness}\n`))
  }),
  signed('cosignature-of-another-time', 'quorumMissing', (draft) => {
    const note = text.decode(draft.files.get('checkpoint'))
    const [, line = ''] = (note.split('\n\n')[1] ?? '').split('\n')
    const bytes = fromBase64(line.split(' ')[2] ?? '')
    bytes[11] = (bytes[11] ?? 0) ^ 1
    draft.files.set(
      'checkpoint',
      utf8(note.replace(line, `${line.split(' ').slice(0, 2).join(' ')} ${toBase64(bytes)}`)),
    )
  }),
  signed('of-another-log', 'otherLog', (draft) =>
    draft.change('bundle.json', (bundle) => (bundle['origin'] = 'other.invalid/log')),
  ),
  signed('checkpoint-larger-than-entries', 'entriesCount', (draft) => draft.seal(draft.json('bundle.json').size + 1)),
  signed('last-entry-left-out', 'entriesCount', (draft) => {
    const entries = draft.files.get('entries') ?? new Uint8Array(0)
    draft.files.set('entries', entries.slice(0, -34))
  }),
  signed('entries-reordered', 'rootMismatch', (draft) => {
    const [a = 0, b = 0] = draft.items.map((item) => item.index)
    const [first, second] = [draft.entryAt(a), draft.entryAt(b)]
    draft.setEntry(a, second)
    draft.setEntry(b, first)
  }),
  signed('entry-changed', 'rootMismatch', (draft) => draft.setEntry(0, makeEntry('act', stranger))),
  signed('entry-of-unknown-kind', 'entryForm', (draft) => {
    const entry = draft.entryAt(0)
    entry[1] = 0x7f
    draft.setEntry(0, entry)
    draft.seal()
  }),
  rewritten(
    'log-forked',
    'fork',
    (draft) =>
      draft.setEntry(draft.lines.find((each) => each.hash === undefined)?.index ?? 0, makeEntry('act', stranger)),
    true,
  ),
  rewritten(
    'log-forked-in-a-sealed-bid',
    'fork',
    (draft) => draft.setEntry(draft.items[0]?.index ?? 0, makeEntry('sealed', stranger)),
    true,
  ),
]
