// The published vector docs/vectors/tender.json: read as a stranger would, from the file and the rules alone, without the code that writes it.
import { readFileSync } from 'node:fs'
import { openCheckpoint, parseVerifierKey, signerWith } from '@naru/log/checkpoint.ts'
import { entryKinds, parseEntry } from '@naru/log/entry.ts'
import { consistencyHolds, leafHash, readerOf, rootAt } from '@naru/log/merkle.ts'
import { openWitnessed, parsePolicy } from '@naru/log/policy.ts'
import { fromBase64, toBase64, toHex } from '@naru/sealing/bytes.ts'
import { openAttachment } from '@naru/sealing/attachment.ts'
import { closeHash, closeList, closeOf } from '@naru/sealing/closing.ts'
import { actCommitment, commitmentOf, type ObjectLabel } from '@naru/sealing/commitment.ts'
import type { PriceCore } from '@naru/sealing/core.ts'
import {
  contextOf,
  descriptorHash,
  keyRecordHash,
  parseDescriptor,
  parseKeyRecord,
  recipientsOf,
  tabledKeys,
} from '@naru/sealing/descriptor.ts'
import { type DrawTerms, draw, drawSeed, drawTranscript, orderEqualBids } from '@naru/sealing/draw.ts'
import { envelopeHash, parseHeader } from '@naru/sealing/envelope.ts'
import { readEvaluation } from '@naru/sealing/evaluation.ts'
import { canonical } from '@naru/sealing/jcs.ts'
import { bidderOf, manifestHash, parseManifest } from '@naru/sealing/manifest.ts'
import {
  type Batch,
  checkBatch,
  envelopesToOpen,
  type LiveBid,
  openByRoot,
  type Opening,
  openingHash,
  openingOf,
  openRound,
  parseBatch,
} from '@naru/sealing/opening.ts'
import { checkPromise, sealedEntry } from '@naru/sealing/receipt.ts'
import { parsePromise, promiseHolds } from '@naru/sealing/signature.ts'
import { checkCades, trustOf } from '@naru/sealing/signatures/cades.ts'
import { Untrusted } from '@naru/sealing/signatures/certificate.ts'
import { parseTrustList } from '@naru/sealing/signatures/trust-list.ts'
import { describe, expect, it, vi } from 'vitest'
import { batchMessage, checkBatchToken } from './check-time.ts'
import { verifyReceipt } from './receipt.ts'
import { makeTenderVector } from './vector/tender.ts'

vi.setConfig({ testTimeout: 120_000 })

// Parsed JSON of a public file: every part goes through a strict reader before it is believed.
// biome-ignore lint/suspicious/noExplicitAny: see above
const vector = JSON.parse(readFileSync(new URL('../docs/vectors/tender.json', import.meta.url), 'utf8')) as any
const entries: Uint8Array[] = vector.log.entries.map((each: string) => fromBase64(each))
const objects: { index: number; kind: keyof typeof entryKinds; object: any }[] = vector.log.objects
const allOf = (kind: string): any[] => objects.filter((each) => each.kind === kind).map((each) => each.object)
const trust = parseTrustList(vector.trust)
const believed = { list: trust, trust: trustOf(trust) }
const descriptor = parseDescriptor(allOf('tkd')[0])
const recipients = recipientsOf(descriptor, tabledKeys(descriptor))
const { T, delta } = vector.notice as { T: number; delta: number }
const logKey = parseVerifierKey(trust.policy.split('\n')[0]?.slice(4) ?? '')
const tokens = (vector.tokens as { index: number; authority: string; genTime: number }[]).map((each) => ({
  ...each,
  ...(objects.find(({ index }) => index === each.index)?.object as {
    first: number
    count: number
    token: string
    times: number[]
  }),
}))
const live = (bid: any): LiveBid => ({
  index: bid.index,
  manifest: parseManifest(bid.manifest),
  leafSalt: bid.leafSalt,
  envelopes: bid.envelopes.map((each: any) => ({
    cls: each.cls,
    header: parseHeader(each.header),
    ciphertext: fromBase64(each.ciphertext),
  })),
})
const statusOf = (name: string): string =>
  vector.list.find((each: any) => each.index === vector.bids.find((bid: any) => bid.name === name)?.index)?.status
const admitted = (): LiveBid[] => {
  const passed = new Set(
    allOf('eligibility')[0]
      .items.filter((each: any) => each.admitted)
      .map((each: any) => each.index),
  )
  return vector.bids.filter((bid: any) => passed.has(bid.index)).map(live)
}

describe('the vector of a whole tender', () => {
  it('is what this implementation makes today', async () => {
    expect(JSON.parse(JSON.stringify(await makeTenderVector()))).toEqual(vector)
  })

  it('log: entries, objects, root, quorum, consistency since the closing', () => {
    const labels: Partial<Record<string, ObjectLabel>> = { salt: 'envelope' }
    for (const { index, kind, object } of objects) {
      const entry = parseEntry(entries[index] ?? new Uint8Array())
      expect([index, entry.kind]).toEqual([index, kind])
      const due =
        kind === 'act'
          ? actCommitment(fromBase64(object.salt), object.event)
          : commitmentOf((labels[kind] ?? kind) as ObjectLabel, object)
      expect(toHex(entry.commitment)).toBe(toHex(due))
    }
    const read = readerOf(entries.map(leafHash))
    const { size, root } = openCheckpoint(vector.log.checkpoint, logKey)
    expect(size).toBe(entries.length)
    expect(toHex(rootAt(read, size))).toBe(toHex(root))
    const witnessed = openWitnessed(vector.log.checkpoint, parsePolicy(trust.policy))
    // Two of three, whose times are T / 1000 + 4000 and one second more: the median of two is the first.
    expect(witnessed.witnesses.map((each) => each.name)).toEqual(['audit', 'university'])
    expect(witnessed.time).toBe(T + 4_000_000)
    const { index, consistency } = vector.log.closing
    const hashes = consistency.map((each: string) => fromBase64(each))
    expect(consistencyHolds(index + 1, size, rootAt(read, index + 1), root, hashes)).toBe(true)
    expect(toHex(signerWith(logKey.name, fromBase64(vector.secrets.log)).publicKey)).toBe(toHex(logKey.publicKey))
  })

  it('key holders: records make the descriptor, which the notice names', () => {
    const records = allOf('keyrec').map(parseKeyRecord)
    expect(records.map((each) => toBase64(keyRecordHash(each)))).toEqual(descriptor.records)
    expect(vector.notice.tkd).toBe(toBase64(descriptorHash(descriptor)))
    expect(vector.notice.salts.map((each: any) => each.e)).toEqual(
      allOf('salt').map((header) => toBase64(envelopeHash(parseHeader(header)))),
    )
  })

  it('bids: entries, promises, signatures in full', async () => {
    const faults: string[] = []
    for (const bid of vector.bids) {
      const manifest = parseManifest(bid.manifest)
      const m = manifestHash(manifest)
      expect(bid.m).toBe(toBase64(m))
      expect(toHex(entries[bid.index] ?? new Uint8Array())).toBe(toHex(sealedEntry(fromBase64(bid.leafSalt), m)))
      const mine = {
        m,
        leafSalt: fromBase64(bid.leafSalt),
        log: logKey.name,
        T: T + 1,
        promiseKeys: [fromBase64(trust.promiseKeys[0]?.key ?? '')],
      }
      checkPromise(parsePromise(bid.promise), mine)
      const input = {
        content: canonical(manifest),
        trust: believed.trust,
        at: bid.promise.body.time as number,
        revocation: { crls: vector.crls.map((each: string) => fromBase64(each)), ocsp: [] },
      }
      for (const der of [bid.signature, bid.raised]) {
        try {
          const told = await checkCades({ ...input, der: fromBase64(der) })
          expect(told.subject.organisation).toBe(manifest.bidderId)
          expect(told.genTime).toBe(der === bid.raised ? bid.promise.body.time + 2000 : null)
        } catch (error) {
          if (!(error instanceof Untrusted)) throw error
          faults.push(`${bid.name} ${error.code}`)
        }
      }
    }
    expect(faults).toEqual(['iota/1 revoked', 'iota/1 revoked'])
  })

  it('time: a token of each authority for each batch, and the bid that is late by its token alone', () => {
    for (const { first, count, token, times, authority, genTime } of tokens) {
      const own = readerOf(entries.slice(first, first + count).map(leafHash))
      const told = checkBatchToken(fromBase64(token), batchMessage(first, count, rootAt(own, count)), believed)
      expect([told.authority, told.genTime]).toEqual([authority, genTime])
      const placed = vector.bids.filter((bid: any) => bid.index >= first && bid.index < first + count)
      expect(placed.map((bid: any) => bid.promise.body.time)).toEqual(times)
    }
    expect(tokens.length).toBe(8)
    const late = vector.bids.find((bid: any) => bid.name === 'lambda/1')
    const stamped = tokens.filter(({ first, count }) => first <= late.index && late.index < first + count)
    expect(late.promise.body.time).toBeLessThanOrEqual(T)
    expect(Math.min(...stamped.map((each) => each.genTime))).toBe(T + delta + 1)
    expect([statusOf('lambda/1'), statusOf('mu/1')]).toEqual(['late', 'late'])
  })

  it('closing: statuses by the rule', () => {
    const list = closeList(
      vector.bids.map((bid: any) => ({
        index: bid.index,
        manifest: parseManifest(bid.manifest),
        leafSalt: bid.leafSalt,
        promiseTime: bid.promise.body.time,
        tokenTime: Math.min(
          ...tokens
            .filter(({ first, count }) => first <= bid.index && bid.index < first + count)
            .map((each) => each.genTime),
        ),
      })),
      { T, delta, cancelled: false },
    )
    expect(list).toEqual(vector.list)
    const terms = {
      tender: descriptor.tender,
      tkd: toBase64(descriptorHash(descriptor)),
      notice: toBase64(commitmentOf('notice', vector.notice)),
      T,
    }
    expect(closeOf(terms, list)).toEqual(allOf('close')[0])
    expect(['beta/1', 'beta/2', 'gamma/1', 'gamma/2', 'zeta/1', 'zeta/1 again', 'eta/2'].map(statusOf)).toEqual([
      'superseded',
      'live',
      'withdrawn',
      'withdrawn',
      'live',
      'duplicate',
      'orphaned',
    ])
  })

  it('two openings: technical first, then the prices that passed; every void code, the liar, the draw with its ties', () => {
    const close = closeHash(allOf('close')[0])
    const head = { tender: descriptor.tender, close }
    const technical = envelopesToOpen(descriptor, ['tech'], [], admitted(), null)
    const batches = vector.technical.batches.map(parseBatch) as Batch[]
    for (const batch of batches) checkBatch(batch, recipients, head, technical)
    const first = openingOf(head.tender, close, openRound(recipients, technical, batches, []))
    expect(first).toEqual(vector.technical.opening)
    const [opening, published] = allOf('opening') as [Opening, Opening]
    expect(published).toEqual(first)

    const { passed } = readEvaluation(allOf('evaluation')[0])
    const salts = vector.salts.map((salt: any, n: number) => ({
      ...salt,
      header: parseHeader(allOf('salt')[n]),
      ciphertext: fromBase64(salt.ciphertext),
    }))
    const opens = (index: number, cls: string): boolean => passed.has(`${index} ${cls}`)
    const required = envelopesToOpen(
      descriptor,
      ['draw', 'price/L1', 'price/L2'],
      salts,
      admitted(),
      vector.notice.draw.count,
      opens,
    )
    const prices = allOf('batch').map(parseBatch)
    for (const batch of prices) checkBatch(batch, recipients, head, required)
    const results = openRound(recipients, required, prices, vector.absent)
    expect(openingOf(head.tender, close, results)).toEqual(opening)
    // The bid that failed the evaluation stays sealed.
    const theta = vector.bids.find((bid: any) => bid.name === 'theta/1')
    expect(opening.results.some((each) => each.index === theta.index)).toBe(false)
    for (const { index, code } of opening.results) {
      const { name } = vector.bids.find((bid: any) => bid.index === index)
      expect(name.startsWith('void-') ? name : null).toBe(code === null ? null : `void-${code}`)
    }
    expect(opening.results.filter((each) => each.code !== null)).toHaveLength(14)
    expect(opening.salts.map((each) => each.code)).toEqual([null, null, null, null, 'header', null])
    expect(
      results.filter((each) => each.wrong.length > 0).map(({ index, cls, wrong: i }) => ({ index, cls, i })),
    ).toEqual(vector.wrongShares)
    const priced = required.find((each) => each.index === vector.otherRoot.index && each.cls === vector.otherRoot.cls)
    expect(priced && openByRoot(recipients, priced, fromBase64(vector.otherRoot.R)).code).toBe('rc')

    const { base, ppm, count, top, priceStep, tieRule, fillRule, meanRounding } = vector.notice.draw
    const terms: DrawTerms = {
      base: BigInt(base),
      ppm,
      count,
      top,
      priceStep: BigInt(priceStep),
      tieRule,
      fillRule,
      meanRounding,
    }
    const valid = results.filter((each) => each.cls === 'price/L1' && each.status === 'valid')
    const input = {
      terms,
      tkd: recipients.tkd,
      closeCommitment: close,
      beacon: null,
      salts: results
        .filter((each) => each.officer !== undefined)
        .map((each) => (each.core && 'salt' in each.core ? fromBase64(each.core.salt) : null)),
      bids: valid.map(({ index, R, core }) => ({
        index,
        R: R ?? new Uint8Array(),
        picks: (core as PriceCore).picks ?? [],
      })),
    }
    const transcript = drawTranscript(head.tender, openingHash(opening), input, draw(input))
    expect(transcript).toEqual(allOf('draw')[0])
    // Picks of the four valid bids: 1 2, 7 8, 2 3, 1 3. Numbers 1 to 3 tie at two, 7 and 8 at one.
    expect(transcript.counts).toEqual([2, 2, 2, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    expect(transcript.chosen.slice(0, 3).toSorted()).toEqual([1, 2, 3])
    const tied = valid.filter((each) => (each.core as PriceCore).price === '960000')
    expect(tied.map((each) => each.index)).toEqual(vector.equalBids.indexes)
    const order = orderEqualBids(
      drawSeed(input),
      tied.map(({ index, e }) => ({ index, e: fromBase64(e) })),
    )
    expect(order).toEqual(vector.equalBids.order)
  })

  it('the attachment decrypts with the published root and no other', async () => {
    const { index, cls, j, plaintext } = vector.attachment
    const bid = vector.bids.find((each: any) => each.index === index)
    const place = bid.manifest.envelopes.findIndex((each: any) => each.cls === cls)
    const header = parseHeader(bid.envelopes[place].header)
    const [file] = header.files
    if (!file) throw new Error('no attachment')
    const { bytes } = bid.segments.find((each: any) => each.cls === cls && each.j === j)
    const result = vector.technical.opening.results.find((each: any) => each.index === index)
    const ctx = contextOf(recipients, cls, bidderOf(bid.manifest))
    const open = async (R: Uint8Array): Promise<string> => {
      const parts: Uint8Array[] = []
      const input = {
        ctx,
        R,
        j,
        file,
        size: fromBase64(plaintext).length,
        read: async (s: number) => fromBase64(bytes[s - 1]),
      }
      for await (const part of openAttachment(input)) parts.push(part)
      return Buffer.concat(parts).toString('base64')
    }
    expect(await open(fromBase64(result.R))).toBe(plaintext)
    await expect(open(fromBase64(vector.otherRoot.R))).rejects.toThrow()
  })

  it('the receipt holds against the trust list', () => {
    const verdict = verifyReceipt(vector.receipt, { logKey, trust }, promiseHolds, {
      T,
      manifest: parseManifest(vector.bids[0].manifest),
    })
    expect([verdict.verdict, verdict.findings, verdict.counts['tokens']]).toEqual(['holds', [], 1])
  })
})
