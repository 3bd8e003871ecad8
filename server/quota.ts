// How much one caller may ask for, so that nobody's flood makes others wait. Counted per program: with several of them each counts for itself.
//
// Three lanes, each with a bucket of its own per caller: whatever a session or credential sends; the acts of a person; and the bids of a
// person, so that whoever has used up the others can still submit or withdraw a bid before the deadline (SEC-04).
import type { Actor } from '@naru/domain/actor.ts'

/** A bucket: `burst` at once, then `perSecond`. */
export interface Lane {
  readonly burst: number
  readonly perSecond: number
}

/** The lanes as documented settings (docs/running/limits.md). */
export interface Quotas {
  readonly requests: Lane
  readonly acts: Lane
  readonly bids: Lane
}

/** Far above what a person does and what a well-made program needs; the bids of a deadline are one or two per bidder. */
export const usualQuotas: Quotas = {
  requests: { burst: 600, perSecond: 60 },
  acts: { burst: 120, perSecond: 6 },
  bids: { burst: 60, perSecond: 1 },
}

interface Bucket {
  left: number
  at: number
}

/** Counts one lane. `now` counts milliseconds and never goes back. */
export function openLane({ burst, perSecond }: Lane, now: () => number = () => performance.now()) {
  const buckets = new Map<string, Bucket>()
  const filled = (bucket: Bucket, at: number) => Math.min(burst, bucket.left + ((at - bucket.at) / 1000) * perSecond)
  let swept = now()
  /** A bucket that is full again says nothing; it is let go. */
  const sweep = (at: number): void => {
    swept = at
    for (const [name, bucket] of buckets) if (filled(bucket, at) >= burst) buckets.delete(name)
  }
  return {
    /** Takes one from the caller's bucket: 0, or the whole seconds to wait. */
    take(caller: string): number {
      const at = now()
      if (at - swept > 60_000) sweep(at)
      const bucket = buckets.get(caller) ?? { left: burst, at }
      const left = filled(bucket, at)
      if (left < 1) {
        buckets.set(caller, { left, at })
        return Math.max(1, Math.ceil((1 - left) / perSecond))
      }
      buckets.set(caller, { left: left - 1, at })
      return 0
    },
    get size(): number {
      return buckets.size
    },
  }
}

/** The acts that go by the lane of bids. */
export const bidActs: ReadonlySet<string> = new Set(['submit-bid', 'withdraw-bid'])

/** The quota of acts: 0, or the seconds to wait. Asked before a transaction begins. */
export function openActQuota(quotas: Quotas) {
  const acts = openLane(quotas.acts)
  const bids = openLane(quotas.bids)
  return (actor: Actor, act: string): number => {
    if (actor.kind !== 'person') return 0
    return (bidActs.has(act) ? bids : acts).take(actor.credential ? `credential:${actor.credential}` : actor.person)
  }
}

/** A lane from a setting: `burst/perSecond`, such as `120/6`. Null for anything else. */
export function readLane(text: string): Lane | null {
  const [, burst, perSecond] = /^([1-9]\d{0,6})\/(\d{1,5}(?:\.\d{1,3})?)$/.exec(text) ?? []
  const lane = { burst: Number(burst), perSecond: Number(perSecond) }
  return burst && lane.perSecond > 0 ? lane : null
}
