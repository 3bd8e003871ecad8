// Sums, numbers, days and moments as a country writes them, in documents.
import type { Formats } from '@naru/domain/pack.ts'

const noBreak = '\u00a0'

/** Groups the whole digits of plain decimal text: `1234567.5` → `1 234 567,5` in the Kyrgyz form. Throws a TypeError for anything else. */
export function formatNumber(value: string | number, form: Formats): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value))
  if (!match) throw new TypeError(`not a decimal number: ${value}`)
  const [, minus = '', whole = '0', decimals] = match
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, form.group === ' ' ? noBreak : form.group)
  return `${minus && '\u2212'}${grouped}${decimals === undefined ? '' : form.decimal + decimals}`
}

/** A sum of smallest units without its currency; `digits` is how many decimals the currency has. */
export function formatAmount(amount: string, digits: number, form: Formats): string {
  if (!/^-?\d+$/.test(amount)) throw new TypeError(`not a whole number of smallest units: ${amount}`)
  if (digits === 0) return formatNumber(amount, form)
  const minus = amount.startsWith('-') ? '-' : ''
  const padded = amount.replace('-', '').padStart(digits + 1, '0')
  return formatNumber(`${minus}${padded.slice(0, -digits)}.${padded.slice(-digits)}`, form)
}

const two = (value: number): string => String(value).padStart(2, '0')

/** What clock and calendar of a zone (IANA name) show at an instant (ISO 8601). */
export const inZone = (instant: string, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.from(instant).toZonedDateTimeISO(zone)

/** A day in the country's form, of plain text `2026-10-09` or of an instant in the zone. */
export function formatDay(when: string, form: Formats, zone: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(when) ? Temporal.PlainDate.from(when) : inZone(when, zone)
  return form.date
    .replace('yyyy', String(day.year).padStart(4, '0'))
    .replace('MM', two(day.month))
    .replace('dd', two(day.day))
}

/** `09.10.2026 14:23`. */
export function formatMoment(instant: string, form: Formats, zone: string): string {
  const at = inZone(instant, zone)
  return `${formatDay(instant, form, zone)} ${two(at.hour)}:${two(at.minute)}`
}

/** `09.10.2026 14:23:07`, where seconds decide. */
export const formatRecordTime = (instant: string, form: Formats, zone: string): string =>
  `${formatMoment(instant, form, zone)}:${two(inZone(instant, zone).second)}`

/** A size in binary thousands, one decimal below ten: `1.4 MB` with the country's decimal sign. */
export function formatSize(bytes: number, form: Formats): string {
  const units = ['B', 'KB', 'MB', 'GB']
  let value = bytes
  let step = 0
  while (value >= 1000 && step < 3) {
    value /= 1024
    step += 1
  }
  return `${formatNumber(step > 0 && value < 10 ? value.toFixed(1) : Math.round(value), form)}${noBreak}${units[step]}`
}
