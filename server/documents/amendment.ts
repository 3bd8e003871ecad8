// An amendment with its reason and a difference that can be read, and a new time for bids after a round without a winner.
import type { Instant } from '@naru/domain/time.ts'
import { changedFields } from './difference.ts'
import type { Material } from './material.ts'
import { dateLines } from './notice.ts'
import type { Block } from './sheet.ts'
import type { Speech } from './speech.ts'

/** The blocks of an amendment. */
export function amendmentBlocks(material: Material, speech: Speech): readonly Block[] {
  const { say } = speech
  const body = material.facts[0].fact.body as { amendment: number }
  const amendment = material.tender.amendments.find((each) => each.amendment === body.amendment)
  if (!amendment) throw new Error('the amendment is not in the case')
  const changes = changedFields(material, amendment.before, amendment.after, speech)
  return [
    {
      kind: 'facts',
      facts: [
        { name: say('document.amendment.number'), value: [speech.number(amendment.amendment)] },
        { name: say('document.amendment.at'), value: [speech.recordTime(amendment.at)] },
        { name: say('document.reason'), value: speech.written(amendment.reason) },
      ],
    },
    { kind: 'heading', level: 1, text: say('document.amendment.changes') },
    ...(changes.length > 0
      ? ([
          { kind: 'paragraph', text: say('document.amendment.meaning'), tone: 'note' },
          {
            kind: 'changes',
            head: [say('document.amendment.field'), say('document.amendment.was'), say('document.amendment.is')],
            rows: changes,
          },
        ] as const)
      : [{ kind: 'paragraph' as const, text: say('document.amendment.otherLanguage') }]),
    { kind: 'heading', level: 1, text: say('document.section.datesNow') },
    { kind: 'facts', facts: dateLines(material, speech) },
  ]
}

/** The blocks of a re-bid: the same tender, open for bids again. */
export function rebidBlocks(material: Material, speech: Speech): readonly Block[] {
  const { say } = speech
  const { fact } = material.facts[0]
  const { round, reason } = fact.body as { round: number; reason: string; deadline: Instant }
  return [
    {
      kind: 'facts',
      facts: [
        { name: say('document.opening.round'), value: [speech.number(round)] },
        { name: say('document.reason'), value: speech.written(reason) },
        { name: say('document.rebid.terms'), value: [say('document.rebid.unchanged')] },
      ],
    },
    { kind: 'heading', level: 1, text: say('document.section.datesNow') },
    { kind: 'facts', facts: dateLines(material, speech) },
  ]
}
