// The form of a bid, or of its withdrawal, as a file for the command that seals without a browser. It holds nothing secret.
import { answerField, priceField, vatField } from '../../../../sealing-client/offer.ts'
import type { Form } from '../../../../sealing-client/offline.ts'
import type { Route } from './+types/form'
import { unitAfter } from '../../../units.ts'
import { formFile, mustBeOpen, readBidding, type SealedAct } from '../../../work/bidding.tsx'
import { inWords } from '../../../work/names.ts'

export async function loader(args: Route.LoaderArgs) {
  const act: SealedAct = args.url.searchParams.get('act') === 'withdraw-bid' ? 'withdraw-bid' : 'submit-bid'
  const bidding = await readBidding(args, act === 'submit-bid' ? 'check' : 'withdraw', 'bid/receipt')
  mustBeOpen(bidding, act)
  const { device, content, naru } = bidding
  const { language } = naru
  const said = (text: Parameters<typeof inWords>[0]) => inWords(text, language, content.language)
  const fields =
    act === 'withdraw-bid'
      ? []
      : [
          ...content.lots.flatMap((lot) => [
            ...lot.items.map((item): [string, string] => [
              priceField(lot.id, item.id),
              `${said(item.description)}, ${item.quantity} ${unitAfter(naru.read.units, item.unit, item.quantity, language)}`,
            ]),
            [vatField(lot.id), said(lot.title)] as [string, string],
          ]),
          ...device.criteria.map((id): [string, string] => [
            answerField(id),
            said(content.criteria.find((each) => each.id === id)?.title),
          ]),
        ]
  const form: Form = {
    naru: 'bid-form',
    v: 1,
    fields: Object.fromEntries(fields.map(([name]) => [name, ''])),
    about: Object.fromEntries(fields),
    picks: [],
    files: Object.fromEntries(
      content.lots.flatMap((lot) =>
        (device.criteria.length > 0 ? ['price', 'tech'] : ['price']).map((kind) => [`${lot.id}/${kind}`, []]),
      ),
    ),
    page: device,
  }
  return new Response(`${JSON.stringify(form, null, 2)}\n`, {
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="${formFile(device.number, act)}"`,
      'Cache-Control': 'no-store',
    },
  })
}
