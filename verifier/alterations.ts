// Bad bundles made from a good one: each alteration by its name, with the reason for which it must be refused.
//
// Some are made by a clumsy hand, some by an operator who signs the bundle again, and some by one who also has the log's key and rewrites the
// log so that every hash fits: those only the rules of the protocol can tell.
import { signCheckpoint, signerWith, signNote } from '@naru/log/checkpoint.ts'
import { makeEntry, parseEntry } from '@naru/log/entry.ts'
import { leafHash, readerOf, rootAt } from '@naru/log/merkle.ts'
import { fromBase64, toBase64, utf8 } from '@naru/sealing/bytes.ts'
import { type ListItem, listRoot } from '@naru/sealing/closing.ts'
import { actCommitment, commitmentOf } from '@naru/sealing/commitment.ts'
import { H, sha256 } from '@naru/sealing/hash.ts'
import { canonical, canonicalText } from '@naru/sealing/jcs.ts'
import { type PromiseBody, signPromise } from '@naru/sealing/signature.ts'
import type { Files } from './bundle.ts'
import { objectOf } from './check-facts.ts'
import type { Failure } from './finding.ts'

/** The secret keys of the made-up deployment that the good bundle is of, 32 bytes each. */
export interface OperatorKeys {
  readonly log: Uint8Array
  readonly promise: Uint8Array
}

type Json = Record<string, any>
interface Line extends Json {
  index: number
  hash?: string
  record?: Json
  shown?: Json
  salt?: string | null
}

const text = new TextDecoder()

/** A bundle taken apart for altering. */
class Draft {
  readonly files: Map<string, Uint8Array>
  private readonly keys: OperatorKeys

  constructor(files: Files, keys: OperatorKeys) {
    this.files = new Map(files)
    this.keys = keys
  }

  json(path: string): Json {
    return JSON.parse(text.decode(this.files.get(path))) as Json
  }
  put(path: string, value: unknown): void {
    this.files.set(path, canonical(value))
  }
  change(path: string, change: (value: Json) => void): void {
    const value = this.json(path)
    change(value)
    this.put(path, value)
  }
  get lines(): Line[] {
    return text
      .decode(this.files.get('facts.jsonl'))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line)
  }
  putLines(lines: readonly Line[]): void {
    this.files.set('facts.jsonl', utf8(lines.map((line) => `${canonicalText(line)}\n`).join('')))
  }
  /** The last line of a type. */
  line(lines: readonly Line[], type: string): Line {
    const found = lines.findLast((each) => (each.record ?? each.shown)?.type === type)
    if (!found) throw new Error(`the good bundle has no ${type}`)
    return found
  }
  changeLine(type: string, change: (record: Json, line: Line) => void): void {
    const lines = this.lines
    const line = this.line(lines, type)
    change((line.record ?? line.shown) as Json, line)
    this.putLines(lines)
  }
  get tender(): string {
    return this.json('bundle.json').tender as string
  }
  get round(): string {
    return (
      [...this.files.keys()]
        .filter((path) => path.startsWith('rounds/'))
        .sort()
        .at(-1) ?? ''
    )
  }
  get items(): ListItem[] {
    return this.json(this.round).items as ListItem[]
  }
  /** Live bids' files, by index. */
  get live(): string[] {
    return this.items.filter((item) => item.status === 'live').map((item) => `bids/${item.index}.json`)
  }
  object(type: string): string {
    return `objects/${this.line(this.lines, type).index}.json`
  }

  /** The operator's signature over the files as they are now. */
  sign(secret = this.keys.promise, tender = this.tender): void {
    const lines = [...this.files]
      .filter(([path]) => path !== 'signature')
      .map(([path, bytes]) => `${toBase64(sha256(bytes))} ${path}\n`)
      .sort()
    const signer = signerWith(`${this.json('bundle.json').origin as string}/operator`, secret)
    this.files.set('signature', utf8(signNote(`naru-audit-bundle@v1\n${tender}\n${lines.join('')}`, [signer])))
  }

  entryAt(index: number): Uint8Array {
    return (this.files.get('entries') ?? new Uint8Array(0)).slice(34 * index, 34 * index + 34)
  }
  setEntry(index: number, entry: Uint8Array): void {
    const entries = new Uint8Array(this.files.get('entries') ?? [])
    entries.set(entry, 34 * index)
    this.files.set('entries', entries)
  }
  /** A checkpoint over the entries as they are now, by the log's own key. */
  seal(size = (this.files.get('entries')?.length ?? 0) / 34, secret = this.keys.log): void {
    const held = (this.files.get('entries')?.length ?? 0) / 34
    const root = rootAt(readerOf(Array.from({ length: held }, (_, n) => leafHash(this.entryAt(n)))), held)
    const note = signCheckpoint({ size, root }, signerWith(this.json('bundle.json').origin as string, secret))
    this.files.set('checkpoint', utf8(note))
  }

  /** Rewrites the log with its own key so that every changed fact fits its hash, its entry, its object and its successors. */
  rewrite(): void {
    const lines = this.lines
    const newest = new Map<string, Line>()
    for (const line of lines) {
      const record = line.record ?? line.shown
      const stream = (record?.stream ?? line['stream']) as string
      const before = newest.get(stream)
      newest.set(stream, line)
      if (!record) continue
      const previous = (before?.record ?? before?.shown) as Json | undefined
      if (before?.hash && previous?.seq === (record.seq as number) - 1) record.prev = before.hash
      if (line.record) line.hash = toBase64(H('fact', canonical(record)))
      const { kind } = parseEntry(this.entryAt(line.index))
      const logged = objectOf(record as Parameters<typeof objectOf>[0])
      if (logged) this.put(`objects/${line.index}.json`, logged.object)
      const commitment = logged
        ? commitmentOf(logged.label, logged.object)
        : actCommitment(fromBase64(line.salt ?? ''), record)
      if (line.record || logged) this.setEntry(line.index, makeEntry(kind, commitment))
    }
    this.putLines(lines)
    this.seal()
  }

  promise(body: PromiseBody, secret = this.keys.promise): Json {
    return signPromise(body, secret) as unknown as Json
  }
}

/** One bad bundle: what was done, why it must be refused, and whether the auditor has seen the log before. */
export interface Alteration {
  readonly name: string
  readonly expected: Failure
  readonly seen: boolean
  readonly alter: (draft: Draft) => void
}

const stranger = new Uint8Array(32).fill(9)
const list: Alteration[] = []
/** Left as it is: nobody signed again. */
const raw = (name: string, expected: Failure, alter: (draft: Draft) => void): void => {
  list.push({ name, expected, seen: false, alter })
}
/** The operator signs the bundle again. */
const signed = (name: string, expected: Failure, alter: (draft: Draft) => void): void => {
  raw(name, expected, (draft) => {
    alter(draft)
    draft.sign()
  })
}
/** The operator rewrites the log with its own key and signs the bundle again. */
const rewritten = (name: string, expected: Failure, alter: (draft: Draft) => void, seen = false): void => {
  list.push({
    name,
    expected,
    seen,
    alter: (draft) => {
      alter(draft)
      draft.rewrite()
      draft.sign()
    },
  })
}

// The container
raw('no-signature', 'fileMissing', (draft) => draft.files.delete('signature'))
raw('no-entries', 'fileMissing', (draft) => draft.files.delete('entries'))
raw('bid-file-taken-out', 'fileMissing', (draft) => draft.files.delete(draft.live[0] ?? ''))
raw('file-changed', 'fileHash', (draft) => draft.put(draft.object('OpeningRecorded'), { v: 1 }))
raw('file-added', 'fileUnknown', (draft) => draft.put('objects/999999.json', { v: 1 }))
signed('strange-file', 'fileUnknown', (draft) => draft.put('notes.json', { v: 1 }))
raw('signed-by-a-stranger', 'bundleSignature', (draft) => draft.sign(stranger))
raw('signed-for-another-tender', 'bundleSignature', (draft) =>
  draft.sign(undefined, '00000000-0000-4000-8000-000000000000'),
)
signed('member-twice', 'notCanonical', (draft) => {
  const path = draft.object('AwardMade')
  const object = text.decode(draft.files.get(path))
  draft.files.set(path, utf8(object.replace('{', '{"award":"00000000-0000-4000-8000-000000000000",')))
})
signed('white-space', 'notCanonical', (draft) => {
  const path = draft.live[0] ?? ''
  draft.files.set(path, utf8(` ${text.decode(draft.files.get(path))}`))
})
signed('not-utf8', 'notCanonical', (draft) => draft.files.set(draft.round, Uint8Array.of(0x7b, 0xff, 0x7d)))
signed('number-spelt-otherwise', 'notCanonical', (draft) => {
  const bundle = text.decode(draft.files.get(draft.round))
  draft.files.set(draft.round, utf8(bundle.replace('"round":', '"round":1e0,"Round":')))
})
signed('unknown-member', 'badForm', (draft) => draft.change(draft.round, (round) => (round['comment'] = 'none')))
signed('member-left-out', 'badForm', (draft) => draft.change(draft.live[0] ?? '', (bid) => delete bid['leafSalt']))
signed('fact-of-unknown-type', 'badForm', (draft) =>
  draft.changeLine('BidsRanked', (record) => (record['type'] = 'BidsGuessed')),
)

// The log
signed('checkpoint-signature-changed', 'checkpointSignature', (draft) => draft.seal(undefined, stranger))
signed('checkpoint-without-signature', 'checkpointSignature', (draft) => {
  const [body = ''] = text.decode(draft.files.get('checkpoint')).split('\n\n')
  draft.files.set('checkpoint', utf8(`${body}\n`))
})
signed('cosignatures-left-out', 'quorumMissing', (draft) => {
  const [body = '', signatures = ''] = text.decode(draft.files.get('checkpoint')).split('\n\n')
  draft.files.set('checkpoint', utf8(`${body}\n\n${signatures.split('\n')[0]}\n`))
})
signed('one-cosignature-twice', 'quorumMissing', (draft) => {
  const [body = '', signatures = ''] = text.decode(draft.files.get('checkpoint')).split('\n\n')
  const [log = '', witness = ''] = signatures.split('\n')
  draft.files.set('checkpoint', utf8(`${body}\n\n${log}\n${witness}\n${witness}\n`))
})
signed('cosignature-of-another-time', 'quorumMissing', (draft) => {
  const note = text.decode(draft.files.get('checkpoint'))
  const [, line = ''] = (note.split('\n\n')[1] ?? '').split('\n')
  const bytes = fromBase64(line.split(' ')[2] ?? '')
  bytes[11] = (bytes[11] ?? 0) ^ 1
  draft.files.set('checkpoint', utf8(note.replace(line, `${line.split(' ').slice(0, 2).join(' ')} ${toBase64(bytes)}`)))
})
signed('of-another-log', 'otherLog', (draft) =>
  draft.change('bundle.json', (bundle) => (bundle['origin'] = 'other.invalid/log')),
)
signed('checkpoint-larger-than-entries', 'entriesCount', (draft) => draft.seal(draft.json('bundle.json').size + 1))
signed('last-entry-left-out', 'entriesCount', (draft) => {
  const entries = draft.files.get('entries') ?? new Uint8Array(0)
  draft.files.set('entries', entries.slice(0, -34))
})
signed('entries-reordered', 'rootMismatch', (draft) => {
  const [a = 0, b = 0] = draft.items.map((item) => item.index)
  const [first, second] = [draft.entryAt(a), draft.entryAt(b)]
  draft.setEntry(a, second)
  draft.setEntry(b, first)
})
signed('entry-changed', 'rootMismatch', (draft) => draft.setEntry(0, makeEntry('act', stranger)))
signed('entry-of-unknown-kind', 'entryForm', (draft) => {
  const entry = draft.entryAt(0)
  entry[1] = 0x7f
  draft.setEntry(0, entry)
  draft.seal()
})
rewritten(
  'log-forked',
  'fork',
  (draft) =>
    draft.setEntry(draft.lines.find((each) => each.hash === undefined)?.index ?? 0, makeEntry('act', stranger)),
  true,
)
rewritten(
  'log-forked-in-a-sealed-bid',
  'fork',
  (draft) => draft.setEntry(draft.items[0]?.index ?? 0, makeEntry('sealed', stranger)),
  true,
)

// Facts and objects
signed('notice-changed', 'factHash', (draft) =>
  draft.changeLine('TenderPublished', ({ body }) => (body.content.lots[0].value.amount = '1')),
)
rewritten('notice-changed-and-log-rewritten', 'noticeText', (draft) =>
  draft.changeLine('TenderPublished', ({ body }) => (body.content.lots[0].value.amount = '1')),
)
rewritten('terms-changed', 'noticeRules', (draft) =>
  draft.changeLine(
    'TenderPublished',
    ({ body }) => (body.terms.minimumBidders = 1 + (body.terms.minimumBidders as number)),
  ),
)
rewritten('deadline-moved', 'noticeText', (draft) =>
  draft.changeLine('TenderPublished', ({ body }) => (body.notice.T += 3_600_000)),
)
signed('fact-removed', 'factOrder', (draft) =>
  draft.putLines(
    draft.lines.filter((each) => each !== undefined && (each.record ?? each.shown)?.type !== 'EligibilityRecorded'),
  ),
)
signed('fact-twice', 'factOrder', (draft) =>
  draft.putLines(draft.lines.flatMap((each, n) => (n === 3 ? [each, each] : [each]))),
)
signed('facts-reordered', 'factOrder', (draft) => draft.putLines(draft.lines.reverse()))
signed('award-hidden', 'factHidden', (draft) => {
  const lines = draft.lines
  const award = draft.line(lines, 'AwardMade')
  const { stream, seq } = award.record as { stream: string; seq: number }
  draft.putLines(lines.map((each) => (each === award ? { index: each.index, stream, seq } : each)))
})
signed('ranking-hidden', 'rankingMissing', (draft) => {
  const lines = draft.lines
  const ranked = draft.line(lines, 'BidsRanked')
  const { stream, seq } = ranked.record as { stream: string; seq: number }
  draft.putLines(lines.map((each) => (each === ranked ? { index: each.index, stream, seq } : each)))
})
signed('object-removed', 'objectMissing', (draft) => draft.files.delete(draft.object('TenderClosed')))
signed('object-changed', 'objectMismatch', (draft) =>
  draft.change(draft.object('AwardMade'), (award) => (award['value'].amount = '1')),
)
signed('object-added', 'objectUnknown', (draft) => draft.put('objects/1000000.json', { v: 1 }))
signed('fact-says-other-than-object', 'factObject', (draft) =>
  draft.changeLine('AwardMade', ({ body }, line) => {
    body.reason = 'Another reason.'
    line.hash = toBase64(H('fact', canonical(line.record)))
  }),
)
signed('salt-of-an-act-changed', 'factEntry', (draft) =>
  draft.changeLine('BidsRanked', (_, line) => (line.salt = toBase64(stranger))),
)
signed('fact-at-another-index', 'factEntry', (draft) => {
  const lines = draft.lines
  const last = lines.at(-1)
  if (last) last.index -= 1
  draft.putLines(lines.filter((each, n) => n === lines.length - 1 || each.index !== last?.index))
})
signed('predecessor-changed', 'factChain', (draft) =>
  draft.changeLine('EligibilityRecorded', (record, line) => {
    record['prev'] = toBase64(stranger)
    line.hash = toBase64(H('fact', canonical(line.record)))
  }),
)

// Key holders and notice
rewritten('key-record-swapped', 'keyRecordsMismatch', (draft) => {
  const lines = draft.lines
  const [one, two] = lines.filter((each) => each.record?.type === 'KeyRecordDeposited')
  const swap = two?.record?.body.record.pk as string
  if (one?.record) one.record.body.record.pk = swap
  draft.putLines(lines)
})
rewritten('threshold-lowered', 'noticeDescriptor', (draft) => {
  const lines = draft.lines
  const fixed = lines.find((each) => each.record?.type === 'TenderKeyFixed')
  const body = fixed?.record?.body as Json
  body.tenderKey.groups[0].k = 1
  body.tkd = toBase64(commitmentOf('tkd', body.tenderKey))
  draft.putLines(lines)
})
rewritten('group-without-a-spare', 'descriptorForm', (draft) => {
  const lines = draft.lines
  const body = lines.find((each) => each.record?.type === 'TenderKeyFixed')?.record?.body as Json
  body.tenderKey.groups[0].k = body.tenderKey.groups[0].o.length
  body.tkd = toBase64(commitmentOf('tkd', body.tenderKey))
  draft.putLines(lines)
})
rewritten('salt-replaced', 'noticeSalts', (draft) =>
  draft.changeLine('TenderPublished', ({ body }) => (body.notice.salts[0].bidderSalt = toBase64(stranger))),
)

// Closing
signed('bid-removed-from-the-list', 'closeMismatch', (draft) => {
  const gone = draft.items.findIndex((item) => item.status === 'live')
  draft.files.delete(`bids/${draft.items[gone]?.index}.json`)
  draft.change(draft.round, (round) => round['items'].splice(gone, 1))
})
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
})
signed('status-changed', 'closeMismatch', (draft) =>
  draft.change(draft.round, (round) => {
    const live = round['items'].find((item: ListItem) => item.status === 'live')
    live.status = 'superseded'
  }),
)
signed('list-reordered', 'itemsUnsorted', (draft) => draft.change(draft.round, (round) => round['items'].reverse()))
signed('item-of-another-entry', 'itemEntry', (draft) =>
  draft.change(draft.round, (round) => (round['items'][0].leafSalt = toBase64(stranger))),
)
signed('late-bid-counted-live', 'statusMismatch', (draft) =>
  draft.change(draft.live[0] ?? '', (bid) => {
    const closed = draft.line(draft.lines, 'TenderClosed').record as Json
    const { T } = closed['body'].close as { T: number }
    bid['promise'] = draft.promise({ ...bid['promise'].body, time: T + 1 })
  }),
)
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
})
signed('bid-missing', 'bidMissing', (draft) => draft.files.delete(draft.live[0] ?? ''))
signed('bid-in-no-list', 'bidUnknown', (draft) => {
  const bid = draft.json(draft.live[0] ?? '')
  draft.put('bids/0.json', { ...bid, index: 0 })
})
signed('bid-of-another-bidder', 'bidMismatch', (draft) => {
  const [one = '', two = ''] = draft.live
  const { manifest } = draft.json(two)
  draft.change(one, (bid) => (bid['manifest'] = manifest))
})
signed('promise-missing', 'promiseMissing', (draft) =>
  draft.change(draft.live[0] ?? '', (bid) => (bid['promise'] = null)),
)
signed('promise-by-a-stranger', 'promiseSignature', (draft) =>
  draft.change(draft.live[0] ?? '', (bid) => (bid['promise'] = draft.promise(bid['promise'].body, stranger))),
)
signed('promise-of-another-bid', 'promiseMismatch', (draft) => {
  const [one = '', two = ''] = draft.live
  const { promise } = draft.json(two)
  draft.change(one, (bid) => (bid['promise'] = promise))
})
signed('promise-time-changed', 'promiseSignature', (draft) =>
  draft.change(draft.live[0] ?? '', (bid) => (bid['promise'].body.time -= 1)),
)
signed('signature-of-another-bid', 'signatureMismatch', (draft) => {
  const [one = '', two = ''] = draft.live
  const { signature } = draft.json(two)
  draft.change(one, (bid) => (bid['signature'] = signature))
})
signed('sandbox-signature-in-live', 'sandboxSignature', (draft) =>
  draft.change('bundle.json', (bundle) => (bundle['mode'] = 'live')),
)
rewritten('bidder-not-admitted-silently', 'eligibilityMismatch', (draft) =>
  draft.changeLine('EligibilityRecorded', ({ body }) => body.items.pop()),
)
signed('list-missing', 'roundMissing', (draft) => draft.files.delete(draft.round))

// Opening
signed('other-envelope', 'envelopeMismatch', (draft) => {
  const [one = '', two = ''] = draft.live
  const { envelopes } = draft.json(two)
  draft.change(one, (bid) => (bid['envelopes'] = envelopes))
})
signed('ciphertext-changed', 'openingMismatch', (draft) =>
  draft.change(draft.live[0] ?? '', (bid) => {
    const bytes = fromBase64(bid['envelopes'][0].ciphertext)
    bytes[0] = (bytes[0] ?? 0) ^ 1
    bid['envelopes'][0].ciphertext = toBase64(bytes)
  }),
)
signed('ciphertext-missing', 'ciphertextMissing', (draft) =>
  draft.change(draft.live[0] ?? '', (bid) => (bid['envelopes'][0].ciphertext = null)),
)
// Exactly a quorum has posted in this tender: without this share nothing opens.
rewritten('share-changed', 'openingMismatch', (draft) =>
  draft.changeLine('SharesPosted', ({ body }) => (body.batch.shares[0][1] = toBase64(stranger))),
)
rewritten('share-left-out', 'batchMismatch', (draft) =>
  draft.changeLine('SharesPosted', ({ body }) => body.batch.shares.pop()),
)
rewritten('shares-of-a-stranger', 'batchMismatch', (draft) =>
  draft.changeLine('SharesPosted', ({ body }) => (body.batch.i = 200)),
)
rewritten('shares-for-another-closing', 'batchMismatch', (draft) =>
  draft.changeLine('SharesPosted', ({ body }) => (body.batch.close = toBase64(stranger))),
)
rewritten('another-root-published', 'openingMismatch', (draft) =>
  draft.changeLine('OpeningRecorded', ({ body }) => (body.opening.results[0].R = toBase64(stranger))),
)
rewritten('valid-bid-called-void', 'openingMismatch', (draft) =>
  draft.changeLine('OpeningRecorded', ({ body }) => {
    body.opening.results[0].status = 'void'
    body.opening.results[0].code = 'price'
  }),
)
rewritten('price-changed', 'openedPriceMismatch', (draft) =>
  draft.changeLine('OpeningRecorded', ({ body }) => {
    const valid = body.bids.find((each: Json) => each['price'])
    valid.price.price = (BigInt(valid.price.price) - 1n).toString()
  }),
)
rewritten('opened-bid-left-out', 'openedPriceMismatch', (draft) =>
  draft.changeLine('OpeningRecorded', ({ body }) => body.bids.pop()),
)
rewritten('seed-changed', 'seedMismatch', (draft) =>
  draft.changeLine('OpeningRecorded', ({ body }) => (body.seed = toBase64(stranger))),
)
rewritten('holder-blamed', 'wrongSharesMismatch', (draft) =>
  draft.changeLine('OpeningRecorded', ({ body }) => (body.wrongShares = [1])),
)
rewritten('drawn-price-changed', 'drawMismatch', (draft) =>
  draft.changeLine('DrawMade', ({ body }) => (body.draw.prices[0] = (BigInt(body.draw.prices[0]) + 1n).toString())),
)
rewritten('other-numbers-chosen', 'drawMismatch', (draft) =>
  draft.changeLine('DrawMade', ({ body }) => body.draw.chosen.reverse()),
)
rewritten('reserve-price-changed', 'drawMismatch', (draft) =>
  draft.changeLine('DrawMade', ({ body }) => (body.reservePrice = (BigInt(body.reservePrice) + 1n).toString())),
)

// Ranking, award, contract
rewritten('another-winner', 'rankingMismatch', (draft) =>
  draft.changeLine('BidsRanked', ({ body }) => {
    const other = body.ranking.lines.find((each: Json) => each['bid'] !== body.ranking.winner)
    body.ranking.winner = other.bid
  }),
)
rewritten('ranks-swapped', 'rankingMismatch', (draft) =>
  draft.changeLine('BidsRanked', ({ body }) => body.ranking.lines.reverse()),
)
rewritten('award-to-another', 'awardMismatch', (draft) =>
  draft.changeLine('AwardMade', ({ body }) => {
    const opened = draft.line(draft.lines, 'OpeningRecorded').record?.body.bids as Json[]
    const other = opened.find((each) => each['bid'] !== body.bid && each['price'])
    body.bid = other?.['bid']
    body.supplier = other?.['bidder']
    body.value.amount = other?.['price'].price
  }),
)
rewritten('award-at-another-price', 'awardMismatch', (draft) =>
  draft.changeLine('AwardMade', ({ body }) => (body.value.amount = (BigInt(body.value.amount) + 1n).toString())),
)
rewritten('standstill-changed', 'standstillMismatch', (draft) =>
  draft.changeLine('AwardMade', ({ body }) => (body.standstillUntil = '2026-01-01T00:00:00.000Z')),
)
rewritten('contract-at-another-price', 'contractMismatch', (draft) =>
  draft.changeLine(
    'ContractConcluded',
    ({ body }) => (body.text.value.amount = (BigInt(body.text.value.amount) + 1n).toString()),
  ),
)
rewritten('contract-line-changed', 'contractMismatch', (draft) =>
  draft.changeLine('ContractConcluded', ({ body }) => (body.text.lines[0].amount.amount = '7')),
)

// Open data
const releases = (draft: Draft, change: (releases: Json[]) => void): void => {
  const value = draft.json('releases.json') as unknown as Json[]
  change(value)
  draft.files.set('releases.json', utf8(JSON.stringify(value)))
}
signed('release-changed', 'releaseMismatch', (draft) =>
  releases(draft, (all) => ((all[0] as Json)['date'] = '2020-01-01T00:00:00Z')),
)
signed('release-removed', 'releaseMissing', (draft) => releases(draft, (all) => all.splice(1, 1)))
signed('release-added', 'releaseUnknown', (draft) =>
  releases(draft, (all) => all.push({ ...(all[0] as Json), id: 'another' })),
)

/** All alterations, in the order of what they break. */
export const alterations: readonly Alteration[] = list

/** The files of a good bundle after an alteration. */
export function altered(files: Files, keys: OperatorKeys, alteration: Alteration): Files {
  const draft = new Draft(files, keys)
  alteration.alter(draft)
  return draft.files
}

/** Files as they are, with the operator's signature over them. */
export function signedAgain(files: Files, keys: OperatorKeys): Files {
  const draft = new Draft(files, keys)
  draft.sign()
  return draft.files
}
