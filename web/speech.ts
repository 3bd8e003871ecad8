// Everything that is said to one reader: messages, sums and moments in the reader's language and the country's form.
import {
  type CountryForm,
  currencyWord,
  formatAmount,
  formatDate,
  formatDateTime,
  formatMoney,
  formatNumber,
  formatRecordTime,
  formatTime,
  lengthOfTime,
  sizeInUnits,
  wallClock,
} from './format.ts'
import { type Catalogue, fill, type Filling, type Language } from './words/say.ts'
import type { Key } from './words/keys.ts'

export interface Money {
  readonly amount: string
  readonly currency: string
}

/** A message of `web/words`, of `domain/words` (`domain.…`) or of the country's words (`pack.…`). */
export type MessageKey = Key | `domain.${string}` | `pack.${string}`

export interface Speech {
  readonly language: Language
  readonly country: SpokenCountry
  /** Says a message. A key without words comes out as `⟦key⟧`, which the words check and the browser tests look for. */
  say(key: MessageKey, filling?: Filling): string
  /** Whether a key has words, for keys that come with the record (a country's step, a refusal). */
  has(key: string): boolean
  number(value: string | number | bigint): string
  money(money: Money): string
  /** Digits only: the currency stands once, in the head of the column. */
  amount(money: Money): string
  currency(code: string): string
  date(when: string): string
  time(instant: string): string
  dateTime(instant: string): string
  /** With seconds, for records. */
  recordTime(instant: string): string
  /** `04.03.2026 11:00, Бишкек (UTC+06:00)`: a deadline always shows its zone. */
  moment(instant: string): string
  /** Two largest units of a length of time: `3 days 4 h`. */
  length(milliseconds: number): string
  /** `in 3 days 4 h` or `3 days 4 h ago`. */
  fromNow(instant: string, now: string): string
  size(bytes: number): string
}

/** What speech needs to know of the country: its code, the IANA zone of its clocks and how it writes sums and moments. */
export interface SpokenCountry {
  readonly code: string
  readonly zone: string
  readonly form: CountryForm
}

/** Speech of one language in one country. `words` hold the flat keys of all rooms. */
export function makeSpeech(language: Language, country: SpokenCountry, words: Catalogue): Speech {
  const { form, zone } = country
  const number = (value: string | number | bigint) => formatNumber(value, form)
  const say = (key: MessageKey, filling?: Filling): string => {
    const message = words[key]
    return message === undefined ? `⟦${key}⟧` : fill(language, message, filling, number)
  }
  const length = (milliseconds: number): string => {
    const { days, hours, minutes, seconds } = lengthOfTime(milliseconds)
    const parts: string[] = []
    if (days > 0) parts.push(say('time.days', { n: days }))
    if (hours > 0 && days < 14) parts.push(say('time.hours', { n: hours }))
    if (minutes > 0 && days === 0) parts.push(say('time.minutes', { n: minutes }))
    if (parts.length === 0) parts.push(say('time.seconds', { n: seconds }))
    return parts.slice(0, 2).join(' ')
  }
  const moment = (instant: string): string =>
    say('time.moment', {
      when: formatDateTime(instant, form, zone),
      zone: words[`zone.${zone}`] ?? zone,
      offset: wallClock(instant, zone).offset,
    })
  return {
    language,
    country,
    say,
    has: (key) => key in words,
    number,
    money: (money) => formatMoney(money, form, language),
    amount: (money) => formatAmount(money.amount, money.currency, form),
    currency: (code) => currencyWord(code, language),
    date: (when) => formatDate(when, form, zone),
    time: (instant) => formatTime(instant, zone),
    dateTime: (instant) => formatDateTime(instant, form, zone),
    recordTime: (instant) => formatRecordTime(instant, form, zone),
    moment,
    length,
    fromNow: (instant, now) => {
      const apart = Date.parse(instant) - Date.parse(now)
      return say(apart >= 0 ? 'time.in' : 'time.ago', { length: length(apart) })
    },
    size: (bytes) => {
      const { value, unit } = sizeInUnits(bytes)
      return say(`size.${unit}` as Key, { n: number(value) })
    },
  }
}
