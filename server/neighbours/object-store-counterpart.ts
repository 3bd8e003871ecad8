// An S3-compatible object store for trials: a process that speaks S3 over HTTP, checks every signature (SigV4) and body hash by itself, and
// forgets everything when it ends.
// `node server/neighbours/object-store-counterpart.ts [--port N] [--bucket B]` prints `object-store-counterpart <url>`; its credentials are `trial` and `trial-secret`.
//
// It knows what Naru uses: objects (GET with ranges, HEAD, PUT, DELETE, If-Match, If-None-Match), ListObjectsV2, multipart uploads.
// `POST /fault` with one of: none | refuse (403) | delay <ms> | repeat (the last answer again) | alter (one bit of what is read is turned) |
// down (connections are cut) | slow-down (503 SlowDown) | lost-answer (the request is done, its answer is cut) | cut-body (a read ends halfway);
// ` x<n>` after it: for the next n requests only.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { announce, spawnCounterpart } from './counterpart.ts'

export type ObjectStoreFault =
  | 'none'
  | 'refuse'
  | 'repeat'
  | 'alter'
  | 'down'
  | 'slow-down'
  | 'lost-answer'
  | 'cut-body'
  | `delay ${number}`
const faultForm = /^(none|refuse|repeat|alter|down|slow-down|lost-answer|cut-body|delay \d{1,6})(?: x(\d{1,6}))?$/

/** Who may write in a trial. */
export const trialCredentials = { accessKeyId: 'trial', secretAccessKey: 'trial-secret' }

export interface ObjectStoreCounterpart {
  readonly url: string
  /** The objects of all buckets by `bucket/name`. */
  readonly objects: Map<string, Buffer>
  /** Methods and paths as they were asked, and the bytes of the largest body. */
  readonly asked: { readonly lines: string[]; largestBody: number }
  /** A fault of all requests, or of so many, after others that are spared. */
  fault(kind: ObjectStoreFault, times?: number, spared?: number): void
  stop(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

const hex = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: Uint8Array | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const coded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

/** The signature of a request by AWS Signature Version 4 (one chunk), as its store computes it again; `headers` in lower case. */
export function signatureOf(
  request: {
    readonly method: string
    readonly path: string
    readonly query: URLSearchParams
    readonly headers: Readonly<Record<string, string>>
    readonly signed: readonly string[]
  },
  { date, region, secret }: { readonly date: string; readonly region: string; readonly secret: string },
): string {
  const { method, path, query, headers, signed } = request
  const pairs = [...query].map(([name, value]) => `${coded(name)}=${coded(value)}`).sort()
  const canonical = [
    method,
    path
      .split('/')
      .map((part) => coded(decodeURIComponent(part)))
      .join('/'),
    pairs.join('&'),
    ...signed.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}`),
    '',
    signed.join(';'),
    headers['x-amz-content-sha256'] ?? '',
  ].join('\n')
  const day = date.slice(0, 8)
  const scope = `${day}/${region}/s3/aws4_request`
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), 's3'), 'aws4_request')
  return hmac(key, ['AWS4-HMAC-SHA256', date, scope, hex(canonical)].join('\n')).toString('hex')
}

const failure = (status: number, code: string): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`),
})
const xml = (text: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`),
})
const tagOf = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`
const minutes15 = 15 * 60_000

/** Why a request is not taken, or null. */
function whyUnsigned(request: IncomingMessage, url: URL, body: Buffer): Answer | null {
  const said = request.headers.authorization ?? ''
  const [, id, day, region, signed, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      said,
    ) ?? []
  if (!id || !day || !region || !signed || !signature) return failure(403, 'AccessDenied')
  if (id !== trialCredentials.accessKeyId) return failure(403, 'InvalidAccessKeyId')
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const date = headers['x-amz-date'] ?? ''
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!(Math.abs(Date.now() - at) < minutes15)) return failure(403, 'RequestTimeTooSkewed')
  const names = signed.split(';')
  // What decides about a write may not be changed on the way.
  for (const name of ['host', 'x-amz-content-sha256', 'x-amz-date', 'if-match', 'if-none-match'])
    if (headers[name] !== undefined && !names.includes(name)) return failure(403, 'AccessDenied')
  const expected = signatureOf(
    { method: request.method ?? '', path: url.pathname, query: url.searchParams, headers, signed: names },
    { date, region, secret: trialCredentials.secretAccessKey },
  )
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) return failure(403, 'SignatureDoesNotMatch')
  if (headers['x-amz-content-sha256'] !== hex(body)) return failure(400, 'XAmzContentSHA256Mismatch')
  return null
}

/**
 * Starts the store in this process. With `conditions` false it does not know If-Match and If-None-Match, as older ones; `smallestPart` is 5 MiB
 * as everywhere, or less for a quick test.
 */
export async function startObjectStore(
  options: {
    readonly port?: number
    readonly bucket?: string
    readonly conditions?: boolean
    readonly smallestPart?: number
  } = {},
): Promise<ObjectStoreCounterpart> {
  const { bucket = 'naru', conditions = true, smallestPart = 5 * 1024 * 1024 } = options
  const objects = new Map<string, Buffer>()
  const uploads = new Map<string, { readonly name: string; readonly parts: Map<number, Buffer> }>()
  const asked = { lines: [] as string[], largestBody: 0 }
  const last = new Map<string, Answer>()
  let fault: ObjectStoreFault = 'none'
  let times = Number.POSITIVE_INFINITY
  let spared = 0
  let uploadsBegun = 0

  function answer(method: string, url: URL, request: IncomingMessage, body: Buffer): Answer {
    const [, wanted = '', name = ''] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(url.pathname)) ?? []
    if (wanted !== bucket) return failure(404, 'NoSuchBucket')
    const query = url.searchParams
    if (!name) return method === 'GET' ? list(query) : failure(405, 'MethodNotAllowed')
    const key = `${bucket}/${name}`
    const present = objects.get(key)
    const { 'if-match': match, 'if-none-match': none, range } = request.headers
    if (query.has('uploads') && method === 'POST') {
      const id = `upload&${(uploadsBegun += 1)}`
      uploads.set(id, { name, parts: new Map() })
      return xml(
        `<InitiateMultipartUploadResult><UploadId>${id.replace('&', '&amp;')}</UploadId></InitiateMultipartUploadResult>`,
      )
    }
    if (query.has('uploadId')) return part(method, query, key, body)
    if (method === 'PUT') {
      const fails = none === '*' ? present : match && (!present || tagOf(present) !== match)
      if (conditions && fails) return failure(412, 'PreconditionFailed')
      objects.set(key, body)
      return { status: 200, headers: { etag: tagOf(body) } }
    }
    if (method === 'DELETE') {
      objects.delete(key)
      return { status: 204 }
    }
    if (!present) return failure(404, 'NoSuchKey')
    if (match && tagOf(present) !== match) return failure(412, 'PreconditionFailed')
    const headers = { etag: tagOf(present), 'content-type': 'binary/octet-stream', 'accept-ranges': 'bytes' }
    const [, first, end] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
    if (first === undefined) return { status: 200, headers, body: present }
    if (Number(first) >= present.length) return failure(416, 'InvalidRange')
    const body206 = present.subarray(Number(first), end ? Number(end) + 1 : undefined)
    const until = Number(first) + body206.length - 1
    return {
      status: 206,
      headers: { ...headers, 'content-range': `bytes ${first}-${until}/${present.length}` },
      body: body206,
    }
  }

  function part(method: string, query: URLSearchParams, key: string, body: Buffer): Answer {
    const id = query.get('uploadId') ?? ''
    const upload = uploads.get(id)
    if (!upload) return failure(404, 'NoSuchUpload')
    if (method === 'DELETE') {
      uploads.delete(id)
      return { status: 204 }
    }
    if (method === 'PUT') {
      upload.parts.set(Number(query.get('partNumber')), body)
      return { status: 200, headers: { etag: tagOf(body) } }
    }
    const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag>/g)]
    const parts = named.map(([, n, tag]) => ({ bytes: upload.parts.get(Number(n)), tag }))
    if (parts.length === 0 || parts.some(({ bytes, tag }) => !bytes || tagOf(bytes) !== tag))
      return failure(400, 'InvalidPart')
    if (parts.slice(0, -1).some(({ bytes }) => (bytes?.length ?? 0) < smallestPart))
      return failure(400, 'EntityTooSmall')
    objects.set(key, Buffer.concat(parts.map(({ bytes }) => bytes ?? Buffer.alloc(0))))
    uploads.delete(id)
    return xml('<CompleteMultipartUploadResult></CompleteMultipartUploadResult>')
  }

  const pageLength = 1000
  function list(query: URLSearchParams): Answer {
    const prefix = `${bucket}/${query.get('prefix') ?? ''}`
    const after = query.get('continuation-token') ?? ''
    const most = Math.min(pageLength, Number(query.get('max-keys') ?? pageLength))
    const names = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
    const page = names.slice(0, most)
    const more = names.length > page.length ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''
    const contents = page.map((key) => `<Contents><Key>${key.slice(bucket.length + 1)}</Key></Contents>`).join('')
    return xml(`<ListBucketResult>${contents}${more}</ListBucketResult>`)
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const each of request) parts.push(each as Buffer)
    const body = Buffer.concat(parts)
    const url = new URL(request.url ?? '/', 'http://counterpart')
    const method = request.method ?? 'GET'
    if (url.pathname === '/fault' && method === 'POST') {
      const [, kind, count] = faultForm.exec(body.toString().trim()) ?? []
      if (kind) set(kind as ObjectStoreFault, count ? Number(count) : undefined)
      return void response.writeHead(kind ? 204 : 422).end()
    }
    asked.lines.push(`${method} ${url.pathname}${url.search}`)
    asked.largestBody = Math.max(asked.largestBody, body.length)
    const now = spared <= 0 && times > 0 ? fault : 'none'
    if (spared > 0) spared -= 1
    else times -= 1
    if (now === 'down') return void request.socket.destroy()
    if (now === 'refuse') return send(method, response, failure(403, 'AccessDenied'))
    if (now === 'slow-down') return send(method, response, failure(503, 'SlowDown'))
    const wait = Number(/^delay (\d+)$/.exec(now)?.[1] ?? 0)
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref())
    const made =
      (now === 'repeat' ? last.get(method) : undefined) ??
      whyUnsigned(request, url, body) ??
      answer(method, url, request, body)
    last.set(method, made)
    if (now === 'lost-answer') return void request.socket.destroy()
    const reads = method === 'GET' && made.body && made.body.length > 0
    if (now === 'alter' && reads) {
      const altered = Buffer.from(made.body)
      const at = Math.floor(altered.length * 0.7)
      altered[at] = (altered[at] ?? 0) ^ 1
      return send(method, response, { ...made, body: altered })
    }
    if (now === 'cut-body' && reads) {
      response.writeHead(made.status, { ...made.headers, 'content-length': made.body.length })
      response.write(made.body.subarray(0, Math.floor(made.body.length / 2)), () => request.socket.destroy())
      return
    }
    send(method, response, made)
  }

  const send = (method: string, response: ServerResponse, { status, headers, body }: Answer): void => {
    const length = status === 204 ? {} : { 'content-length': body?.length ?? 0 }
    response.writeHead(status, { ...headers, ...length }).end(method === 'HEAD' ? undefined : body)
  }
  const set = (kind: ObjectStoreFault, count = Number.POSITIVE_INFINITY, first = 0): void => {
    fault = kind
    times = count
    spared = first
  }
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(String(error))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const bound = server.address()
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`,
    objects,
    asked,
    fault: set,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const script = fileURLToPath(import.meta.url)

/** Starts the store as a process of its own. */
export const spawnObjectStore = () => spawnCounterpart(script, 'object-store-counterpart', [])

if (process.argv[1] === script) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, bucket: { type: 'string' } } })
  const { port, bucket } = values
  announce('object-store-counterpart', await startObjectStore({ port: Number(port), ...(bucket && { bucket }) }))
}
