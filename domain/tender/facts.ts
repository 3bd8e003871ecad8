// What can happen to a tender, from its start to its end; lots and awards are part of it.
import { z } from 'zod'
import { lowGroundSchema } from '../award/abnormally-low.ts'
import { rankingSchema } from '../award/ranking.ts'
import { type FactOf, factType } from '../history.ts'
import { bytes32Schema, idSchema } from '../id.ts'
import { amountSchema, moneySchema } from '../money.ts'
import { personalSchema } from '../personal.ts'
import type { CloseItem, KeyRecord, SealedEnvelope, ShareBatch, TenderKey } from '../sealing-port.ts'
import type { OutageRule } from '../outage.ts'
import type { Basis } from '../refusal.ts'
import type { Terms } from '../terms.ts'
import { languageSchema, textSchema } from '../text.ts'
import { instantSchema } from '../time.ts'
import { attemptLineSchema, attemptReportSchema } from './attempts.ts'
import { contentSchema } from './content.ts'

/** The parties of a tender; they may be one organisation or four (central purchasing). */
export const partiesSchema = z.strictObject({
  procuringEntity: idSchema,
  buyer: idSchema,
  demandAgency: idSchema,
  payer: idSchema,
})

export const holderSchema = z.strictObject({ i: z.int().min(1).max(255), person: idSchema, organisation: idSchema })
export const holderGroupSchema = z.strictObject({
  name: z.enum(['agency', 'guardians']),
  k: z.int().min(1),
  holders: z.array(holderSchema).min(1).max(20),
})

/** An opened price of one lot (protocol §4a, core). */
export const openedPriceSchema = z.strictObject({
  currency: z.string(),
  price: amountSchema,
  vat: amountSchema.nullable(),
  items: z.array(z.strictObject({ id: z.string(), unitPrice: amountSchema, amount: amountSchema })),
  picks: z.array(z.int()).nullable(),
})

/** What became of one live envelope of one bid at the opening. */
export const openedBidSchema = z.strictObject({
  bid: idSchema,
  bidder: idSchema,
  index: z.int(),
  lot: z.string(),
  e: bytes32Schema,
  status: z.enum(['valid', 'void']),
  code: z.string().nullable(),
  price: openedPriceSchema.nullable(),
})
export type OpenedBid = z.infer<typeof openedBidSchema>

/** What became of one live technical envelope of one bid at the technical opening. */
export const openedTechnicalSchema = openedBidSchema.omit({ price: true })
export type OpenedTechnical = z.infer<typeof openedTechnicalSchema>

/** Whether a bid's price envelope may be opened after the technical evaluation, and why (protocol §4a, kind 11). */
const evaluatedItemSchema = z.strictObject({
  index: z.int(),
  cls: z.string(),
  admitted: z.boolean(),
  reason: z.enum(['passed', 'below-minimum', 'void']),
})
export type EvaluatedItem = z.infer<typeof evaluatedItemSchema>

/** The notice as the log carries it (protocol §4a, kinds 04 and 05). */
export interface NoticeObject {
  readonly v: 1
  readonly tender: string
  readonly round: number
  readonly T: number
  readonly delta: number
  readonly grace: number
  readonly withdrawal: string
  readonly rules: string
  readonly documents: readonly { readonly hash: string; readonly size: number }[]
  readonly client: string | null
  readonly draw: null | {
    readonly base: string
    readonly ppm: number
    readonly count: number
    readonly top: number
    readonly priceStep: string
    readonly tieRule: string
    readonly fillRule: string
    readonly meanRounding: string
    readonly beacon: null
    readonly waitHours: number
  }
  readonly salts: readonly {
    readonly i: number
    readonly bidderSalt: string
    readonly e: string
    readonly index: number
  }[]
  readonly tkd: string
}

const terms = z.custom<Terms>((value) => typeof value === 'object' && value !== null)
const json = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null)

export const failureReasons = ['no-bidder', 'too-few-bidders', 'no-winner', 'winner-refused'] as const

export const tenderFacts = {
  TenderStarted: factType(
    z.strictObject({
      ocid: z.string(),
      parties: partiesSchema,
      regime: z.string(),
      language: languageSchema,
      renoticeOf: z.strictObject({ caseId: idSchema, ocid: z.string() }).nullable(),
    }),
    { show: null },
  ),
  KeyHoldersNamed: factType(
    z.strictObject({ groups: z.array(holderGroupSchema).length(2), classes: z.array(z.string()), draw: z.boolean() }),
    { show: null },
  ),
  KeyRecordDeposited: factType(z.strictObject({ record: json<KeyRecord>() }), { entry: 'keyrec' }),
  TenderKeyFixed: factType(z.strictObject({ round: z.int(), tenderKey: json<TenderKey>(), tkd: bytes32Schema }), {
    entry: 'tkd',
  }),
  SaltSealed: factType(
    z.strictObject({
      round: z.int(),
      i: z.int(),
      bidderSalt: bytes32Schema,
      e: bytes32Schema,
      envelope: json<SealedEnvelope>(),
    }),
    { entry: 'salt' },
  ),
  // One probe for each round, sealed to its holders as soon as their keys are fixed; and what each holder's key opens of them (SEA-04).
  RehearsalSealed: factType(
    z.strictObject({
      round: z.int(),
      salt: bytes32Schema,
      e: bytes32Schema,
      envelope: json<SealedEnvelope>(),
      answers: z.array(z.tuple([z.int(), bytes32Schema])),
    }),
  ),
  RehearsalAnswered: factType(
    z.strictObject({ i: z.int(), opens: z.boolean(), shares: z.array(z.tuple([bytes32Schema, z.string()])) }),
  ),
  TenderPrepared: factType(z.strictObject({ version: z.int(), content: contentSchema }), { show: null }),
  TenderReturned: factType(z.strictObject({ version: z.int(), reason: textSchema(2000) }), { show: null }),
  TenderApproved: factType(z.strictObject({ version: z.int() }), { show: null }),
  BaseAmountSet: factType(
    z.strictObject({
      lot: z.string(),
      amount: moneySchema,
      aValue: amountSchema.optional(),
      netCost: amountSchema.optional(),
      sources: textSchema(2000),
    }),
    {
      show: null,
    },
  ),
  TenderPublished: factType(
    z.strictObject({
      ocid: z.string(),
      number: z.string(),
      parties: partiesSchema,
      content: contentSchema,
      terms,
      baseAmount: moneySchema.nullable(),
      aValue: amountSchema.optional(),
      netCost: amountSchema.optional(),
      notice: json<NoticeObject>(),
      renoticeOf: z.strictObject({ caseId: idSchema, ocid: z.string() }).nullable(),
    }),
    { entry: 'notice' },
  ),
  QuestionAsked: factType(z.strictObject({ question: idSchema, text: personalSchema }), { show: null }),
  QuestionAnswered: factType(z.strictObject({ question: idSchema, text: textSchema(5000), answer: textSchema(5000) }), {
    entry: 'qa',
  }),
  AmendmentProposed: factType(
    z.strictObject({ amendment: z.int(), reason: textSchema(2000), content: contentSchema }),
    { show: null },
  ),
  AmendmentReturned: factType(z.strictObject({ amendment: z.int(), reason: textSchema(2000) }), { show: null }),
  TenderAmended: factType(
    z.strictObject({
      amendment: z.int(),
      reason: textSchema(2000),
      content: contentSchema,
      notice: json<NoticeObject>(),
    }),
    { entry: 'amendment' },
  ),
  // An amendment that the portal makes by the country's outage rule; `opening` is the earliest opening by that rule.
  DeadlineMovedByOutage: factType(
    z.strictObject({
      amendment: z.int(),
      reason: textSchema(2000),
      content: contentSchema,
      outage: z.strictObject({
        id: idSchema,
        from: z.iso.datetime(),
        until: z.iso.datetime(),
        noticed: z.iso.datetime(),
        ground: z.enum(['short', 'long', 'after']),
        before: z.iso.datetime(),
        opening: z.iso.datetime(),
        basis: json<Basis>(),
        // The rule by which it moved, word for word; absent in facts from before it was carried.
        rule: json<OutageRule>().optional(),
      }),
      notice: json<NoticeObject>(),
    }),
    { entry: 'amendment' },
  ),
  // An amendment that the portal makes before it closes a round whose bids no authority could stamp in time: T stays, δ is exactly what they need.
  DeltaProlonged: factType(
    z.strictObject({
      amendment: z.int(),
      reason: textSchema(2000),
      content: contentSchema,
      prolongation: z.strictObject({
        before: z.int(),
        delta: z.int(),
        ground: z.enum(['witnessed', 'operators-word']),
        authorities: z.array(textSchema(200)).max(100),
        witnessed: z.strictObject({ size: z.int(), time: z.int(), note: z.string() }).nullable(),
      }),
      notice: json<NoticeObject>(),
    }),
    { entry: 'amendment' },
  ),
  TenderCancelled: factType(z.strictObject({ reason: textSchema(2000) })),
  TenderClosed: factType(
    z.strictObject({
      round: z.int(),
      close: z.strictObject({
        v: z.literal(1),
        tender: idSchema,
        tkd: bytes32Schema,
        notice: bytes32Schema,
        T: z.int(),
        count: z.int(),
        root: bytes32Schema,
      }),
      commitment: bytes32Schema,
      items: json<readonly CloseItem[]>(),
      bidders: json<readonly { index: number; bid: string; bidder: string }[]>(),
    }),
    { entry: 'close', show: ({ items: _items, bidders: _bidders, ...shown }) => shown },
  ),
  EligibilityRecorded: factType(
    z.strictObject({
      round: z.int(),
      items: z.array(z.strictObject({ index: z.int(), admitted: z.boolean(), reason: z.string() })),
    }),
    { entry: 'eligibility' },
  ),
  SharesPosted: factType(z.strictObject({ round: z.int(), batch: json<ShareBatch>() }), { entry: 'batch' }),
  // Whoever has enough of these shares reads the proposals, so before the award only that they came is public.
  TechnicalSharesPosted: factType(z.strictObject({ round: z.int(), batch: json<ShareBatch>() }), {
    show: ({ round, batch }) => ({ round, i: batch.i }),
  }),
  // A holder is there and has seen what was tried on the sealed bids: the report in whole, and its hash as the holder confirmed it.
  OpeningAttended: factType(
    z.strictObject({
      round: z.int(),
      session: z.int().min(1),
      i: z.int(),
      report: attemptReportSchema,
      shown: bytes32Schema,
    }),
  ),
  OpeningStopped: factType(
    z.strictObject({
      round: z.int(),
      bids: z.int().min(1),
      what: z.array(z.enum(['missing', 'manifest', 'header', 'ciphertext'])).min(1),
    }),
  ),
  OpeningResumed: factType(z.strictObject({ round: z.int() })),
  SpareUsed: factType(z.strictObject({ round: z.int(), i: z.int(), reason: textSchema(500) })),
  KeyDestroyed: factType(z.strictObject({ round: z.int(), i: z.int() })),
  HolderAbsent: factType(z.strictObject({ round: z.int(), i: z.int(), reason: textSchema(500) })),
  TechnicalOpened: factType(
    z.strictObject({
      round: z.int(),
      opening: json<Readonly<Record<string, unknown>>>(),
      commitment: bytes32Schema,
      bids: z.array(openedTechnicalSchema),
      responses: z.array(
        z.strictObject({ bid: idSchema, lot: z.string(), responses: json<Readonly<Record<string, unknown>>>() }),
      ),
      items: json<readonly CloseItem[]>(),
      lateAttempts: z.int(),
      // Absent in openings of before attempts were reported.
      attempts: z.array(attemptLineSchema).optional(),
      wrongShares: z.array(z.int()),
    }),
    { show: ({ responses: _, opening: __, ...shown }) => shown },
  ),
  // After the award everyone may open the technical envelopes again; confidential ones stay out (protocol §2.7).
  TechnicalOpeningPublished: factType(
    z.strictObject({ round: z.int(), opening: json<Readonly<Record<string, unknown>>>() }),
    { entry: 'opening' },
  ),
  OpeningRecorded: factType(
    z.strictObject({
      round: z.int(),
      opening: json<Readonly<Record<string, unknown>>>(),
      bids: z.array(openedBidSchema),
      responses: z.array(
        z.strictObject({ bid: idSchema, lot: z.string(), responses: json<Readonly<Record<string, unknown>>>() }),
      ),
      items: json<readonly CloseItem[]>(),
      lateAttempts: z.int(),
      // Absent in openings of before attempts were reported.
      attempts: z.array(attemptLineSchema).optional(),
      wrongShares: z.array(z.int()),
      seed: bytes32Schema,
    }),
    { entry: 'opening', show: ({ responses: _, ...shown }) => shown },
  ),
  DrawMade: factType(
    z.strictObject({
      round: z.int(),
      lot: z.string(),
      draw: json<Readonly<Record<string, unknown>>>(),
      reservePrice: amountSchema,
    }),
    { entry: 'draw' },
  ),
  ConflictDeclared: factType(z.strictObject({ person: idSchema, none: z.boolean(), text: personalSchema.nullable() }), {
    show: null,
  }),
  BidsScored: factType(
    z.strictObject({
      scores: z.array(
        z.strictObject({
          bid: idSchema,
          lot: z.string(),
          criterion: z.string(),
          points: z.string(),
          comment: textSchema(2000),
        }),
      ),
    }),
    { show: null },
  ),
  EvaluationCompleted: factType(
    z.strictObject({
      scores: z.array(
        z.strictObject({
          bid: idSchema,
          lot: z.string(),
          quality: z.string(),
          /** Means by criterion, only where the award rule settles ties by them. */
          parts: z.array(z.strictObject({ criterion: z.string(), points: z.string() })).optional(),
        }),
      ),
      /** Only where prices are opened after the evaluation. */
      round: z.int().optional(),
      items: z.array(evaluatedItemSchema).optional(),
    }),
    { entry: 'evaluation' },
  ),
  ReviewRecorded: factType(
    z.strictObject({ lot: z.string(), bid: idSchema, points: z.string(), findings: textSchema(5000) }),
    { entry: 'evaluation' },
  ),
  /** The winner's price is so low that it must be explained before the lot is awarded. */
  ExplanationAsked: factType(
    z.strictObject({
      round: z.int(),
      lot: z.string(),
      bid: idSchema,
      supplier: idSchema,
      ground: lowGroundSchema,
      until: instantSchema,
    }),
  ),
  // What the bidder says of its costs is for the buyer; that it answered is public.
  PriceExplained: factType(z.strictObject({ lot: z.string(), bid: idSchema, text: textSchema(10_000) }), {
    show: ({ lot, bid }) => ({ lot, bid }),
  }),
  ExplanationJudged: factType(
    z.strictObject({
      round: z.int(),
      lot: z.string(),
      bid: idSchema,
      accepted: z.boolean(),
      reason: textSchema(5000),
    }),
    { entry: 'evaluation' },
  ),
  BidsRanked: factType(z.strictObject({ round: z.int(), lot: z.string(), ranking: rankingSchema })),
  AwardMade: factType(
    z.strictObject({
      award: idSchema,
      lot: z.string(),
      bid: idSchema,
      supplier: idSchema,
      value: moneySchema,
      reason: textSchema(5000),
      standstillUntil: instantSchema.nullable(),
    }),
    { entry: 'award' },
  ),
  /** An award without competition after a re-notice failed too; `offer` prices the lot's items. */
  DirectAwardMade: factType(
    z.strictObject({
      award: idSchema,
      lot: z.string(),
      supplier: idSchema,
      value: moneySchema,
      offer: z.array(z.strictObject({ id: z.string(), unitPrice: amountSchema, amount: amountSchema })),
      reason: textSchema(5000),
      standstillUntil: instantSchema.nullable(),
    }),
    { entry: 'award' },
  ),
  AwardWithdrawn: factType(
    z.strictObject({
      award: idSchema,
      lot: z.string(),
      supplier: idSchema,
      ground: z.enum(['contract-declined', 'contract-not-signed']),
      reason: textSchema(5000),
    }),
    { entry: 'award' },
  ),
  TenderFailed: factType(z.strictObject({ round: z.int(), reason: z.enum(failureReasons) })),
  RebidStarted: factType(
    z.strictObject({ round: z.int(), deadline: instantSchema, reason: textSchema(2000), notice: json<NoticeObject>() }),
    { entry: 'amendment' },
  ),
} as const
export type TenderFact = FactOf<typeof tenderFacts>
