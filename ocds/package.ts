// Release packages and record packages: the envelope in which releases and records leave the house.
import type { JsonObject, Release } from './json.ts'
import { compileReleases, inOrder, linkTo, versionReleases } from './merge.ts'
import { extensionsOf, type Publication, recordUri, releasesUri } from './publication.ts'

/** Addresses of the neighbouring pages of a feed. */
export interface Links {
  readonly next?: string
  readonly prev?: string
}

const envelope = (publication: Publication, uri: string, publishedDate: string): JsonObject => ({
  uri,
  version: '1.1',
  extensions: extensionsOf(publication),
  publisher: publication.publisher as unknown as JsonObject,
  license: publication.licence,
  publicationPolicy: publication.policy,
  publishedDate,
})

/**
 * A release package. Its date is that of the newest release in it, so that the same releases give the same bytes.
 * Throws a RangeError when there is no release: the schema wants at least one, an empty page is answered without a package.
 */
export function releasePackage(
  publication: Publication,
  uri: string,
  releases: readonly Release[],
  links?: Links,
): JsonObject {
  const newest = inOrder(releases).at(-1)
  if (!newest) throw new RangeError('a release package holds at least one release')
  return {
    ...envelope(publication, uri, newest.date),
    releases,
    ...(links && Object.keys(links).length > 0 && { links: links as JsonObject }),
  }
}

/** The record of one process: links to its releases in order, the compiled and the versioned release. Throws CannotMerge. */
export function recordOf(publication: Publication, ocid: string, releases: readonly Release[]): JsonObject {
  const uri = releasesUri(publication, ocid)
  return {
    ocid,
    releases: inOrder(releases).map((each) => linkTo(each, uri)),
    compiledRelease: compileReleases(releases).merged,
    versionedRelease: versionReleases(releases).merged,
  }
}

/** A record package of one process. Throws a RangeError when nothing was published under the ocid. */
export function recordPackage(publication: Publication, ocid: string, releases: readonly Release[]): JsonObject {
  const newest = inOrder(releases).at(-1)
  if (!newest) throw new RangeError(`nothing is published under ${ocid}`)
  return {
    ...envelope(publication, recordUri(publication, ocid), newest.date),
    packages: [releasesUri(publication, ocid)],
    records: [recordOf(publication, ocid, releases)],
  }
}
