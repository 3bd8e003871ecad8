// What became of a tender: the ranking with a reason for every bid and the award; or that it failed or was cancelled, and what the law lets follow.
import type { RankingLine } from '@naru/domain/award/rules.ts'
import { type Award, currentRound, type Round } from '@naru/domain/tender/tender.ts'
import { lotName, type Material, nameOf, partyLine, partyLines } from './material.ts'
import { failureBlocks } from './notice.ts'
import type { Block } from './sheet.ts'
import type { Speech } from './speech.ts'

/** The blocks of the notice of ranking and award of one lot. */
export function awardBlocks(material: Material, speech: Speech): readonly Block[] {
  const { say } = speech
  const { tender } = material
  const award = awardOf(material)
  const round = currentRound(tender)
  return [
    {
      kind: 'facts',
      facts: [
        ...lotLines(material, award.lot, speech),
        partyLine(material, say('document.award.winner'), award.supplier, speech),
        { name: say('document.award.value'), value: [speech.money(award.value)] },
        { name: say('document.award.at'), value: [speech.recordTime(award.at)] },
        { name: say('document.reason'), value: speech.written(award.reason) },
        {
          name: say('document.award.standstill'),
          value: [award.standstillUntil ? speech.moment(award.standstillUntil) : say('document.award.noStandstill')],
        },
      ],
    },
    ...rankingBlocks(material, round, [award.lot], speech),
    { kind: 'heading', level: 1, text: say('document.section.parties') },
    { kind: 'facts', facts: partyLines(material, speech) },
  ]
}

/** The blocks of an award without competition: to whom, why, and what each item costs. */
export function directAwardBlocks(material: Material, speech: Speech): readonly Block[] {
  const { say } = speech
  const award = awardOf(material)
  const unit = speech.currency(award.value.currency)
  const items = material.tender.content?.lots.find((each) => each.id === award.lot)?.items ?? []
  return [
    {
      kind: 'facts',
      facts: [
        ...lotLines(material, award.lot, speech),
        partyLine(material, say('document.party.supplier'), award.supplier, speech),
        { name: say('document.directAward.value'), value: [speech.money(award.value)] },
        { name: say('document.award.at'), value: [speech.recordTime(award.at)] },
        { name: say('document.reason'), value: speech.written(award.reason) },
        {
          name: say('document.award.standstill'),
          value: [award.standstillUntil ? speech.moment(award.standstillUntil) : say('document.award.noStandstill')],
        },
      ],
    },
    { kind: 'paragraph', text: say('document.directAward.meaning') },
    { kind: 'heading', level: 1, text: say('document.section.purchase') },
    {
      kind: 'table',
      columns: [
        { head: say('document.item.number'), align: 'end' },
        { head: say('document.item.what'), share: 1 },
        { head: say('document.item.quantity'), align: 'end' },
        { head: say('document.item.unit') },
        { head: `${say('document.item.unitPrice')}, ${unit}`, align: 'end' },
        { head: `${say('document.item.amount')}, ${unit}`, align: 'end' },
      ],
      rows: (award.offer ?? []).map((line, at) => {
        const item = items.find((each) => each.id === line.id)
        return [
          [String(at + 1)],
          [item ? speech.text(item.description) : speech.plain(line.id)],
          [item ? speech.number(item.quantity) : '—'],
          [item ? speech.unit(item.unit, item.quantity) : '—'],
          [speech.amount(line.unitPrice, award.value.currency)],
          [speech.amount(line.amount, award.value.currency)],
        ]
      }),
    },
    { kind: 'heading', level: 1, text: say('document.section.parties') },
    { kind: 'facts', facts: partyLines(material, speech) },
  ]
}

/** The blocks of an award that came to nothing: whose it was, on what ground it ended, and what the law lets follow. */
export function withdrawalBlocks(material: Material, speech: Speech): readonly Block[] {
  const { say } = speech
  const { fact } = material.facts[0]
  const { ground, reason } = fact.body as { ground: string; reason: string }
  const award = awardOf(material)
  return [
    {
      kind: 'facts',
      facts: [
        ...lotLines(material, award.lot, speech),
        partyLine(material, say('document.withdrawn.former'), award.supplier, speech),
        { name: say('document.withdrawn.value'), value: [speech.money(award.value)] },
        { name: say('document.award.at'), value: [speech.recordTime(award.at)] },
        { name: say('document.withdrawn.ground'), value: [speech.domain(`awardWithdrawn.${ground}`)] },
        { name: say('document.reason'), value: speech.written(reason) },
        { name: say('document.withdrawn.at'), value: [speech.recordTime(fact.at)] },
      ],
    },
    { kind: 'paragraph', text: say('document.withdrawn.meaning') },
    { kind: 'heading', level: 1, text: say('document.section.parties') },
    { kind: 'facts', facts: partyLines(material, speech) },
  ]
}

/** The award that the fact is about, also where it no longer stands. */
function awardOf({ facts, tender }: Material): Award {
  const { award } = facts[0].fact.body as { award: string }
  const found = [...tender.awards, ...(tender.withdrawnAwards ?? [])].find((each) => each.award === award)
  if (!found) throw new Error('the award is not in the case')
  return found
}

const lotLines = (material: Material, lot: string, speech: Speech) =>
  (material.tender.content?.lots.length ?? 0) > 1
    ? [{ name: speech.say('document.lotName'), value: [lotName(material, lot, speech)] }]
    : []

/** The blocks of a tender that failed. */
export function failureNoticeBlocks(material: Material, speech: Speech): readonly Block[] {
  const { fact } = material.facts[0]
  const { round, reason } = fact.body as { round: number; reason: string }
  const { tender } = material
  const failed = tender.rounds.find((each) => each.round === round)
  const lots = tender.content?.lots.map((each) => each.id) ?? []
  return [
    {
      kind: 'facts',
      facts: [
        { name: speech.say('document.reason'), value: [speech.domain(`failure.${reason}`)] },
        { name: speech.say('document.ended.at'), value: [speech.recordTime(fact.at)] },
        { name: speech.say('document.opening.round'), value: [speech.number(round)] },
      ],
    },
    ...(failed ? rankingBlocks(material, failed, lots, speech) : []),
    ...(tender.published
      ? failureBlocks(
          tender.published.terms,
          { kind: 'heading', level: 1, text: speech.say('document.failure.next') },
          speech,
        )
      : []),
    { kind: 'heading', level: 1, text: speech.say('document.section.parties') },
    { kind: 'facts', facts: partyLines(material, speech) },
  ]
}

/** The blocks of a cancellation. */
export function cancellationBlocks(material: Material, speech: Speech): readonly Block[] {
  const { fact } = material.facts[0]
  const { reason } = fact.body as { reason: string }
  return [
    {
      kind: 'facts',
      facts: [
        { name: speech.say('document.reason'), value: speech.written(reason) },
        { name: speech.say('document.ended.at'), value: [speech.recordTime(fact.at)] },
      ],
    },
    { kind: 'paragraph', text: speech.domain('stage.cancelled.meaning') },
    { kind: 'heading', level: 1, text: speech.say('document.section.parties') },
    { kind: 'facts', facts: partyLines(material, speech) },
  ]
}

/** The ranking of the lots, void bids and reviews among it: for every bid its place and the reason in words. */
function rankingBlocks(material: Material, round: Round, lots: readonly string[], speech: Speech): readonly Block[] {
  const { say } = speech
  const bidderOf = (bid: string): string => round.opening?.bids.find((each) => each.bid === bid)?.bidder ?? ''
  return round.rankings
    .filter((each) => lots.includes(each.lot))
    .flatMap(({ lot, ranking, at }): readonly Block[] => {
      const currency =
        material.tender.content?.lots.find((each) => each.id === lot)?.value.currency ?? material.pack.currency
      const voided = round.opening?.bids.filter((each) => each.lot === lot && each.status === 'void') ?? []
      const pointed = ranking.lines.some((line) => line.numbers.total !== undefined)
      return [
        {
          kind: 'heading',
          level: 1,
          text:
            (material.tender.content?.lots.length ?? 0) > 1
              ? `${say('document.section.ranking')}: ${lotName(material, lot, speech)}`
              : say('document.section.ranking'),
        },
        {
          kind: 'paragraph',
          text: `${speech.domain(`rule.${ranking.rule}`)}. ${say('document.ranking.at', { time: speech.recordTime(at) })}`,
        },
        {
          kind: 'table',
          columns: [
            { head: say('document.ranking.place'), align: 'end' },
            { head: say('document.bidder'), share: 3 },
            { head: `${say('document.price')}, ${speech.currency(currency)}`, align: 'end' },
            ...(pointed ? [{ head: say('document.ranking.points'), align: 'end' as const }] : []),
            { head: say('document.ranking.reason'), share: 4 },
          ],
          rows: [
            ...ranking.lines.map((line) => [
              [line.rank === null ? say('document.ranking.excluded') : speech.number(line.rank)],
              [nameOf(material, bidderOf(line.bid), speech)],
              [speech.amount(line.price, currency)],
              ...(pointed ? [[line.numbers.total === undefined ? '—' : speech.number(line.numbers.total)]] : []),
              [reasonOf(line, currency, speech)],
            ]),
            ...voided.map((bid) => [
              [say('document.ranking.excluded')],
              [nameOf(material, bid.bidder, speech)],
              ['—'],
              ...(pointed ? [['—']] : []),
              [`${say('document.opening.void')}. ${speech.domain(`void.${bid.code ?? ''}`)}`],
            ]),
          ],
          marked: ranking.lines.flatMap((line, place) => (line.bid === ranking.winner ? [place] : [])),
        },
        ...reviewBlocks(material, lot, bidderOf, speech),
        ...qualityBlocks(material, lot, bidderOf, speech),
      ]
    })
}

const reasonOf = ({ reason, price, numbers }: RankingLine, currency: string, speech: Speech): string =>
  speech.domain(`reason.${reason}`, { price, ...numbers }, currency)

function reviewBlocks(
  material: Material,
  lot: string,
  bidderOf: (bid: string) => string,
  speech: Speech,
): readonly Block[] {
  const reviews = material.tender.reviews.filter((each) => each.lot === lot)
  if (reviews.length === 0) return []
  const { say } = speech
  return [
    { kind: 'heading', level: 2, text: say('document.review.title') },
    {
      kind: 'table',
      columns: [
        { head: say('document.bidder'), share: 3 },
        { head: say('document.ranking.points'), align: 'end' },
        { head: say('document.review.findings'), share: 5 },
      ],
      rows: reviews.map((each) => [
        [nameOf(material, bidderOf(each.bid), speech)],
        [speech.number(each.points)],
        speech.written(each.findings),
      ]),
    },
  ]
}

function qualityBlocks(
  material: Material,
  lot: string,
  bidderOf: (bid: string) => string,
  speech: Speech,
): readonly Block[] {
  const quality = material.tender.quality?.filter((each) => each.lot === lot) ?? []
  if (quality.length === 0) return []
  const { say } = speech
  return [
    { kind: 'heading', level: 2, text: say('document.quality.title') },
    {
      kind: 'table',
      columns: [
        { head: say('document.bidder'), share: 1 },
        { head: say('document.quality.mean'), align: 'end' },
      ],
      rows: quality.map((each) => [[nameOf(material, bidderOf(each.bid), speech)], [speech.number(each.quality)]]),
    },
  ]
}
