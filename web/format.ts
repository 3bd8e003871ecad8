// Money, numbers, dates and times in the country's form. No Intl in the reader's language: browsers carry no Kyrgyz.
import type { Formats } from '@naru/domain/pack.ts'
import type { Language } from './words/say.ts'

/** How a country writes sums and moments, in every language of its screens; its pack supplies it. */
export type CountryForm = Formats

const noBreak = '\u00a0'

/** Where no country is known: ISO 8601 dates, numbers as ISO 80000-1 writes them. */
export const internationalForm: CountryForm = { date: 'yyyy-MM-dd', group: noBreak, decimal: '.' }

/** Decimals of a currency's smallest unit (ISO 4217); two where not named. */
const minorDigits: Readonly<Record<string, number>> = {
  KRW: 0,
  JPY: 0,
  VND: 0,
  ISK: 0,
  CLP: 0,
  PYG: 0,
  UGX: 0,
  BHD: 3,
  KWD: 3,
  TND: 3,
  OMR: 3,
  JOD: 3,
}
export const digitsOf = (currency: string): number => minorDigits[currency] ?? 2

/** The som sign ⃀ is in hardly any font: the word is written. Other currencies keep their ISO code. */
const currencyWords: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  KGS: { ky: 'сом', ru: 'сом', en: 'som', ko: '솜' },
  KRW: { ky: 'вон', ru: 'вон', en: 'won', ko: '원' },
}

/** The word or the code that stands after a sum. */
export const currencyWord = (currency: string, language: Language): string =>
  currencyWords[currency]?.[language] ?? currency

/** Groups the digits of a whole or decimal number given as text, number or bigint: `1234567.5` → `1 234 567,5`. */
export function formatNumber(value: string | number | bigint, form: CountryForm): string {
  const text = typeof value === 'number' ? plainDecimal(value) : value.toString()
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!match) throw new TypeError(`not a decimal number: ${text}`)
  const [, minus = '', whole = '0', decimals] = match
  // A plain space would let a sum break over two lines.
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, form.group === ' ' ? noBreak : form.group)
  return `${minus && '\u2212'}${grouped}${decimals === undefined ? '' : form.decimal + decimals}`
}

function plainDecimal(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`not a decimal number: ${value}`)
  return Math.abs(value) >= 1e21 || (value !== 0 && Math.abs(value) < 1e-6)
    ? value.toFixed(12).replace(/\.?0+$/, '')
    : String(value)
}

/** A sum of smallest units as digits without the currency, for table columns: `123456789` KGS → `1 234 567,89`. */
export function formatAmount(amount: string | bigint, currency: string, form: CountryForm): string {
  const text = amount.toString()
  if (!/^-?\d+$/.test(text)) throw new TypeError(`not a whole number of smallest units: ${text}`)
  const digits = digitsOf(currency)
  if (digits === 0) return formatNumber(text, form)
  const minus = text.startsWith('-') ? '-' : ''
  const padded = text.replace('-', '').padStart(digits + 1, '0')
  return formatNumber(`${minus}${padded.slice(0, -digits)}.${padded.slice(-digits)}`, form)
}

/** A sum with its currency; Korean joins the word to the number, the others keep a no-break space. */
export function formatMoney(
  money: { readonly amount: string | bigint; readonly currency: string },
  form: CountryForm,
  language: Language,
): string {
  const word = currencyWord(money.currency, language)
  const joined = language === 'ko' && word !== money.currency
  return `${formatAmount(money.amount, money.currency, form)}${joined ? '' : noBreak}${word}`
}

/**
 * Reads what a person typed as a sum, and gives smallest units, or undefined when it is not a sum or could be two different ones.
 * Spaces and apostrophes group. A point or comma with at most as many digits behind it as the currency has parts the small units;
 * with three digits behind it, it groups when it stands more than once or is the country's own sign (`1.234` som is refused, not guessed).
 */
export function readAmount(typed: string, currency: string, form: CountryForm): string | undefined {
  const bare = typed.replace(/[\s\u00a0\u2009\u202f'’]/g, '')
  const digits = digitsOf(currency)
  const parted = /^(\d+|\d{1,3}(?:\.\d{3})+(?=,)|\d{1,3}(?:,\d{3})+(?=\.))[.,](\d+)$/.exec(bare)
  const grouped = /^\d{1,3}(?:(?:\.\d{3})+|(?:,\d{3})+)$/.test(bare)
  let whole: string
  let small = ''
  if (/^\d+$/.test(bare)) whole = bare
  else if (parted && (parted[2] ?? '').length <= digits) {
    whole = (parted[1] ?? '').replace(/[.,]/g, '')
    small = parted[2] ?? ''
  } else if (grouped && ((bare.match(/[.,]/g) ?? []).length > 1 || bare.includes(form.group)))
    whole = bare.replace(/[.,]/g, '')
  else return undefined
  const amount = (whole + small.padEnd(digits, '0')).replace(/^0+(?=\d)/, '')
  return amount.length > 18 ? undefined : amount
}

interface WallClock {
  readonly year: string
  readonly month: string
  readonly day: string
  readonly hour: string
  readonly minute: string
  readonly second: string
  /** `+06:00` */
  readonly offset: string
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** What the clock on the wall shows in a zone (IANA name) at an instant (ISO 8601 text). English parts only, which every browser has. */
export function wallClock(instant: string, zone: string): WallClock {
  let clock = clocks.get(zone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'longOffset',
    })
    clocks.set(zone, clock)
  }
  const date = new Date(instant)
  if (Number.isNaN(date.getTime())) throw new TypeError(`not an instant: ${instant}`)
  const parts = Object.fromEntries(clock.formatToParts(date).map((part) => [part.type, part.value]))
  const offset = (parts.timeZoneName ?? '').replace('GMT', '')
  return {
    year: (parts.year ?? '').padStart(4, '0'),
    month: parts.month ?? '',
    day: parts.day ?? '',
    hour: parts.hour ?? '',
    minute: parts.minute ?? '',
    second: parts.second ?? '',
    offset: offset || '+00:00',
  }
}

const putDate = (form: CountryForm, year: string, month: string, day: string) =>
  form.date.replace('yyyy', year).replace('MM', month).replace('dd', day)

/** A calendar day: of a plain date (`2026-10-09`) as it stands, of an instant in the zone. */
export function formatDate(when: string, form: CountryForm, zone: string): string {
  const plain = /^(\d{4})-(\d{2})-(\d{2})$/.exec(when)
  if (plain) return putDate(form, plain[1] ?? '', plain[2] ?? '', plain[3] ?? '')
  const at = wallClock(when, zone)
  return putDate(form, at.year, at.month, at.day)
}

export function formatTime(instant: string, zone: string): string {
  const at = wallClock(instant, zone)
  return `${at.hour}:${at.minute}`
}

/** `09.10.2026 14:23` */
export const formatDateTime = (instant: string, form: CountryForm, zone: string): string =>
  `${formatDate(instant, form, zone)} ${formatTime(instant, zone)}`

/** With seconds, for records where seconds decide: `09.10.2026 14:23:07`. */
export const formatRecordTime = (instant: string, form: CountryForm, zone: string): string =>
  `${formatDateTime(instant, form, zone)}:${wallClock(instant, zone).second}`

/**
 * Reads a day as people type it: in the country's order with any of . - / or a space between, or as ISO 8601. Gives `2026-03-04`,
 * or undefined when it is no day of the calendar.
 */
export function readDay(typed: string, form: CountryForm): string | undefined {
  const parts = typed.trim().split(/[.\-/\s]+/)
  if (parts.length !== 3 || !parts.every((part) => /^\d{1,4}$/.test(part))) return undefined
  const yearFirst = (parts[0] ?? '').length === 4 || form.date.startsWith('yyyy')
  const [year = '', month = '', day = ''] = yearFirst ? parts : parts.toReversed()
  if (year.length !== 4 || month.length > 2 || day.length > 2) return undefined
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? iso : undefined
}

/** Reads a time of day (`9:05`, `09.05`, `1100`); gives `09:05`, or undefined. */
export function readTimeOfDay(typed: string): string | undefined {
  const match = /^(\d{1,2})[:.\s]?(\d{2})$/.exec(typed.trim())
  if (!match || Number(match[1]) > 23 || Number(match[2]) > 59) return undefined
  return `${(match[1] ?? '').padStart(2, '0')}:${match[2]}`
}

/** The instant at which a zone's clock on the wall shows a day and time; where it shows it twice, the first. */
export function instantOf(day: string, timeOfDay: string, zone: string): string {
  const asUtc = Date.parse(`${day}T${timeOfDay}:00Z`)
  const offsetAt = (instant: number) => {
    const [, sign, hours = '0', minutes = '0'] =
      /^([+-])(\d{2}):(\d{2})/.exec(wallClock(new Date(instant).toISOString(), zone).offset) ?? []
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
  }
  // A zone changes its offset at most once in two days, so the right one is that of the day before or of the day after.
  const [before, after] = [offsetAt(asUtc - 86_400_000), offsetAt(asUtc + 86_400_000)]
  const candidates = [before, after].map((offset) => asUtc - offset).sort((a, b) => a - b)
  const shown = candidates.find((instant) => instant + offsetAt(instant) === asUtc)
  return new Date(shown ?? asUtc - before).toISOString()
}

/** The first instant not before `from` at which the clock on the wall shows the time of day that it shows at `instant`. */
export function sameTimeFrom(from: string, instant: string, zone: string): string {
  const time = formatTime(instant, zone)
  const { year, month, day } = wallClock(from, zone)
  const today = `${year}-${month}-${day}`
  const sameDay = instantOf(today, time, zone)
  if (sameDay >= from) return sameDay
  return instantOf(new Date(Date.parse(`${today}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10), time, zone)
}

/** A length of time cut into whole days, hours, minutes and seconds. */
export function lengthOfTime(milliseconds: number): { days: number; hours: number; minutes: number; seconds: number } {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000)
  return {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor(seconds / 3600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  }
}

/** Size of a file in the unit people read, binary thousands as operating systems show it, one decimal below ten. */
export function sizeInUnits(bytes: number): { value: string; unit: 'B' | 'KB' | 'MB' | 'GB' } {
  const units = ['B', 'KB', 'MB', 'GB'] as const
  let value = bytes
  let step = 0
  while (value >= 1000 && step < 3) {
    value /= 1024
    step += 1
  }
  return { value: step > 0 && value < 10 ? value.toFixed(1) : Math.round(value).toString(), unit: units[step] ?? 'GB' }
}
