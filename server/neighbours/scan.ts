// The virus scanner: a client of clamd over TCP (clamd(8), INSTREAM), and the loop that scans what was uploaded.
//
// Fail closed: a file is clean only when clamd said so in the one way it says it. A refused connection, a slow, garbled or missing answer
// leaves the file "not scanned", which nobody can publish or download, and it is tried again later.
// clamd's StreamMaxLength must be at least the largest upload (200 MB); Debian's default of 25 MB leaves larger files unscanned.
import { connect, type Socket } from 'node:net'
import type { Deployment } from '../deployment.ts'
import { clearUnsubmitted } from '../files/attachments.ts'
import { clearAbandoned } from '../files/receive.ts'
import { fileAt } from '../files/store.ts'
import { type Loop, startLoop } from '../loop.ts'

export interface ScanAddress {
  readonly host: string
  readonly port: number
  /** The longest silence before a scan counts as failed, milliseconds. */
  readonly patienceMs?: number
}

export type Verdict = { readonly clean: true } | { readonly clean: false; readonly virus: string }

const longestAnswer = 4096
const defaultPatience = 120_000

/** Asks clamd whether the bytes are clean. Throws when there is no answer that can be trusted. */
export async function scanBytes(address: ScanAddress, bytes: AsyncIterable<Uint8Array>): Promise<Verdict> {
  const answer = await converse(address, async (socket) => {
    await send(socket, 'zINSTREAM\0')
    for await (const chunk of bytes) {
      if (chunk.length === 0) continue
      const length = Buffer.alloc(4)
      length.writeUInt32BE(chunk.length)
      await send(socket, length)
      await send(socket, chunk)
    }
    await send(socket, Buffer.alloc(4))
  })
  return readVerdict(answer)
}

/** Whether clamd is there: it answers PING with PONG. */
export const scannerAnswers = (address: ScanAddress): Promise<boolean> =>
  converse(address, (socket) => send(socket, 'zPING\0')).then(
    (answer) => answer.replace(/[\0\n]+$/, '') === 'PONG',
    () => false,
  )

/** Reads clamd's answer to INSTREAM. Throws for anything but exactly one verdict. */
export function readVerdict(answer: string): Verdict {
  const [line = '', ...more] = answer.split('\0').filter((part) => part !== '')
  if (more.length > 0) throw new Error('the scanner answered more than once')
  if (line === 'stream: OK') return { clean: true }
  const virus = /^stream: ([\x21-\x7e]{1,200}) FOUND$/.exec(line)?.[1]
  if (virus) return { clean: false, virus }
  throw new Error(line ? `the scanner answered: ${line.slice(0, 200)}` : 'the scanner gave no answer')
}

/** Opens a connection, lets `speak` write, and answers what comes back until clamd closes. */
function converse(address: ScanAddress, speak: (socket: Socket) => Promise<void>): Promise<string> {
  const patience = address.patienceMs ?? defaultPatience
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address.host, port: address.port })
    const parts: Buffer[] = []
    let length = 0
    let ended = false
    const end = (error: Error | null): void => {
      if (ended) return
      ended = true
      socket.destroy()
      if (error) reject(error)
      else resolve(Buffer.concat(parts).toString('latin1'))
    }
    socket.setTimeout(patience, () => end(new Error(`the scanner was silent for ${patience} ms`)))
    socket.on('data', (part) => {
      length += part.length
      if (length > longestAnswer) end(new Error('the scanner answered too much'))
      else parts.push(part as Buffer)
    })
    socket.on('error', (error) => end(length > 0 ? null : error))
    socket.on('close', () => end(null))
    socket.once('connect', () => {
      // clamd may answer and close before all is sent, when a file is too large: its answer counts, not the broken pipe.
      speak(socket).catch((error: Error) => {
        if (length === 0) setTimeout(() => end(length > 0 ? null : error), 50).unref()
      })
    })
  })
}

const send = (socket: Socket, bytes: string | Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    if (socket.destroyed) reject(new Error('the scanner closed the connection'))
    else socket.write(bytes, (error) => (error ? reject(error) : resolve()))
  })

/** `run` scans all that waits now and answers how many verdicts were reached. */
export type Scanner = Pick<Loop, 'run' | 'stop'>

const atOnce = 4
const abandonedEveryMs = 3_600_000

interface Waiting {
  readonly id: string
  readonly storage_key: string
  readonly scan_failures: number
}

/** Starts the loop that scans finished uploads, oldest first. Each failure doubles the wait for that file, up to ten minutes. */
export function startScanner(deployment: Deployment, address: ScanAddress, intervalMs = 250): Scanner {
  const { pool } = deployment.database
  let stopped = () => false
  let cleared = 0

  async function scanOne(file: Waiting): Promise<boolean> {
    let verdict: Verdict
    try {
      verdict = await scanBytes(address, deployment.files.read(fileAt(file.storage_key)))
    } catch (error) {
      await pool.query(
        `update upload set scan_failures = scan_failures + 1, scan_note = $2,
           scan_next_try = clock_timestamp() + make_interval(secs => least(600, 2 ^ least(scan_failures, 10)))
         where id = $1 and scan = 'not-scanned'`,
        [file.id, (error as Error).message.slice(0, 300)],
      )
      return false
    }
    await pool.query(
      `update upload set scan = $2, scan_note = $3, scanned = clock_timestamp() where id = $1 and scan = 'not-scanned'`,
      [file.id, verdict.clean ? 'clean' : 'infected', verdict.clean ? null : verdict.virus],
    )
    return true
  }

  async function work(): Promise<number> {
    let verdicts = 0
    for (;;) {
      const { rows } = await pool.query<Waiting>(
        `select id, storage_key, scan_failures from upload where scan = 'not-scanned' and completed is not null and scan_next_try <= clock_timestamp()
         order by completed limit $1`,
        [atOnce],
      )
      if (rows.length === 0 || stopped()) break
      const reached = await Promise.all(rows.map(scanOne))
      verdicts += reached.filter(Boolean).length
    }
    if (Date.now() - cleared > abandonedEveryMs) {
      cleared = Date.now()
      await clearAbandoned(deployment)
      await clearUnsubmitted(deployment)
    }
    return verdicts
  }

  return startLoop('scanner', intervalMs, (isStopped) => {
    stopped = isStopped
    return work()
  })
}
