// `npm start`: looks at the folder, the port and the disk, builds the screens, starts the server, fills an empty sandbox, gives the address.
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buildScreens } from './build.mjs'
import { environment, runHere } from './children.mjs'
import { forget } from './forget.mjs'
import { checkFolder, checkSpace, claim } from './folder.mjs'
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
  if (options.fresh) await forget(data, process.env)
  if (!develop) await buildScreens()
  say(`Starting Naru (${country}, data in ${data})`)
  const server = startServer({ data, country, port, host, develop })
  claimed.name(server.child.pid)
  const address = await Promise.race([server.ready, server.ended.then(() => undefined)])
  if (address && !(await fillSandbox(address, options, server)))
    say('The sandbox is not filled; it will be tried again at the next start.')
  if (address) {
    say(`\nNaru is at ${address}   (ready after ${inTime(Date.now() - since)}; Ctrl-C ends it)\n`)
  }
  process.exitCode = await server.ended
}

/** The server as a child: `ready` gives its address, `ended` its exit code. Its own words go to our terminal. */
const startServer = ({ data, country, port, host, develop }) => {
  const words = ['all', '--data', data, '--country', country, '--port', String(port)]
  const child = spawn(process.execPath, [at('server', 'main.ts'), ...words], {
    cwd: at(),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment({ HOST: host, NODE_ENV: develop ? 'development' : 'production' }),
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

// The server imports no story, so the stories are played from here, as requests, once for every data folder.
const fillSandbox = async (address, { data, country, empty }, server) => {
  const done = join(data, 'filled.json')
  const script = at('stories', 'fill.ts')
  if (empty || existsSync(done) || !existsSync(script)) return true
  say('Filling the sandbox: its stories are played through the same requests that people make (once)')
  let over = false
  server.ended.then(() => {
    over = true
  })
  const code = await runHere(process.execPath, [script, '--url', address, '--country', country])
  if (code === 0) writeFileSync(done, `${JSON.stringify({ country, at: new Date().toISOString() })}\n`)
  return code === 0 || over
}

try {
  await main()
} catch (error) {
  if (!(error instanceof Stop)) throw error
  console.error(`\n${error.message}\n`)
  process.exit(1)
}
