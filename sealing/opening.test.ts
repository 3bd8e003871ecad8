// A whole round from key records to the opening object, with dishonest bidders and officers in it.
import { ed25519 } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { fromBase64, toBase64 } from './bytes.ts'
import { closeHash, closeList, closeOf } from './closing.ts'
import type { PriceCore } from './core.ts'
import { descriptorHash } from './descriptor.ts'
import { envelopeHash } from './envelope.ts'
import { Malformed } from './malformed.ts'
import { manifestHash } from './manifest.ts'
import {
  agreementWith,
  agreementWithCryptoKey,
  type Batch,
  batchHash,
  checkBatch,
  envelopesToOpen,
  findOpeningObstacle,
  type LiveBid,
  makeBatch,
  openingHash,
  openByRoot,
  openingOf,
  openRound,
  openSealed,
  parseBatch,
  postedShares,
} from './opening.ts'
import { sealedEntry } from './receipt.ts'
import { asLive, rehearseBid, rehearsedBytes, rehearsePrice, rehearseRound, rehearseSalts } from './rehearsal.ts'
import { signPromise } from './signature.ts'

// A laden machine takes its time; these tests are about bytes, not speed.
vi.setConfig({ testTimeout: 120_000 })

const round = rehearseRound('opening')
const { descriptor, recipients } = round
const salts = rehearseSalts(round, 10)
const bidders = ['b1', 'b2', 'b3', 'b4']
const sealedBids = bidders.map((bidder, n) =>
  rehearseBid(round, bidder, 1, null, [
    { cls: 'price', core: rehearsePrice(round, bidder, 1, String(1000 - n), [n + 1, n + 2]) },
  ]),
)
const flipped = (text: string): string => toBase64(fromBase64(text).map((byte, n) => (n === 20 ? byte ^ 1 : byte)))

/** b3 seals garbage for persons 1 and 2, so that only quorums with person 3 find anything: none of two in its group. */
const bids: LiveBid[] = sealedBids.map((bid, n) => {
  const live = asLive(bid, 100 + n)
  if (n !== 2) return live
  const envelopes = live.envelopes.map((envelope) => ({
    ...envelope,
    header: {
      ...envelope.header,
      shares: envelope.header.shares.map((share) => (share.i <= 2 ? { ...share, ct: flipped(share.ct) } : share)),
    },
  }))
  const named = envelopes.map(({ cls, header }) => ({ cls, e: toBase64(envelopeHash(header)) }))
  return { ...live, envelopes, manifest: { ...live.manifest, envelopes: named } }
})
const required = envelopesToOpen(descriptor, ['draw', 'price'], salts, bids, 15)
const items = closeList(
  bids.map(({ index, leafSalt, manifest }) => ({ index, leafSalt, manifest, promiseTime: 5, tokenTime: null })),
  { T: 10, delta: 0, cancelled: false },
)
const close = closeOf(
  { tender: descriptor.tender, tkd: toBase64(recipients.tkd), notice: toBase64(rehearsedBytes('notice')), T: 10 },
  items,
)
const head = { tender: descriptor.tender, close: closeHash(close) }
const secret = (i: number): Uint8Array => round.secretKeys.get(i) ?? new Uint8Array(0)
const batches = await Promise.all(
  [1, 2, 3, 4, 5, 6].map((i) => makeBatch(recipients, { ...head, i }, required, agreementWith(secret(i)))),
)
const of = (...people: number[]): Batch[] => batches.filter((batch) => people.includes(batch.i))

describe('the required set', () => {
  it('has salts in descriptor order, then bids by index, classes in descriptor order', () => {
    expect(required.map((sealed) => sealed.officer ?? sealed.index)).toEqual([1, 2, 3, 4, 5, 6, 100, 101, 102, 103])
    expect(envelopesToOpen(descriptor, ['price'], salts, bids.toReversed(), 15).map((sealed) => sealed.index)).toEqual([
      100, 101, 102, 103,
    ])
    expect(() => envelopesToOpen(descriptor, ['tech'], [], bids, null)).toThrow(Malformed)
  })

  it('refuses a header that is not the one of the manifest', () => {
    const [first, second] = bids
    if (first === undefined || second === undefined) throw new Error('no bids')
    expect(() => envelopesToOpen(descriptor, ['price'], [], [{ ...first, envelopes: second.envelopes }], null)).toThrow(
      Malformed,
    )
    expect(() => envelopesToOpen(descriptor, ['price'], [], [{ ...first, envelopes: [] }], null)).toThrow(Malformed)
  })
})

describe('a batch', () => {
  it('is the same from a non-extractable WebCrypto key', async () => {
    const key = fromBase64(descriptor.groups[0]?.o[0]?.[1] ?? '')
    const url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
    const jwk = { kty: 'EC', crv: 'P-256', x: url(key.slice(1, 33)), y: url(key.slice(33)), d: url(secret(1)) }
    const held = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
    expect(await makeBatch(recipients, { ...head, i: 1 }, required, agreementWithCryptoKey(held))).toEqual(batches[0])
  })

  it('says bad where nothing decrypts, and only there', () => {
    expect(batches.map((batch) => batch.shares.map(([, y]) => y === 'bad').indexOf(true))).toEqual([
      8, 8, -1, -1, -1, -1,
    ])
  })

  it('says bad for an ephemeral that is no point, instead of failing', async () => {
    const sealed = required.at(-1)
    if (sealed === undefined) throw new Error('nothing to open')
    const shares = sealed.header.shares.map((share) => ({ ...share, enc: toBase64(new Uint8Array(65)) }))
    const batch = await makeBatch(
      recipients,
      { ...head, i: 4 },
      [{ ...sealed, header: { ...sealed.header, shares } }],
      agreementWith(secret(4)),
    )
    expect(batch.shares).toEqual([[sealed.e, 'bad']])
  })

  it('is refused unless it is exactly the required set of this closing', () => {
    const [batch] = batches
    if (batch === undefined) throw new Error('no batch')
    const check = (changed: Batch) => () => checkBatch(changed, recipients, head, required)
    expect(check(batch)).not.toThrow()
    expect(parseBatch(JSON.parse(JSON.stringify(batch)))).toEqual(batch)
    expect(check({ ...batch, i: 7 })).toThrow(Malformed)
    expect(check({ ...batch, tender: 'x' })).toThrow(Malformed)
    expect(check({ ...batch, close: toBase64(rehearsedBytes('x')) })).toThrow(Malformed)
    expect(check({ ...batch, shares: batch.shares.slice(1) })).toThrow(Malformed)
    expect(check({ ...batch, shares: [...batch.shares, ...batch.shares.slice(0, 1)] })).toThrow(Malformed)
    expect(check({ ...batch, shares: batch.shares.toReversed() })).toThrow(Malformed)
    expect(() => parseBatch({ ...batch, shares: [[batch.shares[0]?.[0], 'worse']] })).toThrow(Malformed)
    expect(() => parseBatch({ ...batch, shares: [[batch.shares[0]?.[0]]] })).toThrow(Malformed)
    expect(batchHash({ ...batch, i: 2 })).not.toEqual(batchHash(batch))
    return expect(makeBatch(recipients, { ...head, i: 7 }, required, agreementWith(secret(1)))).rejects.toThrow(
      Malformed,
    )
  })
})

describe('openRound', () => {
  it('opens honest bids with any quorum; the malformed one is never valid', () => {
    const quorums = [
      [1, 2, 4, 5],
      [1, 3, 4, 6],
      [2, 3, 5, 6],
      [1, 2, 3, 4, 5, 6],
    ]
    for (const quorum of quorums) {
      const opened = openRound(
        recipients,
        required,
        of(...quorum),
        [1, 2, 3, 4, 5, 6].filter((i) => !quorum.includes(i)),
      )
      expect(opened.map((result) => result.status)).toEqual([
        ...Array.from({ length: 8 }, () => 'valid'),
        'void',
        'valid',
      ])
      expect(opened[8]).toMatchObject({ code: 'no-root', R: null, core: null, wrong: [] })
      expect(opened.slice(6).map((result) => (result.core as PriceCore | null)?.price)).toEqual([
        '1000',
        '999',
        undefined,
        '997',
      ])
      expect(
        opened
          .map((result) => result.R)
          .filter((R) => R !== null)
          .slice(6),
      ).toEqual([0, 1, 3].map((n) => sealedBids[n]?.roots[0]))
    }
  })

  it('leaves pending what may still open, until everyone has posted or is absent', () => {
    const some = openRound(recipients, required, of(1, 2, 4), [])
    expect(new Set(some.map((result) => result.status))).toEqual(new Set(['pending']))
    const most = openRound(recipients, required, of(1, 2, 4, 5), [3])
    expect(most[8]?.status).toBe('pending')
    expect(openRound(recipients, required, of(1, 2, 4, 5), [3, 6])[8]?.status).toBe('void')
    // A wrong absence changes nothing for those who posted.
    expect(openRound(recipients, required, of(1, 2, 3, 4, 5, 6), [1])[9]?.status).toBe('valid')
  })

  it('names the officers who posted a wrong share, and nobody for what the bidder broke', () => {
    const lie = (batch: Batch, n: number, y: string): Batch => ({
      ...batch,
      shares: batch.shares.map((share, at) => (at === n ? [share[0], y] : share)),
    })
    const posted = batches.map((batch) => {
      if (batch.i === 2) return lie(batch, 9, toBase64(rehearsedBytes('lie')))
      return batch.i === 4 ? lie(batch, 9, 'bad') : batch
    })
    const opened = openRound(recipients, required, posted, [])
    expect(opened[9]).toMatchObject({ status: 'valid', wrong: [2, 4] })
    expect(opened.filter((result) => result.wrong.length > 0)).toHaveLength(1)
  })

  it('does not blame an officer for a ciphertext that the bidder broke, though R was found', () => {
    const bid = rehearseBid(round, 'b9', 1, null, [{ cls: 'price', core: rehearsePrice(round, 'b9', 1, '5', [1, 2]) }])
    const live = asLive(bid, 7)
    const [envelope] = live.envelopes
    if (envelope === undefined) throw new Error('no envelope')
    const header = {
      ...envelope.header,
      shares: envelope.header.shares.map((share) => (share.i === 5 ? { ...share, ct: flipped(share.ct) } : share)),
    }
    const [sealed] = envelopesToOpen(
      descriptor,
      ['price'],
      [],
      [
        {
          ...live,
          manifest: { ...live.manifest, envelopes: [{ cls: 'price', e: toBase64(envelopeHash(header)) }] },
          envelopes: [{ ...envelope, header }],
        },
      ],
      15,
    )
    if (sealed === undefined) throw new Error('nothing to open')
    return Promise.all(
      [1, 2, 3, 4, 5, 6].map((i) => makeBatch(recipients, { ...head, i }, [sealed], agreementWith(secret(i)))),
    ).then((all) => {
      expect(all.find((batch) => batch.i === 5)?.shares[0]?.[1]).toBe('bad')
      expect(openRound(recipients, [sealed], all, [])).toMatchObject([{ status: 'void', code: 'header', wrong: [] }])
    })
  })

  it('gives each bid the same verdict whichever quorum posts (S5)', () => {
    fc.assert(
      fc.property(fc.subarray([1, 2, 3, 4, 5, 6]), (posting) => {
        const enough = posting.filter((i) => i <= 3).length >= 2 && posting.filter((i) => i > 3).length >= 2
        const { posted, complete } = postedShares(recipients, required, of(...posting), [1, 2, 3, 4, 5, 6])
        // Without a quorum in each group the round is not opened; nobody's bid is void for it.
        expect(complete).toBe(enough)
        for (const n of [6, 8]) {
          const sealed = required[n]
          if (sealed === undefined) throw new Error('nothing to open')
          const result = openSealed(recipients, sealed, posted[n] ?? [], complete)
          expect(result.status).toBe(enough ? (n === 6 ? 'valid' : 'void') : 'pending')
        }
      }),
      { numRuns: 64 },
    )
  })

  it('counts the first batch of a person only', () => {
    const [first, ...rest] = batches
    if (first === undefined) throw new Error('no batch')
    const other: Batch = { ...first, shares: first.shares.map(([e]) => [e, 'bad']) }
    expect(postedShares(recipients, required, [first, other, ...rest], []).posted[0]?.filter(([i]) => i === 1)).toEqual(
      [[1, first.shares[0]?.[1]]],
    )
    expect(openRound(recipients, required, [other, first, ...rest], [])[0]).toMatchObject({
      status: 'valid',
      wrong: [1],
    })
  })

  it('comes to the same from the published roots alone', () => {
    const opened = openRound(recipients, required, batches, [])
    for (const [n, result] of opened.entries()) {
      const sealed = required[n]
      if (sealed === undefined || result.R === null) continue
      expect(openByRoot(recipients, sealed, result.R)).toEqual(result)
      expect(openByRoot(recipients, sealed, rehearsedBytes('other')).code).toBe('rc')
    }
  })

  it('makes the public object', () => {
    const opening = openingOf(descriptor.tender, head.close, openRound(recipients, required, batches, []))
    expect(opening.salts.map(({ i, code }) => [i, code])).toEqual([1, 2, 3, 4, 5, 6].map((i) => [i, null]))
    expect(opening.results.map(({ index, status, code }) => [index, status, code])).toEqual([
      [100, 'valid', null],
      [101, 'valid', null],
      [102, 'void', 'no-root'],
      [103, 'valid', null],
    ])
    expect(openingHash(opening)).toHaveLength(32)
  })
})

describe('the officer’s checks', () => {
  const promiseKey = rehearsedBytes('promise key')
  const checked = bids.map(({ index, manifest, leafSalt }) => {
    const m = manifestHash(manifest)
    const body = {
      v: 1,
      log: 'log',
      m: toBase64(m),
      entry: toBase64(sealedEntry(fromBase64(leafSalt), m)),
      time: 5,
    } as const
    return { index, manifest, promise: signPromise(body, promiseKey) }
  })
  const input = {
    signedTkd: descriptorHash(descriptor),
    descriptor,
    close,
    closeIndex: 200,
    items,
    bids: checked,
    promiseKeys: [ed25519.getPublicKey(promiseKey)],
    now: 11,
    eligibilityIndex: 201,
    eligible: bids.map((bid) => bid.index),
  }
  const [first] = checked
  const codeOf = (change: object) => findOpeningObstacle({ ...input, ...change })?.code ?? null

  it('let an honest opening pass', () => {
    expect(codeOf({})).toBeNull()
    expect(codeOf({ evaluation: { index: 202, passed: input.eligible } })).toBeNull()
  })

  it.each<[string, object]>([
    ['other-descriptor', { signedTkd: rehearsedBytes('x') }],
    ['other-descriptor', { close: { ...close, tkd: toBase64(rehearsedBytes('x')) } }],
    ['other-descriptor', { descriptor: rehearseRound('opening-other').descriptor }],
    ['other-close-list', { items: items.slice(1) }],
    ['other-close-list', { items: items.map((item, n) => (n === 0 ? { ...item, status: 'withdrawn' } : item)) }],
    ['before-deadline', { now: 9 }],
    ['no-eligibility', { eligibilityIndex: null }],
    ['no-evaluation', { evaluation: { index: null, passed: [] } }],
    ['no-evaluation', { evaluation: { index: 150, passed: [] } }],
    ['not-below-close', { closeIndex: 100 }],
    ['not-below-close', { bids: [{ ...first, index: 99 }] }],
    ['other-manifest', { bids: [{ ...first, manifest: checked[1]?.manifest }] }],
    ['other-manifest', { bids: [{ ...first, promise: checked[1]?.promise }] }],
    [
      'promise-late',
      { bids: [{ ...first, promise: first && signPromise({ ...first.promise.body, time: 11 }, promiseKey) }] },
    ],
    ['promise-not-signed', { promiseKeys: [ed25519.getPublicKey(rehearsedBytes('y'))] }],
    ['not-admitted', { eligible: [100, 101, 102] }],
    ['not-admitted', { evaluation: { index: 202, passed: [100] } }],
  ])('name %s', (code, change) => {
    expect(codeOf(change)).toBe(code)
  })
})
