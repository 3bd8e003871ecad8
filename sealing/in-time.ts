// What shows that a bid was there in time: its token, or, where every time-stamp authority was dead, the witnesses that had cosigned it by then.

/** T and the δ of the terms in ms; `prolonged` is the δ of the newest notice, which is larger only by a logged prolongation. */
export interface InTimeTerms {
  readonly T: number
  readonly delta: number
  readonly prolonged: number
}

/** A published checkpoint with its quorum: entries below `size` were seen by the witnesses at `time` (their median, ms). */
export interface WitnessedSize {
  readonly size: number
  readonly time: number
}

/**
 * By what a bid promised by T is in time: 'time-stamp', a token by T + δ; 'witnesses', a later token within the prolonged δ and a quorum's checkpoint
 * by T + δ that covers it; 'word', a later token within the prolonged δ and nothing but the operator's logged statement; 'late' beyond it.
 */
export type Sight = 'time-stamp' | 'witnesses' | 'word' | 'late'

/** The sight of one entry: its log index and the earliest token of its batch. */
export function sightOf(
  entry: { readonly index: number; readonly tokenTime: number },
  { T, delta, prolonged }: InTimeTerms,
  witnessed: WitnessedSize | null,
): Sight {
  if (entry.tokenTime <= T + delta) return 'time-stamp'
  if (entry.tokenTime > T + prolonged) return 'late'
  return witnessed && entry.index < witnessed.size && witnessed.time <= T + delta ? 'witnesses' : 'word'
}

/**
 * The δ that a round needs so that no bid promised by T is late: null where that of the terms suffices. It is exact, so that nobody chooses it:
 * the latest of the earliest tokens, less T. Entries without a token are not counted; a box with one is not closed.
 */
export function neededDelta(
  entries: readonly { readonly promiseTime: number; readonly tokenTime: number | null }[],
  { T, delta }: { readonly T: number; readonly delta: number },
): number | null {
  let needed = delta
  for (const { promiseTime, tokenTime } of entries)
    if (promiseTime <= T && tokenTime !== null) needed = Math.max(needed, tokenTime - T)
  return needed > delta ? needed : null
}
