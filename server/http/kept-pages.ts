// Pages that everybody gets alike, kept for a second: a tender that many people watch is rendered once a second and not once a reader.
//
// Only for readers without any cookie, and only until something public changes: a sealed bid is not public, so that neither a page nor the
// time it takes tells that one arrived. A page is kept as it was sent, with the nonce it was made with: nothing can be put into it later.
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** A page as it is sent: status, headers without cookies, and the bytes as they are and in each encoding that was asked for. */
export interface Page {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly in: (encoding: 'br' | 'gzip' | 'identity') => Promise<Buffer>
}

export interface KeptPages {
  /** The page of an address, made by `make` where none is kept; null where what was made is for one reader alone. */
  readonly find: (address: string, make: () => Promise<Response>) => Promise<Page | null>
}

const keptMs = 1000
const most = 500
const compressed = { br: promisify(brotliCompress), gzip: promisify(gzip) }

/** Keeps pages while `change` gives the same number. */
export function keepPages(change: () => number): KeptPages {
  const kept = new Map<
    string,
    { readonly until: number; readonly change: number; readonly page: Promise<Page | null> }
  >()
  return {
    find: (address, make) => {
      const found = kept.get(address)
      const now = performance.now()
      if (found && found.until > now && found.change === change()) return found.page
      const page = make().then(pageOf)
      // Those who ask while it is made share it; what is no common page is asked for again by the next.
      const entry = { until: now + keptMs, change: change(), page }
      const forget = () => {
        if (kept.get(address) === entry) kept.delete(address)
      }
      kept.delete(address)
      kept.set(address, entry)
      for (const [oldest] of kept) {
        if (kept.size <= most) break
        kept.delete(oldest)
      }
      page.then((made) => made?.status !== 200 && forget(), forget)
      return page
    },
  }
}

async function pageOf(answer: Response): Promise<Page | null> {
  if (answer.headers.getSetCookie().length > 0) {
    await answer.body?.cancel()
    return null
  }
  const bytes = Buffer.from(await answer.arrayBuffer())
  const made = new Map<string, Promise<Buffer>>()
  const inEncoding: Page['in'] = (encoding) => {
    const before = made.get(encoding)
    if (before) return before
    const options = encoding === 'br' ? { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } } : {}
    const encoded =
      encoding === 'identity' ? Promise.resolve(bytes) : (compressed[encoding](bytes, options) as Promise<Buffer>)
    made.set(encoding, encoded)
    return encoded
  }
  return {
    status: answer.status,
    headers: [...answer.headers].filter(([name]) => name !== 'content-length'),
    in: inEncoding,
  }
}
