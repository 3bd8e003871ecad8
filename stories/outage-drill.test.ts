// A drill: the whole program is killed in the last seconds before a deadline. Probes of two operators find it, it comes back, the deadline moves by
// the country's rule, a bid in the added time counts, everyone is told, guardians open it, and the verifier passes it.
import { type ChildProcess, spawn } from 'node:child_process'
import { createPublicKey, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { HO } from '@naru/sealing/hash.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isDone, waitFor } from './client.ts'
import { bid, offer, seal, send } from './parts/bids.ts'
import { connectGuardians } from './parts/guardians.ts'
import { attendWithPrograms, batchOf, closing, opened, postShares, roundOf } from './parts/opening.ts'
import { notice, type Purchase } from './parts/purchase.ts'
import { freePort, type Running, startSandbox } from './running.ts'
import { breadLine, breadPurchase } from './tales/fictia-faults.ts'
import { runBeside } from './telling.ts'
import { later } from './times.ts'
import { openStage, type Tale, type World } from './world.ts'

const operators = ['audit', 'university'] as const
let folder: string
let running: Running
let site: string
const probes: ChildProcess[] = []

/** Starts a probe of an institution that is not the operator's; answers the key that it prints. */
async function startProbe(operator: string): Promise<string> {
  const words = ['--folder', join(folder, operator), '--name', `${operator}/p1`, '--site', site, '--every', '1']
  const child = spawn(process.execPath, ['witness/probe.ts', ...words, '--time', `${site}/sandbox/clock`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  probes.push(child)
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(line.split(' ')[2] ?? ''))
  })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'naru-drill-'))
  const port = await freePort()
  site = `http://127.0.0.1:${port}`
  // Keys first: the operator lists them before anything counts. They find nothing up yet, and what they then find began before the tender.
  const listed = []
  for (const operator of operators) listed.push({ name: `${operator}/p1`, operator, key: await startProbe(operator) })
  for (const child of probes.splice(0)) child.kill('SIGKILL')
  writeFileSync(join(folder, 'probes.json'), JSON.stringify({ probes: listed }))
  running = await startSandbox('fictia', 70, { PORT: String(port), OUTAGE_PROBES: join(folder, 'probes.json') })
  for (const operator of operators) await startProbe(operator)
})
afterAll(async () => {
  for (const child of probes) child.kill('SIGKILL')
  await running?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const loaves = (price: number) => [offer([['loaf', 20_000, price]])]

/** Plays one scene on a stage opened at the program as it runs now: its neighbours' addresses change with a start. */
async function scene(tell: (world: World) => Promise<void>): Promise<void> {
  const stage = await openStage({ url: running.url, wallet: running.wallet, country: 'fictia' })
  const tale: Tale = { name: 'drill', lines: [breadLine], tell }
  await stage.setUp([tale])
  const [told] = await stage.play([{ from: later(await stage.world.now(), 1000), tale }])
  if (told?.end !== 'told') throw told?.error ?? new Error(`the scene was ${told?.end}`)
}

test('AVA-02 AVA-03: the whole program is killed before a deadline; probes find it, the deadline moves, bids of both times are opened', async () => {
  let purchase: Purchase | undefined
  let before = ''
  await scene(async (world) => {
    await connectGuardians(world)
    purchase = { ...breadPurchase(world.id('tender', 'drill')), byProgram: true }
    const published = await notice(world, purchase)
    await bid(world, purchase.tender, 'acme', loaves(210))
    before = roundOf(published).deadline
    await world.until(later(before, -6000))
    // Both have found it up on the clock of today.
    await wait(2500)
  })
  if (!purchase) throw new Error('no purchase')
  const { tender } = purchase
  await running.kill()
  // Long enough for two bad answers of each, and beyond the deadline.
  await wait(9000)
  await running.again()

  await scene(async (world) => {
    const { outages } = await waitFor(async () => {
      const said = (await world.anyone.get('/api/outages')).body as {
        outages: { outage: string; from: string; until: string; noticed: string; operators: string[] }[]
      }
      return said.outages.length > 0 ? said : undefined
    }, 'the recorded outage')
    expect(outages).toHaveLength(1)
    const [outage] = outages
    if (!outage) throw new Error('no outage')
    expect(outage.operators).toEqual([...operators])
    expect(outage.from < before && before < outage.until).toBe(true)

    // Nothing was closed meanwhile. A short outage: notice + 2 h, or 10:00 of the next working day beyond 09:00-18:00 (Fictia's rule, UTC).
    const { tender: moved } = await world.anyone.view(tender)
    const { deadline } = roundOf(moved)
    expect(moved.stage).toBe('published')
    const plain = later(outage.noticed, 2 * 3_600_000)
    expect(deadline === plain || (deadline > plain && deadline.endsWith('T10:00:00.000Z'))).toBe(true)

    // Everyone is told: history, feed, open data, page, and a certificate that the portal has signed.
    const history = await world.anyone.history(tender)
    expect(history.filter((each) => each.type === 'DeadlineMovedByOutage')).toHaveLength(1)
    const { items } = (await world.anyone.get('/api/feed?limit=1000')).body as { items: { type: string }[] }
    expect(items.map((each) => each.type)).toEqual(expect.arrayContaining(['OutageRecorded', 'DeadlineMovedByOutage']))
    await waitFor(async () => {
      const { releases } = (await world.anyone.get(`/api/ocds/releases/${moved.ocid}`)).body as {
        releases: { tag: string[]; tender?: { tenderPeriod?: { endDate?: string } } }[]
      }
      const amended = releases.find((each) => each.tag.includes('tenderAmendment'))
      return amended && Date.parse(amended.tender?.tenderPeriod?.endDate ?? '') === Date.parse(deadline)
        ? true
        : undefined
    }, 'the release with the new deadline')
    const { certificate, key, signature } = (await world.anyone.get(`/api/outages/${outage.outage}/certificate`))
      .body as { certificate: { moved: unknown }; key: string; signature: string }
    expect(certificate).toMatchObject({ moved: [{ tender, before, ground: 'short' }], closed: [] })
    const pdf = await world.anyone.raw('GET', `/api/outages/${outage.outage}/certificate.pdf?lang=ky`)
    expect([
      pdf.status,
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString('latin1'),
    ]).toEqual([200, '%PDF-'])
    const x = Buffer.from(key, 'base64').toString('base64url')
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const signed = HO('unavailability', certificate)
    expect(verify(null, signed, publicKey, Buffer.from(signature, 'base64'))).toBe(true)
    const page = await (await world.anyone.raw('GET', '/en/status')).text()
    expect(page).toContain(`/api/outages/${outage.outage}/certificate`)

    // The time that was added is time: a bid in it counts; after the new deadline none does.
    await bid(world, tender, 'lorem', loaves(215))
    await closing(world, { ...breadPurchase(tender), byProgram: true })
    const late = await send(world, tender, 'acme', await seal(world, tender, 'acme', loaves(100)))
    expect(isDone(late)).toBe(false)
    const opening = { ...breadPurchase(tender), byProgram: true }
    // The opening moves by the rule too: an hour behind the deadline, at the earliest. Nobody's share is taken before.
    const [fact] = history.filter((each) => each.type === 'DeadlineMovedByOutage')
    const { opening: from } = (fact?.body as { outage: { opening: string } } | undefined)?.outage ?? { opening: '' }
    expect(from).toBe(later(deadline, 3_600_000))
    const early = await batchOf(world, opening, 'agency', 0)
    const refused = await (await world.as(early.person)).act(tender, 'post-shares', { batch: early.batch as never })
    expect(refused).toMatchObject({ code: 'stageHasNotCome', from })
    await world.until(from)
    await attendWithPrograms(world, opening, [0, 1])
    for (const nth of [0, 1]) await postShares(world, opening, 'agency', nth)
    const record = roundOf(await opened(world, opening)).opening
    expect(record?.bids.map((each) => [each.price?.price, each.status])).toEqual([
      ['4200000', 'valid'],
      ['4300000', 'valid'],
    ])
  })
  const { code, output } = await runBeside(['verifier/command.ts', site, '--json'])
  const verdict = JSON.parse(output) as { verdict: string; findings: { level: string }[] }
  expect([verdict.verdict, code, verdict.findings.filter((each) => each.level === 'fails')]).toEqual(['holds', 0, []])
}, 300_000)
