// `npm run rebuild`: folds every case from its facts and compares it with what is stored; one line per difference, exit code 1 if there is any.
import pg from 'pg'
import { CannotStart } from './database/cannot-start.ts'
import { reachDatabase } from './database/reach.ts'
import { rebuild } from './rebuild.ts'
import { readSettings } from './settings.ts'

const meanings = {
  chain: 'its facts do not hang together',
  hash: 'a fact is not what its hash says',
  state: 'what is stored is not what its facts make',
  order: 'its facts are not numbered without a gap',
  entry: 'the log holds something else',
  gap: 'the log has a gap here',
  missing: 'a fact is not in the log',
  orphan: 'it is stored without a fact',
} as const

const main = async (): Promise<number> => {
  const settings = readSettings(['all', ...process.argv.slice(2)], process.env)
  const reached = await reachDatabase(settings)
  const pool = new pg.Pool({ connectionString: reached.appUrl, max: 2 })
  try {
    const since = performance.now()
    const { streams, facts, entries, findings } = await rebuild(pool)
    for (const { where, what } of findings) console.error(`${where}: ${meanings[what]} (${what})`)
    const time = ((performance.now() - since) / 1000).toFixed(1)
    console.log(
      `${streams} streams folded from ${facts} facts, ${entries} log entries, in ${time} s: ${findings.length || 'no'} differences`,
    )
    return findings.length ? 1 : 0
  } finally {
    await pool.end()
    await reached.close()
  }
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    if (error instanceof CannotStart) console.error(`\n${error.message}\n`)
    else console.error(error)
    process.exitCode = 1
  },
)
