// What a bidder's device refuses to send, because it would not open to what was meant.
import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64 } from './bytes.ts'
import { checkSealed } from './check-sealed.ts'
import { rehearseBid, rehearsePrice, rehearseRound } from './rehearsal.ts'

const round = rehearseRound('sealed')
const other = rehearseRound('another')
const core = rehearsePrice(round, 'bidder', 1, '1000', [3, 7])
const cores = [{ cls: 'price', core }]
const bid = rehearseBid(round, 'bidder', 1, null, cores)
const meant = { descriptor: round.descriptor, recipients: round.recipients, cores, numbers: 15 }
const changed = (change: (submission: typeof bid.submission) => void) => {
  const submission = structuredClone(bid.submission)
  change(submission)
  return () => checkSealed({ ...bid, submission }, meant)
}

describe('SEA-04: before it is sent, a sealed bid', () => {
  it('passes where it opens to what was meant, a withdrawal too', () => {
    expect(() => checkSealed(bid, meant)).not.toThrow()
    const withdrawal = rehearseBid(round, 'bidder', 2, bid.m, [])
    expect(() => checkSealed({ ...withdrawal, roots: [] }, { ...meant, cores: [] })).not.toThrow()
  })

  it('is refused where it is sealed to the keys of another tender', () => {
    const strange = rehearseBid(other, 'bidder', 1, null, [{ cls: 'price', core }])
    expect(() => checkSealed(strange, meant)).toThrow('another tender')
    // The right descriptor named, but the shares sealed to other people's keys.
    const mixed = rehearseBid({ ...round, recipients: other.recipients }, 'bidder', 1, null, cores)
    expect(() => checkSealed(mixed, meant)).toThrow()
  })

  it('is refused where the form says something else than what was sealed', () => {
    const form = { ...core, price: '1001' }
    expect(() => checkSealed(bid, { ...meant, cores: [{ cls: 'price', core: form }] })).toThrow('what was meant')
    expect(() => checkSealed(bid, { ...meant, cores: [] })).toThrow('not as many')
  })

  it('is refused where it would be void: a comma in the price, a pick out of range, a share or a ciphertext that was changed', () => {
    const comma = [{ cls: 'price', core: { ...core, price: '10,00' } }]
    const wrong = rehearseBid(round, 'bidder', 1, null, comma)
    expect(() => checkSealed(wrong, { ...meant, cores: comma })).toThrow('void at the opening: price')
    expect(() => checkSealed(bid, { ...meant, numbers: 5 })).toThrow('void at the opening: picks')
    expect(
      changed((submission) => {
        const [envelope] = submission.envelopes
        if (!envelope) throw new Error('no envelope')
        const bytes = fromBase64(envelope.ciphertext)
        bytes[9] = (bytes[9] ?? 0) ^ 1
        envelope.ciphertext = toBase64(bytes)
      }),
    ).toThrow()
    expect(
      changed((submission) => {
        const [share] = submission.envelopes[0]?.header.shares ?? []
        if (share) share.ct = toBase64(new Uint8Array(48))
      }),
    ).toThrow()
  })
})
