// The PostgreSQL process of a cluster folder: who it is, whether it lives, and how it is ended in order.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from './cannot-start.ts'

/** What `postmaster.pid` says; PostgreSQL writes the port only once it is past its first steps. */
export interface Postmaster {
  pid: number
  port: number | undefined
}

/** Reads `postmaster.pid` of a cluster; undefined when there is none. */
export const readPostmaster = (cluster: string): Postmaster | undefined => {
  const file = join(cluster, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n')
  return { pid: Number(pid), port: port ? Number(port) : undefined }
}

/** Whether a process of this number exists, whoever owns it. */
export const isAlive = (pid: number): boolean => {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Ends the server of a cluster: fast shutdown, then immediate after 20 s. Returns at once when none runs.
 * A number that the system has meanwhile given to another program is left alone.
 */
export const stopPostmaster = async (cluster: string): Promise<void> => {
  const postmaster = readPostmaster(cluster)
  if (!postmaster || !isAlive(postmaster.pid) || !(await isPostgres(postmaster.pid, cluster))) return
  for (const [signal, patience] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
  ] as const) {
    send(postmaster.pid, signal)
    const until = performance.now() + patience
    while (performance.now() < until) {
      if (!isAlive(postmaster.pid) || isZombie(postmaster.pid)) return
      await new Promise((again) => setTimeout(again, 10))
    }
  }
  throw new CannotStart(
    `An old PostgreSQL (process ${postmaster.pid}) still holds ${cluster} and does not end. Look at it with: ps -p ${postmaster.pid} -f`,
  )
}

const send = (pid: number, signal: NodeJS.Signals) => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ESRCH') return
    throw new CannotStart(
      `An old PostgreSQL (process ${pid}) belongs to another user and may not be ended from here. End it with: sudo kill -INT ${pid}`,
      { cause: error },
    )
  }
}

const isPostgres = async (pid: number, cluster: string): Promise<boolean> => {
  const line = await commandLine(pid)
  return line.includes('postgres') && line.includes(cluster)
}

const commandLine = async (pid: number): Promise<string> => {
  const file = `/proc/${pid}/cmdline`
  if (existsSync(file)) return readFileSync(file, 'utf8').replaceAll('\0', ' ')
  return new Promise((answer) => {
    execFile('ps', ['-ww', '-o', 'command=', '-p', String(pid)], (error, output) => answer(error ? '' : output))
  })
}

// In a container without an init process an ended orphan stays in the table; it holds nothing any more.
const isZombie = (pid: number): boolean => {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return false
  try {
    return /\) Z /.test(readFileSync(file, 'utf8'))
  } catch {
    return true
  }
}
