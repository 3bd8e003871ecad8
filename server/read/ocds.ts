// Reading what is published as OCDS: the releases of a process, its record, and the feed of all releases.
import type { JsonObject, Release } from '@naru/ocds/json.ts'
import { recordPackage, releasePackage } from '@naru/ocds/package.ts'
import { type Publication, releasesUri } from '@naru/ocds/publication.ts'
import type { Deployment } from '../deployment.ts'

export const releasesInPage = 100

/** The releases of a process in the order they were made; empty when nothing is published under the ocid. */
export async function readReleases(deployment: Deployment, ocid: string): Promise<readonly Release[]> {
  const { rows } = await deployment.database.pool.query<{ body: string }>({
    name: 'read_releases',
    text: 'select body from release where ocid = $1 order by position',
    values: [ocid],
  })
  return rows.map((row) => JSON.parse(row.body) as Release)
}

/** A release package of one process, or null. */
export async function readReleasePackage(
  deployment: Deployment,
  publication: Publication,
  ocid: string,
): Promise<JsonObject | null> {
  const releases = await readReleases(deployment, ocid)
  return releases.length === 0 ? null : releasePackage(publication, releasesUri(publication, ocid), releases)
}

/** A record package of one process with its compiled and versioned release, or null. */
export async function readRecordPackage(
  deployment: Deployment,
  publication: Publication,
  ocid: string,
): Promise<JsonObject | null> {
  const releases = await readReleases(deployment, ocid)
  return releases.length === 0 ? null : recordPackage(publication, ocid, releases)
}

/** A page of the feed of all releases. */
export interface ReleasePage {
  /** Null when there is nothing after the cursor: the schema knows no package without releases. */
  readonly package: JsonObject | null
  /** Where to go on from: the position of the last release, or what was asked for. */
  readonly cursor: number
}

/** Releases after a position, oldest first. A page once full never changes; `next` is there while there is more. */
export async function readReleaseFeed(
  deployment: Deployment,
  publication: Publication,
  after: number,
  limit = releasesInPage,
): Promise<ReleasePage> {
  const { rows } = await deployment.database.pool.query<{ position: string; body: string }>({
    name: 'read_release_feed',
    text: 'select position, body from release where position > $1 order by position limit $2',
    values: [after, limit + 1],
  })
  const shown = rows.slice(0, limit)
  const cursor = Number(shown.at(-1)?.position ?? after)
  if (shown.length === 0) return { package: null, cursor }
  const page = (from: number) =>
    `${publication.site}/api/ocds/releases?after=${from}${limit === releasesInPage ? '' : `&limit=${limit}`}`
  const links = {
    ...(rows.length > limit && { next: page(cursor) }),
    ...(after > 0 && { prev: page(Math.max(0, after - limit)) }),
  }
  const releases = shown.map((row) => JSON.parse(row.body) as Release)
  return { package: releasePackage(publication, page(after), releases, links), cursor }
}
