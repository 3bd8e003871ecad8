import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pageTag, registerPages } from './pages.ts'
import type { ScreenContext, ScreensBuild } from './screens.ts'

let app: FastifyInstance
let folder: string
let asked: Request[] = []
let contexts: unknown[] = []

/** Screens that tell what they were asked. */
const screens: ScreensBuild = {
  tellFaultsTo: () => {},
  answer: async (request, context, nonce) => {
    asked.push(request)
    contexts.push(context)
    const { pathname } = new URL(request.url)
    if (pathname.includes('/_error/'))
      return new Response('fault', {
        status: Number(pathname.split('/').at(-1)),
        headers: { 'Content-Type': 'text/html' },
      })
    if (pathname === '/ky/moved') return new Response(null, { status: 302, headers: { Location: '/ky/there' } })
    if (pathname === '/ky/cookies') {
      const headers = new Headers({ 'Content-Type': 'text/html' })
      headers.append('Set-Cookie', 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT')
      headers.append('Set-Cookie', 'b=2')
      return new Response('x', { headers })
    }
    if (pathname === '/ky/tagged')
      return new Response('x'.repeat(10), { headers: { ETag: pageTag('48213', 'ky'), 'Content-Type': 'text/html' } })
    if (pathname === '/ky/long')
      return new Response('ң'.repeat(5000), { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
    const body = request.method === 'POST' ? await request.text().catch((fault: Error) => `cut: ${fault.message}`) : ''
    return new Response(`${request.method} ${request.url} ${body.length} ${nonce.length}`, {
      headers: { 'Content-Type': 'text/html' },
    })
  },
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'naru-pages-'))
  mkdirSync(join(folder, 'client', 'assets'), { recursive: true })
  writeFileSync(join(folder, 'client', 'assets', 'style-1.css'), 'body{}'.repeat(200))
  writeFileSync(join(folder, 'client', 'assets', 'style-1.css.br'), brotliCompressSync('body{}'.repeat(200)))
  app = fastify({ logger: false })
  app.get('/api/cases', async () => ({ api: true }))
  await registerPages(app, {
    build: folder,
    publicOrigin: 'https://naru.example/ignored',
    defaultLanguage: 'ky',
    formLimit: 1000,
    uploadLimit: 5000,
    screens,
    loadContext: async (request, language) => {
      if (request.url.includes('away')) throw new Error('the database is away')
      return { language } as unknown as ScreenContext<unknown>
    },
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
})

it('asks the screens under the public origin, whatever the Host header says', async () => {
  asked = []
  const answer = await app.inject({
    url: '/ru/tenders?q=1',
    headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
  })
  expect(answer.statusCode).toBe(200)
  expect(asked[0]?.url).toBe('https://naru.example/ru/tenders?q=1')
})

it.each(['//evil.example/x', '/\\evil.example', '/ky/..%2f..%2f', '/ky/%00', '/?a=%'])(
  'keeps the origin for the odd address %s',
  async (url) => {
    asked = []
    await raw(`GET ${url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    for (const request of asked) expect(new URL(request.url).host).toBe('naru.example')
  },
)

it('answers 400, not 500, to an address that cannot be decoded', async () => {
  expect(await raw('GET /ky/%E0%A4%A HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400/)
})

it('lets a form through whole', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/ky/form',
    payload: `a=${'x'.repeat(900)}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(answer.body).toBe('POST https://naru.example/ky/form 902 22')
})

it('refuses a declared body that is too large before reading it', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/ky/form',
    payload: 'x'.repeat(1001),
    headers: { 'content-type': 'text/plain' },
  })
  expect(answer.statusCode).toBe(413)
})

it('counts a body that does not say its length, and allows more where files are sent', async () => {
  const chunks = (bytes: number, type: string) =>
    raw(
      `POST /ky/form HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n` +
        `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n0\r\n\r\n`,
    )
  expect(await chunks(1001, 'text/plain')).toMatch(/^HTTP\/1.1 413/)
  expect(await chunks(1000, 'text/plain')).toMatch(/^HTTP\/1.1 200/)
  expect(await chunks(4000, 'multipart/form-data; boundary=b')).toMatch(/^HTTP\/1.1 200/)
  expect(await chunks(5001, 'multipart/form-data; boundary=b')).toMatch(/^HTTP\/1.1 413/)
})

it('passes redirects and every cookie', async () => {
  const moved = await app.inject({ url: '/ky/moved' })
  expect([moved.statusCode, moved.headers.location]).toEqual([302, '/ky/there'])
  const cookies = await app.inject({ url: '/ky/cookies' })
  expect(cookies.headers['set-cookie']).toEqual(['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2'])
})

it('spares a page the reader already has', async () => {
  const first = await app.inject({ url: '/ky/tagged' })
  const again = await app.inject({ url: '/ky/tagged', headers: { 'if-none-match': String(first.headers.etag) } })
  expect([first.statusCode, again.statusCode, again.body]).toEqual([200, 304, ''])
  const other = await app.inject({ url: '/ky/tagged', headers: { 'if-none-match': pageTag('48214', 'ky') } })
  expect(other.statusCode).toBe(200)
})

it('compresses pages and sends assets as they were packed', async () => {
  const page = await app.inject({ url: '/ky/long', headers: { 'accept-encoding': 'br' } })
  expect(page.headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(page.rawPayload).toString()).toBe('ң'.repeat(5000))
  const asset = await app.inject({ url: '/assets/style-1.css', headers: { 'accept-encoding': 'br' } })
  expect(asset.headers['content-encoding']).toBe('br')
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(brotliDecompressSync(asset.rawPayload).toString()).toBe('body{}'.repeat(200))
})

it('answers HEAD without a body', async () => {
  const answer = await app.inject({ method: 'HEAD', url: '/ky/long' })
  expect([answer.statusCode, answer.body]).toEqual([200, ''])
})

it('gives the screens no context when none can be made', async () => {
  contexts = []
  await app.inject({ url: '/ky/away' })
  expect(contexts).toEqual([undefined])
})

it('makes a page once for readers without cookies, for others each time, and again after a public change', async () => {
  let change = 0
  const common = fastify({ logger: false })
  await registerPages(common, {
    build: folder,
    publicOrigin: 'https://naru.example',
    defaultLanguage: 'ky',
    screens,
    loadContext: async () => ({}) as ScreenContext<unknown>,
    publicChange: () => change,
  })
  asked = []
  const get = (url: string, headers = {}) => common.inject({ url, headers })
  const [plain, packed] = [await get('/ky/long'), await get('/ky/long', { 'accept-encoding': 'gzip, br' })]
  expect(asked.length).toBe(1)
  expect(brotliDecompressSync(packed.rawPayload).toString()).toBe(plain.body)
  expect(packed.headers).toMatchObject({
    'content-encoding': 'br',
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
    'content-type': 'text/html; charset=utf-8',
  })
  await get('/ky/long', { cookie: 'naru_session=x' })
  expect(asked.length).toBe(2)
  change += 1
  await get('/ky/long')
  expect(asked.length).toBe(3)
  const tag = String((await get('/ky/tagged')).headers.etag)
  expect((await get('/ky/tagged', { 'if-none-match': tag })).statusCode).toBe(304)
  // What sets a cookie is made for its reader alone, and what chooses its language by the reader is not common either.
  asked = []
  for (const url of ['/ky/cookies', '/']) for (const _ of [1, 2]) await get(url)
  expect(asked.filter((each) => new URL(each.url).pathname === '/').length).toBe(2)
  expect((await get('/ky/cookies')).headers['set-cookie']).toHaveLength(2)
  await common.close()
})

it('leaves other routes alone', async () => {
  expect((await app.inject({ url: '/api/cases' })).json()).toEqual({ api: true })
})

it('makes the same tag of the same parts only', () => {
  expect(pageTag('1', 'ky')).toBe(pageTag('1', 'ky'))
  expect(pageTag('1', 'ky')).not.toBe(pageTag('1k', 'y'))
})

/** Sends bytes as they are and gives the answer's text. */
function raw(text: string): Promise<string> {
  const address = app.server.address()
  if (!address || typeof address === 'string') throw new Error('not listening')
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(address.port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => {
      answer += chunk.toString()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}
