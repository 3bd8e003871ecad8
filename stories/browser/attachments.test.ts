// Attachments in the browser: chosen, kept over page loads, encrypted and sent in parts, over a dropped line and a reload; then submitted.
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { notice } from '../parts/purchase.ts'
import { type Running, startSandbox } from '../running.ts'
import { fictiaBestScore, softwarePurchase } from '../tales/fictia-best-score.ts'
import { days, later } from '../times.ts'
import { openStage, type Stage } from '../world.ts'
import { startBrowser } from './browser.ts'
import { type Complaints, seat } from './person.ts'

const complaints: Complaints = []
let running: Running
let stage: Stage
let browser: Browser

beforeAll(async () => {
  running = await startSandbox('fictia')
  stage = await openStage({ url: running.url, wallet: running.wallet, country: 'fictia' })
  await stage.setUp([fictiaBestScore])
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await running?.stop()
})

test('SUB-05: a file of 40 MiB survives a dropped line and a reload, and is not sent twice', {
  timeout: 600_000,
}, async () => {
  const { world } = stage
  const caseId = world.id('tender', 'attachments in the browser')
  const tell = async () => {
    await notice(world, softwarePurchase(caseId))
    await world.until(later(await world.now(), days(9)))
  }
  const [one] = await stage.play([
    { from: later(await world.now(), 1000), tale: { name: 'files', lines: fictiaBestScore.lines, tell } },
  ])
  if (one?.end !== 'told') throw one?.error

  const large = join(running.data, '..', 'drawings.pdf')
  writeFileSync(large, randomBytes(40 * 1024 * 1024))
  const small = join(running.data, '..', 'estimate.pdf')
  writeFileSync(small, randomBytes(10_000))
  const bidder = await seat(browser, running.url, world.person('acme', 'bidder'), {
    language: 'en',
    folder: 'attachments',
    complaints,
  })
  const { page } = bidder
  const at = (path: string) => `/work/tenders/${caseId}/${path}`
  await bidder.go(at('bid/prices'))
  await page.locator('input[data-field][name^="price."]').fill('7,500.00')
  await page.waitForTimeout(900)
  await bidder.go(at('bid/answers'))
  for (const area of await page.locator('textarea[data-field]').all()) await area.fill('As asked.')
  await page.waitForTimeout(900)
  await bidder.go(at('bid/files'))
  await page.locator('input[type="file"][data-kind="tech"]').setInputFiles(large)
  await page.locator('ul[data-files="1/tech"] li').waitFor()
  await page.locator('input[type="file"][data-kind="price"]').setInputFiles(small)
  await page.locator('ul[data-files="1/price"] li').waitFor()
  await bidder.look('01-files')
  await bidder.go(at('bid'))
  await page.locator('[data-task="files"][data-state="done"]').waitFor()
  await bidder.go(at('bid/check'))
  await page.locator('ul[data-files="1/tech"] li').waitFor()
  await bidder.look('02-check')

  // The line drops after twelve segments, then the page is loaded anew while it is down.
  const sent: string[] = []
  await page.route('**/api/uploads/*/segments/*', async (route) => {
    if (route.request().method() !== 'PUT') return route.continue()
    if (sent.length >= 12) return route.abort('connectionreset')
    sent.push(new URL(route.request().url()).pathname)
    return route.continue()
  })
  await page.locator('button[data-seal]').click()
  await page.locator('[data-says="interrupted"]:not([hidden])').waitFor()
  await page.waitForTimeout(500)
  await page.unroute('**/api/uploads/*/segments/*')
  await bidder.go(at('bid/check'))
  await page.locator('ul[data-files="1/tech"] li').waitFor()
  await Promise.all([
    page.waitForURL((address) => address.pathname.endsWith('/bid/receipt')),
    page.locator('button[data-seal]').click(),
  ])
  await bidder.look('03-receipt')
  // 40 MiB are 41 segments of 1,048,544 bytes (41,943,040 / 1,048,544 = 40.001..); the portal has noted every attempt.
  const reader = await world.as(world.person('acme', 'bidder'))
  const stored: string[] = []
  for (const upload of new Set(sent.map((path) => path.split('/').at(-3)))) {
    const { body: noted } = (await reader.get(`/api/uploads/${upload}/progress`)).body as {
      body: { attempts: readonly { s: number; outcome: string }[] }
    }
    for (const each of noted.attempts) if (each.outcome === 'stored') stored.push(`${upload}/${each.s}`)
  }
  expect(new Set(stored).size, '41 and one').toBe(42)
  expect(stored.length, 'no segment was sent twice').toBe(42)
  const { tender, ownBid } = await reader.view(caseId)
  expect(tender.stage).toBe('published')
  expect(ownBid?.versions.length).toBe(1)
  expect(bidder.window.faults.filter((each) => !each.includes('ERR_CONNECTION_RESET'))).toEqual([])
  await bidder.close()
  expect(complaints).toEqual([])
})
