// Follows every link of the screens that a reader can reach, without a browser, and remembers one page of each kind.

/** One page that was read. `links` are addresses of this site below the same language, without fragments. */
export interface Crawled {
  readonly path: string
  readonly status: number
  readonly location: string | null
  readonly setsCookie: boolean
  /** A file to keep (content-disposition: attachment), which a browser downloads and does not show. */
  readonly download: boolean
  /** Bytes as they came over the wire, compressed. */
  readonly bytes: number
  readonly scripts: number
  readonly html: string
}

/** The kind of a page: ids, numbers and queries taken out of its address, the language too. */
export function kindOf(path: string): string {
  const [address = '', query] = path.split('?')
  const kind = address
    .replace(/^\/(ky|ru|en|ko)(?=\/|$)/, '')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id')
    .replace(/ocds-[^/]+/g, ':ocid')
    .replace(/\/\d+(?=\/|$)/g, '/:n')
  return `${kind || '/'}${query ? '?' : ''}`
}

const places = (html: string): string[] =>
  [...html.matchAll(/<a\s[^>]*href="([^"]+)"/g)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&').replace(/#.*$/, ''),
  )

/**
 * Reads pages breadth first from the given addresses, at most `most` pages and `ofKind` of one kind. Addresses outside `/{language}` are
 * only checked to answer. Waits for nothing and presses nothing.
 */
export async function crawl(
  url: string,
  from: readonly string[],
  options: { readonly language: string; readonly cookie?: string; readonly most?: number; readonly ofKind?: number },
): Promise<readonly Crawled[]> {
  const { language, cookie, most = 300, ofKind = 4 } = options
  const queue = [...from]
  const seen = new Set(queue)
  const kinds = new Map<string, number>()
  const pages: Crawled[] = []
  for (let path = queue.shift(); path !== undefined && pages.length < most; path = queue.shift()) {
    const kind = kindOf(path)
    const count = kinds.get(kind) ?? 0
    if (count >= ofKind) continue
    kinds.set(kind, count + 1)
    const page = await read(url, path, cookie)
    pages.push(page)
    const next = page.location && page.location.startsWith('/') ? [page.location] : places(page.html)
    for (const href of next) {
      const inside = href === `/${language}` || href.startsWith(`/${language}/`) || href.startsWith(`/${language}?`)
      if (!inside || seen.has(href) || /\/(sign-out|language)(\/|$|\?)/.test(href)) continue
      seen.add(href)
      queue.push(href)
    }
  }
  return pages
}

async function read(url: string, path: string, cookie: string | undefined): Promise<Crawled> {
  const { request } = await import('node:http')
  const { gunzipSync, brotliDecompressSync } = await import('node:zlib')
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': 'br, gzip', accept: 'text/html', ...(cookie && { cookie }) }
    const call = request(`${url}${path}`, { headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        const body = Buffer.concat(parts)
        const encoding = response.headers['content-encoding']
        const html = (
          encoding === 'br' ? brotliDecompressSync(body) : encoding === 'gzip' ? gunzipSync(body) : body
        ).toString('utf8')
        const { location, 'set-cookie': cookies, 'content-disposition': disposition = '' } = response.headers
        resolve({
          path,
          status: response.statusCode ?? 0,
          location: location ?? null,
          setsCookie: (cookies?.length ?? 0) > 0,
          download: disposition.startsWith('attachment'),
          bytes: body.length,
          scripts: (html.match(/<script(?![^>]*type="application\/(ld\+)?json")/g) ?? []).length,
          html,
        })
      })
      response.on('error', reject)
    })
    call.on('error', reject)
    call.end()
  })
}
