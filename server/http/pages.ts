// Serves the screens: turns a request of Fastify into one the screens understand, and their answer into one of Fastify's.
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { pathToFileURL } from 'node:url'
import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import serveFiles from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { speakingTo } from '../client-release.ts'
import { type KeptPages, keepPages, type Page } from './kept-pages.ts'
import { type ScreenContext, type ScreenLanguage, type ScreensBuild, screenLanguages } from './screens.ts'

export interface PagesOptions<Read> {
  /** The folder the screens were built into, with `client` and `server` inside. */
  readonly build: string
  /** The address people use, such as `https://naru.example`; never taken from the Host header. */
  readonly publicOrigin: string
  /** The same place under its name, where the public address is this machine's number. */
  readonly named?: string | null
  /** Makes what a page may use. When it fails, the page answers 503 and the fault is logged. */
  readonly loadContext: (request: FastifyRequest, language: ScreenLanguage) => Promise<ScreenContext<Read>>
  /** The language of an address that names none. */
  readonly defaultLanguage: ScreenLanguage
  /** The origin of the remote signing service, to which the sealing client's own pages may speak. */
  readonly signing?: string | null
  /** Most bytes of a form, and of a form with files. */
  readonly formLimit?: number
  readonly uploadLimit?: number
  /** Counts what anyone could see change. Where it is given, pages for readers without cookies are kept for a moment. */
  readonly publicChange?: () => number
  /** The screens themselves, where they are not read from `build` (tests, development). */
  readonly screens?: ScreensBuild
}

/** Reads the screens from their build. Throws when they have not been built. */
export async function readScreens(build: string): Promise<ScreensBuild> {
  const module: unknown = await import(pathToFileURL(join(build, 'server', 'index.js')).href)
  return module as ScreensBuild
}

/** The pages of the sealing client speak to this portal and its signing service alone, hold their scripts by hashes, and tell nobody where they were. */
const clientHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'integrity-policy': 'blocked-destinations=(script)',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
  'content-type': 'text/html; charset=utf-8',
} as const

/** Serves the sealing client: scripts and lists as they were built, pages with the places to which they may speak written in. */
async function serveClient(app: FastifyInstance, folder: string, signing: string | null): Promise<void> {
  const places = signing === null ? [] : [signing]
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.html'))) {
    const page = speakingTo(readFileSync(join(folder, name), 'utf8'), places)
    const headers = {
      ...clientHeaders,
      'content-security-policy': speakingTo(clientHeaders['content-security-policy'], places),
    }
    app.get(`${clientPrefix}${name}`, async (_request, reply) => reply.headers(headers).send(page))
  }
  await app.register(async (files) => {
    await files.register(serveFiles, {
      root: folder,
      prefix: clientPrefix,
      decorateReply: false,
      preCompressed: true,
      index: false,
      // Scripts carry a hash of their content in their names; the list of the release keeps its own.
      cacheControl: false,
      setHeaders: (reply, path) => {
        const hashed = /-[\w-]{8}\.(js|css)(\.br|\.gz)?$/.test(path)
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  })
  app.get(`${clientPrefix}deployment.json`, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').send({ v: 1, api: '', signing, trust: null }),
  )
}

/** Where the portal serves the sealing client's own pages and scripts. */
const clientPrefix = '/seal/'

/** Registers every page and the files they load. Other routes (`/api`, event streams) stand beside and come first. */
export async function registerPages<Read>(app: FastifyInstance, options: PagesOptions<Read>): Promise<void> {
  const screens = options.screens ?? (await readScreens(options.build))
  screens.tellFaultsTo((fault, path) => app.log.error({ err: fault, path }, 'a page failed'))

  await app.register(async (files) => {
    await files.register(serveFiles, {
      root: join(options.build, 'client', 'assets'),
      prefix: '/assets/',
      decorateReply: false,
      preCompressed: true,
      index: false,
      // Names carry a hash of their content, but for the mark.
      immutable: true,
      maxAge: '365d',
    })
  })

  const client = join(options.build, 'seal')
  if (existsSync(client)) await serveClient(app, client, options.signing ?? null)

  await app.register(async (pages) => {
    // Pages leave as they are made, so the compressor may not wait for more; its lightest step keeps up with two cores.
    await pages.register(compress, {
      encodings: ['br', 'gzip'],
      threshold: 1024,
      brotliOptions: {
        flush: constants.BROTLI_OPERATION_FLUSH,
        params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 18 },
      },
      zlibOptions: { flush: constants.Z_SYNC_FLUSH, level: 4 },
    })
    // Forms go to the screens unread: their size is counted on the way.
    pages.removeAllContentTypeParsers()
    pages.addContentTypeParser('*', (_request, _body, done) => done(null))
    const kept = options.publicChange && keepPages(options.publicChange)
    pages.route({
      method: ['GET', 'HEAD', 'POST'],
      url: '/*',
      handler: async (request, reply) => {
        const common = kept && isCommon(request) ? await findKept(kept, request, screens, options) : null
        return common ? sendKept(reply, request, common) : answerPage(request, reply, screens, options)
      },
    })
  })
}

/** Whether everybody gets the same: a page in a language named by its address, asked for without cookie or credential. */
const isCommon = ({ method, url, headers }: FastifyRequest): boolean =>
  method === 'GET' &&
  headers.cookie === undefined &&
  headers.authorization === undefined &&
  url.length <= 300 &&
  screenLanguages.some(
    (language) => url === `/${language}` || url.startsWith(`/${language}/`) || url.startsWith(`/${language}?`),
  )

/** The kept page of a request, or null where there is none to be had; what fails is answered the common way. */
function findKept<Read>(
  kept: KeptPages,
  request: FastifyRequest,
  screens: ScreensBuild,
  options: PagesOptions<Read>,
): Promise<Page | null> {
  const url = addressOf(request.url, originOf(request, options))
  if (!url) return Promise.resolve(null)
  const make = async () => {
    const context = await options.loadContext(request, languageOf(url.pathname, options.defaultLanguage))
    return screens.answer(new Request(url), context, randomBytes(16).toString('base64url'))
  }
  // By the whole address: a page may say where it is reached.
  return kept.find(url.href, make).catch(() => null)
}

async function sendKept(reply: FastifyReply, request: FastifyRequest, page: Page): Promise<FastifyReply> {
  reply.status(page.status).header('vary', 'accept-encoding')
  for (const [name, value] of page.headers) reply.header(name, value)
  hardened(reply)
  const tag = page.headers.find(([name]) => name === 'etag')?.[1]
  if (tag && page.status === 200 && hasAlready(request, tag))
    return reply.status(304).removeHeader('content-type').send()
  const accepted = request.headers['accept-encoding'] ?? ''
  const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : 'identity'
  if (encoding !== 'identity') reply.header('content-encoding', encoding)
  return reply.send(await page.in(encoding))
}

const hardened = (reply: FastifyReply): FastifyReply =>
  reply
    .header('X-Content-Type-Options', 'nosniff')
    .header('Referrer-Policy', 'same-origin')
    .header('Cross-Origin-Opener-Policy', 'same-origin')

const hasAlready = (request: FastifyRequest, tag: string): boolean =>
  request.headers['if-none-match']?.split(/,\s*/).some((each) => sameTag(each, tag)) ?? false

class TooLarge extends Error {}

async function answerPage<Read>(
  request: FastifyRequest,
  reply: FastifyReply,
  screens: ScreensBuild,
  options: PagesOptions<Read>,
): Promise<FastifyReply> {
  const nonce = randomBytes(16).toString('base64url')
  const origin = originOf(request, options)
  const url = addressOf(request.raw.url ?? '/', origin)
  const language = languageOf(url?.pathname, options.defaultLanguage)

  const context = await options.loadContext(request, language).catch((fault: unknown) => {
    request.log.error({ err: fault }, 'no context for a page')
    return undefined
  })
  const errorPage = async (status: number) =>
    send(reply, request, await screens.answer(new Request(`${origin}/${language}/_error/${status}`), context, nonce))

  if (!url) return errorPage(400)
  const limit = /^multipart\//i.test(request.headers['content-type'] ?? '')
    ? (options.uploadLimit ?? 64 * 1024 * 1024)
    : (options.formLimit ?? 1024 * 1024)
  if (Number(request.headers['content-length'] ?? 0) > limit) return errorPage(413)

  const ended = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) ended.abort()
  })

  let tooLarge = false
  const body = request.method === 'POST' ? countedBody(request, limit, () => (tooLarge = true)) : undefined
  const asked = new Request(url, {
    method: request.method,
    headers: headersOf(request),
    signal: ended.signal,
    ...(body && { body, duplex: 'half' }),
  } as RequestInit)
  const answer = await screens.answer(asked, context, nonce)
  if (tooLarge) return errorPage(413)
  return send(reply, request, answer)
}

/** The public origin, or its name where the request came by it; never what else a Host header says. */
const originOf = <Read>(request: FastifyRequest, { publicOrigin, named }: PagesOptions<Read>): string =>
  named && request.headers.host === new URL(named).host ? named : new URL(publicOrigin).origin

/** The request's address on the public origin, or undefined when it is none. An odd path never becomes another host. */
function addressOf(raw: string, origin: string): URL | undefined {
  const path = raw.startsWith('/') ? raw : raw.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '') || '/'
  if (!path.startsWith('/') || path.length > 8192) return undefined
  try {
    decodeURIComponent(path.split('?')[0] ?? '')
    return new URL(origin + path)
  } catch {
    return undefined
  }
}

const languageOf = (path: string | undefined, otherwise: ScreenLanguage): ScreenLanguage =>
  screenLanguages.find((language) => language === path?.split('/')[1]) ?? otherwise

function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (Array.isArray(value)) for (const each of value) headers.append(name, each)
    else if (value !== undefined) headers.set(name, value)
  }
  return headers
}

/** The body as it comes in, cut off when it grows past the limit. */
function countedBody(request: FastifyRequest, limit: number, exceeded: () => void): ReadableStream<Uint8Array> {
  async function* counted() {
    let bytes = 0
    for await (const chunk of request.raw) {
      bytes += (chunk as Buffer).length
      if (bytes > limit) {
        exceeded()
        throw new TooLarge(`more than ${limit} bytes`)
      }
      yield chunk as Buffer
    }
  }
  return Readable.toWeb(Readable.from(counted())) as unknown as ReadableStream<Uint8Array>
}

/** Sends the screens' answer: status, headers, each cookie apart, and the body as a stream; 304 when the reader has it already. */
function send(reply: FastifyReply, request: FastifyRequest, answer: Response): FastifyReply {
  reply.status(answer.status)
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') reply.header(name, value)
  const cookies = answer.headers.getSetCookie()
  if (cookies.length > 0) reply.header('set-cookie', cookies)
  hardened(reply)
  const tag = answer.headers.get('etag')
  if (tag && answer.status === 200 && hasAlready(request, tag)) {
    void answer.body?.cancel()
    return reply.status(304).removeHeader('content-type').send()
  }
  if (!answer.body || request.method === 'HEAD') return reply.send('')
  return reply.send(Readable.fromWeb(answer.body as unknown as NodeReadableStream))
}

const sameTag = (a: string, b: string) => a.replace(/^W\//, '') === b.replace(/^W\//, '')

/** A tag of a page made from what it depends on: the last public fact, the language, the build. */
export const pageTag = (...parts: readonly string[]): string =>
  `W/"${createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 22)}"`
