// Korean pages that other countries lack, in four languages: base amount, bid with picks, qualification review, a failed tender and bids anew.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bid, offer } from '../parts/bids.ts'
import { closing, opening, roundOf } from '../parts/opening.ts'
import { approve, notice, prepare, publish, type Purchase, startWithKeys } from '../parts/purchase.ts'
import { real, roadLine, roadPurchase } from '../tales/kr-open.ts'
import { serverLine, serverPurchase } from '../tales/kr-rebid.ts'
import { days, later, minutes, workdayAfter } from '../times.ts'
import { startWalk, type Walk } from './walk.ts'

let walk: Walk

beforeAll(async () => {
  walk = await startWalk({
    country: 'kr',
    lines: [roadLine, serverLine],
    language: 'ko',
    folder: 'review',
    everyLanguage: true,
  })
})
afterAll(() => walk?.end())

test('a base amount and a review typed on the page', { timeout: 900_000 }, async () => {
  const { world, tell, sit } = walk
  const tender = world.id('tender', 'reviewed on the page')
  const { baseAmount: _, ...purchase }: Purchase = roadPurchase(tender)
  const at = (page = '') => `/work/tenders/${tender}${page && `/${page}`}`
  const author = await sit(world.person('district', 'author'))
  await author.go('/work/tenders/new')
  await author.look('01-start')
  await tell(async () => {
    await startWithKeys(world, purchase)
    await world.until(later(await world.now(), minutes(100)))
    await prepare(world, purchase)
    await world.until(workdayAfter(await world.now(), 1, '10:20', world.zone))
  })
  const approver = await sit(world.person('district', 'approver'))
  await approver.go(at('approve'))
  await approver.look('02-approve')
  await tell(async () => {
    await approve(world, purchase)
    await world.until(later(await world.now(), minutes(35)))
  })
  const finance = await sit(world.person('district', 'finance-officer'))
  await finance.go('/desk')
  await finance.look('03-desk-of-the-finance-officer')
  await finance.go(at('base-amount'))
  await finance.fill({ amount: '1,797,931,000', sources: '설계내역서에 따른 원가계산' })
  await finance.look('04-base-amount')
  await finance.press('base')
  await approver.go(at('publish'))
  await approver.look('05-publish')
  await tell(async () => {
    const state = await publish(world, purchase)
    expect(state.baseAmounts.map((each) => each.amount.amount)).toEqual([real.base.toString()])
    await world.until(later(await world.now(), days(8)))
  })
  const bidder = await sit(world.person('na', 'bidder'))
  await bidder.go(at('bid'))
  await bidder.look('06-bid')
  await bidder.go(at('bid/prices'))
  await bidder.look('07-prices-and-picks')
  await tell(async () => {
    const works = (thousandths: bigint, picks: readonly [number, number]) =>
      offer([['works', 1, Number((real.base * thousandths) / 1000n)]], { picks })
    await bid(world, tender, 'na', [works(915n, [1, 3])])
    await bid(world, tender, 'ma', [works(920n, [7, 3])])
    await world.until(later(roundOf((await world.anyone.view(tender)).tender).deadline, -days(1)))
    await closing(world, purchase)
  })
  const holder = await sit(world.person('district', 'key-holder', 0))
  await holder.go(at('keys'))
  await holder.look('08-keys-at-the-opening')
  await tell(async () => {
    await opening(world, purchase, { agency: [0, 1], guardians: [0, 2] })
    await world.until(workdayAfter(await world.now(), 3, '15:00', world.zone))
  })
  const officer = await sit(world.person('district', 'contract-officer'))
  await officer.go(at('review'))
  await officer.fill({ points: '20', findings: '시공실적과 경영상태 점수가 부족합니다.' })
  await officer.look('09-review')
  await officer.press('review')
  await officer.look('10-review-of-the-next')
  await officer.fill({ points: '30', findings: '이행실적, 경영상태, 신인도 모두 만점입니다.' })
  await officer.press('review')
  await officer.look('11-reviewed')
  const lines = roundOf((await world.anyone.view(tender)).tender).rankings[0]?.ranking.lines ?? []
  expect(lines.map((each) => each.reason)).toEqual(['failed-review', 'passed-review'])
  await approver.go(at('award'))
  await approver.look('12-award')
  await approver.press('award-1')
  const reader = await sit(null)
  await reader.go(`/tenders/${tender}`)
  await reader.look('13-public-page')
  await reader.go(`/tenders/${tender}/opening`)
  await reader.look('14-opening-record')
})

test('a tender without a price below the reserve fails, and bids are asked anew on the page', {
  timeout: 900_000,
}, async () => {
  const { world, tell, sit } = walk
  const tender = world.id('tender', 'asked anew on the page')
  const purchase = serverPurchase(tender)
  await tell(async () => {
    await notice(world, purchase)
    await world.until(later(await world.now(), days(5)))
    // 677,000,000 and 690,000,000 are above every possible reserve: 660,000,000 × 1.02 = 673,200,000
    await bid(world, tender, 'da', [offer([['server', 10, 67_700_000]], { picks: [3, 8] })])
    await bid(world, tender, 'ra', [offer([['server', 10, 69_000_000]], { picks: [8, 3] })])
    await closing(world, purchase)
    await opening(world, purchase, { agency: [1, 2], guardians: [1, 2] })
  })
  const approver = await sit(world.person('agency', 'approver'))
  await approver.go(`/work/tenders/${tender}/next`)
  const deadline = Temporal.Instant.from(later(await world.now(), days(1))).toZonedDateTimeISO(world.zone)
  await approver.fill({
    'deadline.date': deadline.toPlainDate().toString().replaceAll('-', '.'),
    'deadline.time': '18:00',
    reason: '예정가격 이하의 입찰이 없어 재입찰합니다.',
  })
  await approver.look('20-bids-anew')
  await approver.press('rebid')
  await approver.look('21-second-round')
  const { tender: state } = await world.anyone.view(tender)
  expect(roundOf(state).round).toBe(2)
  const reader = await sit(null)
  await reader.go(`/tenders/${tender}`)
  await reader.look('22-public-page')
})

test('ACC-01, LNG-01: none of these pages has a barrier, a missing word or a sideways scroll in any language', () => {
  walk.expectNoFault()
})
