// Every page that can be reached in the filled Kyrgyz sandbox: found by its links, pictured in four languages, on a desk and on a phone.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kgCast } from '../cast/kg.ts'
import { getOrganisation, getPerson } from '../cast/cast.ts'
import { readClock, signIn } from '../client.ts'
import { type Running, startSandbox } from '../running.ts'
import { findBarriers, findLooseKeys, languages, openWindow, overflows, picture, startBrowser } from './browser.ts'
import { type Crawled, crawl, kindOf } from './crawl.ts'

let running: Running
let browser: Browser
let filling = ''
let open: readonly Crawled[] = []

beforeAll(async () => {
  running = await startSandbox('kg', 0)
  const words = ['stories/fill.ts', '--url', running.url, '--country', 'kg', '--wallet', running.wallet]
  const child = spawn(process.execPath, words, {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      filling += part.toString()
    })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`the sandbox could not be filled:\n${filling}`)
  browser = await startBrowser()
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await running?.stop()
})

/** The first page of each kind that answered; files to download are no pages. */
function samples(pages: readonly Crawled[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const page of pages)
    if (page.status === 200 && !page.download && !found.has(kindOf(page.path))) found.set(kindOf(page.path), page.path)
  return found
}

const nameOf = (kind: string): string =>
  kind.replace(/^\//, '').replaceAll('/', '-').replaceAll(':', '').replace('?', '-query') || 'home'

/** Pictures one page of each kind in each language and collects what is wrong with it. Axe looks once, at the language `en`. */
async function lookAt(kinds: ReadonlyMap<string, string>, who: string, cookie?: string): Promise<string[]> {
  const wrong: string[] = []
  for (const language of languages) {
    const desk = await openWindow(browser, running.url, { language, ...(cookie && { cookie }) })
    for (const [kind, path] of kinds) {
      const name = `pages/${who}/${nameOf(kind)}.${language}`
      const answer = await desk.page.goto(`${running.url}${path.replace(/^\/ky/, `/${language}`)}`, {
        waitUntil: 'load',
      })
      if (answer?.status() !== 200) wrong.push(`${name}: ${answer?.status()}`)
      const lang = await desk.page.locator('html').getAttribute('lang')
      if (lang !== language) wrong.push(`${name}: says it is in ${lang}`)
      for (const key of await findLooseKeys(desk.page)) wrong.push(`${name}: «${key}» looks like a key of words`)
      if (language === 'en') for (const barrier of await findBarriers(desk.page)) wrong.push(`${name}: ${barrier}`)
      await picture(desk.page, name)
      if (language === 'ky') {
        await desk.page.setViewportSize({ width: 360, height: 740 })
        const wide = await overflows(desk.page)
        if (wide > 0) wrong.push(`${name}: ${wide} pixels wider than a phone`)
        await picture(desk.page, `${name}.phone`)
        await desk.page.setViewportSize({ width: 1280, height: 900 })
      }
    }
    wrong.push(...desk.faults)
    await desk.context.close()
  }
  return wrong
}

test('TRA-01: the sandbox is filled from seventy days ago until now, with cases at every stage', async () => {
  expect(filling).not.toContain('could not be told')
  expect(filling).toMatch(/\d+ of \d+ cases in \d+ s, [3-9] of them under way/)
  const { now, real } = await readClock(running.url)
  expect(Math.abs(Date.parse(now) - Date.parse(real))).toBeLessThan(60_000)
  const { body } = (await (await fetch(`${running.url}/api/cases`)).json().then((json) => ({ body: json }))) as {
    body: { rows: { status: string }[] }
  }
  const stages = new Set(body.rows.map((row) => row.status))
  for (const stage of ['open', 'contracted', 'cancelled', 'failed']) expect([...stages]).toContain(stage)
})

test('TRN-01: every public page is reached without account, cookie or payment, and no link is broken', async () => {
  open = await crawl(running.url, ['/ky'], { language: 'ky', ofKind: 6 })
  expect(open.length).toBeGreaterThan(25)
  const signIn = (page: Crawled) => page.location?.includes('/sign-in') ?? false
  expect(open.filter((page) => page.status >= 400).map((page) => `${page.status} ${page.path}`)).toEqual([])
  expect(open.filter((page) => page.setsCookie).map((page) => page.path)).toEqual([])
  // Bidding and asking are done by somebody; what is to be read is not behind a sign-in.
  const doing = /^\/(work|desk)(\/|$)/
  const kept = open.filter((page) => signIn(page) && !doing.test(kindOf(page.path)))
  expect(kept.map((page) => kindOf(page.path))).toEqual([])
})

test('public pages are light: at most 60 kB compressed, and work without script', () => {
  const pages = open.filter((page) => page.status === 200)
  expect(pages.filter((page) => page.bytes > 60_000).map((page) => `${page.path}: ${page.bytes}`)).toEqual([])
})

// Two at a time (maxConcurrency of the project): each waits for its browser more than it computes.
test.concurrent('ACC-01, LNG-01: public pages in four languages, on a desk and on a phone', {
  timeout: 1_500_000,
}, async () => {
  expect(await lookAt(samples(open), 'public')).toEqual([])
})

const people = [
  ['author', 'school', 'author'],
  ['approver', 'school', 'approver'],
  ['key-holder', 'hospital', 'key-holder'],
  ['contract-officer', 'school', 'contract-officer'],
  ['planner', 'school', 'planner'],
  ['bidder', 'alfa', 'bidder'],
  ['administrator', 'alfa', 'administrator'],
] as const

for (const [who, organisation, role] of people)
  test.concurrent(`ACC-01, LNG-01: the pages of the ${who} in four languages, on a desk and on a phone`, {
    timeout: 1_500_000,
  }, async () => {
    const { cookie } = await signIn(running.url, getPerson(getOrganisation(kgCast, organisation), role).id)
    const pages = await crawl(running.url, ['/ky/desk'], { language: 'ky', cookie, ofKind: 3, most: 150 })
    expect(pages.filter((page) => page.status >= 400).map((page) => `${page.status} ${page.path}`)).toEqual([])
    const known = samples(open)
    const own = new Map([...samples(pages)].filter(([kind]) => !known.has(kind)))
    expect(own.size).toBeGreaterThan(0)
    expect(await lookAt(own, who, cookie)).toEqual([])
  })
