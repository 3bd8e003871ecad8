// What can happen to a contract up to its conclusion: drafted by the buyer, consented to by the supplier, confirmed by the buyer.
import { z } from 'zod'
import { type FactOf, factType } from '../history.ts'
import { idSchema } from '../id.ts'
import { moneySchema } from '../money.ts'
import { languageTextSchema, textSchema } from '../text.ts'
import { daySchema, instantSchema } from '../time.ts'

export const contractLineSchema = z.strictObject({
  id: z.string(),
  description: languageTextSchema(500),
  quantity: z.string(),
  unit: z.string(),
  unitPrice: moneySchema,
  amount: moneySchema,
})

/** The contract as drafted from tender and bid. */
export const contractTextSchema = z.strictObject({
  award: idSchema,
  lot: z.string(),
  title: languageTextSchema(300),
  buyer: idSchema,
  payer: idSchema,
  supplier: idSchema,
  value: moneySchema,
  lines: z.array(contractLineSchema),
  delivery: z.strictObject({ place: textSchema(300), by: z.string().max(40), terms: textSchema(2000) }),
  paymentTerms: textSchema(2000),
  special: textSchema(5000).nullable(),
  signBy: daySchema.nullable(),
})
export type ContractText = z.infer<typeof contractTextSchema>

export const contractFacts = {
  ContractDrafted: factType(
    z.strictObject({ contract: idSchema, number: z.string(), version: z.int(), text: contractTextSchema }),
    { show: null },
  ),
  ContractConsented: factType(z.strictObject({ version: z.int() }), { show: null }),
  ContractDeclined: factType(z.strictObject({ version: z.int(), reason: textSchema(2000) }), { show: null }),
  ContractConcluded: factType(
    z.strictObject({
      contract: idSchema,
      number: z.string(),
      version: z.int(),
      text: contractTextSchema,
      concludedAt: instantSchema,
    }),
    { entry: 'contract' },
  ),
} as const
export type ContractFact = FactOf<typeof contractFacts>
