// A second device's look: it reads what was sealed, byte for byte, and finds out whatever differs from its code.
import { ed25519 } from '@noble/curves/ed25519.js'
import { expect, test } from 'vitest'
import { fromBase64, toBase64 } from './bytes.ts'
import { descriptorOf, recipientsOf } from './descriptor.ts'
import { Malformed } from './malformed.ts'
import { type RehearsedRound, rehearseBid, rehearsedBytes, rehearsePrice, rehearseRound } from './rehearsal.ts'
import {
  checkStanding,
  handleOf,
  openOnSecondDevice,
  readCode,
  type SecretCode,
  standingMessage,
  writeCode,
} from './second-device.ts'

const tender = '11111111-2222-4333-8444-555555555555'
const bidderId = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee'
const plain = rehearseRound('second device')
const records = plain.records.map((each) => ({ ...each, tender }))
const groups = plain.descriptor.groups.map(({ name, k }) => ({ name, k }))
const descriptor = descriptorOf({ tender, round: 1, classes: plain.descriptor.classes, groups }, records)
const recipients = recipientsOf(descriptor)
const round: RehearsedRound = { ...plain, descriptor, records, recipients }
const where = { descriptor, recipients, numbers: 15 }

const sealedAt = (price: string, seq = 1, prev: Uint8Array | null = null) => {
  const core = rehearsePrice(round, bidderId, seq, price, [3, 7])
  return { core, bid: rehearseBid(round, bidderId, seq, prev, [{ cls: 'price', core }]) }
}
const { core, bid } = sealedAt('1000')
const codeOf = ({ submission, m, roots }: typeof bid, index = 41): SecretCode => ({
  tender,
  round: 1,
  bidderId,
  bidderSalt: fromBase64(submission.manifest.bidderSalt),
  m,
  index,
  roots: submission.manifest.envelopes.map(({ cls }, n) => ({ cls, R: roots[n] ?? new Uint8Array(32) })),
})
const lies = ({ submission }: typeof bid) =>
  JSON.parse(JSON.stringify({ manifest: submission.manifest, envelopes: submission.envelopes })) as {
    manifest: Record<string, unknown>
    envelopes: { header: { core: { len: number } }; ciphertext: string }[]
  }

test('a code comes back from its text as it went in, and holds what a phone can scan', () => {
  const code = codeOf(bid)
  const text = writeCode(code)
  expect(readCode(text)).toEqual(code)
  // 1 + 16 + 2 + 16 + 32 + 32 + 8 + (1 + 5 + 32) = 145 bytes, in base64url without padding 194 letters
  expect(text.length).toBe(194)
})

test('a text that is no code is refused', () => {
  const text = writeCode(codeOf(bid))
  for (const wrong of ['', 'x', `${text}AAAA`, text.slice(0, -8), `B${text.slice(1)}`, `${text.slice(0, 60)} `])
    expect(() => readCode(wrong)).toThrow(Malformed)
  expect(() => writeCode({ ...codeOf(bid), tender: 'tender-7' })).toThrow(Malformed)
})

test('the handle is M and the leafSalt that the server was given, derived from the root alone; another root gives another', () => {
  expect(handleOf(codeOf(bid), recipients)).toEqual({
    index: 41,
    m: toBase64(bid.m),
    leafSalt: bid.submission.leafSalt,
  })
  const other = { ...codeOf(bid), roots: [{ cls: 'price', R: rehearsedBytes('another root') }] }
  expect(handleOf(other, recipients).leafSalt).not.toBe(bid.submission.leafSalt)
})

test('the device reads the price that was sealed', () => {
  const seen = openOnSecondDevice(codeOf(bid), where, lies(bid))
  expect(seen.manifest.seq).toBe(1)
  expect(seen.cores).toEqual([{ cls: 'price', core }])
})

test('another sealed price, another root, a changed ciphertext, another bidder or tender is found out', () => {
  const dearer = sealedAt('9000').bid
  // The first device sealed 9000 and shows the code of a bid over 1000, or the root of one in the code of the other.
  expect(() => openOnSecondDevice(codeOf(bid), where, lies(dearer))).toThrow(Malformed)
  expect(() => openOnSecondDevice({ ...codeOf(dearer), roots: codeOf(bid).roots }, where, lies(dearer))).toThrow(
    Malformed,
  )
  const cut = lies(bid)
  const [first] = cut.envelopes
  if (first) first.ciphertext = `${first.ciphertext.startsWith('A') ? 'B' : 'A'}${first.ciphertext.slice(1)}`
  expect(() => openOnSecondDevice(codeOf(bid), where, cut)).toThrow(Malformed)
  expect(() => openOnSecondDevice(codeOf(bid), where, { ...lies(bid), envelopes: [] })).toThrow('not as many')
  expect(() => openOnSecondDevice({ ...codeOf(bid), bidderId: tender }, where, lies(bid))).toThrow(Malformed)
  const otherRound = rehearseRound('another')
  expect(() =>
    openOnSecondDevice(
      codeOf(bid),
      { ...where, descriptor: otherRound.descriptor, recipients: otherRound.recipients },
      lies(bid),
    ),
  ).toThrow(Malformed)
  expect(() => openOnSecondDevice(codeOf(bid), where, { manifest: 7, envelopes: null })).toThrow(Malformed)
})

test('the operator’s word on how a version stands counts for this version, in this log, by a listed key', () => {
  const { secretKey, publicKey } = ed25519.keygen(rehearsedBytes('promise key'))
  const m = toBase64(bid.m)
  const body = { v: 1 as const, log: 'naru.invalid/log', m, state: 'newest' as const, time: 1_800_000_000_000 }
  const signed = { body, sig: toBase64(ed25519.sign(standingMessage(body), secretKey)) }
  expect(checkStanding(signed, m, 'naru.invalid/log', [publicKey])).toEqual(body)
  const { publicKey: other } = ed25519.keygen(rehearsedBytes('another key'))
  expect(() => checkStanding(signed, m, 'naru.invalid/log', [other])).toThrow('promise key')
  expect(() => checkStanding(signed, m, 'other.invalid/log', [publicKey])).toThrow(Malformed)
  expect(() => checkStanding(signed, toBase64(rehearsedBytes('m')), 'naru.invalid/log', [publicKey])).toThrow(Malformed)
  const turned = { ...signed, body: { ...body, state: 'replaced' } }
  expect(() => checkStanding(turned, m, 'naru.invalid/log', [publicKey])).toThrow('promise key')
})
