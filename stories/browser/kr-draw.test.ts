// The Korean draw in the browser: three bidders type prices and pick two numbers each, key holders open, and the page shows fifteen prices, four drawn.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../client.ts'
import { checkDraw, transcriptOf } from '../parts/draw-by-hand.ts'
import { roundOf } from '../parts/opening.ts'
import { guardiansOf, notice } from '../parts/purchase.ts'
import { type Running, startSandbox } from '../running.ts'
import { krSmall, laptopPurchase } from '../tales/kr-small.ts'
import { days, later, minutes } from '../times.ts'
import { openStage, type Stage, type World } from '../world.ts'
import { startBrowser } from './browser.ts'
import { type Complaints, seat } from './person.ts'

const complaints: Complaints = []
let running: Running
let stage: Stage
let browser: Browser

beforeAll(async () => {
  running = await startSandbox('kr')
  stage = await openStage({ url: running.url, wallet: running.wallet, country: 'kr' })
  await stage.setUp([krSmall])
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await running?.stop()
})

async function act(tell: (world: World) => Promise<void>): Promise<void> {
  const from = later(await stage.world.now(), 1000)
  const [one] = await stage.play([{ from, tale: { name: 'draw', lines: krSmall.lines, tell } }])
  if (one?.end !== 'told') throw one?.error
}

test('prices and picks typed on the page, the draw shown and counted again by hand', { timeout: 900_000 }, async () => {
  const { world } = stage
  const caseId = world.id('tender', 'draw in the browser')
  const purchase = laptopPurchase(caseId)
  await act(async () => {
    await notice(world, purchase)
    await world.until(later(await world.now(), days(2)))
  })
  const faults: string[] = []
  const sit = (person: Parameters<typeof seat>[2]) =>
    seat(browser, running.url, person, { language: 'ko', folder: 'kr-draw', complaints })

  // 40 notebooks: 47,300,000, 51,150,000 and 52,800,000 won are 86, 93 and 96 % of the base amount of 55,000,000.
  for (const [key, price, picks] of [
    ['ra', '1,182,500', [15, 14]],
    ['ma', '1,278,750', [14, 13]],
    ['ga', '1320000', [9, 14]],
  ] as const) {
    const bidder = await sit(world.person(key, 'bidder'))
    await bidder.go(`/work/tenders/${caseId}/bid/prices`)
    await bidder.page.locator('input[data-field][name^="price."]').fill(price)
    for (const pick of picks) await bidder.page.locator(`input[name="picks"][value="${pick}"]`).check()
    if (key === 'ra') {
      expect(await bidder.page.locator('input[name="picks"][value="1"]').isDisabled()).toBe(true)
      await bidder.look('01-prices-and-picks')
    }
    await Promise.all([
      bidder.page.waitForURL((address) => address.pathname.endsWith('/bid')),
      bidder.page.locator('form[data-device] button.button').click(),
    ])
    await bidder.go(`/work/tenders/${caseId}/bid/check`)
    await Promise.all([
      bidder.page.waitForURL((address) => address.pathname.endsWith('/receipt')),
      bidder.page.locator('button[data-seal]').click(),
    ])
    await bidder.page.locator('[data-verdict="holds"]').waitFor({ state: 'visible' })
    if (key === 'ra') await bidder.look('02-receipt')
    faults.push(...bidder.window.faults)
    await bidder.close()
  }

  await act(async () => {
    const { tender } = await world.anyone.view(caseId)
    await world.until(later(roundOf(tender).deadline, minutes(2)))
  })
  await waitFor(
    async () => (roundOf((await world.anyone.view(caseId)).tender).closing ? true : undefined),
    'the closing',
  )
  const watcher = await sit(null)
  await watcher.go(`/tenders/${caseId}/live`)
  await watcher.look('03-box-closed')
  const openers = [world.person('district', 'key-holder', 1), ...guardiansOf(world).slice(0, 2)]
  for (const person of openers) {
    const holder = await sit(person)
    await holder.go(`/work/tenders/${caseId}/attend`)
    await holder.choose('seen', 'yes')
    await holder.press('attend')
    faults.push(...holder.window.faults)
    await holder.close()
  }
  for (const person of openers) {
    const holder = await sit(person)
    await holder.go(`/work/tenders/${caseId}/keys`)
    const posted = holder.page.waitForResponse(
      (response) => response.request().method() === 'POST' && response.url().includes('/acts/'),
    )
    await holder.page.locator('[data-script="wallet"] button').click()
    expect((await posted).status()).toBe(200)
    faults.push(...holder.window.faults)
    await holder.close()
  }
  await waitFor(
    async () => (roundOf((await world.anyone.view(caseId)).tender).opening ? true : undefined),
    'the opening',
  )
  const { tender: state } = await world.anyone.view(caseId)
  const counts = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 3, 1]
  const reserve = checkDraw(transcriptOf(state), {
    base: 55_000_000n,
    ppm: 30_000n,
    step: 1n,
    counts,
    chosen: [14, 9, 13, 15],
  })
  const shown = reserve.toString().replace(/\B(?=(\d{3})+$)/g, ',')
  await watcher.page.getByText(shown).first().waitFor()
  await watcher.look('04-opening-record')
  await watcher.go(`/tenders/${caseId}`)
  const text = await watcher.page.locator('body').innerText()
  for (const price of [shown, '51,150,000', '52,800,000', '47,300,000']) expect(text).toContain(price)
  await watcher.look('05-draw-and-ranking')
  faults.push(...watcher.window.faults)
  expect(faults).toEqual([])
})

test('ACC-01: no page of the draw has a barrier by WCAG 2.2 AA, a missing word or a sideways scroll', () => {
  expect(complaints).toEqual([])
})
