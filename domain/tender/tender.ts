// The state of a tender that its facts make: stage by stage, round by round.
import type { LowGround } from '../award/abnormally-low.ts'
import type { EvaluatedQuality } from '../award/ranking-facts.ts'
import type { ActedBy } from '../actor.ts'
import type { Ranking } from '../award/rules.ts'
import type { Id } from '../id.ts'
import type { Money } from '../money.ts'
import type { Personal } from '../personal.ts'
import type { CloseItem, KeyRecord, TenderKey } from '../sealing-port.ts'
import type { Terms } from '../terms.ts'
import type { Language } from '../text.ts'
import { fromMilliseconds, type Instant } from '../time.ts'
import type { AttemptLine } from './attempts.ts'
import type { Content } from './content.ts'
import type { EvaluatedItem, NoticeObject, OpenedBid, OpenedTechnical, TenderFact } from './facts.ts'

/** Where a tender stands. `preparing` covers draft and approval; `published` is open for bids or past its deadline but not closed yet. */
export type Stage =
  | 'preparing'
  | 'approved'
  | 'published'
  | 'closed'
  | 'opened'
  | 'ranked'
  | 'awarded'
  | 'failed'
  | 'cancelled'

export interface Parties {
  readonly procuringEntity: Id
  readonly buyer: Id
  readonly demandAgency: Id
  readonly payer: Id
}
export interface Holder {
  readonly i: number
  readonly person: Id
  readonly organisation: Id
}
export interface HolderGroup {
  readonly name: 'agency' | 'guardians'
  readonly k: number
  readonly holders: readonly Holder[]
}
export interface SealedSalt {
  readonly round: number
  readonly i: number
  readonly bidderSalt: string
  readonly e: string
  readonly seq: number
}
/** The rehearsal before the notice: the probes until it appears, and who has answered with a key that opens them all, or does not. */
export interface Rehearsal {
  readonly probes: readonly {
    readonly round: number
    readonly e: string
    readonly answers: readonly (readonly [number, string])[]
    readonly seq: number
  }[]
  readonly answered: readonly { readonly i: number; readonly opens: boolean; readonly at: Instant }[]
}
export interface Question {
  readonly question: Id
  readonly asked: Instant
  readonly by: ActedBy
  readonly text: Personal
  readonly answer: { readonly text: string; readonly answer: string; readonly at: Instant } | null
}
export interface Amendment {
  readonly amendment: number
  readonly at: Instant
  readonly reason: string
  readonly before: Content
  readonly after: Content
}
export interface Closing {
  readonly at: Instant
  readonly commitment: string
  readonly count: number
  readonly items: readonly CloseItem[]
  readonly bidders: readonly { readonly index: number; readonly bid: Id; readonly bidder: Id }[]
}
export interface Award {
  readonly award: Id
  readonly at: Instant
  readonly lot: string
  /** Null where the lot was awarded without competition: `offer` then prices its items. */
  readonly bid: Id | null
  readonly supplier: Id
  readonly value: Money
  readonly offer?: readonly { readonly id: string; readonly unitPrice: string; readonly amount: string }[]
  readonly reason: string
  readonly standstillUntil: Instant | null
}
/** An award that came to nothing, with when and why. */
export interface WithdrawnAward extends Award {
  readonly withdrawn: {
    readonly at: Instant
    readonly ground: 'contract-declined' | 'contract-not-signed'
    readonly reason: string
  }
}
/** Key holders who came together to open, counted anew each time the window ended before the opening. */
export interface OpeningSession {
  readonly session: number
  readonly begun: Instant
  readonly present: readonly { readonly i: number; readonly at: Instant; readonly shown: string }[]
}
/** One round of bids: the first, or a re-bid. */
export interface Round {
  readonly round: number
  readonly deadline: Instant
  /** The earliest opening, where an outage moved the deadline: no share is taken before it. */
  readonly opensFrom?: Instant
  readonly closing: Closing | null
  readonly admitted: readonly { readonly index: number; readonly admitted: boolean; readonly reason: string }[]
  readonly batches: readonly { readonly i: number; readonly seq: number; readonly at: Instant }[]
  readonly absent: readonly number[]
  /** While what is stored of its bids is not what was sealed: nothing is opened. */
  readonly stopped?: { readonly at: Instant; readonly bids: number; readonly what: readonly string[] }
  /** The newest session of its key holders. */
  readonly session?: OpeningSession
  /** Spare keys that were used, with the reason of who keeps them. */
  readonly spares?: readonly { readonly i: number; readonly at: Instant; readonly reason: string }[]
  /** Where technical envelopes are opened first: what they gave; `passed` once the evaluation is complete. */
  readonly technical?: {
    readonly at: Instant
    readonly bids: readonly OpenedTechnical[]
    readonly commitment: string
    readonly wrongShares: readonly number[]
    readonly lateAttempts: number
    readonly attempts?: readonly AttemptLine[]
    readonly passed?: readonly EvaluatedItem[]
    readonly evaluatedAt?: Instant
    readonly published?: boolean
  }
  readonly opening: {
    readonly at: Instant
    readonly bids: readonly OpenedBid[]
    readonly seed: string
    readonly wrongShares: readonly number[]
    readonly lateAttempts: number
    readonly attempts?: readonly AttemptLine[]
  } | null
  readonly draws: readonly {
    readonly lot: string
    readonly reservePrice: string
    readonly draw: Readonly<Record<string, unknown>>
  }[]
  readonly rankings: readonly { readonly lot: string; readonly at: Instant; readonly ranking: Ranking }[]
}
export interface TenderState {
  readonly id: Id
  readonly stage: Stage
  readonly ocid: string
  readonly parties: Parties
  readonly regime: string
  readonly language: Language
  readonly startedBy: ActedBy
  readonly startedAt: Instant
  readonly renoticeOf: { readonly caseId: Id; readonly ocid: string } | null
  readonly holders: readonly HolderGroup[]
  readonly classes: readonly string[]
  readonly needsSalts: boolean
  readonly keyRecords: readonly KeyRecord[]
  readonly tenderKeys: readonly { readonly round: number; readonly tenderKey: TenderKey; readonly tkd: string }[]
  readonly salts: readonly SealedSalt[]
  /** Absent until the keys are fixed, and in cases of before there were rehearsals. */
  readonly rehearsal?: Rehearsal
  readonly prepared: {
    readonly version: number
    readonly content: Content
    readonly by: ActedBy
    readonly at: Instant
  } | null
  readonly returned: { readonly version: number; readonly reason: string } | null
  readonly approved: { readonly version: number; readonly by: ActedBy; readonly at: Instant } | null
  /** `aValue`: the legal contributions and safety costs that works bids may not undercut (koneps.md §2.3.1). */
  readonly baseAmounts: readonly {
    readonly lot: string
    readonly amount: Money
    readonly aValue: string | null
    /** Material, labour, expenses and tax within the base amount of works; absent in cases from before the filter was known. */
    readonly netCost?: string
    readonly by: ActedBy
    readonly at: Instant
  }[]
  readonly published: {
    readonly at: Instant
    readonly number: string
    readonly terms: Terms
    readonly by: ActedBy
  } | null
  readonly content: Content | null
  readonly notice: NoticeObject | null
  readonly questions: readonly Question[]
  readonly proposed: {
    readonly amendment: number
    readonly reason: string
    readonly content: Content
    readonly by: ActedBy
  } | null
  readonly amendments: readonly Amendment[]
  /** Outages by which the deadline was moved. */
  readonly outages?: readonly Id[]
  readonly rounds: readonly Round[]
  readonly conflicts: readonly { readonly person: Id; readonly none: boolean }[]
  readonly scores: readonly {
    readonly evaluator: Id
    readonly scores: readonly {
      readonly bid: Id
      readonly lot: string
      readonly criterion: string
      readonly points: string
      readonly comment: string
    }[]
  }[]
  readonly quality: readonly EvaluatedQuality[] | null
  readonly reviews: readonly {
    readonly lot: string
    readonly bid: Id
    readonly points: string
    readonly findings: string
    readonly by: ActedBy
    readonly at: Instant
  }[]
  readonly explanations?: readonly Explanation[]
  readonly awards: readonly Award[]
  readonly withdrawnAwards?: readonly WithdrawnAward[]
  readonly ended: { readonly at: Instant; readonly reason: string } | null
  /** Keys that their holders say are destroyed. */
  readonly destroyed?: readonly { readonly i: number; readonly round: number; readonly at: Instant }[]
}

/** A low price that must be explained: who, until when, what was said (null until then, and hidden from strangers), how it was judged. */
export interface Explanation {
  readonly round: number
  readonly lot: string
  readonly bid: Id
  readonly supplier: Id
  readonly ground: LowGround
  readonly until: Instant
  readonly at: Instant
  readonly text: string | null
  readonly explainedAt: Instant | null
  readonly judged: { readonly accepted: boolean; readonly reason: string; readonly at: Instant } | null
}

/** The round that bids are made in or were made in last. Throws before publication. */
export function currentRound(tender: TenderState): Round {
  const round = tender.rounds.at(-1)
  if (!round) throw new Error('the tender has no round yet')
  return round
}

/** The key of a round, once every holder has deposited. */
export const tenderKeyOf = (tender: TenderState, round: number) =>
  tender.tenderKeys.find((each) => each.round === round) ?? null

export const holderByPerson = (tender: TenderState, person: Id): (Holder & { group: HolderGroup }) | null => {
  for (const group of tender.holders) {
    const holder = group.holders.find((each) => each.person === person)
    if (holder) return { ...holder, group }
  }
  return null
}

const newRound = (round: number, deadline: Instant): Round => ({
  round,
  deadline,
  closing: null,
  admitted: [],
  batches: [],
  absent: [],
  opening: null,
  draws: [],
  rankings: [],
})

const withRound = (state: TenderState, round: number, change: (round: Round) => Round): readonly Round[] =>
  state.rounds.map((each) => (each.round === round ? change(each) : each))

/** Applies one fact. Throws when the history does not begin with TenderStarted. */
export function evolveTender(state: TenderState | null, fact: TenderFact): TenderState {
  if (fact.type === 'TenderStarted') {
    const { ocid, parties, regime, language, renoticeOf } = fact.body
    return {
      id: fact.caseId,
      stage: 'preparing',
      ocid,
      parties,
      regime,
      language,
      startedBy: fact.by,
      startedAt: fact.at,
      renoticeOf,
      holders: [],
      classes: [],
      needsSalts: false,
      keyRecords: [],
      tenderKeys: [],
      salts: [],
      prepared: null,
      returned: null,
      approved: null,
      baseAmounts: [],
      published: null,
      content: null,
      notice: null,
      questions: [],
      proposed: null,
      amendments: [],
      rounds: [],
      conflicts: [],
      scores: [],
      quality: null,
      reviews: [],
      awards: [],
      ended: null,
    }
  }
  if (!state) throw new Error(`${fact.type} before TenderStarted`)
  switch (fact.type) {
    case 'KeyHoldersNamed': {
      // Other holders begin anew: nothing that the former proved counts for them.
      const { rehearsal: _, ...rest } = state
      return {
        ...rest,
        holders: fact.body.groups,
        classes: fact.body.classes,
        needsSalts: fact.body.draw,
        keyRecords: [],
        tenderKeys: [],
        salts: [],
      }
    }
    case 'KeyRecordDeposited':
      return { ...state, keyRecords: [...state.keyRecords, fact.body.record] }
    case 'TenderKeyFixed':
      return { ...state, tenderKeys: [...state.tenderKeys, fact.body] }
    case 'SaltSealed': {
      const { round, i, bidderSalt, e } = fact.body
      return { ...state, salts: [...state.salts, { round, i, bidderSalt, e, seq: fact.seq }] }
    }
    case 'RehearsalSealed': {
      const { round, e, answers } = fact.body
      const { probes, answered } = state.rehearsal ?? { probes: [], answered: [] }
      return { ...state, rehearsal: { probes: [...probes, { round, e, answers, seq: fact.seq }], answered } }
    }
    case 'RehearsalAnswered': {
      const { i, opens } = fact.body
      const { probes, answered } = state.rehearsal ?? { probes: [], answered: [] }
      const others = answered.filter((each) => each.i !== i)
      return { ...state, rehearsal: { probes, answered: [...others, { i, opens, at: fact.at }] } }
    }
    case 'TenderPrepared':
      return {
        ...state,
        stage: 'preparing',
        prepared: { ...fact.body, by: fact.by, at: fact.at },
        returned: null,
        approved: null,
      }
    case 'TenderReturned':
      return { ...state, stage: 'preparing', returned: fact.body, approved: null }
    case 'TenderApproved':
      return { ...state, stage: 'approved', approved: { version: fact.body.version, by: fact.by, at: fact.at } }
    case 'BaseAmountSet':
      return {
        ...state,
        baseAmounts: [
          ...state.baseAmounts.filter((each) => each.lot !== fact.body.lot),
          {
            lot: fact.body.lot,
            amount: fact.body.amount,
            aValue: fact.body.aValue ?? null,
            ...(fact.body.netCost && { netCost: fact.body.netCost }),
            by: fact.by,
            at: fact.at,
          },
        ],
      }
    case 'TenderPublished': {
      const { content, terms, number, notice } = fact.body
      return {
        ...state,
        stage: 'published',
        content,
        notice,
        published: { at: fact.at, number, terms, by: fact.by },
        // What was asked of whom is in the record; the state of a case that runs needs only who answered.
        ...(state.rehearsal && { rehearsal: { ...state.rehearsal, probes: [] } }),
        rounds: [newRound(1, fromMilliseconds(notice.T))],
      }
    }
    case 'QuestionAsked':
      return {
        ...state,
        questions: [
          ...state.questions,
          { question: fact.body.question, asked: fact.at, by: fact.by, text: fact.body.text, answer: null },
        ],
      }
    case 'QuestionAnswered':
      return {
        ...state,
        questions: state.questions.map((each) =>
          each.question === fact.body.question
            ? { ...each, answer: { text: fact.body.text, answer: fact.body.answer, at: fact.at } }
            : each,
        ),
      }
    case 'AmendmentProposed':
      return { ...state, proposed: { ...fact.body, by: fact.by } }
    case 'AmendmentReturned':
      return { ...state, proposed: null }
    case 'DeadlineMovedByOutage':
    case 'DeltaProlonged':
    case 'TenderAmended': {
      const { amendment, reason, content, notice } = fact.body
      const before = state.content ?? content
      return {
        ...state,
        content,
        notice,
        proposed: null,
        ...(fact.type === 'DeadlineMovedByOutage' && { outages: [...(state.outages ?? []), fact.body.outage.id] }),
        amendments: [...state.amendments, { amendment, at: fact.at, reason, before, after: content }],
        rounds: withRound(state, notice.round, (round) => ({
          ...round,
          deadline: fromMilliseconds(notice.T),
          ...(fact.type === 'DeadlineMovedByOutage' && { opensFrom: fact.body.outage.opening }),
        })),
      }
    }
    case 'TenderCancelled':
      return { ...state, stage: 'cancelled', ended: { at: fact.at, reason: fact.body.reason } }
    case 'TenderClosed': {
      const { close, commitment, items, bidders, round } = fact.body
      const closing = { at: fact.at, commitment, count: close.count, items, bidders }
      const stage = state.stage === 'cancelled' ? 'cancelled' : 'closed'
      return { ...state, stage, rounds: withRound(state, round, (each) => ({ ...each, closing })) }
    }
    case 'EligibilityRecorded':
      return { ...state, rounds: withRound(state, fact.body.round, (each) => ({ ...each, admitted: fact.body.items })) }
    case 'SharesPosted':
    case 'TechnicalSharesPosted': {
      const posted = { i: fact.body.batch.i, seq: fact.seq, at: fact.at }
      return {
        ...state,
        rounds: withRound(state, fact.body.round, (each) => ({ ...each, batches: [...each.batches, posted] })),
      }
    }
    case 'OpeningAttended': {
      const { i, session, shown } = fact.body
      const come = { i, at: fact.at, shown }
      return {
        ...state,
        rounds: withRound(state, fact.body.round, (each) => {
          const { begun, present } = each.session?.session === session ? each.session : { begun: fact.at, present: [] }
          return { ...each, session: { session, begun, present: [...present, come] } }
        }),
      }
    }
    case 'OpeningStopped': {
      const { bids, what } = fact.body
      const stopped = { at: fact.at, bids, what }
      return { ...state, rounds: withRound(state, fact.body.round, (each) => ({ ...each, stopped })) }
    }
    case 'OpeningResumed':
      return {
        ...state,
        rounds: withRound(state, fact.body.round, ({ stopped: _, ...each }) => each),
      }
    case 'SpareUsed': {
      const { i, reason } = fact.body
      const used = { i, at: fact.at, reason }
      return {
        ...state,
        rounds: withRound(state, fact.body.round, (each) => ({ ...each, spares: [...(each.spares ?? []), used] })),
      }
    }
    case 'KeyDestroyed':
      return { ...state, destroyed: [...(state.destroyed ?? []), { ...fact.body, at: fact.at }] }
    case 'HolderAbsent':
      return {
        ...state,
        rounds: withRound(state, fact.body.round, (each) => ({ ...each, absent: [...each.absent, fact.body.i] })),
      }
    case 'TechnicalOpened': {
      const { bids, commitment, wrongShares, lateAttempts, attempts, round } = fact.body
      const technical = { at: fact.at, bids, commitment, wrongShares, lateAttempts, ...(attempts && { attempts }) }
      // The shares of prices are posted anew, by everyone, after the evaluation.
      // Its holders come together anew, in a session of the next number.
      const opened = ({ session, ...each }: Round): Round => ({
        ...each,
        technical,
        batches: [],
        absent: [],
        ...(session && { session: { session: session.session, begun: session.begun, present: [] } }),
      })
      return { ...state, stage: 'opened', rounds: withRound(state, round, opened) }
    }
    case 'TechnicalOpeningPublished':
      return {
        ...state,
        rounds: withRound(state, fact.body.round, (each) =>
          each.technical ? { ...each, technical: { ...each.technical, published: true } } : each,
        ),
      }
    case 'OpeningRecorded': {
      const { bids, seed, wrongShares, lateAttempts, attempts, round } = fact.body
      const opening = { at: fact.at, bids, seed, wrongShares, lateAttempts, ...(attempts && { attempts }) }
      return { ...state, stage: 'opened', rounds: withRound(state, round, (each) => ({ ...each, opening })) }
    }
    case 'DrawMade': {
      const { lot, reservePrice, draw, round } = fact.body
      return {
        ...state,
        rounds: withRound(state, round, (each) => ({ ...each, draws: [...each.draws, { lot, reservePrice, draw }] })),
      }
    }
    case 'ConflictDeclared':
      return {
        ...state,
        conflicts: [
          ...state.conflicts.filter((each) => each.person !== fact.body.person),
          { person: fact.body.person, none: fact.body.none },
        ],
      }
    case 'BidsScored':
      return 'person' in fact.by
        ? { ...state, scores: [...state.scores, { evaluator: fact.by.person, scores: fact.body.scores }] }
        : state
    case 'EvaluationCompleted': {
      const { scores, round, items } = fact.body
      if (round === undefined || !items) return { ...state, quality: scores }
      // The box is closed again as far as prices go: key holders post their shares of those that passed.
      return {
        ...state,
        stage: 'closed',
        quality: scores,
        rounds: withRound(state, round, (each) =>
          each.technical ? { ...each, technical: { ...each.technical, passed: items, evaluatedAt: fact.at } } : each,
        ),
      }
    }
    case 'ReviewRecorded':
      return { ...state, reviews: [...state.reviews, { ...fact.body, by: fact.by, at: fact.at }] }
    case 'BidsRanked': {
      const { lot, ranking, round } = fact.body
      const stage = state.stage === 'awarded' ? 'awarded' : 'ranked'
      return {
        ...state,
        stage,
        rounds: withRound(state, round, (each) => ({
          ...each,
          rankings: [...each.rankings.filter((other) => other.lot !== lot), { lot, at: fact.at, ranking }],
        })),
      }
    }
    case 'ExplanationAsked':
      return {
        ...state,
        explanations: [
          ...(state.explanations ?? []),
          { ...fact.body, at: fact.at, text: null, explainedAt: null, judged: null },
        ],
      }
    case 'PriceExplained': {
      const { lot, bid, text } = fact.body
      return {
        ...state,
        explanations: (state.explanations ?? []).map((each) =>
          each.lot === lot && each.bid === bid && !each.judged
            ? { ...each, text: text ?? '', explainedAt: fact.at }
            : each,
        ),
      }
    }
    case 'ExplanationJudged': {
      const { lot, bid, accepted, reason } = fact.body
      return {
        ...state,
        explanations: (state.explanations ?? []).map((each) =>
          each.lot === lot && each.bid === bid && !each.judged
            ? { ...each, judged: { accepted, reason, at: fact.at } }
            : each,
        ),
      }
    }
    case 'AwardMade':
      return { ...state, stage: 'awarded', awards: [...state.awards, { ...fact.body, at: fact.at }] }
    case 'DirectAwardMade':
      return {
        ...state,
        stage: 'awarded',
        ended: null,
        awards: [...state.awards, { ...fact.body, bid: null, at: fact.at }],
      }
    case 'AwardWithdrawn': {
      const { award, ground, reason } = fact.body
      const awards = state.awards.filter((each) => each.award !== award)
      const withdrawn = state.awards
        .filter((each) => each.award === award)
        .map((each) => ({ ...each, withdrawn: { at: fact.at, ground, reason } }))
      return {
        ...state,
        stage: awards.length > 0 ? 'awarded' : 'ranked',
        awards,
        withdrawnAwards: [...(state.withdrawnAwards ?? []), ...withdrawn],
      }
    }
    case 'TenderFailed':
      return { ...state, stage: 'failed', ended: { at: fact.at, reason: fact.body.reason } }
    case 'RebidStarted':
      return {
        ...state,
        stage: 'published',
        ended: null,
        notice: fact.body.notice,
        quality: null,
        scores: [],
        reviews: [],
        rounds: [...state.rounds, newRound(fact.body.round, fact.body.deadline)],
      }
  }
}
