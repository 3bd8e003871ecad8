// The data folder: may we write, is there space, does another Naru hold it.
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inBytes, Stop, say } from './say.mjs'

/** Where the sandbox's wallet keeps its keys: beside the data folder, never in it, since the server may hold no private key. */
export const walletOf = (data) => `${data}-wallet`

const elsewhere = 'or choose another place: NARU_DATA=<folder> npm start'

/** Makes the folder and proves that a file can be written into it. Throws Stop with what to do. */
export const checkFolder = (data) => {
  const probe = join(data, '.probe')
  try {
    mkdirSync(data, { recursive: true })
    writeFileSync(probe, 'naru')
    rmSync(probe)
  } catch (error) {
    throw new Stop(sentenceOf(error, data))
  }
}

const sentenceOf = (error, data) => {
  const sentences = {
    EACCES: `Naru may not write to ${data}. Give yourself the folder: sudo chown -R "$USER" ${data}\n${elsewhere}`,
    EPERM: `Naru may not write to ${data}. Give yourself the folder: sudo chown -R "$USER" ${data}\n${elsewhere}`,
    EROFS: `${data} lies on a read-only disk. Mount it for writing, ${elsewhere}`,
    ENOSPC: `There is no space left where ${data} lies. Free some, ${elsewhere}`,
    ENOTDIR: `${data} passes through something that is not a folder. Move that away, ${elsewhere}`,
    EEXIST: `${data} is a file, not a folder. Move it away, ${elsewhere}`,
  }
  return sentences[error.code] ?? `The data folder ${data} cannot be used (${error.message}). Mend it, ${elsewhere}`
}

const leastBytes = 500e6
const comfortableBytes = 2e9

/** Throws Stop below half a gigabyte of free space, warns below two. `free` is given by tests. */
export const checkSpace = (data, free = freeBytes(data)) => {
  if (free < leastBytes)
    throw new Stop(
      `There are ${inBytes(free)} free where ${data} lies; Naru needs at least ${inBytes(leastBytes)} to keep a record safely. Free some, ${elsewhere}`,
    )
  if (free < comfortableBytes) say(`Little space is left where ${data} lies: ${inBytes(free)}`)
}

const freeBytes = (data) => {
  const { bavail, bsize } = statfsSync(data)
  return bavail * bsize
}

/**
 * Takes the folder for this process. Answers `release`, which gives it back, and `name(pid)`, which adds the server's process: it may
 * outlive a killed launcher. Throws Stop when a living Naru holds the folder; a claim whose processes are gone is taken over.
 */
export const claim = async (data, { port }) => {
  const file = join(data, 'naru.pid')
  const mine = { pid: process.pid, port, since: new Date().toISOString() }
  const write = (claimed, flag) => writeFileSync(file, `${JSON.stringify(claimed)}\n`, { flag })
  for (let attempt = 0; ; attempt++) {
    try {
      write(mine, 'wx')
      break
    } catch (error) {
      if (error.code !== 'EEXIST' || attempt > 3) throw new Stop(sentenceOf(error, data))
      const holder = readHolder(file)
      const living = holder && [holder.pid, holder.server].find(isNaru)
      if (living)
        throw new Stop(
          `Naru already runs on ${data} (process ${living}, http://127.0.0.1:${holder.port}/).\n` +
            `End it with Ctrl-C there, or: kill ${living}\n` +
            `A second one needs its own folder and port: NARU_DATA=.data/second npm start -- --port ${holder.port + 1}`,
        )
      rmSync(file, { force: true })
    }
  }
  return {
    name: (server) => write({ ...mine, server }, 'w'),
    release: () => {
      if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true })
    },
  }
}

const readHolder = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

const isNaru = (pid) => {
  if (!Number.isInteger(pid)) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error.code !== 'EPERM') return false
  }
  const line = `/proc/${pid}/cmdline`
  return !existsSync(line) || /start\.mjs|main\.ts/.test(readFileSync(line, 'utf8'))
}
