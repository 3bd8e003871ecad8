// `npm run requirements`: which test holds which certification gate, and what stands open. With --break, proof that each test can fail.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { breakAndTest } from './break.mjs'
import { at, root } from './places.mjs'
import { say } from './say.mjs'

const { values: chosen, positionals: only } = parseArgs({
  options: { break: { type: 'boolean' } },
  allowPositionals: true,
})
const rooms = [
  'domain',
  'countries',
  'sealing',
  'log',
  'ocds',
  'server',
  'web',
  'stories',
  'hammer',
  'launch',
  'witness',
  'verifier',
  'guardian',
]
const left = new Set(['node_modules', 'dist-types', 'build', '.react-router'])

// A file that tells tests for others (a room's stories share one) counts as well: it is known by its import.
const findTestFiles = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (left.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return findTestFiles(path)
    if (!/\.(ts|tsx|mjs)$/.test(entry.name)) return []
    return /\.test\./.test(entry.name) || /from 'vitest'/.test(readFileSync(path, 'utf8')) ? [path] : []
  })

/** Every title of a test or a group of tests that names a gate: `{ id, file, title }`. */
const findHolders = () => {
  const titles = /\b(?:test|it|describe)(?:\.\w+)*(?:\([^'"`]*\))?\(\s*(['"`])((?:\\.|(?!\1)[^])*?)\1/g
  return rooms
    .filter((room) => existsSync(at(room)))
    .flatMap((room) => findTestFiles(at(room)))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(titles)].flatMap(([, , title]) =>
        (title.match(/\b[A-Z]{3}-\d\d\b/g) ?? []).map((id) => ({ id, file: relative(root, file), title })),
      ),
    )
}

const stateFile = at('docs', 'state.md')
const openLines = existsSync(stateFile) ? readFileSync(stateFile, 'utf8').split('\n') : []
const { gates } = JSON.parse(readFileSync(at('docs', 'requirements.json'), 'utf8'))
const holders = findHolders()
const wanted = gates.filter(({ id }) => only.length === 0 || only.includes(id))
let nothing = 0
let misfits = 0

for (const { id, says, break: breaks } of wanted) {
  const mine = holders.filter((holder) => holder.id === id)
  const open = openLines.find((line) => line.includes(id))
  const state =
    mine.length > 0
      ? `${mine.length} test${mine.length > 1 ? 's' : ''}${open ? ', partly open' : ''}`
      : open
        ? 'open'
        : 'NOTHING'
  if (state === 'NOTHING') nothing += 1
  say(`${id}  ${state.padEnd(22)} ${says}`)
  for (const { file, title } of mine) say(`          ${file}: ${title}`)
  if (open) say(`          docs/state.md: ${open.trim()}`)
  for (const { file, find } of breaks) {
    const times = existsSync(at(file)) ? readFileSync(at(file), 'utf8').split(find).length - 1 : 0
    if (times === 1) continue
    misfits += 1
    say(`          the change of ${file} fits nowhere or more than once: ${find.trim()}`)
  }
  if (mine.length > 0 && breaks.length === 0) say('          no change is named yet that makes a test fail')
}

const unnoticed = chosen.break
  ? await breakAndTest(wanted.flatMap(({ id, break: breaks }) => breaks.map((change) => ({ id, ...change }))))
  : 0
const held = wanted.filter(({ id }) => holders.some((holder) => holder.id === id)).length
const open = wanted.length - held - nothing
say(
  `\n${wanted.length} gates: ${held} held by tests, ${open} open, ${nothing} with nothing, ${misfits} changes that no longer fit${chosen.break ? `; ${unnoticed} changes not noticed` : ''}`,
)
process.exitCode = nothing + misfits + unnoticed > 0 ? 1 : 0
