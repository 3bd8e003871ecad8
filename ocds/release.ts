// From the public history to releases: each public fact that says something new about a process makes one immutable release.
import { getFactType } from '@naru/domain/catalogue.ts'
import type { Fact } from '@naru/domain/history.ts'
import { afterFact, type PublishedCase, publishedFacts } from './case.ts'
import { difference } from './difference.ts'
import { isObject, type Json, type JsonObject, objectsAt, type Release } from './json.ts'
import type { FindOrganisation } from './party.ts'
import { planLineDocument, planLineOcid } from './plan-lines.ts'
import type { PlanFact } from '@naru/domain/plan/facts.ts'
import type { Publication } from './publication.ts'

/** What has been published of one case: a tender with its contracts, or the lines of a plan by their ocid. */
export interface CaseSoFar {
  readonly tender: PublishedCase | null
  readonly planLines: Readonly<Record<string, JsonObject>>
}

export const nothingYet: CaseSoFar = { tender: null, planLines: {} }

/** What a deployment publishes as, and where organisations are found. */
export interface Publishing {
  readonly publication: Publication
  readonly find: FindOrganisation
}

type PublishedType = (typeof publishedFacts)[number]

const tags: Readonly<Record<PublishedType, readonly string[]>> = {
  TenderPublished: ['tender'],
  QuestionAnswered: ['tenderUpdate'],
  TenderAmended: ['tenderAmendment'],
  DeadlineMovedByOutage: ['tenderAmendment'],
  DeltaProlonged: ['tenderAmendment'],
  TenderCancelled: ['tenderCancellation'],
  TenderClosed: ['tenderUpdate'],
  OpeningRecorded: ['tenderUpdate'],
  DrawMade: ['tenderUpdate'],
  EvaluationCompleted: ['tenderUpdate'],
  ReviewRecorded: ['tenderUpdate'],
  BidsRanked: ['tenderUpdate'],
  AwardMade: ['award'],
  DirectAwardMade: ['award'],
  AwardWithdrawn: ['awardCancellation'],
  TenderFailed: ['tenderUpdate'],
  RebidStarted: ['tenderAmendment'],
  ContractConcluded: ['contract'],
}

/** The id of the release that a fact makes: the ocid and the fact's place in its stream. Facts are for ever, so releases are. */
export const releaseId = (ocid: string, fact: Pick<Fact, 'stream' | 'seq'>): string =>
  `${ocid}-${fact.stream.startsWith('contract:') ? `${fact.stream.slice('contract:'.length)}-` : ''}${fact.seq}`

/**
 * Follows the history by one fact: what has been published then, and the releases that the fact makes (none for facts that nobody may
 * read or that say nothing about the process; one per changed line for a plan). Only the public part of a fact is looked at, so whoever
 * reads the public history makes the same releases. Facts of a case come in the order of the log.
 */
export function follow(
  before: CaseSoFar,
  fact: Fact,
  publishing: Publishing,
): { readonly after: CaseSoFar; readonly releases: readonly Release[] } {
  const { show } = getFactType(fact.type)
  if (show === null) return { after: before, releases: [] }
  const shown = { ...fact, body: show(fact.body) }
  if (fact.type === 'PlanPublished')
    return followPlan(before, shown as Extract<PlanFact, { type: 'PlanPublished' }>, publishing)
  if (!(publishedFacts as readonly string[]).includes(fact.type)) return { after: before, releases: [] }
  const type = fact.type as PublishedType
  const ocid = before.tender?.notice.ocid ?? (shown.body as { ocid?: string }).ocid
  if (ocid === undefined) return { after: before, releases: [] }
  const id = releaseId(ocid, fact)
  const making = { ...publishing, release: id }
  const changed = afterFact(before.tender, shown as Parameters<typeof afterFact>[1], making)
  if (!changed) return { after: before, releases: [] }
  const release = releaseOf(before.tender?.document ?? {}, changed.document, {
    ocid,
    id,
    date: fact.at,
    tag: tags[type],
  })
  const newest = release ? id : (before.tender?.newest ?? id)
  return { after: { ...before, tender: { ...changed, newest } }, releases: release ? [release] : [] }
}

function followPlan(
  before: CaseSoFar,
  fact: Extract<PlanFact, { type: 'PlanPublished' }>,
  { publication, find }: Publishing,
) {
  const planLines: Record<string, JsonObject> = { ...before.planLines }
  const releases: Release[] = []
  for (const line of fact.body.lines) {
    const ocid = planLineOcid(fact.body.ocid, line.id)
    const earlier = planLines[ocid]
    const document = planLineDocument(fact.body, line, publication, find)
    const tag = [earlier ? 'planningUpdate' : 'planning']
    const release = releaseOf(earlier ?? {}, document, { ocid, id: releaseId(ocid, fact), date: fact.at, tag })
    planLines[ocid] = document
    if (release) releases.push(release)
  }
  return { after: { ...before, planLines }, releases }
}

/** All releases of a case in the order of its facts. */
export function releasesOf(facts: Iterable<Fact>, publishing: Publishing): readonly Release[] {
  const releases: Release[] = []
  let soFar = nothingYet
  for (const fact of facts) {
    const { after, releases: made } = follow(soFar, fact, publishing)
    soFar = after
    releases.push(...made)
  }
  return releases
}

/**
 * The release that takes a published whole to the next: what changed, the buyer, and every party that what changed refers to,
 * so that a release can be read alone. Undefined when nothing changed.
 */
export function releaseOf(
  before: JsonObject,
  after: JsonObject,
  head: Pick<Release, 'ocid' | 'id' | 'date' | 'tag'>,
): Release | undefined {
  const change = difference(before, after)
  if (!change) return undefined
  const { language, title, parties: _, buyer: __, ...rest } = change
  const named = new Set(idsIn([change, after.buyer ?? null]))
  const parties = objectsAt(after, 'parties').filter((each) => named.has(each.id as string))
  return {
    ocid: head.ocid,
    id: head.id,
    date: head.date,
    tag: awardsChanged(head.tag, change) ? [...head.tag, 'awardUpdate'] : head.tag,
    initiationType: 'tender',
    language: after.language ?? language ?? null,
    ...(title !== undefined && { title }),
    ...(parties.length > 0 && { parties }),
    ...(after.buyer !== undefined && { buyer: after.buyer }),
    ...rest,
  }
}

/** A contract that puts an award in force updates that award too. */
const awardsChanged = (tag: readonly string[], change: JsonObject): boolean =>
  tag.includes('contract') && 'awards' in change

function idsIn(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'id' && typeof inner === 'string' ? [inner] : idsIn(inner),
  )
}
