// Releases of a case made by the acts themselves: published in log order, once each, whoever runs and whatever is interrupted.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Fastify from 'fastify'
import { compileReleases } from '@naru/ocds/merge.ts'
import { releasesOf } from '@naru/ocds/release.ts'
import { makeValidator } from '@naru/ocds/validate.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { registerOcds } from '../http/ocds.ts'
import { readFeed } from '../read/feed.ts'
import { readReleases } from '../read/ocds.ts'
import { startSequencer } from '../sequencer.ts'
import { makeWorld, type World } from '../test-world.ts'
import { publicationFor, startReleases } from './releases.ts'

let world: World
let tender: string
let sequencer: Awaited<ReturnType<typeof startSequencer>>
const site = 'https://naru.example'

beforeAll(async () => {
  world = await makeWorld()
  sequencer = await startSequencer(world.deployment, { intervalMs: 20 })
  tender = await world.publishTender()
  const bid = await world.sealed(tender, world.suppliers[0] as World['suppliers'][number], '30000000')
  await world.done(world.suppliers[0] as World['suppliers'][number], tender, 'submit-bid', bid.input)
  await world.done(world.approver, tender, 'cancel-tender', { reason: 'The need is gone.' })
  await sequencer.run()
}, 60_000)
afterAll(async () => {
  await sequencer?.stop()
  await world?.end()
})

const positions = async () =>
  (
    await world.deployment.database.pool.query<{ position: string; release_id: string; log_index: string }>(
      'select position, release_id, log_index from release order by position',
    )
  ).rows

test('every public fact becomes its releases once, with two publishers at work and one of them killed in the middle', async () => {
  const publication = publicationFor(world.deployment, site)
  const { pool } = world.deployment.database
  const mortal = mortalPool(pool)
  const broken = { ...world.deployment, database: { ...world.deployment.database, pool: mortal } }
  const first = startReleases(broken as unknown as typeof world.deployment, publication, null)
  await expect(first.run()).rejects.toThrow('killed')
  expect(await positions()).toEqual([])
  mortal.alive = true

  const second = startReleases(world.deployment, publication, null)
  const third = startReleases(world.deployment, publication, null)
  await Promise.all([first.run(), second.run(), third.run()])
  const rows = await positions()
  expect(rows.map((row) => Number(row.position))).toEqual(rows.map((_, at) => at + 1))
  expect(new Set(rows.map((row) => row.release_id)).size).toBe(rows.length)
  await Promise.all([first.stop(), second.stop(), third.stop()])

  const ocid = `${world.deployment.pack.ocidPrefix}-${tender}`
  const releases = await readReleases(world.deployment, ocid)
  expect(releases.map((each) => each.tag)).toEqual([['tender'], ['tenderCancellation']])
  expect(compileReleases(releases).merged).toMatchObject({
    tender: { status: 'cancelled', statusReason: 'The need is gone.' },
  })
})

test('the public feed alone gives the same releases again', async () => {
  const { rows } = await world.deployment.database.pool.query<{ body: string }>(
    'select body from release order by position',
  )
  const feed = await readFeed(world.deployment, -1, 1000)
  const { rows: entries } = await world.deployment.database.pool.query<{ index: string; stream: string; seq: number }>(
    'select index, stream, seq from log_entry',
  )
  const names = new Map(
    feed.items
      .filter((each) => each.type === 'OrganisationRegistered')
      .map((each) => [each.caseId, { id: each.caseId, ...(each.body as object) }]),
  )
  const publishing = {
    publication: publicationFor(world.deployment, site),
    find: (id: string) => names.get(id) as never,
  }
  const facts = feed.items.map((each) => {
    const entry = entries.find((row) => Number(row.index) === each.index)
    return {
      stream: entry?.stream ?? '',
      seq: entry?.seq ?? 0,
      caseId: each.caseId,
      type: each.type,
      at: each.at,
      by: { platform: 'setup' as const },
      body: each.body,
    }
  })
  const again = [...new Set(facts.map((each) => each.caseId))].flatMap((caseId) =>
    releasesOf(
      facts.filter((each) => each.caseId === caseId),
      publishing,
    ),
  )
  expect(new Set(rows.map((row) => row.body))).toEqual(new Set(again.map((each) => JSON.stringify(each))))
})

test('the application may not change or remove a release', async () => {
  const { pool } = world.deployment.database
  await expect(pool.query(`update release set body = '{}'`)).rejects.toThrow(/permission denied/)
  await expect(pool.query('delete from release')).rejects.toThrow(/permission denied/)
})

describe('over HTTP', () => {
  const app = Fastify({ routerOptions: { maxParamLength: 200 } })
  beforeAll(() => registerOcds(app, world.deployment, publicationFor(world.deployment, site)))
  afterAll(() => app.close())
  const get = async (url: string) => {
    const answer = await app.inject({ url })
    return { status: answer.statusCode, body: answer.body === '' ? null : JSON.parse(answer.body) }
  }

  test('packages per process are valid', async () => {
    const ocid = `${world.deployment.pack.ocidPrefix}-${tender}`
    const releases = await get(`/api/ocds/releases/${ocid}`)
    const record = await get(`/api/ocds/records/${ocid}`)
    expect(releases.body).toMatchObject({
      uri: `${site}/api/ocds/releases/${ocid}`,
      version: '1.1',
      releases: [{ ocid }, { ocid }],
    })
    expect(record.body.records[0]).toMatchObject({ ocid, compiledRelease: { ocid, tag: ['compiled'] } })
    const shared = join(import.meta.dirname, '..', '..', '..', 'shared', 'ocds')
    if (!existsSync(shared) && !process.env.CI) return console.warn('left out: the official schemas are not here')
    const read = (path: string) => JSON.parse(readFileSync(join(shared, path), 'utf8')) as object
    const check = makeValidator({
      release: read('patched/release-schema.json'),
      releasePackage: read('patched/release-package-schema.json'),
      recordPackage: read('patched/record-package-schema.json'),
      versionedRelease: read('core-1.1.5/versioned-release-validation-schema.json'),
    })
    expect(check.releasePackage(releases.body)).toEqual([])
    expect(check.recordPackage(record.body)).toEqual([])
  })

  test('the feed is walked page by page without a gap and ends', async () => {
    const seen: string[] = []
    let url: string | undefined = '/api/ocds/releases?after=0&limit=1'
    while (url) {
      const page = await get(url)
      expect(page.status).toBe(200)
      seen.push(...page.body.releases.map((each: { id: string }) => each.id))
      url = page.body.links?.next?.slice(site.length)
    }
    expect(seen).toEqual((await positions()).map((row) => row.release_id))
    expect((await get(`/api/ocds/releases?after=${seen.length}`)).status).toBe(204)
  })

  test('what is asked wrongly is told so', async () => {
    expect((await get('/api/ocds/releases/unknown')).status).toBe(404)
    expect((await get('/api/ocds/releases/a%00b')).status).toBe(404)
    expect((await get('/api/ocds/releases?after=-1')).status).toBe(422)
    expect((await get('/api/ocds/releases?after=x&limit=5')).status).toBe(422)
  })

  test('the extension of our own fields is served where packages declare it', async () => {
    const extension = await get('/ocds/extension/extension.json')
    expect(extension.body.schemas).toEqual(['release-schema.json'])
    expect((await get('/ocds/extension/release-schema.json')).status).toBe(200)
    const codes = await app.inject({ url: '/ocds/extension/codelists/+partyRole.csv' })
    expect(codes.body).toContain('demandAgency')
    expect((await get('/ocds/extension/..%2Fpackage.json')).status).toBe(404)
  })
})

/** A pool whose connections die at every commit until it is alive. */
function mortalPool(pool: World['deployment']['database']['pool']) {
  const mortal = {
    alive: false,
    connect: async () => {
      const client = await pool.connect()
      return new Proxy(client, {
        get: (target, key) => {
          const own = Reflect.get(target, key)
          if (key !== 'query') return typeof own === 'function' ? own.bind(target) : own
          return (text: string, values?: unknown[]) =>
            text === 'commit' && !mortal.alive ? Promise.reject(new Error('killed')) : target.query(text, values)
        },
      })
    },
  }
  return mortal
}
