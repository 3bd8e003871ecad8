// REG-03, SEC-06, ACC-01: a person makes a passkey in Chromium, signs out, signs in with it, and removes it, with a virtual authenticator for a device.
import { randomUUID } from 'node:crypto'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readerAt, signIn } from '../client.ts'
import { type Running, startSandbox } from '../running.ts'
import { openWindow, startBrowser, type Window } from './browser.ts'
import { type Complaints, look } from './person.ts'

let running: Running
let browser: Browser
/** Passkeys are made for a name: the sandbox on this machine is localhost then. */
let named: string
const complaints: Complaints = []

beforeAll(async () => {
  running = await startSandbox('fictia')
  named = running.url.replace('127.0.0.1', 'localhost')
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await running?.stop()
})

/** A device with a passkey store of its own that knows its person. */
async function device(page: Page): Promise<{ readonly cdp: CDPSession; readonly id: string }> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId: id } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      automaticPresenceSimulation: true,
      isUserVerified: true,
    },
  })
  return { cdp, id }
}

/** The same passkeys on a device that is not locked: after so many fingers that were not the person's, one asks no more. */
async function unlocked(page: Page, before: CDPSession, id: string): Promise<Awaited<ReturnType<typeof device>>> {
  const { credentials } = await before.send('WebAuthn.getCredentials', { authenticatorId: id })
  await before.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: id })
  await before.detach()
  const made = await device(page)
  for (const credential of credentials)
    await made.cdp.send('WebAuthn.addCredential', { authenticatorId: made.id, credential })
  return made
}

async function newPerson(name: string): Promise<string> {
  const person = randomUUID()
  const made = await readerAt(running.url).raw('POST', '/sandbox/people', { person, name })
  expect(made.status).toBe(200)
  const profile = {
    name: { en: `Works of ${name}` },
    kinds: ['supplier' as const],
    identifier: null,
    soleTrader: false,
    country: 'FI',
    region: 'North',
    regime: null,
    registered: null,
  }
  const reader = await signIn(running.url, person)
  await reader.mustAct(randomUUID(), 'register-organisation', { profile, administrator: { person, name } })
  return person
}

async function become(window: Window, person: string): Promise<void> {
  await window.page.goto(`${named}/en/sign-in?back=/work/account`)
  await window.page.locator(`button[name="person"][value="${person}"]`).click()
  await window.page.waitForURL(atAccount)
}

const atAccount = (address: URL): boolean => address.pathname.endsWith('/work/account')

const passkeyForm = (page: Page, does: string) => page.locator(`[data-script="passkey"][data-does="${does}"]`)

test('register, sign out, sign in, a second one, rename, remove', async () => {
  const person = await newPerson('Aigul Passkey')
  const window = await openWindow(browser, named)
  const { page } = window
  await become(window, person)
  let { cdp, id } = await device(page)

  await look(page, 'passkeys/account-empty', complaints)
  await passkeyForm(page, 'register').locator('[name="name"]').fill('Office laptop')
  await Promise.all([page.waitForEvent('load'), passkeyForm(page, 'register').locator('button').click()])
  await page.getByText('Office laptop').first().waitFor()
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId: id })
  expect(credentials).toHaveLength(1)
  expect(credentials[0]).toMatchObject({ isResidentCredential: true, rpId: 'localhost' })
  // The sandbox's own sign-in is no proof of who it is, so a further passkey is not offered in this session.
  expect(await passkeyForm(page, 'register').count()).toBe(0)
  await look(page, 'passkeys/account', complaints)

  await page.locator('form[action$="/sign-out"] button').click()
  await page.waitForURL(`${named}/en`)
  await page.goto(`${named}/en/sign-in?back=/work/account`)
  await look(page, 'passkeys/sign-in', complaints)
  await passkeyForm(page, 'sign-in').locator('button').click()
  await page.waitForURL(atAccount)
  expect(await page.locator('.lead').innerText()).toContain('with a passkey')
  const cookie = (await page.context().cookies()).map((each) => `${each.name}=${each.value}`).join('; ')
  const me = (await (await readerAt(running.url, { cookie }).raw('GET', '/api/me/passkeys')).json()) as {
    passkeys: { lastUsed: string | null; prf: boolean }[]
  }
  expect(me.passkeys).toMatchObject([{ prf: true }])
  expect(me.passkeys[0]?.lastUsed).not.toBeNull()

  // An official act: the page comes back and asks the passkey; who stops has lost nothing.
  await page.goto(`${named}/en/work/organisation`)
  await page.getByText('Admit a person').first().click()
  const admit = page.locator('form:has(input[name="act"][value="admit"])')
  await admit.locator('[name="name"]').fill('Second Person')
  await admit.locator('input[name="roles"][value="bidder"]').check()
  await Promise.all([page.waitForEvent('load'), admit.locator('button.button').click()])
  const confirm = page.locator('[data-script="confirm"]')
  await confirm.locator('[data-signed]').getByText('Second Person').waitFor({ state: 'attached' })
  await look(page, 'passkeys/confirm', complaints)
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false })
  await confirm.locator('form button').click()
  await confirm.locator('[data-says="cancelled"]:visible').waitFor()
  expect(await admit.locator('input[type="text"][name="name"]').inputValue()).toBe('Second Person')
  expect(await page.locator('#people tbody tr').count()).toBe(1)
  ;({ cdp, id } = await unlocked(page, cdp, id))
  await Promise.all([page.waitForEvent('load'), confirm.locator('form button').click()])
  expect(await page.locator('#people tbody tr').count()).toBe(2)
  await page.goto(`${named}/en/work/account`)

  // Another device of the same person.
  await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: id })
  await device(page)
  await passkeyForm(page, 'register').locator('[name="name"]').fill('Phone')
  await Promise.all([page.waitForEvent('load'), passkeyForm(page, 'register').locator('button').click()])
  await page.getByText('Phone').first().waitFor()
  await page.getByText('Office laptop').first().click()
  await page.locator('details[open] input[name="name"]').fill('Old laptop')
  await Promise.all([page.waitForEvent('load'), page.locator('details[open] button').click()])
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Remove “Old laptop”' }).click()])
  // The session was begun by the passkey that is gone, so it is gone as well.
  await page.waitForURL((address) => address.pathname.endsWith('/sign-in'))
  await passkeyForm(page, 'sign-in').locator('button').click()
  await page.waitForURL(atAccount)
  expect(await page.locator('#passkeys tbody tr').count()).toBe(1)
  expect(await page.getByRole('button', { name: /^Remove/ }).count()).toBe(0)
  // The form that came back to be confirmed came with status 409, which the browser notes; nothing else.
  expect(window.faults).toEqual([expect.stringMatching(/\/en\/work\/organisation: .* 409 /)])
  await window.context.close()
})

test('what goes wrong is said: a person who is not verified, a code that is wrong, an address that is a number, no scripts', async () => {
  const person = await newPerson('Bolot Passkey')
  const window = await openWindow(browser, named)
  const { page } = window
  await become(window, person)
  const { cdp, id } = await device(page)
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false })
  await passkeyForm(page, 'register').locator('[name="name"]').fill('Laptop')
  await passkeyForm(page, 'register').locator('button').click()
  await page.locator('[data-says="cancelled"]:visible').waitFor()
  expect(await passkeyForm(page, 'register').locator('[name="name"]').inputValue()).toBe('Laptop')

  await page.goto(`${named}/en/enrol`)
  await passkeyForm(page, 'enrol').locator('[name="code"]').fill('WRONG-CODE')
  await passkeyForm(page, 'enrol').locator('[name="name"]').fill('Laptop')
  await passkeyForm(page, 'enrol').locator('button').click()
  await page.locator('[data-says="refused"]:visible').waitFor()
  expect(await page.locator('[data-says="refused"]').innerText()).toContain('code is wrong')
  await look(page, 'passkeys/enrol-refused', complaints)

  await page.goto(`${running.url}/en/sign-in`)
  expect(await page.locator(`a[href="${named}/en/sign-in"]`).count()).toBe(1)
  await window.context.close()

  const silent = await openWindow(browser, named, { scripts: false, width: 360 })
  await silent.page.goto(`${named}/en/sign-in`)
  expect(await silent.page.locator('[data-script="passkey"] [data-says="off"]').isVisible()).toBe(true)
  expect(await silent.page.locator('[data-script="passkey"] button').isVisible()).toBe(false)
  await silent.context.close()

  const phone = await openWindow(browser, named, { width: 360, language: 'ky' })
  await become(phone, person)
  await phone.page.goto(`${named}/ky/work/account`)
  await look(phone.page, 'passkeys/account-ky-360', complaints)
  await phone.page.goto(`${named}/ru/enrol`)
  await look(phone.page, 'passkeys/enrol-ru-360', complaints)
  await phone.context.close()
})

test('a certificate whose key lies at the signing service signs a person in; one of nobody here does not', async () => {
  const person = await newPerson('Cholpon Certificate')
  const window = await openWindow(browser, named, { width: 360 })
  const { page } = window
  await page.goto(`${named}/en/sign-in?back=/work/account`)
  const part = page.locator('[data-script="certificate"]')
  await part.locator('summary').first().click()
  await part.locator('[name="user"]').fill(person)
  await part.locator('[name="password"]').fill('sandbox')
  await part.locator('[name="pin"]').fill('1234')
  await part.locator('[data-does="service"] button').click()
  await part.locator('[data-says="refused"]:visible').waitFor()
  await look(page, 'passkeys/certificate-refused-360', complaints)
  await part.locator('[name="pin"]').fill('0000')
  await part.locator('[data-does="service"] button').click()
  await page.waitForURL(atAccount)
  expect(await page.locator('.lead').innerText()).toContain('with a certificate')

  await page.goto(`${named}/en/sign-in`)
  await part.locator('details:has([data-does="text"]) > summary').click()
  await part.locator('[data-does="text"] button').click()
  await part.locator('[data-text]').getByText('naru-sign-in@v1').waitFor()
  expect(await part.locator('[data-text]').innerText()).toContain(`\n${named}\n`)
  await part.locator('textarea').fill('MAA=')
  await part.locator('[data-does="brought"] button').click()
  await part.locator('[data-says="refused"]:visible').waitFor()
  expect(await part.locator('[data-says="refused"]').innerText()).toContain('signature-form')
  await window.context.close()
})

test('a certificate whose key lies in a file signs a person in; the file and its passphrase stay on the device', async () => {
  const person = await newPerson('Cholpon Keyfile')
  const window = await openWindow(browser, named, { width: 360 })
  const { page } = window
  const bodies: string[] = []
  page.on('request', (request) => bodies.push(request.postDataBuffer()?.toString('latin1') ?? ''))
  // The sandbox's authority makes an invented key file for anyone; another one is of somebody whom nobody here knows.
  await become(window, person)
  const sample = new URL((await page.locator('a[href*="/key-files/"]').getAttribute('href')) ?? '')
  await window.context.clearCookies()
  const keyFile = async (id: string): Promise<Buffer> => {
    sample.searchParams.set('person', id)
    return Buffer.from(await (await fetch(sample)).arrayBuffer())
  }
  const own = await keyFile(person)
  await page.goto(`${named}/en/sign-in?back=/work/account`)
  const part = page.locator('[data-script="certificate"]')
  await part.locator('details:has([data-does="file"]) > summary').click()
  const press = () => part.locator('[data-does="file"] button').click()
  const pick = (buffer: Buffer) =>
    part.locator('[name="keyFile"]').setInputFiles({ name: 'key.p12', mimeType: 'application/x-pkcs12', buffer })
  await press()
  await part.locator('[data-fault="none"]:visible').waitFor()
  await pick(own)
  await part.locator('[name="passphrase"]').fill('canary-passphrase-77aa')
  await press()
  await part.locator('[data-fault="passphrase"]:visible').waitFor()
  await look(page, 'passkeys/key-file-refused-360', complaints)
  await pick(await keyFile('00000000-0000-4000-8000-00000000f0f1'))
  await part.locator('[name="passphrase"]').fill('sandbox')
  await press()
  await part.locator('[data-says="refused"]:visible').waitFor()
  expect(new URL(page.url()).pathname).toBe('/en/sign-in')
  await pick(own)
  await press()
  await page.waitForURL(atAccount)
  expect(await page.locator('.lead').innerText()).toContain('with a certificate')
  const sent = bodies.join('\n')
  for (const secret of ['canary-passphrase-77aa', own.subarray(200, 260).toString('latin1')])
    expect(sent.includes(secret)).toBe(false)
  await window.context.close()
})

test('the pages have no barriers', () => expect(complaints).toEqual([]))
