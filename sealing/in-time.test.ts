// T = 1,000,000 ms and δ = 60,000 ms: the limit is 1,060,000; all values below are counted by hand.
import { expect, test } from 'vitest'
import { neededDelta, sightOf } from './in-time.ts'

const terms = { T: 1_000_000, delta: 60_000 }

test('the needed δ is exact, counts promises by T alone, and is null where the terms suffice', () => {
  const at = (promiseTime: number, tokenTime: number | null) => ({ promiseTime, tokenTime })
  expect(neededDelta([], terms)).toBeNull()
  expect(neededDelta([at(999_000, 1_060_000)], terms)).toBeNull()
  expect(neededDelta([at(999_000, 1_060_001)], terms)).toBe(60_001)
  expect(neededDelta([at(1_000_000, 4_600_000), at(500_000, 1_200_000)], terms)).toBe(3_600_000)
  // One that is late by its promise moves nothing, however late its token; one without a token neither.
  expect(neededDelta([at(1_000_001, 9_000_000), at(900_000, null)], terms)).toBeNull()
})

test('AVA-02 a late token is borne out by witnesses that saw the entry by T + δ, else by the operator’s word, and never beyond the prolonged δ', () => {
  const prolonged = { ...terms, prolonged: 3_600_000 }
  const seen = { size: 41, time: 1_060_000 }
  expect(sightOf({ index: 40, tokenTime: 1_060_000 }, prolonged, null)).toBe('time-stamp')
  expect(sightOf({ index: 40, tokenTime: 1_060_001 }, prolonged, seen)).toBe('witnesses')
  expect(sightOf({ index: 40, tokenTime: 4_600_000 }, prolonged, seen)).toBe('witnesses')
  // Not covered, seen too late, or not seen at all: nobody but the operator says that it was there.
  expect(sightOf({ index: 41, tokenTime: 1_060_001 }, prolonged, seen)).toBe('word')
  expect(sightOf({ index: 40, tokenTime: 1_060_001 }, prolonged, { ...seen, time: 1_060_001 })).toBe('word')
  expect(sightOf({ index: 40, tokenTime: 1_060_001 }, prolonged, null)).toBe('word')
  expect(sightOf({ index: 40, tokenTime: 4_600_001 }, prolonged, seen)).toBe('late')
  expect(sightOf({ index: 40, tokenTime: 1_060_001 }, { ...terms, prolonged: 60_000 }, seen)).toBe('late')
})
