// Attachments on their way: complete or refused, first come stays, every attempt recorded, nobody else's, removed when never submitted; opened after the opening.
import { randomBytes, randomUUID } from 'node:crypto'
import type { PersonActor } from '@naru/domain/actor.ts'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { announceAttachment, sealAttachment } from '@naru/sealing/attachment.ts'
import { type BidPart, keyOfAttachment, sealBid } from '@naru/sealing/bid.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { nonceOf, type PriceCore } from '@naru/sealing/core.ts'
import { parseDescriptor, recipientsOf } from '@naru/sealing/descriptor.ts'
import { plainSegment } from '@naru/sealing/floe.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBids } from '../after/open-bids.ts'
import { readOpenedAttachments, startAttachments } from '../after/open-attachments.ts'
import { startSequencer } from '../sequencer.ts'
import { makeWorld, type World } from '../test-world.ts'
import {
  abandonAttachment,
  attachmentProgress,
  beginAttachment,
  clearUnsubmitted,
  dropSegment,
  readAttachment,
  storeSegment,
} from './attachments.ts'
import { fileAt } from './store.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.end())

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

/** A bid with one file of so many bytes; `damage` spoils the key, so that nobody can decrypt the file. */
async function sealWith(caseId: string, supplier: PersonActor, size: number, damage = false) {
  const { tenderKeys } = await world.tender(caseId)
  const descriptor = parseDescriptor(tenderKeys[0]?.tenderKey)
  const recipients = recipientsOf(descriptor)
  const data = random(size)
  const core: PriceCore = {
    tender: caseId,
    lot: null,
    bidderId: supplier.organisation,
    seq: 1,
    currency: world.deployment.pack.currency,
    price: '360000',
    vat: null,
    items: [{ id: 'I1', unitPrice: '3600', amount: '360000' }],
    shares: [],
    nonce: nonceOf(random(32)),
    files: [{ name: 'plan.pdf', mime: 'application/pdf', size }],
  }
  const terms = { recipients, bidderId: supplier.organisation, bidderSalt: random(32) }
  const random32 = random(32)
  const { key, aad } = keyOfAttachment({ ...terms, cls: 'price', core, random32, j: 0 })
  const used = damage ? random(32) : key
  const iv = toBase64(random(32))
  const segments: { s: number; bytes: Uint8Array; leaf: string }[] = []
  const file = await sealAttachment({
    key: used,
    aad,
    source: { size, read: async (from, to) => data.slice(from, to) },
    progress: { iv, leaves: {} },
    random,
    store: async (s, bytes, leaf) => void segments.push({ s, bytes, leaf: toBase64(leaf) }),
  })
  const parts: BidPart[] = [{ cls: 'price', core, files: [file] }]
  const sealed = sealBid({ ...terms, descriptor, seq: 1, prev: null, cores: parts, random: [random32] })
  const commitment = toBase64(sealed.m)
  const input = {
    bid: randomUUID(),
    submission: JSON.parse(JSON.stringify(sealed.submission)) as unknown,
    signature: { kind: 'sandbox-session', person: supplier.person, at: 0, commitment },
  }
  return { announced: announceAttachment(used, aad, iv, size), segments, file, input }
}

async function begin(caseId: string, supplier: PersonActor, announced: Parameters<typeof beginAttachment>[3]) {
  const begun = await beginAttachment(world.deployment, supplier, caseId, announced)
  if (!('id' in begun)) throw new Error(JSON.stringify(begun))
  return begun
}
const send = (supplier: PersonActor, id: string, segment: { s: number; bytes: Uint8Array; leaf: string }) =>
  storeSegment(world.deployment, supplier, id, segment.s, { bytes: segment.bytes, leaf: segment.leaf, cut: false })
const storedFiles = async (id: string): Promise<string[]> =>
  (
    await world.deployment.database.pool.query<{ storage_key: string }>(
      'select storage_key from attachment_segment where upload = $1',
      [id],
    )
  ).rows.map((row) => row.storage_key)

test('SUB-05: a bid is refused until every segment is here, then nothing of it changes, and every attempt is told', async () => {
  const caseId = await world.publishTender()
  const [supplier, rival] = world.suppliers as [PersonActor, PersonActor]
  const { announced, segments, input } = await sealWith(caseId, supplier, 2 * plainSegment() + 10)
  const { id } = await begin(caseId, supplier, announced)
  expect((await begin(caseId, supplier, announced)).id).toBe(id)
  const [first, second, third] = segments.toSorted((a, b) => a.s - b.s)
  if (!first || !second || !third) throw new Error('three segments')

  expect(await send(supplier, id, second)).toEqual({ stored: true })
  const early = await world.act(supplier, caseId, 'submit-bid', input)
  expect(early).toMatchObject({
    done: false,
    why: { refused: 'attachmentIsIncomplete', facts: { file: '1', missing: '2' } },
  })
  // A refused submission has not laid its hand on the upload.
  expect((await readAttachment(world.deployment, supplier, id))?.submitted).toBe(false)

  const flipped = first.bytes.map((byte, n) => (n === 500 ? byte ^ 1 : byte))
  expect(await send(supplier, id, { ...first, bytes: flipped })).toEqual({ damaged: true })
  expect(await send(supplier, id, { ...first, bytes: first.bytes.slice(1) })).toEqual({ damaged: true })
  const cut = { bytes: first.bytes.slice(0, 1000), leaf: first.leaf, cut: true }
  expect(await storeSegment(world.deployment, supplier, id, 1, cut)).toEqual({ damaged: true })
  expect(await send(supplier, id, { ...first, s: 4 })).toMatchObject({ invalid: [{ path: 's' }] })
  expect(await send(rival, id, first)).toMatchObject({ refused: 'caseDoesNotExist' })
  expect(await readAttachment(world.deployment, rival, id)).toBeNull()

  expect(await send(supplier, id, first)).toEqual({ stored: true })
  expect(await send(supplier, id, third)).toEqual({ stored: true })
  // Another firm cannot name what it has not sent itself.
  const stolen = await sealWith(caseId, rival, 100)
  expect((await world.act(rival, caseId, 'submit-bid', stolen.input)).done).toBe(false)
  await world.done(supplier, caseId, 'submit-bid', input)
  expect((await readAttachment(world.deployment, supplier, id))?.submitted).toBe(true)
  expect(await dropSegment(world.deployment, supplier, id, 1)).toBe(false)
  expect(await abandonAttachment(world.deployment, supplier, id)).toBe(false)
  const told = await attachmentProgress(world.deployment, supplier, id)
  expect(told?.attempts.map(({ s, bytes, outcome }) => [s, bytes, outcome])).toEqual([
    [2, 1_048_576, 'stored'],
    [1, 1_048_576, 'damaged'],
    [1, 1_048_575, 'damaged'],
    [1, 1000, 'cut'],
    [1, 1_048_576, 'stored'],
    [3, 42, 'stored'],
  ])
})

test('another root, length or number of segments than what was sent is refused', async () => {
  const caseId = await world.publishTender()
  const [supplier] = world.suppliers as [PersonActor]
  const { announced, segments } = await sealWith(caseId, supplier, 100)
  const { id } = await begin(caseId, supplier, announced)
  for (const segment of segments) await send(supplier, id, segment)
  // The same header with another root: what the signature binds would not be what lies here.
  const other = await sealWith(caseId, supplier, 100)
  const submission = (other.input as { submission: { envelopes: { header: { files: { hdr: string }[] } }[] } })
    .submission
  expect(submission.envelopes[0]?.header.files[0]?.hdr).not.toBe(announced.hdr)
  const { id: second } = await begin(caseId, supplier, other.announced)
  const [wanted] = other.segments
  if (!wanted) throw new Error('one segment')
  const wrong = random(132)
  new DataView(wrong.buffer).setUint32(0, 132)
  const { leafOf } = await import('./claim.ts')
  expect(await send(supplier, second, { s: 1, bytes: wrong, leaf: toBase64(leafOf(wrong)) })).toEqual({ stored: true })
  expect(await world.act(supplier, caseId, 'submit-bid', other.input)).toMatchObject({
    done: false,
    why: { refused: 'bidIsMalformed' },
  })
  // Taken back and sent anew, it is complete.
  expect(await dropSegment(world.deployment, supplier, second, 1)).toBe(true)
  expect(await send(supplier, second, wanted)).toEqual({ stored: true })
  await world.done(supplier, caseId, 'submit-bid', other.input)
})

test('after the deadline segments are refused and noted; a day later what no bid named is gone, and a file that does not decrypt voids no bid', async () => {
  const caseId = await world.publishTender()
  const [supplier, rival] = world.suppliers as [PersonActor, PersonActor]
  const good = await sealWith(caseId, supplier, plainSegment() + 5)
  const broken = await sealWith(caseId, rival, 3000, true)
  for (const [who, bid] of [
    [supplier, good],
    [rival, broken],
  ] as const) {
    const { id } = await begin(caseId, who, bid.announced)
    for (const segment of bid.segments) await send(who, id, segment)
    await world.done(who, caseId, 'submit-bid', bid.input)
  }
  const unused = await sealWith(caseId, supplier, 5000)
  const { id } = await begin(caseId, supplier, unused.announced)
  const late = await sealWith(caseId, supplier, 7000)
  const { id: lateId } = await begin(caseId, supplier, late.announced)
  for (const segment of unused.segments) await send(supplier, id, segment)
  const [key] = await storedFiles(id)
  if (!key) throw new Error('a stored segment')
  const { deadline } = currentRound(await world.tender(caseId))
  await world.moveTo(new Date(Date.parse(deadline) + 120_000).toISOString())
  const [segment] = late.segments
  if (!segment) throw new Error('one segment')
  expect(await send(supplier, lateId, segment)).toMatchObject({ refused: 'deadlineHasPassed' })
  expect((await attachmentProgress(world.deployment, supplier, lateId))?.attempts).toMatchObject([
    { s: 1, bytes: 7032, outcome: 'late' },
  ])
  expect(await clearUnsubmitted(world.deployment)).toBe(0)

  const sequencer = await startSequencer(world.deployment)
  await sequencer.run()
  const platform = { kind: 'platform', part: 'clock' } as const
  await world.done(platform as never, caseId, 'close-round', {})
  await sequencer.run()
  for (const holder of world.holders) expect((await world.postShares(caseId, holder)).done).toBe(true)
  expect(await openBids(world.deployment, caseId)).toBe(true)
  await sequencer.stop()
  const opened = currentRound(await world.tender(caseId)).opening
  expect(opened?.bids.map((each) => each.status)).toEqual(['valid', 'valid'])
  const attachments = startAttachments(world.deployment, null, 3_600_000)
  await attachments.run()
  await attachments.stop()
  // Without a scanner nothing becomes clean; what does not decrypt shows all the same.
  expect((await readOpenedAttachments(world.deployment, caseId)).map(({ name, state }) => [name, state])).toEqual([
    ['plan.pdf', 'waiting'],
    ['plan.pdf', 'unreadable'],
  ])

  await world.moveTo(new Date(Date.parse(deadline) + 2 * 86_400_000).toISOString())
  expect(await clearUnsubmitted(world.deployment)).toBeGreaterThanOrEqual(2)
  expect(await storedFiles(id)).toEqual([])
  expect(await world.deployment.files.size(fileAt(key))).toBeNull()
  expect((await attachmentProgress(world.deployment, supplier, id))?.removed).not.toBeNull()
})
