// Uploads over HTTP: resumable by tus 1.0.0 (core, creation, termination, checksum), or as a plain form without script.
import type { Readable } from 'node:stream'
import { type Invalid, isRefusal, type Refusal, refuse } from '@naru/domain/refusal.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Deployment } from '../deployment.ts'
import { abandonUpload, appendPiece, beginUpload, largestFile, readUpload, receiveFile } from '../files/receive.ts'
import type { UploadState } from '../read/api.ts'
import { languageOf, sentence } from '../words.ts'
import { replyWhyNot } from './acts.ts'
import type { ScreenLanguage } from './screens.ts'
import { actorOf } from './session.ts'

const version = '1.0.0'
const algorithms = ['sha1', 'sha256'] as const
/** A form is read whole before its file is stored; larger files come by tus. */
const largestForm = 64 * 1024 * 1024
const mostForms = 4

/** `filename d29ybGQ=,filetype …` as text by key; a value that is no base64 is left out. */
export function readMetadata(header: string | undefined): Readonly<Record<string, string>> {
  const pairs = (header ?? '').split(',').flatMap((part) => {
    const [key, value = ''] = part.trim().split(/\s+/)
    return key && /^[A-Za-z0-9+/]*={0,2}$/.test(value)
      ? [[key, Buffer.from(value, 'base64').toString('utf8')] as const]
      : []
  })
  return Object.fromEntries(pairs)
}

const wholeNumber = (header: unknown): number =>
  typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : Number.NaN

/** An upload's state as programs read it, with the words of its scan. */
const shown = (state: UploadState, language: ScreenLanguage) => ({
  ...state,
  complete: state.sha256 !== null,
  sentence: sentence(language, state.scan === 'infected' ? 'invalid.fileIsInfected' : `scan.${state.scan}`),
})

type ById = { Params: { id: string } }

/** Registers the routes of uploads; each answers to the uploader's own organisation only. */
export function registerUploads(app: FastifyInstance, deployment: Deployment): void {
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage
  const language = (request: FastifyRequest) => languageOf(request.headers['accept-language'], fallback)
  const no = (request: FastifyRequest, reply: FastifyReply, why: Refusal | Invalid) => {
    replyWhyNot(reply, language(request), why)
    if (!isRefusal(why) && why.invalid.some((each) => each.code === 'fileIsTooLarge')) reply.code(413)
    return reply
  }
  let forms = 0

  app.register(async (tus) => {
    tus.addHook('onRequest', async (request, reply) => {
      reply.header('tus-resumable', version).header('cache-control', 'no-store')
      const speaksTus =
        request.method === 'OPTIONS' || request.method === 'GET' || request.url.split('?')[0]?.endsWith('/form')
      if (!speaksTus && request.headers['tus-resumable'] !== version)
        return reply
          .code(412)
          .header('tus-version', version)
          .send({
            error: 'invalid',
            fields: [
              { path: 'Tus-Resumable', code: 'choice', sentence: sentence(language(request), 'invalid.choice') },
            ],
          })
    })
    tus.removeAllContentTypeParsers()
    // Bodies are not held in memory: they are counted and written as they come.
    tus.addContentTypeParser(['application/offset+octet-stream', 'multipart/form-data'], (_request, body, done) =>
      done(null, body),
    )

    tus.options('/api/uploads', (_request, reply) =>
      reply
        .code(204)
        .header('tus-version', version)
        .header('tus-extension', 'creation,termination,checksum')
        .header('tus-max-size', String(largestFile))
        .header('tus-checksum-algorithm', algorithms.join(','))
        .send(),
    )

    tus.post('/api/uploads', async (request, reply) => {
      const { actor } = await actorOf(deployment, request)
      const {
        filename = '',
        filetype = '',
        sha256 = '',
      } = readMetadata(request.headers['upload-metadata'] as string | undefined)
      const begun = await beginUpload(deployment, actor, {
        name: filename,
        mediaType: filetype,
        size: wholeNumber(request.headers['upload-length']),
        sha256: sha256 ? sha256.toLowerCase() : null,
      })
      if (!('state' in begun)) return no(request, reply, begun)
      const { state, known } = begun
      return reply
        .code(201)
        .header('location', `/api/uploads/${state.id}`)
        .header('upload-offset', String(known ? state.size : 0))
        .send(shown(state, language(request)))
    })

    tus.head<ById>('/api/uploads/:id', async (request, reply) => {
      const { actor } = await actorOf(deployment, request)
      const state = await readUpload(deployment, actor, request.params.id)
      if (!state) return no(request, reply, refuse(actor.kind === 'person' ? 'caseDoesNotExist' : 'notSignedIn'))
      return reply
        .code(200)
        .header('upload-offset', String(state.received))
        .header('upload-length', String(state.size))
        .send()
    })

    tus.patch<ById>('/api/uploads/:id', async (request, reply) => {
      const { actor } = await actorOf(deployment, request)
      const offset = wholeNumber(request.headers['upload-offset'])
      if (Number.isNaN(offset)) return no(request, reply, { invalid: [{ path: 'Upload-Offset', code: 'required' }] })
      const checksum = readChecksum(request.headers['upload-checksum'])
      if (checksum === 'unknown') return no(request, reply, { invalid: [{ path: 'Upload-Checksum', code: 'choice' }] })
      const added = await appendPiece(deployment, actor, request.params.id, {
        offset,
        source: (request.body ?? request.raw) as Readable,
        ...(checksum && { checksum }),
      })
      if ('damaged' in added)
        return reply.code(460).send({
          error: 'invalid',
          fields: [
            {
              path: 'Upload-Checksum',
              code: 'fileHashDiffers',
              sentence: sentence(language(request), 'invalid.fileHashDiffers'),
            },
          ],
        })
      if ('elsewhere' in added)
        return reply
          .code(409)
          .header('upload-offset', String(added.elsewhere))
          .send({
            error: 'refused',
            code: 'someoneElseWasFirst',
            sentence: sentence(language(request), 'refusal.someoneElseWasFirst'),
          })
      if (!('state' in added)) return no(request, reply, added)
      return reply.code(204).header('upload-offset', String(added.state.received)).send()
    })

    tus.delete<ById>('/api/uploads/:id', async (request, reply) => {
      const { actor } = await actorOf(deployment, request)
      const state = await readUpload(deployment, actor, request.params.id)
      if (!state) return no(request, reply, refuse(actor.kind === 'person' ? 'caseDoesNotExist' : 'notSignedIn'))
      return (await abandonUpload(deployment, actor, request.params.id))
        ? reply.code(204).send()
        : no(request, reply, refuse('stageHasPassed'))
    })

    tus.get<ById>('/api/uploads/:id/state', async (request, reply) => {
      const { actor } = await actorOf(deployment, request)
      const state = await readUpload(deployment, actor, request.params.id)
      return state
        ? reply.send(shown(state, language(request)))
        : no(request, reply, refuse(actor.kind === 'person' ? 'caseDoesNotExist' : 'notSignedIn'))
    })

    tus.post('/api/uploads/form', async (request, reply) => {
      const { actor } = await actorOf(deployment, request)
      if (actor.kind !== 'person') return no(request, reply, refuse('notSignedIn'))
      if (forms >= mostForms) return reply.code(503).header('retry-after', '5').send({ error: 'busy' })
      forms += 1
      try {
        const form = await readForm(request)
        if (form === 'too-large')
          return no(request, reply, {
            invalid: [{ path: 'file', code: 'fileIsTooLarge', facts: { most: String(largestForm / 1024 / 1024) } }],
          })
        const file = form?.get('file')
        const back = form?.get('back')
        if (!(file instanceof File)) return no(request, reply, { invalid: [{ path: 'file', code: 'required' }] })
        const received = await receiveFile(deployment, actor, { name: file.name, mediaType: file.type }, file.stream())
        if (typeof back === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(back))
          return reply.redirect(backTo(back, received), 303)
        return 'id' in received
          ? reply.code(201).send(shown(received, language(request)))
          : no(request, reply, received)
      } finally {
        forms -= 1
      }
    })
  })
}

/** The page the form came from, with the upload or with what was wrong. */
function backTo(back: string, received: UploadState | Invalid | Refusal): string {
  const page = new URL(back, 'http://naru.invalid')
  if ('id' in received) page.searchParams.set('upload', received.id)
  else page.searchParams.set('fault', isRefusal(received) ? received.refused : (received.invalid[0]?.code ?? 'type'))
  return `${page.pathname}${page.search}`
}

function readChecksum(header: unknown): { algorithm: 'sha1' | 'sha256'; digest: Buffer } | 'unknown' | null {
  if (header === undefined) return null
  const [name, digest = ''] = String(header).split(' ')
  const algorithm = algorithms.find((each) => each === name)
  return algorithm ? { algorithm, digest: Buffer.from(digest, 'base64') } : 'unknown'
}

/** The fields of a form, null when it is none, or `too-large`. */
async function readForm(request: FastifyRequest): Promise<FormData | 'too-large' | null> {
  if (Number(request.headers['content-length'] ?? 0) > largestForm) return 'too-large'
  const body = request.body as Readable | undefined
  if (!body) return null
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += (chunk as Buffer).length
    if (bytes > largestForm) return 'too-large'
    chunks.push(chunk as Buffer)
  }
  const answer = new Response(Buffer.concat(chunks), {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  })
  return answer.formData().catch(() => null)
}
