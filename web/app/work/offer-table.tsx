// The price table of one lot: the same rows where a bidder types the prices and where the bidder checks them before sealing.
import type { Content, Lot } from '@naru/domain/tender/content.ts'
import type { ReactNode } from 'react'
import { useSpeech } from '../speech.tsx'
import { type Units, unitAfter } from '../units.ts'
import { inWords } from './names.ts'

type Item = Lot['items'][number]

/** The id of the cell that names a row, for the field beside it. */
export const rowName = (lot: Lot, item: Item): string => `row.${lot.id}.${item.id}`

/** `unitPrice` and `amount` fill the last two cells of each row, `totals` the rows below. `currency` is an ISO 4217 code. */
export function OfferTable({
  lot,
  main,
  units,
  currency,
  unitPrice,
  amount,
  totals,
}: {
  lot: Lot
  main: Content['language']
  units: Units
  currency: string
  unitPrice: (item: Item) => ReactNode
  amount: (item: Item) => ReactNode
  totals: readonly { readonly name: string; readonly value: ReactNode }[]
}) {
  const { say, language, number, currency: word } = useSpeech()
  const heads = { quantity: say('work.field.quantity'), unit: say('work.prices.unit'), sum: say('work.prices.amount') }
  return (
    <div className="table-frame price-table">
      <table>
        <caption className="unseen">{say('work.bid.task.prices')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('work.items')}</th>
            <th scope="col" data-kind="number">
              {heads.quantity}
            </th>
            {[heads.unit, heads.sum].map((head) => (
              <th scope="col" data-kind="money" key={head}>
                {head}
                <span className="unit">{word(currency)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lot.items.map((item, n) => (
            <tr key={item.id}>
              <th scope="row" id={rowName(lot, item)}>
                {n + 1}. {inWords(item.description, language, main)}
              </th>
              <td data-kind="number" data-head={heads.quantity}>
                <div>
                  {number(item.quantity)}{' '}
                  <span className="unit">{unitAfter(units, item.unit, item.quantity, language)}</span>
                </div>
              </td>
              <td data-kind="money" data-head={heads.unit}>
                {unitPrice(item)}
              </td>
              <td data-kind="money" data-head={heads.sum}>
                {amount(item)}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {totals.map(({ name, value }) => (
            <tr key={name}>
              <th scope="row" colSpan={3}>
                {name}
              </th>
              <td data-kind="money">{value}</td>
            </tr>
          ))}
        </tfoot>
      </table>
    </div>
  )
}
