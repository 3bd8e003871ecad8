// The shared vector: a whole opened tender that an independent program made; every byte must come out the same.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { fromBase64, toBase64 } from './bytes.ts'
import { blindedCurve, tabledCurve } from './curve.ts'
import { contextOf, recipientsFrom } from './descriptor.ts'
import { draw } from './draw.ts'
import { envelopeHash, findRoot, type Header, openShare, rederive, sealUnderRoot } from './envelope.ts'
import { canonicalText } from './jcs.ts'

// A laden machine takes its time; these tests are about bytes, not speed.
vi.setConfig({ testTimeout: 120_000 })

const file = new URL('../../shared/vectors/sealed-tender.json', import.meta.url)
const present = existsSync(file)
if (!present && process.env['CI']) throw new Error(`the shared vector is missing: ${file.pathname}`)

type VectorEnvelope = { bc: string; R: string; header: Header; coreCt: string }
type Vector = {
  tkd: string
  groups: { k: number; o: [number, string][] }[]
  officerSk: string[]
  salts: VectorEnvelope[]
  bids: (VectorEnvelope & {
    leafIndex: number
    core: { price: string; picks: [number, number]; nonce: string }
    envelopeHash: string
    leafSalt: string
    leaf: string
  })[]
  leavesRoot: string
  draw: {
    closeLeaf: string
    beacon: string
    base: string
    widthPpm: number
    count: number
    top: number
    prices: string[]
    perm: number[]
    counts: number[]
    chosen: number[]
    reserve: string
    seedD: string
  }
}

// Without the file next to the repository these tests are left out; nothing else covers an independent program's bytes.
describe.skipIf(!present)('the shared vector (left out where ../shared/vectors is absent)', () => {
  const vector = JSON.parse(present ? readFileSync(file, 'utf8') : '{}') as Vector
  const all = (): (VectorEnvelope & { cls: string })[] => [
    ...vector.salts.map((salt) => ({ ...salt, cls: 'draw' })),
    ...vector.bids.map((bid) => ({ ...bid, cls: 'price' })),
  ]
  const people = (): { i: number; sk: Uint8Array }[] =>
    vector.officerSk.map((sk, n) => ({ i: n + 1, sk: fromBase64(sk) }))
  const tabled = () =>
    recipients(tabledCurve(vector.groups.flatMap((group) => group.o.map(([, pk]) => fromBase64(pk)))))
  const recipients = (curve = blindedCurve) => recipientsFrom(fromBase64(vector.tkd), vector.groups, curve)

  it('makes all 15 envelopes again, byte for byte, and two of them with the slower arithmetic too', () => {
    expect(all()).toHaveLength(15)
    for (const [to, envelopes] of [
      [tabled(), all()],
      [recipients(), all().slice(5, 7)],
    ] as const) {
      for (const { cls, bc, R, header, coreCt } of envelopes) {
        const opened = rederive(to, cls, fromBase64(bc), header, fromBase64(coreCt), fromBase64(R))
        expect(opened.code).toBeNull()
        const sealed = sealUnderRoot(to, cls, fromBase64(bc), opened.value, fromBase64(R))
        expect(canonicalText(sealed.header)).toBe(canonicalText(header))
        expect(toBase64(sealed.ciphertext)).toBe(coreCt)
      }
    }
  })

  it('opens to the cores, envelope hashes and leaf salts that the vector names', () => {
    const to = tabled()
    for (const bid of vector.bids) {
      const opened = rederive(to, 'price', fromBase64(bid.bc), bid.header, fromBase64(bid.coreCt), fromBase64(bid.R))
      expect(opened.value).toEqual(bid.core)
      expect(toBase64(opened.leafSalt ?? new Uint8Array(0))).toBe(bid.leafSalt)
      expect(toBase64(envelopeHash(bid.header))).toBe(bid.envelopeHash)
    }
  })

  it('finds every root with two of three officers of each group, whichever they are', () => {
    const to = recipients()
    for (const { cls, bc, R, header } of all()) {
      const ctx = contextOf(to, cls, fromBase64(bc))
      const shares = new Map(
        people().map(({ i, sk }) => {
          const pk = blindedCurve.publicKey(sk)
          const enc = header.shares.find((share) => share.i === i)?.enc ?? ''
          const y = openShare({ dh: blindedCurve.sharedX(sk, fromBase64(enc)), pk, i, ctx, header })
          expect(y).not.toBeNull()
          return [i, y ?? new Uint8Array(0)] as const
        }),
      )
      const pairs = (group: number[]): number[][] => group.map((left) => group.filter((i) => i !== left))
      for (const a of pairs([1, 2, 3])) {
        for (const b of pairs([4, 5, 6])) {
          const posted = new Map([...shares].filter(([i]) => [...a, ...b].includes(i)))
          expect(toBase64(findRoot(to, ctx, fromBase64(header.rc), posted) ?? new Uint8Array(0))).toBe(R)
        }
      }
      const oneGroup = new Map([...shares].filter(([i]) => i <= 4))
      expect(findRoot(to, ctx, fromBase64(header.rc), oneGroup)).toBeNull()
    }
  })

  it('draws the same prices, permutation, counts, numbers and reserve price', () => {
    const to = tabled()
    const open = ({ cls, bc, header, coreCt, R }: VectorEnvelope & { cls: string }): unknown =>
      rederive(to, cls, fromBase64(bc), header, fromBase64(coreCt), fromBase64(R)).value
    const result = draw({
      terms: {
        base: BigInt(vector.draw.base),
        ppm: vector.draw.widthPpm,
        count: vector.draw.count,
        top: vector.draw.top,
        priceStep: 1n,
        tieRule: 'hash',
        fillRule: 'hash',
        meanRounding: 'div',
      },
      tkd: fromBase64(vector.tkd),
      closeCommitment: fromBase64(vector.draw.closeLeaf),
      beacon: fromBase64(vector.draw.beacon),
      salts: vector.salts.map((salt) => fromBase64((open({ ...salt, cls: 'draw' }) as { salt: string }).salt)),
      bids: vector.bids.map((bid) => ({ index: bid.leafIndex, R: fromBase64(bid.R), picks: bid.core.picks })),
    })
    expect(result.prices.map(String)).toEqual(vector.draw.prices)
    expect(result.perm).toEqual(vector.draw.perm)
    expect(result.counts).toEqual(vector.draw.counts)
    expect(result.chosen).toEqual(vector.draw.chosen)
    expect(String(result.reserve)).toBe(vector.draw.reserve)
    expect(toBase64(result.seedD)).toBe(vector.draw.seedD)
  })
})
