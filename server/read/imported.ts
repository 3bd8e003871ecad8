// Reading imported history: a process of another publisher as packages, with its publisher and licence named and nobody's contacts.
import { isObject, type Json, type JsonObject } from '@naru/ocds/json.ts'
import { type Publication, recordUri, releasesUri } from '@naru/ocds/publication.ts'
import type { Deployment } from '../deployment.ts'

const contacts: readonly string[] = [
  'contactPoint',
  'contactPoints',
  'additionalContactPoints',
  'email',
  'telephone',
  'faxNumber',
]

/** What is shown of a process leaves out how to reach officials; the stored release keeps every byte. */
export function withoutContacts(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutContacts)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      contacts.includes(key) ? [] : [[key, withoutContacts(inner)] as const],
    ),
  )
}

interface Imported {
  readonly publisher: JsonObject
  readonly envelope: JsonObject
  readonly compiled: JsonObject
  readonly releases: readonly JsonObject[]
  readonly date: string
}

/** At most so many releases of a process are shown in one package; the newest ones. */
const mostReleases = 200

async function readImported(deployment: Deployment, ocid: string): Promise<Imported | null> {
  const { pool } = deployment.database
  const { rows } = await pool.query<{ publisher: string; name: string; compiled: string }>(
    `select c.publisher, coalesce(p.name, c.publisher) as name, c.compiled from imported_case c left join imported_publisher p using (publisher)
     where c.ocid = $1 and c.compiled is not null order by c.publisher limit 1`,
    [ocid],
  )
  const [row] = rows
  if (!row) return null
  const { rows: raws } = await pool.query<{ raw: Buffer; file: string }>(
    `select raw, file from imported_release where publisher = $1 and ocid = $2 and kind = 'release' order by date desc nulls last, position desc limit $3`,
    [row.publisher, ocid, mostReleases],
  )
  const { rows: packages } = await pool.query<{ envelope: string }>(
    `select envelope from imported_package where file = any ($1) order by file desc, number desc limit 1`,
    [raws.map((each) => each.file)],
  )
  const compiled = JSON.parse(row.compiled) as JsonObject
  const envelope = packages[0] ? (JSON.parse(packages[0].envelope) as JsonObject) : {}
  const releases = raws
    .map((each) => withoutContacts(JSON.parse(each.raw.toString('utf8')) as JsonObject) as JsonObject)
    .reverse()
  const publisher =
    isObject(envelope.publisher) && typeof envelope.publisher.name === 'string'
      ? envelope.publisher
      : { name: row.name }
  return { publisher, envelope, compiled, releases, date: typeof compiled.date === 'string' ? compiled.date : '' }
}

/** The envelope names who published first and under which licence, as far as they said so. */
const envelopeOf = ({ publisher, envelope, date }: Imported, uri: string): JsonObject => ({
  uri,
  version: '1.1',
  ...(Array.isArray(envelope.extensions) && envelope.extensions.length > 0 && { extensions: envelope.extensions }),
  publisher,
  ...(typeof envelope.license === 'string' && { license: envelope.license }),
  ...(typeof envelope.publicationPolicy === 'string' && { publicationPolicy: envelope.publicationPolicy }),
  publishedDate: typeof envelope.publishedDate === 'string' ? envelope.publishedDate : date,
})

/** A record package of an imported process, or null. What its publisher wrote stays as it was, valid or not. */
export async function readImportedRecord(
  deployment: Deployment,
  publication: Publication,
  ocid: string,
): Promise<JsonObject | null> {
  const found = await readImported(deployment, ocid)
  if (!found) return null
  const releases = found.releases.length > 0 ? found.releases : [found.compiled]
  return {
    ...envelopeOf(found, recordUri(publication, ocid)),
    records: [{ ocid, releases, compiledRelease: found.compiled }],
  }
}

/** A release package of an imported process, or null. */
export async function readImportedReleases(
  deployment: Deployment,
  publication: Publication,
  ocid: string,
): Promise<JsonObject | null> {
  const found = await readImported(deployment, ocid)
  if (!found) return null
  const releases = found.releases.length > 0 ? found.releases : [found.compiled]
  return { ...envelopeOf(found, releasesUri(publication, ocid)), releases }
}
