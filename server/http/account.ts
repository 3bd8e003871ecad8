// What the pages of sign-in and account may do for the visitor.
import { type Refusal, refuse } from '@naru/domain/refusal.ts'
import type { FastifyRequest } from 'fastify'
import type { Deployment } from '../deployment.ts'
import { passkeyName, readPasskeys, removePasskey, renamePasskey, type ShownPasskey } from '../sign-in/passkeys.ts'
import { withdrawFromRecord } from '../sign-in/on-record.ts'
import { endSession, findSession, readSessions, type Session, type ShownSession } from './session.ts'
import { whyNotChange } from './sign-in.ts'

/** How the visitor signs in, as the page of the account shows it. */
export interface Account {
  readonly passkeys: readonly ShownPasskey[]
  readonly sessions: readonly (ShownSession & { readonly own: boolean })[]
  /** How this session began; `mayChange` says why passkeys may not be changed in it, or null where they may. */
  readonly session: Pick<Session, 'method' | 'at'>
  readonly mayChange: Refusal | null
}

/** The account of the visitor. Each answers a refusal where nothing was done, else null. */
export interface AccountReads {
  readonly read: () => Promise<Account | null>
  readonly renamePasskey: (id: string, name: string) => Promise<Refusal | null>
  readonly removePasskey: (id: string) => Promise<Refusal | null>
  readonly endSession: (handle: string) => Promise<Refusal | null>
}

/** Binds the account to the visitor of a request. */
export function accountReads(deployment: Deployment, request: FastifyRequest): AccountReads {
  const { pool } = deployment.database
  const session = () => findSession(deployment, request)
  return {
    read: async () => {
      const own = await session()
      if (!own) return null
      const { person } = own.actor
      const [passkeys, sessions, mayChange] = await Promise.all([
        readPasskeys(pool, person),
        readSessions(deployment, person),
        whyNotChange(deployment, own),
      ])
      return {
        passkeys,
        sessions: sessions.map((each) => ({ ...each, own: each.handle === own.handle })),
        session: { method: own.method, at: own.at },
        mayChange,
      }
    },
    renamePasskey: async (id, name) => {
      const own = await session()
      const read = passkeyName.safeParse(name)
      const done = own && read.success && (await renamePasskey(pool, own.actor.person, id, read.data))
      return done ? null : refuse(own ? 'nothingChanged' : 'notSignedIn')
    },
    removePasskey: async (id) => {
      const own = await session()
      const refused = await whyNotChange(deployment, own)
      if (refused || !own) return refused ?? refuse('notSignedIn')
      const outcome = await removePasskey(pool, own.actor.person, id)
      if (outcome === 'removed') await withdrawFromRecord(deployment, Buffer.from(id, 'base64url'))
      return outcome === 'removed' ? null : refuse(outcome === 'last' ? 'passkeyIsTheLast' : 'caseDoesNotExist')
    },
    endSession: async (handle) => {
      const own = await session()
      const done = own && (await endSession(deployment, own.actor.person, handle))
      return done ? null : refuse(own ? 'caseDoesNotExist' : 'notSignedIn')
    },
  }
}

/** Whether the visitor came by the address for which passkeys are made. */
export function passkeyPlaceOf(deployment: Deployment, request: FastifyRequest) {
  const address = deployment.relyingParty?.origins[0] ?? null
  return { here: address !== null && request.headers.host === new URL(address).host, address }
}
