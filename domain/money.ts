// Money as an exact whole number of the currency's smallest unit, and the roundings that law names.
import { z } from 'zod'

/** An ISO 4217 code, e.g. KGS. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/)

/** A whole, non-negative number of the currency's smallest unit (tyiyn, won) as decimal text, at most 18 digits (protocol §4a). */
export const amountSchema = z.string().regex(/^(0|[1-9][0-9]{0,17})$/)

/** An exact sum: `amount` counts smallest units. */
export const moneySchema = z.strictObject({ amount: amountSchema, currency: currencySchema })
export type Money = z.infer<typeof moneySchema>

/** How a division that does not come out even is settled; each use names the rule that demands it. */
export type Rounding = 'up' | 'down' | 'half-up'

/** Divides whole numbers by the named rounding. The divisor is positive. Throws a RangeError otherwise. */
export function divide(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  if (divisor <= 0n) throw new RangeError('the divisor must be positive')
  const quotient = dividend / divisor
  const rest = dividend % divisor
  if (rest === 0n) return quotient
  const negative = dividend < 0n
  const floor = negative ? quotient - 1n : quotient
  const ceiling = floor + 1n
  if (rounding === 'down') return floor
  if (rounding === 'up') return ceiling
  const twice = 2n * (dividend - floor * divisor)
  return twice >= divisor ? ceiling : floor
}

/** The sum in smallest units. Throws a RangeError when currencies differ. */
export function add(...sums: readonly Money[]): Money {
  const [first, ...rest] = sums
  if (!first) throw new RangeError('nothing to add')
  let total = BigInt(first.amount)
  for (const each of rest) {
    if (each.currency !== first.currency) throw new RangeError(`cannot add ${each.currency} to ${first.currency}`)
    total += BigInt(each.amount)
  }
  return { amount: total.toString(), currency: first.currency }
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. Throws a RangeError when currencies differ. */
export function compareMoney(a: Money, b: Money): number {
  if (a.currency !== b.currency) throw new RangeError(`cannot compare ${a.currency} with ${b.currency}`)
  const x = BigInt(a.amount)
  const y = BigInt(b.amount)
  return x < y ? -1 : x > y ? 1 : 0
}

/**
 * Exact price of a quantity. `quantity` is decimal text with at most six decimals, `unitPrice` smallest units;
 * a remainder below one smallest unit is settled by `rounding`.
 */
export function priceOfQuantity(quantity: string, unitPrice: string, rounding: Rounding): bigint {
  const [whole = '0', decimals = ''] = quantity.split('.')
  const scale = 10n ** BigInt(decimals.length)
  return divide(BigInt(whole + decimals) * BigInt(unitPrice), scale, rounding)
}
