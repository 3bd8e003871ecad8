// The empty form of a bid as a file, for the command that seals without a browser. It holds nothing secret.
import type { Route } from './+types/form'
import { mustBeOpen, readBidding } from '../../../work/bidding.tsx'

export async function loader(args: Route.LoaderArgs) {
  const bidding = await readBidding(args, 'check', 'bid/receipt')
  mustBeOpen(bidding)
  const { device } = bidding
  const fields = [
    ...device.lots.flatMap((lot) => [...lot.items.map((item) => `price.${lot.id}.${item.id}`), `vat.${lot.id}`]),
    ...device.criteria.map((criterion) => `answer.${criterion}`),
  ]
  const form = {
    naru: 'bid-form',
    v: 1,
    fields: Object.fromEntries(fields.map((field) => [field, ''])),
    picks: [],
    page: device,
  }
  return new Response(`${JSON.stringify(form, null, 2)}\n`, {
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="naru-bid-${device.number.replace(/[^\w-]/g, '_')}.json"`,
      'Cache-Control': 'no-store',
    },
  })
}
