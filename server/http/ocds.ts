// OCDS over HTTP: packages at permanent addresses, the feed of releases, and the extension that describes our own fields.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Publication } from '@naru/ocds/publication.ts'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Deployment } from '../deployment.ts'
import { readImportedRecord, readImportedReleases } from '../read/imported.ts'
import { readRecordPackage, readReleaseFeed, readReleasePackage, releasesInPage } from '../read/ocds.ts'

const feedQuery = z.object({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(releasesInPage),
})
const extensionFolder = dirname(fileURLToPath(import.meta.resolve('@naru/ocds/extension/extension.json')))
const extensionFiles: Readonly<Record<string, string>> = {
  'extension.json': 'application/json',
  'release-schema.json': 'application/json',
  'codelists/+partyRole.csv': 'text/csv; charset=utf-8',
}

// PostgreSQL keeps no NUL in text.
const isText = (ocid: string): boolean => !ocid.includes('\u0000')

/** Routes of published OCDS data; open to anyone, from any site, without a key. */
export function registerOcds(app: FastifyInstance, deployment: Deployment, publication: Publication): void {
  const open = (reply: FastifyReply) =>
    reply.header('access-control-allow-origin', '*').header('cache-control', 'public, max-age=0, must-revalidate')
  const missing = (reply: FastifyReply) => open(reply).code(404).send({ error: 'refused', code: 'caseDoesNotExist' })

  app.get<{ Params: { ocid: string } }>('/api/ocds/releases/:ocid', async (request, reply) => {
    const { ocid } = request.params
    const found = isText(ocid)
      ? ((await readReleasePackage(deployment, publication, ocid)) ??
        (await readImportedReleases(deployment, publication, ocid)))
      : null
    return found ? open(reply).send(found) : missing(reply)
  })
  app.get<{ Params: { ocid: string } }>('/api/ocds/records/:ocid', async (request, reply) => {
    const { ocid } = request.params
    const found = isText(ocid)
      ? ((await readRecordPackage(deployment, publication, ocid)) ??
        (await readImportedRecord(deployment, publication, ocid)))
      : null
    return found ? open(reply).send(found) : missing(reply)
  })
  app.get('/api/ocds/releases', async (request, reply) => {
    const query = feedQuery.safeParse(request.query)
    if (!query.success) {
      const fields = query.error.issues.map((issue) => ({
        path: issue.path.join('.'),
        code: issue.code,
        sentence: issue.message,
      }))
      return open(reply).code(422).send({ error: 'invalid', fields })
    }
    const { after, limit } = query.data
    const page = await readReleaseFeed(deployment, publication, after, limit)
    // An empty page is no package: 204 tells a crawler to come back to the same address.
    return page.package ? open(reply).send(page.package) : open(reply).code(204).send()
  })
  app.get<{ Params: { '*': string } }>('/ocds/extension/*', async (request, reply) => {
    const name = request.params['*']
    const type = Object.hasOwn(extensionFiles, name) ? extensionFiles[name] : undefined
    if (!type) return missing(reply)
    const file = await readFile(join(extensionFolder, name))
    return open(reply).type(type).send(file)
  })
}
