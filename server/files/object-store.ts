// Files on an S3-compatible object store. What is kept is written once under If-None-Match, what is replaced under If-Match, so that a request
// that arrives late, twice or from a program that leads no more never takes back what a newer one wrote.
//
// A file on its way: every part of it is pieces of their own under names that are used once (`pieces/<path>/<random>`); the caller remembers
// which of them count, in the transaction that counts them. `finish` makes one object of them, in one write or by a multipart upload, and
// only then takes the pieces away. Memory is bounded by a piece, whatever the file.
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { openRequests, type ObjectPlace } from './object-requests.ts'
import { type ByteRange, gathered, OtherBytes, type Piece, type Store, StoreIsDown } from './store.ts'

/** As many pieces as a file may have parts, 10,000, make more than the largest file. */
const usualPieceBytes = 8 * 1024 * 1024

const mostReplaceTries = 5
const mostResumptions = 4

class NoSuchFile extends Error {
  readonly code = 'ENOENT'
}

/** Files below a prefix of a bucket. */
export function objectStore(place: ObjectPlace): Store {
  const ask = openRequests(place)
  const { pieceBytes = usualPieceBytes } = place
  let conditions: Promise<boolean> | null = null

  /** Whether the store holds to If-None-Match and If-Match: asked once, with an object of its own. */
  const holdsConditions = (): Promise<boolean> => {
    conditions ??= (async () => {
      const probe = (condition: Record<string, string>) =>
        ask('PUT', 'conditions.probe', { body: Buffer.from('naru'), headers: condition })
      await drain(await probe({}))
      const again = await drain(await probe({ 'if-none-match': '*' }))
      const other = await drain(await probe({ 'if-match': '"00000000000000000000000000000000"' }))
      const holds = again.status === 412 && other.status === 412
      if (!holds)
        process.stderr.write(
          `files: ${place.endpoint} does not hold to If-None-Match and If-Match; what is there is read before each write instead\n`,
        )
      return holds
    })()
    conditions.catch(() => {
      conditions = null
    })
    return conditions
  }

  async function put(name: string, bytes: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
    const response = await drain(await ask('PUT', name, { body: bytes, headers }))
    if (response.status === 404) throw new StoreIsDown(`there is no bucket ${place.bucket} at ${place.endpoint}`)
    if (!response.ok && response.status !== 412)
      throw new StoreIsDown(`the object store answers ${response.status} to a write`)
    return response
  }

  async function present(name: string): Promise<{ bytes: Buffer; tag: string } | null> {
    const response = await ask('GET', name)
    if (response.status === 404) {
      await drain(response)
      return null
    }
    if (!response.ok) throw new StoreIsDown(`the object store answers ${response.status} to a read`)
    try {
      return { bytes: Buffer.from(await response.arrayBuffer()), tag: response.headers.get('etag') ?? '' }
    } catch (cause) {
      throw new StoreIsDown('the object store broke off an answer', { cause })
    }
  }

  const keep: Store['keep'] = async (path, bytes) => {
    if (await holdsConditions()) {
      if ((await put(path, bytes, { 'if-none-match': '*' })).ok) return
      const there = await present(path)
      if (!there?.bytes.equals(bytes)) throw new OtherBytes(path)
      return
    }
    const there = await present(path)
    if (there && !there.bytes.equals(bytes)) throw new OtherBytes(path)
    if (!there) await put(path, bytes)
  }

  const replace: Store['replace'] = async (path, decide) => {
    const conditional = await holdsConditions()
    for (let tried = 0; tried < mostReplaceTries; tried += 1) {
      const there = await present(path)
      const wanted = decide(there?.bytes ?? null)
      if (!wanted || there?.bytes.equals(wanted)) return
      const condition: Record<string, string> = there ? { 'if-match': there.tag } : { 'if-none-match': '*' }
      if ((await put(path, wanted, conditional ? condition : {})).ok) return
    }
    throw new StoreIsDown(`${path} was changed by others again and again`)
  }

  async function* bytesOf(path: string, range?: ByteRange): AsyncGenerator<Buffer> {
    let at = range?.start ?? 0
    let tag: string | null = null
    for (let resumed = 0; ; resumed += 1) {
      const headers: Record<string, string> = {}
      if (range || at > 0) headers.range = `bytes=${at}-${range?.end ?? ''}`
      if (tag) headers['if-match'] = tag
      const response = await ask('GET', path, { headers })
      if (response.status === 404) {
        await drain(response)
        throw new NoSuchFile(`no such file: ${path}`)
      }
      // Beyond the end there is nothing.
      if (response.status === 416) return void (await drain(response))
      if (response.status !== (headers.range ? 206 : 200))
        throw new StoreIsDown(`the object store answers ${response.status} to a read of ${path}`)
      tag = response.headers.get('etag')
      try {
        for await (const chunk of response.body ?? []) {
          at += chunk.length
          yield Buffer.from(chunk)
        }
        return
      } catch (cause) {
        if (resumed >= mostResumptions) throw new StoreIsDown('the object store breaks off its answers', { cause })
      }
    }
  }

  const piecesFolder = (path: string): string => `pieces/${path}/`

  const writeSegment: Store['writeSegment'] = async (path, offset, source, count) => {
    const pieces: Piece[] = []
    let at = offset
    for await (const bytes of inPieces(source, pieceBytes)) {
      const name = `${piecesFolder(path)}${randomUUID()}`
      await put(name, bytes)
      pieces.push({ start: at, length: bytes.length, name })
      at += bytes.length
      count(at - offset)
    }
    return pieces
  }

  async function* whole(pieces: readonly Piece[], size: number): AsyncGenerator<Buffer> {
    let at = 0
    for (const { start, length, name } of pieces.toSorted((a, b) => a.start - b.start)) {
      if (at >= size) return
      if (start !== at) throw new Error(`a piece is missing at ${at} of ${name}`)
      const end = Math.min(length, size - at) - 1
      for await (const chunk of bytesOf(name, { start: 0, end })) {
        at += chunk.length
        yield chunk
      }
    }
    if (at < size) throw new Error(`only ${at} of ${size} bytes are there`)
  }

  async function joinParts(path: string, parts: AsyncIterable<Buffer>): Promise<void> {
    const begun = await ask('POST', path, { query: { uploads: '' } })
    const id = unescaped(/<UploadId>([^<]+)<\/UploadId>/.exec(await begun.text())?.[1] ?? '')
    if (!begun.ok || !id) throw new StoreIsDown(`the object store begins no multipart upload (${begun.status})`)
    const tags: string[] = []
    try {
      for await (const body of parts) {
        const query = { partNumber: String(tags.length + 1), uploadId: id }
        const taken = await drain(await ask('PUT', path, { query, body }))
        const tag = taken.headers.get('etag')
        if (!taken.ok || !tag) throw new StoreIsDown(`the object store answers ${taken.status} to a part`)
        tags.push(tag)
      }
      const list = tags.map((tag, n) => `<Part><PartNumber>${n + 1}</PartNumber><ETag>${tag}</ETag></Part>`).join('')
      const body = Buffer.from(`<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`)
      const done = await ask('POST', path, { query: { uploadId: id }, body })
      const said = await done.text()
      // 404: done before, and the answer was lost; whether so, the size tells. An error may also stand in a 200.
      if (done.status !== 404 && (!done.ok || said.includes('<Error>')))
        throw new StoreIsDown(`the object store does not complete a multipart upload (${done.status})`)
    } catch (error) {
      await ask('DELETE', path, { query: { uploadId: id } }).then(drain, () => {})
      throw error
    }
  }

  const size: Store['size'] = async (path) => {
    const response = await ask('HEAD', path)
    return response.ok ? Number(response.headers.get('content-length')) : null
  }

  async function removeAll(names: AsyncIterable<string>): Promise<void> {
    for await (const name of names) await drain(await ask('DELETE', name))
  }

  async function* listed(below: string): AsyncGenerator<string> {
    for (let token = ''; ; ) {
      const query = { 'list-type': '2', prefix: place.prefix + below, ...(token && { 'continuation-token': token }) }
      const response = await ask('GET', null, { query })
      const text = await response.text()
      if (!response.ok) throw new StoreIsDown(`there is no bucket ${place.bucket} at ${place.endpoint}`)
      for (const [, name = ''] of text.matchAll(/<Key>([^<]+)<\/Key>/g))
        yield unescaped(name).slice(place.prefix.length)
      token = unescaped(/<NextContinuationToken>([^<]+)</.exec(text)?.[1] ?? '')
      if (!token) return
    }
  }

  return {
    says: `${place.endpoint}/${place.bucket}/${place.prefix}`,
    keep,
    replace,
    writeSegment,
    finish: async (path, bytes, pieces) => {
      if ((await size(path)) !== bytes) {
        if (bytes <= pieceBytes) await keep(path, await gathered(whole(pieces, bytes)))
        else await joinParts(path, inPieces(whole(pieces, bytes), pieceBytes))
        if ((await size(path)) !== bytes) throw new StoreIsDown(`${path} did not become whole on the object store`)
      }
      // Those of given-up attempts too.
      await removeAll(listed(piecesFolder(path)))
    },
    read: (path, range) => Readable.from(bytesOf(path, range), { objectMode: false }),
    size,
    remove: async (path) => {
      await removeAll(listed(piecesFolder(path)))
      await drain(await ask('DELETE', path))
    },
    list: (folder) => listed(`${folder}/`),
    look: async () => {
      const response = await drain(
        await ask('GET', null, { query: { 'list-type': '2', 'max-keys': '1', prefix: place.prefix } }),
      )
      if (!response.ok) throw new StoreIsDown(`there is no bucket ${place.bucket} at ${place.endpoint}`)
    },
  }
}

/** Gathers what comes into pieces of the same length, the last one shorter. */
async function* inPieces(source: AsyncIterable<Uint8Array>, pieceBytes: number): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = []
  let length = 0
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + pieceBytes - length)
      waiting.push(part)
      length += part.length
      from += part.length
      if (length < pieceBytes) continue
      yield Buffer.concat(waiting)
      waiting = []
      length = 0
    }
  }
  if (length > 0) yield Buffer.concat(waiting)
}

/** Reads an answer to its end, so that its connection can be used again. */
async function drain(response: Response): Promise<Response> {
  await response.arrayBuffer().catch(() => {})
  return response
}

const unescaped = (text: string): string =>
  text.replace(/&(quot|apos|lt|gt|amp|#\d+);/g, (_, name: string) =>
    name.startsWith('#')
      ? String.fromCodePoint(Number(name.slice(1)))
      : ({ quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' }[name] ?? ''),
  )
