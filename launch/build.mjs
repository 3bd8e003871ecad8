// Builds the screens when their sources are newer than the build, judged by content and not by dates.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, runHere, runQuietly } from './children.mjs'
import { at } from './places.mjs'
import { inTime, Stop, say } from './say.mjs'

const rooms = ['web', 'domain', 'countries', 'sealing', 'log', 'ocds', 'server', 'verifier']
const left = new Set(['node_modules', 'dist-types', 'build', '.react-router', '.data', 'golden', 'sql', 'examples'])

/** Builds the screens unless the last build was made from the same sources. `talk` shows the builder's own output. */
export const buildScreens = async ({ talk = false } = {}) => {
  if (!existsSync(at('web', 'vite.config.ts'))) return
  const stampFile = at('.launch', 'screens')
  const stamp = hashSources()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && existsSync(at('web', 'build'))) return
  say('Building the screens')
  const since = Date.now()
  for (const [program, words] of steps()) {
    const options = { cwd: at('web'), env: environment({ NODE_ENV: 'production' }) }
    if (talk) {
      const code = await runHere(program, words, options)
      if (code !== 0) throw new Stop('The screens could not be built; the reason stands above.')
    } else {
      const { code, output } = await runQuietly(program, words, options)
      if (code !== 0)
        throw new Stop(`The screens could not be built:\n${output.trim().split('\n').slice(-30).join('\n')}`)
    }
  }
  mkdirSync(at('.launch'), { recursive: true })
  writeFileSync(stampFile, stamp)
  say(`Built in ${inTime(Date.now() - since)}`)
}

// A room that wants more than the framework's build says so in the script `build` of web/package.json.
const steps = () => [...screenSteps(), [process.execPath, [at('verifier', 'build-page.ts')]]]

const screenSteps = () => {
  const { scripts = {} } = JSON.parse(readFileSync(at('web', 'package.json'), 'utf8'))
  return scripts.build
    ? [process.platform === 'win32' ? ['cmd', ['/c', scripts.build]] : ['sh', ['-c', scripts.build]]]
    : [[process.execPath, [at('node_modules', '@react-router', 'dev', 'bin.cjs'), 'build']]]
}

/** SHA-256 over the names and bytes of every source that can change the build. */
const hashSources = () => {
  const hash = createHash('sha256').update(readFileSync(at('package-lock.json')))
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (left.has(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (entry.isFile()) hash.update(`${path}\0`).update(readFileSync(path))
    }
  }
  for (const room of rooms) if (existsSync(at(room))) walk(at(room))
  return hash.digest('hex')
}
