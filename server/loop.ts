// Work that is done again and again: by the clock, at once when poked, and whole when somebody waits for it.

export interface Loop {
  /** Runs once for everything that is there now; a run that is under way is waited for and followed by another. Answers how much was done. */
  run(): Promise<number>
  /** Brings the next run forward; not nearer to the one before than the loop's rest. */
  poke(): void
  /** Ends after the run that is under way. */
  stop(): Promise<void>
}

const pokeMs = 10

/**
 * Starts a loop; a run that throws is told by name on the error output and the next one comes all the same. `restMs` keeps poked runs apart,
 * so that under a storm few runs do much each; a function says anew how far.
 */
export function startLoop(
  name: string,
  intervalMs: number,
  work: (stopped: () => boolean) => Promise<number>,
  restMs: number | (() => number) = 0,
): Loop {
  let stopped = false
  let began = 0
  let poked = false
  let running: Promise<number> | null = null
  let timer: NodeJS.Timeout | undefined

  const run = (): Promise<number> => {
    const mine: Promise<number> = (running ?? Promise.resolve(0))
      .catch(() => 0)
      .then(() => (stopped ? 0 : work(() => stopped)))
    running = mine
    return mine.finally(() => {
      if (running === mine) running = null
    })
  }
  const next = (inMs: number): void => {
    clearTimeout(timer)
    timer = setTimeout(tick, inMs)
  }
  const tick = (): void => {
    began = performance.now()
    poked = false
    run()
      .catch((error: unknown) => process.stderr.write(`${name}: ${String(error)}\n`))
      .finally(() => {
        if (!stopped && !poked) next(intervalMs)
      })
  }
  tick()
  return {
    run,
    poke: () => {
      // Poked once is poked: whoever pokes more often than a run comes must not put it off. What a run under way has already passed
      // by is met by the one that follows it.
      if (stopped || poked) return
      poked = true
      const rest = typeof restMs === 'number' ? restMs : restMs()
      next(Math.max(pokeMs, began + rest - performance.now()))
    },
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await running?.catch(() => {})
    },
  }
}
