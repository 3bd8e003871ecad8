// `npx naru restore <folder or tar> --data <empty folder> [--witnesses <a sandbox's data folder>]`: brings a backup back and checks it; `npx naru restore --check` checks again what was restored.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Checked } from './backup/check.ts'
import { openSource } from './backup/medium.ts'
import { readManifest } from './backup/manifest.ts'
import { checkAndMark, refuseFilled, restoreBackup } from './backup/restore.ts'
import { CannotStart } from './database/cannot-start.ts'
import { removeEmbedded, startEmbedded } from './database/embedded.ts'
import { type ReachedDatabase, reachDatabase } from './database/reach.ts'
import { openStore } from './files/place.ts'
import { keptWitnesses } from './neighbours/witnesses.ts'
import { readSettings, type Settings } from './settings.ts'

const options = {
  check: { type: 'boolean' },
  checkpoint: { type: 'string' },
  witnesses: { type: 'string' },
  data: { type: 'string' },
  country: { type: 'string' },
} as const

/** An empty database: the operator's, or a new embedded one in the folder. */
async function openEmpty(settings: Settings): Promise<ReachedDatabase> {
  if (settings.databaseUrl) return reachDatabase(settings)
  for (const name of ['database.json', 'postgresql'])
    if (existsSync(join(settings.data, name)))
      throw new CannotStart(
        `${settings.data} holds a database already. A backup is restored into an empty folder: choose one with --data <folder>.`,
      )
  const { ownerUrl, appUrl, stop } = await startEmbedded(settings.data)
  return { ownerUrl, appUrl, close: stop }
}

const here = (path: string): string => resolve(process.env.INIT_CWD ?? '.', path)

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const [folder] = positionals
  if (positionals.length > 1 || Boolean(folder) === Boolean(values.check))
    throw new CannotStart(
      'Name the backup: npx naru restore <folder or tar> --data <empty folder>, or check again: npx naru restore --check',
    )
  const source = folder ? await openSource(here(folder)) : null
  const manifest = source ? await readManifest(source) : null
  const country = values.country ?? manifest?.country
  const words = [...(country ? ['--country', country] : []), ...(values.data ? ['--data', here(values.data)] : [])]
  const settings = readSettings(['all', ...words], process.env)
  const { data, witnessPolicyFile: policyFile } = settings
  const checkpointFile = values.checkpoint ? here(values.checkpoint) : null
  const witnessesOf = values.witnesses ? here(values.witnesses) : null
  if (witnessesOf) keptWitnesses(witnessesOf)
  const files = openStore(settings.files, data)
  if (manifest) await refuseFilled(data, files, manifest)
  const reached = source ? await openEmpty(settings) : await reachDatabase(settings)
  let checked: Checked
  try {
    const order = {
      appUrl: reached.appUrl,
      ownerUrl: reached.ownerUrl,
      data,
      files,
      policyFile,
      checkpointFile,
      witnessesOf,
    }
    checked = source ? await restoreBackup({ ...order, source }) : await checkAndMark(order)
  } catch (error) {
    if (source && !settings.databaseUrl && error instanceof CannotStart) {
      // The folder was empty before: what half a restore left is taken out, so that it can be tried again.
      await removeEmbedded(data)
      for (const name of ['files', 'log', 'keys', 'witnesses', 'counterparts'])
        if (name === 'files' || name === 'log' || manifest?.withKeys)
          await rm(join(data, name), { recursive: true, force: true })
    }
    throw error
  } finally {
    await reached.close()
  }
  for (const difference of checked.differences.slice(0, 100)) console.error(difference)
  if (checked.state === 'checked') console.log(checked.said)
  else console.error(`\n${checked.said}\n`)
  return checked.state === 'checked' ? 0 : 1
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const known = error instanceof CannotStart || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
    console.error(known ? `\n${(error as Error).message}\n` : error)
    process.exitCode = 1
  },
)
