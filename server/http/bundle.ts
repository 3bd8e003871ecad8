// What anyone takes home to check a tender without us: its audit bundle, as one ZIP that is made while it is sent, and the page that checks it.
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { refuse } from '@naru/domain/refusal.ts'
import type { Publication } from '@naru/ocds/publication.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Zip, ZipDeflate } from 'fflate'
import type { Deployment } from '../deployment.ts'
import { type BundleFile, findBundle } from '../read/bundle.ts'
import { languageOf } from '../words.ts'
import { replyWhyNot } from './acts.ts'
import type { ScreenLanguage } from './screens.ts'

/** A ZIP of files, made as they come; every file bears the same time, so the same files make the same bytes. */
export async function* zipOf(files: AsyncIterable<BundleFile>, at: string): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    ready.push(chunk)
  })
  for await (const [path, bytes] of files) {
    const file = new ZipDeflate(path, { level: 1 })
    file.mtime = new Date(at)
    zip.add(file)
    file.push(bytes, true)
    yield* ready
    ready = []
  }
  zip.end()
  yield* ready
}

/** The page that `verifier/build-page.ts` makes: one file that loads nothing and works with the network off. */
const checkingPage = new URL('../../verifier/build/verify.html', import.meta.url)

/** Registers `GET /api/cases/{case}/bundle.zip` and `GET /naru-verify.html`. `policy` is the text that names the witnesses. */
export function registerBundle(
  app: FastifyInstance,
  deployment: Deployment,
  publication: Publication,
  policy: string | null,
): void {
  const fallback = deployment.pack.defaultLanguage as ScreenLanguage
  const missing = (request: FastifyRequest, reply: FastifyReply) =>
    replyWhyNot(
      reply.header('cache-control', 'no-store'),
      languageOf(request.headers['accept-language'], fallback),
      refuse('caseDoesNotExist'),
    )

  app.get<{ Params: { caseId: string } }>('/api/cases/:caseId/bundle.zip', async (request, reply) => {
    const { caseId } = request.params
    const source = await findBundle(deployment, publication, caseId, policy)
    if (!source) return missing(request, reply)
    const tag = `"${source.tag}"`
    reply
      .header('etag', tag)
      .header('cache-control', 'public, max-age=0, must-revalidate')
      .header('content-disposition', `attachment; filename="${source.ocid}.naru-bundle.zip"`)
      .type('application/zip')
    if (request.headers['if-none-match'] === tag) return reply.code(304).send()
    return reply.send(Readable.from(zipOf(source.files(), source.at)))
  })

  // To be kept and opened from a file: a page that this server shows would be this server's word again.
  app.get('/naru-verify.html', async (request, reply) => {
    const page = await readFile(checkingPage).catch(() => null)
    if (!page) return missing(request, reply)
    return reply
      .type('text/html; charset=utf-8')
      .header('content-disposition', 'attachment; filename="naru-verify.html"')
      .header('cache-control', 'public, max-age=3600')
      .send(page)
  })
}
