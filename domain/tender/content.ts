// What a tender says: the part that one person prepares, another approves, everyone reads, and an amendment replaces whole.
import { z } from 'zod'
import { idSchema, sha256Schema } from '../id.ts'
import { moneySchema } from '../money.ts'
import { categorySchema } from '../pack.ts'
import { languageSchema, languageTextSchema, textSchema } from '../text.ts'
import { instantSchema } from '../time.ts'

/** Decimal text of a quantity, at most six decimals. */
export const quantitySchema = z.string().regex(/^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$/)

export const itemSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9-]{1,40}$/),
  description: languageTextSchema(500),
  classification: z.string().max(20),
  quantity: quantitySchema,
  unit: z.string().max(20),
})

/** A lot, tied to the plan line that pays for it. `value` is the estimated value without tax. */
export const lotSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9-]{1,40}$/),
  title: languageTextSchema(300),
  planLine: z.strictObject({ plan: idSchema, line: idSchema }),
  value: moneySchema,
  items: z.array(itemSchema).min(1).max(2000),
})

/** A document: uploaded first, named here by its content hash. A changed document is a new entry with the same id and a higher version. */
export const documentSchema = z.strictObject({
  id: idSchema,
  upload: idSchema,
  version: z.int().min(1),
  title: textSchema(200),
  kind: z.enum([
    'tenderNotice',
    'biddingDocuments',
    'technicalSpecifications',
    'evaluationCriteria',
    'contractDraft',
    'clarifications',
    'billOfQuantity',
  ]),
  language: languageSchema,
  sha256: sha256Schema,
  size: z.int().min(1),
  mediaType: z.string().max(120),
})

/** A quality criterion of best score: evaluators give 0 to `points`. */
export const criterionSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: languageTextSchema(300),
  points: z.string().regex(/^[1-9][0-9]?(\.[0-9]{1,2})?$/),
})

/** Eligibility told first: conditions a bidder must meet, with the evidence that is asked for. */
export const conditionSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  kind: z.enum(['region', 'licence', 'experience', 'declaration', 'other']),
  text: languageTextSchema(1000),
})

/** Why this method: the verdict of the method rules, or a coded ground with words. */
export const methodChoiceSchema = z.strictObject({
  method: z.string().max(60),
  ground: z.enum(['default', 'within-ceiling', 'renotice', 'other']),
  reason: textSchema(2000),
})

export const contentSchema = z.strictObject({
  title: languageTextSchema(300),
  description: languageTextSchema(5000),
  language: languageSchema,
  category: categorySchema,
  /** The kind that the law's tables tell apart within a category, e.g. `technical`; none for the ordinary kind (koneps.md §2.3). */
  kind: z
    .string()
    .regex(/^[a-z-]{1,40}$/)
    .optional(),
  choice: methodChoiceSchema,
  lots: z.array(lotSchema).min(1).max(200),
  conditions: z.array(conditionSchema).max(50),
  criteria: z.array(criterionSchema).max(30),
  documents: z.array(documentSchema).max(60),
  deadline: instantSchema,
  delivery: z.strictObject({ place: textSchema(300), by: z.string().max(40), terms: textSchema(2000) }),
  paymentTerms: textSchema(2000),
  confirmed: z.array(z.string().max(60)).max(20),
})
export type Content = z.infer<typeof contentSchema>
export type Lot = z.infer<typeof lotSchema>
export type TenderDocument = z.infer<typeof documentSchema>

/** The sum of the lots' estimated values. */
export function estimatedValue(content: Pick<Content, 'lots'>): { amount: string; currency: string } {
  const currency = content.lots[0]?.value.currency ?? ''
  return { amount: content.lots.reduce((sum, lot) => sum + BigInt(lot.value.amount), 0n).toString(), currency }
}

/** The classes of envelopes a tender has: plain names without lots, one per lot otherwise (protocol §2.4). */
export const envelopeClasses = (
  sealed: readonly ('price' | 'tech')[],
  lots: readonly { readonly id: string }[],
): readonly string[] => (lots.length === 1 ? sealed : sealed.flatMap((cls) => lots.map((lot) => `${cls}/${lot.id}`)))

/** The lot an envelope class is for. */
export const lotOfClass = (cls: string, lots: readonly { readonly id: string }[]): string | null =>
  cls.includes('/') ? (cls.split('/')[1] ?? null) : (lots[0]?.id ?? null)
