// Memory watched while something runs: what it was at the start, and what was taken beyond that early and at most.

const MIB = 1024 * 1024

/** What something held of each kind at its start, and the most beyond that, MiB, until `early` was said and until the end. */
export interface Grown {
  readonly start: number
  readonly early: number
  readonly most: number
}

/** Watches amounts of memory (bytes) while something runs; `early` marks a point of it, so that growth with the size would be seen. */
export async function watching<T, Name extends string>(
  read: () => Readonly<Record<Name, number>>,
  work: (early: () => void) => Promise<T>,
): Promise<{ value: T; seconds: number; grown: Record<Name, Grown> }> {
  const start = read()
  const names = Object.keys(start) as Name[]
  const most: Record<Name, number> = { ...start }
  const early: Record<Name, number> = { ...start }
  let isEarly = true
  const look = (): void => {
    const now = read()
    for (const name of names) {
      most[name] = Math.max(most[name], now[name])
      if (isEarly) early[name] = most[name]
    }
  }
  const timer = setInterval(look, 50)
  const since = performance.now()
  try {
    const value = await work(() => {
      look()
      isEarly = false
    })
    look()
    const grown = names.map((name) => {
      const beyond = (bytes: number) => (bytes - start[name]) / MIB
      return [name, { start: start[name] / MIB, early: beyond(early[name]), most: beyond(most[name]) }]
    })
    return {
      value,
      seconds: (performance.now() - since) / 1000,
      grown: Object.fromEntries(grown) as Record<Name, Grown>,
    }
  } finally {
    clearInterval(timer)
  }
}

/** The growth in words. */
export const inWords = (name: string, { start, early, most }: Grown): string =>
  `${name} ${start.toFixed(0)} MiB, +${early.toFixed(0)} by ${earlyMebibytes} MiB, +${most.toFixed(0)} at most`

/** So much is sent when memory is noted first: what it grows after that would grow with the size. */
export const earlyMebibytes = 64
