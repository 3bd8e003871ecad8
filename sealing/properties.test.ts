// S1 to S6 of protocol 2.1 with random groups, thresholds, liars and absences: what must hold whoever shows up at the opening.
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { fromBase64, toBase64 } from './bytes.ts'
import type { PriceCore } from './core.ts'
import { rootCommitment } from './envelope.ts'
import { findHoldBack } from './evaluation.ts'
import { agreementWith, type Batch, envelopesToOpen, makeBatch, openRound } from './opening.ts'
import { platformCurve } from './platform.ts'
import { asLive, type RehearsedRound, rehearseBid, rehearsedBytes, rehearsePrice, rehearseRound } from './rehearsal.ts'
import { combine } from './shamir.ts'

vi.setConfig({ testTimeout: 300_000 })

type Group = { k: number; n: number }
const group = fc
  .integer({ min: 1, max: 3 })
  .chain((k) => fc.record({ k: fc.constant(k), n: fc.integer({ min: k + 1, max: k + 2 }) }))
const groups = fc
  .array(group, { minLength: 2, maxLength: 3 })
  .filter((all) => all.reduce((sum, each) => sum + each.n, 0) <= 10)

let rounds = 0
/** A round with two honest bids and the true batches of all its key holders. */
async function prepare(shape: readonly Group[]) {
  rounds += 1
  const round = rehearseRound(`property-${rounds}`, shape, ['price', 'tech'], platformCurve)
  const bids = ['b1', 'b2'].map((bidder, n) => {
    const price = rehearsePrice(round, bidder, 1, String(1000 + n))
    return rehearseBid(round, bidder, 1, null, [{ cls: 'price', core: price }])
  })
  const live = bids.map((bid, n) => asLive(bid, 50 + n))
  const required = envelopesToOpen(round.descriptor, ['price'], [], live, null)
  const head = { tender: round.descriptor.tender, close: rehearsedBytes('close', rounds) }
  const batches = await Promise.all(
    [...round.secretKeys].map(([i, key]) =>
      makeBatch(round.recipients, { ...head, i }, required, agreementWith(key, platformCurve)),
    ),
  )
  return { round, bids, required, batches }
}

const lying = (batch: Batch, how: number): Batch => ({
  ...batch,
  shares: batch.shares.map(([e, y], n) => [
    e,
    how % 3 === 0
      ? 'bad'
      : toBase64(how % 3 === 1 || y === 'bad' ? rehearsedBytes('lie', batch.i, n) : flipped(y, batch.i)),
  ]),
})
// Each liar another bit: the same error in two groups would cancel out, and both would have told the truth together.
const flipped = (y: string, at: number): Uint8Array => fromBase64(y).map((byte, n) => (n === at ? byte ^ 1 : byte))

/** How many of `who` stand in each group. */
const perGroup = (round: RehearsedRound, shape: readonly Group[], who: ReadonlySet<number>): number[] =>
  shape.map((_, g) => round.recipients.people.filter((person) => person.g === g && who.has(person.i)).length)

it('SEA-02, S1, S2, S3, S5: enough true shares of every group open, whatever others post; one short in any group opens nothing', async () => {
  await fc.assert(
    fc.asyncProperty(groups, fc.infiniteStream(fc.nat(11)), async (shape, stream) => {
      const { round, bids, required, batches } = await prepare(shape)
      const draw = (): number => stream.next().value as number
      const kinds = new Map(batches.map((batch) => [batch.i, draw() < 7 ? 'true' : draw() < 6 ? 'lies' : 'absent']))
      const posted = batches
        .filter((batch) => kinds.get(batch.i) !== 'absent')
        .map((batch) => (kinds.get(batch.i) === 'lies' ? lying(batch, draw()) : batch))
      const honest = new Set([...kinds].filter(([, kind]) => kind === 'true').map(([i]) => i))
      const absent = [...kinds].filter(([, kind]) => kind === 'absent').map(([i]) => i)
      const opened = openRound(round.recipients, required, posted, absent)
      const enough = perGroup(round, shape, honest).every((count, g) => count >= (shape[g] as Group).k)
      for (const [n, result] of opened.entries()) {
        if (enough) {
          expect(result.status).toBe('valid')
          expect((result.core as PriceCore).price).toBe(String(1000 + n))
          expect(result.R).toEqual(bids[n]?.roots[0])
          // S3: the liars are named, and nobody else.
          expect(result.wrong).toEqual([...kinds].filter(([, kind]) => kind === 'lies').map(([i]) => i))
        } else {
          // A lie is never taken for a share: without a quorum of true ones there is no root, hence no plaintext.
          expect(result.R).toBeNull()
          expect(result.core).toBeNull()
          const came = new Set(posted.map((batch) => batch.i))
          const quorate = perGroup(round, shape, came).every((count, g) => count >= (shape[g] as Group).k)
          expect(result.status).toBe(quorate ? 'void' : 'pending')
        }
      }
    }),
    { numRuns: 60 },
  )
})

it('SEA-02, S1: a whole group and all but one short of the others learn nothing that fits the commitment', async () => {
  await fc.assert(
    fc.asyncProperty(groups, fc.nat(), async (shape, pick) => {
      const { round, required, batches } = await prepare(shape)
      const short = pick % shape.length
      const allowed = (shape[short] as Group).k - 1
      let taken = 0
      const colluding = batches.filter((batch) => {
        const g = round.recipients.people.find((person) => person.i === batch.i)?.g
        if (g !== short) return true
        taken += 1
        return taken <= allowed
      })
      for (const result of openRound(round.recipients, required, colluding, [])) expect(result.R).toBeNull()
      // Nor by their own arithmetic, without the rule that asks for k: what all they have comes to is not the root.
      for (const [n, { header }] of required.entries()) {
        const guess = new Uint8Array(32)
        for (const g of shape.keys()) {
          const theirs = round.recipients.people.filter((person) => person.g === g)
          const shares = colluding.flatMap(({ i, shares: posted }) => {
            const at = theirs.findIndex((person) => person.i === i)
            const y = posted[n]?.[1] ?? 'bad'
            return at < 0 || y === 'bad' ? [] : [{ x: at + 1, y: fromBase64(y) }]
          })
          combine(shares).forEach((byte, at) => (guess[at] = (guess[at] ?? 0) ^ byte))
        }
        expect(toBase64(rootCommitment(fromBase64(header.ctx), guess))).not.toBe(header.rc)
      }
    }),
    { numRuns: 25 },
  )
})

it('S4: a share of another tender, class or bidder does not open, and a swapped envelope is void', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(2), async (how) => {
      const shape = [
        { k: 1, n: 2 },
        { k: 2, n: 3 },
      ]
      const { round, required, batches } = await prepare(shape)
      const [first, second] = required
      if (!first || !second) throw new Error('two envelopes')
      const moved =
        how === 0
          ? { ...first, bc: second.bc }
          : how === 1
            ? { ...first, cls: 'tech', expected: first.expected }
            : { ...first, header: { ...first.header, rc: second.header.rc } }
      const [key] = [...round.secretKeys]
      if (!key) throw new Error('a key')
      const batch = await makeBatch(
        round.recipients,
        { tender: round.descriptor.tender, close: rehearsedBytes('close'), i: key[0] },
        [moved],
        agreementWith(key[1], platformCurve),
      )
      if (how !== 2) expect(batch.shares[0]?.[1]).toBe('bad')
      const [result] = openRound(
        round.recipients,
        [moved],
        batches.map((each) => ({ ...each, shares: each.shares.slice(0, 1) })),
        [],
      )
      expect(result?.status).not.toBe('valid')
    }),
    { numRuns: 12 },
  )
})

it('S6: no share of a price is let go but for bids that the logged evaluation passes', () => {
  const descriptor = { tender: 't', round: 1, classes: ['price', 'tech'] }
  const item = fc.record({ index: fc.integer({ min: 0, max: 30 }), admitted: fc.boolean() })
  fc.assert(
    fc.property(
      fc.uniqueArray(item, { selector: (each) => each.index, maxLength: 12 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 0, max: 60 }),
      (items, wanted, index) => {
        const object = {
          v: 1,
          tender: 't',
          round: 1,
          scores: [],
          items: items.map((each) => ({ ...each, cls: 'price', reason: each.admitted ? 'passed' : 'below-minimum' })),
        }
        const required = wanted.map((each) => ({ cls: 'price', index: each }))
        const passed = items.filter((each) => each.admitted).map((each) => each.index)
        const lawful = wanted.every((each) => passed.includes(each) && index > each)
        expect(findHoldBack(descriptor, required, { object, index }) === null).toBe(lawful)
        expect(findHoldBack(descriptor, required, null)).toEqual({ code: 'no-evaluation' })
        expect(findHoldBack(descriptor, required, { object: { ...object, tender: 'u' }, index })).not.toBeNull()
        expect(findHoldBack(descriptor, required, { object: { ...object, round: 2 }, index })).not.toBeNull()
        const mixed = [...required, { cls: 'tech', index: 1 }]
        expect(findHoldBack(descriptor, mixed, { object, index })).toEqual({ code: 'stages-mixed' })
        expect(findHoldBack(descriptor, [{ cls: 'tech', index: 1 }], null)).toBeNull()
        expect(findHoldBack({ ...descriptor, classes: ['price'] }, required, null)).toBeNull()
      },
    ),
    { numRuns: 300 },
  )
})
