// A Korean local tender for works with the figures of a real one: base amount 1,797,931,000 won, ±3 %, 15 prices in steps of 100 won, the four
// most picked, the lower number on a tie, the mean rounded up. Real are the base amount and the rule; bidders, prices and picks are synthetic.
import assert from 'node:assert/strict'
import { isDone } from '../client.ts'
import { award, contract } from '../parts/award.ts'
import { bid, offer, seal, send, withdraw } from '../parts/bids.ts'
import { checkDraw, transcriptOf } from '../parts/draw-by-hand.ts'
import { bidOf, closing, opening, rankingOf, roundOf } from '../parts/opening.ts'
import { author, notice, type Purchase } from '../parts/purchase.ts'
import { days, later, workdayAfter } from '../times.ts'
import type { PlannedLine, Tale, World } from '../world.ts'

/** Of the open data: base amount with tax, and one preliminary price and the reserve price that were drawn then (not repeatable here). */
export const real = { base: 1_797_931_000n, priceNumberOne: 1_825_493_300n, reserve: 1_773_240_950n } as const

export const roadLine: PlannedLine = {
  key: 'kr road',
  buyer: 'district',
  title: {
    ko: '예시천 제방도로 정비공사',
    en: 'Embankment road works at Example Stream',
    ru: 'Обустройство дороги у Примерного ручья',
    ky: 'Мисал суусунун жээк жолун оңдоо',
  },
  category: 'works',
  classification: '72141000',
  amount: '1900000000',
  budget: { code: '401-01', source: '시설비' },
}

export const roadPurchase = (tender: string): Purchase => ({
  tender,
  buyer: 'district',
  method: 'kr-local-open',
  ground: 'default',
  why: '지방계약법에 따른 일반입찰(적격심사)입니다.',
  category: 'works',
  language: 'ko',
  title: {
    ko: '예시천 제방도로 정비공사',
    en: 'Embankment road works at Example Stream',
    ru: 'Работы по обустройству дороги у Примерного ручья',
    ky: 'Мисал суусунун жээк жолун оңдоо жумуштары',
  },
  description: {
    ko: '제방도로 1.2km 구간의 포장, 배수시설 및 안전시설을 정비하는 공사입니다.',
    en: 'Paving, drainage and safety fittings on 1.2 km of embankment road.',
    ru: 'Покрытие, водоотвод и устройства безопасности на участке 1,2 км.',
    ky: '1,2 км жолду төшөө, суу агызуу жана коопсуздук жабдуулары.',
  },
  lots: [
    {
      id: '1',
      title: { ko: '제방도로 정비', en: 'Embankment road', ru: 'Дорога у ручья', ky: 'Жээк жолу' },
      line: 'kr road',
      // 1,797,931,000 won with tax is 1,634,482,727 without (÷ 1.1, whole won)
      value: '1634482727',
      items: [
        {
          id: 'works',
          description: {
            ko: '정비공사 일식',
            en: 'The works as a whole',
            ru: 'Работы целиком',
            ky: 'Жумуштар бүтүндөй',
          },
          classification: '72141000',
          quantity: '1',
          unit: 'LS',
        },
      ],
    },
  ],
  conditions: [
    {
      id: 'licence',
      kind: 'licence',
      text: {
        ko: '토목공사업 등록업체여야 합니다.',
        en: 'Registered for civil engineering works.',
        ru: 'Регистрация для строительных работ.',
        ky: 'Курулуш жумуштарына каттоо.',
      },
    },
  ],
  delivery: { place: '시범시 예시구 견본동', by: '착공일부터 240일', terms: '설계서와 시방서에 따라 시공합니다.' },
  payment: '기성검사 후 청구일부터 5일 이내에 지급합니다.',
  openFor: 22,
  deadlineTime: '10:00',
  agencyHolders: 3,
  baseAmount: { amount: real.base.toString(), sources: '설계내역서에 따른 원가계산 (공개된 실제 기초금액)' },
})

/** A price of so many thousandths of the base, and the two numbers picked. */
const works = (thousandths: bigint, picks: readonly [number, number]) =>
  offer([['works', 1, Number((real.base * thousandths) / 1000n)]], { picks })

export const krOpen: Tale = {
  name: 'kr-open',
  lines: [roadLine],
  tell: async (world: World) => {
    // The real figures agree with the rule: multiples of 100 within 3 %, and the reserve is a quarter of such a sum.
    const width = (real.base * 30_000n) / 1_000_000n
    assert.equal(width, 53_937_930n)
    assert.equal(real.priceNumberOne % 100n, 0n)
    assert.ok(real.priceNumberOne - real.base < width && real.reserve > real.base - width)
    assert.equal(real.reserve % 25n, 0n)

    const tender = world.id('tender', 'kr-open')
    const purchase = roadPurchase(tender)
    const published = await notice(world, purchase)
    assert.deepEqual(
      published.baseAmounts.map((each) => each.amount.amount),
      ['1797931000'],
    )
    assert.deepEqual(
      {
        ppm: published.notice?.draw?.ppm,
        count: published.notice?.draw?.count,
        top: published.notice?.draw?.top,
        step: published.notice?.draw?.priceStep,
        mean: published.notice?.draw?.meanRounding,
        tie: published.notice?.draw?.tieRule,
      },
      { ppm: 30_000, count: 15, top: 4, step: '100', mean: 'up', tie: 'lower-number' },
    )
    assert.equal(published.notice?.salts.length, 6, 'six sealed salts are named in the notice, before any bid')
    const start = await world.now()
    const writer = await author(world, 'district')
    const own = await writer.act(tender, 'set-base-amount', {
      lot: '1',
      amount: { amount: '1', currency: 'KRW' },
      sources: 'x',
      confirmed: true,
    })
    assert.ok(
      !isDone(own) && 'code' in own && own.code === 'roleIsMissing',
      'the finance officer alone sets the base amount',
    )

    await world.until(workdayAfter(start, 12, '13:20', world.zone))
    const ga = await bid(world, tender, 'ga', [works(860n, [1, 2])])
    await bid(world, tender, 'na', [works(915n, [1, 3])])
    await bid(world, tender, 'da', [works(930n, [2, 4])])
    await world.until(later(roundOf(published).deadline, -days(1)))
    await bid(world, tender, 'ra', [works(1040n, [5, 1])])
    await bid(world, tender, 'ma', [works(920n, [7, 3])])
    // Korea knows neither replacement nor withdrawal.
    const again = await send(world, tender, 'ga', await seal(world, tender, 'ga', [works(900n, [1, 2])], ga))
    assert.ok(!isDone(again) && 'code' in again && again.code === 'replacementIsNotAllowed')
    const back = await withdraw(world, tender, 'ga', ga)
    assert.ok(!isDone(back) && 'code' in back && back.code === 'withdrawalIsNotAllowed')

    await closing(world, purchase)
    const state = await opening(world, purchase, { agency: [0, 1], guardians: [0, 2] })
    // Picks 1 2 | 1 3 | 2 4 | 5 1 | 7 3: 1 three times, 2 and 3 twice, 4, 5 and 7 once; of those the lower number, 4.
    const counts = [3, 2, 2, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    const reserve = checkDraw(transcriptOf(state), {
      base: real.base,
      ppm: 30_000n,
      step: 100n,
      counts,
      chosen: [1, 2, 3, 4],
    })
    // Works of 1 to 5 thousand million won: B 70, k 4, T 95, Nmax 30, base 90, so the floor is 90 − (70 − 65) / 4 = 88.75, less half a hundredth: 88.745 %.
    const floor = (reserve * 88_745n + 99_999n) / 100_000n
    // 86 % of the base is under the floor wherever the reserve lies (0.97 × 88.745 % = 86.08 %); 91.5 % over it (1.03 × 88.745 % = 91.41 %).
    assert.ok((real.base * 860n) / 1000n < floor && (real.base * 915n) / 1000n >= floor)
    const before = rankingOf(state, '1')
    assert.deepEqual(
      before.lines.map(({ bid: id, standing, rank, reason }) => [id, standing, rank, reason]),
      [
        [bidOf(world, tender, 'na'), 'ranked', 1, 'awaits-review'],
        [bidOf(world, tender, 'ma'), 'ranked', 2, 'not-reached'],
        [bidOf(world, tender, 'da'), 'ranked', 3, 'not-reached'],
        [bidOf(world, tender, 'ga'), 'excluded', null, 'below-floor'],
        [bidOf(world, tender, 'ra'), 'excluded', null, 'above-ceiling'],
      ],
    )
    assert.equal(before.lines[0]?.numbers.floorPercent, '88.745')
    assert.equal(before.lines[3]?.numbers.floorPrice, floor.toString())
    // 91.5 % of the base against the reserve in hundredths of a percent, halves up: 10,000 price / reserve + 1/2
    const price = (real.base * 915n) / 1000n
    const hundredths = (2n * 10_000n * price + reserve) / (2n * reserve)
    assert.equal(
      before.lines[0]?.numbers.ratePercent,
      `${hundredths / 100n}.${(hundredths % 100n).toString().padStart(2, '0')}`,
    )

    // The review: the lowest has 20 of 30 other points, and no price brings the missing 5; the next has all 30 and passes.
    await world.until(workdayAfter(await world.now(), 7, '15:00', world.zone))
    const officer = await world.as(world.person('district', 'contract-officer'))
    const turn = await officer.act(tender, 'record-review', {
      lot: '1',
      bid: bidOf(world, tender, 'ma'),
      points: '30',
      findings: '순서가 아닙니다.',
    })
    assert.ok(!isDone(turn) && 'code' in turn && turn.code === 'reviewIsNotDue')
    const much = await officer.act(tender, 'record-review', {
      lot: '1',
      bid: bidOf(world, tender, 'na'),
      points: '30.1',
      findings: '배점을 넘습니다.',
    })
    assert.ok(!isDone(much) && 'code' in much && much.code === 'scoreIsOutOfRange')
    await officer.mustAct(tender, 'record-review', {
      lot: '1',
      bid: bidOf(world, tender, 'na'),
      points: '20',
      findings: '시공실적과 경영상태 점수가 부족합니다.',
    })
    await world.until(workdayAfter(await world.now(), 6, '15:00', world.zone))
    await officer.mustAct(tender, 'record-review', {
      lot: '1',
      bid: bidOf(world, tender, 'ma'),
      points: '30',
      findings: '이행실적, 경영상태, 신인도 모두 만점입니다.',
    })
    const after = rankingOf((await world.anyone.view(tender)).tender, '1')
    assert.deepEqual(
      after.lines.slice(0, 3).map(({ bid: id, reason }) => [id, reason]),
      [
        [bidOf(world, tender, 'na'), 'failed-review'],
        [bidOf(world, tender, 'ma'), 'passed-review'],
        [bidOf(world, tender, 'da'), 'not-reached'],
      ],
    )
    // 1,797,931,000 × 0.920 = 1,654,096,520
    const awarded = await award(world, purchase, '1', '적격심사 통과점수 95점 이상을 얻은 최저가 입찰자입니다.')
    assert.equal(awarded.awards[0]?.value.amount, '1654096520')
    await contract(world, purchase, '1', 'ma')
  },
}
