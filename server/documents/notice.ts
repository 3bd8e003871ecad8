// The notice: who buys what, until when, on which conditions, under which rules with their articles, and who holds the keys.
import type { Content } from '@naru/domain/tender/content.ts'
import { estimatedValue } from '@naru/domain/tender/content.ts'
import { questionsEnd } from '@naru/domain/tender/noticing.ts'
import { opensAt } from '@naru/domain/tender/opening.ts'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { legalValues, type Terms, unconfirmedValues } from '@naru/domain/terms.ts'
import { lotName, type Material, nameOf, partyLines } from './material.ts'
import type { Block, FactLine, Inline } from './sheet.ts'
import type { Speech } from './speech.ts'

/** The blocks of a notice. */
export function noticeBlocks(material: Material, speech: Speech): readonly Block[] {
  const { tender } = material
  const { content, published } = tender
  if (!content || !published) throw new Error('a notice needs a published tender')
  const { say } = speech
  const value = estimatedValue(content)
  return [
    ...assumedBanner(published.terms, speech),
    { kind: 'heading', level: 1, text: say('document.section.parties') },
    { kind: 'facts', facts: partyLines(material, speech) },
    { kind: 'heading', level: 1, text: say('document.section.dates') },
    { kind: 'facts', facts: dateLines(material, speech) },
    { kind: 'heading', level: 1, text: say('document.section.purchase') },
    {
      kind: 'facts',
      facts: [
        {
          name: say('document.purchase.category'),
          value: [
            speech.domain(`category.${content.category}`),
            ...(content.kind ? [speech.country(`kind.${content.kind}`) ?? speech.plain(content.kind)] : []),
          ],
        },
        { name: say('document.purchase.value'), value: [speech.money(value)] },
        ...baseAmountLines(material, speech),
        { name: say('document.purchase.description'), value: textLines(content.description, speech) },
      ],
    },
    ...lotBlocks(material, content, speech),
    ...conditionBlocks(content, speech),
    { kind: 'heading', level: 1, text: say('document.section.delivery') },
    { kind: 'facts', facts: deliveryLines(content, speech) },
    ...documentBlocks(content, speech),
    ...rulesBlocks(material, published.terms, speech),
    ...holderBlocks(material, speech),
  ]
}

/** A badge where the case rests on values that nobody has read from the law. */
function assumedBanner(terms: Terms, speech: Speech): readonly Block[] {
  const assumed = unconfirmedValues(terms)
  if (assumed.length === 0) return []
  return [
    {
      kind: 'banner',
      title: speech.say('document.assumed.title', { n: assumed.length }),
      text: [speech.say('document.assumed.meaning')],
    },
  ]
}

const textLines = (text: Parameters<Speech['text']>[0], speech: Speech): readonly Inline[] => {
  const shown = speech.text(text)
  return typeof shown === 'string'
    ? shown.split(/\n+/)
    : shown.text.split(/\n+/).map((line) => ({ text: line, language: shown.language }))
}

export function dateLines({ tender }: Material, speech: Speech): readonly FactLine[] {
  const { say } = speech
  const { published } = tender
  const { deadline } = currentRound(tender)
  const until = questionsEnd(tender)
  return [
    ...(published ? [{ name: say('document.date.published'), value: [speech.recordTime(published.at)] }] : []),
    ...(until ? [{ name: say('document.date.questions'), value: [speech.moment(until)] }] : []),
    { name: say('document.date.deadline'), value: [speech.moment(deadline)] },
    { name: say('document.date.opening'), value: [speech.moment(opensAt(tender))] },
    { name: say('document.date.zone'), value: [speech.zone(deadline)] },
  ]
}

/** Base amount and figures of the draw, where the reserve price is drawn (koneps.md §2.2). */
function baseAmountLines({ tender }: Material, speech: Speech): readonly FactLine[] {
  const { say } = speech
  const { draw } = tender.published?.terms ?? {}
  return tender.baseAmounts.flatMap((each) => [
    { name: say('document.purchase.baseAmount'), value: [speech.money(each.amount)] },
    ...(each.aValue
      ? [
          {
            name: say('document.purchase.aValue'),
            value: [speech.money({ amount: each.aValue, currency: each.amount.currency })],
          },
        ]
      : []),
    ...(each.netCost
      ? [
          {
            name: say('document.purchase.netCost'),
            value: [speech.money({ amount: each.netCost, currency: each.amount.currency })],
          },
        ]
      : []),
    ...(draw
      ? [
          {
            name: say('document.purchase.draw'),
            value: [
              say('document.purchase.drawMeaning', {
                count: draw.count,
                percent: speech.number(String(draw.ppm / 10_000)),
                picks: draw.picks,
                top: draw.top,
              }),
            ],
          },
        ]
      : []),
  ])
}

export function lotBlocks(material: Material, content: Content, speech: Speech): readonly Block[] {
  const { say } = speech
  return content.lots.flatMap((lot): readonly Block[] => [
    { kind: 'heading', level: 2, text: lotName(material, lot.id, speech) },
    ...(content.lots.length > 1
      ? [{ kind: 'paragraph' as const, text: `${say('document.purchase.value')}: ${speech.money(lot.value)}` }]
      : []),
    {
      kind: 'table',
      columns: [
        { head: say('document.item.number') },
        { head: say('document.item.what'), share: 1 },
        { head: material.pack.classifier.scheme },
        { head: say('document.item.quantity'), align: 'end' },
        { head: say('document.item.unit') },
      ],
      rows: lot.items.map((item) => [
        [speech.plain(item.id)],
        [speech.text(item.description)],
        [speech.plain(item.classification)],
        [speech.number(item.quantity)],
        [speech.unit(item.unit, item.quantity)],
      ]),
    },
  ])
}

function conditionBlocks(content: Content, speech: Speech): readonly Block[] {
  const { say } = speech
  const blocks: Block[] = []
  if (content.conditions.length > 0)
    blocks.push(
      { kind: 'heading', level: 1, text: say('document.section.conditions') },
      {
        kind: 'facts',
        facts: content.conditions.map((each) => ({
          name: speech.domain(`condition.${each.kind}`),
          value: textLines(each.text, speech),
        })),
      },
    )
  if (content.criteria.length > 0)
    blocks.push(
      { kind: 'heading', level: 1, text: say('document.section.criteria') },
      {
        kind: 'table',
        columns: [
          { head: say('document.criterion'), share: 1 },
          { head: say('document.mostPoints'), align: 'end' },
        ],
        rows: content.criteria.map((each) => [[speech.text(each.title)], [speech.number(each.points)]]),
      },
    )
  return blocks
}

export const deliveryLines = (
  { delivery, paymentTerms }: Pick<Content, 'delivery' | 'paymentTerms'>,
  speech: Speech,
): readonly FactLine[] => [
  { name: speech.say('document.delivery.place'), value: speech.written(delivery.place) },
  { name: speech.say('document.delivery.by'), value: [speech.day(delivery.by)] },
  { name: speech.say('document.delivery.terms'), value: speech.written(delivery.terms) },
  { name: speech.say('document.delivery.payment'), value: speech.written(paymentTerms) },
]

function documentBlocks(content: Content, speech: Speech): readonly Block[] {
  if (content.documents.length === 0) return []
  const { say } = speech
  return [
    { kind: 'heading', level: 1, text: say('document.section.documents') },
    { kind: 'paragraph', text: say('document.documents.meaning'), tone: 'note' },
    {
      kind: 'table',
      columns: [
        { head: say('document.documents.name'), share: 3 },
        { head: say('document.documents.version'), align: 'end' },
        { head: say('document.documents.size'), align: 'end' },
        { head: 'SHA-256', share: 4 },
      ],
      rows: content.documents.map((each) => [
        [...speech.written(each.title), speech.domain(`documentKind.${each.kind}`)],
        [speech.number(each.version)],
        [speech.size(each.size)],
        hashLines(each.sha256),
      ]),
    },
  ]
}

/** A hash of 64 signs on two lines, so that it can be copied without marks in between. */
const hashLines = (hash: string): readonly string[] => [hash.slice(0, 32), hash.slice(32)]

/** The article of a rule, or the word "assumed" with the reason. */
function sourceLines(basis: Terms['method']['article'], speech: Speech): readonly Inline[] {
  return 'law' in basis
    ? [speech.basis(basis)]
    : [`${speech.say('document.assumed.badge')}: ${speech.basis(basis)} ${speech.domain(`basis.${basis.from}`)}.`]
}

function rulesBlocks(material: Material, terms: Terms, speech: Speech): readonly Block[] {
  const { say, plain } = speech
  const { method } = terms
  const { content } = material.tender
  const reason = speech.country(`method.${method.id}.reason`)
  return [
    { kind: 'heading', level: 1, text: say('document.section.rules') },
    { kind: 'paragraph', text: say('document.rules.copied', { day: speech.day(terms.day) }) },
    {
      kind: 'facts',
      facts: [
        {
          name: say('document.rules.method'),
          value: [speech.country(`method.${method.id}.name`) ?? plain(method.id)],
          note: sourceLines(method.article, speech),
        },
        ...(content
          ? [
              {
                name: say('document.rules.why'),
                value: [reason ?? speech.domain(`ground.${content.choice.ground}`)],
                note: speech.written(content.choice.reason),
              },
            ]
          : []),
        { name: say('document.rules.rule'), value: [speech.domain(`rule.${terms.award.rule}`)] },
        ...(terms.minimumBidders > 1
          ? [{ name: say('document.rules.minimumBidders'), value: [speech.number(terms.minimumBidders)] }]
          : []),
      ],
    },
    {
      kind: 'table',
      columns: [
        { head: say('document.rules.value'), share: 4 },
        { head: say('document.rules.says'), share: 4 },
        { head: say('document.rules.source'), share: 6 },
      ],
      rows: legalValues(terms).map((each) => [
        [speech.country(`value.${each.key}`) ?? plain(each.key)],
        [speech.legalValue(each.key, each.value)],
        sourceLines(each.basis, speech),
      ]),
    },
    { kind: 'heading', level: 2, text: say('document.rules.steps') },
    {
      kind: 'table',
      columns: [
        { head: say('document.item.number'), align: 'end' },
        { head: say('document.rules.step'), share: 3 },
        { head: say('document.rules.explanation'), share: 5 },
        { head: say('document.rules.source'), share: 6 },
      ],
      rows: terms.steps.map(({ step, basis }, at) => [
        [String(at + 1)],
        [speech.country(`step.${step}.name`) ?? plain(step)],
        [speech.country(`step.${step}.explanation`) ?? ''],
        sourceLines(basis, speech),
      ]),
    },
    ...failureBlocks(terms, { kind: 'heading', level: 2, text: say('document.rules.ifItFails') }, speech),
  ]
}

/** What may follow when a tender fails. */
export function failureBlocks(terms: Terms, heading: Block, speech: Speech): readonly Block[] {
  if (terms.ifItFails.length === 0) return []
  return [
    heading,
    {
      kind: 'facts',
      facts: terms.ifItFails.map((each) => ({
        name: speech.domain(`next.${each.then}`),
        value: [speech.say('document.rules.when', { when: speech.domain(`when.${each.when}`) })],
        note: sourceLines(each.basis, speech),
      })),
    },
  ]
}

/** Who holds the keys: organisations, never names of people, which could not be erased here. */
function holderBlocks(material: Material, speech: Speech): readonly Block[] {
  const { say } = speech
  return [
    { kind: 'heading', level: 1, text: say('document.section.holders') },
    { kind: 'paragraph', text: say('document.holders.meaning') },
    {
      kind: 'table',
      columns: [
        { head: say('document.holders.key'), align: 'end' },
        { head: say('document.holders.group'), share: 2 },
        { head: say('document.holders.organisation'), share: 3 },
      ],
      rows: material.tender.holders.flatMap((group) =>
        group.holders.map((holder) => [
          [String(holder.i)],
          [
            `${speech.domain(`group.${group.name}`)} (${say('document.holders.needed', { k: group.k, n: group.holders.length })})`,
          ],
          [nameOf(material, holder.organisation, speech)],
        ]),
      ),
    },
  ]
}
