// Whether the clock that decides is right (AVA-09): four sources or more are asked, and their median is held against this machine's clock and
// the database's. From 50 ms on the operator is alarmed; from a second on no act is taken that carries legal time.
//
// Nothing is refused on less than three agreeing sources: one liar, or a network that is cut, does not stop the portal. What is counted is
// what is certain: the difference less half the round trip, by which an answer can be wrong.
import type { Deployment } from './deployment.ts'
import { type Loop, startLoop } from './loop.ts'
import { askTime, type TimeAnswer, type TimeSource } from './neighbours/time-source.ts'

export const timeBounds = {
  alarmMs: 50,
  refuseMs: 1_000,
  /** So many sources must agree, within so many ms of their median. */
  agreeing: 3,
  agreeWithinMs: 250,
} as const

/** What is known of the time. Differences in ms: positive where the clock is ahead of the sources; `errorMs` is how wrong they can be. */
export interface TimeState {
  readonly state: 'right' | 'off' | 'refusing' | 'unknown'
  readonly machineMs: number | null
  readonly databaseMs: number | null
  readonly errorMs: number | null
  /** A leap second is announced by most sources for the end of this month (UTC). */
  readonly leap: boolean
  readonly sources: readonly { readonly name: string; readonly offsetMs: number | null; readonly why: string | null }[]
}

export interface TimeWatch extends Pick<Loop, 'run' | 'stop'> {
  /** The newest finding; null before the first. */
  readonly newest: () => TimeState | null
}

const median = (sorted: readonly number[]): number => {
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}

/** Judges what the sources said. `skewMs` is the machine's clock minus the database's. */
export function judgeTime(
  heard: readonly { readonly name: string; readonly answer: TimeAnswer | null; readonly why: string | null }[],
  skewMs: number,
): TimeState {
  const sources = heard.map(({ name, answer, why }) => ({ name, offsetMs: answer && Math.round(answer.offsetMs), why }))
  const answers = heard.flatMap(({ answer }) => (answer ? [answer] : []))
  const offset = median(answers.map((each) => each.offsetMs).sort((a, b) => a - b))
  const agreeing = answers.filter(
    (each) => Math.abs(each.offsetMs - offset) <= timeBounds.agreeWithinMs + each.delayMs / 2,
  )
  const leap = answers.filter((each) => each.leap).length > answers.length / 2
  // A majority of those that are named, so that the half of them cannot say what is right.
  const enough = agreeing.length >= Math.max(timeBounds.agreeing, Math.floor(heard.length / 2) + 1)
  if (!enough) return { state: 'unknown', machineMs: null, databaseMs: null, errorMs: null, leap, sources }
  const errorMs = median(agreeing.map((each) => each.delayMs / 2).sort((a, b) => a - b))
  const agreed = median(agreeing.map((each) => each.offsetMs).sort((a, b) => a - b))
  const machineMs = -agreed
  const databaseMs = machineMs - skewMs
  const certain = (ms: number) => Math.abs(ms) - errorMs
  const state =
    certain(databaseMs) > timeBounds.refuseMs
      ? 'refusing'
      : Math.max(certain(databaseMs), certain(machineMs)) > timeBounds.alarmMs
        ? 'off'
        : 'right'
  return {
    state,
    machineMs: Math.round(machineMs),
    databaseMs: Math.round(databaseMs),
    errorMs: Math.round(errorMs),
    leap,
    sources,
  }
}

/** The machine's clock minus the database's, in milliseconds, at the middle of the shortest of three round trips. */
export async function measureSkew(deployment: Deployment): Promise<number> {
  let best = { took: Number.POSITIVE_INFINITY, skew: 0 }
  for (let n = 0; n < 3; n += 1) {
    const before = Date.now()
    const { rows } = await deployment.database.pool.query<{ ms: number }>(
      'select extract(epoch from clock_timestamp())::float * 1000 as ms',
    )
    const took = Date.now() - before
    if (took < best.took) best = { took, skew: before + took / 2 - (rows[0]?.ms ?? 0) }
  }
  return best.skew
}

/** Of three questions to a source the answer that was quickest; why there is none. */
async function listenTo(source: TimeSource, patienceMs: number) {
  let best: TimeAnswer | null = null
  let why: string | null = null
  for (let n = 0; n < 3; n += 1) {
    try {
      const answer = await askTime(source, patienceMs)
      if (!best || answer.delayMs < best.delayMs) best = answer
    } catch (error) {
      why = (error as Error).message
      break
    }
  }
  return { name: source.name, answer: best, why: best ? null : why }
}

/** Asks the sources at once and then every half minute; `deployment.clockIsWrong` says what acts go by. */
export function startTimeWatch(
  deployment: Deployment,
  sources: readonly TimeSource[],
  { intervalMs = 30_000, patienceMs = 2_000 } = {},
): TimeWatch {
  let newest: TimeState | null = null
  const loop = startLoop('time', intervalMs, async () => {
    const [skewMs, ...heard] = await Promise.all([
      measureSkew(deployment),
      ...sources.map((source) => listenTo(source, patienceMs)),
    ])
    newest = judgeTime(heard, skewMs)
    deployment.clockIsWrong = newest.state === 'refusing'
    return 0
  })
  loop.poke()
  return { run: loop.run, stop: loop.stop, newest: () => newest }
}
