// The envelope: any quorum opens it, less does not; a malformed one is void whoever posts; shares do not move between bids.
import { gcm } from '@noble/ciphers/aes.js'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { concat, equalBytes, fromBase64, toBase64, utf8 } from './bytes.ts'
import { type CoreExpectation, pad } from './core.ts'
import { blindedCurve } from './curve.ts'
import { bidderCommitment, contextOf } from './descriptor.ts'
import {
  checkHeader,
  deriveFromRoot,
  envelopeHash,
  findRoot,
  type Header,
  openEnvelope,
  openShare,
  parseHeader,
  rederive,
  sealEnvelope,
  sealUnderRoot,
} from './envelope.ts'
import { sha256 } from './hash.ts'
import { canonical } from './jcs.ts'
import { Malformed } from './malformed.ts'
import { type RehearsedRound, rehearsedBytes, rehearsePrice, rehearseRound } from './rehearsal.ts'

// A laden machine takes its time; these tests are about bytes, not speed.
vi.setConfig({ testTimeout: 120_000 })

const round = rehearseRound('envelope')
const { recipients } = round
const bc = bidderCommitment(rehearsedBytes('salt'), 'b1')
const ctx = contextOf(recipients, 'price', bc)
const core = rehearsePrice(round, 'b1', 1, '100', [3, 4])
const expected: CoreExpectation = { tender: round.descriptor.tender, bidderId: 'b1', seq: 1, numbers: 15 }
const sealed = sealEnvelope({ recipients, cls: 'price', bc, core, random32: rehearsedBytes('root') })

function sharesOf(of: RehearsedRound, header: Header, context: Uint8Array): Map<number, Uint8Array> {
  const shares = new Map<number, Uint8Array>()
  for (const { i, pk } of of.recipients.people) {
    const enc = fromBase64(header.shares.find((share) => share.i === i)?.enc ?? '')
    const dh = blindedCurve.sharedX(of.secretKeys.get(i) ?? new Uint8Array(0), enc)
    const y = openShare({ dh, pk, i, ctx: context, header })
    if (y !== null) shares.set(i, y)
  }
  return shares
}

const open = (header: Header, ciphertext: Uint8Array | null = sealed.ciphertext, R = sealed.R, terms = expected) =>
  openEnvelope({ recipients, cls: 'price', bc, header, ciphertext, R, expected: terms, leafSalt: sealed.leafSalt }).code

describe('a well-formed envelope', () => {
  it('opens to its core and has the sizes of the protocol', () => {
    expect(
      openEnvelope({
        recipients,
        cls: 'price',
        bc,
        header: sealed.header,
        ciphertext: sealed.ciphertext,
        R: sealed.R,
        expected,
      }).core,
    ).toEqual(core)
    expect(sealed.ciphertext).toHaveLength(4112)
    expect(fromBase64(sealed.header.shares[0]?.enc ?? '')).toHaveLength(65)
    expect(fromBase64(sealed.header.shares[0]?.ct ?? '')).toHaveLength(48)
    expect(parseHeader(JSON.parse(JSON.stringify(sealed.header)))).toEqual(sealed.header)
    expect(() => checkHeader(recipients, 'price', bc, sealed.header, sealed.ciphertext)).not.toThrow()
  })

  it('is the same from the same randomness, and another with other randomness or another core', () => {
    const again = (change: object, random: string) =>
      sealEnvelope({ recipients, cls: 'price', bc, core: { ...core, ...change }, random32: rehearsedBytes(random) })
    expect(again({}, 'root').header).toEqual(sealed.header)
    expect(again({}, 'another').R).not.toEqual(sealed.R)
    // The root is hedged by the core: the same randomness under another price gives another root.
    expect(again({ price: '101' }, 'root').R).not.toEqual(sealed.R)
  })

  it('any k of n of each group find R, any fewer do not (for several shapes of groups)', () => {
    const shapes = [
      [
        { k: 2, n: 3 },
        { k: 2, n: 3 },
      ],
      [{ k: 1, n: 2 }],
      [
        { k: 1, n: 2 },
        { k: 3, n: 5 },
      ],
      [
        { k: 2, n: 4 },
        { k: 1, n: 3 },
        { k: 2, n: 3 },
      ],
    ]
    for (const [s, shape] of shapes.entries()) {
      const other = rehearseRound(`shape-${s}`, shape, ['price'], blindedCurve)
      const otherBc = rehearsedBytes('bc', s)
      const context = contextOf(other.recipients, 'price', otherBc)
      const root = rehearsedBytes('R', s)
      const derivation = deriveFromRoot(other.recipients, context, root)
      const all = other.recipients.people.map(({ i, g }, n) => ({ i, g, y: derivation.shares[n] ?? new Uint8Array(0) }))
      fc.assert(
        fc.property(fc.array(fc.boolean(), { minLength: all.length, maxLength: all.length }), (present) => {
          const posted = all.filter((_, n) => present[n])
          const enough = shape.every(({ k }, g) => posted.filter((share) => share.g === g).length >= k)
          const found = findRoot(other.recipients, context, derivation.rc, new Map(posted.map(({ i, y }) => [i, y])))
          expect(found !== null && equalBytes(found, root)).toBe(enough)
          if (!enough) expect(found).toBeNull()
        }),
        { numRuns: 60 },
      )
    }
  })

  it('finds R among wrong shares as long as k true ones are there', () => {
    const shares = sharesOf(round, sealed.header, ctx)
    shares.set(2, rehearsedBytes('wrong'))
    shares.set(4, rehearsedBytes('wrong too'))
    expect(findRoot(recipients, ctx, fromBase64(sealed.header.rc), shares)).toEqual(sealed.R)
    shares.set(1, rehearsedBytes('two wrong in one group'))
    expect(findRoot(recipients, ctx, fromBase64(sealed.header.rc), shares)).toBeNull()
  })
})

describe('shares do not move', () => {
  const secret = (i: number) => round.secretKeys.get(i) ?? new Uint8Array(0)
  const decrypts = (i: number, key: Uint8Array, context: Uint8Array, header = sealed.header) => {
    const enc = fromBase64(header.shares.find((share) => share.i === i)?.enc ?? '')
    return (
      openShare({ dh: blindedCurve.sharedX(key, enc), pk: blindedCurve.publicKey(key), i, ctx: context, header }) !==
      null
    )
  }

  it('to another bidder, class, tender or person', () => {
    expect(decrypts(1, secret(1), ctx)).toBe(true)
    expect(decrypts(1, secret(1), contextOf(recipients, 'price', bidderCommitment(rehearsedBytes('salt'), 'b2')))).toBe(
      false,
    )
    expect(decrypts(1, secret(1), contextOf(recipients, 'tech', bc))).toBe(false)
    expect(decrypts(1, secret(1), contextOf({ ...recipients, tkd: rehearsedBytes('other') }, 'price', bc))).toBe(false)
    expect(decrypts(2, secret(1), ctx)).toBe(false)
    // A header that copies the rc of another envelope: the rc is the associated data of every share.
    expect(decrypts(1, secret(1), ctx, { ...sealed.header, rc: toBase64(rehearsedBytes('rc')) })).toBe(false)
  })

  it('an envelope copied by another bidder is void, even if its shares are opened', () => {
    const theirs = bidderCommitment(rehearsedBytes('their salt'), 'b2')
    const copy = { ...sealed.header, bc: toBase64(theirs), ctx: toBase64(contextOf(recipients, 'price', theirs)) }
    expect(rederive(recipients, 'price', theirs, copy, sealed.ciphertext, sealed.R).code).toBe('rc')
    expect(() => checkHeader(recipients, 'price', theirs, sealed.header, sealed.ciphertext)).toThrow(Malformed)
  })
})

/** An envelope under `sealed.R` whose padded content is given bytes: what a dishonest client could make. */
function sealedContent(padded: Uint8Array): { header: Header; ciphertext: Uint8Array } {
  const derivation = deriveFromRoot(recipients, ctx, sealed.R)
  const ciphertext = gcm(derivation.coreKey, new Uint8Array(12), concat(ctx, derivation.rc)).encrypt(padded)
  return {
    header: { ...sealed.header, core: { len: ciphertext.length, sha256: toBase64(sha256(ciphertext)) } },
    ciphertext,
  }
}

describe('a malformed envelope is void, with the first code that applies', () => {
  const withShare = (n: number, change: Partial<Header['shares'][number]>): Header => ({
    ...sealed.header,
    shares: sealed.header.shares.map((share, at) => (at === n ? { ...share, ...change } : share)),
  })
  const flipped = (text: string): string => toBase64(fromBase64(text).map((byte, n) => (n === 40 ? byte ^ 1 : byte)))

  it('rc', () => {
    expect(open(sealed.header, sealed.ciphertext, rehearsedBytes('another R'))).toBe('rc')
    expect(open({ ...sealed.header, rc: flipped(toBase64(new Uint8Array(32))) })).toBe('rc')
    expect(open(sealed.header, sealed.ciphertext, sealed.R.slice(1))).toBe('rc')
  })

  it('header', () => {
    const [first, second, ...rest] = sealed.header.shares
    if (first === undefined || second === undefined) throw new Error('no shares')
    const bad: unknown[] = [
      withShare(0, { ct: flipped(first.ct) }),
      withShare(5, { enc: second.enc }),
      withShare(3, { i: 9 }),
      { ...sealed.header, shares: [second, first, ...rest] },
      { ...sealed.header, shares: [first, second] },
      { ...sealed.header, bc: toBase64(rehearsedBytes('x')) },
      { ...sealed.header, ctx: toBase64(rehearsedBytes('x')) },
      { ...sealed.header, suite: 2 },
      { ...sealed.header, more: 1 },
      { ...sealed.header, files: 'none' },
    ]
    for (const header of bad) expect(open(header as Header)).toBe('header')
    // Of two faults the first of the list is given.
    expect(open(withShare(0, { ct: flipped(first.ct) }), null)).toBe('header')
  })

  it('core-hash, core-decrypt, pad, not-canonical, fields and what follows', () => {
    const dirty = Uint8Array.from(sealed.ciphertext)
    dirty[0] = (dirty[0] ?? 0) ^ 1
    expect(open(sealed.header, dirty)).toBe('core-hash')
    expect(open(sealed.header, null)).toBe('core-hash')
    expect(open(sealed.header, sealed.ciphertext.slice(1))).toBe('core-hash')
    const rehashed = { ...sealed.header, core: { len: dirty.length, sha256: toBase64(sha256(dirty)) } }
    expect(open(rehashed, dirty)).toBe('core-decrypt')
    const nonZero = pad(canonical(core))
    nonZero[4000] = 1
    const contents: [string, Uint8Array][] = [
      ['pad', nonZero],
      ['pad', concat(pad(canonical(core)), new Uint8Array(12 * 1024))],
      ['not-canonical', pad(utf8('{"a":1,"a":2}'))],
      ['not-canonical', pad(utf8(` ${JSON.stringify(core)}`))],
      ['fields', pad(canonical({ ...core, extra: 1 }))],
      ['tender', pad(canonical({ ...core, tender: 'other' }))],
      ['bidder', pad(canonical({ ...core, bidderId: 'b2' }))],
      ['seq', pad(canonical({ ...core, seq: 2 }))],
      ['price', pad(canonical({ ...core, price: '1e9' }))],
      ['picks', pad(canonical({ ...core, picks: [4, 4] }))],
      ['files', pad(canonical({ ...core, files: [{ name: 'a', mime: 'b', size: 1 }] }))],
    ]
    for (const [code, padded] of contents) {
      const { header, ciphertext } = sealedContent(padded)
      expect(open(header, ciphertext)).toBe(code)
    }
  })

  it('leafsalt, for the first envelope only', () => {
    const input = {
      recipients,
      cls: 'price',
      bc,
      header: sealed.header,
      ciphertext: sealed.ciphertext,
      R: sealed.R,
      expected,
    }
    expect(openEnvelope({ ...input, leafSalt: rehearsedBytes('other') }).code).toBe('leafsalt')
    expect(openEnvelope(input).code).toBeNull()
  })

  it('the root does not depend on who posts, hence neither the code', () => {
    // Shares 1 and 4 are garbage; quorums without them find R, and then the comparison always fails the same way.
    const broken: Header = {
      ...sealed.header,
      shares: sealed.header.shares.map((share) =>
        [1, 4].includes(share.i) ? { ...share, ct: flipped(share.ct) } : share,
      ),
    }
    const shares = sharesOf(round, broken, ctx)
    expect([...shares.keys()]).toEqual([2, 3, 5, 6])
    fc.assert(
      fc.property(fc.subarray([1, 2, 3, 4, 5, 6]), (present) => {
        const R = findRoot(
          recipients,
          ctx,
          fromBase64(broken.rc),
          new Map([...shares].filter(([i]) => present.includes(i))),
        )
        expect(R !== null).toBe([2, 3, 5, 6].every((i) => present.includes(i)))
        if (R !== null) expect(open(broken, sealed.ciphertext, R)).toBe('header')
      }),
      { numRuns: 64 },
    )
  })
})

describe('readers', () => {
  it('a header that changes in any character is refused or is another envelope', () => {
    const text = JSON.stringify(sealed.header)
    fc.assert(
      fc.property(
        fc.nat({ max: text.length - 1 }),
        fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
        (at, character) => {
          const changed = text.slice(0, at) + character + text.slice(at + 1)
          if (changed === text) return
          let header: Header | null = null
          try {
            header = parseHeader(JSON.parse(changed))
          } catch (error) {
            expect(error instanceof Malformed || error instanceof SyntaxError).toBe(true)
          }
          if (header === null) return
          expect(envelopeHash(header)).not.toEqual(sealed.e)
          const code = open(header)
          expect(code).not.toBeNull()
        },
      ),
      { numRuns: 60 },
    )
  })

  it('checkHeader refuses what a server can see to be wrong', () => {
    const check =
      (header: Header, ciphertext = sealed.ciphertext) =>
      () =>
        checkHeader(recipients, 'price', bc, header, ciphertext)
    const [first, ...rest] = sealed.header.shares
    if (first === undefined) throw new Error('no shares')
    const offCurve = toBase64(fromBase64(first.enc).map((byte, n) => (n === 64 ? byte ^ 1 : byte)))
    expect(check({ ...sealed.header, shares: rest })).toThrow(Malformed)
    expect(check({ ...sealed.header, shares: [...rest, first] })).toThrow(Malformed)
    expect(check({ ...sealed.header, shares: [{ ...first, enc: offCurve }, ...rest] })).toThrow('point')
    expect(check(sealed.header, sealed.ciphertext.slice(1))).toThrow(Malformed)
    expect(check({ ...sealed.header, core: { ...sealed.header.core, sha256: sealed.header.rc } })).toThrow('hash')
    expect(() => checkHeader(recipients, 'tech', bc, sealed.header, sealed.ciphertext)).toThrow('class')
  })

  it('sealing refuses cores and randomness of the wrong form', () => {
    const input = { recipients, cls: 'price', bc, core, random32: rehearsedBytes('root') }
    expect(() => sealEnvelope({ ...input, random32: new Uint8Array(31) })).toThrow(Malformed)
    expect(() => sealEnvelope({ ...input, bc: new Uint8Array(31) })).toThrow(Malformed)
    expect(() => sealEnvelope({ ...input, cls: 'tech' })).toThrow(Malformed)
    expect(() => sealEnvelope({ ...input, core: { salt: toBase64(new Uint8Array(32)) } })).toThrow(Malformed)
    expect(() => sealUnderRoot(recipients, 'price', bc, core, new Uint8Array(16))).toThrow(Malformed)
  })
})
