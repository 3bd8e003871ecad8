// Fictia, guardians as programs: they deposit keys by themselves and open only what is rightly closed; a bad clock, a lie, an absence and the spare.
import assert from 'node:assert/strict'
import { isDone, waitFor } from '../client.ts'
import { award } from '../parts/award.ts'
import { bid, offer } from '../parts/bids.ts'
import {
  attend,
  attendWithPrograms,
  batchOf,
  closing,
  opened,
  postShares,
  roundOf,
  together,
} from '../parts/opening.ts'
import { connectGuardians, type GuardianProgram } from '../parts/guardians.ts'
import { notice, type Purchase } from '../parts/purchase.ts'
import { days, later, minutes } from '../times.ts'
import type { Tale, World } from '../world.ts'
import { softwareLine } from './fictia-best-score.ts'
import { breadLine, breadPurchase } from './fictia-faults.ts'
import { tellTwoEnvelopes } from './guardians-two-envelopes.ts'

/** Waits until a guardian wrote that it refused this tender for this reason. */
const refused = (program: GuardianProgram, tender: string, why: string): Promise<true> =>
  waitFor(async () => {
    const lines = await program.journal()
    return lines.some((line) => line.did === 'refused' && line.tender === tender && line.why === why) ? true : undefined
  }, `${program.name} refusing ${why}`)

const posted = async (world: World, tender: string): Promise<number[]> =>
  roundOf((await world.anyone.view(tender)).tender)
    .batches.map((each) => each.i)
    .sort((a, b) => a - b)

export const guardiansByProgram: Tale = {
  name: 'guardians-by-program',
  lines: [breadLine, softwareLine],
  tell: async (world: World) => {
    const programs = await connectGuardians(world)
    const [first, second, spare] = programs
    assert.ok(first && second && spare?.spare)
    const purchases = ['clock', 'lie', 'down', 'late'].map(
      (word, n): Purchase => ({
        ...breadPurchase(world.id('tender', 'guardians', word)),
        // Each closes some days after the one before.
        openFor: 18 + 5 * n,
        byProgram: true,
      }),
    )
    for (const purchase of purchases) {
      await notice(world, purchase)
      await bid(world, purchase.tender, 'acme', [offer([['loaf', 20_000, 210]])])
      await bid(world, purchase.tender, 'lorem', [offer([['loaf', 20_000, 215]])])
    }
    const [skewed, lied, missed, late] = purchases
    assert.ok(skewed && lied && missed && late)

    // Ahead of everyone: nothing is closed yet, so there is nothing to open.
    await first.fault(`clock ${days(40)}`)
    await new Promise((resume) => setTimeout(resume, 2500))
    assert.deepEqual(await posted(world, skewed.tender), [])
    // The portal is two days ahead of the guardians: what it calls closed stays shut.
    for (const program of [first, second]) await program.fault(`clock ${-days(2)}`)
    await closing(world, skewed)
    for (const nth of [0, 1]) await attend(world, skewed, 'agency', nth)
    for (const program of [first, second]) await refused(program, skewed.tender, 'before-deadline')
    await refused(spare, skewed.tender, 'spare-not-released')
    // The agency alone opens nothing: no share leaves it before the guardians are there.
    const { person: lone, batch } = await batchOf(world, skewed, 'agency', 0)
    const alone = await (await world.as(lone)).act(skewed.tender, 'post-shares', { batch: batch as never })
    assert.ok(!isDone(alone) && 'code' in alone && alone.code === 'openingHasNotBegun')
    assert.deepEqual(await posted(world, skewed.tender), [])
    for (const program of [first, second]) await program.fault('none')
    await together(world, skewed, 0)
    for (const nth of [0, 1]) await postShares(world, skewed, 'agency', nth)
    const record = roundOf(await opened(world, skewed)).opening
    assert.deepEqual(record?.wrongShares, [])
    assert.deepEqual(
      record?.bids.map((each) => each.price?.price),
      ['4200000', '4300000'],
    )
    assert.deepEqual(await posted(world, skewed.tender), [1, 2, 4, 5], 'the spare stayed away')
    await award(world, skewed, '1', 'Lowest valid price.')
    const gone = await waitFor(async () => {
      const { destroyed } = (await world.anyone.view(skewed.tender)).tender
      return (destroyed ?? []).filter((each) => each.i > 3).length === 9 ? destroyed : undefined
    }, 'the destroyed keys')
    assert.ok(gone)

    // One lies: with one true share of the guardians nothing opens until the spare is released, and the record names the liar.
    await first.fault('lie')
    await closing(world, lied)
    await attendWithPrograms(world, lied, [0, 2])
    for (const nth of [0, 2]) await postShares(world, lied, 'agency', nth)
    await waitFor(async () => ((await posted(world, lied.tender)).length === 4 ? true : undefined), 'the two guardians')
    assert.equal(roundOf((await world.anyone.view(lied.tender)).tender).opening, null)
    await spare.release(lied.tender, 1, 'One guardian posted shares that are none.')
    assert.deepEqual(roundOf(await opened(world, lied)).opening?.wrongShares, [4])
    const used = (await world.anyone.history(lied.tender)).find((each) => each.type === 'SpareUsed')
    assert.deepEqual(used?.body, { round: 1, i: 6, reason: 'One guardian posted shares that are none.' })

    // One is down: two of three are enough, and the spare is one of them.
    await first.fault('none')
    await second.fault('down')
    await closing(world, missed)
    for (const nth of [1, 2]) await attend(world, missed, 'agency', nth)
    await refused(spare, missed.tender, 'spare-not-released')
    await spare.release(missed.tender, 1, 'One guardian cannot be reached.')
    await together(world, missed, 1)
    for (const nth of [1, 2]) await postShares(world, missed, 'agency', nth)
    assert.deepEqual(roundOf(await opened(world, missed)).opening?.wrongShares, [])
    assert.deepEqual(await posted(world, missed.tender), [2, 3, 4, 6])
    await second.fault('none')

    // One is late by an hour: the opening waits for it, no bid is lost, and nobody is called a liar or absent.
    await first.fault(`late ${3_600_000}`)
    await closing(world, late)
    for (const nth of [0, 1]) await attend(world, late, 'agency', nth)
    await refused(first, late.tender, 'late on purpose')
    const present = async () => roundOf((await world.anyone.view(late.tender)).tender).session?.present
    await waitFor(
      async () => ((await present())?.some((each) => each.i === 5) ? true : undefined),
      'the other guardian',
    )
    assert.deepEqual(await posted(world, late.tender), [], 'no share leaves while one of two guardians is awaited')
    const waiting = roundOf((await world.anyone.view(late.tender)).tender)
    assert.equal(waiting.opening, null)
    // The window of two hours still runs: whoever came need not come again.
    await world.until(later(waiting.deadline, 3_600_000 + minutes(2)))
    await together(world, late, 0)
    for (const nth of [0, 1]) await postShares(world, late, 'agency', nth)
    const afterwards = roundOf(await opened(world, late))
    assert.deepEqual(await posted(world, late.tender), [1, 2, 4, 5])
    assert.deepEqual([afterwards.opening?.wrongShares, afterwards.absent], [[], []])
    assert.deepEqual(
      afterwards.opening?.bids.map((each) => [each.status, each.price?.price]),
      [
        ['valid', '4200000'],
        ['valid', '4300000'],
      ],
    )
    await first.fault('none')

    // Every program had proved before each notice that its keys open.
    for (const program of programs)
      assert.equal((await program.journal()).filter((line) => line.did === 'rehearsed' && !line.why).length, 4)
    await tellTwoEnvelopes(world, programs)

    // Each came by machine, having read the report of attempts, and said so.
    const came = (await first.journal()).filter((line) => line.did === 'attended')
    assert.ok(came.some((line) => line.tender === skewed.tender && line.why?.includes('shares-early 1')))

    // A program never told what it did not do.
    const told = await first.journal()
    assert.ok(told.some((line) => line.did === 'posted-shares' && line.tender === skewed.tender))
    assert.ok(!(await spare.journal()).some((line) => line.did === 'posted-shares' && line.tender === skewed.tender))
  },
}
