// Closing and opening: the clock commits to the box, key holders post their shares, and everybody can combine them (protocol §2.7).
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import { rankLots } from '../award/ranking-facts.ts'
import type { NewFact } from '../history.ts'
import { bytes32Schema } from '../id.ts'
import { amountSchema } from '../money.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { CloseItem, SealedEntry } from '../sealing-port.ts'
import { textSchema } from '../text.ts'
import { addMilliseconds, hours, latestBefore, toMilliseconds } from '../time.ts'
import { resumeOpening, stopOpening } from './stopping.ts'
import { openedBidSchema, openedTechnicalSchema } from './facts.ts'
import { ownTender, tenderFact } from './starting.ts'
import { attendOpening, whyNotTogether } from './attending.ts'
import { attemptLineSchema } from './attempts.ts'
import { currentRound, holderByPerson, type Round, type TenderState, tenderKeyOf } from './tender.ts'
import { classesOpenedNow, isTechnicalStage, mayBeOpenedNow } from './two-stages.ts'

/** When the clock may close a round: δ after the deadline, so that every promised entry is in the log. */
export const closesAt = (tender: TenderState): string =>
  addMilliseconds(currentRound(tender).deadline, tender.published?.terms.delta ?? 0)

/** When shares may be posted at the earliest: once the round closes, or the hour to which the outage rule moved the opening. */
export function opensAt(tender: TenderState): string {
  const { opensFrom } = currentRound(tender)
  const closes = closesAt(tender)
  return opensFrom && opensFrom > closes ? opensFrom : closes
}

/** The clock closes a round and commits to every bid's chain; eligibility is recorded before any share (protocol §2.7 (6)). */
export const closeRound = act({
  name: 'close-round',
  noun: 'tender',
  by: 'platform',
  input: z.strictObject({
    /** Bids whose signature failed its full check, by M, with the code of what failed (protocol §6.2). */
    signatureFaults: z.array(z.strictObject({ m: bytes32Schema, code: z.string().max(60) })).optional(),
  }),
  lock: 'exclusive',
  needs: ['bids', 'log-indexes', 'token-times'],
  may: (context) => {
    const { tender } = context
    if (!tender?.published) return refuse('caseDoesNotExist')
    const round = currentRound(tender)
    if (round.closing) return refuse('stageHasPassed')
    if (tender.stage === 'cancelled') return null
    return context.now >= closesAt(tender) ? null : refuse('deadlineHasNotPassed', { from: closesAt(tender) })
  },
  decide: (context, { signatureFaults = [] }) => {
    const { tender, sealing } = context
    if (!tender?.notice) return refuse('caseDoesNotExist')
    const round = currentRound(tender)
    const entries: SealedEntry[] = []
    const bidders: { index: number; bid: string; bidder: string }[] = []
    for (const bid of context.bids.filter((each) => each.round === round.round)) {
      for (const version of bid.versions) {
        const index = context.logIndex.get(`bid:${bid.id}#${version.factSeq}`)
        if (index === undefined) return refuse('bidsAreNotSequenced')
        const tokenTime = context.tokenTime?.get(index) ?? null
        // In time needs a token (protocol §2.6): the box waits for it. A promise after T is late whatever the token says.
        if (context.tokenTime && tokenTime === null && tender.stage !== 'cancelled' && version.at <= round.deadline)
          return refuse('tokensAreMissing')
        entries.push({
          index,
          manifest: version.manifest,
          leafSalt: version.leafSalt,
          promiseTime: toMilliseconds(version.at),
          tokenTime,
        })
        bidders.push({ index, bid: bid.id, bidder: bid.bidder })
      }
    }
    entries.sort((a, b) => a.index - b.index)
    bidders.sort((a, b) => a.index - b.index)
    const items = sealing.closeItems({
      entries,
      deadline: toMilliseconds(round.deadline),
      delta: tender.notice.delta,
      cancelled: tender.stage === 'cancelled',
    })
    const close = {
      v: 1 as const,
      tender: tender.id,
      tkd: tender.notice.tkd,
      notice: sealing.commitment(
        tender.amendments.length > 0 || round.round > 1 ? 'amendment' : 'notice',
        tender.notice,
      ),
      T: tender.notice.T,
      count: items.length,
      root: sealing.closeRoot(items),
    }
    const closed = tenderFact(context, 'TenderClosed', {
      round: round.round,
      close,
      commitment: sealing.commitment('close', close),
      items,
      bidders,
    })
    if (tender.stage === 'cancelled') return [closed]
    // A bid whose signature does not bind its bidder is not opened: the finding is public with the eligibility entry, the price never.
    const faults = new Map(signatureFaults.map(({ m, code }) => [m, code]))
    const judged = items
      .filter((item) => item.status === 'live')
      .map(({ index, m }) => {
        const fault = faults.get(m)
        return fault === undefined
          ? { index, admitted: true, reason: 'registered-supplier' }
          : { index, admitted: false, reason: `signature:${fault}` }
      })
    const facts = [closed, tenderFact(context, 'EligibilityRecorded', { round: round.round, items: judged })]
    if (!judged.some((each) => each.admitted))
      facts.push(tenderFact(context, 'TenderFailed', { round: round.round, reason: 'no-bidder' }))
    return facts
  },
})

const live = (round: Round): readonly CloseItem[] => {
  const admitted = new Set(round.admitted.filter((each) => each.admitted).map((each) => each.index))
  return (round.closing?.items ?? []).filter((item) => item.status === 'live' && admitted.has(item.index))
}

/**
 * The envelopes whose shares each holder must post now, in order: salts first, then live items by index, classes in descriptor order.
 * Where technical envelopes come first, these alone; then the prices of the bids that the evaluation passes.
 */
export function requiredEnvelopes(context: Pick<ActContext, 'bids'>, tender: TenderState): readonly string[] {
  const round = currentRound(tender)
  const key = tenderKeyOf(tender, round.round)
  const classes = classesOpenedNow(tender)
  const required: string[] = tender.salts
    .filter((each) => each.round === round.round && classes.includes('draw'))
    .sort((a, b) => a.i - b.i)
    .map((each) => each.e)
  const bidAt = new Map(round.closing?.bidders.map(({ index, bid }) => [index, bid]))
  const bids = new Map(context.bids.map((each) => [each.id, each]))
  for (const item of live(round)) {
    const version = bids.get(bidAt.get(item.index) ?? '')?.versions.find((each) => each.m === item.m)
    for (const cls of (key?.tenderKey.classes ?? []).filter((each) => mayBeOpenedNow(tender, item.index, each))) {
      const envelope = version?.manifest.envelopes.find((each) => each.cls === cls)
      if (envelope) required.push(envelope.e)
    }
  }
  return required
}

const base64Schema = z.string().regex(/^(bad|[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)$/)

/** A key holder posts what the key decrypts; the first batch of a holder counts. */
export const postShares = act({
  name: 'post-shares',
  noun: 'tender',
  by: ['key-holder'],
  input: z.strictObject({
    batch: z.strictObject({
      v: z.literal(1),
      tender: z.string(),
      close: bytes32Schema,
      i: z.int(),
      shares: z.array(z.tuple([bytes32Schema, base64Schema])).max(40_000),
    }),
  }),
  lock: 'exclusive',
  needs: ['bids'],
  may: (context) => {
    const { tender, actor } = context
    if (!tender) return refuse('caseDoesNotExist')
    const holder = actor.kind === 'person' ? holderByPerson(tender, actor.person) : null
    if (!holder) return refuse('youHoldNoKey')
    if (!tender.published) return refuse('stageHasNotCome')
    const round = currentRound(tender)
    if (!round.closing) return refuse('deadlineHasNotPassed', { from: closesAt(tender) })
    if (round.batches.some((each) => each.i === holder.i)) return refuse('sharesAlreadyPosted')
    // The outage rule moves the opening too (KONEPS: an hour after the moved deadline).
    if (round.opensFrom && context.now < round.opensFrom) return refuse('stageHasNotCome', { from: round.opensFrom })
    if (tender.stage !== 'closed') return refuse('stageHasPassed')
    return whyNotTogether(context, holder.i)
  },
  decide: (context, { batch }) => {
    const { tender, actor, sealing } = context
    const holder = tender && actor.kind === 'person' ? holderByPerson(tender, actor.person) : null
    if (!tender || !holder) return refuse('youHoldNoKey')
    const round = currentRound(tender)
    if (batch.i !== holder.i || batch.tender !== tender.id || batch.close !== round.closing?.commitment)
      return refuse('sharesAreIncomplete', { facts: { code: 'close' } })
    const wrong = sealing.checkBatch({ batch, required: requiredEnvelopes(context, tender) })
    if (wrong) return refuse('sharesAreIncomplete', { facts: { code: wrong } })
    const type = isTechnicalStage(tender) ? 'TechnicalSharesPosted' : 'SharesPosted'
    return [tenderFact(context, type, { round: round.round, batch })]
  },
})

/** The institution that keeps a group's spare key offline tells, before its shares come, that it is used and why (SEA-05). */
export const useSpare = act({
  name: 'use-spare',
  noun: 'tender',
  by: ['key-holder'],
  input: z.strictObject({ round: z.int().min(1).max(99), reason: textSchema(500) }),
  lock: 'exclusive',
  needs: [],
  may: postShares.may,
  decide: (context, { round, reason }) => {
    const { tender, actor } = context
    const holder = tender && actor.kind === 'person' ? holderByPerson(tender, actor.person) : null
    if (!tender || !holder) return refuse('youHoldNoKey')
    if (round !== currentRound(tender).round) return { invalid: [{ path: 'round', code: 'choice' }] }
    if (currentRound(tender).spares?.some((each) => each.i === holder.i)) return refuse('nothingChanged')
    return [tenderFact(context, 'SpareUsed', { round, i: holder.i, reason })]
  },
})

/** How long a holder has to act before an absence may be recorded. */
const patience = hours(24)

/** Records that a holder did not act, so that an envelope without enough shares can be judged by rule (protocol §4a). */
export const recordAbsence = act({
  name: 'record-absence',
  noun: 'tender',
  by: ['approver'],
  input: z.strictObject({ i: z.int(), reason: textSchema(500) }),
  lock: 'exclusive',
  needs: [],
  may: (context) => {
    const foreign = ownTender(context)
    if (foreign) return foreign
    const { tender } = context
    if (!tender || tender.stage !== 'closed') return refuse('stageHasNotCome')
    const { closing, technical } = currentRound(tender)
    const waitsSince = technical?.evaluatedAt ?? closing?.at
    const calendar = tender.published?.terms.calendar
    if (!waitsSince || !calendar) return refuse('stageHasNotCome')
    return latestBefore(context.now, patience, calendar) >= waitsSince
      ? null
      : refuse('absenceIsTooEarly', { from: addMilliseconds(waitsSince, patience.count * 3_600_000) })
  },
  decide: (context, { i, reason }) => {
    const { tender } = context
    if (!tender) return refuse('caseDoesNotExist')
    const round = currentRound(tender)
    const known = tender.holders.some((group) => group.holders.some((each) => each.i === i))
    if (!known) return { invalid: [{ path: 'i', code: 'notAHolder' }] }
    if (round.absent.includes(i) || round.batches.some((each) => each.i === i)) return refuse('sharesAlreadyPosted')
    return [tenderFact(context, 'HolderAbsent', { round: round.round, i, reason })]
  },
})

/** Whether enough members of each group have posted that an opening can be tried. */
export function quorumPosted(tender: TenderState): boolean {
  const round = currentRound(tender)
  return tender.holders.every(
    (group) => group.holders.filter((each) => round.batches.some((batch) => batch.i === each.i)).length >= group.k,
  )
}

/**
 * Records what the posted shares open, the draw and the ranking, in one transaction. The platform only computes what anyone can compute
 * again from the batches; nothing here is chosen.
 */
export const recordOpening = act({
  name: 'record-opening',
  noun: 'tender',
  by: 'platform',
  input: z.strictObject({
    close: bytes32Schema,
    batches: z.int(),
    opening: z.record(z.string(), z.unknown()),
    bids: z.array(openedBidSchema),
    responses: z.array(
      z.strictObject({ bid: z.string(), lot: z.string(), responses: z.record(z.string(), z.unknown()) }),
    ),
    wrongShares: z.array(z.int()),
    lateAttempts: z.int(),
    attempts: z.array(attemptLineSchema).max(200),
    seed: bytes32Schema,
    draws: z.array(
      z.strictObject({ lot: z.string(), draw: z.record(z.string(), z.unknown()), reservePrice: amountSchema }),
    ),
  }),
  lock: 'exclusive',
  needs: ['plan'],
  may: (context): Refusal | null => {
    const { tender } = context
    if (tender?.stage !== 'closed' || isTechnicalStage(tender)) return refuse('stageHasPassed')
    if (currentRound(tender).stopped) return refuse('openingIsStopped')
    return quorumPosted(tender) ? null : refuse('sharesAreIncomplete')
  },
  decide: (context, input) => {
    const { tender } = context
    if (!tender?.published || !tender.content) return refuse('caseDoesNotExist')
    const round = currentRound(tender)
    if (input.close !== round.closing?.commitment || input.batches !== round.batches.length)
      return refuse('someoneElseWasFirst')
    const { opening, bids, responses, wrongShares, lateAttempts, attempts, seed, draws } = input
    const facts: NewFact[] = [
      tenderFact(context, 'OpeningRecorded', {
        round: round.round,
        opening,
        bids,
        responses,
        items: round.closing.items,
        lateAttempts,
        attempts,
        wrongShares,
        seed,
      }),
      ...draws.map((each) => tenderFact(context, 'DrawMade', { round: round.round, ...each })),
    ]
    const valid = bids.filter((each) => each.status === 'valid')
    const bidders = new Set(valid.map((each) => each.bidder)).size
    const { terms } = tender.published
    const { technical } = round
    if (technical)
      return bidders === 0
        ? [...facts, tenderFact(context, 'TenderFailed', { round: round.round, reason: 'no-winner' })]
        : [...facts, ...rankLots(context, { bids, seed, draws, quality: tender.quality, reviews: [] })]
    if (bidders === 0)
      return [...facts, tenderFact(context, 'TenderFailed', { round: round.round, reason: 'no-bidder' })]
    if (bidders < terms.minimumBidders)
      return [...facts, tenderFact(context, 'TenderFailed', { round: round.round, reason: 'too-few-bidders' })]
    if (terms.evaluators > 0) return facts
    return [...facts, ...rankLots(context, { bids, seed, draws, quality: null, reviews: [] })]
  },
})

/** Records what the technical envelopes hold, for the evaluators alone; prices stay sealed. */
export const recordTechnicalOpening = act({
  name: 'record-technical-opening',
  noun: 'tender',
  by: 'platform',
  input: z.strictObject({
    close: bytes32Schema,
    batches: z.int(),
    opening: z.record(z.string(), z.unknown()),
    bids: z.array(openedTechnicalSchema),
    responses: z.array(
      z.strictObject({ bid: z.string(), lot: z.string(), responses: z.record(z.string(), z.unknown()) }),
    ),
    wrongShares: z.array(z.int()),
    lateAttempts: z.int(),
    attempts: z.array(attemptLineSchema).max(200),
  }),
  lock: 'exclusive',
  needs: [],
  may: (context): Refusal | null => {
    const { tender } = context
    if (tender?.stage !== 'closed' || !isTechnicalStage(tender)) return refuse('stageHasPassed')
    if (currentRound(tender).stopped) return refuse('openingIsStopped')
    return quorumPosted(tender) ? null : refuse('sharesAreIncomplete')
  },
  decide: (context, input) => {
    const { tender, sealing } = context
    if (!tender?.published) return refuse('caseDoesNotExist')
    const round = currentRound(tender)
    if (input.close !== round.closing?.commitment || input.batches !== round.batches.length)
      return refuse('someoneElseWasFirst')
    const { opening, bids, responses, wrongShares, lateAttempts, attempts } = input
    const commitment = sealing.commitment('opening', opening)
    const facts: NewFact[] = [
      tenderFact(context, 'TechnicalOpened', {
        round: round.round,
        opening,
        commitment,
        bids,
        responses,
        items: round.closing.items,
        lateAttempts,
        attempts,
        wrongShares,
      }),
    ]
    const bidders = new Set(bids.filter((each) => each.status === 'valid').map((each) => each.bidder)).size
    const failed = (reason: 'no-bidder' | 'too-few-bidders') =>
      tenderFact(context, 'TenderFailed', { round: round.round, reason })
    if (bidders === 0) return [...facts, failed('no-bidder')]
    return bidders < tender.published.terms.minimumBidders ? [...facts, failed('too-few-bidders')] : facts
  },
})

/** After the award the roots of the technical envelopes are published, so that everyone can open them again. */
export const publishTechnicalOpening = act({
  name: 'publish-technical-opening',
  noun: 'tender',
  by: 'platform',
  input: z.strictObject({ round: z.int(), opening: z.record(z.string(), z.unknown()) }),
  lock: 'exclusive',
  needs: [],
  may: ({ tender }): Refusal | null => {
    if (tender?.stage !== 'awarded') return refuse('stageHasNotCome')
    const { technical } = currentRound(tender)
    return technical && !technical.published ? null : refuse('stageHasPassed')
  },
  decide: (context, { round, opening }) => {
    const { tender } = context
    const { technical, round: current } = tender ? currentRound(tender) : { technical: undefined, round: 0 }
    if (round !== current || technical?.published) return refuse('someoneElseWasFirst')
    return [tenderFact(context, 'TechnicalOpeningPublished', { round, opening })]
  },
})

/** A holder tells that the key of an ended tender is destroyed: what is still sealed stays sealed for ever (SEA-11). */
export const destroyKey = act({
  name: 'destroy-key',
  noun: 'tender',
  by: ['key-holder'],
  input: z.strictObject({ round: z.int().min(1).max(99) }),
  lock: 'exclusive',
  needs: [],
  may: (context) => {
    const { tender, actor } = context
    if (!tender) return refuse('caseDoesNotExist')
    const holder = actor.kind === 'person' ? holderByPerson(tender, actor.person) : null
    if (!holder) return refuse('youHoldNoKey')
    if (!['cancelled', 'failed', 'awarded'].includes(tender.stage)) return refuse('stageHasNotCome')
    const rounds = tender.tenderKeys.map((each) => each.round)
    const left = rounds.some((round) => !tender.destroyed?.some((each) => each.i === holder.i && each.round === round))
    return left ? null : refuse('nothingChanged')
  },
  decide: (context, { round }) => {
    const { tender, actor } = context
    const holder = tender && actor.kind === 'person' ? holderByPerson(tender, actor.person) : null
    if (!tender || !holder) return refuse('youHoldNoKey')
    if (!tender.tenderKeys.some((each) => each.round === round)) return { invalid: [{ path: 'round', code: 'choice' }] }
    // A failed tender may be opened for another round; the keys of that round are still needed.
    if (tender.stage === 'failed' && round > currentRound(tender).round) return refuse('stageHasNotCome')
    if (tender.destroyed?.some((each) => each.i === holder.i && each.round === round)) return refuse('nothingChanged')
    return [tenderFact(context, 'KeyDestroyed', { round, i: holder.i })]
  },
})

export const openingActs = [
  closeRound,
  attendOpening,
  stopOpening,
  resumeOpening,
  postShares,
  useSpare,
  recordAbsence,
  recordTechnicalOpening,
  recordOpening,
  publishTechnicalOpening,
  destroyKey,
]
