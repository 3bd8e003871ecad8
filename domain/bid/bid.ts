// The state of one bidder's bid in one round: its chain of sealed versions. What is inside is not known here.
import type { Id } from '../id.ts'
import type { Manifest } from '../sealing-port.ts'
import type { Instant } from '../time.ts'
import type { BidFact } from './facts.ts'

export interface BidVersion {
  readonly factSeq: number
  readonly at: Instant
  readonly m: string
  readonly leafSalt: string
  readonly manifest: Manifest
}
export interface BidState {
  readonly id: Id
  readonly caseId: Id
  readonly round: number
  readonly bidder: Id
  readonly versions: readonly BidVersion[]
}

/** Whether the newest version still stands. */
export const standsAsSubmitted = (bid: BidState): boolean => bid.versions.at(-1)?.manifest.action === 'submit'

export function evolveBid(state: BidState | null, fact: BidFact): BidState {
  const { manifest, m, leafSalt, bid, round } = fact.body
  const version: BidVersion = { factSeq: fact.seq, at: fact.at, m, leafSalt, manifest }
  if (!state) return { id: bid, caseId: fact.caseId, round, bidder: manifest.bidderId, versions: [version] }
  return { ...state, versions: [...state.versions, version] }
}
