// A person at a browser: signs in on the page, fills fields by their names, presses the button of an act, and looks at every page.
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Person } from '../cast/cast.ts'
import { findBarriers, findLooseKeys, openWindow, overflows, picture, type Window } from './browser.ts'

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
  },
): Promise<Seated> {
  const { language, folder, complaints } = options
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
    look: (name) => look(page, `${folder}/${name}`, complaints),
    close: () => window.context.close(),
  }
}
