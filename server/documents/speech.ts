// How a document says things: its own words, those of the domain and of the country, and the country's forms, in one language.
import { type CountryName } from '@naru/countries/packs.ts'
import { basisInWords, type Language, words as countryWords } from '@naru/countries/words.ts'
import { parameterSentences } from '@naru/domain/award/parameter-words.ts'
import type { AwardParameters } from '@naru/domain/award/parameters.ts'
import type { Money } from '@naru/domain/money.ts'
import type { Pack } from '@naru/domain/pack.ts'
import type { Basis } from '@naru/domain/refusal.ts'
import { spokenFacts } from '@naru/domain/spoken.ts'
import { inLanguage, type LanguageText } from '@naru/domain/text.ts'
import type { Period } from '@naru/domain/time.ts'
import domainEn from '@naru/domain/words/en.json' with { type: 'json' }
import domainKo from '@naru/domain/words/ko.json' with { type: 'json' }
import domainKy from '@naru/domain/words/ky.json' with { type: 'json' }
import domainRu from '@naru/domain/words/ru.json' with { type: 'json' }
import { formatAmount, formatDay, formatMoment, formatNumber, formatRecordTime, formatSize, inZone } from './format.ts'
import { printable } from './printable.ts'
import type { Inline } from './sheet.ts'
import en from './words/en.json' with { type: 'json' }
import ko from './words/ko.json' with { type: 'json' }
import ky from './words/ky.json' with { type: 'json' }
import ru from './words/ru.json' with { type: 'json' }

type Words = Readonly<Record<string, string>>
const own: Readonly<Record<Language, Words>> = { ky, ru, en, ko }
const domain: Readonly<Record<Language, Words>> = { ky: domainKy, ru: domainRu, en: domainEn, ko: domainKo }

/** A key of the documents' own words. */
export type DocumentKey = keyof typeof en

/** Everything a document needs to put a case into words. `prevailing` is the language that the case's own texts are in. */
export interface Speech {
  readonly language: Language
  readonly prevailing: string
  say(key: DocumentKey, facts?: Readonly<Record<string, string | number>>): string
  /** Words of the domain (`reason.lowest`); the key's last part where it has none. `currency` is that of the sums among the facts. */
  domain(key: string, facts?: Readonly<Record<string, string>>, currency?: string): string
  /** Words of the country (`method.kg-quotation.name`), or undefined. */
  country(key: string): string | undefined
  /** An officer's text in the document's language if it has it, else as it was written, marked with its language. */
  text(value: LanguageText): Inline
  /** A text in the prevailing language, line by line. */
  written(value: string): readonly Inline[]
  plain(value: string): string
  money(value: Money): string
  amount(amount: string, currency: string): string
  currency(code: string): string
  number(value: string | number): string
  /** The name of a unit of measure in the form that stands after a quantity. */
  unit(code: string, quantity: string): string
  /** A day in the country's form; anything that is no day of the calendar as it stands. */
  day(when: string): string
  moment(instant: string): string
  recordTime(instant: string): string
  size(bytes: number): string
  period(value: Period): string
  basis(value: Basis): string
  /** A legal value in words. */
  legalValue(key: string, value: unknown): string
  zone(instant: string): string
  /** Whether every sign of every text so far could be shown. */
  readonly complete: boolean
}

const fill = (sentence: string, facts: Readonly<Record<string, string | number>>): string =>
  sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole))

/** Whether a text is a day of the calendar (`2026-10-09`); delivery dates may be words. */
function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  try {
    return Temporal.PlainDate.from(value).toString() === value
  } catch {
    return false
  }
}

const digitsOf = (pack: Pack, currency: string): number =>
  currency === pack.currency ? pack.minorUnits : ['KRW', 'JPY'].includes(currency) ? 0 : 2

/** The speech of one document. */
export function speechOf(pack: Pack, language: Language, prevailing: string): Speech {
  const known = countryWords[pack.country as CountryName][language]
  const { formats: form, zone } = pack
  let complete = true
  const plain = (value: string): string => {
    const shown = printable(value)
    complete &&= shown.complete
    return shown.text
  }
  const say: Speech['say'] = (key, facts = {}) => fill(own[language][key] ?? key, facts)
  const currency = (code: string): string => own[language][`document.currency.${code}`] ?? plain(code)
  const amount: Speech['amount'] = (sum, code) => formatAmount(sum, digitsOf(pack, code), form)
  const money: Speech['money'] = (value) => {
    const word = currency(value.currency)
    return `${amount(value.amount, value.currency)}${language === 'ko' && word !== value.currency ? '' : '\u00a0'}${word}`
  }
  const number: Speech['number'] = (value) => formatNumber(value, form)
  const counted = (value: string): string => (/^-?\d+(\.\d+)?$/.test(value) ? number(value) : value)
  const period: Speech['period'] = ({ unit, count }) => {
    const plural = new Intl.PluralRules(language).select(count)
    return fill(
      own[language][`document.period.${unit}.${plural}`] ?? own[language][`document.period.${unit}.other`] ?? '{n}',
      { n: number(count) },
    )
  }
  const sayDomain: Speech['domain'] = (key, facts = {}, code = pack.currency) => {
    const sentence = domain[language][key]
    if (sentence === undefined) return plain(key.slice(key.indexOf('.') + 1))
    const spoken = spokenFacts(
      facts,
      {
        word: (each) => domain[language][each],
        money: (sum, inCurrency) => money({ amount: sum, currency: inCurrency }),
      },
      code,
    )
    return fill(sentence, Object.fromEntries(Object.entries(spoken).map(([name, value]) => [name, counted(value)])))
  }
  const legalValue: Speech['legalValue'] = (key, value) => {
    if (value === null || value === undefined) return say('document.value.none')
    if (typeof value === 'number')
      return key.includes('draw') ? say('document.value.range', { percent: percent(value) }) : number(value)
    if (typeof value === 'string') return sayDomain(`withdrawal.${value}`)
    if (typeof value !== 'object') return plain(String(value))
    if ('unit' in value && 'count' in value) return period(value as Period)
    if ('amount' in value && 'currency' in value) return money(value as Money)
    return parameterSentences(value as AwardParameters)
      .map(({ key, facts }) => sayDomain(key, facts))
      .join(' ')
  }
  /** Parts per million as percent: 30000 → `3`. */
  const percent = (ppm: number): string => number(String(ppm / 10_000))
  return {
    language,
    prevailing,
    say,
    domain: sayDomain,
    country: (key) => known[key],
    text: (value) => {
      const text = plain(inLanguage(value, language, prevailing))
      if (value[language] !== undefined) return text
      const written = Object.entries(value).find(([, each]) => each === inLanguage(value, language, prevailing))?.[0]
      return written ? { text, language: written } : text
    },
    written: (value) => {
      const lines = plain(value).split(/\n+/)
      return prevailing === language ? lines : lines.map((text) => ({ text, language: prevailing }))
    },
    plain,
    money,
    amount,
    currency,
    number,
    unit: (code, quantity) => {
      const forms = pack.units.find((each) => each.code === code)?.afterNumber[language]
      return forms?.[new Intl.PluralRules(language).select(Number(quantity))] ?? forms?.other ?? plain(code)
    },
    day: (when) => (isDay(when) ? formatDay(when, form, zone) : plain(when)),
    moment: (instant) => formatMoment(instant, form, zone),
    recordTime: (instant) => formatRecordTime(instant, form, zone),
    size: (bytes) => formatSize(bytes, form),
    period,
    basis: (value) => plain(basisInWords(value, known)),
    legalValue,
    zone: (instant) => `${zone} (UTC${inZone(instant, zone).offset})`,
    get complete() {
      return complete
    },
  }
}
