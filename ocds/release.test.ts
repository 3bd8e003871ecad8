// Public facts and the releases they make: the sections each release changes, the merged whole, and validity against the official schemas.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { factTypes } from '@naru/domain/catalogue.ts'
import { describe, expect, test } from 'vitest'
import { publishedFacts } from './case.ts'
import {
  cancelledCase,
  drawnCase,
  history,
  idOf,
  ids,
  planCase,
  planOcid,
  publication,
  publishing,
  started,
  tenderOcid,
  wholeCase,
} from './example-case.ts'
import { difference } from './difference.ts'
import { isObject, type Json, type JsonObject, type Release } from './json.ts'
import { compileReleases } from './merge.ts'
import { recordPackage, releasePackage } from './package.ts'
import { follow, nothingYet, releasesOf } from './release.ts'
import { makeValidator } from './validate.ts'

const schemas = join(import.meta.dirname, '..', '..', 'shared', 'ocds')
const present = existsSync(schemas)
const cases = { wholeCase, drawnCase, cancelledCase, planCase }
const find = (releases: readonly Release[], number: number) =>
  releases.find((each) => each.id === `${tenderOcid}-${number}`) as JsonObject

describe('the whole case', () => {
  const releases = releasesOf(wholeCase, publishing)

  test('one release per public fact that says something new, tagged by what happened', () => {
    expect(releases.map((each) => [each.id.slice(tenderOcid.length + 1), each.date, each.tag])).toEqual([
      ['2', '2026-03-02T06:00:00.000Z', ['tender']],
      ['4', '2026-03-04T06:00:00.000Z', ['tenderUpdate']],
      ['6', '2026-03-06T06:00:00.000Z', ['tenderAmendment']],
      ['7', '2026-03-30T09:01:00.000Z', ['tenderUpdate']],
      ['9', '2026-03-30T10:00:00.000Z', ['tenderUpdate']],
      ['10', '2026-03-30T10:00:00.000Z', ['tenderUpdate']],
      ['11', '2026-03-30T10:00:00.000Z', ['tenderUpdate']],
      ['12', '2026-03-31T06:00:00.000Z', ['award']],
      ['13', '2026-03-31T06:05:00.000Z', ['award']],
      [`${idOf('contract', 1)}-2`, '2026-04-14T08:00:00.000Z', ['contract', 'awardUpdate']],
      [`${idOf('contract', 2)}-1`, '2026-04-14T09:00:00.000Z', ['contract', 'awardUpdate']],
    ])
    expect(new Set(releases.map((each) => each.ocid))).toEqual(new Set([tenderOcid]))
  })

  test('the notice', () => {
    const notice = find(releases, 2)
    expect(notice).toMatchObject({
      ocid: tenderOcid,
      initiationType: 'tender',
      language: 'en',
      title: 'Chalk and paper',
      buyer: { id: 'XX-REG-100002', name: 'Ministry of Schools' },
      tender: {
        id: ids.tender,
        number: 'T-2026-1',
        title: 'Chalk and paper',
        title_ru: 'Мел и бумага',
        status: 'active',
        // 123 456.78 + 500 000.00
        value: { amount: 623456.78, currency: 'KGS' },
        procurementMethod: 'open',
        procurementMethodDetails: 'xx-open',
        legalBasis: { scheme: 'XX-LAW', id: 'Procurement Act, art. 12' },
        tenderPeriod: { startDate: '2026-03-02T06:00:00.000Z', endDate: '2026-03-23T09:00:00.000Z' },
        // Five days before 23 March is 18 March, a Wednesday.
        enquiryPeriod: { startDate: '2026-03-02T06:00:00.000Z', endDate: '2026-03-18T09:00:00.000Z' },
        // The end of 31 May in Bishkek (UTC+6).
        contractPeriod: { endDate: '2026-05-31T17:59:59.999Z' },
      },
      relatedProcesses: [
        {
          relationship: ['planning'],
          scheme: 'ocid',
          identifier: `${planOcid}-${idOf('line', 1)}`,
          relatedLots: ['1', '2'],
        },
      ],
    })
    expect((notice.tender as JsonObject).items).toHaveLength(3)
    expect((notice.parties as readonly JsonObject[]).map((each) => [each.id, each.roles])).toEqual([
      ['XX-REG-100002', ['buyer']],
      ['XX-REG-100001', ['procuringEntity', 'demandAgency']],
    ])
  })

  test('an amendment names the release before it and its own, changes what changed, and empties what it dropped', () => {
    expect((find(releases, 6) as { tender: JsonObject }).tender).toEqual({
      id: ids.tender,
      title: 'Chalk and paper (amended)',
      tenderPeriod: { endDate: '2026-03-30T09:00:00.000Z' },
      enquiryPeriod: { endDate: '2026-03-25T09:00:00.000Z' },
      items: [
        {
          id: '1/1',
          description: 'White chalk',
          description_ru: 'White chalk (ru)',
          classification: {
            scheme: 'XX-CLASS',
            id: '30192000-1',
            description: 'Office supplies',
            description_ru: 'Канцтовары',
          },
          quantity: 1200,
          unit: { scheme: 'UNCEFACT', id: 'H87', name: 'piece', name_ru: 'штука' },
          relatedLot: '1',
        },
        {
          id: '1/2',
          description: null,
          description_ru: null,
          classification: { scheme: null, id: '30192000-1', description: null, description_ru: null },
          quantity: null,
          unit: { scheme: null, id: 'H87', name: null, name_ru: null },
          relatedLot: null,
        },
      ],
      documents: [
        {
          id: idOf('document', 1),
          documentType: 'biddingDocuments',
          title: 'Bidding documents',
          url: `https://naru.example/api/documents/${idOf('upload', 3)}`,
          datePublished: '2026-03-02T06:00:00.000Z',
          dateModified: '2026-03-06T06:00:00.000Z',
          format: 'application/pdf',
          language: 'en',
          sha256: '3'.repeat(64),
        },
        {
          id: idOf('document', 2),
          documentType: null,
          title: null,
          url: null,
          datePublished: null,
          format: null,
          language: null,
          sha256: null,
        },
      ],
      amendments: [
        {
          id: 'amendment-1',
          date: '2026-03-06T06:00:00.000Z',
          rationale: 'More chalk',
          amendsReleaseID: `${tenderOcid}-4`,
          releaseID: `${tenderOcid}-6`,
        },
      ],
    })
  })

  test('the opening publishes prices and bidders, a sole trader under a pseudonym, and nothing of the responses', () => {
    const opening = find(releases, 9) as { bids: JsonObject; tender: JsonObject; parties: readonly JsonObject[] }
    expect(opening.bids.details).toMatchObject([
      {
        id: `1/${idOf('bid', 1)}`,
        status: 'pending',
        value: { amount: 120000, currency: 'KGS' },
        tenderers: [{ id: 'XX-REG-200001' }],
        relatedLots: ['1'],
      },
      {
        id: `1/${idOf('bid', 2)}`,
        status: 'pending',
        value: { amount: 119999.99, currency: 'KGS' },
        tenderers: [{ id: `NARU-${ids.trader}` }],
      },
      { id: `2/${idOf('bid', 3)}`, status: 'pending', value: { amount: 450000, currency: 'KGS' } },
      { id: `2/${idOf('bid', 4)}`, status: 'disqualified', reason: 'malformed' },
    ])
    expect(opening.tender.numberOfTenderers).toBe(3)
    expect(opening.parties.map((each) => each.id)).toEqual([
      'XX-REG-100002',
      'XX-REG-200001',
      `NARU-${ids.trader}`,
      'XX-REG-200002',
    ])
    expect(JSON.stringify(releases)).not.toContain('never published')
  })

  test('before the opening nothing tells who bid or how many', () => {
    const before = JSON.stringify(releases.filter((each) => each.date < '2026-03-30T10:00:00.000Z'))
    for (const bidder of [ids.chalk, ids.trader, ids.paper, 'XX-REG-200001', 'XX-REG-200002'])
      expect(before).not.toContain(bidder)
    expect(before).not.toContain('numberOfTenderers')
  })

  test('the award waits through the standstill and is in force with the contract', () => {
    const { merged } = compileReleases(releases)
    const compiled = merged as { awards: JsonObject[]; contracts: JsonObject[]; tender: JsonObject }
    expect(find(releases, 12).awards).toMatchObject([
      { id: idOf('award', 1), status: 'pending', value: { amount: 119999.99, currency: 'KGS' } },
    ])
    expect(compiled.awards.map((each) => each.status)).toEqual(['active', 'active'])
    expect(compiled.contracts).toMatchObject([
      {
        awardID: idOf('award', 1),
        number: 'C-2026-1',
        dateSigned: '2026-04-14T08:00:00.000Z',
        relatedBids: [`1/${idOf('bid', 2)}`],
      },
      { awardID: idOf('award', 2), number: 'C-2026-2' },
    ])
    expect(compiled.tender.status).toBe('complete')
  })
})

describe('the drawn case', () => {
  const releases = releasesOf(drawnCase, publishing)
  const compiled = compileReleases(releases).merged as {
    tender: JsonObject
    bids: JsonObject
    awards: JsonObject[]
    relatedProcesses: JsonObject[]
  }

  test('a failed round says why, and a re-bid takes it back', () => {
    expect(find(releases, 7).tender).toMatchObject({ status: 'unsuccessful', statusReason: 'no-winner' })
    expect(find(releases, 8)).toMatchObject({
      tag: ['tenderAmendment'],
      tender: { status: 'active', statusReason: null },
    })
    expect(compiled.tender).toMatchObject({
      status: 'complete',
      amendments: [{ id: 'rebid-2' }],
      lots: [{ status: 'complete' }],
    })
    expect(compiled.tender).not.toHaveProperty('statusReason')
  })

  test('reserve price, points and findings are published; a re-notice is linked to the failed process', () => {
    expect((compiled.tender.lots as JsonObject[])[0]?.reservePrice).toEqual({ amount: 17900000, currency: 'KRW' })
    expect(compiled.tender).toMatchObject({ uncontestedAmount: { amount: 50000 } })
    const reviewed = (compiled.bids.details as JsonObject[]).find((each) => each.id === idOf('bid', 11))
    expect(reviewed).toMatchObject({
      status: 'valid',
      rank: 1,
      reason: 'passed-review',
      description: 'Experience proven',
      points: [
        { id: 'quality', value: 35.25 },
        { id: 'review', value: 30.5 },
      ],
    })
    expect(compiled.relatedProcesses[1]).toMatchObject({
      relationship: ['unsuccessfulProcess'],
      identifier: 'ocds-t3stxx-earlier',
    })
    expect(compiled.awards[0]?.status).toBe('active')
  })
})

test('a line of the plan is a process of its own; a new version makes releases for changed and new lines only', () => {
  const releases = releasesOf(planCase, publishing)
  expect(releases.map((each) => [each.id, each.tag])).toEqual([
    [`${planOcid}-${idOf('line', 1)}-2`, ['planning']],
    [`${planOcid}-${idOf('line', 2)}-2`, ['planning']],
    [`${planOcid}-${idOf('line', 2)}-3`, ['planningUpdate']],
    [`${planOcid}-${idOf('line', 3)}-3`, ['planning']],
  ])
  expect(releases[0]).toMatchObject({
    planning: { budget: { id: 'B-1', amount: { amount: 700000, currency: 'KGS' } } },
    tender: { id: idOf('line', 1), status: 'planned', title: 'Line 1', title_ru: 'Строка 1' },
  })
  // The second quarter ends with 30 June in Bishkek.
  expect((releases[0] as unknown as { planning: JsonObject }).planning.milestones).toMatchObject([
    { dueDate: '2026-06-30T17:59:59.999Z' },
  ])
})

test('a tender that was cancelled before its notice publishes nothing, one cancelled later says why', () => {
  const unpublished = history(
    ['TenderStarted', '2026-03-01T06:00:00.000Z', started],
    ['TenderCancelled', '2026-03-02T06:00:00.000Z', { reason: 'No need' }],
  )
  expect(releasesOf(unpublished, publishing)).toEqual([])
  expect(releasesOf(cancelledCase, publishing).at(-1)).toMatchObject({
    tag: ['tenderCancellation'],
    tender: { status: 'cancelled', statusReason: 'The need is gone' },
  })
})

/** Without the entries that the amendment emptied down to their identifiers: merging keeps them, the state does not. */
const emptied = ['1/2', idOf('document', 2)]
const withoutEmptied = (value: Json): Json =>
  JSON.parse(JSON.stringify(value), (_, each) =>
    Array.isArray(each)
      ? each.filter(
          (entry) => !(isObject(entry) && emptied.includes(entry.id as string) && !entry.title && !entry.description),
        )
      : each,
  )

test.each(Object.entries(cases))('%s: merging the releases after each fact gives the published whole', (_, facts) => {
  let soFar = nothingYet
  const made: Release[] = []
  for (const fact of facts) {
    const { after, releases } = follow(soFar, fact, publishing)
    soFar = after
    made.push(...releases)
    for (const ocid of new Set(made.map((each) => each.ocid))) {
      const { merged, warnings } = compileReleases(made.filter((each) => each.ocid === ocid))
      const { id: _id, date: _date, tag: _tag, ocid: _ocid, initiationType: _type, ...rest } = merged
      const whole = soFar.tender ? soFar.tender.document : soFar.planLines[ocid]
      expect(withoutEmptied(rest)).toEqual(whole)
      expect(warnings).toEqual([])
    }
  }
  expect(made.length).toBeGreaterThan(1)
})

test('whoever has the public part of the facts only makes the same releases', () => {
  const shown = wholeCase
    .filter(
      (each) => each.type !== 'TenderStarted' && each.type !== 'QuestionAsked' && each.type !== 'AmendmentProposed',
    )
    .map((fact) => {
      if (fact.type === 'TenderClosed')
        return { ...fact, body: { ...(fact.body as object), items: undefined, bidders: undefined } }
      if (fact.type === 'OpeningRecorded') return { ...fact, body: { ...(fact.body as object), responses: undefined } }
      return fact
    })
  expect(releasesOf(shown, publishing)).toEqual(releasesOf(wholeCase, publishing))
})

test('every public fact either makes releases or is known to say nothing of a process', () => {
  const silent = [
    'LegalOfficerNamed',
    'LegalOfficerReleased',
    'TrustListed',
    'ValueConfirmed',
    'ActConfirmed',
    'BatchStamped',
    'ClientReleaseApproved',
    'EntryExplained',
    'OutageRecorded',
    'PasskeyRecorded',
    'PasskeyWithdrawn',
    'EligibilityRecorded',
    'ExplanationAsked',
    'ExplanationJudged',
    'HolderAbsent',
    'KeyDestroyed',
    'KeyRecordDeposited',
    'OpeningAttended',
    'OpeningResumed',
    'OpeningStopped',
    'OrganisationRegistered',
    'PriceExplained',
    'RehearsalAnswered',
    'RehearsalSealed',
    'SaltSealed',
    'SharesPosted',
    'SpareUsed',
    'TechnicalOpened',
    'TechnicalOpeningPublished',
    'TechnicalSharesPosted',
    'TenderKeyFixed',
  ]
  const open = Object.entries(factTypes).flatMap(([name, { show }]) => (show === null ? [] : [name]))
  expect(open.toSorted()).toEqual([...publishedFacts, 'PlanPublished', ...silent].toSorted())
})

test('what is the same makes no release', () => {
  expect(difference({ a: 1, b: [{ id: '1', c: 2 }] }, { a: 1, b: [{ id: '1', c: 2 }] })).toBeUndefined()
})

test('no release holds an empty text, object or list, and every time is in UTC', () => {
  for (const facts of Object.values(cases))
    for (const release of releasesOf(facts, publishing))
      JSON.stringify(release, (key, value) => {
        const empty = value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
        if (empty) throw new Error(`${release.id}: ${key} is empty`)
        if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) expect(value).toMatch(/\.\d{3}Z$/)
        return value
      })
})

describe.skipIf(!present && !process.env.CI)(
  `against the official schemas${present ? '' : ' (left out: the schemas are not here)'}`,
  () => {
    const read = (path: string) => JSON.parse(readFileSync(join(schemas, path), 'utf8')) as object
    const validator = () =>
      makeValidator({
        release: read('patched/release-schema.json'),
        releasePackage: read('patched/release-package-schema.json'),
        recordPackage: read('patched/record-package-schema.json'),
        versionedRelease: read('core-1.1.5/versioned-release-validation-schema.json'),
      })

    test('every release, package and record is valid and uses declared fields only', () => {
      const check = validator()
      for (const facts of Object.values(cases)) {
        const releases = releasesOf(facts, publishing)
        expect(
          check.releasePackage(
            releasePackage(publication, 'https://naru.example/x', releases, { next: 'https://naru.example/y' }),
          ),
        ).toEqual([])
        for (const release of releases) expect([release.id, check.undeclared(release)]).toEqual([release.id, []])
        for (const ocid of new Set(releases.map((each) => each.ocid))) {
          const own = releases.filter((each) => each.ocid === ocid)
          expect(check.recordPackage(recordPackage(publication, ocid, own))).toEqual([])
          expect(check.undeclared(compileReleases(own).merged)).toEqual([])
        }
      }
    })

    test('the check sees what is wrong', () => {
      const check = validator()
      const [release] = releasesOf(cancelledCase, publishing) as [Release]
      const wrong = { ...release, tender: { ...(release.tender as JsonObject), status: 'open', invented: 1 } }
      expect(check.release(wrong)).toHaveLength(1)
      expect(check.undeclared(wrong)).toEqual(['tender/invented'])
    })
  },
)
