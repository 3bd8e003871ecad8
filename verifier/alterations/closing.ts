// Bad bundles: the close list, bids, promises, eligibility.
import { toBase64 } from '@naru/sealing/bytes.ts'
import { type ListItem, listRoot } from '@naru/sealing/closing.ts'
import { commitmentOf } from '@naru/sealing/commitment.ts'
import { type Alteration, rewritten, signed, stranger } from './alteration.ts'
import type { Json } from './draft.ts'

export const closingAlterations: readonly Alteration[] = [
  signed('bid-removed-from-the-list', 'closeMismatch', (draft) => {
    const gone = draft.items.findIndex((item) => item.status === 'live')
    draft.files.delete(`bids/${draft.items[gone]?.index}.json`)
    draft.change(draft.round, (round) => round['items'].splice(gone, 1))
  }),
  rewritten('bid-removed-from-list-and-log', 'batchMismatch', (draft) => {
    const items = draft.items
    const gone = items.findIndex((item) => item.status === 'live')
    const [item] = items.splice(gone, 1)
    draft.files.delete(`bids/${item?.index}.json`)
    draft.change(draft.round, (round) => (round['items'] = items))
    draft.changeLine('TenderClosed', ({ body }) => {
      body.items = items
      body.bidders = body.bidders.filter((each: Json) => each['index'] !== item?.index)
      body.close.count = items.length
      body.close.root = toBase64(listRoot(items))
      body.commitment = toBase64(commitmentOf('close', body.close))
    })
    draft.changeLine('EligibilityRecorded', ({ body }) => {
      body.items = body.items.filter((each: Json) => each['index'] !== item?.index)
    })
  }),
  signed('status-changed', 'closeMismatch', (draft) =>
    draft.change(draft.round, (round) => {
      const live = round['items'].find((item: ListItem) => item.status === 'live')
      live.status = 'superseded'
    }),
  ),
  signed('list-reordered', 'itemsUnsorted', (draft) => draft.change(draft.round, (round) => round['items'].reverse())),
  signed('item-of-another-entry', 'itemEntry', (draft) =>
    draft.change(draft.round, (round) => (round['items'][0].leafSalt = toBase64(stranger))),
  ),
  signed('late-bid-counted-live', 'statusMismatch', (draft) =>
    draft.change(draft.live[0] ?? '', (bid) => {
      const closed = draft.line(draft.lines, 'TenderClosed').record as Json
      const { T } = closed['body'].close as { T: number }
      bid['promise'] = draft.promise({ ...bid['promise'].body, time: T + 1 })
    }),
  ),
  rewritten('live-bid-called-withdrawn', 'statusMismatch', (draft) => {
    const items = draft.items
    const live = items.find((item) => item.status === 'live')
    if (live) live.status = 'withdrawn'
    draft.change(draft.round, (round) => (round['items'] = items))
    draft.changeLine('TenderClosed', ({ body }) => {
      body.items = items
      body.close.root = toBase64(listRoot(items))
      body.commitment = toBase64(commitmentOf('close', body.close))
    })
  }),
  signed('bid-missing', 'bidMissing', (draft) => draft.files.delete(draft.live[0] ?? '')),
  signed('bid-in-no-list', 'bidUnknown', (draft) => {
    const bid = draft.json(draft.live[0] ?? '')
    draft.put('bids/0.json', { ...bid, index: 0 })
  }),
  signed('bid-of-another-bidder', 'bidMismatch', (draft) => {
    const [one = '', two = ''] = draft.live
    const { manifest } = draft.json(two)
    draft.change(one, (bid) => (bid['manifest'] = manifest))
  }),
  signed('promise-missing', 'promiseMissing', (draft) =>
    draft.change(draft.live[0] ?? '', (bid) => (bid['promise'] = null)),
  ),
  signed('promise-by-a-stranger', 'promiseSignature', (draft) =>
    draft.change(draft.live[0] ?? '', (bid) => (bid['promise'] = draft.promise(bid['promise'].body, stranger))),
  ),
  signed('promise-of-another-bid', 'promiseMismatch', (draft) => {
    const [one = '', two = ''] = draft.live
    const { promise } = draft.json(two)
    draft.change(one, (bid) => (bid['promise'] = promise))
  }),
  signed('promise-time-changed', 'promiseSignature', (draft) =>
    draft.change(draft.live[0] ?? '', (bid) => (bid['promise'].body.time -= 1)),
  ),
  signed('signature-of-another-bid', 'signatureMismatch', (draft) => {
    const [one = '', two = ''] = draft.live
    const { signature } = draft.json(two)
    draft.change(one, (bid) => (bid['signature'] = signature))
  }),
  signed('sandbox-signature-in-live', 'sandboxSignature', (draft) => {
    draft.change('bundle.json', (bundle) => (bundle['mode'] = 'live'))
    draft.change(draft.live[0] ?? '', (bid) => {
      const { m, time } = bid['promise'].body as { m: string; time: number }
      bid['signature'] = { kind: 'sandbox-session', person: 'nobody', at: time, commitment: m }
      bid['raised'] = null
      bid['evidence'] = []
    })
  }),
  rewritten('bidder-not-admitted-silently', 'eligibilityMismatch', (draft) =>
    draft.changeLine('EligibilityRecorded', ({ body }) => body.items.pop()),
  ),
  signed('list-missing', 'roundMissing', (draft) => draft.files.delete(draft.round)),
]
