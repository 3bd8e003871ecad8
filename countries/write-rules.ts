// npm run rules: reads the situations and sources of every country from their folders and writes RULES.md at the root.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { countryNames, packs } from './packs.ts'
import { type CountrySource, rulesText } from './rules.ts'
import { situationSchema } from './situations.ts'
import { words } from './words.ts'

const at = (path: string): URL => new URL(`./${path}`, import.meta.url)

/** Every country with its situations and the files its names stand in. Throws when a situation is misspelt or a name stands in no file. */
export const countrySources = (): readonly CountrySource[] =>
  countryNames.map((country) => {
    const sources = ['law', 'methods'].flatMap((part) =>
      readdirSync(at(`${country}/${part}/`))
        .filter((file) => file.endsWith('.ts'))
        .toSorted()
        .map((file) => `${country}/${part}/${file}`),
    )
    return {
      pack: packs[country],
      words: words[country].en,
      situations: readdirSync(at(`${country}/situations/`))
        .filter((file) => file.endsWith('.yaml'))
        .toSorted()
        .flatMap((file) => {
          const path = `${country}/situations/${file}`
          const read = situationSchema.array().parse(parse(readFileSync(at(path), 'utf8')))
          return read.map((situation) => ({ file: `countries/${path}`, situation }))
        }),
      fileOf: (name) => {
        const file = sources.find((path) => readFileSync(at(path), 'utf8').includes(`'${name}'`))
        if (!file) throw new RangeError(`${name} stands in no file of ${country}`)
        return `countries/${file}`
      },
    }
  })

/** Where RULES.md lies. */
export const rulesFile = at('../RULES.md')

if (import.meta.main) {
  writeFileSync(rulesFile, rulesText(countrySources()))
  console.log('RULES.md is written.')
}
