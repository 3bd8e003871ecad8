// `npm test`: types, borders, form, words, unit, stories, browser; with --full also what takes longer. Every section runs, the sum stands last.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { buildScreens } from './build.mjs'
import { environment, runHere, runQuietly } from './children.mjs'
import { at } from './places.mjs'
import { inTime, Stop, say } from './say.mjs'
import { countTests, describeLeftOut } from './test-results.mjs'
import { findTools } from './tools.mjs'

const { values: chosen } = parseArgs({
  options: {
    full: { type: 'boolean' },
    /** Adds to the results of the `npm test` just run instead of running its sections again. */
    continue: { type: 'boolean' },
    only: { type: 'string', multiple: true },
  },
})

const bin = (name) => at('node_modules', '.bin', name)
const tools = await findTools()
const noted = at('.launch', 'test-results.json')

/** One program whose exit code is the result. Its words are shown only when it fails. */
const check =
  (program, words, { mend, ...options } = {}) =>
  async () => {
    const { code, output } = await runQuietly(program, words, options)
    if (code !== 0) say(output.trim())
    if (code !== 0 && mend) say(`Mended by: ${mend}`)
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  }

/** Test projects of vitest.config.ts; counts single tests, not files. */
const vitest =
  (projects, { env = {}, build = false, without = [] } = {}) =>
  async () => {
    if (build) await buildScreens()
    const file = at('.launch', `vitest-${projects.join('-')}.json`)
    rmSync(file, { force: true })
    const words = [
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      ...without.flatMap((files) => ['--exclude', files]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]
    const code = await runHere(process.execPath, [at('node_modules', 'vitest', 'vitest.mjs'), ...words], {
      env: environment({ ...env, NODE_ENV: 'test', ...tools.environment }),
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const counted = existsSync(file)
      ? countTests(JSON.parse(readFileSync(file, 'utf8')))
      : { passed: 0, failed: 0, leftOut: [] }
    // A crash outside the tests (a set-up that failed, an unhandled error) must not look like success.
    return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
  }

const types = async () => {
  if (existsSync(at('web', 'react-router.config.ts'))) {
    const typegen = await runQuietly(
      process.execPath,
      [at('node_modules', '@react-router', 'dev', 'bin.cjs'), 'typegen'],
      { cwd: at('web') },
    )
    if (typegen.code !== 0) say(typegen.output.trim())
  }
  return check(bin('tsc'), ['-b', '--pretty', 'false'])()
}

const ordinary = [
  ['types', types],
  ['borders', check(bin('oxlint'), ['--deny-warnings'])],
  ['form', check(bin('biome'), ['check', '--reporter=summary', '.'], { mend: 'npm run format' })],
  ['words', check(process.execPath, [at('web', 'words', 'check.ts')])],
  ['unit', vitest(['unit', 'server'])],
  ['stories', vitest(['stories'], { build: true })],
  ['browser', vitest(['browser'], { build: true })],
]

const hammer = (...words) => [at('hammer', 'main.ts'), ...words.map(String)]

const longer = [
  ['requirements', check(process.execPath, [at('launch', 'requirements.mjs')])],
  ['lock', check(process.execPath, [at('launch', 'check-lock.mjs')])],
  ['unused', check(bin('knip'), ['--no-progress'])],
  ['faults', vitest(['faults'])],
  ['pages', vitest(['pages'], { build: true })],
  // Short: whether anything is lost or doubled, not how fast.
  [
    'hammer',
    check(process.execPath, hammer('deadline', '--seconds', 5, '--bidders', 400, '--tenders', 1, '--runs', 1)),
  ],
  ['hammer pages', check(process.execPath, hammer('pages', '--seconds', 5, '--rate', 50))],
  ...(tools.postgresql15 ? [['server on PostgreSQL 15', () => onOldestPostgres()]] : []),
]

// What has a database of its own, or none.
const onNoDatabase = [
  'stories/**',
  'server/database/embedded.test.ts',
  'server/documents/**',
  'server/files/object-store.test.ts',
  'verifier/**',
  'server/neighbours/{public-address,signing,timestamp}.test.ts',
]

// The SQL is kept to what PostgreSQL 15 knows; the server's own tests are run on one, made for this and thrown away.
const onOldestPostgres = async () => {
  const { startOldPostgres } = await import('./old-postgres.mjs')
  const old = await startOldPostgres(tools.postgresql15)
  try {
    return await vitest(['server', 'faults'], { env: { NARU_TEST_DATABASE_URL: old.url }, without: onNoDatabase })()
  } finally {
    await old.stop()
  }
}

const main = async () => {
  const since = Date.now()
  mkdirSync(at('.launch'), { recursive: true })
  const before = chosen.continue && existsSync(noted) ? JSON.parse(readFileSync(noted, 'utf8')) : []
  const all = chosen.full ? (chosen.continue ? longer : [...ordinary, ...longer]) : ordinary
  const sections = chosen.only ? [...ordinary, ...longer].filter(([name]) => chosen.only.includes(name)) : all
  say(`Testing on Node ${process.versions.node}, ${availableParallelism()} cores`)
  const results = [...before]
  for (const [name, section] of sections) results.push(await runSection(name, section))
  writeFileSync(noted, JSON.stringify(results))
  return report(results, Date.now() - since)
}

const runSection = async (name, section) => {
  say(`\n── ${name}`)
  const since = Date.now()
  let result
  try {
    result = await section()
  } catch (error) {
    say(error instanceof Stop ? error.message : error.stack)
    result = { passed: 0, failed: 1 }
  }
  const time = Date.now() - since
  say(`── ${name}: ${result.passed} passed, ${result.failed} failed, ${inTime(time)}`)
  return { name, time, ...result }
}

const report = (results, time) => {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0)
  say('\n')
  for (const { name, passed, failed, time: took } of results)
    say(
      `${failed ? '✗' : '✓'} ${name.padEnd(26)}${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed  ${inTime(took)}`,
    )
  say(
    describeLeftOut(
      results.flatMap(({ leftOut = [] }) => leftOut),
      tools.missing,
    ),
  )
  say(`in ${inTime(time)}`)
  say(`${sum('passed')} passed, ${sum('failed')} failed`)
  return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1
}

process.exitCode = await main()
