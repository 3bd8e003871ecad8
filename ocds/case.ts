// What has been published of a tender so far, as one compiled whole, and how each public fact changes it.
import type { FactOf } from '@naru/domain/history.ts'
import type { contractFacts } from '@naru/domain/contract/facts.ts'
import type { Content } from '@naru/domain/tender/content.ts'
import type { OpenedBid, TenderFact } from '@naru/domain/tender/facts.ts'
import type { Parties } from '@naru/domain/tender/tender.ts'
import type { Terms } from '@naru/domain/terms.ts'
import { inLanguage } from '@naru/domain/text.ts'
import { fromMilliseconds } from '@naru/domain/time.ts'
import { exactNumber, valueOf } from './amount.ts'
import { contentSection, endOfDay, itemOf, withinTender } from './content-section.ts'
import { compact, type JsonObject, type LooseObject, objectAt, objectsAt } from './json.ts'
import { addParties, type FindOrganisation, inLanguages, referenceTo } from './party.ts'
import { planLineOcid } from './plan-lines.ts'
import { type Publication, releasesUri } from './publication.ts'

type ContractFact = FactOf<typeof contractFacts>
type PublishedFact = Extract<TenderFact | ContractFact, { type: (typeof publishedFacts)[number] }>

/** The public facts of a tender and its contracts that change what is published; the others are listed in docs/ocds.md with the reason. */
export const publishedFacts = [
  'TenderPublished',
  'QuestionAnswered',
  'TenderAmended',
  'DeadlineMovedByOutage',
  'DeltaProlonged',
  'TenderCancelled',
  'TenderClosed',
  'OpeningRecorded',
  'DrawMade',
  'EvaluationCompleted',
  'ReviewRecorded',
  'BidsRanked',
  'AwardMade',
  'DirectAwardMade',
  'AwardWithdrawn',
  'TenderFailed',
  'RebidStarted',
  'ContractConcluded',
] as const

/** The notice in force, which later facts refer to. */
export interface Notice {
  readonly caseId: string
  readonly ocid: string
  readonly parties: Parties
  readonly terms: Terms
  readonly content: Content
  readonly deadline: string
}

/** A case as published so far: the notice, the compiled whole, and the id of the newest release. */
export interface PublishedCase {
  readonly notice: Notice
  readonly document: JsonObject
  readonly newest: string
}

/** What a fact is turned into a document with. `release` is the id of the release that the fact is going to make. */
export interface Making {
  readonly publication: Publication
  readonly find: FindOrganisation
  readonly release: string
}

type Change = Pick<PublishedCase, 'notice' | 'document'>

/** What is published once a fact has happened. Null before the notice: then there is nothing to change. */
export function afterFact(before: PublishedCase | null, fact: PublishedFact, making: Making): Change | null {
  if (fact.type === 'TenderPublished') return published(fact, making)
  if (!before) return null
  const { notice, document } = before
  switch (fact.type) {
    case 'QuestionAnswered':
      return { notice, document: answered(document, fact) }
    case 'TenderAmended':
    case 'DeadlineMovedByOutage':
    case 'DeltaProlonged':
      return amended(before, fact, making)
    case 'TenderCancelled':
      return { notice, document: ended(document, 'cancelled', fact.body.reason) }
    case 'TenderFailed':
      return { notice, document: ended(document, 'unsuccessful', fact.body.reason) }
    case 'TenderClosed':
      return { notice, document: withMilestone(document, closing(notice, fact)) }
    case 'OpeningRecorded':
      return { notice, document: opened(notice, document, fact, making) }
    case 'DrawMade': {
      const { lot, round, reservePrice } = fact.body
      const price = valueOf({ amount: reservePrice, currency: notice.terms.currency }, making.publication.minorUnits)
      const drawn = withLots(document, [lot], { reservePrice: price })
      return { notice, document: withMilestone(drawn, met(`draw-${round}-${lot}`, 'draw', fact.at, [lot])) }
    }
    case 'EvaluationCompleted': {
      const scored = fact.body.scores.reduce(
        (sum, each) => withPoints(sum, notice, each, { quality: each.quality }),
        document,
      )
      return { notice, document: withMilestone(scored, met('evaluation', 'evaluation', fact.at)) }
    }
    case 'ReviewRecorded': {
      const { lot, bid, points, findings } = fact.body
      const reviewed = withPoints(document, notice, { bid, lot }, { review: points })
      return { notice, document: withBid(reviewed, withinTender(notice.content, lot, bid), { description: findings }) }
    }
    case 'BidsRanked':
      return { notice, document: ranked(notice, document, fact) }
    case 'AwardMade':
      return { notice, document: awarded(notice, document, fact, making) }
    case 'DirectAwardMade':
      return { notice, document: awardedDirectly(notice, document, fact, making) }
    case 'AwardWithdrawn':
      return { notice, document: awardWithdrawn(document, fact) }
    case 'RebidStarted':
      return rebid(before, fact, making)
    case 'ContractConcluded':
      return { notice, document: contracted(notice, document, fact, making) }
  }
}

type Of<Type extends PublishedFact['type']> = Extract<PublishedFact, { type: Type }>

const tenderOf = (document: JsonObject): JsonObject => objectAt(document, 'tender')
const withTender = (document: JsonObject, members: LooseObject): JsonObject => ({
  ...document,
  tender: compact({ ...tenderOf(document), ...members }),
})
const withLots = (document: JsonObject, lots: readonly string[] | 'open', members: JsonObject): JsonObject =>
  withTender(document, {
    lots: objectsAt(tenderOf(document), 'lots').map((each) =>
      (lots === 'open' ? each.status !== 'complete' : lots.includes(each.id as string))
        ? { ...each, ...members }
        : each,
    ),
  })
const withEntry = (entries: readonly JsonObject[], entry: JsonObject): readonly JsonObject[] =>
  entries.some((each) => each.id === entry.id)
    ? entries.map((each) => (each.id === entry.id ? { ...each, ...entry } : each))
    : [...entries, entry]
const withMilestone = (document: JsonObject, milestone: JsonObject): JsonObject =>
  withTender(document, { milestones: withEntry(objectsAt(tenderOf(document), 'milestones'), milestone) })

/** A moment of the case that has come. `code` is one of the codes that docs/ocds.md lists. */
const met = (id: string, code: string, at: string, lots?: readonly string[]): JsonObject =>
  compact({ id, type: 'assessment', code, dateMet: at, status: 'met', relatedLots: lots })

function published(fact: Of<'TenderPublished'>, making: Making): Change {
  const { publication, find } = making
  const { ocid, number, parties, content, terms, renoticeOf, baseAmount, aValue } = fact.body
  const { language } = content
  const deadline = fromMilliseconds(fact.body.notice.T)
  const notice: Notice = { caseId: fact.caseId, ocid, parties, terms, content, deadline }
  const prefix = ocid.slice(0, ocid.length - fact.caseId.length - 1)
  const { article } = terms.method
  const first = { datePublished: fact.at, tenderPeriod: { startDate: fact.at } }
  const tender = {
    id: fact.caseId,
    number,
    status: 'active',
    procuringEntity: referenceTo(parties.procuringEntity, find(parties.procuringEntity), language),
    procurementMethod: terms.method.ocds,
    procurementMethodDetails: terms.method.id,
    legalBasis: 'law' in article ? { scheme: `${publication.country.toUpperCase()}-LAW`, id: article.law } : undefined,
    submissionMethod: ['electronicSubmission'],
    datePublished: fact.at,
    hasEnquiries: false,
    baseAmount: baseAmount ? valueOf(baseAmount, publication.minorUnits) : undefined,
    uncontestedAmount:
      aValue && baseAmount ? valueOf({ ...baseAmount, amount: aValue }, publication.minorUnits) : undefined,
    ...contentSection(content, terms, { at: fact.at, deadline, before: first }, publication),
  }
  const lines = new Map<string, { plan: string; line: string; lots: string[] }>()
  for (const lot of content.lots) {
    const known = lines.get(lot.planLine.line)
    if (known) known.lots.push(lot.id)
    else lines.set(lot.planLine.line, { ...lot.planLine, lots: [lot.id] })
  }
  const planned = [...lines.values()].map(({ plan, line, lots }) => {
    const identifier = planLineOcid(`${prefix}-plan-${plan}`, line)
    return {
      id: `plan-${line}`,
      relationship: ['planning'],
      scheme: 'ocid',
      identifier,
      uri: releasesUri(publication, identifier),
      relatedLots: lots,
    }
  })
  const failed = renoticeOf && {
    id: 'renotice',
    relationship: ['unsuccessfulProcess'],
    scheme: 'ocid',
    identifier: renoticeOf.ocid,
    uri: releasesUri(publication, renoticeOf.ocid),
  }
  const document = compact({
    language,
    ...inLanguages('title', content.title, language),
    buyer: referenceTo(parties.buyer, find(parties.buyer), language),
    tender,
    relatedProcesses: failed ? [...planned, failed] : planned,
  })
  const parts = [
    [parties.buyer, 'buyer'],
    [parties.procuringEntity, 'procuringEntity'],
    ...(parties.payer === parties.buyer ? [] : [[parties.payer, 'payer'] as const]),
    ...(parties.demandAgency === parties.buyer ? [] : [[parties.demandAgency, 'demandAgency'] as const]),
  ] as const
  return { notice, document: addParties(onlyMainTitle(document), parts, find, language) }
}

/** The process has one title; the other languages stand at the tender, where the schema knows them. */
const onlyMainTitle = (document: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith('title_')))

function answered(document: JsonObject, { body, at }: Of<'QuestionAnswered'>): JsonObject {
  const enquiry = { id: body.question, description: body.text, answer: body.answer, dateAnswered: at }
  return withTender(document, {
    hasEnquiries: true,
    enquiries: withEntry(objectsAt(tenderOf(document), 'enquiries'), enquiry),
  })
}

/** An amendment names the release that holds what was before and its own. */
const withAmendment = (
  document: JsonObject,
  before: PublishedCase,
  making: Making,
  id: string,
  at: string,
  rationale: string,
): JsonObject =>
  withTender(document, {
    amendments: [
      ...objectsAt(tenderOf(document), 'amendments'),
      { id, date: at, rationale, amendsReleaseID: before.newest, releaseID: making.release },
    ],
  })

function amended(
  before: PublishedCase,
  fact: Of<'TenderAmended'> | Of<'DeadlineMovedByOutage'> | Of<'DeltaProlonged'>,
  making: Making,
): Change {
  const { content, amendment, reason } = fact.body
  const deadline = fromMilliseconds(fact.body.notice.T)
  const notice = { ...before.notice, content, deadline }
  const former = tenderOf(before.document)
  const fresh = contentSection(content, notice.terms, { at: fact.at, deadline, before: former }, making.publication)
  const fromContent = contentSection(
    before.notice.content,
    notice.terms,
    { at: fact.at, deadline, before: former },
    making.publication,
  )
  const kept = Object.fromEntries(Object.entries(former).filter(([key]) => !(key in fromContent)))
  const lots = objectsAt(fresh, 'lots').map((lot) => ({
    ...objectsAt(former, 'lots').find((each) => each.id === lot.id),
    ...lot,
  }))
  const document = {
    ...before.document,
    title: inLanguage(content.title, content.language, content.language),
    tender: { ...kept, ...fresh, lots },
  }
  return { notice, document: withAmendment(document, before, making, `amendment-${amendment}`, fact.at, reason) }
}

function ended(document: JsonObject, status: 'cancelled' | 'unsuccessful', reason: string): JsonObject {
  return withTender(withLots(document, 'open', { status }), { status, statusReason: reason })
}

const closing = (notice: Notice, { body, at }: Of<'TenderClosed'>): JsonObject => ({
  id: `closing-${body.round}`,
  code: 'closing',
  dueDate: notice.deadline,
  dateMet: at,
  status: 'met',
})

const statusOf = (bid: OpenedBid): string => (bid.status === 'valid' ? 'pending' : 'disqualified')

function opened(notice: Notice, document: JsonObject, fact: Of<'OpeningRecorded'>, making: Making): JsonObject {
  const { publication, find } = making
  const { content } = notice
  const { language } = content
  const money = (amount: string, currency: string) => valueOf({ amount, currency }, publication.minorUnits)
  const details = fact.body.bids.map((bid) => {
    const lot = content.lots.find((each) => each.id === bid.lot)
    const { price } = bid
    return compact({
      id: withinTender(content, bid.lot, bid.bid),
      status: statusOf(bid),
      reason: bid.code ?? undefined,
      tenderers: [referenceTo(bid.bidder, find(bid.bidder), language)],
      value: price ? money(price.price, price.currency) : undefined,
      relatedLots: [bid.lot],
      items: price?.items.flatMap((offered) => {
        const item = lot?.items.find((each) => each.id === offered.id)
        const unitPrice = money(offered.unitPrice, price.currency)
        return item
          ? [
              {
                ...itemOf(item, language, publication, unitPrice),
                id: withinTender(content, bid.lot, item.id),
                relatedLot: bid.lot,
              },
            ]
          : []
      }),
    })
  })
  const bids = objectAt(document, 'bids')
  const bidders = [...new Set(fact.body.bids.map((each) => each.bidder))]
  const count = (measure: string, value: number) => ({
    id: `${measure}-${fact.body.round}`,
    measure,
    date: fact.at,
    value,
  })
  const valid = fact.body.bids.filter((each) => each.status === 'valid').length
  const statistics = [
    ...objectsAt(bids, 'statistics'),
    count('bids', fact.body.bids.length),
    count('validBids', valid),
    count('disqualifiedBids', fact.body.bids.length - valid),
    count('bidders', bidders.length),
  ]
  const references = bidders.map((each) => referenceTo(each, find(each), language))
  const tenderers = references.reduce(withEntry, objectsAt(tenderOf(document), 'tenderers'))
  const parts = bidders.map((each) => [each, 'tenderer'] as const)
  const withBids = { ...document, bids: compact({ statistics, details: [...objectsAt(bids, 'details'), ...details] }) }
  const withTenderers = withTender(withBids, {
    numberOfTenderers: tenderers.length,
    tenderers,
    bidOpening: { date: fact.at },
  })
  const milestone = met(`opening-${fact.body.round}`, 'opening', fact.at)
  return withMilestone(addParties(withTenderers, parts, find, language), milestone)
}

const withBid = (document: JsonObject, id: string, members: LooseObject): JsonObject => {
  const bids = objectAt(document, 'bids')
  const details = objectsAt(bids, 'details').map((each) => (each.id === id ? compact({ ...each, ...members }) : each))
  return { ...document, bids: { ...bids, details } }
}

/** Points of a bid by what they are for; text that is no exact number is left out. */
function withPoints(
  document: JsonObject,
  notice: Notice,
  of: { bid: string; lot: string },
  points: Readonly<Record<string, string | undefined>>,
): JsonObject {
  const id = withinTender(notice.content, of.lot, of.bid)
  const bid = objectsAt(objectAt(document, 'bids'), 'details').find((each) => each.id === id)
  const fresh = Object.entries(points).flatMap(([name, text]) => {
    const value = text === undefined ? undefined : exactNumber(text)
    return value === undefined ? [] : [{ id: name, value }]
  })
  if (!bid || fresh.length === 0) return document
  return withBid(document, id, { points: fresh.reduce(withEntry, objectsAt(bid, 'points')) })
}

function ranked(notice: Notice, document: JsonObject, { body, at }: Of<'BidsRanked'>): JsonObject {
  const { lot, round, ranking } = body
  const withLines = ranking.lines.reduce((sum, line) => {
    const status =
      line.reason === 'winner-declined'
        ? 'withdrawn'
        : line.standing === 'excluded'
          ? 'disqualified'
          : line.reason === 'awaits-review'
            ? 'pending'
            : 'valid'
    const { pricePoints, qualityPoints, total } = line.numbers
    const pointed = withPoints(
      sum,
      notice,
      { bid: line.bid, lot },
      { price: pricePoints, quality: qualityPoints, total },
    )
    return withBid(pointed, withinTender(notice.content, lot, line.bid), {
      status,
      reason: line.reason,
      hasRank: line.rank !== null,
      rank: line.rank ?? undefined,
    })
  }, document)
  const nobody = !ranking.winner && !ranking.next
  const judged = nobody ? withLots(withLines, [lot], { status: 'unsuccessful' }) : withLines
  return withMilestone(judged, met(`ranking-${round}-${lot}`, 'ranking', at, [lot]))
}

function awarded(notice: Notice, document: JsonObject, fact: Of<'AwardMade'>, making: Making): JsonObject {
  const bidId = withinTender(notice.content, fact.body.lot, fact.body.bid)
  const offered = objectsAt(objectAt(document, 'bids'), 'details').find((each) => each.id === bidId)
  return withAward(notice, document, fact, making, { items: objectsAt(offered, 'items'), relatedBids: [bidId] })
}

/** An award without competition: the process is then a direct one, and says why. */
function awardedDirectly(
  notice: Notice,
  document: JsonObject,
  fact: Of<'DirectAwardMade'>,
  making: Making,
): JsonObject {
  const { publication } = making
  const { lot, offer, value, reason } = fact.body
  const { content } = notice
  const items = (content.lots.find((each) => each.id === lot)?.items ?? []).map((item) => {
    const amount = offer.find((each) => each.id === item.id)?.unitPrice ?? '0'
    const unitPrice = valueOf({ amount, currency: value.currency }, publication.minorUnits)
    return {
      ...itemOf(item, content.language, publication, unitPrice),
      id: withinTender(content, lot, item.id),
      relatedLot: lot,
    }
  })
  const direct = withTender(document, {
    procurementMethod: 'direct',
    procurementMethodRationale: reason,
    statusReason: undefined,
  })
  return withAward(notice, direct, fact, making, { items })
}

/** The award that came to nothing stays, cancelled; its lot is open again. */
function awardWithdrawn(document: JsonObject, { body }: Of<'AwardWithdrawn'>): JsonObject {
  const awards = objectsAt(document, 'awards').map((each) =>
    each.id === body.award ? { ...each, status: 'cancelled' } : each,
  )
  return withTender(withLots({ ...document, awards }, [body.lot], { status: 'active' }), { status: 'active' })
}

function withAward(
  notice: Notice,
  document: JsonObject,
  fact: Of<'AwardMade'> | Of<'DirectAwardMade'>,
  making: Making,
  offered: { readonly items: readonly JsonObject[]; readonly relatedBids?: readonly string[] },
): JsonObject {
  const { publication, find } = making
  const { award, lot, supplier, value, reason, standstillUntil } = fact.body
  const { content } = notice
  const { language } = content
  const described = content.lots.find((each) => each.id === lot)
  const made = compact({
    id: award,
    ...(described && inLanguages('title', described.title, language)),
    description: reason,
    status: standstillUntil ? 'pending' : 'active',
    date: fact.at,
    value: valueOf(value, publication.minorUnits),
    suppliers: [referenceTo(supplier, find(supplier), language)],
    items: offered.items,
    relatedLots: [lot],
    relatedBids: offered.relatedBids,
  })
  const listed = withLots({ ...document, awards: [...objectsAt(document, 'awards'), made] }, [lot], {
    status: 'complete',
  })
  const over = objectsAt(tenderOf(listed), 'lots').every((each) => each.status !== 'active')
  const complete = over ? withTender(listed, { status: 'complete' }) : listed
  const waiting = standstillUntil
    ? withMilestone(complete, {
        id: `standstill-${award}`,
        code: 'standstillEnd',
        dueDate: standstillUntil,
        status: 'scheduled',
        relatedLots: [lot],
      })
    : complete
  return addParties(waiting, [[supplier, 'supplier']], find, language)
}

function rebid(before: PublishedCase, fact: Of<'RebidStarted'>, making: Making): Change {
  const { round, deadline, reason } = fact.body
  const notice = { ...before.notice, deadline }
  const reopened = withTender(withLots(before.document, 'open', { status: 'active' }), {
    status: 'active',
    statusReason: undefined,
    tenderPeriod: { startDate: fact.at, endDate: deadline },
  })
  return { notice, document: withAmendment(reopened, before, making, `rebid-${round}`, fact.at, reason) }
}

function contracted(notice: Notice, document: JsonObject, fact: Of<'ContractConcluded'>, making: Making): JsonObject {
  const { publication, find } = making
  const { contract, number, text, concludedAt } = fact.body
  const { language } = notice.content
  const money = (value: { amount: string; currency: string }) => valueOf(value, publication.minorUnits)
  const award = objectsAt(document, 'awards').find((each) => each.id === text.award)
  const classes = notice.content.lots.find((each) => each.id === text.lot)?.items ?? []
  const concluded = compact({
    id: contract,
    awardID: text.award,
    number,
    ...inLanguages('title', text.title, language),
    description: text.special ?? undefined,
    status: 'active',
    value: money(text.value),
    period: { startDate: concludedAt, endDate: endOfDay(text.delivery.by, publication.zone) },
    dateSigned: concludedAt,
    items: text.lines.map((line) => ({
      ...itemOf(
        { ...line, classification: classes.find((each) => each.id === line.id)?.classification },
        language,
        publication,
        money(line.unitPrice),
      ),
      id: withinTender(notice.content, text.lot, line.id),
      relatedLot: text.lot,
    })),
    relatedBids: award?.relatedBids,
    suppliers: [referenceTo(text.supplier, find(text.supplier), language)],
    buyer: referenceTo(text.buyer, find(text.buyer), language),
  })
  const awards = objectsAt(document, 'awards').map((each) =>
    each.id === text.award ? { ...each, status: 'active' } : each,
  )
  const withContract = { ...document, awards, contracts: [...objectsAt(document, 'contracts'), concluded] }
  const standstill = objectsAt(tenderOf(document), 'milestones').find((each) => each.id === `standstill-${text.award}`)
  const passed = standstill
    ? withMilestone(withContract, { ...standstill, status: 'met', dateMet: standstill.dueDate as string })
    : withContract
  return addParties(
    passed,
    [[text.payer, 'payer']].slice(0, text.payer === text.buyer ? 0 : 1) as [string, 'payer'][],
    find,
    language,
  )
}
