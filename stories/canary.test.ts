// SEC: before the opening, neither database nor files nor log nor memory of the program hold a bid's plaintext, its root, or a person's private key.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isDone, waitFor } from './client.ts'
import { bid, offer, seal, send } from './parts/bids.ts'
import { closing, opening, openingOfTechnical, roundOf } from './parts/opening.ts'
import { holdersOf, notice, type Purchase } from './parts/purchase.ts'
import { type Running, startSandbox } from './running.ts'
import { fictiaBestScore, scoresOf, softwarePurchase } from './tales/fictia-best-score.ts'
import { days, later } from './times.ts'
import {
  bytesNeedle,
  findIn,
  findInFile,
  findInFiles,
  findInMemory,
  type Needle,
  tailOf,
  textNeedle,
} from './traces.ts'
import type { Box } from './wallet/duties.ts'
import { openKeys } from './wallet/keys.ts'
import { openStage, type Stage } from './world.ts'

const words = 'quetzal-canary-4c19aa07'
const lateWords = 'quetzal-late-canary-88e2'
// 12 × 913,572,468 = 10,962,869,616: a number that stands nowhere else
const unitPrice = 913_572_468
const price = '10962869616'
const control = 'Support of the land register'

let running: Running
let dumps: string
let stage: Stage
let purchase: Purchase
let secrets: Needle[] = []
let lateCiphertext: Needle

beforeAll(async () => {
  dumps = mkdtempSync(join(tmpdir(), 'naru-dumps-'))
  // Whole strings, not their first kilobyte.
  const whole = '--heap-snapshot-string-limit=100000000'
  running = await startSandbox('fictia', 70, {}, ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${dumps}`, whole])
  stage = await openStage({ url: running.url, wallet: running.wallet, country: 'fictia' })
  await stage.setUp([fictiaBestScore])
})
afterAll(async () => {
  await running?.stop()
  rmSync(dumps, { recursive: true, force: true })
})

const mostDumpMs = 60_000

/** Has the program write its heap and answers what of it was found; the file is read in pieces that overlap. Throws after a minute. */
async function findInHeapDump(needles: readonly Needle[]): Promise<{ found: string[]; bytes: number }> {
  process.kill(running.pid, 'SIGUSR2')
  const until = Date.now() + mostDumpMs
  let size = -1
  for (;;) {
    if (Date.now() > until) throw new Error('the program wrote no heap dump within a minute')
    await wait(500)
    const [name] = readdirSync(dumps)
    const now = name ? statSync(join(dumps, name)).size : -1
    // A heap dump is one JSON object; it is whole when it grows no more and ends as one.
    if (name && now > 0 && now === size && tailOf(join(dumps, name)).trimEnd().endsWith('}'))
      return { found: findInFile(join(dumps, name), needles), bytes: now }
    size = now
  }
}

/** Everything in the database, every column of every row as text. */
async function database(): Promise<Buffer> {
  const { port, superPassword } = JSON.parse(readFileSync(join(running.data, 'database.json'), 'utf8')) as {
    port: number
    superPassword: string
  }
  const client = new pg.Client(`postgres://postgres:${superPassword}@127.0.0.1:${port}/naru`)
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    )
    const parts: string[] = []
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from only ${name} t`)
      parts.push(name, ...rows.map((each) => each.row))
    }
    return Buffer.from(parts.join('\n'))
  } finally {
    await client.end()
  }
}

const files = (): string[] => {
  const { cluster } = JSON.parse(readFileSync(join(running.data, 'database.json'), 'utf8')) as { cluster: string }
  return [running.data, cluster, running.log]
}

test('SEA-01: nothing of a bid and no private key is found anywhere before the opening', async () => {
  const told = await stage.play([
    {
      from: later(await stage.world.now(), 1000),
      tale: {
        name: 'canary',
        lines: fictiaBestScore.lines,
        tell: async (world) => {
          purchase = softwarePurchase(world.id('tender', 'canary'))
          const { tender } = purchase
          const published = await notice(world, purchase)
          await world.until(later(await world.now(), days(2)))
          const offered = offer([['year', 12, unitPrice]], { responses: { method: words, team: 'x' } })
          expect(offered.price).toBe(price)
          const sealed = await bid(world, tender, 'acme', [offered])

          const late = await seal(world, tender, 'blank', [
            offer([['year', 12, 700_000]], { responses: { method: lateWords } }),
          ])
          await world.until(later(roundOf(published).deadline, 1))
          const refused = await send(world, tender, 'blank', late)
          expect(!isDone(refused) && 'code' in refused && refused.code).toBe('deadlineHasPassed')
          const lateText = late.input.submission.envelopes[0]?.ciphertext.slice(0, 80) ?? ''
          lateCiphertext = textNeedle('the ciphertext of a late bid', lateText)

          const keys = openKeys(running.walletFolder, readFileSync(join(running.walletFolder, 'passphrase'), 'utf8'))
          const scalars = holdersOf(world, purchase).flatMap(({ person, i }) =>
            [1, 2, 3].map((round) => {
              const secret = keys.withSecret({ person: person.id, tender, round }, (each) => Uint8Array.from(each))
              if (!secret) throw new Error(`holder ${i} has no key`)
              return bytesNeedle(`private key of holder ${i} for round ${round}`, secret)
            }),
          )
          secrets = [
            textNeedle('the words of a bid', words),
            textNeedle('the words of a late bid', lateWords),
            textNeedle('the price of a bid', price),
            textNeedle('the unit price of a bid', String(unitPrice)),
            ...sealed.roots.map((root, n) => bytesNeedle(`root ${n} of a bid`, fromBase64(root))),
            ...scalars,
          ]
          await closing(world, purchase)
        },
      },
    },
  ])
  expect(told).toEqual([{ name: 'canary', end: 'told' }])
  expect(secrets.length).toBe(4 + 2 + 18)

  // The search itself must find what is there: the title of the notice.
  const known = textNeedle('the title of the notice', control)
  const rows = await database()
  expect(findIn(rows, [known, ...secrets, lateCiphertext])).toEqual([known.name])
  const inFiles = findInFiles(files(), [known, ...secrets, lateCiphertext])
  expect(inFiles.some((each) => each.endsWith(known.name))).toBe(true)
  expect(inFiles.filter((each) => !each.endsWith(known.name))).toEqual([])
  const heap = await findInHeapDump([known, ...secrets])
  expect(heap.bytes).toBeGreaterThan(20_000_000)
  expect(heap.found).toEqual([known.name])
  const memory = findInMemory(running.pid, [known, ...secrets])
  if (memory === null) {
    if (process.platform === 'linux') throw new Error('the memory of the program could not be read')
    return
  }
  expect(memory.bytes).toBeGreaterThan(20_000_000)
  expect(memory.found).toEqual([known.name])
})

test('the technical opening shows no price; after the opening of prices it is public, and the private keys are still nowhere', async () => {
  let state: Awaited<ReturnType<typeof opening>> | undefined
  let early: readonly string[] = []
  await stage.play([
    {
      from: later(await stage.world.now(), 1000),
      tale: {
        name: 'canary opened',
        lines: [],
        tell: async (world) => {
          const { tender } = purchase
          await openingOfTechnical(world, purchase)
          early = findIn(await database(), secrets)
          for (const nth of [0, 1]) {
            const evaluator = await world.as(world.person('ministry', 'evaluator', nth))
            await evaluator.mustAct(tender, 'declare-conflict', { none: true, text: null })
            await evaluator.mustAct(tender, 'score-bids', scoresOf(world, tender, { acme: ['20', '10'] }))
          }
          const holder = await world.as(world.person('ministry', 'key-holder', 0))
          await waitFor(
            async () => ((await holder.get(`/api/cases/${tender}/box`)).body as Box).evaluation ?? undefined,
            'the proof of the evaluation',
          )
          state = await opening(world, purchase)
        },
      },
    },
  ])
  expect(early).toContain('the words of a bid')
  expect(early.filter((name) => name.startsWith('private key') || name.includes('price'))).toEqual([])
  expect(state && roundOf(state).opening?.bids.map((each) => each.price?.price)).toEqual([price])
  const rows = await database()
  const open = findIn(rows, secrets)
  expect(open).toContain('the price of a bid')
  expect(open.filter((name) => name.startsWith('private key') || name.includes('late'))).toEqual([])
  expect(
    findInFiles(
      files(),
      secrets.filter(({ name }) => name.startsWith('private key')),
    ),
  ).toEqual([])
  expect(
    findInMemory(
      running.pid,
      secrets.filter(({ name }) => name.startsWith('private key')),
    )?.found ?? [],
  ).toEqual([])
})
