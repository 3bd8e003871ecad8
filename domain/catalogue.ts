// Everything that can be done and everything that can happen, by name: the source of routes, forms, OpenAPI and the fold.
import type { Act } from './act.ts'
import { awardActs } from './award/acts.ts'
import { afterAwardActs } from './award/after-award.ts'
import { explainingActs } from './award/explaining.ts'
import { bidActs } from './bid/acts.ts'
import { evolveBid } from './bid/bid.ts'
import { bidFacts } from './bid/facts.ts'
import { confirmationFacts, isConfirmation } from './confirmation.ts'
import { contractActs } from './contract/acts.ts'
import { evolveContract } from './contract/contract.ts'
import { contractFacts } from './contract/facts.ts'
import type { Fact, FactType } from './history.ts'
import type { StreamKind } from './id.ts'
import { lawActs } from './law/acts.ts'
import { lawFacts } from './law/facts.ts'
import { evolveLaw } from './law/law.ts'
import { logActs } from './log/acts.ts'
import { logFacts } from './log/facts.ts'
import { evolveLog } from './log/log.ts'
import { organisationActs } from './organisation/acts.ts'
import { organisationFacts } from './organisation/facts.ts'
import { evolveOrganisation } from './organisation/organisation.ts'
import { planActs } from './plan/acts.ts'
import { planFacts } from './plan/facts.ts'
import { evolvePlan } from './plan/plan.ts'
import { tenderFacts } from './tender/facts.ts'
import { keyHolderActs } from './tender/key-holders.ts'
import { noticingActs } from './tender/noticing.ts'
import { moveDeadlineByOutage } from './tender/outage.ts'
import { openingActs } from './tender/opening.ts'
import { preparingActs } from './tender/preparing.ts'
import { prolongDelta } from './tender/prolongation.ts'
import { startTender } from './tender/starting.ts'
import { evolveTender } from './tender/tender.ts'

// biome-ignore lint/suspicious/noExplicitAny: acts with different schemas in one list
type AnyAct = Act<any>

export const acts: readonly AnyAct[] = [
  ...organisationActs,
  ...planActs,
  startTender,
  ...keyHolderActs,
  ...preparingActs,
  ...noticingActs,
  moveDeadlineByOutage,
  prolongDelta,
  ...bidActs,
  ...openingActs,
  ...awardActs,
  ...explainingActs,
  ...afterAwardActs,
  ...contractActs,
  ...logActs,
  ...lawActs,
]

export const findAct = (name: string): AnyAct | undefined => acts.find((each) => each.name === name)

/** What is known of each type of fact. */
export const factTypes: Readonly<Record<string, FactType<unknown>>> = {
  ...organisationFacts,
  ...planFacts,
  ...tenderFacts,
  ...bidFacts,
  ...contractFacts,
  ...logFacts,
  ...lawFacts,
  ...confirmationFacts,
} as Record<string, FactType<unknown>>

/** What is known of a type of fact. Throws for a type that was never declared. */
export function getFactType(type: string): FactType<unknown> {
  const found = factTypes[type]
  if (!found) throw new Error(`${type} is no fact type`)
  return found
}

/** How each kind of stream folds. */
// biome-ignore lint/suspicious/noExplicitAny: states and facts of different nouns in one table
export const evolvers: Readonly<Record<StreamKind, (state: any, fact: any) => unknown>> = {
  organisation: evolveOrganisation,
  plan: evolvePlan,
  tender: evolveTender,
  bid: evolveBid,
  contract: evolveContract,
  log: evolveLog,
  law: evolveLaw,
}

/** Folds one more fact into a stream's state. */
export const evolve = (kind: StreamKind, state: unknown, fact: Fact): unknown =>
  isConfirmation(fact.type) ? state : evolvers[kind](state, fact)
