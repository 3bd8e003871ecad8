// Keys of people in their own browsers: one holder under a passkey, another in a file, through deposit, rehearsal, opening and destruction.
import { readFileSync } from 'node:fs'
import type { Browser, Download } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../client.ts'
import { award } from '../parts/award.ts'
import { bid, offer } from '../parts/bids.ts'
import { attend, closing, opened, postShares, roundOf } from '../parts/opening.ts'
import { approve, author, guardiansOf, holdersOf, prepare, publish, rehearse } from '../parts/purchase.ts'
import { type Running, startSandbox } from '../running.ts'
import { kgQuotation, paperPurchase } from '../tales/kg-quotation.ts'
import { days, later, workdayAfter } from '../times.ts'
import { openStage, type Stage, type World } from '../world.ts'
import { startBrowser } from './browser.ts'
import { type Complaints, type Seated, seat } from './person.ts'

const complaints: Complaints = []
let running: Running
let stage: Stage
let browser: Browser
let named: string

beforeAll(async () => {
  // Passkeys are made for a name, never for a number.
  running = await startSandbox('kg')
  named = running.url.replace('127.0.0.1', 'localhost')
  stage = await openStage({ url: running.url, wallet: running.wallet, country: 'kg' })
  await stage.setUp([kgQuotation])
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await running?.stop()
})

async function play(tell: (world: World) => Promise<void>): Promise<void> {
  const from = later(await stage.world.now(), 1000)
  const [one] = await stage.play([{ from, tale: { name: 'own keys', lines: kgQuotation.lines, tell } }])
  if (one?.end !== 'told') throw one?.error
}

/** Comes to the opening; who has a passkey at the portal is asked for it on the page that comes back. */
async function come(who: Seated): Promise<void> {
  const { page } = who
  await page.locator('form:has(input[name="act"][value="attend"]) button.button').click()
  await page.waitForLoadState('load')
  const confirm = page.locator('[data-script="confirm"] form button')
  await Promise.race([confirm.waitFor({ state: 'visible' }), page.waitForURL((at) => at.pathname.endsWith('/keys'))])
  if (!page.url().endsWith('/keys')) await confirm.click()
  await page.waitForURL((address) => address.pathname.endsWith('/keys'))
}

/** Presses the button of the own-keys part and waits for the act that follows. */
async function press(who: Seated, act: string): Promise<void> {
  // Who has a passkey at the portal is asked first to confirm the act with it (409), and the act comes again.
  const posted = who.page.waitForResponse(
    (response) =>
      response.request().method() === 'POST' && response.url().includes(`/acts/${act}`) && response.status() !== 409,
  )
  await who.page.locator('[data-script="keys"] button').click()
  const response = await posted
  expect(response.status(), `${act}: ${await response.text().catch(() => '')}`).toBe(200)
  await who.page.waitForURL((address) => !address.pathname.includes('/nowhere'))
  await who.page.waitForLoadState('networkidle')
}

/** A device with a passkey store of its own whose passkeys have a PRF, and which knows its person. */
async function device(who: Seated): Promise<void> {
  const cdp = await who.window.context.newCDPSession(who.page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      hasPrf: true,
      automaticPresenceSimulation: true,
    },
  })
}

const words = 'арча булак тулпар комуз саман'

test('SEA-11: keys are made, proved, used and destroyed in the browser, under a passkey and in a file', {
  timeout: 900_000,
}, async () => {
  const { world } = stage
  const tender = world.id('tender', 'own keys')
  const purchase = paperPurchase(tender)
  const at = `/work/tenders/${tender}/keys`
  const holders = holdersOf(world, purchase)
  const first = holders[0]
  const file = holders.find(({ group }) => group === 'guardians')
  if (!first || !file) throw new Error('there are holders')
  const [, fresh] = holders
  if (!fresh) throw new Error('there are two of the agency')
  const others = holders.filter((each) => each !== first && each !== file && each !== fresh)
  const faults: string[] = []

  await play(async () => {
    const writer = await author(world, purchase.buyer)
    await writer.mustAct(tender, 'start-tender', {
      buyer: null,
      demandAgency: null,
      payer: null,
      language: purchase.language,
      renoticeOf: null,
    })
    const of = (group: string) => holders.filter((each) => each.group === group).map((each) => each.person.id)
    await writer.mustAct(tender, 'name-key-holders', {
      method: purchase.method,
      lots: ['1'],
      agency: of('agency'),
      guardians: of('guardians'),
    })
    for (const { person, group, i } of others) {
      const records = await world.wallet.records(person.id, { tender, group, i })
      await (await world.as(person)).mustAct(tender, 'deposit-keys', { records: records as never })
    }
  })

  // One keeps the keys under a passkey whose PRF wraps them.
  const sit = (person: Parameters<typeof seat>[2], width?: number) =>
    seat(browser, named, person, { language: 'ky', folder: 'own-keys', complaints, ...(width && { width }) })
  const one = await sit(first.person)
  // The passkey of the portal, with which official acts are confirmed as well.
  await one.go('/work/account')
  await device(one)
  const register = one.page.locator('[data-script="passkey"][data-does="register"]')
  await register.locator('[name="name"]').fill('Office')
  await Promise.all([one.page.waitForEvent('load'), register.locator('button').click()])
  await one.page.getByText('Office').first().waitFor()
  await one.go(at)
  await one.look('01-where-will-your-keys-lie')
  await press(one, 'deposit-keys')
  await one.look('02-deposited-under-the-passkey')
  // Somebody without a passkey at the portal: one is made for wrapping alone.
  const three = await sit(fresh.person)
  await device(three)
  await three.go(at)
  await press(three, 'deposit-keys')
  const holder = await world.as(first.person)
  const kept = (await holder.get(`/api/cases/${tender}/holder-key`)).body as { how: string; wrapped: { salt: string } }
  expect(kept.how).toBe('passkey')
  // Nobody else is given it, and it is not written over once the public keys are deposited.
  const stranger = await world.as(file.person)
  expect((await stranger.raw('GET', `/api/cases/${tender}/holder-key`)).status).toBe(404)
  expect((await holder.raw('PUT', `/api/cases/${tender}/holder-key`, { how: 'file', wrapped: null })).status).toBe(409)

  // Another keeps them in a file, on a telephone.
  const two = await sit(file.person, 390)
  await two.go(at)
  await two.choose('how', 'file')
  await two.fill({ passphrase: 'кыска', again: 'кыска' })
  await two.page.locator('[data-script="keys"] button').click()
  await two.page.locator('[data-says="short"]').waitFor({ state: 'visible' })
  await two.fill({ passphrase: words, again: `${words} ` })
  await two.page.locator('[data-script="keys"] button').click()
  await two.page.locator('[data-says="differ"]').waitFor({ state: 'visible' })
  await two.fill({ again: words })
  const saving = two.page.waitForEvent('download')
  await two.page.locator('[data-script="keys"] button').click()
  const download: Download = await saving
  expect(download.suggestedFilename()).toMatch(/^naru-keys-[0-9a-f]{8}-\d+\.age$/)
  const path = await download.path()
  expect(readFileSync(path, 'latin1')).toMatch(/^age-encryption\.org\/v1\n-> scrypt /)
  await two.page.locator('[data-says="save"]').waitFor({ state: 'visible' })
  await two.look('03-save-the-file')
  await press(two, 'deposit-keys')

  // The rehearsal: the passkey is asked again, the file is brought back; with other words it opens nothing.
  const state = await waitFor(async () => {
    const { tender: seen } = await (await author(world, purchase.buyer)).view(tender)
    return seen.tenderKeys.length === 3 ? seen : undefined
  }, 'the keys of the tender')
  for (const who of [one, three]) {
    await who.go(at)
    await press(who, 'rehearse-opening')
  }
  await two.go(at)
  await two.look('04-rehearsal-with-the-file')
  await two.page.locator('input[name="file"]').setInputFiles(path)
  await two.fill({ passphrase: 'башка сөздөр башка сөздөр' })
  await two.page.locator('[data-script="keys"] button').click()
  await two.page.locator('[data-says="wrong-file"]').waitFor({ state: 'visible' })
  await two.fill({ passphrase: words })
  await press(two, 'rehearse-opening')
  await two.look('05-rehearsed')
  await rehearse(world, purchase, others, state)

  await play(async () => {
    await prepare(world, purchase)
    await world.until(workdayAfter(await world.now(), 1, '10:20', world.zone))
    await approve(world, purchase)
    await publish(world, purchase)
    const rows = (paper: number) =>
      offer([
        ['paper', 400, paper],
        ['toner', 20, 780_000],
      ])
    await bid(world, tender, 'alfa', [rows(75_000)])
    await bid(world, tender, 'beta', [rows(74_000)])
    await world.until(later(await world.now(), days(1)))
    await closing(world, purchase)
  })

  // The opening: each browser reads the closed box again by itself before it lets go of a share.
  const second = guardiansOf(world).findIndex((person) => person.id !== file.person.id)
  for (const who of [one, two]) {
    await who.go(`/work/tenders/${tender}/attend`)
    await who.choose('seen', 'yes')
    await come(who)
  }
  await attend(world, purchase, 'guardians', second)
  await one.go(at)
  await press(one, 'post-shares')
  await two.go(at)
  await two.page.locator('input[name="file"]').setInputFiles(path)
  await two.fill({ passphrase: words })
  await two.look('06-opening-with-the-file')
  await press(two, 'post-shares')
  await postShares(world, purchase, 'guardians', second)
  const round = roundOf(await opened(world, purchase))
  // 400 × 750.00 + 156,000.00 = 456,000.00 and 400 × 740.00 + 156,000.00 = 452,000.00
  expect(round.opening?.bids.map((each) => each.price?.price).toSorted()).toEqual(['45200000', '45600000'])
  expect(round.opening?.wrongShares).toEqual([])

  // After the award both destroy their keys; what the portal kept is gone, and the record says so.
  await play(async () => {
    await award(world, purchase, '1', 'Эң төмөн баа.')
  })
  for (const who of [one, two]) {
    await who.go(at)
    if (who === one) await who.look('07-destroy')
    await who.page.locator('[data-script="keys"] button').click()
    await who.page.locator('[data-says="sure"]').waitFor({ state: 'visible' })
    await who.choose('sure', 'yes')
    await press(who, 'destroy-key')
    await who.page.waitForFunction(() => !document.querySelector('[data-script="keys"]'))
  }
  await one.look('08-destroyed')
  const { destroyed } = (await world.anyone.view(tender)).tender
  expect((destroyed ?? []).map((each) => `${each.i} ${each.round}`).toSorted()).toEqual(
    [first.i, file.i].flatMap((i) => [1, 2, 3].map((each) => `${i} ${each}`)).toSorted(),
  )
  for (const reader of [holder, stranger])
    expect((await reader.raw('GET', `/api/cases/${tender}/holder-key`)).status).toBe(404)

  for (const { window } of [one, two, three]) faults.push(...window.faults)
  // The browser itself tells of the 409 with which an act asks for its confirmation.
  expect(faults.filter((fault) => !/status of 409/.test(fault))).toEqual([])
})

test('ACC-01: no page of a holder’s own keys has a barrier by WCAG 2.2 AA, a missing word or a sideways scroll', () => {
  expect(complaints).toEqual([])
})
