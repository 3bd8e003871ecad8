// Fictia, people who do wrong: bids that are malformed inside become void with their reason, a key holder who lies is named, one who does not come is noted.
import assert from 'node:assert/strict'
import { isDone } from '../client.ts'
import { award, contract } from '../parts/award.ts'
import { bid, offer, seal, send, withNoise } from '../parts/bids.ts'
import { attend, batchOf, bidOf, closing, opened, postShares, rankingOf, roundOf } from '../parts/opening.ts'
import { guardiansOf, notice, type Purchase } from '../parts/purchase.ts'
import { days, hours, later } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'

export const breadLine: PlannedLine = {
  key: 'fictia bread',
  buyer: 'ministry',
  title: { en: 'Bread for the canteen', ru: 'Хлеб для столовой', ky: 'Ашкана үчүн нан', ko: '구내식당용 빵' },
  category: 'goods',
  classification: '10100000',
  amount: '5000000',
  budget: { code: 'B-1-9', source: 'State budget' },
}

export const breadPurchase = (tender: string): Purchase => ({
  tender,
  buyer: 'ministry',
  method: 'fictia-open',
  ground: 'default',
  why: 'Ordinary goods, bought by price.',
  category: 'goods',
  language: 'en',
  title: breadLine.title,
  description: {
    en: 'Fresh bread every working day.',
    ru: 'Свежий хлеб каждый рабочий день.',
    ky: 'Ар бир жумуш күнү жаңы нан.',
    ko: '매 근무일 신선한 빵을 납품합니다.',
  },
  lots: [
    {
      id: '1',
      title: breadLine.title,
      line: 'fictia bread',
      value: '4800000',
      items: [
        {
          id: 'loaf',
          description: { en: 'Loaf', ru: 'Буханка', ky: 'Нан', ko: '빵' },
          classification: '10100000',
          quantity: '20000',
          unit: 'H87',
        },
      ],
    },
  ],
  delivery: { place: 'Specimen', by: 'daily', terms: 'Before seven in the morning.' },
  payment: 'Weekly.',
  openFor: 18,
  agencyHolders: 3,
})

export const fictiaFaults: Tale = {
  name: 'fictia-faults',
  lines: [breadLine],
  tell: async (world: World) => {
    const tender = world.id('tender', 'fictia-faults')
    const purchase = breadPurchase(tender)
    await notice(world, purchase)
    await world.until(later(await world.now(), days(10)))
    await bid(world, tender, 'acme', [offer([['loaf', 20_000, 210]])]) // 42,000.00
    await bid(world, tender, 'lorem', [offer([['loaf', 20_000, 215]])]) // 43,000.00
    // Sealed by a program of its own: a price with a comma. Nobody can see it before the opening, and then it is void.
    await bid(world, tender, 'blank', [{ ...offer([['loaf', 20_000, 100]]), price: '20000,00' }])

    // Sealed with noise for the whole agency: no quorum will ever open it.
    const noise = withNoise(await seal(world, tender, 'dummy', [offer([['loaf', 20_000, 90]])]), [1, 2, 3])
    assert.ok(isDone(await send(world, tender, 'dummy', noise)), 'it looks like any other envelope')

    await closing(world, purchase)
    // One person alone opens nothing, nor do all of the buyer; and who waits beyond the window begins again (OPN-01).
    const lone = await batchOf(world, purchase, 'agency', 0)
    const first = await world.as(lone.person)
    const tooSoon = async () => {
      const refused = await first.act(tender, 'post-shares', { batch: lone.batch as never })
      assert.ok(!isDone(refused) && 'code' in refused)
      return refused.code
    }
    assert.equal(await tooSoon(), 'openingHasNotBegun')
    const strangers = guardiansOf(world)[0]
    assert.ok(strangers)
    const guardian = await world.as(strangers)
    const { hash } = (await guardian.get(`/api/cases/${tender}/attempts`)).body as { hash: string }
    const uninvited = await guardian.act(tender, 'attend-opening', { round: 1, report: hash })
    assert.ok(!isDone(uninvited) && 'code' in uninvited && uninvited.code === 'buyerBeginsTheOpening')
    await attend(world, purchase, 'agency', 0)
    await attend(world, purchase, 'agency', 1)
    assert.equal(await tooSoon(), 'openingHasNotBegun')
    await world.until(later(await world.now(), hours(2) + 1))
    await attend(world, purchase, 'agency', 1)
    await attend(world, purchase, 'guardians', 0)
    await attend(world, purchase, 'guardians', 2)
    assert.equal(await tooSoon(), 'openingHasNotBegun', 'the presence of before the window counts no more')
    // What was refused stands in the report that the next holder sees before coming.
    const report = await attend(world, purchase, 'agency', 0)
    assert.deepEqual(
      report.lines.map(({ kind, by, count }) => ({ kind, by, count })),
      [{ kind: 'shares-early', by: { holder: 1 }, count: 3 }],
    )
    const sessions = (await world.anyone.view(tender)).tender.rounds[0]?.session
    assert.deepEqual([sessions?.session, sessions?.present.map((each) => each.i)], [2, [2, 4, 6, 1]])

    // Nobody posts for another, nor a part of the box.
    const { batch } = await batchOf(world, purchase, 'agency', 1)
    const foreign = await (await world.as(world.person('ministry', 'key-holder', 0))).act(tender, 'post-shares', {
      batch: batch as never,
    })
    assert.ok(!isDone(foreign) && 'code' in foreign && foreign.code === 'sharesAreIncomplete')
    const part = await (await world.as(world.person('ministry', 'key-holder', 1))).act(tender, 'post-shares', {
      batch: { ...batch, shares: batch.shares.slice(1) } as never,
    })
    assert.ok(!isDone(part) && 'code' in part && part.code === 'sharesAreIncomplete')

    // The first holder posts shares that are none.
    const lie = Buffer.alloc(32, 7).toString('base64')
    await postShares(world, purchase, 'agency', 0, (own) => ({ ...own, shares: own.shares.map(([e]) => [e, lie]) }))
    await postShares(world, purchase, 'agency', 1)
    await postShares(world, purchase, 'guardians', 0)
    await postShares(world, purchase, 'guardians', 2)
    assert.equal(
      roundOf((await world.anyone.view(tender)).tender).opening,
      null,
      'one true share of the agency opens nothing',
    )
    await attend(world, purchase, 'agency', 2)
    await postShares(world, purchase, 'agency', 2)
    // Three bids could be opened now. The fourth has no root; it is judged only when every holder has posted or is noted as absent.
    const watch = async () => roundOf((await world.anyone.view(tender)).tender)
    await new Promise((resume) => setTimeout(resume, 1500))
    assert.equal((await watch()).opening, null)
    const second = await world.as(world.person('ministry', 'approver'))
    const reason = 'The second guardian did not come for a whole day.'
    const early = await second.act(tender, 'record-absence', { i: 5, reason })
    assert.ok(!isDone(early) && 'code' in early && early.code === 'absenceIsTooEarly')
    await world.until(later((await watch()).closing?.at ?? '', hours(24) + 1))
    const posted = await second.act(tender, 'record-absence', { i: 2, reason })
    assert.ok(!isDone(posted) && 'code' in posted && posted.code === 'sharesAlreadyPosted')
    await second.mustAct(tender, 'record-absence', { i: 5, reason })
    const state = await opened(world, purchase)
    const record = roundOf(state).opening
    assert.deepEqual(record?.wrongShares, [1], 'the liar is named by number')
    assert.deepEqual(
      record?.bids.map(({ bid: id, status, code, price }) => [id, status, code, price?.price ?? null]),
      [
        [bidOf(world, tender, 'acme'), 'valid', null, '4200000'],
        [bidOf(world, tender, 'lorem'), 'valid', null, '4300000'],
        [bidOf(world, tender, 'blank'), 'void', 'price', null],
        [bidOf(world, tender, 'dummy'), 'void', 'no-root', null],
      ],
    )
    assert.deepEqual(
      rankingOf(state, '1').lines.map((each) => each.bid),
      ['acme', 'lorem'].map((supplier) => bidOf(world, tender, supplier)),
    )
    await award(world, purchase, '1', 'Lowest valid price.')
    await contract(world, purchase, '1', 'acme')
  },
}
