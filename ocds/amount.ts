// Exact sums and quantities as JSON numbers, and when a number cannot say them.
import type { Money } from '@naru/domain/money.ts'
import { compact, type JsonObject } from './json.ts'

/**
 * Decimal text as a JSON number, if the number reads back as the same decimal; else undefined.
 * Up to 15 significant digits this always holds (IEEE 754 double).
 */
export function exactNumber(decimal: string): number | undefined {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)0*([0-9]+)(?:\.([0-9]*?)0*)?$/.exec(decimal) ?? []
  const plain = `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`
  const number = Number(plain)
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  if (digits.length <= 15) return number
  return String(number) === plain ? number : undefined
}

/** Smallest units as decimal text in major units: 1234567 of a currency with two decimals is 12345.67. */
export function inMajorUnits(amount: string, minorUnits: number): string {
  if (minorUnits === 0) return amount
  const padded = amount.padStart(minorUnits + 1, '0')
  return `${padded.slice(0, -minorUnits)}.${padded.slice(-minorUnits)}`
}

/** An OCDS Value. A sum that no JSON number says exactly is given as text in `exactAmount` (own extension) and not rounded. */
export function valueOf(money: Money, minorUnits: number): JsonObject {
  const text = inMajorUnits(money.amount, minorUnits)
  const amount = exactNumber(text)
  return compact({ amount, exactAmount: amount === undefined ? text : undefined, currency: money.currency })
}
