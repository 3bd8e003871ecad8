// The words of every language and country, held by the server build.
import type { Catalogue } from '../words/say.ts'
import { flatten } from '../words/say.ts'

const screens = import.meta.glob<unknown>('../words/*.json', { eager: true, import: 'default' })
const domain = import.meta.glob<unknown>('../../domain/words/*.json', { eager: true, import: 'default' })
const countries = import.meta.glob<unknown>('../../countries/*/words/*.json', { eager: true, import: 'default' })

const made = new Map<string, Catalogue>()

/** The words of a language in a country: screens, refusals (`domain.…`) and the country's own (`pack.…`). */
export function wordsOf(language: string, country: string): Catalogue {
  const name = `${language} ${country}`
  let words = made.get(name)
  if (!words) {
    words = {
      ...flatten(screens[`../words/${language}.json`] ?? {}),
      ...flatten(domain[`../../domain/words/${language}.json`] ?? {}, 'domain'),
      ...flatten(countries[`../../countries/${country}/words/${language}.json`] ?? {}, 'pack'),
    }
    made.set(name, words)
  }
  return words
}
