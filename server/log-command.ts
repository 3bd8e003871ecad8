// `npx naru log …`: what the operator does with the log: look for unexplained sealed entries, add dummies, explain.
import { CannotStart } from './database/cannot-start.ts'
import { reachDatabase } from './database/reach.ts'
import { openDeployment } from './deployment.ts'
import { explainEntry, readUnexplained, sealDummy } from './explaining.ts'
import { readSettings } from './settings.ts'
import { openDatabase } from './store/database.ts'

const usage = `naru log orphans                       lists sealed entries that no close list names and nobody explained; exit code 1 if one is overdue
naru log dummy                         adds an entry that looks like a bid; explain it in time
naru log explain <index> <rejected|unopened|intake> <signer> <reason>   explains an entry (of a dummy, that it was one)
  --data <folder>, --country <code>    which Naru; it may run meanwhile`

const main = async (words: readonly string[]): Promise<number> => {
  const options: string[] = []
  const said: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string
    if (['--data', '--country', '--mode'].includes(word)) options.push(word, words[++at] ?? '')
    else said.push(word)
  }
  const [what, index, kind, signer, ...reason] = said
  const explains = what === 'explain' && /^\d+$/.test(index ?? '') && signer && reason.length > 0
  if (
    !(what === 'orphans' || what === 'dummy' || (explains && ['rejected', 'unopened', 'intake'].includes(kind ?? '')))
  ) {
    console.error(usage)
    return 2
  }
  const settings = readSettings(['all', ...options], process.env)
  const reached = await reachDatabase(settings)
  const database = openDatabase(reached.appUrl, 2)
  try {
    const { country, mode, data: dataFolder, keyFiles } = settings
    const deployment = await openDeployment(database, { country, mode, dataFolder, keyFiles })
    if (what === 'dummy') {
      await sealDummy(deployment)
      console.log('A dummy waits for its place in the log.')
      return 0
    }
    if (what === 'explain') {
      const refused = await explainEntry(deployment, Number(index), {
        what: kind as 'rejected',
        signer: signer ?? '',
        reason: reason.join(' '),
      })
      console.log(
        refused ? `Entry ${index} is no sealed entry that waits for an explanation.` : `Entry ${index} is explained.`,
      )
      return refused ? 1 : 0
    }
    const open = await readUnexplained(deployment)
    for (const { index: at, due, dummy, waiting, overdue } of open)
      console.log(
        `${at}\t${overdue ? 'OVERDUE since' : 'due'} ${due}\t${waiting ? 'its round is not closed yet' : dummy ? 'a dummy' : 'unexplained'}`,
      )
    console.log(`${open.length} sealed entries are neither in a close list nor explained`)
    return open.some((each) => each.overdue && !each.waiting) ? 1 : 0
  } finally {
    await database.end()
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
