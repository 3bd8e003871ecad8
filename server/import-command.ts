// `npx naru import ocds <file or folder>…`: takes in published releases and prints what came of it.
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { CannotStart } from './database/cannot-start.ts'
import { reachDatabase } from './database/reach.ts'
import { importOcds } from './import-ocds.ts'
import { reportLines } from './import-report.ts'
import { readSettings } from './settings.ts'
import { migrate } from './store/migrate.ts'

const usage = `naru import ocds <file or folder> [more]   takes OCDS releases into the public list as read-only history
  JSON and JSON Lines, also packed with gzip: release packages, record packages, records, releases.
  --publisher <name>   who published what names no publisher
  --report <file>      everything that was left out, one line of JSON each
  --data <folder>, --country <code>   which Naru; it may run meanwhile`

const optionNames = ['--publisher', '--report', '--data', '--country', '--mode']

async function main(words: readonly string[]): Promise<number> {
  const options = new Map<string, string>()
  const paths: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string
    if (optionNames.includes(word)) options.set(word, words[++at] ?? '')
    else paths.push(word)
  }
  const [what, ...files] = paths
  if (what !== 'ocds' || files.length === 0 || files.some((each) => each.startsWith('--'))) {
    console.error(usage)
    return 2
  }
  const kept = ['--data', '--country', '--mode'].flatMap((name) =>
    options.has(name) ? [name, options.get(name) ?? ''] : [],
  )
  const country = options.get('--country') ?? process.env.NARU_COUNTRY ?? 'kg'
  const usual = join(import.meta.dirname, '..', '.data', country)
  const settings = readSettings(['all', ...kept], { NARU_DATA: usual, ...process.env })
  const reached = await reachDatabase(settings)
  const pool = new pg.Pool({ connectionString: reached.appUrl, max: 2 })
  const list = options.has('--report') ? createWriteStream(options.get('--report') ?? '') : null
  try {
    await migrate(reached.ownerUrl)
    const publisher = options.get('--publisher')
    const report = await importOcds(pool, files, {
      ...(publisher && { publisher }),
      onLeftOut: (line) => list?.write(`${JSON.stringify(line)}\n`),
      ...(process.stderr.isTTY && { say: (line: string) => process.stderr.write(`\r\u001b[2K${line.slice(0, 100)}`) }),
    })
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K')
    for (const line of reportLines(report)) console.log(line)
    return report.files === 0 || (report.found === 0 && Object.keys(report.leftOut).length > 0) ? 1 : 0
  } finally {
    list?.end()
    await pool.end()
    await reached.close()
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    if (error instanceof CannotStart) console.error(`\n${error.message}\n`)
    else console.error(error)
    process.exitCode = 1
  },
)
