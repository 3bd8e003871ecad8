// The whole Kyrgyz case through eleven people's browsers: written, keyed, approved, bid for, opened by two of each group, awarded, concluded.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readClock, waitFor } from '../client.ts'
import { guardiansOf } from '../parts/purchase.ts'
import { type Running, startSandbox } from '../running.ts'
import { furnitureLine, kgOpen, specification } from '../tales/kg-open.ts'
import { daysAfter } from '../times.ts'
import { openStage, type Stage } from '../world.ts'
import { startBrowser } from './browser.ts'
import { type Complaints, type Seated, seat } from './person.ts'

const language = 'ky'
const complaints: Complaints = []
const faults: string[] = []
const seated: Seated[] = []
let running: Running
let stage: Stage
let browser: Browser

beforeAll(async () => {
  running = await startSandbox('kg')
  stage = await openStage({ url: running.url, wallet: running.wallet, country: 'kg' })
  await stage.setUp([kgOpen])
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await running?.stop()
})

async function take(person: Parameters<typeof seat>[2]): Promise<Seated> {
  const one = await seat(browser, running.url, person, { language, folder: 'kg-walk', complaints })
  seated.push(one)
  return one
}

/** The next moment of the case that the clock page offers, by its name. */
async function moveTo(who: Seated, caseId: string, nth: number): Promise<void> {
  await who.go(`/sandbox/clock?back=/tenders/${caseId}`)
  await Promise.all([
    who.page.waitForURL((address) => !address.pathname.includes('/clock')),
    who.page.locator('button[name="moment"]').nth(nth).click(),
  ])
}

test('a tender from its first word to the concluded contract', { timeout: 1_500_000 }, async () => {
  const { world } = stage
  const school = (role: Parameters<typeof world.person>[1], nth = 0) => world.person('school', role, nth)

  // 1 The author writes the notice, page by page.
  const author = await take(school('author'))
  await author.look('01-desk-of-the-author')
  await author.go('/work/tenders/new')
  await author.look('02-start')
  const sample = author.page.locator('input[name="sample"]')
  if (await sample.count()) await sample.uncheck()
  await author.press('start')
  const caseId = /tenders\/([0-9a-f-]{36})/.exec(author.page.url())?.[1] ?? ''
  expect(caseId).toMatch(/^[0-9a-f-]{36}$/)
  const at = (page = '') => `/work/tenders/${caseId}${page && `/${page}`}`
  await author.look('03-task-list')

  await author.go(at('purchase'))
  await author.fill({
    'title.ky': 'Он эки класска эмерек',
    'description.ky': 'Эки орундуу парталар жана окуучулардын отургучтары.',
    value: '2 400 000,00',
  })
  await author.choose('category', 'goods')
  await author.look('04-purchase')
  await author.press('save')

  await author.go(at('lots/1'))
  await author.fill({ 'title.ky': 'Мектеп эмереги', value: '2 400 000,00' })
  await author.choose('planLine', world.planLine(furnitureLine.key).line)
  await author.look('05-lot')
  await author.press('save')
  await author.go(at('lots/1/items/1'))
  await author.fill({ 'description.ky': 'Эки орундуу парта', search: '39160000-1', quantity: '240' })
  await author.page.locator('button[name="do"][value="find"]').click()
  await author.page.waitForLoadState('networkidle')
  await author.choose('classification', '39160000-1')
  await author.page.locator('select[name="unit"]').selectOption('H87')
  await author.look('06-item')
  await author.press('save')

  await author.go(at('method'))
  await author.choose('method', 'kg-unlimited')
  await author.fill({ reason: 'Чектелбеген ыкма — негизги ыкма.' })
  await author.look('07-method')
  await author.press('save')

  await author.go(at('documents'))
  const bytes = Buffer.from(specification('Walk: desks and chairs'))
  await author.page
    .locator('input[type="file"][name="file"]')
    .setInputFiles({ name: 'specification.pdf', mimeType: 'application/pdf', buffer: bytes })
  await author.fill({ title: 'Техникалык өзгөчөлүк' })
  await author.press('upload')
  await author.look('08-documents')
  await author.press('seen')
  await author.go(at('conditions'))
  await author.look('09-conditions')
  await author.press('seen')
  await author.go(at('delivery'))
  await author.fill({
    place: 'Үлгү району, Мисал көчөсү, 0',
    by: '45 күн',
    terms: 'Жеткирүү жана жыйноо берүүчүнүн эсебинен.',
    paymentTerms: '15 жумушчу күндүн ичинде.',
  })
  await author.look('10-delivery')
  await author.press('save')
  await author.go(at('deadline'))
  const { now } = await readClock(running.url)
  const [year, month, day] = daysAfter(now, 36, '11:00', world.zone).slice(0, 10).split('-')
  await author.fill({ 'deadline.date': `${day}.${month}.${year}`, 'deadline.time': '11:00' })
  await author.look('11-deadline')
  await author.press('save')
  await author.go(at('holders'))
  for (const box of await author.page.locator('input[name="guardians"]').all()) await box.uncheck()
  for (const guardian of guardiansOf(world)) await author.choose('guardians', guardian.id)
  await author.look('12-holders')
  await author.press('holders')

  // 2–7 Six key holders deposit their keys from their own wallets.
  const holders = [school('key-holder', 0), school('key-holder', 1), school('key-holder', 2), ...guardiansOf(world)]
  const keyed: Seated[] = []
  for (const [n, person] of holders.entries()) {
    const holder = await take(person)
    keyed.push(holder)
    await holder.go(at('keys'))
    if (n === 0) await holder.look('13-keys')
    await pressWallet(holder)
    if (n === 0) {
      await holder.look('14-keys-deposited')
      // This method draws no reserve price, so nothing is said of sealed numbers.
      expect(await holder.page.locator('main').innerText()).not.toMatch(/Мөөрлөнгөн сан|кокустук сан/)
    }
  }

  // Once all have deposited, each proves that the key opens; the author sees how far everyone is.
  await author.go(at('holders'))
  await author.look('14-how-far-the-holders-are')
  for (const [n, holder] of keyed.entries()) {
    await holder.go(at('keys'))
    if (n === 0) await holder.look('14-rehearsal')
    await pressWallet(holder)
    if (n === 0) await holder.look('14-rehearsed')
  }
  await author.go(at('holders'))
  expect(await author.page.locator('#states tbody tr').count()).toBe(6)
  expect(await author.page.locator('#states').innerText()).not.toContain('ачпайт')

  await author.go(at('check'))
  await author.look('15-check-your-answers')
  await author.press('prepare')

  // 8 The approver approves and publishes.
  const approver = await take(school('approver'))
  await approver.look('16-desk-of-the-approver')
  await approver.go(at('approve'))
  await approver.look('17-approve')
  await approver.press('approve')
  await approver.go(at('publish'))
  await approver.look('18-publish')
  await approver.press('publish')
  const { tender: published } = await world.anyone.view(caseId)
  expect(published.stage).toBe('published')
  const reader = await take(null)
  await reader.go(`/tenders/${caseId}`)
  await reader.look('19-public-notice')

  // 9, 10 Two suppliers seal and send their prices: 240 × 9,500.00 = 2,280,000.00 and 240 × 9,450.00 = 2,268,000.00.
  const suppliers: Seated[] = []
  for (const [key, typed] of [
    ['alfa', '9 500,00'],
    ['beta', '9450'],
  ] as const) {
    const supplier = await take(world.person(key, 'bidder'))
    suppliers.push(supplier)
    await supplier.go(at('bid'))
    if (key === 'alfa') await supplier.look('20-bid')
    await supplier.go(at('bid/prices'))
    await supplier.page.locator('input[data-field][name^="price."]').fill(typed)
    if (key === 'alfa') await supplier.look('21-prices')
    await Promise.all([
      supplier.page.waitForURL((address) => address.pathname.endsWith('/bid')),
      supplier.page.locator('form[data-device] button.button').click(),
    ])
    await supplier.go(at('bid/check'))
    if (key === 'alfa') await supplier.look('22-check-the-bid')
    await Promise.all([
      supplier.page.waitForURL((address) => address.pathname.endsWith('/receipt')),
      supplier.page.locator('button[data-seal]').click(),
    ])
    await supplier.page.locator('[data-verdict="holds"]').waitFor({ state: 'visible' })
    await supplier.look(`23-receipt-of-${key}`)
  }
  // Nobody sees how many bids there are.
  await reader.go(`/tenders/${caseId}`)
  expect(await reader.page.locator('body').innerText()).not.toContain('Үлгү Альфа')

  // The clock goes to the deadline and on to the opening.
  await reader.go(`/sandbox/clock?back=/tenders/${caseId}`)
  await reader.look('24-clock')
  const { deadline } = (await world.anyone.view(caseId)).tender.rounds.at(-1) ?? { deadline: '' }
  while ((await readClock(running.url)).now <= deadline) await moveTo(reader, caseId, 0)
  while (!(await world.anyone.view(caseId)).tender.rounds[0]?.closing) await moveTo(reader, caseId, 0)
  await reader.go(`/tenders/${caseId}/live`)
  await reader.look('25-opening-box-closed')

  // Two of three in each group come, each having seen what was tried on the bids; then they post their shares.
  for (const n of [0, 2, 3, 5]) {
    const holder = keyed[n]
    if (!holder) throw new Error('nobody')
    await holder.go(at('attend'))
    if (n === 0) await holder.look('25-report-of-attempts')
    await holder.choose('seen', 'yes')
    await holder.press('attend')
  }
  await reader.page.locator('[data-live] .slot[data-come]').nth(3).waitFor()
  // The page of the opening follows by itself.
  for (const n of [0, 2, 3, 5]) {
    const holder = keyed[n]
    if (!holder) throw new Error('nobody')
    await holder.go(at('keys'))
    if (n === 0) await holder.look('26-keys-for-the-opening')
    await pressWallet(holder)
  }
  await waitFor(
    async () => ((await world.anyone.view(caseId)).tender.stage === 'ranked' ? true : undefined),
    'the ranking',
  )
  await reader.page.getByText('2 268 000').first().waitFor()
  await reader.look('27-ceremony-opened')
  const state = (await world.anyone.view(caseId)).tender
  expect(state.rounds[0]?.rankings[0]?.ranking.lines.map((line) => line.price)).toEqual(['226800000', '228000000'])
  await reader.go(`/tenders/${caseId}/opening`)
  await reader.look('28-opening-record')
  await reader.go(`/tenders/${caseId}`)
  await reader.look('28-public-ranking')

  // Award, standstill, contract in three messages.
  await approver.go(at('award'))
  await approver.look('29-award')
  await approver.press('award-1')
  const officer = await take(school('contract-officer'))
  await officer.go(at('contract'))
  await officer.look('30-contract-in-standstill')
  const { standstillUntil } = (await world.anyone.view(caseId)).tender.awards[0] ?? {}
  while ((await readClock(running.url)).now <= (standstillUntil ?? '')) await moveTo(reader, caseId, 0)
  await officer.go(at('contract'))
  await officer.press('draft-1')
  await officer.look('31-contract-drafted')
  const winner = suppliers[1]
  if (!winner) throw new Error('nobody')
  await winner.go(at('contract'))
  await winner.look('32-contract-for-the-supplier')
  const { contracts } = await (await world.as(world.person('beta', 'bidder'))).view(caseId)
  const contract = contracts[0]?.id ?? ''
  await pressFirst(winner, 'consent')
  await officer.go(at('contract'))
  await pressFirst(officer, 'confirm')
  await officer.look('33-contract-concluded')
  const concluded = (await world.anyone.view(caseId)).contracts.find((each) => each.id === contract)
  expect(concluded?.stage).toBe('concluded')
  expect(concluded?.text.value).toEqual({ amount: '226800000', currency: 'KGS' })
  await reader.go(`/tenders/${caseId}`)
  await reader.look('34-public-contract')

  expect(seated.length).toBeGreaterThanOrEqual(11)
  for (const { window } of seated) faults.push(...window.faults)
  expect(faults).toEqual([])
})

/** Presses the one button of a wallet page and waits until its act is done. */
async function pressWallet(holder: Seated): Promise<void> {
  const { page } = holder
  const posted = page.waitForResponse(
    (response) => response.request().method() === 'POST' && response.url().includes('/acts/'),
  )
  await page.locator('[data-script="wallet"] button').click()
  expect((await posted).status()).toBe(200)
  await page.waitForLoadState('networkidle')
}

/** Presses the form whose name begins with a word. */
async function pressFirst(who: Seated, word: string): Promise<void> {
  const name = await who.page.locator(`input[name="act"][value^="${word}"]`).first().getAttribute('value')
  await who.press(name ?? word)
}

test('ACC-01: no page of the walk has a barrier by WCAG 2.2 AA, a missing word or a sideways scroll', () => {
  expect(complaints).toEqual([])
})
