// What a bidder may do: submit a sealed bid, replace it, withdraw it. The server sees commitments and ciphertext, never a price.
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import { bytes32Schema, idSchema } from '../id.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { Manifest, SealedEnvelope, SealedFile } from '../sealing-port.ts'
import { currentRound, tenderKeyOf } from '../tender/tender.ts'
import { demand } from '../terms.ts'

const base64Schema = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/)

const manifestSchema = z.strictObject({
  v: z.literal(1),
  tender: idSchema,
  round: z.int().min(1).max(99),
  tkd: bytes32Schema,
  bidderId: idSchema,
  bidderSalt: bytes32Schema,
  seq: z.int().min(1).max(1000),
  prev: bytes32Schema.nullable(),
  action: z.enum(['submit', 'withdraw']),
  envelopes: z.array(z.strictObject({ cls: z.string().max(60), e: bytes32Schema })).max(400),
})

/** The header is checked member by member by the sealing room; here only its size is bounded. */
export const envelopeSchema: z.ZodType<SealedEnvelope> = z.strictObject({
  header: z.record(z.string(), z.unknown()),
  ciphertext: base64Schema.max(1_400_000),
})

export const signatureSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sandbox-session'), person: idSchema, at: z.int(), commitment: bytes32Schema }),
  z.strictObject({ kind: z.literal('cades'), der: base64Schema.max(90_000) }),
])

/**
 * Whether bids may be made now, before any input. The deadline itself is on time (house.md, Time): refused is what is received after T.
 */
function bidsAreOpen(context: ActContext): Refusal | null {
  const { tender, actor } = context
  if (!tender) return refuse('caseDoesNotExist')
  if (actor.kind !== 'person') return refuse('notSignedIn')
  if (tender.stage === 'preparing' || tender.stage === 'approved') return refuse('caseDoesNotExist')
  if (tender.stage === 'cancelled') return refuse('stageHasPassed')
  if (Object.values(tender.parties).includes(actor.organisation)) return refuse('buyerMayNotBid')
  if (!context.organisation?.profile.kinds.includes('supplier')) return refuse('bidderIsNotEligible')
  if (tender.holders.some((group) => group.holders.some((each) => each.organisation === actor.organisation)))
    return refuse('bidderIsNotEligible')
  const { deadline } = currentRound(tender)
  if (context.now > deadline) return refuse('deadlineHasPassed', { until: deadline })
  if (tender.stage !== 'published') return refuse('stageHasPassed')
  return null
}

function checkChain(context: ActContext, manifest: Manifest): Refusal | null {
  const { tender, ownBid, actor } = context
  if (!tender || actor.kind !== 'person') return refuse('notSignedIn')
  const round = currentRound(tender)
  const key = tenderKeyOf(tender, round.round)
  if (manifest.tender !== context.caseId || manifest.round !== round.round || manifest.tkd !== key?.tkd)
    return refuse('bidIsForAnotherTender')
  if (manifest.bidderId !== actor.organisation) return refuse('notYourOrganisation')
  const last = ownBid?.versions.at(-1)
  if (manifest.seq !== (last?.manifest.seq ?? 0) + 1 || manifest.prev !== (last?.m ?? null))
    return refuse('bidChainIsBroken')
  return null
}

const signatureRefusal = (
  context: ActContext,
  signature: z.output<typeof signatureSchema>,
  manifest: Manifest,
  m: string,
): Refusal | null => {
  const { actor, mode, now, pack, sealing } = context
  if (actor.kind !== 'person') return refuse('notSignedIn')
  if (!pack.bidSignatures.includes(signature.kind))
    return refuse('bidIsMalformed', { facts: { code: 'signature-kind' } })
  const { person, organisation } = actor
  const wrong = sealing.checkSignature(signature, { manifest, m, person, organisation, now })
  if (wrong) return refuse('bidIsMalformed', { facts: { code: wrong } })
  if (signature.kind !== 'sandbox-session') return null
  if (mode === 'live') return refuse('sandboxSignatureInLive')
  return signature.person === person ? null : refuse('notYourOrganisation')
}

/** A bid is complete: every segment of every attachment is here and makes the root that the signature binds (protocol §2.5). */
function missingAttachment(context: ActContext, files: readonly SealedFile[]): Refusal | null {
  for (const [at, file] of files.entries()) {
    const stored = context.attachments.get(file.hdr)
    const missing = String(stored?.missing ?? file.segs)
    if (!stored || stored.missing > 0)
      return refuse('attachmentIsIncomplete', { facts: { file: String(at + 1), missing: missing } })
    if (stored.len !== file.len || stored.segs !== file.segs || stored.root !== file.root)
      return refuse('bidIsMalformed', { facts: { code: `file ${at + 1}` } })
  }
  return null
}

/** Submits the first or a replacing bid (SUB-03, SUB-04). */
export const submitBid = act({
  name: 'submit-bid',
  noun: 'bid',
  by: ['bidder'],
  input: z.strictObject({
    bid: idSchema,
    submission: z.strictObject({
      manifest: manifestSchema.extend({ action: z.literal('submit') }),
      leafSalt: bytes32Schema,
      envelopes: z.array(envelopeSchema).min(1).max(400),
    }),
    signature: signatureSchema,
  }),
  lock: 'shared',
  needs: ['own-bid', 'attachments'],
  may: (context) => {
    const closed = bidsAreOpen(context)
    if (closed) return closed
    const terms = context.tender?.published?.terms
    if (context.ownBid && terms && demand(terms.withdrawal) === 'none')
      return refuse('replacementIsNotAllowed', { basis: terms.withdrawal.basis })
    return null
  },
  decide: (context, input) => {
    const { tender } = context
    const key = tender && tenderKeyOf(tender, currentRound(tender).round)
    if (!tender || !key) return refuse('caseDoesNotExist')
    const { submission, signature, bid } = input
    const broken = checkChain(context, submission.manifest)
    if (broken) return broken
    if (context.ownBid && context.ownBid.id !== bid) return refuse('oneFirmOneBid')
    const checked = context.sealing.checkSubmission({ tenderKey: key.tenderKey, submission })
    if ('malformed' in checked) return refuse('bidIsMalformed', { facts: { code: checked.malformed } })
    const unsigned = signatureRefusal(context, signature, submission.manifest, checked.m)
    if (unsigned) return unsigned
    const missing = missingAttachment(context, checked.files)
    if (missing) return missing
    const { manifest, leafSalt, envelopes } = submission
    return [
      {
        kind: 'bid',
        id: bid,
        type: 'BidSubmitted',
        body: { bid, round: manifest.round, manifest, m: checked.m, leafSalt, envelopes, signature },
      },
    ]
  },
})

/** Withdraws the bid where the country allows it; the sealed bid stays sealed for ever (S6). */
export const withdrawBid = act({
  name: 'withdraw-bid',
  noun: 'bid',
  by: ['bidder'],
  input: z.strictObject({
    submission: z.strictObject({
      manifest: manifestSchema.extend({ action: z.literal('withdraw'), envelopes: z.array(z.never()).length(0) }),
      leafSalt: bytes32Schema,
      envelopes: z.array(z.never()).length(0),
    }),
    signature: signatureSchema,
  }),
  lock: 'shared',
  needs: ['own-bid'],
  may: (context) => {
    const closed = bidsAreOpen(context)
    if (closed) return closed
    const terms = context.tender?.published?.terms
    if (terms && demand(terms.withdrawal) === 'none')
      return refuse('withdrawalIsNotAllowed', { basis: terms.withdrawal.basis })
    return context.ownBid?.versions.at(-1)?.manifest.action === 'submit' ? null : refuse('stageHasNotCome')
  },
  decide: (context, input) => {
    const { tender, ownBid } = context
    const key = tender && tenderKeyOf(tender, currentRound(tender).round)
    if (!tender || !key || !ownBid) return refuse('caseDoesNotExist')
    const { submission, signature } = input
    const broken = checkChain(context, submission.manifest)
    if (broken) return broken
    const checked = context.sealing.checkSubmission({ tenderKey: key.tenderKey, submission })
    if ('malformed' in checked) return refuse('bidIsMalformed', { facts: { code: checked.malformed } })
    const unsigned = signatureRefusal(context, signature, submission.manifest, checked.m)
    if (unsigned) return unsigned
    const { manifest, leafSalt } = submission
    const body = { bid: ownBid.id, round: manifest.round, manifest, m: checked.m, leafSalt, signature }
    return [{ kind: 'bid', id: ownBid.id, type: 'BidWithdrawn', body }]
  },
})

export const bidActs = [submitBid, withdrawBid]
