// A person at a browser: signs in on the page, fills fields by their names, presses the button of an act, and looks at every page.
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Person } from '../cast/cast.ts'
import { findBarriers, findLooseKeys, languages, openWindow, overflows, picture, type Window } from './browser.ts'

/** What was seen wrong on the pages of a walk: one line each. Asserted empty at its end, so that one walk tells everything. */
export type Complaints = string[]

/** Looks at the page as it stands: barriers, sideways scrolling, words that are missing, and a picture of it. */
export async function look(page: Page, name: string, complaints: Complaints): Promise<void> {
  await page.waitForLoadState('load')
  await picture(page, name)
  for (const barrier of await findBarriers(page)) complaints.push(`${name}: ${barrier}`)
  for (const key of await findLooseKeys(page)) complaints.push(`${name}: «${key}» looks like a key of words`)
  const wide = await overflows(page)
  if (wide > 0) complaints.push(`${name}: ${wide} pixels wider than the window`)
}

/**
 * Looks at the same address in the other languages, in a second page of the same window: words, width on a desk and on a phone, a picture of
 * each. What was typed and not kept is not in these.
 */
async function lookInOthers(window: Window, name: string, complaints: Complaints): Promise<void> {
  const address = new URL(window.page.url())
  const [, own = ''] = address.pathname.split('/')
  const page = await window.context.newPage()
  for (const language of languages) {
    if (language === own) continue
    const named = `${name}.${language}`
    const answer = await page.goto(address.href.replace(`/${own}/`, `/${language}/`), { waitUntil: 'load' })
    if (answer?.status() !== 200) complaints.push(`${named}: ${answer?.status()}`)
    const lang = await page.locator('html').getAttribute('lang')
    if (lang !== language) complaints.push(`${named}: says it is in ${lang}`)
    await picture(page, named)
    for (const key of await findLooseKeys(page)) complaints.push(`${named}: «${key}» looks like a key of words`)
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 900 })
      const wide = await overflows(page)
      if (wide > 0) complaints.push(`${named}: ${wide} pixels wider than a window of ${width}`)
    }
    await page.setViewportSize({ width: 1280, height: 900 })
  }
  await page.close()
}

/** Whether walks picture each page in every language (NARU_PICTURES=all); the long walks always do. */
const pictureAll = process.env.NARU_PICTURES === 'all'

/** A person of the cast at their own browser, in one language. */
export interface Seated {
  readonly page: Page
  readonly window: Window
  /** Goes to an address below the language, e.g. `/desk`. */
  readonly go: (path: string) => Promise<void>
  readonly fill: (fields: Readonly<Record<string, string>>) => Promise<void>
  readonly choose: (name: string, value: string) => Promise<void>
  /** Presses the button of the form that does an act; `what` is the form's own name. Waits for the page that follows. */
  readonly press: (what: string) => Promise<void>
  readonly look: (name: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** Seats a person: a window of their own, signed in through the sign-in page like everybody. */
export async function seat(
  browser: Browser,
  url: string,
  person: Person | null,
  options: {
    readonly language: string
    readonly folder: string
    readonly complaints: Complaints
    readonly width?: number
    readonly scripts?: boolean
    /** Every page that is looked at is looked at in all languages. */
    readonly everyLanguage?: boolean
  },
): Promise<Seated> {
  const { language, folder, complaints, everyLanguage = pictureAll } = options
  const { width, scripts = true } = options
  const window = await openWindow(browser, url, { language, scripts, ...(width && { width }) })
  const { page } = window
  page.setDefaultTimeout(60_000)
  const go = async (path: string): Promise<void> => {
    const answer = await page.goto(`${url}/${language}${path}`, { waitUntil: 'load' })
    expect(answer?.status(), `${path}: ${(await page.locator('h1').allTextContents()).join()}`).toBe(200)
  }
  if (person) {
    await go('/sign-in')
    await Promise.all([
      page.waitForURL((address) => !address.pathname.endsWith('/sign-in')),
      page.locator(`button[name="person"][value="${person.id}"]`).click(),
    ])
  }
  return {
    page,
    window,
    go,
    fill: async (fields) => {
      for (const [name, value] of Object.entries(fields)) await page.locator(`[name="${name}"]`).first().fill(value)
    },
    choose: async (name, value) => {
      await page.locator(`input[name="${name}"][value="${value}"]`).check()
    },
    press: async (what) => {
      const form = page.locator(`form:has(input[name="act"][value="${what}"])`)
      const answered = page.waitForResponse(
        (response) =>
          response.request().method() === 'POST' &&
          response.url().startsWith(url) &&
          // What is typed is kept and files are sent meanwhile; that is not the form's own answer.
          !/\/typed$|\/api\/uploads/.test(response.url()),
      )
      // A file goes piece by piece before its form does, so the page that follows is waited for, not a quiet moment of this one.
      const loaded = page.waitForEvent('load')
      await form.locator('button.button').last().click()
      const [response] = await Promise.all([answered, loaded])
      await page.waitForLoadState('networkidle')
      const wrong = await page.locator('.error-summary, [role="alert"]').allInnerTexts()
      expect(response.status() < 400 && wrong.length === 0, `${what}: ${response.status()} ${wrong.join(' | ')}`).toBe(
        true,
      )
    },
    look: async (name) => {
      await look(page, `${folder}/${name}${everyLanguage ? `.${language}` : ''}`, complaints)
      if (everyLanguage) await lookInOthers(window, `${folder}/${name}`, complaints)
    },
    close: () => window.context.close(),
  }
}
