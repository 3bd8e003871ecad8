// A walk: a sandbox of its own, the stage of the stories for what happens between the pages, and people at their browsers.
import type { Browser } from 'playwright-core'
import { expect } from 'vitest'
import type { Cast, Person } from '../cast/cast.ts'
import { type Running, startSandbox } from '../running.ts'
import { later } from '../times.ts'
import { openStage, type PlannedLine, type Stage, type World } from '../world.ts'
import { startBrowser } from './browser.ts'
import { type Complaints, type Seated, seat } from './person.ts'

/** A running walk. */
export interface Walk {
  readonly running: Running
  readonly world: World
  /** What was seen wrong on its pages. */
  readonly complaints: Complaints
  /** Lets acts over HTTP be told, with their waiting for the clock; throws what they throw. */
  readonly tell: (acts: (world: World) => Promise<void>) => Promise<void>
  /** Seats a person, or a reader without account, in the walk's language. */
  readonly sit: (person: Person | null) => Promise<Seated>
  /** Nobody's page complained: no script failed, no word is missing, nothing is wider than its window, axe finds nothing. */
  readonly expectNoFault: () => void
  readonly end: () => Promise<void>
}

/** Starts a sandbox of a country with the plan lines given, and a browser. Pictures go to `folder`. */
export async function startWalk(given: {
  readonly country: Cast['country']
  readonly lines: readonly PlannedLine[]
  readonly language: string
  readonly folder: string
  readonly everyLanguage?: boolean
}): Promise<Walk> {
  const { country, lines, ...look } = given
  const running = await startSandbox(country)
  const stage: Stage = await openStage({ url: running.url, wallet: running.wallet, country })
  await stage.setUp([{ name: 'walk', lines, tell: async () => {} }])
  const browser: Browser = await startBrowser()
  const complaints: Complaints = []
  const seated: Seated[] = []
  return {
    running,
    world: stage.world,
    complaints,
    tell: async (acts) => {
      const from = later(await stage.world.now(), 1000)
      const [one] = await stage.play([{ from, tale: { name: 'walk', lines, tell: acts } }])
      if (one?.end !== 'told') throw one?.error
    },
    sit: async (person) => {
      const one = await seat(browser, running.url, person, { ...look, complaints })
      seated.push(one)
      return one
    },
    expectNoFault: () => {
      expect([...complaints, ...seated.flatMap(({ window }) => window.faults)]).toEqual([])
    },
    end: async () => {
      await browser.close()
      await running.stop()
    },
  }
}
