// The worker that keeps the sealing client on a device: a host that swaps a script is told of in the reader's language, and nothing of it runs; an
// approved release is taken.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { approvalMessage } from '@naru/sealing/client-approval.ts'
import { type TrustList, trustList } from '@naru/sealing/signatures/trust-list.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWindow, startBrowser } from './browser.ts'
import { type Complaints, look } from './person.ts'

const complaints: Complaints = []
const folder = mkdtempSync(join(tmpdir(), 'naru-pin-'))
const built = join(import.meta.dirname, '..', '..', 'web', 'build', 'seal')
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('base64')
const keys = [1, 2, 3].map(() => generateKeyPairSync('ed25519'))
const approvers = ['audit', 'university', 'operator'].map((name, n) => ({
  name,
  operator: name,
  key: Buffer.from(keys[n]?.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64'),
}))
const approve = (n: number, release: string) => {
  const [approver, key] = [approvers[n]?.name ?? '', keys[n]?.privateKey]
  if (!key) throw new Error('no such approver')
  return { release, approver, signature: sign(null, approvalMessage({ release, approver }), key).toString('base64') }
}
const parts = { roots: [], promiseKeys: [], policy: '', timestampAuthorities: [] }
let trust: TrustList
let browser: Browser
let site = ''

/** A portal that serves the client below /seal/ and its trust list, as they stand now; beside them one page of its own. */
const host = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://host.invalid').pathname
  const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
  if (path === '/api/trust') return void response.end(JSON.stringify(trust))
  if (path === '/other.js')
    return void response.setHeader('content-type', 'text/javascript').end(`document.title = '${other}'`)
  if (path === '/other')
    return void response.setHeader('content-type', 'text/html').end('<script src="/other.js"></script>')
  try {
    const bytes = readFileSync(join(folder, path.replace('/seal/', '')))
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/json' }).end(bytes)
  } catch {
    response.writeHead(404).end()
  }
})
let other = 'one'

const releaseNow = (): string => sha256(readFileSync(join(folder, 'release.json')))
const named = (part: RegExp): string => readdirSync(folder).find((name) => part.test(name)) ?? ''
/** Writes the list of the files anew, as a consistent client of somebody's own has it. */
function listAnew(): void {
  const { files } = JSON.parse(readFileSync(join(folder, 'release.json'), 'utf8')) as { files: { path: string }[] }
  const listed = files.map(({ path }) => {
    const bytes = readFileSync(join(folder, path))
    return { path, sha256: sha256(bytes), size: bytes.length }
  })
  writeFileSync(join(folder, 'release.json'), JSON.stringify({ files: listed, v: 1 }))
}
/** Swaps the script of the page, and its hash in the page, for one that also marks that it ran. */
function swap(): void {
  const name = named(/^seal-page-.*\.js$/)
  const before = readFileSync(join(folder, name))
  const after = `globalThis.swapped = true;${before.toString('utf8')}`
  const integrity = (bytes: Uint8Array | string) => `sha384-${createHash('sha384').update(bytes).digest('base64')}`
  writeFileSync(join(folder, name), after)
  const page = readFileSync(join(folder, 'seal.html'), 'utf8')
  expect(page).toContain(integrity(before))
  writeFileSync(join(folder, 'seal.html'), page.replace(integrity(before), integrity(after)))
}

beforeAll(async () => {
  cpSync(built, folder, { recursive: true })
  writeFileSync(join(folder, 'deployment.json'), JSON.stringify({ v: 1, api: '', signing: null, trust: null }))
  const release = releaseNow()
  const clientApprovals = [approve(0, release), approve(1, release)]
  trust = trustList({
    ...parts,
    version: 2,
    clientReleases: [release],
    clientApprovers: approvers.slice(0, 2),
    clientApprovals,
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  const bound = host.address()
  site = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await new Promise((resolve) => host.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

const ran = (page: Page): Promise<boolean> => page.evaluate(() => Object.hasOwn(globalThis, 'swapped'))
const told = (page: Page, words: string): Promise<void> => page.locator('#kept:visible', { hasText: words }).waitFor()

test('a swapped script does not run and is told in the reader’s language; an approved release is taken; the pages work without a line', async () => {
  const window = await openWindow(browser, site, { language: 'ru', width: 390 })
  const { page, context } = window
  const address = `${site}/seal/seal.html?l=ru`
  await page.goto(address)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await page.reload()
  await page.waitForLoadState('networkidle')
  expect(await page.locator('#kept').isVisible()).toBe(false)

  // The host swaps the script and makes the page fit it.
  swap()
  await page.reload()
  await told(page, 'файл, которого нет в одобренном выпуске')
  expect(await page.locator('#kept').innerText()).toMatch(/seal(-page-.*\.js|\.html)/)
  expect(await ran(page)).toBe(false)
  await look(page, 'client-pin/01-swapped', complaints)
  // It makes a list of its own that fits as well: nobody has approved it.
  listAnew()
  await page.reload()
  await told(page, 'не одобрен двумя организациями')
  expect(await ran(page)).toBe(false)
  // One of the two approves, and an approver whom the operator has named since: still not two of those this device saw first.
  const next = releaseNow()
  const offer = (clientApprovals: TrustList['clientApprovals']): void => {
    trust = trustList({
      ...parts,
      version: 3,
      clientReleases: [...trust.clientReleases, next],
      clientApprovers: approvers,
      clientApprovals,
    })
  }
  offer([approve(0, next), approve(2, next), { ...approve(0, next), approver: 'university' }])
  await page.reload()
  await told(page, 'не одобрен двумя организациями')
  expect(await ran(page)).toBe(false)
  // Somebody who comes for the first time sees the page as it is served, but nothing is kept as approved.
  const newcomer = await openWindow(browser, site, { language: 'ko', width: 390 })
  trust = { ...trust, clientApprovers: approvers.slice(0, 2) }
  await newcomer.page.goto(`${site}/seal/seal.html?l=ko`)
  await told(newcomer.page, '아직 두 기관의 승인을 받지 않았거나')
  await newcomer.context.close()

  // Both approve: the device goes on to the new release, and says so before the next look.
  offer([approve(0, next), approve(1, next)])
  await page.reload()
  await told(page, 'Принят новый выпуск')
  await look(page, 'client-pin/02-updated', complaints)
  await page.reload()
  await page.waitForFunction(() => Object.hasOwn(globalThis, 'swapped'))
  await page.waitForLoadState('networkidle')
  expect(await page.locator('#kept').isVisible()).toBe(false)

  // Without a line, and with the host’s folder emptied, the kept pages still open.
  await context.setOffline(true)
  await page.goto(`${site}/seal/check.html?l=en`)
  expect(await page.locator('h1').innerText()).toBe('What was really sealed')
  await page.goto(address)
  expect(await page.locator('h1').innerText()).toBe('Запечатать заявку здесь')
  await context.setOffline(false)

  // Other pages of the same site are none of its business.
  expect(await page.evaluate(() => navigator.serviceWorker.ready.then((each) => new URL(each.scope).pathname))).toBe(
    '/seal/',
  )
  await page.goto(`${site}/other`)
  expect(await page.title()).toBe('one')
  other = 'two'
  await page.reload()
  expect(await page.title()).toBe('two')
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull()
  await context.close()
})

test('a host that swaps the worker itself, or takes it away, is told of on the next page', async () => {
  const window = await openWindow(browser, site, { language: 'en', width: 390 })
  const { page } = window
  await page.goto(`${site}/seal/check.html?l=en`)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  const worker = readFileSync(join(folder, 'worker.js'))
  rmSync(join(folder, 'worker.js'))
  await page.reload()
  await told(page, 'not the one of an approved release')
  expect(await page.locator('#kept').innerText()).toContain('worker.js')
  writeFileSync(join(folder, 'worker.js'), worker)
  await window.context.close()
})

test('ACC-01: what the worker says has no barrier by WCAG 2.2 AA', () => expect(complaints).toEqual([]))
