// Requests to an S3-compatible store: signed (SigV4, by aws4fetch), with the hash of every body, and tried again while the store is busy.
//
// Every request that is tried again may be done twice, since an answer can be lost after the write: all of them either write the same bytes
// again, name what they expect to find (If-Match, If-None-Match), or do no harm.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AwsClient } from 'aws4fetch'
import { StoreIsDown } from './store.ts'

/** Where objects lie, and who may write there. */
export interface ObjectPlace {
  /** Such as https://s3.example:9000; buckets are addressed by path. */
  readonly endpoint: string
  readonly bucket: string
  /** Before every name; empty, or ending in a slash. */
  readonly prefix: string
  readonly region: string
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  /** How long an answer is waited for, ms. */
  readonly patienceMs?: number
  /** Bytes of a piece and of a part, 8 MiB; S3 takes parts from 5 MiB. */
  readonly pieceBytes?: number
}

export interface ObjectRequest {
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** Asks for an object by its name below the prefix, or with null for the bucket itself. */
export type AskObjects = (
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE',
  name: string | null,
  request?: ObjectRequest,
) => Promise<Response>

const tries = 4
const firstWaitMs = 100
// A segment or a part of 8 MiB over a slow line.
const usualPatienceMs = 30_000

/** Opens a store's door. Its answers are those that say something of the object: 2xx, 404, 409, 412, 416, 501; for others it throws StoreIsDown. */
export function openRequests(place: ObjectPlace): AskObjects {
  const { endpoint, bucket, prefix, region, credentials, patienceMs = usualPatienceMs } = place
  const client = new AwsClient({ ...credentials, region, service: 's3', retries: 0 })

  const once = async (method: string, url: string, { headers = {}, body }: ObjectRequest): Promise<Response> => {
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(new Error(`no answer within ${patienceMs} ms`)), patienceMs)
    try {
      const hash = createHash('sha256')
        .update(body ?? '')
        .digest('hex')
      const signed = await client.sign(url, {
        method,
        headers: { ...headers, 'x-amz-content-sha256': hash },
        ...(body && { body: body as Uint8Array<ArrayBuffer> }),
      })
      // From the answer's head on, its body may take as long as its reader does.
      return await fetch(signed, { signal: patience.signal })
    } finally {
      clearTimeout(timer)
    }
  }

  return async (method, name, request = {}) => {
    const query = new URLSearchParams(request.query).toString()
    const url = `${endpoint}/${bucket}${name === null ? '' : `/${prefix}${name}`}${query ? `?${query}` : ''}`
    let why = ''
    for (let tried = 0; tried < tries; tried += 1) {
      if (tried > 0) await sleep(firstWaitMs * 2 ** (tried - 1) * (0.5 + Math.random() / 2))
      let response: Response
      try {
        response = await once(method, url, request)
      } catch (error) {
        why = reasonOf(error)
        continue
      }
      const { status } = response
      if (response.ok || [404, 412, 416, 501].includes(status)) return response
      const said = /<Code>([A-Za-z0-9]+)<\/Code>/.exec(await response.text().catch(() => ''))?.[1] ?? ''
      why = `${status} ${said}`.trim()
      // 409: another request for the same object is under way.
      if (status < 500 && status !== 429 && status !== 408 && status !== 409) break
    }
    throw new StoreIsDown(`the object store ${endpoint}/${bucket} does not do ${method}: ${why}`)
  }
}

function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause
  return cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error))
}
