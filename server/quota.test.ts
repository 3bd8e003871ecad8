// Quotas: a burst, then a steady rate; one caller's flood takes nothing from another, and bids have a lane of their own (SEC-04).
import type { PersonActor } from '@naru/domain/actor.ts'
import { describe, expect, test } from 'vitest'
import { openActQuota, openLane, readLane } from './quota.ts'

describe('a lane', () => {
  test('gives the burst at once, then one per 1/rate seconds, and says how long to wait', () => {
    let at = 0
    const lane = openLane({ burst: 3, perSecond: 0.5 }, () => at)
    expect([lane.take('a'), lane.take('a'), lane.take('a')]).toEqual([0, 0, 0])
    // One comes back every two seconds.
    expect(lane.take('a')).toBe(2)
    at = 1000
    expect(lane.take('a')).toBe(1)
    at = 2000
    expect(lane.take('a')).toBe(0)
    expect(lane.take('a')).toBe(2)
    // However long nobody asks, the burst is the most.
    at = 1_000_000
    expect([1, 2, 3, 4].map(() => lane.take('a'))).toEqual([0, 0, 0, 2])
  })
  test('counts each caller for itself, and lets go of those that are quiet', () => {
    let at = 0
    const lane = openLane({ burst: 1, perSecond: 1 }, () => at)
    for (let n = 0; n < 1000; n += 1) expect(lane.take(`caller ${n}`)).toBe(0)
    expect(lane.take('caller 7')).toBe(1)
    expect(lane.size).toBe(1000)
    at = 120_000
    lane.take('another')
    expect(lane.size).toBe(1)
  })
})

test('SEC-04: whoever has used up the acts can still bid, as can everybody else', () => {
  const quota = openActQuota({
    requests: { burst: 1, perSecond: 1 },
    acts: { burst: 2, perSecond: 0.001 },
    bids: { burst: 2, perSecond: 0.001 },
  })
  const person = (name: string): PersonActor => ({ kind: 'person', person: name, organisation: 'o', roles: [] })
  for (let n = 0; n < 500; n += 1) quota(person('flood'), 'ask-question')
  expect(quota(person('flood'), 'ask-question')).toBeGreaterThan(0)
  expect(quota(person('flood'), 'submit-bid')).toBe(0)
  expect(quota(person('flood'), 'withdraw-bid')).toBe(0)
  expect(quota(person('flood'), 'submit-bid')).toBeGreaterThan(0)
  expect(quota(person('neighbour'), 'ask-question')).toBe(0)
  expect(quota(person('neighbour'), 'submit-bid')).toBe(0)
})

test('a lane is read from a setting, and nothing that would shut everybody out is', () => {
  expect(readLane('120/6')).toEqual({ burst: 120, perSecond: 6 })
  expect(readLane('60/0.5')).toEqual({ burst: 60, perSecond: 0.5 })
  for (const wrong of ['', '0/1', '10/0', '10', '-1/2', '10/1/1', 'many']) expect(readLane(wrong)).toBeNull()
})
