// The importer on files made here, with everything wrong that publishers do, and on the real releases of five publishers.
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Fastify from 'fastify'
import { packs } from '@naru/countries/packs.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from './database/test-database.ts'
import type { Deployment } from './deployment.ts'
import { publicationFor } from './after/releases.ts'
import { registerOcds } from './http/ocds.ts'
import { type ImportReport, importOcds } from './import-ocds.ts'
import { reportLines } from './import-report.ts'
import { type Database, openDatabase } from './store/database.ts'

let fresh: FreshDatabase
let database: Database
let folder: string
beforeEach(async () => {
  fresh = await freshDatabase()
  database = openDatabase(fresh.url, 4)
  folder = mkdtempSync(join(tmpdir(), 'naru-import-'))
})
afterEach(async () => {
  await database.end()
  await fresh.drop()
  rmSync(folder, { recursive: true, force: true })
})

const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content)
const run = (options: Parameters<typeof importOcds>[2] = {}, path = folder) =>
  importOcds(database.pool, [path], options)
const leftOut = (report: ImportReport) =>
  Object.fromEntries(Object.entries(report.leftOut).map(([why, { count }]) => [why, count]))
const total = (report: ImportReport) =>
  report.imported.release +
  report.imported.compiled +
  report.imported.versioned +
  report.already +
  Object.entries(report.leftOut).reduce(
    (sum, [why, each]) => sum + (why === 'otherFormat' || why === 'unreadable' ? 0 : each.count),
    0,
  )
const listing = () => database.db.selectFrom('listing').selectAll().orderBy('ocid').execute()

const release = (number: number, more: object = {}) => ({
  ocid: `ocds-aaaaaa-${number}`,
  id: `r${number}`,
  date: '2020-01-01T00:00:00Z',
  tag: ['tender'],
  initiationType: 'tender',
  language: 'ky',
  buyer: { id: 'B', name: 'Мектеп №5' },
  tender: {
    id: `t${number}`,
    title: 'Бор жана кагаз',
    status: 'complete',
    value: { amount: 1234.5, currency: 'KGS' },
    tenderPeriod: { endDate: '2020-02-01T12:00:00+06:00' },
  },
  ...more,
})
const packageOf = (releases: unknown[], more: object = {}) =>
  JSON.stringify({ uri: 'x', version: '1.1', publisher: { name: 'Example' }, releases, ...more })

test('packages, records, lines, lone releases and gzip: everything is found, and a second run finds nothing new', async () => {
  put('package.json', packageOf([release(1), release(2)]))
  put(
    'record.json',
    JSON.stringify({
      publisher: { name: 'Example' },
      records: [
        {
          ocid: 'ocds-aaaaaa-3',
          compiledRelease: release(3, { tag: ['compiled'] }),
          releases: [{ url: 'http://x', date: '2020-01-01T00:00:00Z', tag: ['tender'] }],
        },
      ],
    }),
  )
  put('lines.jsonl.gz', gzipSync(`${JSON.stringify(release(4))}\n${packageOf([release(5)])}\n`))
  put('alone.json', JSON.stringify(release(6), null, 2))
  put('readme.txt', 'hello')
  const first = await run()
  expect(first.imported).toEqual({ release: 5, compiled: 1, versioned: 0 })
  expect(leftOut(first)).toEqual({ onlyALink: 1, otherFormat: 1 })
  expect([first.files, first.found, total(first), first.cases]).toEqual([4, 7, 7, 6])
  const second = await run()
  expect(second.imported).toEqual({ release: 0, compiled: 0, versioned: 0 })
  expect([second.already, second.found, total(second), second.cases]).toEqual([6, 7, 7, 0])
  expect(reportLines(second).join('\n')).toContain('Example (ocds-aaaaaa): 6 processes, 6 releases')
})

test('the list shows what was published, and finds it by the letters a Russian keyboard has', async () => {
  put('package.json', packageOf([release(1)]))
  await run()
  const [row] = await listing()
  expect(row).toMatchObject({
    source: 'ocds-aaaaaa',
    ocid: 'ocds-aaaaaa-1',
    title: { ky: 'Бор жана кагаз' },
    buyer_name: 'Мектеп №5',
    status: 'complete',
    value_amount: '1234.5',
    currency: 'KGS',
    deadline: '2020-02-01T06:00:00.000Z',
  })
  expect(row?.folded).toContain('бор жана кагаз')
})

test('several releases of a process are merged by date; a compiled one stands for what came before it', async () => {
  put(
    'a.json',
    packageOf([
      release(1, { id: 'late', date: '2020-03-01T00:00:00Z', tender: { id: 't1', title: 'New title' } }),
      release(1),
      release(1, {
        id: 'award',
        date: '2020-02-01T00:00:00Z',
        tag: ['award'],
        awards: [
          {
            id: 'a',
            status: 'active',
            suppliers: [{ id: 's', name: 'Chalk Ltd' }],
            value: { amount: 1000, currency: 'KGS' },
          },
        ],
      }),
    ]),
  )
  put(
    'b.json',
    packageOf([
      release(2, { tag: ['compiled'], date: '2020-05-01T00:00:00Z' }),
      release(2, { id: 'old', tender: { id: 't2', title: 'Old' } }),
    ]),
  )
  await run()
  const [one, two] = await listing()
  // A process with an award is awarded until a contract follows, whatever else the tender says.
  expect(one).toMatchObject({
    title: { ky: 'New title' },
    status: 'awarded',
    supplier_name: 'Chalk Ltd',
    award_amount: '1000',
    value_amount: '1234.5',
  })
  expect(two).toMatchObject({ title: { ky: 'Бор жана кагаз' } })
})

test('releases that cannot be merged show the newest alone, and the report names the process', async () => {
  put('a.json', packageOf([release(1, { tender: 'text' }), release(1, { id: 'two', date: '2020-02-01T00:00:00Z' })]))
  const report = await run()
  expect(report.unmergeable).toEqual(['ocds-aaaaaa-1'])
  expect((await listing())[0]).toMatchObject({ title: { ky: 'Бор жана кагаз' } })
})

test('what is broken is left out with its reason and place; everything else comes in', async () => {
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`
  put(
    'a.jsonl',
    [
      JSON.stringify(release(1)),
      '{"ocid": "ocds-aaaaaa-2", "tender": {',
      'not json',
      '{"hello": 1}',
      JSON.stringify({ ...release(3), ocid: undefined }),
      `{"ocid":"ocds-aaaaaa-9","tag":["tender"],"x":${deep}}`,
      JSON.stringify(release(4)),
    ].join('\n'),
  )
  put('b.json', packageOf([release(5), null, 'text', { ...release(6), ocid: '' }, release(7)]))
  put('c.json', packageOf([release(8)]).slice(0, -40))
  put(
    'd.json',
    Buffer.concat([
      Buffer.from('{"ocid":"ocds-aaaaaa-11","tag":["tender"],"tender":{"title":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}}'),
    ]),
  )
  put('e.json.gz', gzipSync(packageOf([release(10)])).subarray(0, 60))
  put('f.json', '')
  const places: string[] = []
  const report = await run({ onLeftOut: ({ file, where, why }) => places.push(`${why} ${file} ${where}`) })
  expect(places.map((each) => each.replace(/(e\.json\.gz) unexpected.*/, '$1 …'))).toEqual([
    'broken a.jsonl line 2',
    'broken a.jsonl line 3',
    'notOcds a.jsonl value 2',
    'noOcid a.jsonl value 3',
    'tooDeep a.jsonl value 4',
    'notOcds b.json releases[2]',
    'noOcid b.json releases[3]',
    'broken c.json line 1',
    'broken d.json value 1',
    'unreadable e.json.gz …',
  ])
  expect(report.imported.release).toBe(4)
  expect(report.found).toBe(total(report))
  expect((await listing()).map((each) => each.ocid)).toEqual([1, 4, 5, 7].map((each) => `ocds-aaaaaa-${each}`))
})

test('a packed file that was cut off gives what stands before the cut', async () => {
  const lines = Array.from({ length: 3000 }, (_, at) =>
    JSON.stringify(release(at, { id: createHash('sha256').update(String(at)).digest('hex') })),
  )
  const packed = gzipSync(lines.join('\n'))
  put('a.jsonl.gz', packed.subarray(0, Math.floor(packed.length * 0.8)))
  const report = await run()
  expect(leftOut(report)).toMatchObject({ unreadable: 1 })
  expect(report.imported.release).toBeGreaterThan(2000)
  expect(report.found).toBe(total(report))
})

test('odd values neither stop the import nor reach the list', async () => {
  const odd = {
    tender: {
      id: 7,
      title: 'A\u0000B\ud800',
      status: 'Executarea contractului',
      mainProcurementCategory: 'things',
      procurementMethod: 'Licitaţie publică',
      value: { amount: '12.50', currency: 'mdl' },
      tenderPeriod: { startDate: 'yesterday', endDate: '31/12/2020' },
      items: [{ classification: { id: 50720000 } }],
    },
    buyer: null,
    parties: [
      { name: 'Town hall', roles: ['buyer'], contactPoint: { name: 'Jane Public', email: 'jane@example.org' } },
    ],
    language: 'MD',
  }
  put(
    'a.json',
    packageOf([
      release(1, odd),
      release(2, { tender: null, planning: { budget: { amount: { amount: 0 } } } }),
      release(3, { date: 20200101, tender: [] }),
    ]),
  )
  put('b.json', packageOf([release(4)]).replace('1234.5', '1e9999'))
  const report = await run()
  expect(report.imported.release).toBe(4)
  const [one, two, three, four] = await listing()
  expect(one).toMatchObject({
    title: { md: 'A B\ufffd' },
    status: 'unknown',
    category: null,
    method: null,
    method_details: 'Licitaţie publică',
    value_amount: '12.5',
    currency: 'MDL',
    buyer_name: 'Town hall',
    classification: '50720000',
    deadline: null,
    number: '7',
  })
  expect(two).toMatchObject({ status: 'planned', value_amount: null })
  expect(three).toMatchObject({ title: { ky: 'ocds-aaaaaa-3' }, published_at: null })
  expect(four).toMatchObject({ value_amount: null })
  const { rows } = await database.pool.query<{ compiled: string; raw: Buffer }>(
    `select c.compiled, r.raw from imported_case c join imported_release r using (publisher, ocid) where ocid = 'ocds-aaaaaa-1'`,
  )
  expect(rows[0]?.compiled).not.toMatch(/Jane|jane/)
  expect(rows[0]?.raw.toString()).toBe(JSON.stringify(release(1, odd)))
})

test('a package larger than the limit is streamed: its bytes are kept exactly and its publisher may stand at the end', async () => {
  const releases = Array.from({ length: 300 }, (_, at) => JSON.stringify(release(at)))
  put('big.json', `{"uri":"x","releases":[\n${releases.join(',\n')}\n],"publisher":{"name":"Late"},"version":"1.1"}`)
  put(
    'record.json',
    JSON.stringify({
      records: [{ ocid: 'ocds-aaaaaa-900', compiledRelease: release(900, { tag: ['compiled'] }) }],
      filler: 'x'.repeat(3000),
    }),
  )
  put('lone.json', JSON.stringify(release(901, { filler: 'x'.repeat(3000) })))
  const unregistered = JSON.stringify({ ...release(0), ocid: 'OWN-1' })
  put('own.json', `{"releases":[${unregistered}],"filler":"${'x'.repeat(3000)}","publisher":{"name":"Own"}}`)
  const report = await run({ limit: 2000 })
  expect(report.imported).toEqual({ release: 301, compiled: 1, versioned: 0 })
  expect(report.publishers).toEqual([
    { publisher: 'Own', name: 'Own', cases: 1, releases: 1 },
    { publisher: 'ocds-aaaaaa', name: 'Late', cases: 301, releases: 301 },
  ])
  expect(leftOut(report)).toEqual({ tooLarge: 1 })
  const { rows } = await database.pool.query<{ raw: Buffer }>(
    `select raw from imported_release where ocid = 'ocds-aaaaaa-7'`,
  )
  expect(rows[0]?.raw.toString()).toBe(releases[7])
  const { rows: packages } = await database.pool.query<{ envelope: string }>(
    `select envelope from imported_package where file = 'big.json'`,
  )
  expect(JSON.parse(packages[0]?.envelope ?? '')).toEqual({ uri: 'x', publisher: { name: 'Late' }, version: '1.1' })
})

test('releases that name no publisher join the publisher who has their process', async () => {
  const own = { ...release(1), ocid: 'AM-1' }
  put('a.jsonl', `${JSON.stringify({ ...own, tag: ['compiled'] })}\n${JSON.stringify({ ...own, ocid: 'AM-2' })}\n`)
  put('b.json', packageOf([own]))
  const first = await run()
  expect(first.publishers).toEqual([
    { publisher: 'Example', name: 'Example', cases: 1, releases: 2 },
    { publisher: 'unknown', name: 'unknown', cases: 1, releases: 1 },
  ])
  expect((await listing()).map((each) => [each.ocid, each.source])).toEqual([
    ['AM-1', 'Example'],
    ['AM-2', 'unknown'],
  ])
  const second = await run()
  expect([second.already, second.imported.release + second.imported.compiled]).toEqual([3, 0])
  expect(second.publishers).toEqual(first.publishers)
})

test('an imported process is served as packages that name its publisher and licence, without anybody to call', async () => {
  const contact = {
    parties: [
      { id: 'B', name: 'Мектеп №5', roles: ['buyer'], contactPoint: { name: 'Jane Public', telephone: '+996' } },
    ],
  }
  put(
    'a.json',
    packageOf(
      [release(1, contact), release(1, { id: 'two', date: '2020-02-01T00:00:00Z', tender: { status: 'cancelled' } })],
      { license: 'https://example.org/licence' },
    ),
  )
  put('b.jsonl', JSON.stringify(release(2, { tag: ['compiled'] })))
  await run()
  const app = Fastify()
  const deployment = { database, pack: packs.kg, mode: 'sandbox' } as unknown as Deployment
  registerOcds(app, deployment, publicationFor(deployment, 'https://naru.example'))
  const get = async (url: string) => (await app.inject({ url })).json()
  const record = await get('/api/ocds/records/ocds-aaaaaa-1')
  expect(record).toMatchObject({
    uri: 'https://naru.example/api/ocds/records/ocds-aaaaaa-1',
    publisher: { name: 'Example' },
    license: 'https://example.org/licence',
    records: [
      {
        ocid: 'ocds-aaaaaa-1',
        releases: [{ id: 'r1' }, { id: 'two' }],
        compiledRelease: { tender: { status: 'cancelled', title: 'Бор жана кагаз' } },
      },
    ],
  })
  expect(JSON.stringify(record)).not.toMatch(/Jane|996/)
  expect(await get('/api/ocds/releases/ocds-aaaaaa-2')).toMatchObject({
    publisher: { name: 'Example' },
    releases: [{ ocid: 'ocds-aaaaaa-2' }],
  })
  expect((await app.inject({ url: '/api/ocds/records/ocds-aaaaaa-3' })).statusCode).toBe(404)
  await app.close()
})

test('an import that was killed before the list was made is finished by the next one', async () => {
  put('a.json', packageOf([release(1), release(2)]))
  await run()
  await database.pool.query('update imported_case set stale = true')
  await database.db.deleteFrom('listing').execute()
  expect((await run()).cases).toBe(2)
  expect(await listing()).toHaveLength(2)
})

test('a path that is not there is said and nothing is thrown', async () => {
  const report = await run({}, join(folder, 'nowhere'))
  expect(leftOut(report)).toEqual({ unreadable: 1 })
})

const real = join(import.meta.dirname, '..', '..', 'shared', 'ocds', 'real')
const present = existsSync(real)

describe.skipIf(!present && !process.env.CI)(
  `real releases of five publishers${present ? '' : ' (left out: they are not here)'}`,
  () => {
    /** What stands in the files, counted without the importer's own code. */
    function counted(publisher: string) {
      const count = { release: 0, compiled: 0, versioned: 0, links: 0, ocids: new Set<string>() }
      const one = (value: Record<string, unknown>) => {
        if (value.url && !value.ocid) count.links += 1
        else {
          count[(value.tag as string[]).includes('compiled') ? 'compiled' : 'release'] += 1
          count.ocids.add(value.ocid as string)
        }
      }
      const holder = (value: Record<string, unknown>) => {
        for (const each of (value.releases ?? []) as Record<string, unknown>[]) one(each)
        if (value.compiledRelease) count.compiled += 1
        if (value.versionedRelease) count.versioned += 1
        for (const each of (value.records ?? []) as Record<string, unknown>[]) holder(each)
      }
      for (const file of readdirSync(join(real, publisher))) {
        const text = readFileSync(join(real, publisher, file), 'utf8')
        if (file.endsWith('.jsonl')) for (const line of text.trim().split('\n')) one(JSON.parse(line))
        else {
          const value = JSON.parse(text)
          if (value.releases || value.records) holder(value)
          else one(value)
        }
      }
      return count
    }

    test.each(['armenia', 'moldova', 'paraguay', 'portugal-base', 'ukraine'])('%s', async (publisher) => {
      const expected = counted(publisher)
      const report = await run({}, join(real, publisher))
      const { release: releases, compiled, versioned } = report.imported
      expect(report.found).toBe(expected.release + expected.compiled + expected.versioned + expected.links)
      expect(report.found).toBe(total(report))
      expect(leftOut(report)).toEqual(expected.links > 0 ? { onlyALink: expected.links } : {})
      expect(releases + compiled + versioned + report.already).toBe(
        expected.release + expected.compiled + expected.versioned,
      )
      expect(report.cases).toBe(expected.ocids.size)
      const rows = await listing()
      expect(new Set(rows.map((each) => each.ocid))).toEqual(expected.ocids)
      // Some of Paraguay's processes name no buyer in what is here.
      if (publisher !== 'paraguay') expect(rows.filter((each) => each.buyer_name === '')).toEqual([])
      const again = await run({}, join(real, publisher))
      expect(again.imported).toEqual({ release: 0, compiled: 0, versioned: 0 })
      expect(again.already).toBe(report.found - expected.links)
    })
  },
)
