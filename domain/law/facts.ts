// What can happen to the law of a deployment: a legal officer is named by the operator, and confirms values that could not be read when the country was written.
import { z } from 'zod'
import { type FactOf, factType } from '../history.ts'
import { idSchema } from '../id.ts'
import { textSchema } from '../text.ts'
import { daySchema } from '../time.ts'

export const officerSchema = z.strictObject({ person: idSchema, organisation: idSchema })

/** `from` names the entry of the pack that is confirmed by its day; `law` is the article as it will be cited. */
export const confirmedValueSchema = z.strictObject({
  key: z.string().regex(/^[a-z0-9][a-z0-9.-]{2,100}$/),
  from: daySchema,
  value: z.json(),
  law: textSchema(500),
})
export type ConfirmedValue = z.infer<typeof confirmedValueSchema>

export const lawFacts = {
  LegalOfficerNamed: factType(officerSchema),
  LegalOfficerReleased: factType(officerSchema),
  // The whole of it is public: everyone may see who gave an assumption its article, and which.
  ValueConfirmed: factType(confirmedValueSchema),
} as const
export type LawFact = FactOf<typeof lawFacts>
