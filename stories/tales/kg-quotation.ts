// A small Kyrgyz purchase: paper and toner for a school by request for quotations, three bids, one above the planned sum.
import assert from 'node:assert/strict'
import { award, contract } from '../parts/award.ts'
import { bid, offer } from '../parts/bids.ts'
import { bidOf, closing, opening, rankingOf, roundOf } from '../parts/opening.ts'
import { notice, type Purchase } from '../parts/purchase.ts'
import { later, minutes, workdayAfter } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'

export const paperLine: PlannedLine = {
  key: 'kg paper',
  buyer: 'school',
  title: {
    ky: 'Кеңсе кагазы жана тонер',
    ru: 'Офисная бумага и тонер',
    en: 'Office paper and toner',
    ko: '사무용지와 토너',
  },
  category: 'goods',
  classification: '30197643-5',
  // 500,000.00 som
  amount: '50000000',
  budget: { code: '22154100', source: 'Республикалык бюджет' },
}

export const paperPurchase = (tender: string): Purchase => ({
  tender,
  buyer: 'school',
  method: 'kg-quotation',
  ground: 'within-ceiling',
  why: 'Күтүлгөн нарк баа сунуштарын суроо үчүн белгиленген чектен ашпайт.',
  category: 'goods',
  language: 'ky',
  title: {
    ky: 'Үлгү мектебине кеңсе кагазын жана тонер сатып алуу',
    ru: 'Закупка офисной бумаги и тонера для образцовой школы',
    en: 'Office paper and toner for the sample school',
    ko: '견본학교 사무용지 및 토너 구매',
  },
  description: {
    ky: 'А4 форматындагы кагаз жана лазердик принтерлер үчүн тонер. Товар жаңы, мурда колдонулбаган болууга тийиш.',
    ru: 'Бумага формата А4 и тонер для лазерных принтеров. Товар должен быть новым, не бывшим в употреблении.',
    en: 'A4 paper and toner for laser printers. All goods must be new.',
    ko: 'A4 용지와 레이저 프린터용 토너입니다. 모든 물품은 신품이어야 합니다.',
  },
  lots: [
    {
      id: '1',
      title: { ky: 'Кагаз жана тонер', ru: 'Бумага и тонер', en: 'Paper and toner', ko: '용지와 토너' },
      line: 'kg paper',
      value: '48000000',
      items: [
        {
          id: 'paper',
          description: {
            ky: 'А4 кагазы, 80 г/м²',
            ru: 'Бумага А4, 80 г/м²',
            en: 'A4 paper, 80 g/m²',
            ko: 'A4 용지, 80 g/m²',
          },
          classification: '30197643-5',
          quantity: '400',
          unit: 'RM',
        },
        {
          id: 'toner',
          description: {
            ky: 'Лазердик принтер үчүн тонер',
            ru: 'Тонер для лазерного принтера',
            en: 'Toner for a laser printer',
            ko: '레이저 프린터 토너',
          },
          classification: '30125110-5',
          quantity: '20',
          unit: 'H87',
        },
      ],
    },
  ],
  delivery: {
    place: 'Үлгү району, Мисал көчөсү, 0',
    by: '30 күн',
    terms: 'Берүүчүнүн эсебинен мектептин кампасына жеткирилет.',
  },
  payment: 'Кабыл алуу актысынан кийин 10 жумушчу күндүн ичинде төлөнөт.',
  openFor: 6,
  agencyHolders: 2,
})

export const kgQuotation: Tale = {
  name: 'kg-quotation',
  lines: [paperLine],
  tell: async (world: World) => {
    const tender = world.id('tender', 'kg-quotation')
    const purchase = paperPurchase(tender)
    const published = await notice(world, purchase)
    assert.equal(published.published?.terms.method.id, 'kg-quotation')
    // A quotation is opened by one of two of the agency and two of three guardians.
    assert.deepEqual(
      published.holders.map(({ name, k, holders }) => [name, k, holders.length]),
      [
        ['agency', 1, 2],
        ['guardians', 2, 3],
      ],
    )

    await world.until(workdayAfter(await world.now(), 1, '15:10', world.zone))
    // 400 × 750.00 + 20 × 7,800.00 = 300,000 + 156,000 = 456,000.00
    const alfa = offer([
      ['paper', 400, 75_000],
      ['toner', 20, 780_000],
    ])
    assert.equal(alfa.price, '45600000')
    await bid(world, tender, 'alfa', [alfa])
    // 400 × 720.00 + 20 × 7,975.00 = 288,000 + 159,500 = 447,500.00
    const beta = offer([
      ['paper', 400, 72_000],
      ['toner', 20, 797_500],
    ])
    assert.equal(beta.price, '44750000')
    await bid(world, tender, 'beta', [beta])
    // 400 × 850.00 + 20 × 8,500.00 = 340,000 + 170,000 = 510,000.00: more than the 500,000.00 of the plan
    const gamma = offer([
      ['paper', 400, 85_000],
      ['toner', 20, 850_000],
    ])
    assert.equal(gamma.price, '51000000')
    await bid(world, tender, 'gamma', [gamma])

    // Before the opening the public sees neither bids nor their number.
    const before = await world.anyone.view(tender)
    assert.equal(before.ownBid, null)
    assert.equal(JSON.stringify(before.tender.rounds).includes(world.organisation('alfa').id), false)

    const closed = await closing(world, purchase)
    assert.equal(roundOf(closed).closing?.count, 3)
    const state = await opening(world, purchase)
    const { lines, winner } = rankingOf(state, '1')
    assert.deepEqual(
      lines.map(({ bid: id, price, rank, reason }) => ({ id, price, rank, reason })),
      [
        { id: bidOf(world, tender, 'beta'), price: '44750000', rank: 1, reason: 'lowest' },
        { id: bidOf(world, tender, 'alfa'), price: '45600000', rank: 2, reason: 'higher-than-better-ranked' },
        { id: bidOf(world, tender, 'gamma'), price: '51000000', rank: null, reason: 'above-ceiling' },
      ],
    )
    assert.equal(winner, bidOf(world, tender, 'beta'))

    await world.until(later(await world.now(), minutes(180)))
    const awarded = await award(world, purchase, '1', 'Берүүчүнүн сунушу талаптарга жооп берет жана баасы эң төмөн.')
    assert.deepEqual(awarded.awards[0]?.value, { amount: '44750000', currency: 'KGS' })
    await contract(world, purchase, '1', 'beta')
  },
}
