// What may be done: an act is a schema, who may do it, what it needs to know, and a pure decision: new facts, or a refusal with its article.
import type { z } from 'zod'
import type { Actor, Role } from './actor.ts'
import type { BidState } from './bid/bid.ts'
import type { ContractState } from './contract/contract.ts'
import type { NewFact } from './history.ts'
import type { Id, StreamKind } from './id.ts'
import type { LawState } from './law/law.ts'
import type { LogState } from './log/log.ts'
import type { OrganisationState } from './organisation/organisation.ts'
import type { Mode, Pack } from './pack.ts'
import type { PlanState } from './plan/plan.ts'
import { type Invalid, type Refusal, refuse } from './refusal.ts'
import type { SealingPort } from './sealing-port.ts'
import type { AttemptReport } from './tender/attempts.ts'
import type { TenderState } from './tender/tender.ts'
import type { Instant } from './time.ts'

/** What an act may ask the server to bring besides the case's own state and the actor's organisation. */
export type Need =
  | 'plan'
  | 'own-bid'
  | 'bids'
  | 'log-indexes'
  | 'token-times'
  | 'documents'
  | 'attachments'
  | 'named-people'
  | 'named-buyers'
  | 'serial'
  | 'earlier'
  | 'supplier'
  | 'random'
  | 'holder-names'
  | 'shown-report'
  | 'law'

/** What is known of a person named in an input: where and as what they serve. */
export interface NamedPerson {
  readonly person: Id
  readonly organisation: Id
  readonly roles: readonly Role[]
  readonly name: string
}

/** An uploaded file as the document store knows it. */
export interface StoredDocument {
  readonly id: Id
  readonly sha256: string
  readonly size: number
  readonly mediaType: string
  readonly scan: 'clean' | 'infected' | 'not-scanned'
  readonly organisation: Id
}

/** The encrypted segments of an attachment as far as they have arrived; `root` is null while one is missing. Bytes with the header. */
export interface StoredAttachment {
  readonly id: Id
  readonly len: number
  readonly segs: number
  readonly missing: number
  readonly root: string | null
}

/** Everything an act may look at. Needs that were not asked for are empty. */
export interface ActContext {
  readonly caseId: Id
  readonly now: Instant
  readonly actor: Actor
  readonly mode: Mode
  /** The country with what legal officers confirmed; an act that needs `law` has it as it stands at that moment. */
  readonly pack: Pack
  readonly organisation: OrganisationState | null
  readonly plan: PlanState | null
  /** The log's own case, where the act is on it. */
  readonly log: LogState | null
  /** The law of the deployment, where the act is on its case. */
  readonly law: LawState | null
  readonly tender: TenderState | null
  /** The tender that a re-notice repeats. */
  readonly earlier: TenderState | null
  /** The organisation that an input names as supplier. */
  readonly supplier: OrganisationState | null
  readonly contracts: readonly ContractState[]
  readonly ownBid: BidState | null
  readonly bids: readonly BidState[]
  /** Log index by `stream#seq` of facts that the sequencer has placed. */
  readonly logIndex: ReadonlyMap<string, number>
  /**
   * Earliest genTime (ms) of the tokens over the batch of each sealed entry of the case, by log index; an entry without one is absent. Null
   * where the deployment asks no time-stamp authority.
   */
  readonly tokenTime: ReadonlyMap<number, number> | null
  readonly documents: ReadonlyMap<Id, StoredDocument>
  /** Attachments that the bidder has sent, by their header in base64. */
  readonly attachments: ReadonlyMap<string, StoredAttachment>
  readonly people: ReadonlyMap<Id, NamedPerson>
  /** The report of attempts that an input names by its hash, and when it was last shown to a holder of the case. */
  readonly shownReport: { readonly report: AttemptReport; readonly at: Instant } | null
  /** Of the organisations that an input names as parties, those registered as buyers. */
  readonly buyers: ReadonlySet<Id>
  readonly sealing: SealingPort
  /** The release of the sealing client that bidders get (SHA-256, base64), where the log lists it; a notice names it. */
  readonly clientRelease: string | null
  /** Legal numbers are given out by the store, one serial per country, stage and day. */
  readonly serial: number
  /** 32 fresh random bytes in base64; empty unless asked for. */
  readonly random: string
}

export type Decision = readonly NewFact[] | Refusal | Invalid

/** One act of one noun. `may` says whether the act is open to this actor now, before any input; `decide` may still refuse the input. */
export interface Act<Schema extends z.ZodType = z.ZodType> {
  readonly name: string
  readonly noun: StreamKind
  /** `platform`: only Naru's own clock, opening or setup; `anyone-signed-in`: any person. */
  readonly by: readonly Role[] | 'platform' | 'anyone-signed-in'
  readonly input: Schema
  readonly lock: 'exclusive' | 'shared'
  readonly needs: readonly Need[]
  readonly may: (context: ActContext) => Refusal | null
  readonly decide: (context: ActContext, input: z.output<Schema>) => Decision
}

/** Declares an act; the schema's type flows into `decide`. */
export const act = <Schema extends z.ZodType>(definition: Act<Schema>): Act<Schema> => definition

/** Whether the actor holds one of the act's roles; the first check of every act. */
export function roleRefusal(definition: Pick<Act, 'by'>, actor: Actor): Refusal | null {
  if (definition.by === 'platform')
    return actor.kind === 'platform' ? null : refuse('roleIsMissing', { facts: { role: 'platform' } })
  if (actor.kind === 'platform') return null
  if (actor.kind === 'anyone') return refuse('notSignedIn')
  if (definition.by === 'anyone-signed-in') return null
  const roles = definition.by
  return actor.roles.some((role) => roles.includes(role))
    ? null
    : refuse('roleIsMissing', { facts: { role: roles[0] ?? '' } })
}
