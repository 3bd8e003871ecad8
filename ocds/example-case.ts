// A made-up country's cases as facts, written by hand: what the tests of this room check releases on.
import type { ContractFact } from '@naru/domain/contract/facts.ts'
import type { Fact } from '@naru/domain/history.ts'
import type { PlanFact, PlanLine } from '@naru/domain/plan/facts.ts'
import type { Content } from '@naru/domain/tender/content.ts'
import type { NoticeObject, OpenedBid, TenderFact } from '@naru/domain/tender/facts.ts'
import type { Terms } from '@naru/domain/terms.ts'
import { toMilliseconds } from '@naru/domain/time.ts'
import type { PublicOrganisation } from './party.ts'
import type { Publication } from './publication.ts'
import type { Publishing } from './release.ts'

/** Random-looking ids that say what they are of. */
export const idOf = (kind: string, number: number): string =>
  `${[...kind]
    .reduce((sum, each) => (sum * 31 + each.charCodeAt(0)) % 0xffffffff, 7)
    .toString(16)
    .padStart(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`

export const ids = {
  tender: idOf('tender', 1),
  plan: idOf('plan', 1),
  school: idOf('organisation', 1),
  ministry: idOf('organisation', 2),
  chalk: idOf('organisation', 3),
  paper: idOf('organisation', 4),
  trader: idOf('organisation', 5),
  person: idOf('person', 1),
}

const firm = (id: string, name: string, number: string, soleTrader = false): PublicOrganisation => ({
  id,
  name: { en: name, ru: `${name} (ru)` },
  identifier: soleTrader ? null : { scheme: 'XX-REG', id: number },
  soleTrader,
  country: 'KG',
  region: 'North',
})
const organisations = [
  firm(ids.school, 'School No. 5', '100001'),
  firm(ids.ministry, 'Ministry of Schools', '100002'),
  firm(ids.chalk, 'Chalk Ltd', '200001'),
  firm(ids.paper, 'Paper Ltd', '200002'),
  firm(ids.trader, 'A. Trader', '', true),
]

export const publication: Publication = {
  site: 'https://naru.example',
  publisher: { name: 'Procurement office' },
  licence: 'https://creativecommons.org/licenses/by/4.0/',
  policy: 'https://naru.example/open-data',
  country: 'xx',
  language: 'en',
  minorUnits: 2,
  zone: 'Asia/Bishkek',
  classifier: {
    scheme: 'XX-CLASS',
    codes: [{ code: '30192000-1', names: { en: 'Office supplies', ru: 'Канцтовары' } }],
  },
  units: [{ code: 'H87', names: { en: 'piece', ru: 'штука' } }],
}
export const publishing: Publishing = { publication, find: (id) => organisations.find((each) => each.id === id) }

export const som = (amount: string) => ({ amount, currency: 'KGS' })
const by = { person: ids.person, organisation: ids.school }
const hash = (letter: string) => `${letter.repeat(43)}=`.replace(/.=$/, 'A=')

const terms: Terms = {
  country: 'xx',
  regime: 'budget',
  mode: 'sandbox',
  day: '2026-03-02',
  method: { id: 'xx-open', version: 1, ocds: 'open', family: 'open', article: { law: 'Procurement Act, art. 12' } },
  category: 'goods',
  currency: 'KGS',
  calendar: {
    version: '1',
    zone: 'Asia/Bishkek',
    weekend: [6, 7],
    closed: [],
    worked: [],
    counting: 'excluded-first-day',
  },
  minimumBidders: 1,
  steps: [],
  ceiling: null,
  bidPeriod: {
    key: 'bid-period',
    value: { count: 20, unit: 'calendarDays' },
    since: '2026-01-01',
    basis: { law: 'art. 20' },
  },
  afterAmendment: {
    key: 'after',
    value: { count: 5, unit: 'calendarDays' },
    since: '2026-01-01',
    basis: { law: 'art. 21' },
  },
  amendmentAdds: false,
  afterRenotice: {
    key: 're',
    value: { count: 10, unit: 'calendarDays' },
    since: '2026-01-01',
    basis: { law: 'art. 22' },
  },
  questionsEnd: {
    key: 'questions',
    value: { count: 5, unit: 'calendarDays' },
    since: '2026-01-01',
    basis: { law: 'art. 23' },
  },
  withdrawal: { key: 'withdrawal', value: 'until-deadline', since: '2026-01-01', basis: { law: 'art. 24' } },
  sealed: ['price'],
  groups: [
    { name: 'agency', k: 2, n: 3 },
    { name: 'guardians', k: 2, n: 3 },
  ],
  delta: 60_000,
  baseAmount: null,
  draw: null,
  drawRange: null,
  evaluators: 0,
  review: null,
  award: {
    rule: 'lowest-price@1',
    parameters: { key: 'award', value: { ceiling: 'budget' }, since: '2026-01-01', basis: { law: 'art. 30' } },
  },
  standstill: {
    key: 'standstill',
    value: { count: 10, unit: 'calendarDays' },
    since: '2026-01-01',
    basis: { law: 'art. 31' },
  },
  contractWithin: null,
  ifItFails: [],
}

const item = (id: string, name: string, quantity: string) => ({
  id,
  description: { en: name, ru: `${name} (ru)` },
  classification: '30192000-1',
  quantity,
  unit: 'H87',
})
const document = (number: number, version: number, title: string, upload: number) => ({
  id: idOf('document', number),
  upload: idOf('upload', upload),
  version,
  title,
  kind: 'biddingDocuments' as const,
  language: 'en' as const,
  sha256: String(upload).repeat(64).slice(0, 64),
  size: 1000,
  mediaType: 'application/pdf',
})
const lot = (id: string, title: string, amount: string, items: ReturnType<typeof item>[]) => ({
  id,
  title: { en: title },
  planLine: { plan: ids.plan, line: idOf('line', 1) },
  value: som(amount),
  items,
})

export const content: Content = {
  title: { en: 'Chalk and paper', ru: 'Мел и бумага' },
  description: { en: 'Supplies for the school year' },
  language: 'en',
  category: 'goods',
  choice: { method: 'xx-open', ground: 'default', reason: 'The ordinary method' },
  lots: [
    lot('1', 'Chalk', '12345678', [item('1', 'White chalk', '1000'), item('2', 'Coloured chalk', '12.5')]),
    lot('2', 'Paper', '50000000', [item('1', 'Paper A4', '300')]),
  ],
  conditions: [{ id: 'no-debt', kind: 'declaration', text: { en: 'The bidder owes no taxes' } }],
  criteria: [],
  documents: [document(1, 1, 'Bidding documents', 1), document(2, 1, 'Drawing', 2)],
  deadline: '2026-03-23T09:00:00.000Z',
  delivery: { place: 'School No. 5', by: '2026-05-31', terms: 'Carried to the store room' },
  paymentTerms: 'Within 10 days of delivery',
  confirmed: [],
}

export const amendedContent: Content = {
  ...content,
  title: { en: 'Chalk and paper (amended)', ru: 'Мел и бумага' },
  lots: [lot('1', 'Chalk', '12345678', [item('1', 'White chalk', '1200')]), content.lots[1] as Content['lots'][number]],
  documents: [document(1, 2, 'Bidding documents', 3)],
  deadline: '2026-03-30T09:00:00.000Z',
}

const noticeObject = (deadline: string, round = 1): NoticeObject => ({
  v: 1,
  tender: ids.tender,
  round,
  T: toMilliseconds(deadline),
  delta: 60_000,
  grace: 0,
  withdrawal: 'until-deadline',
  rules: hash('r'),
  documents: [],
  client: null,
  draw: null,
  salts: [],
  tkd: hash('k'),
})

const parties = { procuringEntity: ids.school, buyer: ids.ministry, demandAgency: ids.school, payer: ids.ministry }
export const tenderOcid = `ocds-t3stxx-${ids.tender}`
export const planOcid = `ocds-t3stxx-plan-${ids.plan}`

/** Facts of the streams of one case, numbered as they come. */
export function history(
  ...steps: readonly (readonly [type: string, at: string, body: unknown, stream?: string])[]
): readonly Fact[] {
  const heads = new Map<string, number>()
  return steps.map(([type, at, body, stream = `tender:${ids.tender}`]) => {
    const seq = (heads.get(stream) ?? 0) + 1
    heads.set(stream, seq)
    return { stream, seq, caseId: stream.startsWith('plan') ? ids.plan : ids.tender, type, at, by, body }
  })
}

type BodyOf<F extends { type: string; body: unknown }, Type extends F['type']> = Extract<F, { type: Type }>['body']
type Tender<Type extends TenderFact['type']> = BodyOf<TenderFact, Type>

export const started: Tender<'TenderStarted'> = {
  ocid: tenderOcid,
  parties,
  regime: 'budget',
  language: 'en',
  renoticeOf: null,
}
export const notice: Tender<'TenderPublished'> = {
  ocid: tenderOcid,
  number: 'T-2026-1',
  parties,
  content,
  terms,
  baseAmount: null,
  notice: noticeObject(content.deadline),
  renoticeOf: null,
}
export const opened = (
  bid: number,
  bidder: string,
  lotId: string,
  price: string | null,
  unitPrice = '100',
): OpenedBid => ({
  bid: idOf('bid', bid),
  bidder,
  index: bid,
  lot: lotId,
  e: hash('e'),
  status: price === null ? 'void' : 'valid',
  code: price === null ? 'malformed' : null,
  price:
    price === null
      ? null
      : { currency: 'KGS', price, vat: '0', items: [{ id: '1', unitPrice, amount: price }], picks: null },
})
const opening = (round: number, bids: readonly OpenedBid[]): Tender<'OpeningRecorded'> => ({
  round,
  opening: {},
  bids: [...bids],
  responses: [{ bid: idOf('bid', 1), lot: '1', responses: { secret: 'never published' } }],
  items: [],
  lateAttempts: 0,
  wrongShares: [],
  seed: hash('s'),
})
const closed = (round: number): Tender<'TenderClosed'> => ({
  round,
  close: { v: 1, tender: ids.tender, tkd: hash('k'), notice: hash('n'), T: 0, count: 3, root: hash('q') },
  commitment: hash('c'),
  items: [],
  bidders: [{ index: 1, bid: idOf('bid', 1), bidder: ids.chalk }],
})
const ranking = (
  lotId: string,
  lines: readonly (readonly [bid: number, price: string, rank: number | null, reason: string])[],
  winner: number | null,
) => ({
  round: 1,
  lot: lotId,
  ranking: {
    rule: 'lowest-price@1',
    lines: lines.map(([bid, price, rank, reason]) => ({
      bid: idOf('bid', bid),
      price,
      standing: rank === null ? 'excluded' : 'ranked',
      rank,
      reason,
      numbers: {},
    })),
    winner: winner === null ? null : idOf('bid', winner),
    next: null,
  },
})
const awardOf = (
  number: number,
  lotId: string,
  bid: number,
  supplier: string,
  amount: string,
): Tender<'AwardMade'> => ({
  award: idOf('award', number),
  lot: lotId,
  bid: idOf('bid', bid),
  supplier,
  value: som(amount),
  reason: 'Lowest price',
  standstillUntil: '2026-04-10T17:59:59.999Z',
})
const contract = (
  number: number,
  lotId: string,
  supplier: string,
  amount: string,
): BodyOf<ContractFact, 'ContractConcluded'> => ({
  contract: idOf('contract', number),
  number: `C-2026-${number}`,
  version: 1,
  concludedAt: '2026-04-14T08:00:00.000Z',
  text: {
    award: idOf('award', number),
    lot: lotId,
    title: { en: 'Chalk' },
    buyer: ids.ministry,
    payer: ids.ministry,
    supplier,
    value: som(amount),
    lines: [
      {
        id: '1',
        description: { en: 'White chalk' },
        quantity: '1200',
        unit: 'H87',
        unitPrice: som('100'),
        amount: som(amount),
      },
    ],
    delivery: content.delivery,
    paymentTerms: content.paymentTerms,
    special: null,
    signBy: null,
  },
})

/** From the start to two concluded contracts: questions, an amendment that drops a document and an item, a void bid, a sole trader. */
export const wholeCase: readonly Fact[] = history(
  ['TenderStarted', '2026-03-01T06:00:00.000Z', started],
  ['TenderPublished', '2026-03-02T06:00:00.000Z', notice],
  ['QuestionAsked', '2026-03-03T06:00:00.000Z', { question: idOf('question', 1), text: { $commitment: 'x' } }],
  [
    'QuestionAnswered',
    '2026-03-04T06:00:00.000Z',
    { question: idOf('question', 1), text: 'Is dust-free chalk meant?', answer: 'Yes.' },
  ],
  ['AmendmentProposed', '2026-03-05T06:00:00.000Z', { amendment: 1, reason: 'More chalk', content: amendedContent }],
  [
    'TenderAmended',
    '2026-03-06T06:00:00.000Z',
    { amendment: 1, reason: 'More chalk', content: amendedContent, notice: noticeObject(amendedContent.deadline) },
  ],
  ['TenderClosed', '2026-03-30T09:01:00.000Z', closed(1)],
  [
    'EligibilityRecorded',
    '2026-03-30T09:01:00.000Z',
    { round: 1, items: [{ index: 1, admitted: true, reason: 'registered-supplier' }] },
  ],
  [
    'OpeningRecorded',
    '2026-03-30T10:00:00.000Z',
    opening(1, [
      opened(1, ids.chalk, '1', '12000000', '10000'),
      opened(2, ids.trader, '1', '11999999', '9999'),
      opened(3, ids.paper, '2', '45000000'),
      opened(4, ids.chalk, '2', null),
    ]),
  ],
  [
    'BidsRanked',
    '2026-03-30T10:00:00.000Z',
    ranking(
      '1',
      [
        [2, '11999999', 1, 'lowest'],
        [1, '12000000', 2, 'higher-than-better-ranked'],
      ],
      2,
    ),
  ],
  ['BidsRanked', '2026-03-30T10:00:00.000Z', ranking('2', [[3, '45000000', 1, 'lowest']], 3)],
  ['AwardMade', '2026-03-31T06:00:00.000Z', awardOf(1, '1', 2, ids.trader, '11999999')],
  ['AwardMade', '2026-03-31T06:05:00.000Z', awardOf(2, '2', 3, ids.paper, '45000000')],
  ['ContractDrafted', '2026-04-12T08:00:00.000Z', {}, `contract:${idOf('contract', 1)}`],
  [
    'ContractConcluded',
    '2026-04-14T08:00:00.000Z',
    contract(1, '1', ids.trader, '11999999'),
    `contract:${idOf('contract', 1)}`,
  ],
  [
    'ContractConcluded',
    '2026-04-14T09:00:00.000Z',
    contract(2, '2', ids.paper, '45000000'),
    `contract:${idOf('contract', 2)}`,
  ],
)

const single = { ...content, lots: [content.lots[1] as Content['lots'][number]], documents: [], conditions: [] }
const drawTerms: Terms = {
  ...terms,
  currency: 'KRW',
  standstill: null,
  questionsEnd: null,
  evaluators: 2,
  award: {
    rule: 'qualification-review@1',
    parameters: {
      ...terms.award.parameters,
      value: { ceiling: 'reserve-price', pricePoints: '60', qualityPoints: '40' },
    },
  },
}

/** A drawn reserve price, points, a first round in which nobody wins, a re-bid, an award without standstill. */
export const drawnCase: readonly Fact[] = history(
  ['TenderStarted', '2026-03-01T06:00:00.000Z', started],
  [
    'TenderPublished',
    '2026-03-02T06:00:00.000Z',
    {
      ...notice,
      content: { ...single, criteria: [{ id: 'skill', title: { en: 'Skill' }, points: '40' }] },
      terms: drawTerms,
      baseAmount: som('1797931000'),
      aValue: '5000000',
      renoticeOf: { caseId: idOf('tender', 9), ocid: 'ocds-t3stxx-earlier' },
    },
  ],
  ['TenderClosed', '2026-03-23T09:01:00.000Z', closed(1)],
  ['OpeningRecorded', '2026-03-23T10:00:00.000Z', opening(1, [opened(1, ids.chalk, '2', '900')])],
  ['DrawMade', '2026-03-23T10:00:00.000Z', { round: 1, lot: '2', draw: {}, reservePrice: '1790000000' }],
  ['BidsRanked', '2026-03-23T10:00:00.000Z', ranking('2', [[1, '900', null, 'below-floor']], null)],
  ['TenderFailed', '2026-03-23T10:00:00.000Z', { round: 1, reason: 'no-winner' }],
  [
    'RebidStarted',
    '2026-03-24T10:00:00.000Z',
    {
      round: 2,
      deadline: '2026-03-28T09:00:00.000Z',
      reason: 'Nobody won',
      notice: noticeObject('2026-03-28T09:00:00.000Z', 2),
    },
  ],
  ['TenderClosed', '2026-03-28T09:01:00.000Z', closed(2)],
  [
    'OpeningRecorded',
    '2026-03-28T10:00:00.000Z',
    opening(2, [opened(11, ids.chalk, '2', '1600000000'), opened(12, ids.paper, '2', '1700000000')]),
  ],
  [
    'EvaluationCompleted',
    '2026-03-28T11:00:00.000Z',
    { scores: [{ bid: idOf('bid', 11), lot: '2', quality: '35.25' }] },
  ],
  [
    'BidsRanked',
    '2026-03-28T11:00:00.000Z',
    ranking(
      '2',
      [
        [11, '1600000000', 1, 'awaits-review'],
        [12, '1700000000', 2, 'not-reached'],
      ],
      null,
    ),
  ],
  [
    'ReviewRecorded',
    '2026-03-29T11:00:00.000Z',
    { lot: '2', bid: idOf('bid', 11), points: '30.5', findings: 'Experience proven' },
  ],
  [
    'BidsRanked',
    '2026-03-29T11:00:00.000Z',
    ranking(
      '2',
      [
        [11, '1600000000', 1, 'passed-review'],
        [12, '1700000000', 2, 'not-reached'],
      ],
      11,
    ),
  ],
  ['AwardMade', '2026-03-30T11:00:00.000Z', { ...awardOf(3, '2', 11, ids.chalk, '1600000000'), standstillUntil: null }],
)

/** Published and cancelled. */
export const cancelledCase: readonly Fact[] = history(
  ['TenderStarted', '2026-03-01T06:00:00.000Z', started],
  ['TenderPublished', '2026-03-02T06:00:00.000Z', notice],
  ['TenderCancelled', '2026-03-05T06:00:00.000Z', { reason: 'The need is gone' }],
)

const line = (number: number, amount: string): PlanLine => ({
  id: idOf('line', number),
  title: { en: `Line ${number}`, ru: `Строка ${number}` },
  category: 'goods',
  classification: '30192000-1',
  budgetLine: { code: `B-${number}`, source: 'State budget' },
  amount: som(amount),
  quarter: number === 1 ? 2 : 4,
})
const plan = (version: number, ...lines: PlanLine[]): Extract<PlanFact, { type: 'PlanPublished' }>['body'] => ({
  ocid: planOcid,
  organisation: ids.school,
  year: 2026,
  version,
  lines,
})

/** A plan of two lines; its second version changes one and adds one. */
export const planCase: readonly Fact[] = history(
  ['PlanPrepared', '2026-01-10T06:00:00.000Z', plan(1, line(1, '70000000'), line(2, '1000')), `plan:${ids.plan}`],
  ['PlanPublished', '2026-01-12T06:00:00.000Z', plan(1, line(1, '70000000'), line(2, '1000')), `plan:${ids.plan}`],
  [
    'PlanPublished',
    '2026-02-12T06:00:00.000Z',
    plan(2, line(1, '70000000'), line(2, '2000'), line(3, '3000')),
    `plan:${ids.plan}`,
  ],
)
