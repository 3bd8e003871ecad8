// Makes sure that what package-lock.json names is what node_modules holds, and that the product's Node runs on this machine.
import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { runQuietly } from './children.mjs'
import { findNode, root } from './places.mjs'
import { inBytes, inTime, Stop, say, whileSaying } from './say.mjs'

/** Installs when needed and returns the path of the product's Node. Throws Stop with what to do. */
export const prepare = async () => {
  await refuseMissingLibatomic()
  const missing = findDifference()
  if (missing) await install(missing)
  return checkNode()
}

/** The first package that the lock names and node_modules lacks or holds in another version; undefined when they agree. */
export const findDifference = (folder = root) => {
  const installedFile = `${folder}/node_modules/.package-lock.json`
  if (!existsSync(installedFile)) return 'everything'
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages
  const locked = read(`${folder}/package-lock.json`)
  const installed = read(installedFile)
  const differs = ([path, { version, optional, link }]) =>
    path.startsWith('node_modules/') && !link && !optional && installed[path]?.version !== version
  return Object.entries(locked).find(differs)?.[0]
}

const neededBytes = 2e9

const install = async (missing) => {
  const fresh = missing === 'everything'
  const free = freeBytes()
  if (fresh && free < neededBytes)
    throw new Stop(
      `There are ${inBytes(free)} free where ${root} lies; Naru and its libraries need ${inBytes(neededBytes)}. Free some space and try again.`,
    )
  say(
    fresh
      ? `Installing the locked libraries, Node 26 and PostgreSQL 18 among them (once, about half a minute)`
      : 'The lock has changed; installing the difference',
  )
  // An update leaves the folder usable when it fails half-way; `npm ci` would empty it first.
  const words = fresh ? ['ci'] : ['install', '--no-save']
  const since = Date.now()
  const { code, output } = await whileSaying(
    (time) => `${inTime(time)}, ${inBytes(Math.max(0, free - freeBytes()))} unpacked`,
    npm([
      ...words,
      '--include=dev',
      '--include=optional',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]),
  )
  if (code !== 0) throw new Stop(explainNpm(output))
  say(`Installed in ${inTime(Date.now() - since)}`)
}

const freeBytes = () => {
  const { bavail, bsize } = statfsSync(root)
  return bavail * bsize
}

const npm = (words) => {
  const script = process.env.npm_execpath
  return script && /\.c?js$/.test(script)
    ? runQuietly(process.execPath, [script, ...words], { env: process.env })
    : runQuietly(process.platform === 'win32' ? 'npm.cmd' : 'npm', words, {
        env: process.env,
        shell: process.platform === 'win32',
      })
}

/** npm's complaint as a sentence that says what to do. */
export const explainNpm = (output) => {
  const tail = output.trim().split('\n').slice(-8).join('\n')
  if (/ENOSPC/.test(output)) return `The disk is full. Free ${inBytes(neededBytes)} and try again.`
  if (/EACCES|EPERM/.test(output))
    return `npm may not write to ${root}. Give yourself the folder (sudo chown -R "$USER" ${root}) and try again.\n${tail}`
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|network/i.test(output))
    return `npm does not reach its registry. Check the network or the proxy (npm config get proxy) and try again.\n${tail}`
  if (/EINTEGRITY/.test(output))
    return `A library that npm fetched is not the one that was locked. Empty npm's cache (npm cache clean --force) and try again; if it stays, do not go on.\n${tail}`
  return `npm could not install the libraries:\n${tail}`
}

const libatomicFolders = [
  '/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
  '/lib/aarch64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/lib64',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
]

const libatomicSentence =
  "Naru's Node needs the system library libatomic.so.1, which this machine lacks.\n" +
  'Install it and try again:  apt install libatomic1   (Fedora, Red Hat: dnf install libatomic)'

// Said before the long download; checkNode asks again where the library may lie in an unusual place.
const refuseMissingLibatomic = async () => {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return
  if (libatomicFolders.some((folder) => existsSync(`${folder}/libatomic.so.1`))) return
  const { output } = await runQuietly('/sbin/ldconfig', ['-p'])
  if (!output.includes('libatomic.so.1')) throw new Stop(libatomicSentence)
}

const checkNode = async () => {
  const node = findNode()
  if (!node) {
    if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath
    throw new Stop(
      `Naru brings its own Node 26 for Linux, macOS (Apple) and Windows, but none came for ${process.platform} ${process.arch}.\n` +
        'If npm was told to leave out optional packages (npm config get omit), let it install them; else install Node 26 and try again.',
    )
  }
  const { code, output } = await runQuietly(node, ['--version'])
  if (code === 0) return node
  if (/libatomic/.test(output)) throw new Stop(libatomicSentence)
  throw new Stop(`Naru's own Node (${node}) does not run on this machine:\n${output.trim()}`)
}
