// The certificate of unavailability as a sheet: the outage, who found it, by which rule deadlines moved, and which did not because they were over.
import type { Language } from '@naru/countries/words.ts'
import type { Mode, Pack } from '@naru/domain/pack.ts'
import { canonicalText } from '@naru/sealing/jcs.ts'
import type { SignedCertificate } from '../outages.ts'
import { inZone } from './format.ts'
import type { Block, Sheet } from './sheet.ts'
import { speechOf } from './speech.ts'

/** The sheet in a language. The signed certificate is attached to it, word for word, so that the PDF can be checked like the JSON. */
export function unavailabilitySheet(
  signed: SignedCertificate,
  { pack, mode, site }: { readonly pack: Pack; readonly mode: Mode; readonly site: string },
  language: Language,
): Sheet {
  const { certificate, key, signature } = signed
  const speech = speechOf(pack, language, language)
  const { say } = speech
  const sort = say('document.kind.unavailability')
  const number = certificate.outage
  const at = inZone(certificate.noticed, pack.zone)
  const minutes = Math.ceil((Date.parse(certificate.until) - Date.parse(certificate.from)) / 60_000)
  const tender = (id: string): string => `${site}/${language}/tenders/${id}`
  const blocks: Block[] = [
    {
      kind: 'facts',
      facts: [
        { name: say('document.number'), value: [number] },
        { name: say('document.unavailability.function'), value: [say('document.unavailability.submission')] },
        { name: say('document.unavailability.from'), value: [speech.recordTime(certificate.from)] },
        {
          name: say('document.unavailability.until'),
          value: [speech.recordTime(certificate.until)],
          note: [speech.zone(certificate.until)],
        },
        { name: say('document.unavailability.minutes'), value: [speech.number(minutes)] },
        { name: say('document.unavailability.noticed'), value: [speech.recordTime(certificate.noticed)] },
        { name: say('document.unavailability.found'), value: [speech.plain(certificate.operators.join(', '))] },
        ...(certificate.rule
          ? [{ name: say('document.unavailability.rule'), value: [speech.basis(certificate.rule.basis)] }]
          : []),
      ],
    },
    {
      kind: 'paragraph',
      text: say(certificate.rule ? 'document.unavailability.meaning' : 'document.unavailability.noRule'),
    },
    { kind: 'heading', level: 1, text: say('document.unavailability.moved') },
    certificate.moved.length === 0
      ? { kind: 'paragraph', text: say('document.unavailability.none') }
      : {
          kind: 'table',
          columns: [{ head: say('document.unavailability.tender'), share: 1 }, { head: say('document.amendment.was') }],
          rows: certificate.moved.map((each) => [[tender(each.tender)], [speech.recordTime(each.before)]]),
        },
    ...(certificate.closed.length === 0
      ? []
      : ([
          { kind: 'heading', level: 1, text: say('document.unavailability.closed') },
          { kind: 'paragraph', text: say('document.unavailability.closedMeaning') },
          {
            kind: 'table',
            columns: [
              { head: say('document.unavailability.tender'), share: 1 },
              { head: say('document.date.deadline') },
            ],
            rows: certificate.closed.map((each) => [[tender(each.tender)], [speech.recordTime(each.deadline)]]),
          },
        ] as const)),
  ]
  const proof: Block[] = [
    { kind: 'heading', level: 1, text: say('document.section.proof') },
    {
      kind: 'facts',
      facts: [
        { name: say('document.proof.log'), value: [speech.plain(certificate.log)] },
        { name: say('document.unavailability.key'), value: [key] },
        { name: say('document.unavailability.signature'), value: [signature] },
        { name: say('document.proof.address'), value: [`${site}/api/outages/${certificate.outage}/certificate`] },
      ],
    },
    { kind: 'paragraph', text: say('document.unavailability.attached'), tone: 'note' },
  ]
  return {
    language,
    country: pack.country.length === 2 ? pack.country : 'zz',
    title: `${sort} ${number}`,
    sort,
    subject: say('document.unavailability.submission'),
    publisher: speech.country('country.name') ?? pack.country,
    made: { year: at.year, month: at.month, day: at.day, hour: at.hour, minute: at.minute, second: at.second },
    band: mode === 'sandbox' ? say('document.sandbox') : null,
    foot: { left: sort, page: say('document.page'), proof: number },
    blocks,
    proof,
    attached: { description: say('document.unavailability.attachment'), text: canonicalText(signed) },
  }
}
