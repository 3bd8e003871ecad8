// The open data again: the releases that the public facts make must be those that were published.
import { packs } from '@naru/countries/packs.ts'
import type { Fact } from '@naru/domain/history.ts'
import { publishedFacts } from '@naru/ocds/case.ts'
import type { PublicOrganisation } from '@naru/ocds/party.ts'
import { type Publication, publicationOf } from '@naru/ocds/publication.ts'
import { follow, nothingYet } from '@naru/ocds/release.ts'
import type { Bundle } from './bundle.ts'
import type { Findings } from './finding.ts'

/** What the deployment publishes as, from what its bundle states and its country's pack. */
export const publicationOfBundle = (bundle: Pick<Bundle, 'country' | 'publication'>): Publication | null => {
  const pack = packs[bundle.country as keyof typeof packs]
  return pack ? publicationOf(pack, bundle.publication) : null
}

/** Organisations by id, from their registrations. */
export function organisationsOf(facts: readonly (Fact | null)[]): ReadonlyMap<string, PublicOrganisation> {
  return new Map(
    facts.flatMap((fact) => {
      if (fact?.type !== 'OrganisationRegistered') return []
      const { soleTraderNumber: _, ...profile } = fact.body as { soleTraderNumber?: unknown }
      return [[fact.caseId, { id: fact.caseId, ...profile } as PublicOrganisation] as const]
    }),
  )
}

/** JSON text with members in one order: in open data their order says nothing. */
export const ordered = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )

/** Makes the releases of the case from its public facts and compares them with the published ones, one by one. */
export function checkReleases(findings: Findings, bundle: Bundle): void {
  const publication = publicationOfBundle(bundle)
  if (!publication) return
  const organisations = organisationsOf(bundle.facts.map((each) => each.fact))
  const find = (id: string) => organisations.get(id)
  const due = new Map<string, string>()
  let soFar = nothingYet
  for (const { fact, stream, index } of bundle.facts) {
    if (!fact || !/^(tender|contract):/.test(stream) || !(publishedFacts as readonly string[]).includes(fact.type))
      continue
    const { after, releases } = follow(soFar, fact, { publication, find })
    soFar = after
    if (index <= bundle.released) for (const release of releases) due.set(release.id, ordered(release))
  }
  const published = new Map<string, string>()
  for (const release of bundle.releases) {
    const id = String((release as { id?: unknown } | null)?.id)
    if (published.has(id) || !due.has(id)) findings.add('releaseUnknown', 'releases.json', { id })
    published.set(id, ordered(release))
  }
  for (const [id, release] of due) {
    const is = published.get(id)
    if (is === undefined) findings.add('releaseMissing', 'releases.json', { id })
    else if (is !== release) findings.add('releaseMismatch', 'releases.json', { id })
    else findings.count('releases')
  }
}
