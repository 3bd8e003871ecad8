// Outages through the whole program: probes' signed findings, the record in the log, deadlines moved, the certificate, the page.
import { generateKeyPairSync, type KeyObject, createPublicKey, sign, verify } from 'node:crypto'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ProbeFinding } from '@naru/domain/log/facts.ts'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { addMilliseconds, fromMilliseconds } from '@naru/domain/time.ts'
import { toBase64 } from '@naru/sealing/bytes.ts'
import { HO } from '@naru/sealing/hash.ts'
import { findingMessage } from '@naru/sealing/outage-finding.ts'
import { Draft } from '@naru/verifier/alterations/draft.ts'
import { openArchive } from '@naru/verifier/archive.ts'
import { Findings } from '@naru/verifier/finding.ts'
import { verifyBundle } from '@naru/verifier/verify.ts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startClock } from './clock.ts'
import { sandboxProbes, startSandboxProbes } from './neighbours/probes.ts'
import { startSandboxTime } from './neighbours/sandbox-time.ts'
import { buildApp } from './http/app.ts'
import { inspect, popplerIsHere } from './documents/poppler.ts'
import { availability } from './submission-path.ts'
import { rawPublicKey } from './key-file.ts'
import { rebuild } from './rebuild.ts'
import { type Sequencer, startSequencer } from './sequencer.ts'
import { makeWorld, type World } from './test-world.ts'
import { readNow } from './time.ts'
import { keepTrust } from './trust.ts'

let world: World
let app: FastifyInstance
let sequencer: Sequencer
const keys = new Map<string, KeyObject>()

const tell = (probe: string, finding: Omit<ProbeFinding, 'v' | 'probe' | 'function'>, key = keys.get(probe)) => {
  const whole: ProbeFinding = { v: 1, probe, function: 'submission', ...finding }
  if (!key) throw new Error('no key')
  const signature = sign(null, findingMessage(whole), key).toString('base64')
  return app.inject({ method: 'POST', url: '/api/outage-findings', payload: { finding: whole, signature } })
}
const deadlineOf = async (tender: string) => currentRound(await world.tender(tender)).deadline

beforeAll(async () => {
  world = await makeWorld()
  sequencer = await startSequencer(world.deployment, { intervalMs: 3_600_000 })
  world.deployment.probes = (
    [
      ['audit-1', 'audit'],
      ['audit-2', 'audit'],
      ['university-1', 'university'],
    ] as const
  ).map(([name, operator]) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    keys.set(name, privateKey)
    return { name, operator, publicKey: rawPublicKey(publicKey) }
  })
  await keepTrust(world.deployment, {
    roots: [],
    timestampAuthorities: [],
    policy: '',
    probes: world.deployment.probes.map(({ name, operator, publicKey }) => ({
      name,
      operator,
      key: toBase64(publicKey),
    })),
  })
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
  await sequencer.stop()
  await world.end()
})

test('the submission path is up, and a finding in a wrong hand or of an impossible time is refused', async () => {
  expect((await app.inject('/api/submission-path')).json()).toEqual({ up: true, timestamps: true, witnesses: true })
  const now = Date.parse(await readNow(world.deployment))
  const span = { state: 'down' as const, from: now - 60_000, until: now }
  expect((await tell('audit-1', span, keys.get('university-1'))).statusCode).toBe(401)
  expect((await tell('audit-1', { ...span, until: now + 3_600_000 })).statusCode).toBe(422)
  expect((await tell('audit-1', { ...span, until: span.from })).statusCode).toBe(422)
  expect((await app.inject({ method: 'POST', url: '/api/outage-findings', payload: { finding: 1 } })).statusCode).toBe(
    422,
  )
})

test('the probe program is heard when the path is up, and its finding when it had not been', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'naru-probe-'))
  const closed = await buildApp(world.deployment, {
    publicOrigin: 'http://127.0.0.1',
    screens: null,
    sequencer,
    clock: null,
    quiet: true,
  })
  const site = await closed.listen({ host: '127.0.0.1', port: 0 })
  const { port } = new URL(site)
  await closed.close()
  const program = join(import.meta.dirname, '..', 'witness', 'probe.ts')
  const child = spawn(process.execPath, [program, '--folder', folder, '--name', 'live', '--site', site, '--every', '1'])
  const line = await new Promise<string>((told) => child.stdout.once('data', (bytes) => told(String(bytes))))
  const [, key = ''] = /^probe live (\S+)/.exec(line) ?? []
  const before = world.deployment.probes
  world.deployment.probes = [
    ...before,
    { name: 'live', operator: 'live', publicKey: new Uint8Array(Buffer.from(key, 'base64')) },
  ]
  await wait(2500)
  const again = await buildApp(world.deployment, {
    publicOrigin: 'http://127.0.0.1',
    screens: null,
    sequencer,
    clock: null,
    quiet: true,
  })
  await again.listen({ host: '127.0.0.1', port: Number(port) })
  const { pool } = world.deployment.database
  await vi.waitFor(
    async () => {
      expect((await pool.query(`select from probe_heard where probe = 'live'`)).rowCount).toBe(1)
      expect((await pool.query(`select from outage_finding where probe = 'live'`)).rowCount).toBe(1)
    },
    { timeout: 20_000, interval: 200 },
  )
  child.kill()
  await again.close()
  world.deployment.probes = before
  rmSync(folder, { recursive: true, force: true })
})

test('the sandbox’s own probes go by its clock, also once it was moved, and look at once when asked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'naru-probes-'))
  const time = await startSandboxTime(world.deployment)
  const open = await buildApp(world.deployment, {
    publicOrigin: 'http://127.0.0.1',
    screens: null,
    sequencer,
    clock: null,
    quiet: true,
  })
  const site = await open.listen({ host: '127.0.0.1', port: 0 })
  const own = await startSandboxProbes({ dataFolder: folder, site, clock: time.url })
  const before = world.deployment.probes
  world.deployment.probes = [...before, ...own.probes]
  expect(own.probes.map((each) => each.operator)).toEqual(['audit', 'university'])
  // The trust list names them before they run.
  expect(sandboxProbes(folder)).toEqual(own.probes)
  await own.look()
  const now = await readNow(world.deployment)
  await world.moveTo(addMilliseconds(now, 86_400_000))
  await own.look()
  const { rows } = await world.deployment.database.pool.query<{ up: string }>(
    `select up_ms as up from probe_heard where probe like '%.probe.invalid' order by probe`,
  )
  expect(rows).toHaveLength(2)
  for (const { up } of rows) expect(Number(up) - Date.parse(now) - 86_400_000).toBeLessThan(30_000)
  for (const { up } of rows) expect(Number(up) - Date.parse(now) - 86_400_000).toBeGreaterThan(-1000)
  await own.stop()
  await open.close()
  await time.stop()
  world.deployment.probes = before
  rmSync(folder, { recursive: true, force: true })
})

test('AVA-02 AVA-03 one operator moves nothing; two that agree move the deadline in the log, and everyone can read why', async () => {
  const tender = await world.publishTender()
  const other = await world.publishTender(40)
  const [supplier] = world.suppliers
  if (!supplier) throw new Error('no supplier')
  const sealed = await world.sealed(tender, supplier, '100000')
  await world.done(supplier, tender, 'submit-bid', sealed.input)
  await sequencer.run()
  const before = await deadlineOf(tender)
  const otherBefore = await deadlineOf(other)
  // Down from 30 minutes before the deadline until 10 after it; the clock waits with the closing for two operators that find it up again.
  await world.moveTo(addMilliseconds(before, 5 * 60_000))
  const clock = startClock(world.deployment, 3_600_000)
  await clock.run()
  expect((await world.tender(tender)).stage).toBe('published')
  const T = Date.parse(before)
  const down = { state: 'down' as const, from: T - 30 * 60_000, until: T + 5 * 60_000 }
  expect((await tell('audit-1', down)).statusCode).toBe(202)
  expect((await tell('audit-2', down)).statusCode).toBe(202)
  expect(await deadlineOf(tender)).toBe(before)
  expect((await app.inject('/api/outages')).json()).toEqual({ outages: [] })

  expect((await tell('university-1', { ...down, from: T - 20 * 60_000 })).statusCode).toBe(202)
  const { outages } = (await app.inject('/api/outages')).json() as { outages: { outage: string; noticed: string }[] }
  expect(outages).toMatchObject([
    {
      from: fromMilliseconds(T - 20 * 60_000),
      until: fromMilliseconds(T + 5 * 60_000),
      operators: ['audit', 'university'],
    },
  ])
  const state = await world.tender(tender)
  const moved = currentRound(state).deadline
  // Notice + 2 h, or 10:00 of the next working day (UTC in Fictia) where that lies beyond 09:00-18:00.
  const plain = addMilliseconds(outages[0]?.noticed ?? '', 2 * 3_600_000)
  expect(moved === plain || (moved > plain && moved.endsWith('T10:00:00.000Z'))).toBe(true)
  expect(state.notice?.T).toBe(Date.parse(moved))
  expect(state.amendments).toHaveLength(1)
  expect(await deadlineOf(other)).toBe(otherBefore)

  // Told again, nothing moves again; a bid in the time that was added counts.
  await tell('audit-1', down)
  expect(await deadlineOf(tender)).toBe(moved)
  const [, second] = world.suppliers
  if (!second) throw new Error('no second supplier')
  const late = await world.sealed(tender, second, '90000')
  await world.done(second, tender, 'submit-bid', late.input)
  await sequencer.run()

  const answer = (await app.inject(`/api/outages/${outages[0]?.outage}/certificate`)).json() as {
    certificate: { moved: unknown }
    key: string
    signature: string
  }
  expect(answer.certificate.moved).toEqual([{ tender, before, ground: 'short' }])
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(answer.key, 'base64').toString('base64url') },
    format: 'jwk',
  })
  expect(verify(null, HO('unavailability', answer.certificate), key, Buffer.from(answer.signature, 'base64'))).toBe(
    true,
  )
  expect((await app.inject(`/api/outages/${tender}/certificate`)).statusCode).toBe(404)

  for (const lang of ['ky', 'ru', 'en', 'ko']) {
    const page = await app.inject(`/status?lang=${lang}`)
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain(`/api/outages/${outages[0]?.outage}/certificate`)
    expect(page.body).not.toContain('<script')
    expect(page.rawPayload.length).toBeLessThan(60_000)
  }

  // Both heard to be up after the new deadline: the round closes with both bids.
  await world.moveTo(addMilliseconds(moved, 2 * 60_000))
  const up = Date.parse(moved) + 60_000
  await tell('audit-1', { state: 'up', from: up, until: up })
  await clock.run()
  expect((await world.tender(tender)).stage).toBe('published')
  await tell('university-1', { state: 'up', from: up, until: up })
  await clock.run()
  expect(currentRound(await world.tender(tender)).closing?.count).toBe(2)
  await sequencer.run()
  // The opening was moved too: no share is taken before its hour.
  const early = await world.postShares(tender, world.holders[0] as World['holders'][number])
  expect(early.done ? null : early.why).toMatchObject({ refused: 'stageHasNotCome' })
  const { opensFrom = '' } = currentRound(await world.tender(tender))
  await world.moveTo(opensFrom)
  for (const at of [0, 2, 3]) await world.postShares(tender, world.holders[at] as World['holders'][number])
  await clock.run()
  await clock.stop()
  await sequencer.run()
  await sequencer.publish()
  const bundle = await app.inject(`/api/cases/${tender}/bundle.zip`)
  expect(bundle.statusCode).toBe(200)
  await judgeMoved(new Uint8Array(bundle.rawPayload))
  expect((await rebuild(world.deployment.database.pool)).findings).toEqual([])
})

/** The verifier comes to the moved deadline again, and to no other. */
async function judgeMoved(zip: Uint8Array): Promise<void> {
  const files = openArchive(new Findings(), zip)
  if (!files) throw new Error('no bundle')
  const { verdict } = await verifyBundle(files)
  expect(verdict.findings.filter((each) => each.level === 'fails' || each.level === 'stops')).toEqual([])
  expect(verdict.counts).toMatchObject({ outages: 1, bids: 2, prices: 2, trustLists: 1 })
  const none = { log: new Uint8Array(32), promise: new Uint8Array(32) }
  const reasons = async (alter: (draft: Draft) => void): Promise<string[]> => {
    const draft = new Draft(files, none)
    alter(draft)
    const found = (await verifyBundle(draft.files)).verdict.findings
    return found
      .filter((each) => each.code.startsWith('outage'))
      .map((each) => `${each.code} ${each.facts['what'] ?? ''}`)
  }
  const moved = 'DeadlineMovedByOutage'
  expect(await reasons(() => {})).toEqual([])
  const later = (draft: Draft) =>
    draft.changeLine(moved, ({ body }) => (body.content.deadline = addMilliseconds(body.content.deadline, 60_000)))
  expect(await reasons(later)).toEqual([expect.stringMatching(/^outageMismatch deadline /)])
  const other = (draft: Draft) => draft.changeLine(moved, ({ body }) => (body.content.paymentTerms = 'Never.'))
  expect(await reasons(other)).toEqual(['outageMismatch content'])
  const ground = (draft: Draft) => draft.changeLine(moved, ({ body }) => (body.outage.ground = 'long'))
  expect(await reasons(ground)).toEqual(['outageMismatch opening'])
  const noticed = (draft: Draft) =>
    draft.changeLine(moved, ({ body }) => (body.outage.noticed = addMilliseconds(body.outage.noticed, 1)))
  expect(await reasons(noticed)).toContain('outageMismatch outage')
  const longer = (draft: Draft) =>
    draft.changeLine('OutageRecorded', ({ body }) => (body.findings[0].finding.until += 1))
  // Two probes of one operator agree: without the spoilt one the span stays, but a finding that nobody signed is told.
  expect(await reasons(longer)).toEqual(['outageMismatch finding of audit-1'])
  const alone = (draft: Draft) =>
    draft.changeLine('OutageRecorded', ({ body }) => {
      body.findings = body.findings.filter((each: { operator: string }) => each.operator === 'audit')
      body.findings.push(body.findings[0])
    })
  expect(await reasons(alone)).toEqual(['outageMismatch span'])
  const unlisted = (draft: Draft) => draft.changeLine('TrustListed', ({ body }) => delete body.trust.probes)
  expect(await reasons(unlisted)).toContain('outageMismatch span')
  const hidden = (draft: Draft) => draft.putLines(draft.lines.filter((each) => each.record?.type !== 'OutageRecorded'))
  expect(await reasons(hidden)).toEqual(['outageMissing '])
}

test('probes that are silent hold a closing up for ten minutes at the most', async () => {
  const tender = await world.publishTender()
  const T = await deadlineOf(tender)
  const clock = startClock(world.deployment, 3_600_000)
  await world.moveTo(addMilliseconds(T, 9 * 60_000))
  await clock.run()
  expect(currentRound(await world.tender(tender)).closing).toBeNull()
  await world.moveTo(addMilliseconds(T, 10 * 60_000 + 1000))
  await clock.run()
  expect(currentRound(await world.tender(tender)).closing).not.toBeNull()
  await clock.stop()

  // What the probes then have to tell comes too late for this round: its deadline stays, and the certificate names it.
  const down = { state: 'down' as const, from: Date.parse(T) - 60_000, until: Date.parse(T) + 9 * 60_000 }
  await tell('audit-1', down)
  await tell('university-1', down)
  expect(await deadlineOf(tender)).toBe(T)
  const { outages } = (await app.inject('/api/outages')).json() as { outages: { outage: string }[] }
  const address = `/api/outages/${outages.at(-1)?.outage}/certificate`
  const { certificate } = (await app.inject(address)).json() as { certificate: { moved: unknown; closed: unknown } }
  expect(certificate).toMatchObject({ moved: [], closed: [{ tender, deadline: T }] })
  const [page] = await Promise.all(['ky', 'ru', 'en', 'ko'].map((lang) => app.inject(`${address}.pdf?lang=${lang}`)))
  expect(page?.headers['content-type']).toBe('application/pdf')
  expect(page?.rawPayload.subarray(0, 5).toString('latin1')).toBe('%PDF-')
  // The signed certificate lies in it as a file.
  if (popplerIsHere('the certificate as PDF') && page) {
    const { text, attached } = inspect(page.rawPayload)
    expect(text.replaceAll(/\s/g, '')).toContain(tender)
    expect(JSON.parse(attached)).toEqual((await app.inject(address)).json())
  }
  expect((await app.inject(`/api/outages/${tender}/certificate.pdf`)).statusCode).toBe(404)
})

test('AVA-01 availability is what no recorded outage took away, of the last 30 days', () => {
  const now = '2026-11-22T12:00:00.000Z'
  const outage = (from: string, until: string) => ({ from, until })
  expect(availability([], now)).toBe('100.000')
  // 43.2 minutes of 43,200 are 0.1 %.
  expect(availability([outage('2026-11-20T00:00:00.000Z', '2026-11-20T00:43:12.000Z')], now)).toBe('99.900')
  // Half of it lies before the thirty days, half of the other is still to come.
  const before = outage('2026-10-23T11:38:24.000Z', '2026-10-23T12:21:36.000Z')
  const after = outage('2026-11-22T11:38:24.000Z', '2026-11-22T12:21:36.000Z')
  expect(availability([before, after], now)).toBe('99.900')
})
