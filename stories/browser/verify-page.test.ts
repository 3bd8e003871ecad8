// AUD-02: the verifier as one page, opened from a file with the network off: the good bundle holds, a bad one does not, in every language.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWindow, startBrowser } from './browser.ts'

const room = join(import.meta.dirname, '..', '..', 'verifier')
const page = join(room, 'build', 'verify.html')
let browser: Browser
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'naru-verify-page-'))
  if (!existsSync(page)) execFileSync(process.execPath, [join(room, 'build-page.ts')])
  execFileSync(process.execPath, [join(room, 'write-bad-bundles.ts'), folder])
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

const verdicts = {
  en: ['Everything holds.', 'It does not hold.'],
  ru: ['Всё подтверждено.', 'Не подтверждено.'],
  ky: ['Баары тастыкталды.', 'Тастыкталган жок.'],
  ko: ['모두 확인되었습니다.', '확인되지 않았습니다.'],
}

for (const [language, [holds, broken]] of Object.entries(verdicts))
  test(`AUD-02: a verdict without a connection, in ${language}`, async () => {
    const window = await openWindow(browser, 'file:///', { language })
    await window.context.setOffline(true)
    await window.page.goto(pathToFileURL(page).href)
    const judge = async (file: string) => {
      await window.page.locator('#file').setInputFiles(join(folder, file))
      await window.page
        .locator('#verdict.holds, #verdict.does-not-hold, #verdict.not-checked')
        .waitFor({ timeout: 120_000 })
      return window.page.locator('#verdict').innerText()
    }
    expect(await judge('good.zip')).toBe(holds)
    expect(await window.page.locator('#counts').innerText()).toContain('306')
    expect(await judge('award-to-another.zip')).toBe(broken)
    expect(await window.page.locator('#findings li').count()).toBeGreaterThan(0)
    expect(window.faults).toEqual([])
    await window.context.close()
  })
