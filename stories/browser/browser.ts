// A Chromium for the stories: the installed one or the one inside npm; pages opened as one of the cast, looked at, checked and pictured.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** Where the pictures go: build/screenshots below the checkout. */
export const pictures = join(import.meta.dirname, '..', '..', 'build', 'screenshots')

/** How Chromium is started without a window: NARU_CHROMIUM, else Debian's, else the one of @sparticuz/chromium. Throws when there is none. */
async function howToStart(): Promise<{ executablePath: string; args: string[] }> {
  const { existsSync } = await import('node:fs')
  const installed = [process.env.NARU_CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path))
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none']
  if (installed) return { executablePath: installed, args }
  // This library unpacks its Chromium only where it believes to be in a cloud function of that system.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs22.x'
  const { default: packed } = await import('@sparticuz/chromium')
  return { executablePath: await packed.executablePath(), args: [...args, '--headless=shell'] }
}

/** Starts Chromium; each of its windows forgets all when it is closed. */
export const startBrowser = async (): Promise<Browser> => chromium.launch(await howToStart())

/** Starts Chromium as people have it: what pages keep lies in this folder, on disk. */
export const startProfile = async (folder: string): Promise<BrowserContext> =>
  chromium.launchPersistentContext(folder, { ...(await howToStart()), locale: 'en', timezoneId: 'UTC' })

/** One person's browser window; `faults` collects what a page complained about. */
export interface Window {
  readonly context: BrowserContext
  readonly page: Page
  readonly faults: string[]
}

/** Opens a window in a language, signed in where a session cookie is given. */
export async function openWindow(
  browser: Browser,
  url: string,
  options: {
    readonly language?: string
    readonly cookie?: string
    readonly width?: number
    readonly scripts?: boolean
    readonly zone?: string
  } = {},
): Promise<Window> {
  const context = await browser.newContext({
    locale: options.language ?? 'en',
    viewport: { width: options.width ?? 1280, height: 900 },
    javaScriptEnabled: options.scripts ?? true,
    timezoneId: options.zone ?? 'UTC',
    reducedMotion: 'reduce',
  })
  if (options.cookie) {
    const [name = '', value = ''] = options.cookie.split('=')
    await context.addCookies([{ name, value, url }])
  }
  const page = await context.newPage()
  const faults: string[] = []
  context.on('weberror', (error) => faults.push(`${error.page()?.url()}: ${error.error().message}`))
  context.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${message.page()?.url()}: ${message.text()}`)
  })
  return { context, page, faults }
}

/** What axe finds against WCAG 2.2 A and AA on the page as it stands, one line per rule with the first places. */
export async function findBarriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  return violations.map(
    ({ id, help, nodes }) =>
      `${id} (${help}): ${nodes
        .slice(0, 3)
        .map((node) => node.target.join(' '))
        .join(' | ')}`,
  )
}

/** Whether the page is wider than its window, which would make people scroll sideways (WCAG 1.4.10). */
export const overflows = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth))

/** Texts on the page that look like keys of words that were not found (`place.tenders`), or like unfilled places (`{count}`). */
export const findLooseKeys = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const text = document.body.innerText
    const keys = text.match(/\b[a-z]+(?:\.[a-z][A-Za-z0-9-]*){1,5}\b/g) ?? []
    const known = /\.(pdf|txt|csv|json|html|invalid|example|org|com|kg|kr|log|md|ts)$|^(www|e\.g|i\.e)\b/
    return [...keys.filter((key) => !known.test(key)), ...(text.match(/\{[a-z][A-Za-z]*\}/g) ?? [])]
  })

/** The languages of the interface, in the order of its menu. */
export const languages = ['ky', 'ru', 'en', 'ko'] as const

/** Takes a picture of the whole page, and its words beside it, to be read: `name` names the files below build/screenshots. */
export async function picture(page: Page, name: string): Promise<void> {
  const path = join(pictures, name)
  mkdirSync(join(path, '..'), { recursive: true })
  await page.screenshot({ path: `${path}.png`, fullPage: true })
  writeFileSync(`${path}.txt`, await page.locator('main').innerText())
}
