// The opening record: what was in the box, who opened it, every bid with its price or the reason why it is void, and the draw number by number.
import type { AttemptLine } from '@naru/domain/tender/attempts.ts'
import type { OpenedBid } from '@naru/domain/tender/facts.ts'
import type { Round } from '@naru/domain/tender/tender.ts'
import { lotName, type Material, nameOf } from './material.ts'
import type { Block, Inline } from './sheet.ts'
import type { Speech } from './speech.ts'

/** The body of OpeningRecorded as a document needs it. */
interface OpeningBody {
  readonly round: number
  readonly bids: readonly OpenedBid[]
  readonly items: readonly { readonly status: string }[]
  readonly lateAttempts: number
  readonly attempts?: readonly AttemptLine[]
  readonly wrongShares: readonly number[]
}

interface DrawBody {
  readonly lot: string
  readonly reservePrice: string
  /** The transcript of protocol §4: `prices` in the order they were made, `perm` the price behind each number, `counts` the picks of each number. */
  readonly draw: {
    readonly prices: readonly string[]
    readonly perm: readonly number[]
    readonly counts: readonly number[]
    readonly chosen: readonly number[]
    readonly seedP: string
    readonly seedD: string
  }
}

/** The blocks of an opening record. */
export function openingBlocks(material: Material, speech: Speech): readonly Block[] {
  const [{ fact }, ...rest] = material.facts
  const body = fact.body as OpeningBody
  const round = material.tender.rounds.find((each) => each.round === body.round)
  const { say } = speech
  return [
    {
      kind: 'facts',
      facts: [
        { name: say('document.opening.at'), value: [speech.recordTime(fact.at)] },
        { name: say('document.opening.round'), value: [speech.number(body.round)] },
        { name: say('document.date.deadline'), value: round ? [speech.moment(round.deadline)] : [] },
        {
          name: say('document.opening.box'),
          value: countsOf(body.items).map(
            ([status, count]) => `${speech.domain(`closeStatus.${status}`)}: ${speech.number(count)}`,
          ),
        },
        {
          name: say('document.opening.late'),
          value: [speech.number(body.lateAttempts)],
          note: [say('document.opening.lateMeaning')],
        },
        ...(body.attempts
          ? [
              {
                name: say('document.opening.attempts'),
                value:
                  body.attempts.length === 0
                    ? [say('document.opening.noAttempts')]
                    : [...attemptsOf(body.attempts)].map(
                        ([kind, count]) => `${speech.domain(`attempt.${kind}`)}: ${speech.number(count)}`,
                      ),
                note: [say('document.opening.attemptsMeaning')],
              },
            ]
          : []),
        ...(round?.closing
          ? [
              {
                name: say('document.opening.seal'),
                value: [round.closing.commitment],
                note: [say('document.opening.sealMeaning')],
              },
            ]
          : []),
      ],
    },
    { kind: 'heading', level: 1, text: say('document.opening.bids') },
    ...(material.tender.content?.lots ?? []).flatMap((lot) => [
      ...((material.tender.content?.lots.length ?? 0) > 1
        ? [{ kind: 'heading' as const, level: 2 as const, text: lotName(material, lot.id, speech) }]
        : []),
      bidTable(
        material,
        body.bids.filter((each) => each.lot === lot.id),
        lot.value.currency,
        speech,
      ),
    ]),
    ...lineBlocks(material, body.bids, speech),
    { kind: 'heading', level: 1, text: say('document.opening.keys') },
    ...holderBlocks(material, round, body, speech),
    ...rest
      .filter((each) => each.fact.type === 'DrawMade')
      .flatMap((each) => drawBlocks(material, each.fact.body as DrawBody, speech)),
  ]
}

function attemptsOf(lines: readonly AttemptLine[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { kind, count } of lines) counts.set(kind, (counts.get(kind) ?? 0) + count)
  return counts
}

function countsOf(items: OpeningBody['items']): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const { status } of items) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts]
}

function bidTable(material: Material, bids: readonly OpenedBid[], currency: string, speech: Speech): Block {
  const { say } = speech
  if (bids.length === 0) return { kind: 'paragraph', text: say('document.opening.noBids') }
  const withVat = bids.some((each) => each.price?.vat)
  const withPicks = bids.some((each) => each.price?.picks)
  const sum = (amount: string | null | undefined, code: string): Inline => (amount ? speech.amount(amount, code) : '—')
  const unit = speech.currency(currency)
  return {
    kind: 'table',
    columns: [
      { head: say('document.opening.entry'), align: 'end' },
      { head: say('document.bidder'), share: 4 },
      { head: `${say('document.price')}, ${unit}`, align: 'end' },
      ...(withVat ? [{ head: `${say('document.vat')}, ${unit}`, align: 'end' as const }] : []),
      ...(withPicks ? [{ head: say('document.opening.picks'), align: 'end' as const }] : []),
      { head: say('document.opening.status'), share: 3 },
    ],
    rows: bids.map((bid) => [
      [speech.number(bid.index)],
      [nameOf(material, bid.bidder, speech)],
      [sum(bid.price?.price, bid.price?.currency ?? currency)],
      ...(withVat ? [[sum(bid.price?.vat, bid.price?.currency ?? currency)]] : []),
      ...(withPicks ? [[bid.price?.picks?.join(', ') ?? '—']] : []),
      bid.status === 'valid'
        ? [say('document.opening.valid')]
        : [say('document.opening.void'), speech.domain(`void.${bid.code ?? ''}`)],
    ]),
  }
}

/** Lines of prices up to which they are printed; beyond, the attached fact has them. */
const mostLines = 2000

/** Unit prices and sums of every bid that stands, line by line. */
function lineBlocks(material: Material, bids: readonly OpenedBid[], speech: Speech): readonly Block[] {
  const { say } = speech
  const lots = material.tender.content?.lots ?? []
  const count = bids.reduce((sum, bid) => sum + (bid.price?.items.length ?? 0), 0)
  if (count === 0) return []
  const heading: Block = { kind: 'heading', level: 1, text: say('document.opening.lines') }
  if (count > mostLines)
    return [heading, { kind: 'paragraph', text: say('document.opening.linesLeftOut', { n: speech.number(count) }) }]
  return [
    heading,
    ...lots.flatMap((lot): readonly Block[] => {
      const priced = bids.filter((bid) => bid.lot === lot.id && bid.price && bid.price.items.length > 0)
      if (priced.length === 0) return []
      const unit = speech.currency(lot.value.currency)
      return [
        ...(lots.length > 1
          ? [{ kind: 'heading' as const, level: 2 as const, text: lotName(material, lot.id, speech) }]
          : []),
        {
          kind: 'table',
          columns: [
            { head: say('document.bidder'), share: 2 },
            { head: say('document.item.what'), share: 3 },
            { head: `${say('document.item.unitPrice')}, ${unit}`, align: 'end' },
            { head: `${say('document.item.amount')}, ${unit}`, align: 'end' },
          ],
          rows: priced.flatMap((bid) =>
            (bid.price?.items ?? []).map((line) => [
              [nameOf(material, bid.bidder, speech)],
              [speech.text(lot.items.find((each) => each.id === line.id)?.description ?? { en: line.id })],
              [speech.amount(line.unitPrice, bid.price?.currency ?? lot.value.currency)],
              [speech.amount(line.amount, bid.price?.currency ?? lot.value.currency)],
            ]),
          ),
        },
      ]
    }),
  ]
}

/** Which keys took part, when, and whose shares were wrong. */
function holderBlocks(
  material: Material,
  round: Round | undefined,
  body: OpeningBody,
  speech: Speech,
): readonly Block[] {
  const { say } = speech
  return [
    { kind: 'paragraph', text: say('document.holders.meaning') },
    {
      kind: 'table',
      columns: [
        { head: say('document.holders.key'), align: 'end' },
        { head: say('document.holders.group'), share: 3 },
        { head: say('document.holders.organisation'), share: 4 },
        { head: say('document.holders.acted'), share: 3 },
      ],
      rows: material.tender.holders.flatMap((group) =>
        group.holders.map(({ i, organisation }) => {
          const posted = round?.batches.find((each) => each.i === i)
          const acted = posted
            ? speech.recordTime(posted.at)
            : round?.absent.includes(i)
              ? say('document.holders.absent')
              : say('document.holders.notNeeded')
          return [
            [String(i)],
            [
              `${speech.domain(`group.${group.name}`)} (${say('document.holders.needed', { k: group.k, n: group.holders.length })})`,
            ],
            [nameOf(material, organisation, speech)],
            body.wrongShares.includes(i) ? [acted, say('document.holders.wrong')] : [acted],
          ]
        }),
      ),
    },
  ]
}

/** The draw of the reserve price (protocol §4): base, every preliminary price with its picks, what was chosen, and the seeds. */
function drawBlocks(material: Material, { lot, reservePrice, draw }: DrawBody, speech: Speech): readonly Block[] {
  const { say } = speech
  const { tender } = material
  const base = tender.baseAmounts.find((each) => each.lot === lot) ?? tender.baseAmounts[0]
  const currency =
    base?.amount.currency ??
    tender.content?.lots.find((each) => each.id === lot)?.value.currency ??
    material.pack.currency
  const terms = tender.published?.terms.draw
  return [
    { kind: 'heading', level: 1, text: say('document.draw.title') },
    ...(terms
      ? [{ kind: 'paragraph' as const, text: say('document.draw.meaning', { count: terms.count, top: terms.top }) }]
      : []),
    {
      kind: 'facts',
      facts: [
        ...(base ? [{ name: say('document.purchase.baseAmount'), value: [speech.money(base.amount)] }] : []),
        { name: say('document.draw.chosen'), value: [draw.chosen.join(', ')] },
        { name: say('document.draw.reserve'), value: [speech.money({ amount: reservePrice, currency })] },
      ],
    },
    {
      kind: 'table',
      columns: [
        { head: say('document.draw.number'), align: 'end' },
        { head: `${say('document.draw.price')}, ${speech.currency(currency)}`, align: 'end' },
        { head: say('document.draw.picks'), align: 'end' },
        { head: say('document.draw.isChosen'), share: 1 },
      ],
      rows: draw.perm.map((from, at) => {
        const place = draw.chosen.indexOf(at + 1)
        return [
          [String(at + 1)],
          [speech.amount(draw.prices[from] ?? '', currency)],
          [speech.number(draw.counts[at] ?? 0)],
          [place < 0 ? '—' : say('document.draw.yes', { n: place + 1 })],
        ]
      }),
      marked: draw.perm.flatMap((_, at) => (draw.chosen.includes(at + 1) ? [at] : [])),
    },
    {
      kind: 'facts',
      facts: [
        { name: say('document.draw.seedP'), value: [draw.seedP], note: [say('document.draw.seedPMeaning')] },
        { name: say('document.draw.seedD'), value: [draw.seedD], note: [say('document.draw.seedDMeaning')] },
      ],
    },
  ]
}
