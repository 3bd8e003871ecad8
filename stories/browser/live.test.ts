// OPN-04: two people who are not signed in follow an opening at once: each share as it is posted, before anything is decrypted, then the bids, also when the
// line drops in between; a third without scripts reads the same by asking again.
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../client.ts'
import { bid, offer } from '../parts/bids.ts'
import { attendAll, closing, opened, postShares, roundOf } from '../parts/opening.ts'
import { notice } from '../parts/purchase.ts'
import { type Running, startSandbox } from '../running.ts'
import { kgQuotation, paperPurchase } from '../tales/kg-quotation.ts'
import { later } from '../times.ts'
import { openStage, type Stage } from '../world.ts'
import { findBarriers, openWindow, startBrowser } from './browser.ts'

let running: Running
let stage: Stage
let browser: Browser
/** Between one of the watchers and the program: a line that can be cut. */
let line: { readonly url: string; cut(): void; mend(): void; close(): void }

beforeAll(async () => {
  running = await startSandbox('kg', 30)
  stage = await openStage({ url: running.url, wallet: running.wallet, country: 'kg' })
  await stage.setUp([{ name: 'live', lines: kgQuotation.lines, tell: async () => {} }])
  browser = await startBrowser()
  line = await lineTo(Number(new URL(running.url).port))
})
afterAll(async () => {
  await browser?.close()
  line?.close()
  await running?.stop()
})

async function lineTo(port: number) {
  const ends = new Set<Socket>()
  let whole = true
  const server: Server = createServer((near) => {
    if (!whole) return void near.destroy()
    const far = connect(port, '127.0.0.1')
    for (const end of [near, far]) {
      ends.add(end)
      end.on('error', () => {}).on('close', () => ends.delete(end))
    }
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    cut: () => {
      whole = false
      for (const end of ends) end.destroy()
    },
    mend: () => {
      whole = true
    },
    close: () => {
      for (const end of ends) end.destroy()
      server.close()
    },
  }
}

const posted = (page: Page) => page.locator('[data-live] .slot[data-done]')
const come = (page: Page) => page.locator('[data-live] .slot[data-come]')
const openedBids = (page: Page) => page.locator('[data-live] .envelope[data-open]')

test('OPN-04: two remote observers see each share within five seconds and before anything is decrypted, then the bids, without loading the page anew', async () => {
  const { world } = stage
  const tender = world.id('tender', 'live')
  const purchase = paperPurchase(tender)
  const [told] = await stage.play([
    {
      from: later(await world.now(), 1000),
      tale: {
        name: 'live',
        lines: kgQuotation.lines,
        tell: async () => {
          await notice(world, purchase)
          const rows = (paper: number) => [
            offer([
              ['paper', 400, paper],
              ['toner', 20, 780_000],
            ]),
          ]
          await bid(world, tender, 'alfa', rows(75_000))
          await bid(world, tender, 'beta', rows(74_000))
          await closing(world, purchase)
        },
      },
    },
  ])
  if (told?.end !== 'told') throw told?.error

  const near = await openWindow(browser, running.url, { language: 'en' })
  const far = await openWindow(browser, line.url, { language: 'ru' })
  const plain = await openWindow(browser, running.url, { language: 'ky', scripts: false })
  const watchers = [near, far]
  const loads = [0, 0]
  const path = `/tenders/${tender}/live`
  await near.page.goto(`${running.url}/en${path}`)
  await far.page.goto(`${line.url}/ru${path}`)
  await plain.page.goto(`${running.url}/ky${path}`)
  for (const [n, { page }] of watchers.entries()) {
    await page.locator('[data-live-sign][data-state="on"]').waitFor()
    page.on('load', () => {
      loads[n] = (loads[n] ?? 0) + 1
    })
    expect([await posted(page).count(), await openedBids(page).count()]).toEqual([0, 0])
  }

  await attendAll(world, purchase, { agency: [1], guardians: [0, 1] })
  for (const { page } of watchers) await come(page).nth(2).waitFor({ timeout: 5000 })

  const shares = [
    ['agency', 1],
    ['guardians', 0],
    ['guardians', 1],
  ] as const
  // Of each but the last share both see it come, with no bid open: the event stream runs before there is anything to decrypt.
  for (const [n, [group, nth]] of shares.slice(0, 2).entries()) {
    await postShares(world, purchase, group, nth)
    for (const { page } of watchers) {
      await posted(page).nth(n).waitFor({ timeout: 5000 })
      expect([await posted(page).count(), await openedBids(page).count()]).toEqual([n + 1, 0])
    }
    expect(roundOf((await world.anyone.view(tender)).tender).opening).toBeNull()
    // The far one's line drops behind the first share, and is back before the next.
    if (n === 0) {
      line.cut()
      await far.page.locator('[data-live-sign][data-state="off"]').waitFor()
      line.mend()
      await far.page.locator('[data-live-sign][data-state="on"]').waitFor()
    }
  }
  // Without scripts the same state stands there after asking again.
  await plain.page.locator('noscript a').click()
  await plain.page.waitForLoadState('load')
  expect([await posted(plain.page).count(), await openedBids(plain.page).count()]).toEqual([2, 0])

  // Down while the last share comes and the box is opened: when the line is back, all that was missed is there, without a word from anyone.
  line.cut()
  await far.page.locator('[data-live-sign][data-state="off"]').waitFor()
  const [, , [group, nth]] = shares
  await postShares(world, purchase, group, nth)
  await opened(world, purchase)
  await openedBids(near.page).nth(1).waitFor({ timeout: 5000 })
  expect(await openedBids(far.page).count()).toBe(0)
  line.mend()
  await openedBids(far.page).nth(1).waitFor({ timeout: 15_000 })
  await waitFor(async () => ((await posted(far.page).count()) === 3 ? true : undefined), 'the last share')
  await plain.page.reload()

  for (const { page } of [...watchers, plain]) {
    const text = (await page.locator('[data-live]').innerText()).replaceAll(/[\s\u00a0]/g, '')
    // 400 × 750.00 + 156,000.00 and 400 × 740.00 + 156,000.00
    for (const sum of ['456', '452']) expect(text).toMatch(new RegExp(`${sum}[,.]?000`))
  }
  expect(loads).toEqual([0, 0])
  expect(await findBarriers(near.page)).toEqual([])
}, 600_000)
