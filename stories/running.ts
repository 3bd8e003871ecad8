// Starts the program and a wallet as processes of their own on an empty folder, as an operator would, and ends them.
import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Cast } from './cast/cast.ts'
import { readerAt } from './client.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A running sandbox. `log` is the file with all that the program printed; `data` its folder; `pid` its process. */
export interface Running {
  readonly url: string
  readonly wallet: string
  readonly data: string
  readonly walletFolder: string
  readonly log: string
  readonly pid: number
  readonly stop: () => Promise<void>
  /** Kills the program as a power cut would; its folder stays as it is. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same folder and port. */
  readonly again: () => Promise<void>
}

/**
 * Starts a fresh sandbox of a country on a free port (or the one in `more.PORT`), without probes of its own. Its clock begins `daysEarlier` before the real time. The program's words go to a
 * file; they are printed when it ends before it is asked to. `flags` are Node's own. Throws when it does not come up.
 */
export async function startSandbox(
  country: Cast['country'],
  daysEarlier = 70,
  more: NodeJS.ProcessEnv = {},
  flags: readonly string[] = [],
): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), `naru-stories-${country}-`))
  // PostgreSQL may run as another user (never as root), who must be able to come to its folder.
  chmodSync(folder, 0o711)
  const data = join(folder, 'data')
  const walletFolder = join(folder, 'wallet')
  const log = join(folder, 'server.log')
  const port = Number(more.PORT ?? (await freePort()))
  const url = `http://127.0.0.1:${port}`
  const wallet = startProgram(
    [
      'stories/wallet/main.ts',
      '--folder',
      walletFolder,
      '--origin',
      url,
      '--origin',
      url.replace('127.0.0.1', 'localhost'),
    ],
    /^The wallet is at (\S+)/,
    join(folder, 'wallet.log'),
  )
  const walletUrl = await wallet.found
  const start = () =>
    startProgram(
      [...flags, 'server/main.ts', 'all', '--data', data, '--country', country, '--port', String(port)],
      /^Naru is at (http\S+?)\/?$/,
      log,
      {
        NARU_WALLET: walletUrl,
        OUTAGE_PROBES: 'none',
        ...more,
      },
    )
  let server = start()
  await server.found.catch((error: unknown) => {
    wallet.child.kill()
    throw error
  })
  const moved = await readerAt(url).raw('POST', '/sandbox/clock', { beginDaysEarlier: daysEarlier })
  if (!moved.ok) throw new Error(`the clock could not begin earlier: ${await moved.text()}`)
  return {
    url,
    wallet: walletUrl,
    data,
    walletFolder,
    log,
    get pid() {
      return server.child.pid ?? 0
    },
    stop: async () => {
      await Promise.all([end(server.child), end(wallet.child)])
      if (!process.env.NARU_KEEP) rmSync(folder, { recursive: true, force: true })
    },
    kill: async () => {
      const gone = new Promise<void>((resolve) => server.child.once('close', () => resolve()))
      server.child.kill('SIGKILL')
      await gone
    },
    again: async () => {
      server = start()
      await server.found
    },
  }
}

function startProgram(
  words: readonly string[],
  address: RegExp,
  log: string,
  more: NodeJS.ProcessEnv = {},
): { child: ChildProcess; found: Promise<string> } {
  const child = spawn(process.execPath, [...words], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  const found = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line)
        appendFileSync(log, `${line}\n`)
        const [, at] = address.exec(line) ?? []
        if (at) resolve(at)
      })
    child.on('error', reject)
    child.on('close', (code) =>
      reject(new Error(`${words.join(' ')} ended with ${code} before it was ready:\n${said.slice(-40).join('\n')}`)),
    )
  })
  found.catch(() => {})
  return { child, found }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await gone
  clearTimeout(late)
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
