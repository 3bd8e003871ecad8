// Who publishes, where, under which licence, and the extensions that every package declares.
import type { Pack } from '@naru/domain/pack.ts'

/** What of a deployment stands in its releases and packages. `site` is the public origin without a slash at the end. */
export interface Publication {
  readonly site: string
  readonly publisher: { readonly name: string; readonly scheme?: string; readonly uid?: string }
  readonly licence: string
  readonly policy: string
  readonly country: string
  readonly language: string
  readonly minorUnits: number
  readonly zone: string
  readonly classifier: Pack['classifier']
  readonly units: readonly Pick<Pack['units'][number], 'code' | 'names'>[]
}

/** A deployment's publication: the country gives language, money and classifier, the operator the rest. */
export const publicationOf = (
  pack: Pack,
  own: Pick<Publication, 'site' | 'publisher' | 'licence' | 'policy'>,
): Publication => ({
  ...own,
  country: pack.country,
  language: pack.defaultLanguage,
  minorUnits: pack.minorUnits,
  zone: pack.zone,
  classifier: pack.classifier,
  units: pack.units,
})

const atMain = (repository: string): string =>
  `https://raw.githubusercontent.com/open-contracting-extensions/ocds_${repository}_extension/master/extension.json`

/** The public extensions whose fields the releases use, by the addresses that their registry gives. */
export const publicExtensions: readonly string[] = [
  atMain('awardCriteria'),
  atMain('bidOpening'),
  atMain('bid'),
  atMain('budget_breakdown'),
  atMain('contract_buyer'),
  atMain('contract_suppliers'),
  atMain('contractTerms'),
  atMain('countryCode'),
  atMain('enquiry'),
  'https://raw.githubusercontent.com/open-contracting-extensions/ocds_legalBasis_extension/1.1/extension.json',
  atMain('location'),
  atMain('lots'),
  atMain('pagination'),
  atMain('process_title'),
  atMain('requirements'),
  atMain('submissionTerms'),
  atMain('tenderClassification'),
  'https://raw.githubusercontent.com/portaledcahn/ocds_tenderDatePublished_extension/master/extension.json',
]

/** Where a deployment serves the extension that describes its own few fields (ocds/extension). */
export const ownExtension = (publication: Publication): string => `${publication.site}/ocds/extension/extension.json`

/** Every extension a package declares. */
export const extensionsOf = (publication: Publication): readonly string[] => [
  ...publicExtensions,
  ownExtension(publication),
]

/** Where the releases of a process are served as one package. */
export const releasesUri = (publication: Publication, ocid: string): string =>
  `${publication.site}/api/ocds/releases/${encodeURIComponent(ocid)}`

/** Where the record of a process is served. */
export const recordUri = (publication: Publication, ocid: string): string =>
  `${publication.site}/api/ocds/records/${encodeURIComponent(ocid)}`
