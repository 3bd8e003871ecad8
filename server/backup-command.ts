// `npx naru backup <new folder | new file.tar | -> [--with-keys] [--data <folder>] [--country <code>]`: a consistent copy of database and files, while Naru runs or not.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { makeBackup } from './backup/backup.ts'
import { CannotStart } from './database/cannot-start.ts'
import { reachDatabase } from './database/reach.ts'
import { openStore } from './files/place.ts'
import { readSettings } from './settings.ts'

const options = {
  'with-keys': { type: 'boolean' },
  data: { type: 'string' },
  country: { type: 'string' },
} as const

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const [folder] = positionals
  if (!folder || positionals.length > 1)
    throw new CannotStart(
      'Name the new folder or file, or - for the standard output: npx naru backup <folder | file.tar | -> [--with-keys]',
    )
  const words = (['data', 'country'] as const).flatMap((name) => (values[name] ? [`--${name}`, values[name]] : []))
  const settings = readSettings(['all', ...words], process.env)
  const reached = await reachDatabase(settings)
  try {
    const streams = folder === '-'
    const target = streams ? folder : resolve(process.env.INIT_CWD ?? '.', folder)
    // What is said goes beside the stream, not into it.
    const say = streams ? console.error : console.log
    const { data, keyFiles } = settings
    const files = openStore(settings.files, data)
    const withKeys = values['with-keys'] ?? false
    const stream = streams ? { stream: process.stdout } : {}
    const manifest = await makeBackup({
      ownerUrl: reached.ownerUrl,
      data,
      keyFiles,
      files,
      target,
      withKeys,
      ...stream,
    })
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    say(
      `${streams ? 'tar' : target}: ${manifest.log.size} log entries, ${rows} rows in ${manifest.tables.length} tables`,
    )
    say(
      withKeys
        ? 'It holds private keys: keep it where you keep those, encrypted.'
        : 'It holds no private keys: keep those of log and promises elsewhere (--with-keys takes them along).',
    )
  } finally {
    await reached.close()
  }
}

main().catch((error: unknown) => {
  const known = error instanceof CannotStart || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
  console.error(known ? `\n${(error as Error).message}\n` : error)
  process.exitCode = 1
})
