// Dead, slow and returning neighbours across a closing: no bid is lost or late by their fault, none is opened early, and what was done stands in the log.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProbeFinding } from '@naru/domain/log/facts.ts'
import { closesAt } from '@naru/domain/tender/opening.ts'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { openWitnessed } from '@naru/log/policy.ts'
import { openWitnessedProof } from '@naru/log/proof.ts'
import { toBase64, fromBase64 } from '@naru/sealing/bytes.ts'
import { commitmentOf } from '@naru/sealing/commitment.ts'
import { sightOf } from '@naru/sealing/in-time.ts'
import { findingMessage } from '@naru/sealing/outage-finding.ts'
import { sealedEntry } from '@naru/sealing/receipt.ts'
import { Draft } from '@naru/verifier/alterations/draft.ts'
import { openArchive } from '@naru/verifier/archive.ts'
import { Findings } from '@naru/verifier/finding.ts'
import { verifyBundle } from '@naru/verifier/verify.ts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Clock, startClock } from './clock.ts'
import { buildApp } from './http/app.ts'
import { rawPublicKey } from './key-file.ts'
import { startSandboxTime } from './neighbours/sandbox-time.ts'
import { startSandboxAuthorities, type TimestampAuthorities } from './neighbours/timestamp-authorities.ts'
import { startSandboxWitnesses, type Witnesses } from './neighbours/witnesses.ts'
import type { Probe } from './outages.ts'
import { readBox } from './read/box.ts'
import { readEvidence } from './read/evidence.ts'
import { readReceipt } from './read/receipt.ts'
import { rebuild } from './rebuild.ts'
import { type Sequencer, startSequencer } from './sequencer.ts'
import { type Stamping, startStamping } from './stamping.ts'
import { makeWorld, type World } from './test-world.ts'
import { readNow } from './time.ts'
import { keepTrust } from './trust.ts'

let world: World
let folder: string
let time: Awaited<ReturnType<typeof startSandboxTime>>
let authorities: TimestampAuthorities
let witnesses: Witnesses
let sequencer: Sequencer
let stamping: Stamping
let clock: Clock
let app: FastifyInstance
const keys = new Map<string, KeyObject>()
const probes: Probe[] = (['audit', 'university'] as const).map((name) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  keys.set(name, privateKey)
  return { name, operator: name, publicKey: rawPublicKey(publicKey) }
})

beforeAll(async () => {
  world = await makeWorld()
  folder = mkdtempSync(join(tmpdir(), 'naru-prolonging-'))
  time = await startSandboxTime(world.deployment)
  const { logOrigin, logPublicKey } = world.deployment
  witnesses = await startSandboxWitnesses(folder, { name: logOrigin, publicKey: logPublicKey }, time.url)
  authorities = await startSandboxAuthorities(folder, time.url)
  sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000, witnessing: witnesses })
  await keepTrust(world.deployment, {
    roots: authorities.roots,
    timestampAuthorities: authorities.listed.map((each) => ({ ...each, url: 'sandbox:' })),
    policy: witnesses.text,
  })
  stamping = startStamping(world.deployment, authorities.authorities, sequencer)
  clock = startClock(world.deployment, 3_600_000)
  app = await buildApp(world.deployment, {
    publicOrigin: 'http://127.0.0.1',
    screens: null,
    sequencer,
    clock: null,
    quiet: true,
  })
})
afterAll(async () => {
  await app.close()
  await clock.stop()
  await stamping.stop()
  await sequencer.stop()
  await authorities.stop()
  await witnesses.stop()
  await time.stop()
  await world.end()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  world.deployment.probes = []
  await neighbours({ stamp: 'none', cosign: 'none' })
  await step()
})

const set = async (url: string, kind: string) =>
  expect((await fetch(new URL('/fault', url), { method: 'POST', body: kind })).ok).toBe(true)
async function neighbours({ stamp, cosign }: { stamp?: string; cosign?: string }): Promise<void> {
  if (stamp) for (const { url } of authorities.listed) await set(url, stamp)
  if (cosign) for (const { url } of witnesses.witnesses) await set(url, cosign)
}
/** All that the program would do by itself in a moment. */
async function step(): Promise<void> {
  await sequencer.run()
  await stamping.run()
  await sequencer.publish()
  await clock.run()
  await sequencer.run()
  await sequencer.publish()
}
async function bid(tender: string, n: number, price: string) {
  const who = world.suppliers[n]
  if (!who) throw new Error('no such supplier')
  const sealed = await world.sealed(tender, who, price)
  const { promise } = await world.done(who, tender, 'submit-bid', sealed.input)
  expect(promise?.body.m).toBe(sealed.m)
  return { who, m: sealed.m, leafSalt: (sealed.input as { submission: { leafSalt: string } }).submission.leafSalt }
}
const after = (instant: string, ms: number) => new Date(Date.parse(instant) + ms).toISOString()
const path = async () => (await app.inject('/api/submission-path')).json() as Record<string, boolean>
const statuses = async (tender: string) =>
  currentRound(await world.tender(tender)).closing?.items.map((each) => each.status) ?? null
const factsOf = async (tender: string) => {
  const { rows } = await world.deployment.database.pool.query<{ type: string; body: string }>(
    `select type, record::jsonb ->> 'body' as body from fact where stream = $1 order by seq`,
    [`tender:${tender}`],
  )
  return rows.map((row) => ({ type: row.type, body: JSON.parse(row.body) as Record<string, unknown> }))
}
interface Prolongation {
  before: number
  delta: number
  ground: string
  authorities: string[]
  witnessed: { size: number; time: number; note: string } | null
}
const prolongationOf = async (tender: string) =>
  (await factsOf(tender)).find((each) => each.type === 'DeltaProlonged')?.body.prolongation as Prolongation | undefined
const earliestTokens = async (tender: string) => {
  const { rows } = await world.deployment.database.pool.query<{ index: string; at: string }>(
    `select e.index, (select min(t.gen_time) from batch_token t
       where t.first = (select max(b.first) from log_batch b where b.first <= e.index)) as at
     from log_entry e where e.case_id = $1 and get_byte(e.entry, 1) = 1 order by e.index`,
    [tender],
  )
  return rows.map((row) => ({ index: Number(row.index), tokenTime: Date.parse(row.at) }))
}

test('AVA-02 both authorities dead beyond T + δ: the closing waits, the bid counts, and δ is prolonged by what the witnesses had seen', async () => {
  const tender = await world.publishTender()
  await neighbours({ stamp: 'down' })
  const mine = await bid(tender, 0, '100000')
  await step()
  expect(await path()).toEqual({ up: true, timestamps: true, witnesses: true })
  const T = currentRound(await world.tender(tender)).deadline
  await world.moveTo(after(T, 10 * 60_000))
  await step()
  // Witnesses alone suffice to be seen, so the path is up and T stays; the box stays shut.
  expect(await path()).toEqual({ up: true, timestamps: false, witnesses: true })
  expect(await statuses(tender)).toBeNull()
  expect(await readBox(world.deployment, tender)).toBeNull()

  await neighbours({ stamp: 'none' })
  await step()
  expect(await statuses(tender)).toEqual(['live'])
  const [entry] = await earliestTokens(tender)
  if (!entry) throw new Error('no entry')
  const facts = await factsOf(tender)
  expect(facts.map((each) => each.type).slice(-3)).toEqual(['DeltaProlonged', 'TenderClosed', 'EligibilityRecorded'])
  const found = await prolongationOf(tender)
  expect(found).toMatchObject({
    before: 60_000,
    delta: entry.tokenTime - Date.parse(T),
    ground: 'witnessed',
    authorities: authorities.listed.map((each) => each.name),
  })
  // Anyone can check it: the quorum's signatures, a size above the bid, a time by T + δ.
  const seen = openWitnessed(found?.witnessed?.note ?? '', witnesses.policy)
  expect(seen.checkpoint.size).toBe(found?.witnessed?.size)
  expect(seen.time).toBe(found?.witnessed?.time)
  const terms = { T: Date.parse(T), delta: 60_000, prolonged: found?.delta ?? 0 }
  const shown = { size: seen.checkpoint.size, time: seen.time ?? Number.POSITIVE_INFINITY }
  expect(sightOf(entry, terms, shown)).toBe('witnesses')
  // The notice in force carries it, the close object commits to that notice, and holders are handed both.
  const state = await world.tender(tender)
  expect(state.notice).toMatchObject({ T: Date.parse(T), delta: found?.delta })
  const closed = facts.find((each) => each.type === 'TenderClosed')?.body.close as { notice: string; T: number }
  expect(closed).toMatchObject({ T: Date.parse(T), notice: toBase64(commitmentOf('amendment', state.notice)) })
  const box = await readBox(world.deployment, tender)
  const evidence = box && (await readEvidence(world.deployment, tender, box))
  expect(evidence).toMatchObject({
    notice: { kind: 'amendment', object: { delta: found?.delta } },
    witnessed: found?.witnessed?.note,
  })
  // The bidder's own receipt shows the same, under the first checkpoint over the bid.
  const receipt = await readReceipt(world.deployment, tender, mine.who, mine.m)
  if (receipt?.state !== 'ready') throw new Error(JSON.stringify(receipt))
  const proof = openWitnessedProof(
    receipt.text,
    sealedEntry(fromBase64(mine.leafSalt), fromBase64(mine.m)),
    witnesses.policy,
  )
  expect(proof.witnessed.time).toBeLessThanOrEqual(Date.parse(T) + 60_000)

  // So does the verifier: the bid counts by a prolongation that is exact, and by no other.
  for (const at of [0, 2, 3]) await world.postShares(tender, world.holders[at] as World['holders'][number])
  await step()
  const files = openArchive(new Findings(), (await app.inject(`/api/cases/${tender}/bundle.zip`)).rawPayload)
  if (!files) throw new Error('no bundle')
  const { verdict } = await verifyBundle(files)
  expect(verdict.findings.filter((each) => each.level === 'fails' || each.level === 'stops')).toEqual([])
  expect(verdict.counts).toMatchObject({ bids: 1, prices: 1, tokens: 2, trustLists: 1 })
  const reasons = async (alter: (body: Record<string, any>) => void): Promise<unknown[]> => {
    const draft = new Draft(files, { log: new Uint8Array(32), promise: new Uint8Array(32) })
    draft.changeLine('DeltaProlonged', ({ body }) => alter(body))
    const found = (await verifyBundle(draft.files)).verdict.findings
    return found.filter((each) => each.code === 'noticeRules').map((each) => each.facts['what'])
  }
  const longer = (body: Record<string, any>) => {
    body.prolongation.delta += 1
    body.notice.delta += 1
  }
  expect(await reasons(longer)).toEqual(['prolongation'])
  expect(await reasons((body) => (body.prolongation.ground = 'operators-word'))).toEqual(['ground'])
  expect(await reasons((body) => (body.prolongation.witnessed.time -= 1))).toEqual(['witnessed'])
  expect(await reasons((body) => (body.prolongation.witnessed = null))).toEqual(['ground'])
  expect((await rebuild(world.deployment.database.pool)).findings).toEqual([])
})

test('AVA-02 dead authorities and dead witnesses: the path is down, two operators find it, T moves, and nothing is prolonged', async () => {
  world.deployment.probes = probes
  const tender = await world.publishTender()
  const T = Date.parse(currentRound(await world.tender(tender)).deadline)
  await world.moveTo(new Date(T - 120_000).toISOString())
  await step()
  await neighbours({ stamp: 'down', cosign: 'down' })
  await bid(tender, 0, '100000')
  await step()
  await world.moveTo(new Date(T + 30_000).toISOString())
  expect((await app.inject('/api/submission-path')).statusCode).toBe(503)
  expect(await path()).toEqual({ up: false, timestamps: false, witnesses: false })
  await world.moveTo(new Date(T + 30 * 60_000).toISOString())
  await step()
  expect(await statuses(tender)).toBeNull()

  await neighbours({ stamp: 'none', cosign: 'none' })
  await step()
  // Everything is back, but whether it was an outage the probes have still to say.
  expect(await statuses(tender)).toBeNull()
  expect(await path()).toEqual({ up: true, timestamps: true, witnesses: true })
  const until = Date.parse(await readNow(world.deployment))
  for (const [name, key] of keys) {
    const finding: ProbeFinding = { v: 1, probe: name, function: 'submission', state: 'down', from: T - 60_000, until }
    const signature = sign(null, findingMessage(finding), key).toString('base64')
    const told = await app.inject({ method: 'POST', url: '/api/outage-findings', payload: { finding, signature } })
    expect(told.statusCode).toBe(202)
  }
  const moved = currentRound(await world.tender(tender)).deadline
  expect(Date.parse(moved)).toBeGreaterThanOrEqual(until + 2 * 3_600_000)
  await bid(tender, 1, '90000')
  await step()
  world.deployment.probes = []
  await world.moveTo(after(closesAt(await world.tender(tender)), 1000))
  await step()
  expect(await statuses(tender)).toEqual(['live', 'live'])
  expect((await world.tender(tender)).notice?.delta).toBe(60_000)
  expect(await prolongationOf(tender)).toBeUndefined()
})

test('the same without probes: the bid counts on the operator’s word, and the record says that it is no more than that', async () => {
  const tender = await world.publishTender()
  const T = Date.parse(currentRound(await world.tender(tender)).deadline)
  await world.moveTo(new Date(T - 60_000).toISOString())
  await step()
  await neighbours({ stamp: 'down', cosign: 'down' })
  await bid(tender, 0, '100000')
  await step()
  await world.moveTo(new Date(T + 30 * 60_000).toISOString())
  await neighbours({ stamp: 'none', cosign: 'none' })
  await step()
  expect(await statuses(tender)).toEqual(['live'])
  expect(await prolongationOf(tender)).toMatchObject({ ground: 'operators-word' })
})

test('a quorum of witnesses dead over a closing delays checkpoint, receipt and shares, and makes nothing late', async () => {
  const tender = await world.publishTender()
  await neighbours({ cosign: 'down' })
  const mine = await bid(tender, 0, '100000')
  await step()
  expect(await readReceipt(world.deployment, tender, mine.who, mine.m)).toEqual({ state: 'waiting', for: 'witnesses' })
  await world.moveTo(after(closesAt(await world.tender(tender)), 60_000))
  expect(await path()).toEqual({ up: true, timestamps: true, witnesses: false })
  await step()
  expect(await statuses(tender)).toEqual(['live'])
  expect(await prolongationOf(tender)).toBeUndefined()
  // No holder has a witnessed closing, so no share may leave.
  expect((await readBox(world.deployment, tender))?.closeProof).toBeNull()
  await neighbours({ cosign: 'none' })
  await step()
  expect((await readBox(world.deployment, tender))?.closeProof).not.toBeNull()
  expect((await readReceipt(world.deployment, tender, mine.who, mine.m))?.state).toBe('ready')
})

test('slow authorities and a slow witness: the bid is stamped late in its minute, closes in time, and nothing is prolonged', async () => {
  const tender = await world.publishTender()
  await neighbours({ stamp: 'delay 1500', cosign: 'delay 1500' })
  const since = performance.now()
  await bid(tender, 0, '100000')
  // No bid waits for either.
  expect(performance.now() - since).toBeLessThan(1500)
  await step()
  await neighbours({ stamp: 'none', cosign: 'none' })
  await world.moveTo(after(closesAt(await world.tender(tender)), 1000))
  await step()
  expect(await statuses(tender)).toEqual(['live'])
  expect(await prolongationOf(tender)).toBeUndefined()
})
