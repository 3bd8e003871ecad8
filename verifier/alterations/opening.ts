// Bad bundles: shares, envelopes, prices, the draw.
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { type Alteration, rewritten, signed, stranger } from './alteration.ts'
import type { Json } from './draft.ts'

export const openingAlterations: readonly Alteration[] = [
  signed('other-envelope', 'envelopeMismatch', (draft) => {
    const [one = '', two = ''] = draft.live
    const { envelopes } = draft.json(two)
    draft.change(one, (bid) => (bid['envelopes'] = envelopes))
  }),
  signed('ciphertext-changed', 'openingMismatch', (draft) =>
    draft.change(draft.live[0] ?? '', (bid) => {
      const bytes = fromBase64(bid['envelopes'][0].ciphertext)
      bytes[0] = (bytes[0] ?? 0) ^ 1
      bid['envelopes'][0].ciphertext = toBase64(bytes)
    }),
  ),
  signed('ciphertext-missing', 'ciphertextMissing', (draft) =>
    draft.change(draft.live[0] ?? '', (bid) => (bid['envelopes'][0].ciphertext = null)),
  ),
  // Exactly a quorum has posted in this tender: without this share nothing opens.
  rewritten('share-changed', 'openingMismatch', (draft) =>
    draft.changeLine('SharesPosted', ({ body }) => (body.batch.shares[0][1] = toBase64(stranger))),
  ),
  rewritten('share-left-out', 'batchMismatch', (draft) =>
    draft.changeLine('SharesPosted', ({ body }) => body.batch.shares.pop()),
  ),
  rewritten('shares-of-a-stranger', 'batchMismatch', (draft) =>
    draft.changeLine('SharesPosted', ({ body }) => (body.batch.i = 200)),
  ),
  rewritten('shares-for-another-closing', 'batchMismatch', (draft) =>
    draft.changeLine('SharesPosted', ({ body }) => (body.batch.close = toBase64(stranger))),
  ),
  rewritten('another-root-published', 'openingMismatch', (draft) =>
    draft.changeLine('OpeningRecorded', ({ body }) => (body.opening.results[0].R = toBase64(stranger))),
  ),
  rewritten('valid-bid-called-void', 'openingMismatch', (draft) =>
    draft.changeLine('OpeningRecorded', ({ body }) => {
      body.opening.results[0].status = 'void'
      body.opening.results[0].code = 'price'
    }),
  ),
  rewritten('price-changed', 'openedPriceMismatch', (draft) =>
    draft.changeLine('OpeningRecorded', ({ body }) => {
      const valid = body.bids.find((each: Json) => each['price'])
      valid.price.price = (BigInt(valid.price.price) - 1n).toString()
    }),
  ),
  rewritten('opened-bid-left-out', 'openedPriceMismatch', (draft) =>
    draft.changeLine('OpeningRecorded', ({ body }) => body.bids.pop()),
  ),
  rewritten('seed-changed', 'seedMismatch', (draft) =>
    draft.changeLine('OpeningRecorded', ({ body }) => (body.seed = toBase64(stranger))),
  ),
  rewritten('holder-blamed', 'wrongSharesMismatch', (draft) =>
    draft.changeLine('OpeningRecorded', ({ body }) => (body.wrongShares = [1])),
  ),
  rewritten('drawn-price-changed', 'drawMismatch', (draft) =>
    draft.changeLine('DrawMade', ({ body }) => (body.draw.prices[0] = (BigInt(body.draw.prices[0]) + 1n).toString())),
  ),
  rewritten('other-numbers-chosen', 'drawMismatch', (draft) =>
    draft.changeLine('DrawMade', ({ body }) => body.draw.chosen.reverse()),
  ),
  rewritten('reserve-price-changed', 'drawMismatch', (draft) =>
    draft.changeLine('DrawMade', ({ body }) => (body.reservePrice = (BigInt(body.reservePrice) + 1n).toString())),
  ),
]
