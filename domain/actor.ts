// Who acts: a person for an organisation, another system for an organisation, the platform's own clock, or anyone.
import { z } from 'zod'
import type { Id } from './id.ts'

/** What a person may do for an organisation. Separation is checked per case, by person (COI-03). */
export const roles = [
  'administrator',
  'planner',
  'plan-approver',
  'author',
  'approver',
  'finance-officer',
  'key-holder',
  'evaluator',
  'contract-officer',
  'bidder',
] as const
export type Role = (typeof roles)[number]
export const roleSchema = z.enum(roles)

/** A person acting for one organisation; `credential` is set when another system acts with a delegated credential. */
export interface PersonActor {
  readonly kind: 'person'
  readonly person: Id
  readonly organisation: Id
  readonly roles: readonly Role[]
  readonly credential?: Id
}

/** The platform itself: the clock that does what falls due, the opening that combines posted shares, the keeping of the log. */
export interface PlatformActor {
  readonly kind: 'platform'
  readonly part: 'clock' | 'opening' | 'setup' | 'log'
}

export interface AnyoneActor {
  readonly kind: 'anyone'
}

export type Actor = PersonActor | PlatformActor | AnyoneActor

export const anyone: AnyoneActor = { kind: 'anyone' }

export const hasRole = (actor: Actor, role: Role): actor is PersonActor =>
  actor.kind === 'person' && actor.roles.includes(role)

/** How a fact names who did it: ids only, no names. */
export type ActedBy = { person: Id; organisation: Id; credential?: Id } | { platform: PlatformActor['part'] }

export function actedBy(actor: Actor): ActedBy {
  if (actor.kind === 'person')
    return {
      person: actor.person,
      organisation: actor.organisation,
      ...(actor.credential && { credential: actor.credential }),
    }
  if (actor.kind === 'platform') return { platform: actor.part }
  throw new TypeError('anyone does not act')
}
