// The sealing client seen by its bidder: a bid is called submitted only once it is proven on the device, and nothing leaves it that says something else.
import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { notice } from '../parts/purchase.ts'
import { type Running, startSandbox } from '../running.ts'
import { paperLine, paperPurchase } from '../tales/kg-quotation.ts'
import { later } from '../times.ts'
import { openStage, type Stage } from '../world.ts'
import { startBrowser } from './browser.ts'
import { type Complaints, seat, type Seated } from './person.ts'

const complaints: Complaints = []
let running: Running
let stage: Stage
let browser: Browser
let caseId = ''

beforeAll(async () => {
  running = await startSandbox('kg')
  stage = await openStage({ url: running.url, wallet: running.wallet, country: 'kg' })
  const { world } = stage
  caseId = world.id('tender', 'the sealing client')
  const tell = async () => {
    await notice(world, paperPurchase(caseId))
  }
  const tale = { name: 'paper', lines: [paperLine], tell }
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
const sit = (key: string, more: { readonly scripts?: boolean; readonly language?: string; width?: number } = {}) =>
  seat(browser, running.url, stage.world.person(key, 'bidder'), {
    language: 'en',
    folder: 'sealing-client',
    complaints,
    ...more,
  })

async function typePrices(who: Seated, paper: string, toner: string): Promise<void> {
  await who.go(at('prices'))
  const fields = who.page.locator('input[data-field][name^="price."]')
  await fields.nth(0).fill(paper)
  await fields.nth(1).fill(toner)
  await Promise.all([
    who.page.waitForURL((address) => address.pathname.endsWith('/bid')),
    who.page.locator('form[data-device] button.button').click(),
  ])
  await who.go(at('check'))
}
const seal = (who: Seated) =>
  Promise.all([
    who.page.waitForURL((address) => address.pathname.endsWith('/receipt')),
    who.page.locator('button[data-seal]').click(),
  ])
const versionsOf = async (key: string): Promise<number> => {
  const person = await stage.world.as(stage.world.person(key, 'bidder'))
  return (await person.view(caseId)).ownBid?.versions.length ?? 0
}

test('SUB-02: a bid is promised first, and submitted only once the device has proven it; a reload proves it again', async () => {
  const alfa = await sit('alfa')
  const { page } = alfa
  await typePrices(alfa, '750', '7800')
  // The proof is held back: the promise alone is shown for what it is.
  let held = true
  await page.route('**/bid/receipt?m=*', (route) =>
    held ? route.fulfill({ status: 202, json: { state: 'waiting', for: 'witnesses' } }) : route.continue(),
  )
  await seal(alfa)
  await page.locator('[data-verdict="holds"]').waitFor({ state: 'visible' })
  const head = page.locator('.confirmation')
  expect(await head.innerText()).toContain('Promised, the proof follows')
  expect(await page.locator('[data-proof="waiting"]').isVisible()).toBe(true)
  expect(await page.locator('main').innerText()).toContain('If the proof is not here by')
  expect(await page.locator('[data-opened]').first().innerText()).toContain('says exactly what the form says')
  await alfa.look('01-promised')

  held = false
  await page.locator('[data-standing="proven"]').waitFor({ state: 'visible', timeout: 120_000 })
  expect(await head.innerText()).toContain('Submitted, and proven')
  expect(await page.locator('[data-proof="proven"] [data-detail]').innerText()).toMatch(/^№ \d+ · .+ · .+, \d\d:\d\d/)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('a[data-file="proof"]').first().click(),
  ])
  expect(file.suggestedFilename()).toMatch(/\.tlog-proof$/)
  expect(readFileSync(await file.path(), 'utf8')).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra .+\nindex \d+\n/)
  await alfa.look('02-proven')

  // Opened again: proven from what the device has kept, though nothing is answered any more.
  held = true
  await page.reload()
  await page.locator('[data-standing="proven"]').waitFor({ state: 'visible' })
  expect(alfa.window.faults).toEqual([])
  await alfa.close()
})

test('a proof of another bid is none, and other witnesses than those first seen prove nothing', async () => {
  const beta = await sit('beta')
  const { page } = beta
  await typePrices(beta, '740', '7700')
  await seal(beta)
  await page.locator('[data-standing="proven"]').waitFor({ state: 'visible', timeout: 120_000 })
  const place = await page.evaluate(() => Object.keys(localStorage).find((name) => name.startsWith('naru.receipts.')))
  const spoil = (change: string) =>
    page.evaluate(
      ([name = '', [find = '', put = ''] = []]) =>
        localStorage.setItem(name, (localStorage.getItem(name) ?? '').replace(find, put)),
      [place ?? '', change.split('|')] as const,
    )
  // The kept proof says another place in the log.
  await spoil('index |index 1')
  await page.reload()
  await page.locator('[data-standing="broken"]').waitFor({ state: 'visible' })
  expect(await page.locator('.confirmation').innerText()).toContain('Not proven')
  await beta.look('03-not-proven')
  await spoil('index 1|index ')
  await page.reload()
  await page.locator('[data-standing="proven"]').waitFor({ state: 'visible' })

  // The device has first seen another promise key than the operator names now: nothing is proven before a person has compared.
  await page.evaluate(() => {
    const name = Object.keys(localStorage).find((each) => each.startsWith('naru.trust.')) ?? ''
    const list = JSON.parse(localStorage.getItem(name) ?? '') as { promiseKeys: unknown }
    const promiseKeys = [{ from: 0, key: btoa('\u0001'.repeat(32)) }]
    localStorage.setItem(name, JSON.stringify({ ...list, promiseKeys }))
  })
  await page.reload()
  await page.locator('[data-proof="changed"]').waitFor({ state: 'visible' })
  expect(await page.locator('.confirmation').innerText()).toContain('Promised, the proof follows')
  await beta.look('03-other-keys')
  await page.locator('[data-accept]').click()
  await page.locator('[data-standing="proven"]').waitFor({ state: 'visible' })
  await beta.close()
})

test('what would open to something else than the form says is not sent, and the reader is told in their language', async () => {
  const delta = await sit('delta', { language: 'ru' })
  const { page } = delta
  await typePrices(delta, '760', '7900')
  // A page that was tampered with: what is about to be sent carries another ciphertext.
  await page.evaluate(() => {
    const honest = JSON.stringify
    JSON.stringify = ((value: { envelopes?: { ciphertext: string }[] }, ...rest: []) => {
      if (!value?.envelopes?.[0]?.ciphertext) return honest(value, ...rest)
      const [first, ...more] = value.envelopes
      const ciphertext = `${first?.ciphertext.startsWith('A') ? 'B' : 'A'}${first?.ciphertext.slice(1)}`
      return honest({ ...value, envelopes: [{ ...first, ciphertext }, ...more] }, ...rest)
    }) as typeof JSON.stringify
  })
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.url()))
  await page.locator('button[data-seal]').click()
  const told = page.locator('[data-says="mismatch"]')
  await told.waitFor({ state: 'visible' })
  expect(await told.innerText()).toContain('не вскрывается в то, что указано в форме')
  expect(sent.filter((each) => each.includes('/acts/'))).toEqual([])
  expect(await versionsOf('delta')).toBe(0)
  await delta.look('04-mismatch')
  await delta.close()
})

test('a bid is signed with a key file on the device; the file, its passphrase and the key reach nobody', async () => {
  const gamma = await sit('gamma')
  const { page } = gamma
  const scripts: string[] = []
  const bodies: string[] = []
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname)
    const body = request.postDataBuffer()
    if (body) bodies.push(body.toString('latin1'))
  })
  await typePrices(gamma, '770', '8000')
  await page.locator('input[name="key"][value="file"]').check()
  const [sample] = await Promise.all([page.waitForEvent('download'), page.locator('a[href*="/key-files/"]').click()])
  const own = readFileSync(await sample.path())
  // The reader of key files is large and is fetched only by those who choose one.
  expect(scripts.filter((each) => each.includes('key-file'))).toEqual([])
  await gamma.look('05-key-file')

  const press = () => page.locator('button[data-seal]').click()
  const told = async (fault: string, words: string): Promise<void> => {
    await press()
    const said = page.locator(`[data-fault="${fault}"]`)
    await said.waitFor({ state: 'visible' })
    expect(await said.innerText()).toContain(words)
  }
  const pick = (buffer: Buffer) =>
    page.locator('input[name="keyFile"]').setInputFiles({ name: 'key.p12', mimeType: 'application/x-pkcs12', buffer })
  await told('none', 'Choose your key file')
  await pick(own)
  await page.locator('input[name="passphrase"]').fill('canary-passphrase-51c7')
  await told('passphrase', 'does not fit')
  await pick(Buffer.from('no key file'))
  await told('form', 'not a key file')
  const address = new URL(sample.url())
  address.searchParams.set('organisation', '00000000-0000-4000-8000-00000000f0f0')
  await pick(Buffer.from(await (await fetch(address)).arrayBuffer()))
  await page.locator('input[name="passphrase"]').fill('sandbox')
  await told('organisation', 'another organisation')
  await gamma.look('06-foreign-certificate')
  expect(await versionsOf('gamma')).toBe(0)

  await pick(own)
  await seal(gamma)
  await page.locator('[data-standing="proven"]').waitFor({ state: 'visible', timeout: 120_000 })
  expect(scripts.filter((each) => each.includes('key-file')).length).toBe(1)
  const bidder = await stage.world.as(stage.world.person('gamma', 'bidder'))
  const version = (await bidder.view(caseId)).ownBid?.versions.at(-1)
  expect(version?.manifest.action).toBe('submit')
  // Nothing of the file went out: neither its bytes, in whole or in the middle, nor the passphrases.
  const middle = own.subarray(200, 260).toString('latin1')
  const all = bodies.join('\n')
  for (const secret of [middle, own.subarray(201, 240).toString('base64').slice(0, 48), 'canary-passphrase-51c7'])
    expect(all.includes(secret)).toBe(false)
  expect(all).toContain('"kind":"cades"')
  expect(gamma.window.faults).toEqual([])
  await gamma.close()
})

test('ACC-01: no page of the sealing client has a barrier by WCAG 2.2 AA, a missing word or a sideways scroll', () => {
  expect(complaints).toEqual([])
})
