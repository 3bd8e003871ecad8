// One fact and its case become one sheet: title, blocks by kind, the foot with number, log entry and hash, and the fact itself as a file.
import type { Language } from '@naru/countries/words.ts'
import { inLanguage } from '@naru/domain/text.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import { amendmentBlocks, rebidBlocks } from './amendment.ts'
import { type ConcludedBody, contractBlocks } from './contract.ts'
import { inZone } from './format.ts'
import type { DocumentKind, Material } from './material.ts'
import { noticeBlocks } from './notice.ts'
import { openingBlocks } from './opening.ts'
import { awardBlocks, cancellationBlocks, directAwardBlocks, failureNoticeBlocks, withdrawalBlocks } from './outcome.ts'
import type { Block, Sheet } from './sheet.ts'
import { type Speech, speechOf } from './speech.ts'

const bodies: Readonly<Record<DocumentKind, (material: Material, speech: Speech) => readonly Block[]>> = {
  notice: noticeBlocks,
  amendment: amendmentBlocks,
  rebid: rebidBlocks,
  opening: openingBlocks,
  award: awardBlocks,
  'direct-award': directAwardBlocks,
  'award-withdrawn': withdrawalBlocks,
  failure: failureNoticeBlocks,
  cancellation: cancellationBlocks,
  contract: contractBlocks,
}

/** The languages a document is made in: the one that prevails first, then English for readers from abroad. */
export const languagesOf = (prevailing: Language): readonly Language[] =>
  prevailing === 'en' ? ['en'] : [prevailing, 'en']

/** The legal number a document goes by: the contract's own, else the notice's. */
export const numberOf = ({ kind, facts, tender }: Material): string =>
  kind === 'contract' ? (facts[0].fact.body as ConcludedBody).number : (tender.published?.number ?? tender.ocid)

/** The whole sheet of a document in one language. Throws a Fault where the case lacks what its fact presupposes. */
export function composeSheet(material: Material, language: Language): Sheet {
  const { pack, mode, kind, tender, log, site } = material
  const [{ fact, index, hash }] = material.facts
  if (!tender.content) throw new Error('a document needs a published case')
  const prevailing = tender.content.language
  const speech = speechOf(pack, language, prevailing)
  const { say } = speech
  const number = speech.plain(numberOf(material))
  const sort = say(`document.kind.${kind}`)
  const title = kind === 'contract' ? (fact.body as ConcludedBody).text.title : tender.content.title
  const subject = speech.plain(inLanguage(title, language, prevailing))
  const at = inZone(fact.at, pack.zone)
  const [first, ...others] = bodies[kind](material, speech)
  const blocks: Block[] = [
    {
      kind: 'facts',
      facts: [
        { name: say(kind === 'contract' ? 'document.contract.number' : 'document.number'), value: [number] },
        { name: say('document.ocid'), value: [tender.ocid] },
        {
          name: say('document.prevailing'),
          value: [say(`document.language.${prevailing}`)],
          ...(language !== prevailing && { note: [say('document.translation')] }),
        },
        ...(first?.kind === 'facts' ? first.facts : []),
      ],
    },
    ...(first && first.kind !== 'facts' ? [first] : []),
    ...others,
  ]
  const proof: Block[] = [
    { kind: 'heading', level: 1, text: say('document.section.proof') },
    {
      kind: 'facts',
      facts: [
        { name: say('document.proof.recorded'), value: [speech.recordTime(fact.at)], note: [speech.zone(fact.at)] },
        { name: say('document.proof.log'), value: [speech.plain(log)] },
        ...(index === null ? [] : [{ name: say('document.proof.entry'), value: [String(index)] }]),
        { name: say('document.proof.hash'), value: [hash] },
        { name: say('document.proof.address'), value: [`${site}/${language}/tenders/${fact.caseId}`] },
      ],
    },
    { kind: 'paragraph', text: say('document.proof.attached'), tone: 'note' },
    { kind: 'paragraph', text: say('document.proof.never'), tone: 'note' },
  ]
  if (!speech.complete) proof.push({ kind: 'paragraph', text: say('document.incomplete'), tone: 'note' })
  return {
    language,
    country: pack.country.length === 2 ? pack.country : 'zz',
    title: `${sort} ${number}: ${subject.replaceAll('\n', ' ')}`,
    sort,
    subject,
    publisher: speech.country('country.name') ?? pack.country,
    made: { year: at.year, month: at.month, day: at.day, hour: at.hour, minute: at.minute, second: at.second },
    band: mode === 'sandbox' ? say('document.sandbox') : null,
    foot: {
      left: `${sort} · ${number}`,
      page: say('document.page'),
      proof: `${say('document.foot.log', { log: speech.plain(log), index: index ?? '—' })} · ${say('document.foot.hash', { hash })}`,
    },
    blocks,
    proof,
    attached: { description: say('document.attachment'), text: attachmentOf(material) },
  }
}

/** The file fact.json: the public facts in canonical form (RFC 8785), each with its place in the log and its hash. */
function attachmentOf({ facts, log, site }: Material): string {
  return canonicalText({
    v: 1,
    log,
    site,
    facts: facts.map(({ index, hash, fact: { caseId, stream, seq, type, at, body } }) => ({
      index,
      hash,
      case: caseId,
      stream,
      seq,
      type,
      at,
      body,
    })),
  })
}
