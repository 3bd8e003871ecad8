// WebCrypto's arithmetic gives the bytes of JavaScript's, and a bid sealed with it is the same bid.
import { expect, it } from 'vitest'
import { sealBid, withWebCurve } from './bid.ts'
import { blindedCurve } from './curve.ts'
import { recipientsOf } from './descriptor.ts'
import { rehearsedBytes, rehearsePrice, rehearseRound } from './rehearsal.ts'
import { webCurve } from './web-curve.ts'

const refuses = {
  publicKey: () => {
    throw new Error('not asked')
  },
  sharedX: () => {
    throw new Error('not asked')
  },
}

it('computes ahead what is asked later, and leaves the rest to the other curve', async () => {
  const [a, b] = [rehearsedBytes('a'), rehearsedBytes('b')]
  const theirs = blindedCurve.publicKey(b)
  const curve = await webCurve([{ secretKey: a, publicKey: theirs }], refuses)
  expect(curve.publicKey(a)).toEqual(blindedCurve.publicKey(a))
  expect(curve.sharedX(a, theirs)).toEqual(blindedCurve.sharedX(a, theirs))
  expect(() => curve.publicKey(b)).toThrow('not asked')
})

it('seals the same bytes', async () => {
  const round = rehearseRound('web-curve', undefined, ['price', 'tech'])
  const cores = [{ cls: 'price', core: rehearsePrice(round, 'b1', 1, '1000') }]
  const recipients = recipientsOf(round.descriptor, blindedCurve)
  const input = {
    descriptor: round.descriptor,
    recipients,
    bidderId: 'b1',
    seq: 1,
    prev: null,
    cores,
    bidderSalt: rehearsedBytes('salt'),
    random: [rehearsedBytes('random')],
  }
  const quick = await withWebCurve({ ...input, recipients: { ...recipients, curve: refuses } })
  expect(sealBid({ ...input, recipients: quick }).submission).toEqual(sealBid(input).submission)
})
