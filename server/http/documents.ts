// Downloads: a document that a published notice names is open to everyone, the same bytes for all; any other only to its organisation.
import { once } from 'node:events'
import { Readable } from 'node:stream'
import type { Actor } from '@naru/domain/actor.ts'
import { idSchema } from '@naru/domain/id.ts'
import { refuse } from '@naru/domain/refusal.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Deployment } from '../deployment.ts'
import { type ByteRange, fileAt } from '../files/store.ts'
import { languageOf } from '../words.ts'
import { replyWhyNot } from './acts.ts'
import type { ScreenLanguage } from './screens.ts'
import { actorOf } from './session.ts'

/** A document that a reader may have. `open` is true when everybody may. */
export interface StoredFile {
  readonly upload: string
  readonly name: string
  readonly mediaType: string
  readonly size: number
  readonly sha256: string
  readonly scan: 'not-scanned' | 'clean' | 'infected'
  readonly storageKey: string
  readonly open: boolean
}

/** The document of an upload for a reader, or null where there is none for this reader. */
export async function findDocument(deployment: Deployment, upload: string, actor: Actor): Promise<StoredFile | null> {
  if (!idSchema.safeParse(upload).success) return null
  const { rows } = await deployment.database.pool.query<{
    name: string
    media_type: string
    size: string
    sha256: string
    scan: StoredFile['scan']
    storage_key: string
    open: boolean
  }>({
    name: 'find_document',
    text: `select u.name, u.media_type, u.size, u.sha256, u.scan, u.storage_key, p.upload is not null as open
      from upload u left join published_document p on p.upload = u.id
      where u.id = $1 and u.completed is not null and (p.upload is not null or u.organisation = $2)`,
    values: [upload, actor.kind === 'person' ? actor.organisation : null],
  })
  const [row] = rows
  if (!row) return null
  const { name, sha256, scan, open } = row
  return {
    upload,
    name,
    mediaType: row.media_type,
    size: Number(row.size),
    sha256,
    scan,
    storageKey: row.storage_key,
    open,
  }
}

/** `attachment` with a plain name for old programs and the true name by RFC 5987 (RFC 6266). */
export function dispositionOf(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const coded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${coded}`
}

/** One range of bytes (RFC 9110 §14.1.2): the range, `unsatisfiable`, or null where the whole is to be sent. */
export function readRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return null
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start >= size) return 'unsatisfiable'
  return end < start ? null : { start, end }
}

/** Registers the download route. */
export function registerDocuments(app: FastifyInstance, deployment: Deployment): void {
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage
  app.get<{ Params: { upload: string } }>('/api/documents/:upload', async (request, reply) => {
    const { actor } = await actorOf(deployment, request)
    const language = languageOf(request.headers['accept-language'], fallback)
    const file = await findDocument(deployment, request.params.upload, actor)
    if (!file) return replyWhyNot(reply.header('cache-control', 'no-store'), language, refuse('caseDoesNotExist'))
    // Fail closed: what was not found clean leaves for nobody, its own organisation included.
    if (file.scan !== 'clean')
      return replyWhyNot(
        reply.header('cache-control', 'no-store'),
        language,
        refuse('documentIsNotClean', { facts: { document: file.name, scan: file.scan } }),
      )
    return sendFile(deployment, request, reply, file)
  })
}

async function sendFile(
  deployment: Deployment,
  request: FastifyRequest,
  reply: FastifyReply,
  file: StoredFile,
): Promise<FastifyReply> {
  const tag = `"${file.sha256}"`
  reply
    .header('etag', tag)
    .header('accept-ranges', 'bytes')
    .header('content-disposition', dispositionOf(file.name))
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('repr-digest', `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`)
    .header('cache-control', file.open ? 'public, max-age=31536000, immutable' : 'private, no-cache')
    .type(file.mediaType.startsWith('text/') ? `${file.mediaType}; charset=utf-8` : file.mediaType)
  const known = (request.headers['if-none-match'] ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''))
  if (known.includes(tag) || known.includes('*')) return reply.code(304).send()
  const condition = request.headers['if-range']
  const range = condition !== undefined && condition !== tag ? null : readRange(request.headers.range, file.size)
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${file.size}`).send()
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.size}`)
  reply.header('content-length', range ? range.end - range.start + 1 : file.size)
  // Of an empty stream the length that was set stays; of an empty text it would become 0.
  if (request.method === 'HEAD') return reply.send(Readable.from([]))
  const bytes = deployment.files.read(fileAt(file.storageKey), range ?? undefined)
  // Before anything is said of the file it is there, or the store's silence is told.
  await once(bytes, 'readable').catch((error: unknown) => {
    for (const name of [
      'etag',
      'content-length',
      'content-disposition',
      'repr-digest',
      'accept-ranges',
      'content-range',
    ])
      reply.removeHeader(name)
    reply.header('cache-control', 'no-store')
    throw error
  })
  return reply.send(bytes)
}
