// `npm start`: looks at the folder, the port and the disk, builds the screens, starts the server, fills an empty sandbox, gives the address.
import { spawn } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buildScreens } from './build.mjs'
import { environment, runHere } from './children.mjs'
import { checkFolder, checkSpace, claim, walletOf } from './folder.mjs'
import { forget } from './forget.mjs'
import { readOptions, usage } from './options.mjs'
import { at } from './places.mjs'
import { checkPort } from './port.mjs'
import { inTime, Stop, say } from './say.mjs'

const main = async () => {
  const since = Date.now()
  const options = readOptions(process.argv.slice(2), process.env)
  if (options.help) return usage()
  const { data, country, port, host, develop } = options
  checkFolder(data)
  checkSpace(data)
  const claimed = await claim(data, { port })
  process.on('exit', claimed.release)
  await checkPort(port, host)
  if (options.fresh || wasInterrupted(data)) await forget(data, process.env)
  if (!develop) await buildScreens()
  say(`Starting Naru (${country}, data in ${data})`)
  const wallet = await startWallet(options)
  const server = startServer(options, wallet)
  claimed.name(server.child.pid)
  const address = await Promise.race([server.ready, server.ended.then(() => undefined)])
  if (address) await fillSandbox(address, wallet, options, server)
  if (address) {
    say(`\nNaru is at ${address}   (ready after ${inTime(Date.now() - since)}; Ctrl-C ends it)\n`)
  }
  // Not the exit code alone: the wallet would keep us waiting, and is ended by our end.
  process.exit(await server.ended)
}

/**
 * The sandbox's wallet, which holds the keys of its invented people in a folder that the server never sees; its address, or undefined
 * in live mode, where people have their own. It ends with us.
 */
const startWallet = ({ data, port, host }) => {
  const script = at('stories', 'wallet', 'main.ts')
  if (process.env.NARU_MODE === 'live' || !existsSync(script)) return undefined
  const origins = new Set(['127.0.0.1', 'localhost', host].map((name) => `http://${name}:${port}`))
  if (process.env.PUBLIC_ORIGIN) origins.add(process.env.PUBLIC_ORIGIN)
  const words = ['--folder', walletOf(data), ...[...origins].flatMap((origin) => ['--origin', origin])]
  const child = spawn(process.execPath, [script, ...words], {
    cwd: at(),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: environment({ NARU_PARENT: 'watched' }),
  })
  process.on('exit', () => child.kill())
  return new Promise((answer, fail) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, address] = /^The wallet is at (http\S+)/.exec(line) ?? []
      if (address) answer(address)
    })
    child.on('error', fail)
    child.on('exit', (code) =>
      fail(new Stop(`The sandbox's wallet did not start (exit code ${code}); its reason stands above.`)),
    )
  })
}

/** The server as a child: `ready` gives its address, `ended` its exit code. Its own words go to our terminal. */
const startServer = ({ data, country, port, host, develop }, wallet) => {
  const words = ['all', '--data', data, '--country', country, '--port', String(port)]
  const child = spawn(process.execPath, [at('server', 'main.ts'), ...words], {
    cwd: at(),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment({
      HOST: host,
      NODE_ENV: develop ? 'development' : 'production',
      ...(wallet && { NARU_WALLET: wallet }),
    }),
  })
  // Ctrl-C reaches the server from the terminal; only a `kill` of us has to be passed on.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  let answer
  const ready = new Promise((resolve) => {
    answer = resolve
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, address] = /^Naru is at (http\S+)/.exec(line) ?? []
    if (address) answer(address)
    else say(line)
  })
  const ended = new Promise((resolve, fail) => {
    child.on('error', fail)
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)))
  })
  return { ready, ended, child }
}

// The server imports no story, so the stories are played from here, as requests, once for every data folder. They begin on an empty
// clock and cannot go on from the middle: `filling` marks the time in which an interruption means to begin anew.
const fillSandbox = async (address, wallet, { data, country, empty }, server) => {
  const script = at('stories', 'fill.ts')
  const done = join(data, 'filled.json')
  if (empty || !wallet || existsSync(done) || !existsSync(script)) return
  say('Filling the sandbox: its stories are played through the same requests that people make (once, some minutes)')
  const since = Date.now()
  const filling = join(data, 'filling')
  writeFileSync(filling, '')
  let over = false
  server.ended.then(() => {
    over = true
  })
  const code = await runHere(process.execPath, [script, '--url', address, '--country', country, '--wallet', wallet])
  if (over || code > 128) return
  writeFileSync(done, `${JSON.stringify({ country, complete: code === 0 })}\n`)
  rmSync(filling)
  say(
    code === 0
      ? `Filled in ${inTime(Date.now() - since)}`
      : 'Not every story could be played; the reason stands above. The others are there. To begin anew: npm start -- --fresh',
  )
}

const wasInterrupted = (data) => {
  const interrupted = existsSync(join(data, 'filling')) && !existsSync(join(data, 'filled.json'))
  if (interrupted && process.env.DATABASE_URL)
    throw new Stop(
      `The last start was interrupted while it filled your database. Empty it (dropdb, createdb), delete ${join(data, 'filling')}, and start again.`,
    )
  if (interrupted) say('The last start was interrupted while it filled the sandbox; it is begun anew')
  return interrupted
}

try {
  await main()
} catch (error) {
  if (!(error instanceof Stop)) throw error
  console.error(`\n${error.message}\n`)
  process.exit(1)
}
