// The rehearsal: what a probe proves, and that neither a bid can be opened as a probe nor a probe stand as a bid.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64 } from './bytes.ts'
import { bidderCommitment, contextOf, descriptorHash, parseClass, parseDescriptor, recipientsOf } from './descriptor.ts'
import { envelopeHash, type Header } from './envelope.ts'
import { deriveKeyPair } from './hpke.ts'
import { agreementWith, makeBatch } from './opening.ts'
import { platformCurve, usePlatform } from './platform.ts'
import { answerProbe, type Probe, parseProbe, probeAnswerHolds, probeClass, probeFault, sealProbe } from './probe.ts'
import { asLive, rehearseBid, rehearsedBytes, rehearsePrice, rehearseRound, rehearseSalts } from './rehearsal.ts'

usePlatform()
const round = rehearseRound('probe', undefined, ['draw', 'price'], platformCurve)
const { descriptor, recipients, secretKeys } = round
const probe = sealProbe(descriptor, recipients, rehearsedBytes('probe', 'random'))
const people = recipients.people.map(({ i }) => i)
const agree = (i: number) => agreementWith(secretKeys.get(i) ?? new Uint8Array(32), platformCurve)
const answers = async (of: Probe = probe) =>
  new Map(
    await Promise.all(
      people.map(async (i) => [i, (await answerProbe(descriptor, recipients, i, of, agree(i)))[1]] as const),
    ),
  )

describe('SEA-04: a probe proves before the notice that every key opens', () => {
  it('each holder’s answer is the share that the probe demands, and all of them give the probe again', async () => {
    const shares = await answers()
    for (const i of people) expect(probeAnswerHolds(probe, i, shares.get(i) ?? 'bad')).toBe(true)
    expect(probeFault(descriptor, recipients, probe, shares)).toBeNull()
    expect(parseProbe(JSON.parse(JSON.stringify(probe)))).toEqual(probe)
  })

  it('a key that is not the one in the descriptor opens nothing, and no other answer passes', async () => {
    const { secretKey } = deriveKeyPair(rehearsedBytes('another key'))
    const [, share] = await answerProbe(descriptor, recipients, 1, probe, agreementWith(secretKey, platformCurve))
    expect(share).toBe('bad')
    const shares = await answers()
    for (const i of people) {
      expect(probeAnswerHolds(probe, i, 'bad')).toBe(false)
      expect(probeAnswerHolds(probe, i, toBase64(rehearsedBytes('a guess', i)))).toBe(false)
      // Nobody passes with somebody else's share.
      expect(probeAnswerHolds(probe, i, shares.get((i % people.length) + 1) ?? 'bad')).toBe(false)
    }
    expect(probeFault(descriptor, recipients, probe, new Map([...shares, [3, 'bad']]))).toBe('share 3')
    expect(probeFault(descriptor, recipients, probe, new Map([...shares].filter(([i]) => i !== 3)))).toBe('share 3')
    expect(probeFault(descriptor, recipients, probe, new Map([...shares].slice(0, 3)))).toBe('no-root')
  })

  it('anyone sees a probe that was changed after it was answered', async () => {
    const shares = await answers()
    const [first, ...rest] = probe.answers
    const cut = { ...probe, answers: [[first?.[0] ?? 0, toBase64(rehearsedBytes('x'))] as [number, string], ...rest] }
    expect(probeFault(descriptor, recipients, cut, shares)).toBe('answers 1')
    expect(probeFault(descriptor, recipients, { ...probe, salt: toBase64(rehearsedBytes('y')) }, shares)).toBe(
      'no-root',
    )
    expect(probeFault(descriptor, recipients, { ...probe, round: 2 }, shares)).toBe('e')
    const header = { ...probe.envelope.header, core: { ...probe.envelope.header.core, len: 1 } }
    expect(probeFault(descriptor, recipients, { ...probe, envelope: { ...probe.envelope, header } }, shares)).toBe('e')
    const ciphertext = toBase64(fromBase64(probe.envelope.ciphertext).fill(0, 0, 1))
    expect(probeFault(descriptor, recipients, { ...probe, envelope: { ...probe.envelope, ciphertext } }, shares)).toBe(
      'core-hash',
    )
  })
})

describe('nothing that is to stay sealed is opened by calling it a rehearsal', () => {
  const bid = asLive(
    rehearseBid(round, 'bidder-1', 1, null, [
      { cls: 'price', core: rehearsePrice(round, 'bidder-1', 1, '1000', [1, 2]) },
    ]),
    7,
  )
  const salt = rehearseSalts(round, 0)[0]
  const sealed: readonly Header[] = [bid.envelopes[0]?.header as Header, salt?.header as Header]
  const disguised = (header: Header, change: Partial<Probe> = {}): Probe => ({
    ...probe,
    e: toBase64(envelopeHash(header)),
    envelope: { header, ciphertext: probe.envelope.ciphertext },
    ...change,
  })

  it('the envelope of a bid or of a salt is not answered', async () => {
    for (const header of sealed)
      for (const salted of [probe.salt, bid.manifest.bidderSalt, salt?.bidderSalt ?? ''])
        await expect(
          answerProbe(descriptor, recipients, 1, disguised(header, { salt: salted }), agree(1)),
        ).rejects.toThrow('another descriptor')
  })

  it('and where its header claims the probe’s context, every share of it is answered with "bad"', async () => {
    const ctx = toBase64(contextOf(recipients, probeClass, bidderCommitment(fromBase64(probe.salt), probeClass)))
    for (const header of sealed) {
      const claiming = { ...header, ctx }
      for (const i of people)
        expect((await answerProbe(descriptor, recipients, i, disguised(claiming), agree(i)))[1]).toBe('bad')
    }
  })

  it('whatever single share of a bid is put into a probe, and under whatever rc', async () => {
    const { header } = probe.envelope
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...people), fc.constantFrom(...sealed), fc.boolean(), async (i, from, rc) => {
        const stolen = from.shares.find((share) => share.i === i)
        const mixed = {
          ...header,
          ...(rc && { rc: from.rc }),
          shares: header.shares.map((share) => (share.i === i && stolen ? stolen : share)),
        }
        expect((await answerProbe(descriptor, recipients, i, disguised(mixed), agree(i)))[1]).toBe('bad')
      }),
      { numRuns: 40 },
    )
  })

  it('no descriptor, bid or salt can bear the probe’s class, and a probe opens in no batch', async () => {
    expect(() => parseClass(probeClass)).toThrow('not a class')
    expect(() => parseDescriptor({ ...descriptor, classes: ['price', probeClass] })).toThrow('not a class')
    const head = { tender: descriptor.tender, close: new Uint8Array(32), i: 1 }
    const { header } = probe.envelope
    for (const cls of descriptor.classes) {
      const required = [{ cls, bc: bidderCommitment(fromBase64(probe.salt), probeClass), e: probe.e, header }]
      expect((await makeBatch(recipients, head, required, agree(1))).shares).toEqual([[probe.e, 'bad']])
    }
  })

  it('a probe of another descriptor, round or tender is not answered at all', async () => {
    const other = rehearseRound('other', undefined, ['draw', 'price'], platformCurve)
    const theirs = sealProbe(other.descriptor, other.recipients, rehearsedBytes('probe', 'random'))
    const later = { ...descriptor, round: 2 }
    const next = sealProbe(later, recipientsOf(later, platformCurve), rehearsedBytes('probe', 'random'))
    for (const strange of [theirs, next, { ...next, round: 1 }])
      await expect(answerProbe(descriptor, recipients, 1, strange, agree(1))).rejects.toThrow('another descriptor')
    // Two rounds of one tender have their own salts and roots, though they come from the same random bytes.
    expect(next.salt).not.toBe(probe.salt)
    expect(toBase64(descriptorHash(later))).not.toBe(toBase64(descriptorHash(descriptor)))
  })
})
