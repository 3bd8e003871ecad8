// Kept pages: made once for many, anew after a second or a public change, never shared where a cookie is set.
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type KeptPages, keepPages } from './kept-pages.ts'

let made: number
let change: number
let pages: KeptPages

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
  made = 0
  change = 0
  pages = keepPages(() => change)
})
afterEach(() => {
  vi.useRealTimers()
})

const make =
  (status = 200, headers: Record<string, string> = { 'content-type': 'text/html' }) =>
  async () => {
    made += 1
    return new Response(`<p>${made}</p>`, { status, headers })
  }
const textOf = async (address: string) => (await (await pages.find(address, make()))?.in('identity'))?.toString()

test('many readers at once and within a second get one rendering', async () => {
  expect(await Promise.all([textOf('/ru'), textOf('/ru'), textOf('/ru')])).toEqual(['<p>1</p>', '<p>1</p>', '<p>1</p>'])
  vi.advanceTimersByTime(999)
  expect(await textOf('/ru')).toBe('<p>1</p>')
  expect(await textOf('/ky')).toBe('<p>2</p>')
  vi.advanceTimersByTime(2)
  expect(await textOf('/ru')).toBe('<p>3</p>')
})

test('a public change makes it anew at once', async () => {
  expect(await textOf('/ru')).toBe('<p>1</p>')
  change += 1
  expect(await textOf('/ru')).toBe('<p>2</p>')
})

test('a cookie is given to nobody else, a failure and an error page are not kept', async () => {
  expect(await pages.find('/a', make(200, { 'set-cookie': 'a=b' }))).toBeNull()
  expect(await pages.find('/a', make(200, { 'set-cookie': 'a=b' }))).toBeNull()
  expect((await pages.find('/b', make(404)))?.status).toBe(404)
  expect((await pages.find('/b', make(404)))?.status).toBe(404)
  await expect(pages.find('/c', () => Promise.reject(new Error('no database')))).rejects.toThrow('no database')
  expect((await pages.find('/c', make()))?.status).toBe(200)
  expect(made).toBe(5)
})

test('compressed once in each encoding, the bytes are the same', async () => {
  const page = await pages.find('/ru', make())
  expect(brotliDecompressSync((await page?.in('br')) as Buffer).toString()).toBe('<p>1</p>')
  expect(gunzipSync((await page?.in('gzip')) as Buffer).toString()).toBe('<p>1</p>')
  expect(page?.in('br')).toBe(page?.in('br'))
})
