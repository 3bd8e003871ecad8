// A Korean state tender without a winner: every price above the reserve, so bids are made anew the same day with new keys, salts and prices.
import assert from 'node:assert/strict'
import { award, contract } from '../parts/award.ts'
import { bid, offer } from '../parts/bids.ts'
import { checkDraw, transcriptOf } from '../parts/draw-by-hand.ts'
import { bidOf, closing, opening, rankingOf, roundOf } from '../parts/opening.ts'
import { approver, notice, type Purchase } from '../parts/purchase.ts'
import { days, hours, later, minutes, workdayAfter } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'

export const serverLine: PlannedLine = {
  key: 'kr servers',
  buyer: 'agency',
  title: {
    ko: '연구용 서버',
    en: 'Servers for research',
    ru: 'Серверы для исследований',
    ky: 'Изилдөө үчүн серверлер',
  },
  category: 'goods',
  classification: '43211501',
  amount: '700000000',
  budget: { code: '430-01', source: '연구개발비' },
}

export const serverPurchase = (tender: string): Purchase => ({
  tender,
  buyer: 'agency',
  method: 'kr-state-open',
  ground: 'default',
  why: '국가계약법에 따른 일반경쟁입찰(적격심사)입니다.',
  category: 'goods',
  language: 'ko',
  title: {
    ko: '연구용 서버 구매',
    en: 'Servers for research',
    ru: 'Закупка серверов для исследований',
    ky: 'Изилдөө үчүн серверлерди сатып алуу',
  },
  description: {
    ko: '연구용 서버 10대를 구매하고 설치합니다.',
    en: 'Ten servers with installation.',
    ru: 'Десять серверов с установкой.',
    ky: 'Орнотуу менен он сервер.',
  },
  lots: [
    {
      id: '1',
      title: { ko: '서버', en: 'Servers', ru: 'Серверы', ky: 'Серверлер' },
      line: 'kr servers',
      value: '600000000',
      items: [
        {
          id: 'server',
          description: { ko: '서버', en: 'Server', ru: 'Сервер', ky: 'Сервер' },
          classification: '43211501',
          quantity: '10',
          unit: 'H87',
        },
      ],
    },
  ],
  delivery: { place: '견본도 예시국립연구원', by: '계약일부터 90일', terms: '설치와 시험 운영을 포함합니다.' },
  payment: '검수 후 청구일부터 5일 이내에 지급합니다.',
  openFor: 12,
  deadlineTime: '10:00',
  agencyHolders: 3,
  baseAmount: { amount: '660000000', sources: '원가계산' },
})

const servers = (each: number, picks: readonly [number, number]) => offer([['server', 10, each]], { picks })

export const krRebid: Tale = {
  name: 'kr-rebid',
  lines: [serverLine],
  tell: async (world: World) => {
    const tender = world.id('tender', 'kr-rebid')
    const purchase = serverPurchase(tender)
    await notice(world, purchase)
    await world.until(later(await world.now(), days(5)))
    // 677,000,000 and 690,000,000 are above every possible reserve: 660,000,000 × 1.02 = 673,200,000
    await bid(world, tender, 'da', [servers(67_700_000, [3, 8])])
    await bid(world, tender, 'ra', [servers(69_000_000, [8, 3])])
    await closing(world, purchase)
    const first = await opening(world, purchase, { agency: [1, 2], guardians: [1, 2] })
    assert.equal(first.stage, 'failed')
    assert.equal(first.ended?.reason, 'no-winner')
    assert.deepEqual(
      rankingOf(first, '1').lines.map((each) => each.reason),
      ['above-ceiling', 'above-ceiling'],
    )
    // Only 3 and 8 were picked: they come first, the lower before, and two numbers more are drawn among the others.
    const drawn = transcriptOf(first)
    assert.deepEqual(drawn.chosen.slice(0, 2), [3, 8])
    assert.equal(new Set(drawn.chosen).size, 4)

    const reader = await approver(world, 'agency')
    const { afterFailure } = await reader.view(tender)
    assert.equal(afterFailure[0]?.then, 're-bid')
    const deadline = later(await world.now(), hours(4))
    await reader.mustAct(tender, 'start-rebid', { deadline, reason: '예정가격 이하의 입찰이 없어 재입찰합니다.' })
    const second = (await world.anyone.view(tender)).tender
    assert.equal(roundOf(second).round, 2)
    assert.equal(second.ocid, first.ocid, 'a re-bid keeps the ocid')
    assert.notEqual(second.notice?.tkd, first.notice?.tkd, 'the round has a key of its own')
    await world.until(later(await world.now(), minutes(90)))
    // 610,500,000 is 92.5 % of the base: at or above the floor wherever the reserve lies; 630,000,000 is dearer
    await bid(world, tender, 'da', [servers(61_050_000, [1, 2])])
    await bid(world, tender, 'ra', [servers(63_000_000, [3, 4])])
    await closing(world, purchase)
    const state = await opening(world, purchase, { agency: [0, 1], guardians: [0, 1] })
    const counts = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    checkDraw(transcriptOf(state), { base: 660_000_000n, ppm: 20_000n, step: 1n, counts, chosen: [1, 2, 3, 4] })
    assert.notDeepEqual(transcriptOf(state).prices, drawn.prices, 'new salts make new prices')
    const ranking = rankingOf(state, '1')
    assert.equal(ranking.next, bidOf(world, tender, 'da', 2))
    await world.until(workdayAfter(await world.now(), 6, '14:00', world.zone))
    const officer = await world.as(world.person('agency', 'contract-officer'))
    await officer.mustAct(tender, 'record-review', {
      lot: '1',
      bid: bidOf(world, tender, 'da', 2),
      points: '30',
      findings: '납품실적과 경영상태가 우수합니다.',
    })
    const awarded = await award(world, purchase, '1', '재입찰에서 적격심사를 통과한 최저가 입찰자입니다.')
    assert.equal(awarded.awards[0]?.value.amount, '610500000')
    await contract(world, purchase, '1', 'da')
  },
}
