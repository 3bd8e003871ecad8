// Exact fractions of whole numbers: award rules divide and compare without floats, and round only where a rule names the rounding.
import { divide, type Rounding } from '../money.ts'

/** An exact fraction; `of` is positive. */
export interface Fraction {
  readonly parts: bigint
  readonly of: bigint
}

const decimalForm = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]{1,12}))?$/

/** Reads decimal text such as `88.745`. Throws a RangeError for any other form. */
export function readDecimal(text: string): Fraction {
  const match = decimalForm.exec(text)
  if (!match) throw new RangeError(`not decimal text: ${text}`)
  const [, sign, whole = '0', decimals = ''] = match
  const parts = BigInt(whole + decimals)
  return { parts: sign ? -parts : parts, of: 10n ** BigInt(decimals.length) }
}

export const fraction = (parts: bigint, of = 1n): Fraction => {
  if (of === 0n) throw new RangeError('nothing can be divided by zero')
  return of < 0n ? { parts: -parts, of: -of } : { parts, of }
}

export const plus = (a: Fraction, b: Fraction): Fraction => ({
  parts: a.parts * b.of + b.parts * a.of,
  of: a.of * b.of,
})
export const minus = (a: Fraction, b: Fraction): Fraction => ({
  parts: a.parts * b.of - b.parts * a.of,
  of: a.of * b.of,
})
export const times = (a: Fraction, b: Fraction): Fraction => ({ parts: a.parts * b.parts, of: a.of * b.of })
export const over = (a: Fraction, b: Fraction): Fraction => fraction(a.parts * b.of, a.of * b.parts)
export const distance = (a: Fraction, b: Fraction): Fraction => {
  const gap = minus(a, b)
  return gap.parts < 0n ? { parts: -gap.parts, of: gap.of } : gap
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compare(a: Fraction, b: Fraction): number {
  const gap = a.parts * b.of - b.parts * a.of
  return gap < 0n ? -1 : gap > 0n ? 1 : 0
}

export const atLeast = (a: Fraction, b: Fraction): Fraction => (compare(a, b) < 0 ? b : a)

/** The fraction settled to so many decimals by the named rounding, still exact. */
export function rounded(value: Fraction, decimals: number, mode: Rounding): Fraction {
  const scale = 10n ** BigInt(decimals)
  return { parts: divide(value.parts * scale, value.of, mode), of: scale }
}

/** Decimal text with exactly so many decimals. Throws a RangeError when digits would be lost: round first. */
export function writeDecimal(value: Fraction, decimals: number): string {
  const scale = 10n ** BigInt(decimals)
  if ((value.parts * scale) % value.of !== 0n) throw new RangeError('round before writing')
  const whole = (value.parts * scale) / value.of
  const digits = (whole < 0n ? -whole : whole).toString().padStart(decimals + 1, '0')
  const sign = whole < 0n ? '-' : ''
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
