// Fictia, lowest price with two lots: one supplier bids for both, others for one; equal prices are settled by the lot that anyone can draw again.
import assert from 'node:assert/strict'
import { award, contract } from '../parts/award.ts'
import { bid, confirmed, offer } from '../parts/bids.ts'
import { bidOf, closing, opening, rankingOf } from '../parts/opening.ts'
import { notice, type Purchase } from '../parts/purchase.ts'
import { days, later } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'

const line = (key: string, en: string, ru: string, ky: string, ko: string, classification: string): PlannedLine => ({
  key,
  buyer: 'ministry',
  title: { en, ru, ky, ko },
  category: 'goods',
  classification,
  amount: '8000000',
  budget: { code: 'B-2-4', source: 'State budget' },
})
const desks = line('fictia desks', 'Desks', 'Столы', 'Столдор', '책상', '40200000')
const printers = line('fictia printers', 'Printers', 'Принтеры', 'Принтерлер', '프린터', '30300000')

const lot = (id: string, planned: PlannedLine, quantity: string) => ({
  id,
  title: planned.title,
  line: planned.key,
  value: '7500000',
  items: [
    { id: `item-${id}`, description: planned.title, classification: planned.classification, quantity, unit: 'H87' },
  ],
})

export const fictiaTwoLots: Tale = {
  name: 'fictia-two-lots',
  lines: [desks, printers],
  tell: async (world: World) => {
    const tender = world.id('tender', 'fictia-two-lots')
    const purchase: Purchase = {
      tender,
      buyer: 'ministry',
      method: 'fictia-open',
      ground: 'default',
      why: 'Ordinary goods, bought by price.',
      category: 'goods',
      language: 'en',
      title: {
        en: 'Desks and printers for the ministry',
        ru: 'Столы и принтеры для министерства',
        ky: 'Министрликке столдор жана принтерлер',
        ko: '책상 및 프린터 구매',
      },
      description: {
        en: 'Two lots: fifty desks, fifty printers.',
        ru: 'Два лота: пятьдесят столов и пятьдесят принтеров.',
        ky: 'Эки лот: элүү стол, элүү принтер.',
        ko: '2개 로트: 책상 50개, 프린터 50대입니다.',
      },
      lots: [lot('A', desks, '50'), lot('B', printers, '50')],
      delivery: { place: 'Specimen', by: '40 days', terms: 'Free to the ministry’s door.' },
      payment: 'Within 20 days of acceptance.',
      openFor: 18,
      agencyHolders: 3,
    }
    await notice(world, purchase)
    await world.until(later(await world.now(), days(8)))
    const of = (id: 'A' | 'B', each: number) => offer([[`item-${id}`, 50, each]], { lot: id })
    const first = await bid(world, tender, 'acme', [of('A', 120_000), of('B', 140_000)]) // 60,000.00 and 70,000.00
    await bid(world, tender, 'blank', [of('A', 125_000)]) // 62,500.00
    await bid(world, tender, 'dummy', [of('B', 130_000)]) // 65,000.00
    await bid(world, tender, 'lorem', [of('B', 130_000)]) // 65,000.00, the same
    await confirmed(world, tender, 'acme', first, 'lorem')
    await closing(world, purchase)
    const state = await opening(world, purchase)
    const a = rankingOf(state, 'A')
    assert.deepEqual(
      a.lines.map(({ bid: id, price, reason }) => [id, price, reason]),
      [
        [bidOf(world, tender, 'acme'), '6000000', 'lowest'],
        [bidOf(world, tender, 'blank'), '6250000', 'higher-than-better-ranked'],
      ],
    )
    const b = rankingOf(state, 'B')
    const equal = ['dummy', 'lorem'].map((supplier) => bidOf(world, tender, supplier))
    assert.deepEqual(
      b.lines.map(({ price, rank, reason }) => [price, rank, reason]),
      [
        ['6500000', 1, 'won-lot'],
        ['6500000', 2, 'lost-lot'],
        ['7000000', 3, 'higher-than-better-ranked'],
      ],
    )
    assert.deepEqual(
      b.lines
        .slice(0, 2)
        .map((each) => each.bid)
        .toSorted(),
      equal.toSorted(),
    )
    const winner = b.winner === equal[0] ? 'dummy' : 'lorem'
    await award(world, purchase, 'A', 'Lowest price for lot A.')
    await award(world, purchase, 'B', 'Equal lowest price for lot B; won by lot.')
    await contract(world, purchase, 'A', 'acme')
    await contract(world, purchase, 'B', winner)
  },
}
