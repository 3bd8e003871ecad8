// The throw-away databases keep apart, forget nothing of the template, and give the application no right over tables.
import { expect, test } from 'vitest'
import { withClient } from './roles.ts'
import { freshDatabase } from './test-database.ts'

test('two databases of one run do not see each other', async () => {
  const [one, two] = await Promise.all([freshDatabase(), freshDatabase()])
  await withClient(one.ownerUrl, (client) => client.query('create table only_here (word text)'))
  const { rows } = await withClient(two.ownerUrl, (client) => client.query(`select to_regclass('only_here') as found`))
  expect(rows).toEqual([{ found: null }])
  await Promise.all([one.drop(), two.drop()])
})

test('the application may create no table', async () => {
  const database = await freshDatabase()
  await expect(withClient(database.url, (client) => client.query('create table x ()'))).rejects.toThrow(
    /permission denied/,
  )
  await database.drop()
})

test('Kyrgyz letters stand where the alphabet puts them', async () => {
  const database = await freshDatabase()
  const { rows } = await withClient(database.url, (client) =>
    client.query(
      `select string_agg(letter, '' order by letter collate "ky-x-icu") as alphabet
         from unnest(array['я', 'ң', 'ү', 'у', 'ө', 'н', 'о', 'п']) as letter`,
    ),
  )
  // н ң о ө п … у ү … я: the order of the Kyrgyz alphabet.
  expect(rows).toEqual([{ alphabet: 'нңоөпуүя' }])
  await database.drop()
})
