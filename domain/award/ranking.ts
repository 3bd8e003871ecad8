// A ranking as facts carry it.
import { z } from 'zod'
import { idSchema } from '../id.ts'
import { amountSchema } from '../money.ts'
import { awardRuleNames, type Ranking, rankingReasons } from './rules.ts'

export const rankingSchema: z.ZodType<Ranking> = z.strictObject({
  rule: z.enum(awardRuleNames),
  lines: z.array(
    z.strictObject({
      bid: idSchema,
      price: amountSchema,
      standing: z.enum(['ranked', 'excluded']),
      rank: z.int().nullable(),
      reason: z.enum(rankingReasons),
      numbers: z.record(z.string(), z.string()),
    }),
  ),
  winner: idSchema.nullable(),
  next: idSchema.nullable(),
})
