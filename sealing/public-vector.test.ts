// The public vector docs/vectors/sealed-round.json: made from the rehearsal, and opened again from the file alone, as a stranger would.
// To write it anew after a change of the protocol: WRITE_VECTOR=1 npx vitest run sealing/public-vector
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it, vi } from 'vitest'
import type { SealedBid } from './bid.ts'
import { fromBase64, toBase64 } from './bytes.ts'
import { type Close, closeHash, closeList, closeOf, type ListItem, type SealedEntry } from './closing.ts'
import { commitmentOf } from './commitment.ts'
import type { PriceCore } from './core.ts'
import {
  type Descriptor,
  descriptorHash,
  descriptorOf,
  type KeyRecord,
  parseDescriptor,
  recipientsOf,
  tabledKeys,
} from './descriptor.ts'
import { type DrawTerms, draw, drawTranscript, type DrawTranscript } from './draw.ts'
import { envelopeHash, type Header, sealUnderRoot } from './envelope.ts'
import { type Manifest, manifestHash } from './manifest.ts'
import {
  agreementWith,
  type Batch,
  checkBatch,
  envelopesToOpen,
  type LiveBid,
  makeBatch,
  type Opening,
  openingHash,
  openingOf,
  openRound,
  type SealedSalt,
} from './opening.ts'
import { checkPromise, sealedEntry } from './receipt.ts'
import { asLive, rehearseBid, rehearsedBytes, rehearsePrice, rehearseRound, rehearseSalts } from './rehearsal.ts'
import { type SignedPromise, signPromise } from './signature.ts'

// A laden machine takes its time; these tests are about bytes, not speed.
vi.setConfig({ testTimeout: 120_000 })

type VectorBid = {
  index: number
  manifest: Manifest
  m: string
  leafSalt: string
  entry: string
  promise: SignedPromise
  envelopes: { cls: string; header: Header; ciphertext: string }[]
}
type Vector = {
  about: string
  keyRecords: KeyRecord[]
  secretKeys: [number, string][]
  descriptor: Descriptor
  tkd: string
  promiseKey: string
  log: string
  salts: { i: number; bidderSalt: string; e: string; index: number; header: Header; ciphertext: string }[]
  bids: VectorBid[]
  closing: { T: number; delta: number; list: ListItem[]; close: Close; closeCommitment: string }
  batches: Batch[]
  absent: number[]
  opening: Opening
  openingCommitment: string
  wrongShares: { index: number; e: string; i: number[] }[]
  draw: {
    terms: Record<keyof DrawTerms, string | number>
    beacon: string
    transcript: DrawTranscript
    drawCommitment: string
  }
}

const file = new URL('../docs/vectors/sealed-round.json', import.meta.url)
const T = 1_792_000_000_000
const terms: DrawTerms = {
  base: 1_000_000n,
  ppm: 30_000,
  count: 15,
  top: 4,
  priceStep: 100n,
  tieRule: 'lower-number',
  fillRule: 'hash',
  meanRounding: 'up',
}
const log = 'rehearsal.example/log'
const beacon = rehearsedBytes('beacon')

/** The bid with other contents of its price envelope, as a dishonest or broken client would send it. */
function withPrice(live: LiveBid, header: Header, ciphertext: Uint8Array): LiveBid {
  return {
    ...live,
    manifest: { ...live.manifest, envelopes: [{ cls: 'price', e: toBase64(envelopeHash(header)) }] },
    envelopes: [{ cls: 'price', header, ciphertext }],
  }
}

async function makeVector(): Promise<Vector> {
  const round = rehearseRound('vector', [
    { k: 2, n: 3 },
    { k: 3, n: 4 },
  ])
  const { descriptor, recipients, records, secretKeys } = round
  const salts = rehearseSalts(round, 10)
  const bid = (
    bidder: string,
    seq: number,
    prev: SealedBid | null,
    price: string,
    picks: [number, number],
  ): SealedBid =>
    rehearseBid(round, bidder, seq, prev === null ? null : prev.m, [
      { cls: 'price', core: rehearsePrice(round, bidder, seq, price, picks) },
    ])
  const replaced = bid('b2', 1, null, '990000', [3, 4])
  const regretted = bid('b3', 1, null, '970000', [5, 6])
  const broken = asLive(bid('b5', 1, null, '960000', [7, 8]), 106)
  const misdrawn = bid('b6', 1, null, '950000', [9, 10])
  const [brokenEnvelope] = broken.envelopes
  if (brokenEnvelope?.ciphertext == null) throw new Error('no envelope')
  const badShares = brokenEnvelope.header.shares.map((share) =>
    share.i === 3
      ? { ...share, ct: toBase64(fromBase64(share.ct).map((byte, n) => (n === 0 ? byte ^ 1 : byte))) }
      : share,
  )
  const samePick = { ...rehearsePrice(round, 'b6', 1, '950000'), picks: [9, 9] }
  const misdrawnLive = asLive(misdrawn, 107)
  const resealed = sealUnderRoot(
    recipients,
    'price',
    fromBase64(misdrawnLive.envelopes[0]?.header.bc ?? ''),
    samePick,
    rehearsedBytes('b6 root'),
  )
  const all: { live: LiveBid; time: number }[] = [
    { live: asLive(bid('b1', 1, null, '980000', [1, 2]), 100), time: T - 5000 },
    { live: asLive(replaced, 101), time: T - 4000 },
    { live: asLive(regretted, 102), time: T - 3000 },
    { live: asLive(bid('b2', 2, replaced, '985000', [2, 3]), 103), time: T },
    { live: asLive(rehearseBid(round, 'b3', 2, regretted.m, []), 104), time: T - 1000 },
    { live: asLive(bid('b4', 1, null, '900000', [1, 3]), 105), time: T + 1 },
    {
      live: withPrice(broken, { ...brokenEnvelope.header, shares: badShares }, brokenEnvelope.ciphertext),
      time: T - 10,
    },
    {
      live: { ...withPrice(misdrawnLive, resealed.header, resealed.ciphertext), leafSalt: toBase64(resealed.leafSalt) },
      time: T - 9,
    },
  ]
  const promiseSecret = rehearsedBytes('promise key')
  const bids = all.map(({ live, time }): VectorBid => {
    const m = manifestHash(live.manifest)
    const entry = toBase64(sealedEntry(fromBase64(live.leafSalt), m))
    return {
      index: live.index,
      manifest: live.manifest,
      m: toBase64(m),
      leafSalt: live.leafSalt,
      entry,
      promise: signPromise({ v: 1, log, m: toBase64(m), entry, time }, promiseSecret),
      envelopes: live.envelopes.map(({ cls, header, ciphertext }) => ({
        cls,
        header,
        ciphertext: toBase64(ciphertext ?? new Uint8Array(0)),
      })),
    }
  })
  const entries = bids.map(
    ({ index, manifest, leafSalt, promise }): SealedEntry => ({
      index,
      manifest,
      leafSalt,
      promiseTime: promise.body.time,
      tokenTime: null,
    }),
  )
  const list = closeList(entries, { T, delta: 0, cancelled: false })
  const close = closeOf(
    { tender: descriptor.tender, tkd: toBase64(recipients.tkd), notice: toBase64(rehearsedBytes('notice')), T },
    list,
  )
  const closeCommitment = closeHash(close)
  const liveBids = all
    .map(({ live }) => live)
    .filter((live) => list.some((item) => item.index === live.index && item.status === 'live'))
  const required = envelopesToOpen(descriptor, ['draw', 'price'], salts, liveBids, terms.count)
  // Person 6 is absent; person 2 posts a wrong share for the bid of b1.
  const batches = await Promise.all(
    [1, 2, 3, 4, 5, 7].map(async (i): Promise<Batch> => {
      const batch = await makeBatch(
        recipients,
        { tender: descriptor.tender, close: closeCommitment, i },
        required,
        agreementWith(secretKeys.get(i) ?? new Uint8Array(0)),
      )
      if (i !== 2) return batch
      return {
        ...batch,
        shares: batch.shares.map(([e, y], n) => [e, required[n]?.index === 100 ? toBase64(rehearsedBytes('lie')) : y]),
      }
    }),
  )
  const results = openRound(recipients, required, batches, [6])
  const opening = openingOf(descriptor.tender, closeCommitment, results)
  const input = {
    terms,
    tkd: recipients.tkd,
    closeCommitment,
    beacon,
    salts: results.flatMap(({ officer, core }) =>
      officer === undefined ? [] : [core !== null && 'salt' in core ? fromBase64(core.salt) : null],
    ),
    bids: results.flatMap(({ officer, index, R, core }) =>
      officer === undefined && R !== null && core !== null && 'price' in core
        ? [{ index, R, picks: core.picks ?? [] }]
        : [],
    ),
  }
  const transcript = drawTranscript(descriptor.tender, openingHash(opening), input, draw(input))
  return {
    about:
      'A rehearsed round of docs/protocol.md with invented keys: two groups (2 of 3, 3 of 4), a replaced, a withdrawn, a late and two malformed bids.',
    keyRecords: records,
    secretKeys: [...secretKeys].map(([i, key]) => [i, toBase64(key)]),
    descriptor,
    tkd: toBase64(recipients.tkd),
    promiseKey: toBase64(ed25519.getPublicKey(promiseSecret)),
    log,
    salts: salts.map(({ i, bidderSalt, index, header, ciphertext }) => ({
      i,
      bidderSalt,
      e: toBase64(envelopeHash(header)),
      index,
      header,
      ciphertext: toBase64(ciphertext ?? new Uint8Array(0)),
    })),
    bids,
    closing: { T, delta: 0, list, close, closeCommitment: toBase64(closeCommitment) },
    batches,
    absent: [6],
    opening,
    openingCommitment: toBase64(openingHash(opening)),
    wrongShares: results
      .filter((result) => result.wrong.length > 0)
      .map(({ index, e, wrong }) => ({ index, e, i: wrong })),
    draw: {
      terms: { ...terms, base: String(terms.base), priceStep: String(terms.priceStep) },
      beacon: toBase64(beacon),
      transcript,
      drawCommitment: toBase64(commitmentOf('draw', transcript)),
    },
  }
}

const made = await makeVector()
if (process.env['WRITE_VECTOR'] === '1') {
  mkdirSync(new URL('.', file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`)
}

describe('the public vector', () => {
  if (!existsSync(file)) throw new Error(`${file.pathname} is missing`)
  const vector = JSON.parse(readFileSync(file, 'utf8')) as Vector

  it('is what this implementation makes today', () => {
    expect(made).toEqual(vector)
  })

  it('shows the cases it is for', () => {
    expect(vector.closing.list.map((item) => item.status)).toEqual([
      'live',
      'superseded',
      'withdrawn',
      'live',
      'withdrawn',
      'late',
      'live',
      'live',
    ])
    expect(vector.opening.results.map(({ index, status, code }) => [index, status, code])).toEqual([
      [100, 'valid', null],
      [103, 'valid', null],
      [106, 'void', 'header'],
      [107, 'void', 'picks'],
    ])
    expect(vector.wrongShares.map(({ index, i }) => [index, i])).toEqual([[100, [2]]])
    // Picks of the two valid bids: 1, 2 and 2, 3.
    expect(vector.draw.transcript.counts).toEqual([1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    expect(vector.draw.transcript.chosen.slice(0, 3)).toEqual([2, 1, 3])
  })

  it('can be checked by a stranger from its public parts alone', () => {
    const descriptor = parseDescriptor(vector.descriptor)
    const groups = descriptor.groups.map(({ name, k }) => ({ name, k }))
    expect(descriptorOf({ ...descriptor, groups }, vector.keyRecords)).toEqual(descriptor)
    expect(toBase64(descriptorHash(descriptor))).toBe(vector.tkd)
    const recipients = recipientsOf(descriptor, tabledKeys(descriptor))
    for (const { manifest, leafSalt, promise, entry, m } of vector.bids) {
      const mine = {
        m: fromBase64(m),
        leafSalt: fromBase64(leafSalt),
        log: vector.log,
        T: Number.MAX_SAFE_INTEGER,
        promiseKeys: [fromBase64(vector.promiseKey)],
      }
      expect(toBase64(manifestHash(manifest))).toBe(m)
      expect(toBase64(checkPromise(promise, mine))).toBe(entry)
    }
    const list = closeList(
      vector.bids.map(({ index, manifest, leafSalt, promise }) => ({
        index,
        manifest,
        leafSalt,
        promiseTime: promise.body.time,
        tokenTime: null,
      })),
      { T: vector.closing.T, delta: vector.closing.delta, cancelled: false },
    )
    expect(list).toEqual(vector.closing.list)
    const { tender, tkd, notice } = vector.closing.close
    expect(closeOf({ tender, tkd, notice, T: vector.closing.T }, list)).toEqual(vector.closing.close)
    const close = closeHash(vector.closing.close)
    const salts: SealedSalt[] = vector.salts.map((salt) => ({ ...salt, ciphertext: fromBase64(salt.ciphertext) }))
    const live: LiveBid[] = vector.bids
      .filter((bid) => list.some((item) => item.index === bid.index && item.status === 'live'))
      .map((bid) => ({
        ...bid,
        envelopes: bid.envelopes.map((envelope) => ({ ...envelope, ciphertext: fromBase64(envelope.ciphertext) })),
      }))
    const required = envelopesToOpen(descriptor, ['draw', 'price'], salts, live, 15)
    for (const batch of vector.batches) checkBatch(batch, recipients, { tender, close }, required)
    const results = openRound(recipients, required, vector.batches, vector.absent)
    expect(openingOf(tender, close, results)).toEqual(vector.opening)
    const prices = results.flatMap(({ core }) =>
      core !== null && 'price' in core ? [(core satisfies PriceCore).price] : [],
    )
    expect(prices).toEqual(['980000', '985000'])
  })
})
