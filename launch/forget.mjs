// `--fresh`: forgets one data folder, and only a folder that Naru made.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from './children.mjs'
import { walletOf } from './folder.mjs'
import { at } from './places.mjs'
import { Stop, say } from './say.mjs'

/** Ends the embedded PostgreSQL of the folder and empties it. Throws Stop on a foreign folder or an operator's database. */
export const forget = async (data, env) => {
  if (env.DATABASE_URL)
    throw new Stop(
      '--fresh forgets only what Naru itself made, never a database of yours. Empty it yourself (dropdb, createdb), then start without --fresh.',
    )
  const entries = readdirSync(data).filter((name) => name !== 'naru.pid')
  if (entries.length === 0) return
  if (!existsSync(join(data, 'database.json')))
    throw new Stop(
      `${data} does not look like a folder of Naru's, so --fresh leaves it alone. Empty it yourself, or choose another with NARU_DATA.`,
    )
  say(`Forgetting ${data}`)
  const { code, output } = await runQuietly(process.execPath, [at('server', 'database', 'remove-embedded.ts'), data])
  if (code !== 0) throw new Stop(output.trim())
  for (const name of entries) rmSync(join(data, name), { recursive: true, force: true })
  rmSync(walletOf(data), { recursive: true, force: true })
}
