// The loop of clock and sequencer: poked runs come soon, keep their rest, and cannot be put off by poking more.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Loop, startLoop } from './loop.ts'

let loop: Loop
let runs: number

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  runs = 0
})
afterEach(async () => {
  await loop.stop()
  vi.useRealTimers()
})
const start = (restMs?: number | (() => number)) => {
  const work = async () => {
    runs += 1
    return 0
  }
  loop = startLoop('test', 1000, work, restMs)
  return vi.advanceTimersByTimeAsync(0)
}

test('runs by the clock, and soon after a poke', async () => {
  await start()
  expect(runs).toBe(1)
  await vi.advanceTimersByTimeAsync(1000)
  expect(runs).toBe(2)
  loop.poke()
  await vi.advanceTimersByTimeAsync(10)
  expect(runs).toBe(3)
})

test('poking every 5 ms for a second does not put a run off', async () => {
  await start()
  for (let at = 0; at < 200; at += 1) {
    loop.poke()
    await vi.advanceTimersByTimeAsync(5)
  }
  expect(runs).toBeGreaterThan(60)
})

test('with a rest of 100 ms the same pokes bring ten runs', async () => {
  await start(100)
  for (let at = 0; at < 200; at += 1) {
    loop.poke()
    await vi.advanceTimersByTimeAsync(5)
  }
  expect(runs).toBeGreaterThanOrEqual(9)
  expect(runs).toBeLessThanOrEqual(11)
})

test('a rest that grows with the work keeps the next runs further apart', async () => {
  await start(() => (runs < 3 ? 100 : 400))
  for (let at = 0; at < 200; at += 1) {
    loop.poke()
    await vi.advanceTimersByTimeAsync(5)
  }
  // At 0, 100 and 200 ms, then every 400 ms of the second.
  expect(runs).toBeGreaterThanOrEqual(4)
  expect(runs).toBeLessThanOrEqual(5)
})

test('what is poked for while a run is under way is met by a run that follows at once', async () => {
  const ends: (() => void)[] = []
  loop = startLoop('test', 1000, () => {
    runs += 1
    return new Promise<number>((resolve) => ends.push(() => resolve(0)))
  })
  await vi.advanceTimersByTimeAsync(50)
  loop.poke()
  await vi.advanceTimersByTimeAsync(50)
  expect(runs).toBe(1)
  ends[0]?.()
  await vi.advanceTimersByTimeAsync(10)
  expect(runs).toBe(2)
  ends[1]?.()
  await vi.advanceTimersByTimeAsync(990)
  expect(runs).toBe(2)
  await vi.advanceTimersByTimeAsync(20)
  expect(runs).toBe(3)
  ends[2]?.()
})
