// `npx naru law …`: what the operator alone does with the law: names the legal officers who confirm values, and tells what is not read yet.
import { randomUUID } from 'node:crypto'
import { idSchema } from '@naru/domain/id.ts'
import { lawCase } from '@naru/domain/law/law.ts'
import { doAct } from './act.ts'
import { CannotStart } from './database/cannot-start.ts'
import { reachDatabase } from './database/reach.ts'
import { openDeployment } from './deployment.ts'
import { readLawInForce } from './law.ts'
import { readTouchedNotices } from './moved-holidays.ts'
import { readSettings } from './settings.ts'
import { openDatabase } from './store/database.ts'

const usage = `naru law list                              values that could not be read, those confirmed, and the legal officers
naru law name <person> <organisation>      makes a person a legal officer: who may confirm values
naru law release <person> <organisation>   takes that back; what was confirmed stays
naru law calendar                          open cases that a moved holiday touches, with the deadline to propose; exit code 1 if there are any
  --data <folder>, --country <code>, --mode live   which Naru; it may run meanwhile`

const main = async (words: readonly string[]): Promise<number> => {
  const options: string[] = []
  const said: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string
    if (['--data', '--country', '--mode'].includes(word)) options.push(word, words[++at] ?? '')
    else said.push(word)
  }
  const [what = '', person = '', organisation = ''] = said
  const names =
    ['name', 'release'].includes(what) && [person, organisation].every((id) => idSchema.safeParse(id).success)
  if (what !== 'list' && what !== 'calendar' && !names) {
    console.error(usage)
    return 2
  }
  const settings = readSettings(['all', ...options], process.env)
  const reached = await reachDatabase(settings)
  const database = openDatabase(reached.appUrl, 2)
  try {
    const { country, mode, data: dataFolder, keyFiles } = settings
    const deployment = await openDeployment(database, { country, mode, dataFolder, keyFiles })
    if (names) {
      const outcome = await doAct(deployment, {
        caseId: lawCase,
        act: `${what}-legal-officer`,
        key: randomUUID(),
        actor: { kind: 'platform', part: 'setup' },
        input: { person, organisation },
        size: 0,
      })
      console.log(outcome.done ? `${person}: done.` : `${person}: nothing changed.`)
      return outcome.done ? 0 : 1
    }
    if (what === 'calendar') {
      const touched = await readTouchedNotices(deployment)
      for (const each of touched)
        console.log(
          `${each.number} ${each.id}: ${each.because}, ${each.days.join(', ')}; ${each.deadline} -> ${each.proposed}`,
        )
      console.log(
        `${touched.length} open cases are touched. Their buyers extend by amendment; nothing moves by itself.`,
      )
      return touched.length > 0 ? 1 : 0
    }
    const law = await readLawInForce(deployment)
    for (const each of law.officers) console.log(`legal officer ${each.person} of ${each.organisation}`)
    for (const each of law.confirmed) console.log(`confirmed ${each.at} ${each.key} from ${each.from}: ${each.law}`)
    for (const each of law.unread) console.log(`not read  ${each.key} from ${each.from}: ${each.why}`)
    console.log(`${law.confirmed.length} confirmed, ${law.unread.length} not read.`)
    return 0
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
