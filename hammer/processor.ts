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

const allProcesses = (): { pid: number; stat: Stat }[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = statOf(name)
      return stat ? [{ pid: Number(name), stat }] : []
    })

/** Seconds the sandbox's own PostgreSQL has used. */
export function postgresSeconds(data: string): number {
  const pid = postmaster(data)
  const own = pid === null ? null : statOf(pid)
  if (!own) return 0
  return allProcesses().reduce(
    (sum, { stat }) => sum + (stat.parent === pid ? stat.seconds : 0),
    own.seconds + own.ended,
  )
}

/** Seconds the program's other processes have used: witnesses, guardians, time-stamp authorities and the like, not its PostgreSQL. */
export function neighbourSeconds(pid: number, data: string): number {
  const postgres = postmaster(data)
  return allProcesses().reduce(
    (sum, each) => sum + (each.stat.parent === pid && each.pid !== postgres ? each.stat.seconds : 0),
    0,
  )
}

// Chromium's own processes write their words with spaces between them.
const wordsOf = (pid: number): string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(/[\0 ]/)
  } catch {
    return []
  }
}

/** Resident memory of a process, bytes; 0 when it is gone. */
export function residentBytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** What the Chromium that keeps its things in this folder holds, of its largest page and of all its processes with what they share, bytes; and the seconds they used. */
export function chromiumUse(folder: string): { page: number; all: number; seconds: number } {
  const processes = allProcesses()
  const main = processes.find(({ pid }) => wordsOf(pid).includes(`--user-data-dir=${folder}`))?.pid
  const own = new Set(main === undefined ? [] : [main])
  for (let before = -1; before < own.size; ) {
    before = own.size
    for (const { pid, stat } of processes) if (own.has(stat.parent)) own.add(pid)
  }
  const sizes = [...own].map((pid) => ({ page: wordsOf(pid).includes('--type=renderer'), bytes: residentBytes(pid) }))
  return {
    page: Math.max(0, ...sizes.filter((each) => each.page).map((each) => each.bytes)),
    all: sizes.reduce((sum, each) => sum + each.bytes, 0),
    seconds: processes.reduce((sum, { pid, stat }) => sum + (own.has(pid) ? stat.seconds : 0), 0),
  }
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
