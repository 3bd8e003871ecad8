// The same attachment from a bidder's browser: chosen, sealed and sent on the product's own pages, the line down for a moment, and Chromium's memory read.
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProfile } from '@naru/stories/browser/browser.ts'
import { readerAt } from '@naru/stories/client.ts'
import type { Running } from '@naru/stories/running.ts'
import type { World } from '@naru/stories/world.ts'
import { earlyMebibytes, inWords, watching } from './memory.ts'
import { chromiumUse, processSeconds, residentBytes } from './processor.ts'

const MIB = 1024 * 1024
const offMs = 3_000
const longestMs = 1_800_000
const wait = (ms: number) => new Promise((resume) => setTimeout(resume, ms))

/** Sends a file of so many bytes as the supplier `blank` of the told tender and submits the bid with it. Throws when it is not taken. */
export async function sendFromChromium(running: Running, world: World, tender: string, size: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'naru-hammer-chromium-'))
  const file = join(folder, 'large.pdf')
  // Without bytes of its own on disk: reading it costs next to nothing.
  const made = openSync(file, 'w')
  ftruncateSync(made, size)
  closeSync(made)
  const profile = join(folder, 'profile')
  const context = await startProfile(profile)
  try {
    const signedIn = await readerAt(running.url).raw('POST', '/sandbox/sign-in', {
      person: world.person('blank', 'bidder').id,
    })
    const { session } = (await signedIn.json()) as { session: string }
    await context.addCookies([{ name: 'naru_session', value: session, url: running.url }])
    const page = context.pages()[0] ?? (await context.newPage())
    page.setDefaultTimeout(180_000)
    const at = (path: string) => `${running.url}/en/work/tenders/${tender}/${path}`
    await page.goto(at('bid/prices'))
    await page.locator('input[data-field][name^="price."]').fill('7,500.00')
    await page.waitForTimeout(900)
    await page.goto(at('bid/answers'))
    for (const area of await page.locator('textarea[data-field]').all()) await area.fill('As asked.')
    await page.waitForTimeout(900)
    await page.goto(at('bid/files'))
    const memory = () => {
      const { page: renderer, all } = chromiumUse(profile)
      return { renderer, all, server: residentBytes(running.pid) }
    }
    const choosing = await watching(memory, async () => {
      await page.locator('input[type="file"][data-kind="tech"]').setInputFiles(file)
      await page.locator('ul[data-files="1/tech"] li').waitFor()
    })
    await page.goto(at('bid/check'))
    await page.locator('ul[data-files="1/tech"] li').waitFor()

    const metrics = await context.newCDPSession(page)
    await metrics.send('Performance.enable')
    let heap = 0
    const heapTimer = setInterval(() => {
      void metrics
        .send('Performance.getMetrics')
        .then(({ metrics: all }) => {
          heap = Math.max(heap, all.find((each) => each.name === 'JSHeapUsedSize')?.value ?? 0)
        })
        .catch(() => {})
    }, 500)
    heapTimer.unref()
    const half = size / MIB / 2
    let droppedAfter = 0
    const sent = new Map<string, number>()
    let drop: Promise<void> | null = null
    const dropLine = async (): Promise<void> => {
      await context.setOffline(true)
      droppedAfter = sent.size
      await wait(offMs)
      await context.setOffline(false)
    }
    const spent = () => [chromiumUse(profile).seconds, processSeconds(running.pid)] as const
    const before = spent()
    const sending = await watching(memory, async (early) => {
      page.on('requestfinished', (request) => {
        if (request.method() !== 'PUT') return
        const path = new URL(request.url()).pathname
        sent.set(path, (sent.get(path) ?? 0) + 1)
        if (sent.size === earlyMebibytes) early()
        if (sent.size >= half) drop ??= dropLine()
      })
      await Promise.all([
        page.waitForURL((address) => address.pathname.endsWith('/bid/receipt'), { timeout: longestMs }),
        page.locator('button[data-seal]').click(),
      ])
      await drop
    })
    clearInterval(heapTimer)
    const [browser, program] = spent().map((each, n) => (each - (before[n] ?? 0)).toFixed(0))
    const { renderer, all, server } = sending.grown
    const again = [...sent.values()].reduce((sum, times) => sum + times - 1, 0)
    console.log(
      `from Chromium ${context.browser()?.version() ?? ''}, the line down for ${offMs / 1000} s after ${droppedAfter} segments: chosen in ${choosing.seconds.toFixed(1)} s (${inWords('all of Chromium', choosing.grown.all)}); sealed and sent with its bid in ${sending.seconds.toFixed(1)} s, ${(size / MIB / sending.seconds).toFixed(0)} MiB/s, ${sent.size} segments, ${again} of them twice; processor ${browser} s of Chromium, ${program} s of the program; memory: ${inWords('the page', renderer)}, its JavaScript heap ${(heap / MIB).toFixed(0)} MiB at most; ${inWords('all of Chromium', all)}; ${inWords('server', server)}`,
    )
  } finally {
    await context.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
