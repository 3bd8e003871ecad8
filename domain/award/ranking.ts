// A ranking as facts carry it.
import { z } from 'zod'
import { idSchema } from '../id.ts'
import { amountSchema } from '../money.ts'
import type { Ranking } from './rules.ts'

export const rankingSchema: z.ZodType<Ranking> = z.strictObject({
  rule: z.enum(['lowest-price@1', 'qualification-review@1', 'best-score@1']),
  lines: z.array(
    z.strictObject({
      bid: idSchema,
      price: amountSchema,
      standing: z.enum(['ranked', 'excluded']),
      rank: z.int().nullable(),
      reason: z.enum([
        'lowest',
        'higher-than-better-ranked',
        'above-ceiling',
        'below-floor',
        'passed-review',
        'failed-review',
        'awaits-review',
        'not-reached',
        'highest-score',
        'lower-score',
        'won-lot',
        'lost-lot',
        'winner-declined',
      ]),
      numbers: z.record(z.string(), z.string()),
    }),
  ),
  winner: idSchema.nullable(),
  next: idSchema.nullable(),
})
