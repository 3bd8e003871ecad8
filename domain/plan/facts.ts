// What can happen to an annual procurement plan: a version is prepared, approved by a second person, published.
import { z } from 'zod'
import { type FactOf, factType } from '../history.ts'
import { idSchema } from '../id.ts'
import { moneySchema } from '../money.ts'
import { categorySchema } from '../pack.ts'
import { languageTextSchema, textSchema } from '../text.ts'

/** A line of the plan: what is to be bought, from which budget line, for how much at most. Its ocid is its own (house.md, ocid). */
export const planLineSchema = z.strictObject({
  id: idSchema,
  title: languageTextSchema(300),
  category: categorySchema,
  classification: z.string().max(20),
  budgetLine: z.strictObject({ code: textSchema(60), source: textSchema(120) }),
  amount: moneySchema,
  quarter: z.int().min(1).max(4),
})
export type PlanLine = z.infer<typeof planLineSchema>

export const planFacts = {
  PlanPrepared: factType(
    z.strictObject({
      ocid: z.string(),
      organisation: idSchema,
      year: z.int().min(2020).max(2100),
      version: z.int().min(1),
      lines: z.array(planLineSchema).min(1).max(5000),
    }),
    { show: null },
  ),
  PlanReturned: factType(z.strictObject({ version: z.int(), reason: textSchema(2000) }), { show: null }),
  PlanApproved: factType(z.strictObject({ version: z.int() }), { show: null }),
  PlanPublished: factType(
    z.strictObject({
      ocid: z.string(),
      organisation: idSchema,
      year: z.int(),
      version: z.int(),
      lines: z.array(planLineSchema),
    }),
  ),
} as const
export type PlanFact = FactOf<typeof planFacts>
