// What can happen to the log itself: whom it trusts, which batches were time-stamped, and what a sealed entry was that no close list names.
import { z } from 'zod'
import { type FactOf, factType } from '../history.ts'
import { bytes32Schema, idSchema } from '../id.ts'
import { textSchema } from '../text.ts'
import { instantSchema } from '../time.ts'

const base64Schema = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/)

const signature64 = z.string().regex(/^[A-Za-z0-9+/]{86}==$/)
const named = z.strictObject({ name: textSchema(200), operator: textSchema(200), key: bytes32Schema })

/** An approval of a release of the sealing client (SHA-256 of its list), signed over HO("client-approval", {v: 1, release, approver}). */
export const approvalSchema = z.strictObject({
  release: bytes32Schema,
  approver: textSchema(200),
  signature: signature64,
})

/** The trust list (kind 10): roots, promise keys, the policy of witnesses, time-stamp authorities, releases of the sealing client. */
export const trustSchema = z.strictObject({
  v: z.literal(1),
  version: z.int().min(1),
  roots: z.array(z.record(z.string(), z.unknown())).max(500),
  promiseKeys: z.array(z.strictObject({ key: bytes32Schema, from: z.int() })).max(1000),
  policy: z.string().max(20_000),
  timestampAuthorities: z
    .array(z.strictObject({ name: z.string(), url: z.string(), policies: z.array(z.string()) }))
    .max(100),
  clientReleases: z.array(bytes32Schema),
  probes: z.array(named).min(1).max(100).optional(),
  clientApprovers: z.array(named).min(1).max(100).optional(),
  clientApprovals: z.array(approvalSchema).min(1).max(1000).optional(),
})

/** A batch's token (kind 13): RFC 3161 over H("tst", u64(first), u64(count), root), and the promise or act time of each entry, ms. */
export const stampSchema = z.strictObject({
  v: z.literal(1),
  first: z.int().min(0),
  count: z.int().min(1),
  token: base64Schema,
  times: z.array(z.int()),
})

/** What a sealed entry was (kind 0f). `r` is the random value of a dummy's M = H("dummy", r); `reason` is for anyone to read. */
export const explanationSchema = z.strictObject({
  v: z.literal(1),
  index: z.int().min(0),
  what: z.enum(['dummy', 'rejected', 'unopened', 'intake']),
  leafSalt: bytes32Schema,
  m: bytes32Schema,
  r: bytes32Schema.nullable(),
  reason: textSchema(1000),
  signer: textSchema(200),
})

/** What a probe says and signs: the submission path was down from `from` until `until`, or found up at `until` (both equal), ms. */
export const findingSchema = z.strictObject({
  v: z.literal(1),
  probe: textSchema(200),
  function: z.literal('submission'),
  state: z.enum(['down', 'up']),
  from: z.int().min(0),
  until: z.int().min(0),
})
export const signedFinding = z.strictObject({
  operator: textSchema(200),
  finding: findingSchema,
  signature: signature64,
})

/** A token as it is logged: whose it is, its time, what it is over. */
export const tokenParts = {
  authority: textSchema(200),
  genTime: instantSchema,
  stamp: stampSchema,
  own: z.literal(true).optional(),
}

export const logFacts = {
  TrustListed: factType(z.strictObject({ trust: trustSchema }), { entry: 'trust' }),
  // `own`: not a batch as the sequencer ran but one bid alone, whose tender's terms ask for a token of its own.
  BatchStamped: factType(z.strictObject(tokenParts), { entry: 'token' }),
  // A dummy looks like any bid until it is explained: nothing of it is shown.
  DummySealed: factType(z.strictObject({ leafSalt: bytes32Schema, m: bytes32Schema, r: bytes32Schema }), {
    show: null,
    entry: 'sealed',
  }),
  // The recovery notice: at least two operators' probes found the submission path down at the same time.
  OutageRecorded: factType(
    z.strictObject({
      outage: idSchema,
      function: z.literal('submission'),
      from: instantSchema,
      until: instantSchema,
      findings: z.array(signedFinding).min(2).max(100),
    }),
  ),
  // One institution's word that it built the sealing client itself and came to this hash.
  ClientReleaseApproved: factType(z.strictObject({ approval: approvalSchema, operator: textSchema(200) })),
  EntryExplained: factType(z.strictObject({ explanation: explanationSchema }), { entry: 'explain' }),
} as const
export type LogFact = FactOf<typeof logFacts>
export type SignedFinding = z.infer<typeof signedFinding>
export type ProbeFinding = z.infer<typeof findingSchema>
export type Trust = z.infer<typeof trustSchema>
export type Approval = z.infer<typeof approvalSchema>
export type Stamp = z.infer<typeof stampSchema>
export type Explanation = z.infer<typeof explanationSchema>
