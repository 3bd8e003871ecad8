// What may be done with an organisation: register it, admit people, assign roles, delegate a credential to another system.
import { z } from 'zod'
import { type ActContext, act } from '../act.ts'
import { roleSchema } from '../actor.ts'
import type { NewFact } from '../history.ts'
import { idSchema } from '../id.ts'
import { personal } from '../personal.ts'
import { refuse } from '../refusal.ts'
import { textSchema } from '../text.ts'
import { instantSchema } from '../time.ts'
import { profileSchema } from './facts.ts'

const fact = (context: ActContext, type: string, body: unknown): NewFact => ({
  kind: 'organisation',
  id: context.caseId,
  type,
  body,
})

const own = (context: ActContext) =>
  context.actor.kind === 'platform' ||
  (context.actor.kind === 'person' && context.organisation?.id === context.actor.organisation)
    ? null
    : refuse('notYourOrganisation')

/** Registers an organisation; who registers it becomes its administrator. Foreign firms need no national number (REG-01). */
export const registerOrganisation = act({
  name: 'register-organisation',
  noun: 'organisation',
  by: 'anyone-signed-in',
  input: z.strictObject({
    profile: profileSchema,
    administrator: z.strictObject({ person: idSchema, name: textSchema(200) }),
  }),
  lock: 'exclusive',
  needs: [],
  may: (context) => (context.organisation ? refuse('alreadyExists') : null),
  decide: (context, { profile, administrator }) => {
    const scheme = context.pack.identifiers.find((each) => each.scheme === profile.identifier?.scheme)
    if (profile.identifier && profile.country === context.pack.country.toUpperCase() && scheme) {
      const fits =
        scheme.pattern.test(profile.identifier.id) &&
        (scheme.check?.otherwise !== 'refuse' || scheme.check.holds(profile.identifier.id))
      if (!fits)
        return {
          invalid: [
            {
              path: 'profile.identifier.id',
              code: 'identifierForm',
              facts: { scheme: scheme.scheme, example: scheme.example },
            },
          ],
        }
    }
    const hidden = profile.soleTrader && profile.identifier ? personal(profile.identifier.id) : null
    return [
      fact(context, 'OrganisationRegistered', {
        ...profile,
        identifier: hidden ? null : profile.identifier,
        soleTraderNumber: hidden,
      }),
      fact(context, 'PersonJoined', {
        person: administrator.person,
        name: personal(administrator.name),
        roles: ['administrator'],
      }),
    ]
  },
})

/** Admits a person with roles. */
export const admitPerson = act({
  name: 'admit-person',
  noun: 'organisation',
  by: ['administrator'],
  input: z.strictObject({ person: idSchema, name: textSchema(200), roles: z.array(roleSchema).max(10) }),
  lock: 'exclusive',
  needs: [],
  may: own,
  decide: (context, { person, name, roles }) =>
    context.organisation?.members.some((each) => each.person === person)
      ? refuse('alreadyExists')
      : [fact(context, 'PersonJoined', { person, name: personal(name), roles })],
})

/** Sets the roles of a person; takes effect with the next request. */
export const assignRoles = act({
  name: 'assign-roles',
  noun: 'organisation',
  by: ['administrator'],
  input: z.strictObject({ person: idSchema, roles: z.array(roleSchema).max(10) }),
  lock: 'exclusive',
  needs: [],
  may: own,
  decide: (context, input) => {
    const member = context.organisation?.members.find((each) => each.person === input.person)
    if (!member) return refuse('caseDoesNotExist')
    if ([...member.roles].sort().join() === [...input.roles].sort().join()) return refuse('nothingChanged')
    return [fact(context, 'RolesAssigned', input)]
  },
})

/** Ends a person's powers at once (ADM-03). */
export const dismissPerson = act({
  name: 'dismiss-person',
  noun: 'organisation',
  by: ['administrator'],
  input: z.strictObject({ person: idSchema }),
  lock: 'exclusive',
  needs: [],
  may: own,
  decide: (context, input) =>
    context.organisation?.members.some((each) => each.person === input.person)
      ? [fact(context, 'PersonLeft', input)]
      : refuse('caseDoesNotExist'),
})

/** Lets another system do named acts for a person of the organisation. The server keeps only a hash of the secret. */
export const delegateCredential = act({
  name: 'delegate-credential',
  noun: 'organisation',
  by: ['administrator'],
  input: z.strictObject({
    credential: idSchema,
    person: idSchema,
    label: textSchema(120),
    acts: z.array(z.string().max(60)).min(1).max(60),
    secretHash: z.string().regex(/^[0-9a-f]{64}$/),
    until: instantSchema,
  }),
  lock: 'exclusive',
  needs: [],
  may: own,
  decide: (context, input) => {
    if (!context.organisation?.members.some((each) => each.person === input.person)) return refuse('caseDoesNotExist')
    if (input.until <= context.now) return { invalid: [{ path: 'until', code: 'mustBeLater' }] }
    return [fact(context, 'CredentialDelegated', input)]
  },
})

export const revokeCredential = act({
  name: 'revoke-credential',
  noun: 'organisation',
  by: ['administrator'],
  input: z.strictObject({ credential: idSchema }),
  lock: 'exclusive',
  needs: [],
  may: own,
  decide: (context, input) =>
    context.organisation?.credentials.some((each) => each.credential === input.credential)
      ? [fact(context, 'CredentialRevoked', input)]
      : refuse('caseDoesNotExist'),
})

const passkeyInput = z.strictObject({ person: idSchema, passkey: z.string().max(1400) })

/** Puts the public key of a person's passkey on record, before it confirms anything for the organisation. Keys and ids in base64. */
export const recordPasskey = act({
  name: 'record-passkey',
  noun: 'organisation',
  by: 'platform',
  input: passkeyInput.extend({ publicKey: z.string().max(2000) }),
  lock: 'exclusive',
  needs: [],
  may: (context) => (context.organisation ? null : refuse('caseDoesNotExist')),
  decide: (context, input) => [fact(context, 'PasskeyRecorded', input)],
})

/** Says on record that a passkey confirms nothing more for its person. */
export const withdrawPasskey = act({
  name: 'withdraw-passkey',
  noun: 'organisation',
  by: 'platform',
  input: passkeyInput,
  lock: 'exclusive',
  needs: [],
  may: (context) => (context.organisation ? null : refuse('caseDoesNotExist')),
  decide: (context, input) => [fact(context, 'PasskeyWithdrawn', input)],
})

export const organisationActs = [
  registerOrganisation,
  admitPerson,
  assignRoles,
  dismissPerson,
  delegateCredential,
  revokeCredential,
  recordPasskey,
  withdrawPasskey,
]
