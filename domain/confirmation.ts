// Official acts and the passkey that confirms them: which acts need one, and what the record keeps of it (protocol §5).
import { z } from 'zod'
import { type FactOf, factType } from './history.ts'
import { bytes32Schema, idSchema } from './id.ts'
import { personalSchema } from './personal.ts'

/**
 * Acts that bind a body or open what is sealed: notice, amendment, extension, cancellation; key records, random numbers and shares; absence, spare and
 * destruction of keys; scores, reviews, award, contract; and the administration of people, roles and delegations. Bids are signed otherwise.
 */
export const officialActs: ReadonlySet<string> = new Set([
  'approve-plan',
  'publish-plan',
  'name-key-holders',
  'deposit-keys',
  'rehearse-opening',
  'seal-salts',
  'set-base-amount',
  'approve-tender',
  'publish-tender',
  'propose-amendment',
  'approve-amendment',
  'cancel-tender',
  'attend-opening',
  'post-shares',
  'use-spare',
  'record-absence',
  'destroy-key',
  'declare-conflict',
  'score-bids',
  'record-review',
  'judge-explanation',
  'award-lot',
  'award-directly',
  'withdraw-award',
  'start-rebid',
  'draft-contract',
  'consent-to-contract',
  'decline-contract',
  'confirm-contract',
  'admit-person',
  'assign-roles',
  'dismiss-person',
  'delegate-credential',
  'revoke-credential',
  'confirm-value',
])

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/)

/** What the passkey signed, as the sealing room reads it. */
export const intentSchema = z.strictObject({
  v: z.literal(1),
  tender: idSchema,
  actor: z.strictObject({ person: idSchema, organisation: idSchema }),
  role: z.string().max(40).nullable(),
  action: z.string().max(60),
  target: z.array(bytes32Schema).max(100),
  params: bytes32Schema,
  reason: bytes32Schema.nullable(),
  head: bytes32Schema.nullable(),
})

/**
 * An act with what confirmed it. `facts` are those that the act made, in order, this one left out. `opened` gives the input with its salt where all of it
 * is public; elsewhere the salt lies with the personal values, so that `params` tells nobody else what was typed.
 */
export const confirmationSchema = z.strictObject({
  act: z.string().max(60),
  facts: z.array(z.strictObject({ stream: z.string().max(60), seq: z.int().min(1), hash: bytes32Schema })).min(1),
  intent: intentSchema,
  opened: z.strictObject({ salt: bytes32Schema, input: z.json() }).nullable(),
  salt: personalSchema.nullable(),
  passkey: z.strictObject({
    id: base64.max(1400),
    publicKey: base64.max(2000),
    authenticatorData: base64.max(4000),
    clientDataJSON: base64.max(8000),
    signature: base64.max(2000),
  }),
})
export type Confirmation = z.infer<typeof confirmationSchema>

/** Of acts whose facts anyone may read, and of those whose facts nobody may read yet. */
export const confirmationFacts = {
  ActConfirmed: factType(confirmationSchema),
  ActConfirmedInside: factType(confirmationSchema, { show: null }),
} as const
export type ConfirmationFact = FactOf<typeof confirmationFacts>

/** Whether a fact says how another one was confirmed: it stands in any stream and changes no state. */
export const isConfirmation = (type: string): boolean => Object.hasOwn(confirmationFacts, type)
