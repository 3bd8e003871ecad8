// A Korean small e-quotation of a local government: preliminary prices, no review, the lowest at or above 90 % of the reserve price wins.
import assert from 'node:assert/strict'
import { award, contract } from '../parts/award.ts'
import { bid, offer } from '../parts/bids.ts'
import { checkDraw, transcriptOf } from '../parts/draw-by-hand.ts'
import { bidOf, closing, opening, rankingOf } from '../parts/opening.ts'
import { notice, type Purchase } from '../parts/purchase.ts'
import { days, later } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'

const laptopLine: PlannedLine = {
  key: 'kr laptops',
  buyer: 'district',
  title: { ko: '업무용 노트북 컴퓨터', en: 'Notebook computers', ru: 'Ноутбуки', ky: 'Ноутбуктар' },
  category: 'goods',
  classification: '43211503',
  amount: '60000000',
  budget: { code: '405-01', source: '자산취득비' },
}

export const laptopPurchase = (tender: string): Purchase => ({
  tender,
  buyer: 'district',
  method: 'kr-local-small-quotation',
  ground: 'within-ceiling',
  why: '추정가격이 소액수의 견적 한도 이내입니다.',
  category: 'goods',
  language: 'ko',
  title: {
    ko: '업무용 노트북 컴퓨터 구매',
    en: 'Notebook computers for the office',
    ru: 'Закупка ноутбуков',
    ky: 'Ноутбуктарды сатып алуу',
  },
  description: {
    ko: '업무용 노트북 컴퓨터 40대를 구매합니다.',
    en: 'Forty notebook computers.',
    ru: 'Сорок ноутбуков.',
    ky: 'Кырк ноутбук.',
  },
  lots: [
    {
      id: '1',
      title: { ko: '노트북 컴퓨터', en: 'Notebook computers', ru: 'Ноутбуки', ky: 'Ноутбуктар' },
      line: 'kr laptops',
      value: '50000000',
      items: [
        {
          id: 'laptop',
          description: { ko: '노트북 컴퓨터', en: 'Notebook computer', ru: 'Ноутбук', ky: 'Ноутбук' },
          classification: '43211503',
          quantity: '40',
          unit: 'H87',
        },
      ],
    },
  ],
  delivery: { place: '시범시 예시구청', by: '계약일부터 30일', terms: '구청에 설치하고 검수를 받습니다.' },
  payment: '검수 후 청구일부터 5일 이내에 지급합니다.',
  openFor: 6,
  deadlineTime: '10:00',
  agencyHolders: 2,
  baseAmount: { amount: '55000000', sources: '거래실례가격 조사' },
})

export const krSmall: Tale = {
  name: 'kr-small',
  lines: [laptopLine],
  tell: async (world: World) => {
    const tender = world.id('tender', 'kr-small')
    const purchase = laptopPurchase(tender)
    await notice(world, purchase)
    await world.until(later(await world.now(), days(2)))
    // 40 × 1,182,500 = 47,300,000 (86 % of the base): below the floor wherever the reserve lies (0.97 × 90 % = 87.3 %)
    await bid(world, tender, 'ra', [offer([['laptop', 40, 1_182_500]], { picks: [15, 14] })])
    // 40 × 1,278,750 = 51,150,000 (93 %): above it (1.03 × 90 % = 92.7 %) and below the reserve
    await bid(world, tender, 'ma', [offer([['laptop', 40, 1_278_750]], { picks: [14, 13] })])
    // 40 × 1,320,000 = 52,800,000 (96 %)
    await bid(world, tender, 'ga', [offer([['laptop', 40, 1_320_000]], { picks: [9, 14] })])
    await closing(world, purchase)
    const state = await opening(world, purchase, { agency: [1], guardians: [0, 1] })
    // 14 three times; 9, 13 and 15 once each: exactly four numbers, 14 first, then ascending.
    const counts = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 3, 1]
    checkDraw(transcriptOf(state), { base: 55_000_000n, ppm: 30_000n, step: 1n, counts, chosen: [14, 9, 13, 15] })
    const { lines, winner } = rankingOf(state, '1')
    assert.deepEqual(
      lines.map(({ bid: id, price, rank, reason }) => [id, price, rank, reason]),
      [
        [bidOf(world, tender, 'ma'), '51150000', 1, 'lowest'],
        [bidOf(world, tender, 'ga'), '52800000', 2, 'higher-than-better-ranked'],
        [bidOf(world, tender, 'ra'), '47300000', null, 'below-floor'],
      ],
    )
    assert.equal(winner, bidOf(world, tender, 'ma'))
    await award(world, purchase, '1', '예정가격 이하로서 낙찰하한율 이상인 최저가 견적입니다.')
    await contract(world, purchase, '1', 'ma')
  },
}
