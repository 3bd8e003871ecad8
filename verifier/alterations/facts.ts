// Bad bundles: facts and objects against their entries.
import { toBase64 } from '@naru/sealing/bytes.ts'
import { H } from '@naru/sealing/hash.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import { type Alteration, rewritten, signed, stranger } from './alteration.ts'

export const factAlterations: readonly Alteration[] = [
  signed('notice-changed', 'factHash', (draft) =>
    draft.changeLine('TenderPublished', ({ body }) => (body.content.lots[0].value.amount = '1')),
  ),
  rewritten('notice-changed-and-log-rewritten', 'noticeText', (draft) =>
    draft.changeLine('TenderPublished', ({ body }) => (body.content.lots[0].value.amount = '1')),
  ),
  rewritten('terms-changed', 'noticeRules', (draft) =>
    draft.changeLine(
      'TenderPublished',
      ({ body }) => (body.terms.minimumBidders = 1 + (body.terms.minimumBidders as number)),
    ),
  ),
  rewritten('deadline-moved', 'noticeText', (draft) =>
    draft.changeLine('TenderPublished', ({ body }) => (body.notice.T += 3_600_000)),
  ),
  signed('fact-removed', 'factOrder', (draft) =>
    draft.putLines(
      draft.lines.filter((each) => each !== undefined && (each.record ?? each.shown)?.type !== 'EligibilityRecorded'),
    ),
  ),
  signed('fact-twice', 'factOrder', (draft) =>
    draft.putLines(draft.lines.flatMap((each, n) => (n === 3 ? [each, each] : [each]))),
  ),
  signed('facts-reordered', 'factOrder', (draft) => draft.putLines(draft.lines.reverse())),
  signed('award-hidden', 'factHidden', (draft) => {
    const lines = draft.lines
    const award = draft.line(lines, 'AwardMade')
    const { stream, seq } = award.record as { stream: string; seq: number }
    draft.putLines(lines.map((each) => (each === award ? { index: each.index, stream, seq } : each)))
  }),
  signed('ranking-hidden', 'rankingMissing', (draft) => {
    const lines = draft.lines
    const ranked = draft.line(lines, 'BidsRanked')
    const { stream, seq } = ranked.record as { stream: string; seq: number }
    draft.putLines(lines.map((each) => (each === ranked ? { index: each.index, stream, seq } : each)))
  }),
  signed('object-removed', 'objectMissing', (draft) => draft.files.delete(draft.object('TenderClosed'))),
  signed('object-changed', 'objectMismatch', (draft) =>
    draft.change(draft.object('AwardMade'), (award) => (award['value'].amount = '1')),
  ),
  signed('object-added', 'objectUnknown', (draft) => draft.put('objects/1000000.json', { v: 1 })),
  signed('fact-says-other-than-object', 'factObject', (draft) =>
    draft.changeLine('AwardMade', ({ body }, line) => {
      body.reason = 'Another reason.'
      line.hash = toBase64(H('fact', canonical(line.record)))
    }),
  ),
  signed('salt-of-an-act-changed', 'factEntry', (draft) =>
    draft.changeLine('BidsRanked', (_, line) => (line.salt = toBase64(stranger))),
  ),
  signed('fact-at-another-index', 'factEntry', (draft) => {
    const lines = draft.lines
    const last = lines.at(-1)
    if (last) last.index -= 1
    draft.putLines(lines.filter((each, n) => n === lines.length - 1 || each.index !== last?.index))
  }),
  signed('predecessor-changed', 'factChain', (draft) =>
    draft.changeLine('EligibilityRecorded', (record, line) => {
      record['prev'] = toBase64(stranger)
      line.hash = toBase64(H('fact', canonical(line.record)))
    }),
  ),
]
