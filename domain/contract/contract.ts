// The state of a contract: which of the three messages has been sent.
import type { ActedBy } from '../actor.ts'
import type { Id } from '../id.ts'
import type { Instant } from '../time.ts'
import type { ContractFact, ContractText } from './facts.ts'

export interface ContractState {
  readonly id: Id
  readonly caseId: Id
  readonly number: string
  readonly stage: 'drafted' | 'consented' | 'declined' | 'concluded'
  readonly version: number
  readonly text: ContractText
  readonly drafted: { readonly by: ActedBy; readonly at: Instant }
  readonly consented: { readonly by: ActedBy; readonly at: Instant } | null
  readonly declined: { readonly reason: string; readonly at: Instant } | null
  readonly concluded: { readonly by: ActedBy; readonly at: Instant } | null
}

/** Applies one fact. Throws when the history does not begin with ContractDrafted. */
export function evolveContract(state: ContractState | null, fact: ContractFact): ContractState {
  if (fact.type === 'ContractDrafted') {
    const { contract, number, version, text } = fact.body
    const drafted = { by: fact.by, at: fact.at }
    return {
      id: contract,
      caseId: fact.caseId,
      number,
      stage: 'drafted',
      version,
      text,
      drafted,
      consented: null,
      declined: null,
      concluded: null,
    }
  }
  if (!state) throw new Error(`${fact.type} before ContractDrafted`)
  switch (fact.type) {
    case 'ContractConsented':
      return { ...state, stage: 'consented', consented: { by: fact.by, at: fact.at } }
    case 'ContractDeclined':
      return { ...state, stage: 'declined', declined: { reason: fact.body.reason, at: fact.at } }
    case 'ContractConcluded':
      return { ...state, stage: 'concluded', concluded: { by: fact.by, at: fact.at } }
  }
}
