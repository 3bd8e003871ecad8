// How long a browser takes to seal a bid of about 10 KB: the very modules of the sealing room, run in Chromium.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startBrowser } from '@naru/stories/browser/browser.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What is run there: a bid of so many items for a tender of two groups of three, sealed again and again; milliseconds of each. */
const probe = `
import { sealBid, withWebCurve } from '/sealing/bid.ts'
import { nonceOf } from '/sealing/core.ts'
import { descriptorOf, recipientsOf } from '/sealing/descriptor.ts'
import { deriveKeyPair } from '/sealing/hpke.ts'
import { toBase64 } from '/sealing/bytes.ts'
export async function measure(times, items) {
  const random = (n = 32) => crypto.getRandomValues(new Uint8Array(n))
  const records = Array.from({ length: 6 }, (_, n) => ({
    v: 1, tender: 't', round: 1, officer: 'p' + n, group: n < 3 ? 'agency' : 'guardians', i: n + 1,
    pk: toBase64(deriveKeyPair(random()).publicKey), cert: null,
  }))
  const groups = [{ name: 'agency', k: 2 }, { name: 'guardians', k: 2 }]
  const descriptor = descriptorOf({ tender: 't', round: 1, classes: ['price'], groups }, records)
  const took = []
  const agreeing = []
  let size = 0
  for (let n = 0; n < times; n += 1) {
    const core = {
      tender: 't', lot: null, bidderId: 'b', seq: 1, currency: 'KGS', price: '1', vat: null, shares: [], nonce: nonceOf(random()), files: [],
      items: Array.from({ length: items }, (_, at) => ({ id: 'item-' + at, unitPrice: String(123456 + at), amount: String(987654321 + at) })),
    }
    size = JSON.stringify(core).length
    const start = performance.now()
    const input = { descriptor, recipients: recipientsOf(descriptor), bidderId: 'b', seq: 1, prev: null, cores: [{ cls: 'price', core }], bidderSalt: random(), random: [random()] }
    const recipients = await withWebCurve(input)
    const agreed = performance.now()
    sealBid({ ...input, recipients })
    took.push(performance.now() - start)
    agreeing.push(agreed - start)
  }
  return { took, agreeing, size }
}`

/** Serves the sealing room with its types stripped and its few packages by their own paths. */
function serveModules(): Promise<{ url: string; close: () => void }> {
  const find = createRequire(join(root, 'sealing', 'package.json'))
  const paths = new Map<string, string>()
  const pathOf = (name: string): string => {
    const file = find.resolve(name)
    const [scope = '', pack = ''] = name.split('/')
    const folder = file.slice(0, file.lastIndexOf(join(scope, pack)) + join(scope, pack).length)
    const address = `/packages/${scope}/${pack}`
    paths.set(address, folder)
    return `${address}${file.slice(folder.length)}`
  }
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    if (path === '/') return response.setHeader('content-type', 'text/html').end('<!doctype html><title>seal</title>')
    if (path === '/favicon.ico') return response.writeHead(204).end()
    const address = [...paths.keys()].find((each) => path.startsWith(`${each}/`))
    const file = address ? `${paths.get(address)}${path.slice(address.length)}` : join(root, path)
    const source = path === '/probe.js' ? probe : readFileSync(file, 'utf8')
    const plain = file.endsWith('.ts') ? stripTypeScriptTypes(source) : source
    const named = plain.replaceAll(
      /(from\s+|import\s+)'(@[^']+)'/g,
      (_, word: string, name: string) => `${word}'${pathOf(name)}'`,
    )
    return response.setHeader('content-type', 'text/javascript').end(named)
  })
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address()
      const port = typeof bound === 'object' && bound ? bound.port : 0
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() })
    }),
  )
}

interface Measured {
  readonly took: readonly number[]
  /** Of that the keys and what they agree on with the key holders, by WebCrypto. */
  readonly agreeing: readonly number[]
  readonly size: number
}

const tell = (where: string, { took, agreeing, size }: Measured): void => {
  const [first = 0, ...rest] = took
  const at = (times: readonly number[], share: number) => {
    const sorted = times.toSorted((a, b) => a - b)
    return (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1)
  }
  console.log(
    `${where}: a core of ${(size / 1024).toFixed(1)} KiB for six key holders: median ${at(rest, 0.5)} ms (of it key agreement by WebCrypto ${at(agreeing.slice(1), 0.5)} ms), 95 % ${at(rest, 0.95)} ms, the very first ${first.toFixed(1)} ms`,
  )
}

/** Prints the figures. */
export async function hammerSeal({ times }: { readonly times: number }): Promise<number> {
  // About 10 KB of items.
  const items = 170
  const { url, close } = await serveModules()
  try {
    const browser = await startBrowser()
    try {
      const page = await browser.newPage()
      await page.goto(url)
      const code = `import('/probe.js').then(({ measure }) => measure(${times}, ${items}))`
      tell(`Chromium ${browser.version()}`, (await page.evaluate(code)) as Measured)
    } finally {
      await browser.close()
    }
  } finally {
    close()
  }
  return 0
}
