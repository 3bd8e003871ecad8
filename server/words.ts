// Sentences for refusals and invalid fields in the reader's language, from the domain's catalogue.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Basis, Invalid, Refusal } from '@naru/domain/refusal.ts'
import { spokenFacts } from '@naru/domain/spoken.ts'
import { type ScreenLanguage, screenLanguages } from './http/screens.ts'

type Catalogue = Readonly<Record<string, string>>
const require = createRequire(import.meta.url)

const catalogues = Object.fromEntries(
  screenLanguages.map((language) => [
    language,
    JSON.parse(readFileSync(require.resolve(`@naru/domain/words/${language}.json`), 'utf8')) as Catalogue,
  ]),
) as Record<ScreenLanguage, Catalogue>

/** Fills `{name}` in a sentence. A fact that is missing leaves its name, so that a fault shows. */
const fill = (sentence: string, facts: Readonly<Record<string, string>> = {}): string =>
  sentence.replace(/\{(\w+)\}/g, (whole, name: string) => facts[name] ?? whole)

/** The sentence of a key, or the key itself where no catalogue has it (the words check fails then). */
export const sentence = (language: ScreenLanguage, key: string, facts?: Readonly<Record<string, string>>): string =>
  fill(catalogues[language][key] ?? key, facts && spokenFacts(facts, speakerOf(language)))

/** How a language says the facts of a sentence where no country's form is known: sums grouped, with their ISO 4217 code. */
const speakerOf = (language: ScreenLanguage) => ({
  word: (key: string) => catalogues[language][key],
  money: (amount: string, currency: string) => `${grouped(amount, currency, language)}\u00a0${currency}`,
})

function grouped(amount: string, currency: string, language: ScreenLanguage): string {
  const digits = currency === 'KRW' || currency === 'JPY' ? 0 : 2
  const padded = amount.padStart(digits + 1, '0')
  const western = language === 'en' || language === 'ko'
  const whole = padded.slice(0, padded.length - digits).replace(/\B(?=(\d{3})+$)/g, western ? ',' : '\u00a0')
  return digits === 0 ? whole : `${whole}${western ? '.' : ','}${padded.slice(-digits)}`
}

/** The best language of a request: its own choice, else the country's. */
export function languageOf(header: string | undefined, fallback: ScreenLanguage): ScreenLanguage {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', q] = part.trim().split(';q=')
      return { tag: tag.slice(0, 2).toLowerCase(), q: q ? Number(q) : 1 }
    })
    .sort((a, b) => b.q - a.q)
  return (
    screenLanguages.find(
      (each) => each === wanted.find((want) => screenLanguages.includes(want.tag as ScreenLanguage))?.tag,
    ) ?? fallback
  )
}

export interface RefusedAnswer {
  readonly error: 'refused'
  readonly code: string
  readonly sentence: string
  readonly basis?: Basis
  readonly from?: string
  readonly until?: string
  readonly facts?: Readonly<Record<string, string>>
}
export interface InvalidAnswer {
  readonly error: 'invalid'
  readonly fields: readonly { readonly path: string; readonly code: string; readonly sentence: string }[]
}

/** A refusal as the API answers it. */
export function refusedAnswer(language: ScreenLanguage, why: Refusal): RefusedAnswer {
  const { refused, ...rest } = why
  const times = { ...(why.from && { from: why.from }), ...(why.until && { until: why.until }) }
  return {
    error: 'refused',
    code: refused,
    sentence: sentence(language, `refusal.${refused}`, { ...why.facts, ...times }),
    ...rest,
  }
}

export const invalidAnswer = (language: ScreenLanguage, why: Invalid): InvalidAnswer => ({
  error: 'invalid',
  fields: why.invalid.map(({ path, code, facts }) => ({
    path,
    code,
    sentence: sentence(language, `invalid.${code}`, facts),
  })),
})
