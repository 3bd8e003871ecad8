// The time of the notice: publication with the terms copied in, questions, amendments by two persons, cancellation.
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import { netCostFilter } from '../award/qualification-review.ts'
import { idSchema } from '../id.ts'
import type { Money } from '../money.ts'
import { personal } from '../personal.ts'
import { type Invalid, type Refusal, refuse } from '../refusal.ts'
import { demand, resolveTerms, type Terms, unconfirmedValues } from '../terms.ts'
import { textSchema } from '../text.ts'
import { dayOf, earliestAfter, type Instant, laterBy, latestBefore, toMilliseconds } from '../time.ts'
import { type Content, contentSchema, estimatedValue } from './content.ts'
import type { NoticeObject } from './facts.ts'
import { rehearsalRefusal } from './key-holders.ts'
import { checkContent, findMethod } from './preparing.ts'
import { ownTender, tenderFact } from './starting.ts'
import { currentRound, holderByPerson, type TenderState, tenderKeyOf } from './tender.ts'

/** All that a notice says beside its log object. It is the notice's first document, so that the log entry commits to every word of it. */
export interface NoticeText {
  readonly type: 'TenderPublished' | 'TenderAmended' | 'RebidStarted' | 'DeadlineMovedByOutage' | 'DeltaProlonged'
  readonly at: Instant
  /** The fact's body without its member `notice`. */
  readonly body: Readonly<Record<string, unknown>>
}

/** The notice of a round as the log carries it (protocol §4a). Null while a salt has no log index yet. */
export function noticeObject(
  context: ActContext,
  tender: TenderState,
  input: {
    round: number
    deadline: Instant
    /** Where δ is not that of the terms: prolonged, in ms. */
    delta?: number
    content: Content
    terms: Terms
    baseAmount: Money | null
    text: Pick<NoticeText, 'type' | 'body'>
  },
): NoticeObject | null {
  const { round, deadline, content, terms, baseAmount } = input
  const text: NoticeText = { type: input.text.type, at: context.now, body: input.text.body }
  const salts: { i: number; bidderSalt: string; e: string; index: number }[] = []
  for (const salt of tender.salts.filter((each) => each.round === round).sort((a, b) => a.i - b.i)) {
    const index = context.logIndex.get(`tender:${tender.id}#${salt.seq}`)
    if (index === undefined) return null
    salts.push({ i: salt.i, bidderSalt: salt.bidderSalt, e: salt.e, index })
  }
  const { draw } = terms
  return {
    v: 1,
    tender: tender.id,
    round,
    T: toMilliseconds(deadline),
    delta: input.delta ?? terms.delta,
    grace: 0,
    withdrawal: demand(terms.withdrawal),
    rules: context.sealing.digest(terms),
    documents: [
      context.sealing.document(text),
      ...content.documents.map((each) => ({ hash: each.sha256, size: each.size })),
    ],
    client: context.clientRelease,
    draw: draw && baseAmount ? { base: baseAmount.amount, ...withoutPicks(draw), beacon: null } : null,
    salts,
    tkd: tenderKeyOf(tender, round)?.tkd ?? '',
  }
}

const withoutPicks = ({ picks: _, ...draw }: NonNullable<Terms['draw']>) => draw

/** The terms that publication on this instant would copy into the case. */
export function termsAt(context: ActContext, content: Content, now: Instant): Terms | null {
  const method = findMethod(context, content.choice.method)
  if (!method) return null
  const purchase = {
    category: content.category,
    estimatedValue: estimatedValue(content),
    renotice: context.tender?.renoticeOf !== null,
  }
  return resolveTerms(context.pack, method, purchase, dayOf(now, context.pack.zone), context.mode)
}

/** The earliest deadline that publication at an instant allows, with the value that makes it so. */
export function earliestDeadline(
  terms: Terms,
  published: Instant,
  renotice: boolean,
): { readonly at: Instant; readonly because: Terms['bidPeriod'] } {
  const because = renotice ? terms.afterRenotice : terms.bidPeriod
  let at = earliestAfter(published, demand(because), terms.calendar)
  if (terms.baseAmount) {
    const forBase = earliestAfter(published, demand(terms.baseAmount), terms.calendar)
    if (forBase > at) at = forBase
  }
  return { at, because }
}

function checkPublication(
  context: ActContext,
): Refusal | Invalid | { content: Content; terms: Terms; baseAmount: Money | null } {
  const { tender, now } = context
  if (!tender?.approved || !tender.prepared) return refuse('stageHasNotCome')
  const { content } = tender.prepared
  const wrong = checkContent(context, content)
  if (wrong) return wrong
  const terms = termsAt(context, content, now)
  if (!terms) return { invalid: [{ path: 'choice.method', code: 'unknownMethod' }] }
  const unconfirmed = unconfirmedValues(terms)
  const [first] = unconfirmed
  if (context.mode === 'live' && first)
    return refuse('valueIsUnconfirmed', {
      basis: first.basis,
      facts: { values: unconfirmed.map((each) => each.key).join(', ') },
    })
  if (tender.holders.length === 0) return refuse('keyHoldersAreMissing')
  if (tender.tenderKeys.length === 0) return refuse('keyRecordsAreMissing')
  const unproved = rehearsalRefusal(context, tender)
  if (unproved) return unproved
  const holders = tender.holders.reduce((sum, group) => sum + group.holders.length, 0)
  if (terms.draw && tender.salts.filter((each) => each.round === 1).length < holders)
    return refuse('keyRecordsAreMissing')
  const base = tender.baseAmounts[0] ?? null
  if (terms.draw && !base)
    return refuse('baseAmountIsMissing', terms.baseAmount ? { basis: terms.baseAmount.basis } : {})
  const { award, category } = terms
  if (
    base &&
    !base.netCost &&
    netCostFilter(demand(award.parameters), { category, estimatedValue: estimatedValue(content).amount })
  )
    return refuse('netCostIsMissing', { basis: award.parameters.basis })
  if (terms.draw && content.lots.length > 1) return { invalid: [{ path: 'lots', code: 'oneLotForDraw' }] }
  const earliest = earliestDeadline(terms, now, tender.renoticeOf !== null)
  if (content.deadline < earliest.at)
    return refuse('periodIsTooShort', {
      basis: earliest.because.basis,
      from: earliest.at,
      facts: { count: String(demand(earliest.because).count), unit: demand(earliest.because).unit },
    })
  return { content, terms, baseAmount: base?.amount ?? null }
}

/** Publishes the approved notice: the terms of the day are copied into the case and stay for life. */
export const publishTender = act({
  name: 'publish-tender',
  noun: 'tender',
  by: ['author', 'approver'],
  input: z.strictObject({}),
  lock: 'exclusive',
  needs: ['plan', 'documents', 'log-indexes', 'serial', 'holder-names', 'law'],
  may: (context) => {
    const foreign = ownTender(context)
    if (foreign) return foreign
    if (context.tender?.published || context.tender?.ended) return refuse('stageHasPassed')
    return context.tender?.approved ? null : refuse('stageHasNotCome')
  },
  decide: (context) => {
    const { tender, pack, now } = context
    if (!tender) return refuse('caseDoesNotExist')
    const checked = checkPublication(context)
    if (!('content' in checked)) return checked
    const { content, terms, baseAmount } = checked
    const number = pack.tenderNumber(dayOf(now, pack.zone), context.serial, 'notice')
    const { ocid, parties, renoticeOf } = tender
    const { aValue = null, netCost } = (terms.draw && tender.baseAmounts[0]) || {}
    const type = 'TenderPublished'
    const body = {
      ocid,
      number,
      parties,
      content,
      terms,
      baseAmount,
      ...(aValue && { aValue }),
      ...(netCost && { netCost }),
      renoticeOf,
    }
    const { deadline } = content
    const notice = noticeObject(context, tender, {
      round: 1,
      deadline,
      content,
      terms,
      baseAmount,
      text: { type, body },
    })
    return notice ? [tenderFact(context, type, { ...body, notice })] : refuse('bidsAreNotSequenced')
  },
})

/** Until when questions are taken, or null where the method has no such step. */
export const questionsEnd = (tender: TenderState): Instant | null => {
  const terms = tender.published?.terms
  return terms?.questionsEnd
    ? latestBefore(currentRound(tender).deadline, demand(terms.questionsEnd), terms.calendar)
    : null
}

/** Asks a question; who asked is never published (CLR-01). */
export const askQuestion = act({
  name: 'ask-question',
  noun: 'tender',
  by: ['bidder'],
  input: z.strictObject({ question: idSchema, text: textSchema(5000) }),
  lock: 'exclusive',
  needs: [],
  may: (context) => {
    const { tender, actor } = context
    if (!tender?.published) return refuse('caseDoesNotExist')
    if (tender.stage !== 'published') return refuse('questionsAreClosed')
    if (actor.kind === 'person' && Object.values(tender.parties).includes(actor.organisation))
      return refuse('buyerMayNotBid')
    const until = questionsEnd(tender)
    const basis = tender.published.terms.questionsEnd?.basis
    return until && context.now <= until
      ? null
      : refuse('questionsAreClosed', { ...(until && { until }), ...(basis && { basis }) })
  },
  decide: (context, { question, text }) =>
    context.tender?.questions.some((each) => each.question === question)
      ? refuse('alreadyExists')
      : [tenderFact(context, 'QuestionAsked', { question, text: personal(text) })],
})

/** Answers a question to all at once. The officer publishes the question in words that do not name the asker. */
export const answerQuestion = act({
  name: 'answer-question',
  noun: 'tender',
  by: ['author', 'approver'],
  input: z.strictObject({ question: idSchema, text: textSchema(5000), answer: textSchema(5000) }),
  lock: 'exclusive',
  needs: [],
  may: (context) => {
    const foreign = ownTender(context)
    if (foreign) return foreign
    if (context.tender?.stage !== 'published') return refuse('stageHasPassed')
    return context.tender.questions.some((each) => !each.answer) ? null : refuse('stageHasNotCome')
  },
  decide: (context, input) => {
    const { tender } = context
    const question = tender?.questions.find((each) => each.question === input.question)
    if (!tender || !question) return refuse('caseDoesNotExist')
    if (question.answer) return refuse('questionIsAnswered')
    if (context.now > currentRound(tender).deadline)
      return refuse('deadlineHasPassed', { until: currentRound(tender).deadline })
    return [tenderFact(context, 'QuestionAnswered', input)]
  },
})

/** The earliest deadline an amendment made now must leave (NOT-04): never earlier than the deadline it replaces. */
export function earliestAfterAmendment(
  tender: TenderState,
  now: Instant,
): { readonly at: Instant; readonly because: Terms['afterAmendment'] } | null {
  const terms = tender.published?.terms
  if (!terms) return null
  const period = demand(terms.afterAmendment)
  const { deadline } = currentRound(tender)
  const minimum = terms.amendmentAdds
    ? laterBy(deadline, period, terms.calendar)
    : earliestAfter(now, period, terms.calendar)
  return { at: minimum > deadline ? minimum : deadline, because: terms.afterAmendment }
}

function openForAmendment(context: ActContext): Refusal | null {
  const foreign = ownTender(context)
  if (foreign) return foreign
  const { tender } = context
  if (!tender || tender.stage !== 'published') return refuse('stageHasPassed')
  const { deadline } = currentRound(tender)
  return context.now > deadline ? refuse('deadlineHasPassed', { until: deadline }) : null
}

function checkAmendment(context: ActContext, content: Content): Refusal | Invalid | null {
  const { tender } = context
  if (!tender?.content) return refuse('caseDoesNotExist')
  const { deadline } = currentRound(tender)
  if (content.deadline < deadline) return refuse('deadlineMayNotBeShortened', { from: deadline })
  const fixed = ['category', 'kind', 'choice', 'lots', 'criteria', 'language'] as const
  for (const key of fixed) {
    const same =
      context.sealing.digest({ value: content[key] ?? null }) ===
      context.sealing.digest({ value: tender.content[key] ?? null })
    if (!same && key !== 'lots') return { invalid: [{ path: key, code: 'fixedAtPublication' }] }
  }
  const lots = (each: Content) => each.lots.map((lot) => lot.id).join()
  if (lots(content) !== lots(tender.content)) return { invalid: [{ path: 'lots', code: 'fixedAtPublication' }] }
  const before = context.sealing.digest({ ...tender.content, deadline })
  if (before === context.sealing.digest(content)) return refuse('nothingChanged')
  const earliest = earliestAfterAmendment(tender, context.now)
  if (earliest && content.deadline < earliest.at)
    return refuse('extensionIsRequired', { basis: earliest.because.basis, from: earliest.at })
  return checkContent(context, content)
}

/** One officer proposes an amendment; another puts it in force (NOT-06). */
export const proposeAmendment = act({
  name: 'propose-amendment',
  noun: 'tender',
  by: ['author'],
  input: z.strictObject({ reason: textSchema(2000), content: contentSchema }),
  lock: 'exclusive',
  needs: ['plan', 'documents'],
  may: openForAmendment,
  decide: (context, { reason, content }) => {
    const { tender } = context
    if (!tender) return refuse('caseDoesNotExist')
    return (
      checkAmendment(context, content) ?? [
        tenderFact(context, 'AmendmentProposed', { amendment: tender.amendments.length + 1, reason, content }),
      ]
    )
  },
})

function decidesOnAmendment(context: ActContext): Refusal | null {
  const closed = openForAmendment(context)
  if (closed) return closed
  const { tender, actor } = context
  if (!tender?.proposed) return refuse('stageHasNotCome')
  if (actor.kind === 'person' && 'person' in tender.proposed.by && tender.proposed.by.person === actor.person)
    return refuse('preparerMayNotApprove')
  return actor.kind === 'person' && holderByPerson(tender, actor.person) ? refuse('approverMayNotOpen') : null
}

export const approveAmendment = act({
  name: 'approve-amendment',
  noun: 'tender',
  by: ['approver'],
  input: z.strictObject({ amendment: z.int() }),
  lock: 'exclusive',
  needs: ['plan', 'documents', 'log-indexes'],
  may: decidesOnAmendment,
  decide: (context, { amendment }) => {
    const { tender } = context
    if (!tender?.proposed || !tender.published) return refuse('stageHasNotCome')
    if (tender.proposed.amendment !== amendment) return refuse('someoneElseWasFirst')
    const { reason, content } = tender.proposed
    const wrong = checkAmendment(context, content)
    if (wrong) return wrong
    const { round } = currentRound(tender)
    const baseAmount = tender.baseAmounts[0]?.amount ?? null
    const type = 'TenderAmended'
    const body = { amendment, reason, content }
    const notice = noticeObject(context, tender, {
      round,
      deadline: content.deadline,
      content,
      terms: tender.published.terms,
      baseAmount,
      text: { type, body },
    })
    return notice ? [tenderFact(context, type, { ...body, notice })] : refuse('bidsAreNotSequenced')
  },
})

export const returnAmendment = act({
  name: 'return-amendment',
  noun: 'tender',
  by: ['approver'],
  input: z.strictObject({ amendment: z.int(), reason: textSchema(2000) }),
  lock: 'exclusive',
  needs: [],
  may: decidesOnAmendment,
  decide: (context, input) =>
    context.tender?.proposed?.amendment === input.amendment
      ? [tenderFact(context, 'AmendmentReturned', input)]
      : refuse('someoneElseWasFirst'),
})

/** Cancels the tender before an award; sealed bids stay sealed for ever. */
export const cancelTender = act({
  name: 'cancel-tender',
  noun: 'tender',
  by: ['approver'],
  input: z.strictObject({ reason: textSchema(2000) }),
  lock: 'exclusive',
  needs: [],
  may: (context) => {
    const foreign = ownTender(context)
    if (foreign) return foreign
    const stage = context.tender?.stage
    if (stage === 'awarded' || stage === 'cancelled' || stage === 'failed') return refuse('stageHasPassed')
    return null
  },
  decide: (context, { reason }) => [tenderFact(context, 'TenderCancelled', { reason })],
})

export const noticingActs = [
  publishTender,
  askQuestion,
  answerQuestion,
  proposeAmendment,
  approveAmendment,
  returnAmendment,
  cancelTender,
]
