// The Korean draw calculated again from what was published, by the rule's own words and nothing of ours (koneps.md §2.2, protocol §4).
import assert from 'node:assert/strict'
import type { TenderState } from '@naru/domain/tender/tender.ts'
import { roundOf } from './opening.ts'

/** The published transcript of a draw. */
export interface Transcript {
  readonly prices: readonly string[]
  readonly perm: readonly number[]
  readonly counts: readonly number[]
  readonly chosen: readonly number[]
  readonly reserve: string
}

export function transcriptOf(state: TenderState): Transcript {
  const [draw] = roundOf(state).draws
  assert.ok(draw, 'a draw was made')
  return draw.draw as unknown as Transcript
}

/**
 * Checks a transcript against the rule and answers the reserve price. `base` in won, `ppm` the range in parts per million, `step` the
 * rounding of each price; `counts` and `chosen` are what the bidders' picks give by hand.
 */
export function checkDraw(
  transcript: Transcript,
  rule: {
    readonly base: bigint
    readonly ppm: bigint
    readonly step: bigint
    readonly counts: readonly number[]
    readonly chosen: readonly number[]
  },
): bigint {
  const { base, ppm, step } = rule
  const prices = transcript.prices.map(BigInt)
  assert.equal(prices.length, 15)
  const width = (base * ppm) / 1_000_000n
  const span = 2n * width + 1n
  for (const [j, price] of prices.entries()) {
    const from = base - width + (span * BigInt(j)) / 15n
    const to = base - width + (span * BigInt(j + 1)) / 15n - 1n
    assert.ok(
      price >= from && price < to + step,
      `price ${j} lies in its fifteenth of the range, rounded up to ${step}`,
    )
    assert.equal(price % step, 0n)
  }
  assert.deepEqual(
    [...transcript.perm].toSorted((a, b) => a - b),
    Array.from({ length: 15 }, (_, n) => n),
    'every number stands for one price',
  )
  assert.deepEqual(transcript.counts, rule.counts)
  assert.deepEqual(transcript.chosen, rule.chosen)
  const sum = rule.chosen.reduce((total, number) => total + (prices[transcript.perm[number - 1] ?? -1] ?? 0n), 0n)
  const mean = sum % 4n === 0n ? sum / 4n : sum / 4n + 1n
  assert.equal(transcript.reserve, mean.toString(), 'the mean of the four, rounded up to a whole won')
  return mean
}
