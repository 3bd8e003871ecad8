// How a test tells a country's tales: one program for all of them, told side by side once, a test for each, then what must hold of the whole record.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeValidator } from '@naru/ocds/validate.ts'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Cast } from './cast/cast.ts'
import { waitFor } from './client.ts'
import { type Running, startSandbox } from './running.ts'
import { days, later } from './times.ts'
import { openStage, type Stage, type Tale, type Told } from './world.ts'

const schemas = join(import.meta.dirname, '..', '..', 'shared', 'ocds')

/** A country whose tales have been told; ready when its tests run. */
export interface Telling {
  readonly running: () => Running
  readonly stage: () => Stage
  /** Throws what a tale threw, or that it was not told to its end. */
  readonly told: (name: string) => void
}

/** Starts a country and tells its tales before the tests of the calling file. */
export function tellTales(
  country: Cast['country'],
  tales: readonly Tale[],
  options: { readonly passkeys?: boolean } = {},
): Telling {
  let running: Running
  let stage: Stage
  let all: readonly Told[] = []
  beforeAll(async () => {
    running = await startSandbox(country)
    stage = await openStage({
      url: running.url,
      wallet: running.wallet,
      country,
      ...options,
      ...(process.env.NARU_TELL && { say: console.log }),
    })
    await stage.setUp(tales)
    const begin = await stage.world.now()
    all = await stage.play(tales.map((tale, n) => ({ tale, from: later(begin, days(1) + n * 3_600_000) })))
  })
  afterAll(() => running?.stop())
  return {
    running: () => running,
    stage: () => stage,
    told: (name) => {
      const one = all.find((each) => each.name === name)
      if (one?.end !== 'told') throw one?.error ?? new Error(`${name} was not told`)
    },
  }
}

/** Every history folds again to what is stored, every hash and every log entry is its fact's, and the log has no gap. */
export async function foldsAgain(country: Cast['country'], telling: Telling): Promise<void> {
  const words = ['server/rebuild-command.ts', '--data', telling.running().data, '--country', country]
  const { code, output } = await runBeside(words)
  expect(output).toMatch(/[1-9]\d* streams folded from [1-9]\d* facts, [1-9]\d* log entries, .*: no differences/)
  expect(code).toBe(0)
}

/**
 * The verifier, which imports nothing of the server, passes the running deployment and every tender's bundle as a file.
 * `attachments` of opened bids, at least, are read from the deployment again. With NARU_BUNDLES=<folder> the bundles are kept there.
 */
export async function everyCaseVerifies(telling: Telling, atLeast: number, attachments = 0): Promise<void> {
  const { anyone } = telling.stage().world
  const { url, data } = telling.running()
  const feed = (await anyone.get('/api/feed?limit=1000')).body as { items: { caseId: string; type: string }[] }
  const tenders = feed.items.filter((each) => each.type === 'TenderPublished').map((each) => each.caseId)
  expect(tenders.length).toBeGreaterThanOrEqual(atLeast)
  const memory = join(data, '..', 'seen.json')
  let read = 0
  const judge = async (subject: string): Promise<string[]> => {
    const { code, output } = await runBeside(['verifier/command.ts', subject, '--json', '--memory', memory])
    const verdict = JSON.parse(output) as {
      verdict: string
      counts: { attachments?: number }
      findings: { level: string; code: string; at: string }[]
    }
    read += verdict.counts.attachments ?? 0
    const broken = verdict.findings.filter((each) => each.level === 'fails' || each.level === 'stops')
    return [`${verdict.verdict} ${code}`, ...broken.map((each) => JSON.stringify(each))]
  }
  const folder = process.env.NARU_BUNDLES ?? join(data, '..', 'bundles')
  mkdirSync(folder, { recursive: true })
  expect(await judge(url)).toEqual(['holds 0'])
  expect(read).toBeGreaterThanOrEqual(attachments)
  for (const tender of tenders) {
    const response = await anyone.raw('GET', `/api/cases/${tender}/bundle.zip`)
    expect(response.status).toBe(200)
    const file = join(folder, `${tender}.zip`)
    writeFileSync(file, Buffer.from(await response.arrayBuffer()))
    expect([tender, ...(await judge(file))]).toEqual([tender, 'holds 0'])
  }
}

/** The feed gives every public fact once, in the order of the log, the same from any cursor, and none that is not public. */
export async function feedIsWhole(telling: Telling): Promise<void> {
  const { anyone } = telling.stage().world
  const pages = async (limit: number) => {
    const items: { index: number; caseId: string; type: string }[] = []
    for (let after = -1; ; ) {
      const page = (await anyone.get(`/api/feed?after=${after}&limit=${limit}`)).body as {
        items: typeof items
        cursor: number
      }
      items.push(...page.items)
      if (page.items.length < limit) return items
      after = page.cursor
    }
  }
  const [whole, pieces] = [await pages(1000), await pages(7)]
  expect(pieces).toEqual(whole)
  const indexes = whole.map((each) => each.index)
  expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => a - b))
  const hidden = ['BidSubmitted', 'BidWithdrawn', 'TenderPrepared', 'QuestionAsked', 'BidsScored', 'PersonJoined']
  expect(whole.filter((each) => hidden.includes(each.type))).toEqual([])
  expect(whole.filter((each) => each.type === 'TenderPublished').length).toBeGreaterThan(1)
}

/** Every release and record of every case passes the official schemas; left out, with a word, where they are absent. */
export async function isValidOcds(telling: Telling, atLeast: number, skip: (note: string) => void): Promise<void> {
  const { anyone } = telling.stage().world
  // Releases follow the facts by themselves, a moment later.
  const ocids = await waitFor(async () => {
    const { status, body } = await anyone.get('/api/ocds/releases?limit=1000')
    const { releases } = (status === 200 ? body : { releases: [] }) as { releases: { ocid: string }[] }
    const found = [...new Set(releases.map((each) => each.ocid))]
    return found.length >= atLeast ? found : undefined
  }, `releases of ${atLeast} cases`)
  // What OCDS asks of every release, looked at without any schema: ocid, id, date, tag, initiationType; and its id stands once.
  const ids = new Set<string>()
  for (const ocid of ocids) {
    const { releases } = (await anyone.get(`/api/ocds/releases/${ocid}`)).body as {
      releases: Record<string, unknown>[]
    }
    expect(releases.length).toBeGreaterThan(0)
    for (const release of releases) {
      expect(release).toMatchObject({ ocid, initiationType: 'tender', id: expect.any(String), tag: expect.any(Array) })
      expect(release.date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/)
      expect(ids.has(String(release.id))).toBe(false)
      ids.add(String(release.id))
    }
  }
  if (!existsSync(schemas)) {
    if (process.env.CI) throw new Error(`${schemas} is absent`)
    return skip('the official schemas are absent (../shared/ocds)')
  }
  const read = (path: string): object => JSON.parse(readFileSync(join(schemas, path), 'utf8')) as object
  const validator = makeValidator({
    release: read('patched/release-schema.json'),
    releasePackage: read('patched/release-package-schema.json'),
    recordPackage: read('patched/record-package-schema.json'),
    versionedRelease: read('core-1.1.5/versioned-release-validation-schema.json'),
  })
  for (const ocid of ocids) {
    const { body: releases } = await anyone.get(`/api/ocds/releases/${ocid}`)
    expect(validator.releasePackage(releases), `releases of ${ocid}`).toEqual([])
    const { body: record } = await anyone.get(`/api/ocds/records/${ocid}`)
    expect(validator.recordPackage(record), `record of ${ocid}`).toEqual([])
  }
}

/** Runs a program of the checkout beside the running one and answers its exit code and words. */
export async function runBeside(words: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [...words], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      output += part.toString()
    })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}
