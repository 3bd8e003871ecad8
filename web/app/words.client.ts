// The words of one language and country, fetched once by the browser before a page becomes interactive.
import { type Catalogue, flatten } from '../words/say.ts'

const screens = import.meta.glob<unknown>('../words/*.json', { import: 'default' })
const domain = import.meta.glob<unknown>('../../domain/words/*.json', { import: 'default' })
const countries = import.meta.glob<unknown>('../../countries/*/words/*.json', { import: 'default' })

/** Fetches the words of a language in a country; an absent file is an empty one. */
export async function fetchWords(language: string, country: string): Promise<Catalogue> {
  const [own, refusals, national] = await Promise.all([
    screens[`../words/${language}.json`]?.(),
    domain[`../../domain/words/${language}.json`]?.(),
    countries[`../../countries/${country}/words/${language}.json`]?.(),
  ])
  return { ...flatten(own ?? {}), ...flatten(refusals ?? {}, 'domain'), ...flatten(national ?? {}, 'pack') }
}
