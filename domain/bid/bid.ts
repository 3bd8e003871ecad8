// The state of one bidder's bid in one round: its chain of sealed versions. What is inside is not known here.
import type { Id } from '../id.ts'
import type { Instant } from '../time.ts'
import type { BidFact } from './facts.ts'

export interface BidVersion {
  readonly seq: number
  readonly factSeq: number
  readonly at: Instant
  readonly m: string
  readonly leafSalt: string
  readonly prev: string | null
  readonly action: 'submit' | 'withdraw'
  readonly envelopes: readonly { readonly cls: string; readonly e: string }[]
}
export interface BidState {
  readonly id: Id
  readonly caseId: Id
  readonly round: number
  readonly bidder: Id
  readonly versions: readonly BidVersion[]
}

/** Whether the newest version still stands. */
export const standsAsSubmitted = (bid: BidState): boolean => bid.versions.at(-1)?.action === 'submit'

export function evolveBid(state: BidState | null, fact: BidFact): BidState {
  const { manifest, m, leafSalt, bid, round } = fact.body
  const version: BidVersion = {
    seq: manifest.seq,
    factSeq: fact.seq,
    at: fact.at,
    m,
    leafSalt,
    prev: manifest.prev,
    action: manifest.action,
    envelopes: manifest.envelopes,
  }
  if (!state) return { id: bid, caseId: fact.caseId, round, bidder: manifest.bidderId, versions: [version] }
  return { ...state, versions: [...state.versions, version] }
}
