// How a test tells a country's tales: one program for all of them, told side by side once, then one test for each.
import { afterAll, beforeAll, test } from 'vitest'
import type { Cast } from './cast/cast.ts'
import { type Running, startSandbox } from './running.ts'
import { days, later } from './times.ts'
import { openStage, type Stage, type Tale, type Told } from './world.ts'

/** Declares the tests of a country's tales. `after` runs with the running program when all are told. */
export function tellTales(
  country: Cast['country'],
  tales: readonly Tale[],
  titles: Readonly<Record<string, string>>,
): { running: () => Running; stage: () => Stage } {
  let running: Running
  let stage: Stage
  let told: readonly Told[] = []
  beforeAll(async () => {
    running = await startSandbox(country)
    stage = await openStage({
      url: running.url,
      wallet: running.wallet,
      country,
      ...(process.env.NARU_TELL && { say: console.log }),
    })
    await stage.setUp(tales)
    const begin = await stage.world.now()
    told = await stage.play(tales.map((tale, n) => ({ tale, from: later(begin, days(1) + n * 3_600_000) })))
  })
  afterAll(() => running?.stop())
  for (const tale of tales)
    test(titles[tale.name] ?? tale.name, () => {
      const one = told.find((each) => each.name === tale.name)
      if (one?.end !== 'told') throw one?.error ?? new Error(`${tale.name} was not told`)
    })
  return { running: () => running, stage: () => stage }
}
