// Processor seconds of the program, of PostgreSQL with all its processes, and of the generator itself: on a machine that others use too,
// they say more than the clock. Read from Linux' /proc; 0 elsewhere.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Stat {
  readonly parent: number
  readonly seconds: number
  /** Of its children that have ended. */
  readonly ended: number
}

function statOf(pid: number | string): Stat | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) ?? []
    const ticks = (at: number) => ((fields[at] ?? 0) + (fields[at + 1] ?? 0)) / 100
    return { parent: fields[1] ?? 0, seconds: ticks(11), ended: ticks(13) }
  } catch {
    return null
  }
}

/** Seconds a process has used. */
export const processSeconds = (pid: number): number => statOf(pid)?.seconds ?? 0

/** Seconds the sandbox's own PostgreSQL has used. */
export function postgresSeconds(data: string): number {
  const pid = postmaster(data)
  const own = pid === null ? null : statOf(pid)
  if (!own) return 0
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
  return processes.reduce((sum, each) => sum + (each?.parent === pid ? each.seconds : 0), own.seconds + own.ended)
}

/** Seconds this program has used. */
export const ownSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function postmaster(data: string): number | null {
  for (const name of readdirSync(data)) {
    try {
      return Number(readFileSync(join(data, name, 'postmaster.pid'), 'utf8').split('\n')[0])
    } catch {
      // Not the database's folder.
    }
  }
  return null
}
