// Kyrgyz pages that few cases reach, pictured in four languages: a question answered, an amendment, a winner who declines and the next in rank, a direct award.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { award } from '../parts/award.ts'
import { bid, offer } from '../parts/bids.ts'
import { closing, opening } from '../parts/opening.ts'
import { notice, type Purchase } from '../parts/purchase.ts'
import { coalLine, coalPurchase } from '../tales/kg-declined.ts'
import { days, later, minutes, workdayAfter } from '../times.ts'
import { startWalk, type Walk } from './walk.ts'

let walk: Walk

beforeAll(async () => {
  walk = await startWalk({
    country: 'kg',
    lines: [coalLine('coal'), coalLine('coal twice')],
    language: 'ru',
    folder: 'after-award',
    everyLanguage: true,
  })
})
afterAll(() => walk?.end())

test('a winner declines on the page, the award is taken back, the next is awarded', { timeout: 900_000 }, async () => {
  const { world, tell, sit } = walk
  const tender = world.id('tender', 'declined on the page')
  const purchase = coalPurchase(tender, 'coal')
  const at = (page: string) => `/work/tenders/${tender}/${page}`
  await tell(async () => {
    await notice(world, purchase)
    await world.until(later(await world.now(), minutes(60)))
  })

  const alfa = await sit(world.person('alfa', 'bidder'))
  await alfa.go(at('ask'))
  await alfa.fill({ text: 'Допускается ли уголь марки ДСШ?' })
  await alfa.look('01-ask')
  await alfa.press('ask')
  const author = await sit(world.person('hospital', 'author'))
  await author.go(at('questions'))
  await author.look('02-questions')
  const form = author.page.locator('form:has(input[name="act"][value^="answer-"])').first()
  await form.locator('textarea[name="answer"]').fill('Допускается, если зольность не более 15 %.')
  await author.press((await form.locator('input[name="act"]').getAttribute('value')) ?? '')
  await author.look('03-answered')
  await author.go(at('amend'))
  await author.fill({ by: '25 дней', reason: 'Поставка на пять дней позже.' })
  await author.press('amend')
  expect(await author.page.locator('#difference').innerText()).toContain('25')
  await author.look('04-amend')
  await Promise.all([
    author.page.waitForURL((address) => !address.pathname.endsWith('/amend')),
    author.page.locator('button[name="do"][value="propose"]').click(),
  ])
  const approver = await sit(world.person('hospital', 'approver'))
  await approver.go(at('amendment'))
  await approver.look('05-amendment')
  await approver.press('approve')
  await approver.go(at('cancel'))
  await approver.look('06-cancel')
  await alfa.go(at('bid'))
  await alfa.look('07-bid')
  await alfa.go(at('bid/files'))
  await alfa.look('08-bid-files')

  await tell(async () => {
    await world.until(later(await world.now(), minutes(30)))
    // 150 × 4,600.00 = 690,000.00 and 150 × 4,800.00 = 720,000.00
    await bid(world, tender, 'alfa', [offer([['coal', 150, 460_000]])])
    await bid(world, tender, 'beta', [offer([['coal', 150, 480_000]])])
  })
  await alfa.go(at('bid/withdraw'))
  await alfa.look('09-withdraw')
  await tell(async () => {
    await closing(world, purchase)
  })
  await approver.go(at('absence'))
  await approver.look('10-absence')
  await tell(async () => {
    await opening(world, purchase, { agency: [1], guardians: [0, 1] })
    const [first] = (await award(world, purchase, '1', 'Наименьшая цена.')).awards
    await world.until(later(first?.standstillUntil ?? first?.at ?? '', minutes(9 * 60 + 30)))
  })

  const officer = await sit(world.person('hospital', 'contract-officer'))
  await officer.go(at('contract'))
  await officer.look('11-to-draft')
  await officer.press('draft-1')
  await alfa.go(at('contract'))
  await alfa.page.locator('details.more summary').click()
  const decline = alfa.page.locator('form:has(input[name="act"][value^="decline-"])')
  await decline.locator('textarea').fill('Шахта закрыта, поставить уголь нельзя.')
  await alfa.look('12-to-decline')
  await alfa.press((await decline.locator('input[name="act"]').getAttribute('value')) ?? '')
  await alfa.look('13-declined')
  await approver.go(at('contract'))
  await approver.look('14-take-back-the-award')
  const back = approver.page.locator('form:has(input[name="act"][value^="withdraw-"])')
  await back.locator('textarea').fill('Победитель отказался от договора.')
  await approver.press((await back.locator('input[name="act"]').getAttribute('value')) ?? '')
  await approver.look('15-case-after-taking-back')
  await tell(async () => world.until(workdayAfter(await world.now(), 1, '11:00', world.zone)))
  await approver.go(at('award'))
  await approver.look('16-award-the-next')
  await approver.press('award-1')
  await approver.look('17-awarded-to-the-next')
  const { tender: state } = await world.anyone.view(tender)
  expect(state.awards.map((each) => each.value.amount)).toEqual(['72000000'])
  const reader = await sit(null)
  await reader.go(`/tenders/${tender}`)
  await reader.look('18-public-page')
})

test('a tender to which nobody came twice is awarded directly on the page', { timeout: 900_000 }, async () => {
  const { world, tell, sit } = walk
  const first = world.id('tender', 'nobody came')
  const again = world.id('tender', 'nobody came', 'again')
  let ocid = ''
  await tell(async () => {
    const purchase = coalPurchase(first, 'coal twice')
    await notice(world, purchase)
    ;({ ocid } = await closing(world, purchase))
  })
  const author = await sit(world.person('hospital', 'author'))
  await author.go(`/work/tenders/${first}/next`)
  await author.look('20-after-the-failure')
  await tell(async () => {
    await world.until(workdayAfter(await world.now(), 2, '09:30', world.zone))
    const renotice: Purchase = {
      ...coalPurchase(again, 'coal twice'),
      ground: 'renotice',
      why: 'Первое объявление не состоялось.',
      renoticeOf: { caseId: first, ocid },
    }
    await notice(world, renotice)
    await closing(world, renotice)
    await world.until(later(await world.now(), days(1)))
  })
  const approver = await sit(world.person('hospital', 'approver'))
  await approver.go(`/work/tenders/${again}/next`)
  // 150 × 5,000.00 = 750,000.00
  await approver.fill({
    supplier: world.organisation('alfa').profile.identifier?.id ?? '',
    'price.coal': '5 000,00',
    reason: 'Повторное объявление не состоялось; условия те же.',
  })
  await approver.look('21-direct-award')
  await approver.press('direct')
  await approver.look('22-case-directly-awarded')
  const { tender: state } = await world.anyone.view(again)
  expect(state.stage).toBe('awarded')
  expect(state.awards.map((each) => each.value.amount)).toEqual(['75000000'])
  const reader = await sit(null)
  await reader.go(`/tenders/${again}`)
  await reader.look('23-public-page')
})

test('ACC-01, LNG-01: none of these pages has a barrier, a missing word or a sideways scroll in any language', () => {
  walk.expectNoFault()
})
