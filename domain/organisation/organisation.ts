// The state of an organisation: its profile, its people with their roles, the credentials it has delegated.
import type { Role } from '../actor.ts'
import type { Id } from '../id.ts'
import type { Personal } from '../personal.ts'
import type { OrganisationFact, Profile } from './facts.ts'

export interface Member {
  readonly person: Id
  readonly name: Personal
  readonly roles: readonly Role[]
}
export interface Credential {
  readonly credential: Id
  readonly person: Id
  readonly label: string
  readonly acts: readonly string[]
  readonly secretHash: string
  readonly until: string
}
export interface OrganisationState {
  readonly id: Id
  readonly profile: Profile
  readonly soleTraderNumber: Personal | null
  readonly members: readonly Member[]
  readonly credentials: readonly Credential[]
}

/** Applies one fact. Throws when the first fact is not the registration. */
export function evolveOrganisation(state: OrganisationState | null, fact: OrganisationFact): OrganisationState {
  if (fact.type === 'OrganisationRegistered') {
    const { soleTraderNumber, ...profile } = fact.body
    return { id: fact.caseId, profile, soleTraderNumber, members: [], credentials: [] }
  }
  if (!state) throw new Error(`${fact.type} before OrganisationRegistered`)
  switch (fact.type) {
    case 'PersonJoined':
      return { ...state, members: [...state.members, fact.body] }
    case 'RolesAssigned':
      return {
        ...state,
        members: state.members.map((each) =>
          each.person === fact.body.person ? { ...each, roles: fact.body.roles } : each,
        ),
      }
    case 'PersonLeft':
      return {
        ...state,
        members: state.members.filter((each) => each.person !== fact.body.person),
        credentials: state.credentials.filter((each) => each.person !== fact.body.person),
      }
    case 'CredentialDelegated':
      return { ...state, credentials: [...state.credentials, fact.body] }
    case 'PasskeyRecorded':
    case 'PasskeyWithdrawn':
      return state
    case 'CredentialRevoked':
      return { ...state, credentials: state.credentials.filter((each) => each.credential !== fact.body.credential) }
  }
}
