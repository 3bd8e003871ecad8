// The sealing client seen by its bidder: a bid is called submitted only once it is proven on the device, and nothing leaves it that says something else.
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { readCode, writeCode } from '@naru/sealing/second-device.ts'
import jsQR from 'jsqr'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { notice } from '../parts/purchase.ts'
import { type Running, startSandbox } from '../running.ts'
import { paperLine, paperPurchase } from '../tales/kg-quotation.ts'
import { days, later } from '../times.ts'
import { openStage, type Stage } from '../world.ts'
import { openWindow, startBrowser } from './browser.ts'
import { type Complaints, look, seat, type Seated } from './person.ts'

const complaints: Complaints = []
let running: Running
let stage: Stage
let browser: Browser
let caseId = ''

/** Another host of the client: it serves a folder of files and knows nothing else. */
const host = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://host.invalid').pathname
  const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
  try {
    const bytes = readFileSync(join(packed, path))
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/json' }).end(bytes)
  } catch {
    response.writeHead(404).end()
  }
})
const packed = mkdtempSync(join(tmpdir(), 'naru-host-'))
let elsewhere = ''
const client = (...words: string[]) =>
  promisify(execFile)(process.execPath, [
    join(import.meta.dirname, '..', '..', 'server', 'client-command.ts'),
    ...words,
  ])

beforeAll(async () => {
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  const bound = host.address()
  elsewhere = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`
  running = await startSandbox('kg', 70, { SEAL_ORIGIN: elsewhere })
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
  await client('pack', packed, '--portal', running.url)
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await running?.stop()
  await new Promise((resolve) => host.close(resolve))
  rmSync(packed, { recursive: true, force: true })
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

/** The address in the code on the screen, as a phone's camera reads it from a picture. */
async function scan(page: Page): Promise<string> {
  const picture = await page.locator('svg[data-code]').screenshot()
  const blank = await page.context().newPage()
  const { data, width, height } = await blank.evaluate(async (png) => {
    const image = new Image()
    image.src = `data:image/png;base64,${png}`
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const ground = canvas.getContext('2d')
    ground?.drawImage(image, 0, 0)
    const pixels = ground?.getImageData(0, 0, image.width, image.height)
    return { data: [...(pixels?.data ?? [])], width: image.width, height: image.height }
  }, picture.toString('base64'))
  await blank.close()
  return jsQR.default(Uint8ClampedArray.from(data), width, height)?.data ?? ''
}

test('a second device reads from the code what was really sealed, tells a replaced version and a code of something else, and looks three times', async () => {
  const alfa = await sit('alfa')
  const { page } = alfa
  const sent: string[] = []
  const watch = (each: Page) =>
    each.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`))
  watch(page)
  const sealAt = async (paper: string, toner: string): Promise<string> => {
    await typePrices(alfa, paper, toner)
    await seal(alfa)
    await page.locator('[data-standing="proven"]').waitFor({ state: 'visible', timeout: 120_000 })
    await page.locator('[data-show-code]').click()
    await page.locator('[data-code-shown]').waitFor({ state: 'visible' })
    const address = await scan(page)
    // Who has no camera at hand copies the same address.
    expect(await page.locator('input[name="codeAddress"]').inputValue()).toBe(address)
    return address
  }
  // 400 × 745.00 + 20 × 7,750.00 = 298,000 + 155,000 = 453,000.00
  const address = await sealAt('745', '7750')
  await alfa.look('07-code')
  const phone = await openWindow(browser, running.url, { language: 'ru', width: 390 })
  watch(phone.page)
  const verdict = async (at: string, kind: 'good' | 'bad'): Promise<string> => {
    await phone.page.goto('about:blank')
    await phone.page.goto(at)
    await phone.page.locator(`#verdict.${kind}`).waitFor({ state: 'visible' })
    return phone.page.locator('main').innerText()
  }
  const told = await verdict(address, 'good')
  expect(told).toContain('This is what was sealed')
  expect(told).toContain('453\u00a0000,00')
  expect(told).toContain('Office paper and toner for the sample school')
  expect(told).toContain('745,00')
  expect(told).toMatch(/№ \d+ · /)
  await look(phone.page, 'sealing-client/08-phone', complaints)
  // The code is gone from the address, and from what a next visitor of this device could find.
  expect(phone.page.url()).not.toContain('#')
  expect(await phone.page.evaluate(() => JSON.stringify(localStorage))).not.toContain(address.split('#')[1])

  const next = await sealAt('744', '7750')
  expect(await verdict(address, 'bad')).toContain('another version has replaced it')
  const [old, newest] = [address, next].map((each) => readCode(each.split('#')[1] ?? ''))
  if (!old || !newest) throw new Error('no codes')
  const mixed = `${next.split('#')[0]}#${writeCode({ ...newest, roots: old.roots })}`
  expect(await verdict(mixed, 'bad')).toContain('Something else was sealed than this code says')
  await look(phone.page, 'sealing-client/09-something-else', complaints)
  expect(await verdict(`${next.slice(0, -10)}`, 'bad')).toContain('This is not such a code')
  for (const _ of [1, 2, 3]) expect(await verdict(next, 'good')).toContain('452\u00a0600,00')
  expect(await verdict(next, 'bad')).toContain('The window for looking is over')
  await page.reload()
  await page.locator('[data-looks]').waitFor({ state: 'visible' })
  expect(await page.locator('[data-looks]').innerText()).toMatch(/(\d\d:\d\d.*){3}/)

  // The server refused the fourth look with 410, which the browser logs; nothing else was complained about.
  expect(phone.faults.filter((each) => !/Failed to load resource/.test(each))).toEqual([])
  for (const { cls, R } of [...old.roots, ...newest.roots]) {
    const base64 = Buffer.from(R).toString('base64')
    for (const form of [base64.slice(0, 42), base64.slice(0, 42).replaceAll('+', '-').replaceAll('/', '_')])
      expect(
        sent.filter((each) => each.includes(form)),
        cls,
      ).toEqual([])
  }
  expect(sent.filter((each) => each.includes(address.split('#')[1] ?? '?'))).toEqual([])
  await phone.context.close()
  await alfa.close()
})

test('the client at another host: its release stands in the log, and a bid is sealed, signed, sent and proven there', async () => {
  expect((await client('check', elsewhere)).stdout).toContain('which the log lists')
  expect((await client('check', `${running.url}/seal`)).stdout).toContain('which the log lists')
  const delta = await sit('delta')
  await delta.go(at())
  await delta.page.locator('details:has(a[data-form]) > summary').click()
  const [form] = await Promise.all([delta.page.waitForEvent('download'), delta.page.locator('a[data-form]').click()])
  const [id, secret] = [stage.world.id('credential', 'elsewhere'), randomBytes(32).toString('base64url')]
  const administrator = await stage.world.as(stage.world.person('delta', 'administrator'))
  await administrator.mustAct(stage.world.organisation('delta').id, 'delegate-credential', {
    credential: id,
    person: stage.world.person('delta', 'bidder').id,
    label: 'Sealing at another host',
    acts: ['submit-bid', 'withdraw-bid'],
    secretHash: createHash('sha256').update(secret).digest('hex'),
    until: later(await stage.world.now(), days(5)),
  })
  await delta.go(at('check'))
  const key = await delta.page.locator('a[href*="/key-files/"]').getAttribute('href')
  await delta.look('10-check-names-host')
  // The way from the pages of the bid: the page that says why leads to the other host.
  await delta.page.locator('a[href$="#elsewhere"]').click()
  const toHost = delta.page.locator('a[data-host]')
  await delta.page.locator('#elsewhere > summary').click()
  expect(await delta.page.locator('#elsewhere').innerText()).toContain('would have to act together')
  await delta.look('10-way-to-host')
  const window = await openWindow(browser, elsewhere, { language: 'en', width: 390 })
  const { page } = window
  const sent: string[] = []
  page.on('request', (request) => sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`))
  page.setDefaultTimeout(60_000)
  await page.goto((await toHost.getAttribute('href')) ?? '')
  expect(page.url()).toBe(`${elsewhere}/seal.html?l=en`)
  // The worker keeps the approved release on this device: what is loaded seals without a line.
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await window.context.setOffline(true)
  await page.reload()
  await page.locator('#form').setInputFiles(await form.path())
  for (const [n, price] of ['752', '7802'].entries())
    await page.locator('#fields input[name^="price."]').nth(n).fill(price)
  await page.locator('input[name="key"][value="file"]').check()
  const own = Buffer.from(await (await fetch(key ?? '')).arrayBuffer())
  await page.locator('#keyFile').setInputFiles({ name: 'k.p12', mimeType: 'application/x-pkcs12', buffer: own })
  await page.locator('#passphrase').fill('sandbox')
  await page.locator('#seal').click()
  await page.locator('#sealed').waitFor({ state: 'visible' })
  await window.context.setOffline(false)
  window.faults.length = 0
  await page.reload()
  await page.locator('#form').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') })
  await page.locator('#told.bad').waitFor()
  await page.locator('#form').setInputFiles(await form.path())
  const fields = page.locator('#fields input[name^="price."]')
  await fields.nth(0).fill('751')
  await fields.nth(1).fill('7 801,00')
  // 400 × 751.00 + 20 × 7,801.00 = 300,400 + 156,020 = 456,420.00
  expect(await page.locator('#total').innerText()).toContain('456\u00a0420,00')
  const bytes = Buffer.from(await (await fetch(key ?? '')).arrayBuffer())
  await page.locator('input[name="key"][value="file"]').check()
  await page.locator('#keyFile').setInputFiles({ name: 'k.p12', mimeType: 'application/x-pkcs12', buffer: bytes })
  await page.locator('#passphrase').fill('wrong')
  await page.locator('#seal').click()
  await page.locator('#told.bad', { hasText: 'does not fit' }).waitFor()
  await page.locator('#passphrase').fill('sandbox')
  await page.locator('#seal').click()
  await page.locator('#sealed').waitFor({ state: 'visible' })

  // An attachment, and the key at the remote signing service: what was sealed before is not offered any more.
  const scan = { name: 'samples.pdf', mimeType: 'application/pdf', buffer: randomBytes(2_500_000) }
  await page.locator('#files input[type="file"]').setInputFiles(scan)
  await page.locator('#files li', { hasText: 'samples.pdf' }).waitFor()
  expect(await page.locator('#sealed').isVisible()).toBe(false)
  await page.locator('input[name="key"][value="service"]').check()
  await page.locator('#pin').fill('0000')
  await page.locator('#seal').click()
  await page.locator('#told.bad', { hasText: 'give the delegated credential first' }).waitFor()
  await page.locator('#credential').fill(`${id}.${secret}`)
  await look(page, 'sealing-client/10-another-host', complaints)
  await page.locator('#seal').click()
  await page.locator('#sealed').waitFor({ state: 'visible' })
  // 2,500,000 bytes are three segments of 1 MiB of plaintext each.
  expect(sent.filter((each) => /^PUT .*\/segments\/\d+ /.test(each)).length).toBe(3)
  expect(sent.some((each) => each.includes('/csc/v2/signatures/signHash'))).toBe(true)
  // What was typed is kept over another language, with the words of that language.
  await page.locator('#language').selectOption('ky')
  expect(await page.locator('#fields input[name^="price."]').nth(0).inputValue()).toBe('751')
  expect(await page.locator('#sealed').isVisible()).toBe(true)
  await look(page, 'sealing-client/10-another-host-ky', complaints)
  await page.locator('#language').selectOption('en')
  await page.locator('#send').click()
  await page.locator('#told.good').waitFor({ timeout: 120_000 })
  expect(await page.locator('#told').innerText()).toContain('Submitted, and proven')
  expect(sent.find((each) => each.includes('/acts/submit-bid'))).toContain('"kind":"cades"')
  expect(await versionsOf('delta')).toBe(1)
  // Nothing of it stays on this device but what it believes of the log.
  expect(await page.evaluate(() => Object.keys(localStorage).map((name) => name.split('.')[1]))).toEqual(['trust'])
  expect(window.faults).toEqual([])
  await window.context.close()
  await delta.close()
})

test('ACC-01: no page of the sealing client has a barrier by WCAG 2.2 AA, a missing word or a sideways scroll', () => {
  expect(complaints).toEqual([])
})
