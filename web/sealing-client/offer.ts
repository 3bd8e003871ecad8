// From what was typed to an offer: amounts multiplied out exactly, the sum, and what is still missing.
import { priceOfQuantity } from '@naru/domain/money.ts'
import { readAmount } from '../format.ts'
import type { BidPage, Typed } from './device.ts'

export interface OfferedItem {
  readonly id: string
  readonly unitPrice: string
  readonly amount: string
}
/** What is offered for one lot. Amounts in smallest units. */
export interface Offer {
  readonly lot: string
  readonly price: string
  readonly vat: string | null
  readonly items: readonly OfferedItem[]
}

/** The field of a unit price, of a lot's tax, of an answer. */
export const priceField = (lot: string, item: string): string => `price.${lot}.${item}`
export const vatField = (lot: string): string => `vat.${lot}`
export const answerField = (criterion: string): string => `answer.${criterion}`

/** The amount of one row, or undefined while its unit price is not a sum. */
export function amountOf(
  page: BidPage,
  quantity: string,
  typed: string,
): { unitPrice: string; amount: string } | undefined {
  const unitPrice = readAmount(typed, page.currency, page.form)
  if (unitPrice === undefined || unitPrice === '0') return undefined
  return { unitPrice, amount: priceOfQuantity(quantity, unitPrice, 'half-up').toString() }
}

/** The offers for the lots that have prices, and the fields that keep a lot from being whole. A lot left empty is not bid for. */
export function offersOf(page: BidPage, typed: Typed): { offers: readonly Offer[]; missing: readonly string[] } {
  const offers: Offer[] = []
  const missing: string[] = []
  for (const lot of page.lots) {
    const rows = lot.items.map((item) => ({ item, text: typed.fields[priceField(lot.id, item.id)]?.trim() ?? '' }))
    if (rows.every((row) => row.text === '')) continue
    const items: OfferedItem[] = []
    for (const { item, text } of rows) {
      const found = amountOf(page, item.quantity, text)
      if (found) items.push({ id: item.id, ...found })
      else missing.push(priceField(lot.id, item.id))
    }
    const vatText = typed.fields[vatField(lot.id)]?.trim() ?? ''
    const vat = vatText === '' ? null : readAmount(vatText, page.currency, page.form)
    if (vat === undefined) missing.push(vatField(lot.id))
    offers.push({
      lot: lot.id,
      price: items.reduce((sum, item) => sum + BigInt(item.amount), 0n).toString(),
      vat: vat ?? null,
      items,
    })
  }
  if (offers.length === 0 && missing.length === 0)
    missing.push(priceField(page.lots[0]?.id ?? '', page.lots[0]?.items[0]?.id ?? ''))
  if (page.draw && typed.picks.length !== page.draw.picks) missing.push('picks')
  for (const criterion of page.criteria)
    if (!typed.fields[answerField(criterion)]?.trim()) missing.push(answerField(criterion))
  return { offers, missing }
}
