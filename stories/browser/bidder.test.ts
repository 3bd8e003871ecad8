// A bidder's own side in the browser: replacing and taking back a bid, many presses for one bid, no scripts at all, and a slow line.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../client.ts'
import { notice } from '../parts/purchase.ts'
import { type Running, startSandbox } from '../running.ts'
import { paperLine, paperPurchase } from '../tales/kg-quotation.ts'
import { later } from '../times.ts'
import { openStage, type Stage } from '../world.ts'
import { startBrowser } from './browser.ts'
import { type Complaints, seat, type Seated } from './person.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..')
const complaints: Complaints = []
let running: Running
let stage: Stage
let browser: Browser
let caseId = ''

beforeAll(async () => {
  running = await startSandbox('kg')
  stage = await openStage({ url: running.url, wallet: running.wallet, country: 'kg' })
  const { world } = stage
  caseId = world.id('tender', 'the bidder in the browser')
  const tale = {
    name: 'paper',
    lines: [paperLine],
    tell: async () => {
      await notice(world, paperPurchase(caseId))
    },
  }
  await stage.setUp([tale])
  const [told] = await stage.play([{ from: later(await world.now(), 1000), tale }])
  if (told?.end !== 'told') throw told?.error
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await running?.stop()
})

const at = (page = '') => `/work/tenders/${caseId}/bid${page && `/${page}`}`
const bidderOf = (key: string) => stage.world.person(key, 'bidder')
const sit = (key: string | null, more: { readonly scripts?: boolean; readonly language?: string } = {}) =>
  seat(browser, running.url, key === null ? null : bidderOf(key), {
    language: 'ru',
    folder: 'bidder',
    complaints,
    ...more,
  })

/** The versions of a bidder's own bid as the server has them: `submit` and `withdraw` in their order. */
async function versionsOf(key: string): Promise<string[]> {
  const { ownBid } = await (await stage.world.as(bidderOf(key))).view(caseId)
  return (ownBid?.versions ?? []).map((each) => each.manifest.action)
}

async function typePrices(who: Seated, paper: string, toner: string): Promise<void> {
  await who.go(at('prices'))
  const fields = who.page.locator('input[data-field][name^="price."]')
  await fields.nth(0).fill(paper)
  await fields.nth(1).fill(toner)
  await Promise.all([
    who.page.waitForURL((address) => address.pathname.endsWith('/bid')),
    who.page.locator('form[data-device] button.button').click(),
  ])
}
const sealButton = (page: Page) => page.locator('button[data-seal]')
async function sealAndSend(who: Seated): Promise<void> {
  await Promise.all([
    who.page.waitForURL((address) => address.pathname.endsWith('/receipt')),
    sealButton(who.page).click(),
  ])
  await who.page.locator('[data-verdict="holds"]').first().waitFor({ state: 'visible' })
}

test('while a price is missing the seal button does nothing, and says what is missing and where', async () => {
  const gamma = await sit('gamma')
  const { page } = gamma
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.url()))
  await gamma.go(at('prices'))
  const fields = page.locator('input[data-field][name^="price."]')
  await fields.nth(0).fill('750')
  await page.locator('[data-says="saved"]').waitFor({ state: 'visible' })
  await gamma.go(at('check'))
  const told = page.locator('#missing')
  const way = told.locator('li:visible a')
  expect(await sealButton(page).getAttribute('aria-disabled')).toBe('true')
  expect(await told.isVisible()).toBe(true)
  expect(await way.count()).toBe(1)
  expect(await way.innerText()).toContain('2. ')
  // It can be reached and pressed: the reader is taken to the sentence, and nothing is sealed.
  await sealButton(page).click({ force: true })
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('missing')
  expect(await page.locator('[data-says="sealing"]').isVisible()).toBe(false)
  await gamma.look('00-missing')
  // The button was made pressable by hand: it still seals nothing.
  await sealButton(page).evaluate((button) => button.removeAttribute('aria-disabled'))
  await sealButton(page).click()
  expect(await told.isVisible()).toBe(true)
  expect(sent.filter((each) => each.includes('/acts/'))).toEqual([])
  expect(await versionsOf('gamma')).toEqual([])

  // Another window of the same device fills it in: this one follows, with the price it would seal.
  const other = await gamma.window.context.newPage()
  await other.goto(new URL((await way.getAttribute('href')) ?? '', page.url()).href)
  await other.locator('input[data-field][name^="price."]').nth(1).fill('7800')
  await other.locator('[data-says="saved"]').waitFor({ state: 'visible' })
  await page.locator('#missing').waitFor({ state: 'hidden' })
  expect(await sealButton(page).getAttribute('aria-disabled')).toBeNull()
  // 400 × 750.00 + 20 × 7,800.00 = 456,000.00
  expect(await page.locator('main').innerText()).toContain('456\u00a0000,00')
  await page.locator('main').evaluate(() => localStorage.clear())
  expect(gamma.window.faults).toEqual([])
  await gamma.close()

  // Without scripts nothing is sealed here at all: there is no such button, and the command that seals refuses by itself.
  const plain = await sit('gamma', { scripts: false })
  await plain.go(at('check'))
  expect(await sealButton(plain.page).isVisible()).toBe(false)
  expect(await plain.page.locator('main').innerText()).toContain('npx naru seal')
  await plain.close()
})

test('SUB-04: a bid is replaced, taken back and submitted again, and the receipt tells each version', async () => {
  const alfa = await sit('alfa')
  const { page } = alfa
  const text = () => page.locator('main').innerText()
  await typePrices(alfa, '750,00', '7 800')
  await alfa.go(at('check'))
  await sealAndSend(alfa)
  // 400 × 700.00 + 20 × 7,800.00 = 436,000.00
  await typePrices(alfa, '700', '7800')
  await alfa.go(at('check'))
  expect(await text()).toContain('Она заменяет')
  expect(await text()).toContain('436\u00a0000,00')
  await sealAndSend(alfa)
  expect(await versionsOf('alfa')).toEqual(['submit', 'submit'])
  expect(await page.locator('[data-verdict="holds"]:visible').count()).toBe(2)
  expect(await page.locator('#version-1').innerText()).toContain('Заменена более поздней версией')
  expect(await page.locator('#version-2').innerText()).not.toContain('Заменена')
  await alfa.look('01-replaced')

  await page.locator('a.button[data-kind="danger"]').click()
  await page.waitForURL((address) => address.pathname.endsWith('/withdraw'))
  await alfa.look('02-withdraw')
  await sealAndSend(alfa)
  expect(await versionsOf('alfa')).toEqual(['submit', 'submit', 'withdraw'])
  expect(await text()).toContain('Ваша заявка отозвана')
  expect(await text()).toContain('Отозванная заявка навсегда остаётся запечатанной')
  expect(await page.locator('a.button[data-kind="danger"]').count()).toBe(0)
  await alfa.look('03-withdrawn')

  await alfa.go(at('check'))
  await sealAndSend(alfa)
  expect(await versionsOf('alfa')).toEqual(['submit', 'submit', 'withdraw', 'submit'])
  await alfa.go(at('receipt'))
  expect(await page.locator('[data-verdict="holds"]:visible').count()).toBe(4)
  expect(alfa.window.faults).toEqual([])
  await alfa.close()
})

test('two windows at once, two presses, a lost answer: one bid', async () => {
  const beta = await sit('beta')
  await typePrices(beta, '720', '7 975')
  const other = await beta.window.context.newPage()
  const sent: string[] = []
  for (const page of [beta.page, other])
    page.on('request', (request) => {
      if (request.url().endsWith('/acts/submit-bid')) sent.push(request.headers()['idempotency-key'] ?? '')
    })
  await beta.go(at('check'))
  await other.goto(beta.page.url())

  // The first answer is lost on its way; the same bytes go out again under the same key.
  let lost = 0
  await beta.page.route('**/acts/submit-bid', async (route) => {
    if (lost > 0) return route.continue()
    lost += 1
    await route.fetch()
    return route.abort('connectionreset')
  })
  await sealButton(beta.page).click()
  await beta.page.locator('[data-says="unanswered"]').waitFor({ state: 'visible' })
  await beta.look('04-no-answer')
  expect(await versionsOf('beta')).toEqual(['submit'])

  // Both windows, each pressed twice: the one that is later finds the bid sent.
  await Promise.all([sealButton(beta.page).dblclick(), sealButton(other).dblclick()])
  const pages = [beta.page, other]
  const receipt = await waitFor(
    async () => pages.find((page) => page.url().endsWith('/receipt')),
    'the receipt in one of two windows',
  )
  const left = pages.find((page) => page !== receipt) ?? other
  await left.locator('[data-says="elsewhere"]').waitFor({ state: 'visible' })
  expect(new Set(sent).size).toBe(1)
  expect(sent.length).toBe(2)
  expect(await versionsOf('beta')).toEqual(['submit'])
  await receipt.locator('[data-verdict="holds"]').waitFor({ state: 'visible' })

  // Another device knows nothing of this one: its window is older than the bid and is told so by the server.
  const device = await sit('gamma')
  const late = await sit('gamma')
  for (const one of [device, late]) {
    await typePrices(one, '850', '8500')
    await one.go(at('check'))
  }
  await sealAndSend(device)
  await sealButton(late.page).click()
  const refused = late.page.locator('[data-says="refused"]')
  await refused.waitFor({ state: 'visible' })
  expect(await refused.innerText()).toContain('возможно, другая уже отправлена с другого устройства')
  expect(await versionsOf('gamma')).toEqual(['submit'])
  // What the browser itself logs of a request that was cut off or refused is all that may be there.
  const own = [beta, device, late].flatMap((each) => each.window.faults)
  expect(own.filter((fault) => !/Failed to load resource/.test(fault))).toEqual([])
  for (const each of [beta, device, late]) await each.close()
})

test('without scripts: everything is read and done but sealing, which the command does offline', async () => {
  const reader = await sit(null, { scripts: false })
  for (const path of [
    '',
    '/tenders',
    `/tenders?q=${encodeURIComponent('тонер')}`,
    `/tenders/${caseId}`,
    `/tenders/${caseId}/history`,
    `/tenders/${caseId}/live`,
    '/plans',
    '/rules',
    '/log',
    '/status',
    '/data',
    '/help',
  ])
    await reader.go(path)
  await reader.go(`/tenders?q=${encodeURIComponent('тонер')}`)
  await reader.page.locator(`main a[href$="/tenders/${caseId}"]`).first().click()
  await reader.page.waitForURL((address) => address.pathname.endsWith(`/tenders/${caseId}`))

  const delta = await sit('delta', { scripts: false })
  const { page } = delta
  await delta.go(`/work/tenders/${caseId}/ask`)
  await delta.fill({ text: 'Подходит ли бумага формата А4 плотностью 75 г/м²?' })
  await delta.press('ask')
  expect(await page.locator('main').innerText()).toContain('75 г/м²')
  await delta.go('/desk')

  const folder = mkdtempSync(join(tmpdir(), 'naru-offline-'))
  /** Downloads the form, fills it, runs the command exactly as the page writes it, and sends the sealed file. */
  const sealOffline = async (path: string, prices: readonly string[]): Promise<void> => {
    await delta.go(path)
    expect(await page.locator('[data-needs-script]:visible').count()).toBe(0)
    const download = page.waitForEvent('download')
    await page.locator('noscript a[download], .banner a[download]').first().click()
    const file = await download
    const command = await page.locator('.banner code').innerText()
    expect(command).toBe(`npx naru seal ${file.suggestedFilename()}`)
    const form = join(folder, file.suggestedFilename())
    await file.saveAs(form)
    const { fields, ...rest } = JSON.parse(readFileSync(form, 'utf8')) as { fields: Record<string, string> }
    const names = Object.keys(fields).filter((name) => name.startsWith('price.'))
    expect(names.length).toBe(prices.length)
    for (const [n, name] of names.entries()) fields[name] = prices[n] ?? ''
    writeFileSync(form, JSON.stringify({ ...rest, fields }))
    const [, , ...words] = command.split(' ')
    await run(process.execPath, [join(root, 'launch', 'launch.mjs'), ...words], {
      env: { ...process.env, INIT_CWD: folder },
    })
    await page.locator('input[name="sealed"]').setInputFiles(form.replace(/\.json$/, '.sealed.json'))
    await Promise.all([page.waitForLoadState('load'), page.locator('.banner button.button').click()])
  }
  await sealOffline(at('check'), ['760', '7 900,00'])
  expect(await page.locator('main').innerText()).toContain('Ваша заявка принята')
  expect(await versionsOf('delta')).toEqual(['submit'])
  await delta.go(at('receipt'))
  await delta.go(at())
  await sealOffline(at('withdraw'), [])
  expect(await page.locator('main').innerText()).toContain('Ваша заявка отозвана')
  expect(await versionsOf('delta')).toEqual(['submit', 'withdraw'])

  // A file that is no sealed bid is told so on the page.
  await delta.go(at('check'))
  await page.locator('input[name="sealed"]').setInputFiles({
    name: 'bid.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{"act":"submit-bid","key":"","body":"null"}'),
  })
  await page.locator('.banner button.button').click()
  await page.locator('.error-summary, [role="alert"]').first().waitFor({ state: 'visible' })
  await reader.close()
  await delta.close()
})

/** A line of 50 kB/s with a round trip of 400 ms, from an empty cache; answers what the page took and when its main text stood there. */
async function overSlowLine(who: Seated, path: string, ready: string) {
  const client = await who.window.context.newCDPSession(who.page)
  await client.send('Network.enable')
  await client.send('Network.clearBrowserCache')
  await client.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 400,
    downloadThroughput: 50_000,
    uploadThroughput: 50_000,
  })
  const began = Date.now()
  await who.page.goto(`${running.url}/ru${path}`, { waitUntil: 'commit', timeout: 60_000 })
  await who.page.locator(ready).first().waitFor({ state: 'visible' })
  const seconds = (Date.now() - began) / 1000
  await who.page.waitForLoadState('load')
  await who.page.evaluate(() => document.fonts.ready.then(() => undefined))
  const files = await who.page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => {
      const { name, encodedBodySize } = entry as PerformanceResourceTiming
      return { name: new URL(name, location.href).pathname, bytes: encodedBodySize }
    }),
  )
  const bytesOf = (kind: RegExp) =>
    files.filter((file) => kind.test(file.name)).reduce((sum, file) => sum + file.bytes, 0)
  const sizes = { all: bytesOf(/./), scripts: bytesOf(/\.js$/), styles: bytesOf(/\.css$/), fonts: bytesOf(/\.woff2?$/) }
  console.info(
    `slow line, ${path.replace(caseId, ':id')}: readable after ${seconds.toFixed(1)} s, ${JSON.stringify(sizes)}`,
  )
  return { seconds, ...sizes }
}

test('a slow line of 50 kB/s and 400 ms: a notice is read and a bid is typed, sealed and sent', async () => {
  const reader = await sit(null)
  const notice = await overSlowLine(reader, `/tenders/${caseId}`, 'h1')
  expect(notice.scripts).toBe(0)
  expect(notice.all - notice.fonts).toBeLessThan(60_000)
  expect(notice.seconds).toBeLessThan(10)
  await reader.close()

  const beta = await sit('beta')
  const form = await overSlowLine(beta, at('prices'), 'form[data-device] input')
  expect(form.all - form.fonts).toBeLessThan(130_000)
  expect(form.seconds).toBeLessThan(15)
  const fields = beta.page.locator('input[data-field][name^="price."]')
  await fields.nth(0).fill('710')
  await fields.nth(1).fill('7 900')
  // 400 × 710.00 + 20 × 7,900.00 = 442,000.00
  expect(await beta.page.locator('[data-total]').innerText()).toContain('442\u00a0000,00')
  await beta.page.locator('form[data-device] button.button').click()
  await beta.page.waitForURL((address) => address.pathname.endsWith('/bid'))
  await beta.page.goto(`${running.url}/ru${at('check')}`)
  await sealAndSend(beta)
  expect(await versionsOf('beta')).toEqual(['submit', 'submit'])
  expect(beta.window.faults).toEqual([])
  await beta.close()
})

test('ACC-01: no page of the bidder has a barrier by WCAG 2.2 AA, a missing word or a sideways scroll', () => {
  expect(complaints).toEqual([])
})
