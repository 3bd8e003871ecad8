// `npx naru enrol <person>`: gives out the code with which a person makes the first passkey, or a new one when all were lost.
import { randomUUID } from 'node:crypto'
import { idSchema } from '@naru/domain/id.ts'
import { CannotStart } from './database/cannot-start.ts'
import { reachDatabase } from './database/reach.ts'
import { readSettings } from './settings.ts'
import { enrolmentHours, issueEnrolment } from './sign-in/enrolment.ts'
import { openDatabase } from './store/database.ts'

const usage = `naru enrol <person>                    a code for a person who is known here (the id of PersonJoined)
naru enrol new --name <name>           the same for a person who is not known yet; tells the new id
  --data <folder>, --country <code>, --mode live   which Naru; it may run meanwhile
Make sure who the person is before you give out the code: whoever has it acts as this person.`

const main = async (words: readonly string[]): Promise<number> => {
  const options: string[] = []
  let who = ''
  let name = ''
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string
    if (['--data', '--country', '--mode'].includes(word)) options.push(word, words[++at] ?? '')
    else if (word === '--name') name = (words[++at] ?? '').trim()
    else if (who === '') who = word
    else who = '?'
  }
  const isNew = who === 'new' && name !== '' && name.length <= 200
  if (!isNew && !idSchema.safeParse(who).success) {
    console.error(usage)
    return 2
  }
  const reached = await reachDatabase(readSettings(['all', ...options], process.env))
  const database = openDatabase(reached.appUrl, 1)
  try {
    const person = isNew ? randomUUID() : who
    if (isNew) await database.pool.query('insert into person (id, name) values ($1, $2)', [person, name])
    const known = await database.pool.query<{ name: string }>('select name from person where id = $1', [person])
    const [found] = known.rows
    if (!found) {
      console.error(`Nobody here has the id ${person}.`)
      return 1
    }
    const code = await issueEnrolment(database.pool, person)
    console.log(`${found.name}, ${person}`)
    console.log(`Code, shown once: ${code}`)
    console.log(`It counts for ${enrolmentHours} hours and once, at /enrol of this site.`)
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
