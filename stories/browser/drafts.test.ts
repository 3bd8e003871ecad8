// What an officer types is kept while typing, two officers never write over each other unseen, and a file survives a broken connection.
import { createHash, randomBytes } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Running, startSandbox } from '../running.ts'
import { furnitureLine, kgOpen } from '../tales/kg-open.ts'
import { openStage, type Stage } from '../world.ts'
import { picture, startBrowser } from './browser.ts'
import { type Complaints, type Seated, seat } from './person.ts'

const language = 'en'
const complaints: Complaints = []
const seated: Seated[] = []
let running: Running
let stage: Stage
let browser: Browser
let author: Seated
let caseId: string

const at = (page = '') => `/work/tenders/${caseId}${page && `/${page}`}`

async function take(person: Parameters<typeof seat>[2], width?: number): Promise<Seated> {
  const one = await seat(browser, running.url, person, {
    language,
    folder: 'drafts',
    complaints,
    ...(width && { width }),
  })
  seated.push(one)
  return one
}

/** Types as people do, and waits until the page says that it is kept. */
async function type(who: Page, name: string, text: string): Promise<void> {
  const kept = who.waitForResponse((response) => response.url().endsWith('/typed'))
  await who.locator(`[name="${name}"]`).first().fill(text)
  await kept
}
const says = (who: Page, what: string) => who.locator(`[data-saving] [data-says="${what}"]`)
const valueOf = (who: Page, name: string) => who.locator(`[name="${name}"]`).first().inputValue()

beforeAll(async () => {
  running = await startSandbox('kg')
  stage = await openStage({ url: running.url, wallet: running.wallet, country: 'kg' })
  await stage.setUp([kgOpen])
  browser = await startBrowser()
  author = await take(stage.world.person('school', 'author'))
  await author.go('/work/tenders/new')
  const sample = author.page.locator('input[name="sample"]')
  if (await sample.count()) await sample.uncheck()
  await author.press('start')
  caseId = /tenders\/([0-9a-f-]{36})/.exec(author.page.url())?.[1] ?? ''
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await running?.stop()
})

test('what is typed stands again after the page is left without saving, and enters the notice only when it is saved', async () => {
  await author.go(at('delivery'))
  await type(author.page, 'place', 'Store 1, Sample Street')
  await says(author.page, 'saved').waitFor({ state: 'visible' })
  await author.look('01-kept-while-typing')
  await author.go('/desk')
  await author.go(at('delivery'))
  expect(await valueOf(author.page, 'place')).toBe('Store 1, Sample Street')
  await author.go(at('check'))
  expect(await author.page.locator('#answers-terms').innerText()).not.toContain('Store 1')
  expect(await author.page.locator('.banner').first().innerText()).toContain('not saved')
  await author.look('02-check-tells-what-is-not-saved')
})

test('while the server does not answer the device keeps what is typed, and sends it later', async () => {
  await author.go(at('purchase'))
  const open = author.page.context()
  await open.setOffline(true)
  await author.page.locator('[name="title.ky"], [name="title.en"]').first().fill('Kept on the device')
  await says(author.page, 'kept').waitFor({ state: 'visible' })
  // The page is closed and opened again; the server knows nothing of it yet.
  const fresh = await open.newPage()
  await author.page.close()
  await open.setOffline(false)
  await fresh.goto(`${running.url}/${language}${at('purchase')}`)
  await expect.poll(() => fresh.locator('[name^="title."]').first().inputValue()).toBe('Kept on the device')
  await says(fresh, 'saved').waitFor({ state: 'visible' })
  await fresh.reload()
  expect(await fresh.locator('[name^="title."]').first().inputValue()).toBe('Kept on the device')
  expect(await fresh.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('naru')))).toEqual([])
  author = { ...(await take(stage.world.person('school', 'author'))) }
})

test('a search in the classifier keeps what was typed, without a word of a broken line; a second window does not take it over', async () => {
  await author.go(at('lots/1'))
  await author.fill({ 'title.en': 'Desks', value: '2 400 000,00' })
  await author.choose('planLine', stage.world.planLine(furnitureLine.key).line)
  await author.press('save')
  await author.go(at('lots/1/items/1'))
  await author.fill({ 'description.en': 'A desk', search: '39160000-1', quantity: '240' })
  const kept = author.page.waitForResponse((response) => response.url().endsWith('/typed'))
  await author.page.locator('button[name="do"][value="find"]').click()
  await author.page.locator('input[name="classification"]').waitFor()
  const second = await author.page.context().newPage()
  await second.goto(author.page.url())
  expect((await kept).status()).toBe(200)
  expect(await says(author.page, 'restored').isVisible()).toBe(false)
  expect(await says(second, 'restored').isVisible()).toBe(false)
  await second.close()
  await author.press('save')
  await author.go(at('lots/1/items/1'))
  expect([await valueOf(author.page, 'description.en'), await valueOf(author.page, 'quantity')]).toEqual([
    'A desk',
    '240',
  ])
})

test('of two officers on one page the second is told, sees both, and nothing is written over unseen', async () => {
  const other = await take(stage.world.person('school', 'approver'))
  await author.go(at('delivery'))
  await other.go(at('delivery'))
  await type(author.page, 'place', 'The author says store 2')
  await type(other.page, 'place', 'The other says store 3')
  await says(other.page, 'elsewhere').waitFor({ state: 'visible' })
  await other.look('04-told-while-typing')
  // The record of the draft still holds what the first typed.
  await author.page.reload()
  expect(await valueOf(author.page, 'place')).toBe('The author says store 2')
  await Promise.all([
    other.page.waitForResponse((response) => response.status() === 409 && !response.url().endsWith('/typed')),
    other.page.locator('[data-compare]').click(),
  ])
  await other.page.waitForLoadState('load')
  expect(await valueOf(other.page, 'place')).toBe('The other says store 3')
  expect(await other.page.locator('#place-theirs').innerText()).toContain('The author says store 2')
  await other.look('05-both-versions')
  // Seen both: the second may now save, and it is the first who is told.
  await other.fill({ by: '30 days', terms: 'To the store.', paymentTerms: 'In 10 days.' })
  await other.press('save')
  await author.fill({ by: '31 days', terms: 'To the gate.', paymentTerms: 'In 11 days.' })
  const answer = author.page.waitForResponse(
    (response) => response.request().method() === 'POST' && response.url().endsWith('/delivery'),
  )
  await author.page.locator('form[data-autosave] button.button').last().click()
  expect((await answer).status()).toBe(409)
  await author.page.waitForLoadState('load')
  expect(await author.page.locator('#by-theirs').innerText()).toContain('30 days')
  expect(await valueOf(author.page, 'by')).toBe('31 days')
})

test('different pages of one draft are written side by side without a word', async () => {
  const other = await take(stage.world.person('school', 'approver'))
  await author.go(at('delivery'))
  await other.go(at('conditions'))
  await type(other.page, 'text.en', 'No tax debt')
  await type(author.page, 'place', 'Store 4')
  await says(author.page, 'saved').waitFor({ state: 'visible' })
  await other.press('condition')
  await author.press('save')
  await author.go(at('check'))
  const text = await author.page.locator('#answers-terms').innerText()
  expect(text).toContain('Store 4')
  expect(text).toContain('No tax debt')
})

test('over HTTP: of two who keep one form from one version in the same moment exactly one is kept, the other is told', async () => {
  const cookie = async (who: Seated) =>
    (await who.page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const other = seated.at(-1) as Seated
  await author.go(at('delivery'))
  const version = await author.page.locator('input[name="version"]').first().inputValue()
  const keep = async (who: Seated, tab: string, place: string) =>
    fetch(`${running.url}/${language}${at('typed')}`, {
      method: 'POST',
      headers: { cookie: await cookie(who), 'content-type': 'application/x-www-form-urlencoded', origin: running.url },
      body: new URLSearchParams({ fields: 'delivery', version, formKey: tab, place }),
    })
  const answers = await Promise.all([keep(author, 'tab-one', 'First'), keep(other, 'tab-two', 'Second')])
  expect(answers.map((each) => each.status).sort()).toEqual([200, 409])
  const won = answers[0]?.status === 200 ? 'First' : 'Second'
  await author.page.reload()
  expect(await valueOf(author.page, 'place')).toBe(won)
  const malformed = await fetch(`${running.url}/${language}${at('typed')}`, {
    method: 'POST',
    headers: { cookie: await cookie(author), 'content-type': 'application/x-www-form-urlencoded', origin: running.url },
    body: new URLSearchParams({ fields: "'; drop table draft", version: 'x', formKey: 'k' }),
  })
  expect(malformed.status).toBe(422)
})

test('a file goes on from where the connection broke, its hash is that of the device, and the scan says its word', async () => {
  await author.go(at('documents'))
  const bytes = Buffer.concat([
    Buffer.from('text of a specification\n'),
    Buffer.from(randomBytes(900_000).toString('hex')),
  ])
  const hash = createHash('sha256').update(bytes).digest('hex')
  const patched: number[] = []
  let broken = 0
  await author.page.route('**/api/uploads/*', async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue()
    const offset = Number(route.request().headers()['upload-offset'])
    if (offset > 0 && broken < 1) {
      broken += 1
      return route.abort('connectionreset')
    }
    patched.push(offset)
    return route.continue()
  })
  await author.page
    .locator('input[type="file"]')
    .setInputFiles({ name: 'specification.txt', mimeType: 'text/plain', buffer: bytes })
  const paused = author.page.locator('[data-sending] [data-says="paused"]').waitFor({ state: 'visible' })
  await author.page.locator('form[data-upload] button.button').click()
  await paused
  await picture(author.page, 'drafts/06-upload-paused')
  await author.page.locator('table').getByText('specification.txt').waitFor()
  await author.page.unroute('**/api/uploads/*')
  expect(broken).toBe(1)
  // No piece was sent twice: each began where the one before ended.
  expect(patched[0]).toBe(0)
  expect(new Set(patched).size).toBe(patched.length)
  expect(await author.page.locator('table .hash').first().innerText()).toContain(hash.slice(0, 16))
  await author.page.locator('[data-scan="clean"]').waitFor()
  await author.look('07-document-scanned')
})

test('without scripts the same forms save and send as they are', async () => {
  const plain = await browser.newContext({ javaScriptEnabled: false, locale: 'en' })
  const page = await plain.newPage()
  await plain.addCookies(await author.page.context().cookies())
  await page.goto(`${running.url}/${language}${at('documents')}`)
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: 'terms.txt', mimeType: 'text/plain', buffer: Buffer.from('terms without script') })
  await page.locator('form[data-upload] button.button').click()
  await page.locator('table').getByText('terms.txt').waitFor()
  await page.goto(`${running.url}/${language}${at('delivery')}`)
  for (const name of ['by', 'terms', 'paymentTerms']) await page.locator(`[name="${name}"]`).fill('As agreed')
  await page.locator('[name="place"]').fill('Typed without scripts')
  await page.locator('form[data-autosave] button.button').last().click()
  await page.waitForURL((address) => address.pathname.endsWith(caseId))
  await page.goto(`${running.url}/${language}${at('delivery')}`)
  expect(await page.locator('[name="place"]').inputValue()).toBe('Typed without scripts')
  await plain.close()
})

test('no page of these has a barrier by WCAG 2.2 AA, a missing word or a sideways scroll', () => {
  expect(complaints).toEqual([])
})
