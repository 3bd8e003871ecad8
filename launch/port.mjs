// Whether the address can be listened on, and if not, by whose fault.
import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { Stop } from './say.mjs'

/** Throws Stop when `port` cannot be listened on at `host`; 0 (any free port) is always right. */
export const checkPort = async (port, host) => {
  const error = port === 0 ? undefined : await tryToListen(port, host)
  if (!error) return
  if (error.code === 'EADDRINUSE') {
    const holder = await findHolder(port)
    throw new Stop(
      `Port ${port} is taken${holder ? ` by ${holder}` : ' by another program'}. Take another: npm start -- --port ${await findFree(port + 1, host)}`,
    )
  }
  if (error.code === 'EACCES')
    throw new Stop(`This user may not listen on port ${port}. Take one from 1024 up: npm start -- --port 8080`)
  if (error.code === 'EADDRNOTAVAIL')
    throw new Stop(
      `This machine has no address ${host}. Take 127.0.0.1 (only this machine) or 0.0.0.0 (all): npm start -- --host 0.0.0.0`,
    )
  throw new Stop(`Naru cannot listen on ${host}:${port} (${error.message}).`)
}

const tryToListen = (port, host) =>
  new Promise((answer) => {
    const probe = createServer()
    probe.once('error', answer)
    probe.listen(port, host, () => probe.close(() => answer(undefined)))
  })

const findFree = async (from, host) => {
  for (let port = from; port < from + 50; port++) if (!(await tryToListen(port, host))) return port
  return from
}

// Only a help to the reader: where neither tool is installed, or the program is another user's, the sentence does without.
const findHolder = async (port) => {
  const ss = await ask('ss', ['-ltnpH', `sport = :${port}`])
  const [, name, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(ss) ?? []
  if (name) return `${name} (process ${pid})`
  const lsof = await ask('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fcp'])
  const [, number] = /^p(\d+)/m.exec(lsof) ?? []
  const [, command] = /^c(.+)/m.exec(lsof) ?? []
  return command ? `${command} (process ${number})` : undefined
}

const ask = (program, words) =>
  new Promise((answer) => {
    execFile(program, words, { timeout: 2000 }, (error, output) => answer(error ? '' : output))
  })
