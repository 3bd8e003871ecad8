// What can happen to an organisation: registered, people join with roles and leave, other systems are delegated a credential.
import { z } from 'zod'
import { roleSchema } from '../actor.ts'
import { type FactOf, factType } from '../history.ts'
import { idSchema } from '../id.ts'
import { personalSchema } from '../personal.ts'
import { languageTextSchema, textSchema } from '../text.ts'
import { instantSchema, daySchema } from '../time.ts'

/** What an organisation does in procurement; one may do several. */
export const organisationKinds = ['buyer', 'supplier', 'guardian'] as const

export const identifierSchema = z.strictObject({ scheme: z.string().max(40), id: z.string().max(40) })

export const profileSchema = z.strictObject({
  name: languageTextSchema(300),
  kinds: z.array(z.enum(organisationKinds)).min(1),
  identifier: identifierSchema.nullable(),
  soleTrader: z.boolean(),
  country: z.string().regex(/^[A-Z]{2}$/),
  region: textSchema(120),
  regime: z.string().max(40).nullable(),
  registered: daySchema.nullable(),
})
export type Profile = z.infer<typeof profileSchema>

export const organisationFacts = {
  OrganisationRegistered: factType(profileSchema.extend({ soleTraderNumber: personalSchema.nullable() }), {
    show: ({ soleTraderNumber: _, ...shown }) => shown,
  }),
  PersonJoined: factType(z.strictObject({ person: idSchema, name: personalSchema, roles: z.array(roleSchema) }), {
    show: null,
  }),
  RolesAssigned: factType(z.strictObject({ person: idSchema, roles: z.array(roleSchema) }), { show: null }),
  PersonLeft: factType(z.strictObject({ person: idSchema }), { show: null }),
  CredentialDelegated: factType(
    z.strictObject({
      credential: idSchema,
      person: idSchema,
      label: textSchema(120),
      acts: z.array(z.string().max(60)).min(1).max(60),
      secretHash: z.string(),
      until: instantSchema,
    }),
    { show: null },
  ),
  // Which key a person's passkey has: whoever checks a confirmed act finds here whose it was, and since when.
  PasskeyRecorded: factType(
    z.strictObject({ person: idSchema, passkey: z.string().max(1400), publicKey: z.string().max(2000) }),
  ),
  PasskeyWithdrawn: factType(z.strictObject({ person: idSchema, passkey: z.string().max(1400) })),
  CredentialRevoked: factType(z.strictObject({ credential: idSchema }), { show: null }),
} as const
export type OrganisationFact = FactOf<typeof organisationFacts>
