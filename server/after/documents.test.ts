// The documents of one whole case made by the acts themselves: made once each in log order, whoever runs and whatever is interrupted, and public only.
import { createHash, randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import { currentRound } from '@naru/domain/tender/tender.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startClock } from '../clock.ts'
import { type Compiler, makeCompiler } from '../documents/compiler.ts'
import { composeSheet } from '../documents/compose.ts'
import { gather } from '../documents/gather.ts'
import { inspect, popplerIsHere } from '../documents/poppler.ts'
import type { Sheet } from '../documents/sheet.ts'
import { registerCaseDocuments } from '../http/case-documents.ts'
import { findCaseDocument, readDocuments } from '../read/documents.ts'
import { startSequencer } from '../sequencer.ts'
import { makeWorld, type World } from '../test-world.ts'
import type { Loop } from '../loop.ts'
import { startDocuments } from './documents.ts'

const site = 'https://naru.example'
/** Typst markup, HTML and a sign that turns the text behind it, where officers and bidders may type. */
const hostile = '#panic("no") $x$ *b* </p><script> \u202edesrever [a] @b <c>'

let world: World
let sequencer: Awaited<ReturnType<typeof startSequencer>>
let caseId: string
let secret: string
let alarms: string[] = []
const makers: Pick<Loop, 'run' | 'stop'>[] = []
const compilers: Compiler[] = []

const newCompiler = (): Compiler => {
  const compiler = makeCompiler()
  compilers.push(compiler)
  return compiler
}
const start = (compiler: Compiler, deployment = world.deployment): Pick<Loop, 'run' | 'stop'> => {
  const maker = startDocuments(deployment, { site, sequencer: null, compiler, alarm: (line) => alarms.push(line) })
  makers.push(maker)
  return maker
}

beforeAll(async () => {
  world = await makeWorld()
  sequencer = await startSequencer(world.deployment, { intervalMs: 20 })
  const clock = startClock(world.deployment, 3_600_000)
  caseId = await world.publishTender()
  const before = await world.tender(caseId)
  const content = {
    ...before.content,
    deadline: new Date(Date.parse(before.content?.deadline ?? '') + 5 * 86_400_000).toISOString(),
    paymentTerms: `After acceptance. ${hostile}`,
  }
  await world.done(world.author, caseId, 'propose-amendment', { reason: `More time. ${hostile}`, content })
  await world.done(world.approver, caseId, 'approve-amendment', { amendment: 1 })
  const [first, second] = world.suppliers as [World['author'], World['author']]
  const cheap = await world.sealed(caseId, first, '350000')
  await world.done(first, caseId, 'submit-bid', cheap.input)
  await world.done(second, caseId, 'submit-bid', (await world.sealed(caseId, second, '380000')).input)
  await sequencer.run()
  const { deadline } = currentRound(await world.tender(caseId))
  await world.moveTo(new Date(Date.parse(deadline) + 61_000).toISOString())
  await sequencer.run()
  await clock.run()
  await sequencer.run()
  for (const at of [0, 2, 3]) await world.postShares(caseId, world.holders[at] as World['holders'][number])
  await clock.run()
  const award = randomUUID()
  await world.done(world.approver, caseId, 'award-lot', {
    award,
    lot: 'L1',
    bid: cheap.bid,
    reason: `The lowest price. ${hostile}`,
  })
  const contract = randomUUID()
  const awarded = (await world.tender(caseId)).awards[0]
  if (awarded?.standstillUntil) await world.moveTo(new Date(Date.parse(awarded.standstillUntil) + 1000).toISOString())
  await world.done(world.officer, caseId, 'draft-contract', { contract, lot: 'L1', special: hostile })
  await world.done(first, caseId, 'consent-to-contract', { contract, version: 1 })
  await world.done(world.officer, caseId, 'confirm-contract', { contract, version: 1 })
  // A tender that nobody may see yet: it must leave no document.
  secret = randomUUID()
  await world.done(world.author, secret, 'start-tender', {
    buyer: null,
    demandAgency: null,
    payer: null,
    language: 'en',
    renoticeOf: null,
  })
  await sequencer.run()
  await clock.stop()
}, 120_000)
afterAll(async () => {
  for (const maker of makers) await maker.stop()
  for (const compiler of compilers) await compiler.stop()
  await sequencer?.stop()
  await world?.end()
})

const kinds = ['notice', 'amendment', 'opening', 'award', 'contract']
const bytesOf = async (kind: string): Promise<Buffer> => {
  const found = (await readDocuments(world.deployment, caseId)).find((each) => each.kind === kind)
  const document = found && (await findCaseDocument(world.deployment, caseId, found.id))
  if (!document) throw new Error(`there is no ${kind}`)
  return document.bytes
}

test('a maker killed before it commits leaves nothing; two makers then make each document once', async () => {
  const mortal = mortalPool(world.deployment.database.pool)
  const broken = { ...world.deployment, database: { ...world.deployment.database, pool: mortal as never } }
  const killed = start(newCompiler(), broken)
  await expect(killed.run()).rejects.toThrow('killed')
  await killed.stop()
  expect(await readDocuments(world.deployment, caseId)).toEqual([])

  // The award cannot be made this time: it is set aside with an alarm, and the contract behind it is made all the same.
  const compiler = newCompiler()
  const stubborn: Compiler = {
    ...compiler,
    set: (sheet: Sheet) =>
      sheet.sort === 'Notice of ranking and award'
        ? Promise.reject(new Error('the compiler ended by itself (SIGKILL)'))
        : compiler.set(sheet),
  }
  const [one, two] = [start(stubborn), start(stubborn)]
  await Promise.all([one.run(), two.run()])
  await Promise.all([one.run(), two.run()])
  expect((await readDocuments(world.deployment, caseId)).map((each) => each.kind)).toEqual(
    kinds.filter((each) => each !== 'award'),
  )
  const { rows } = await world.deployment.database.pool.query(
    'select stream, language, reason, tries from document_set_aside',
  )
  expect(rows).toEqual([
    { stream: `tender:${caseId}`, language: 'en', reason: 'the compiler ended by itself (SIGKILL)', tries: 1 },
  ])
  expect(alarms.filter((line) => line.includes('SIGKILL'))).toHaveLength(1)
  await Promise.all([one.stop(), two.stop()])
  alarms = []
}, 180_000)

test('the next start makes what was set aside, and makes nothing twice', async () => {
  const maker = start(newCompiler())
  await maker.run()
  const documents = await readDocuments(world.deployment, caseId)
  expect(documents.map((each) => [each.kind, each.language])).toEqual(kinds.map((kind) => [kind, 'en']))
  expect(new Set(documents.map((each) => each.index)).size).toBe(kinds.length)
  expect((await world.deployment.database.pool.query('select * from document_set_aside')).rows).toEqual([])
  expect(alarms).toEqual([])
  expect(await maker.run()).toBe(0)
  await maker.stop()
}, 120_000)

test('every kind is composed in every language without a gap or a key in the place of words', async () => {
  const { rows } = await world.deployment.database.pool.query<{ stream: string; seq: number; log_index: string }>(
    'select distinct stream, seq, log_index from case_document',
  )
  expect(rows).toHaveLength(kinds.length)
  for (const { stream, seq, log_index } of rows) {
    const material = await gather(world.deployment, world.deployment.database.pool as never, site, {
      stream,
      seq,
      index: log_index,
    })
    for (const language of ['ky', 'ru', 'en', 'ko'] as const) {
      const { attached: _, foot, ...sheet } = composeSheet(material, language)
      const text = JSON.stringify({ ...sheet, foot: { ...foot, page: '' } })
      expect([material.kind, language, text.match(/(document|reason|void|group)\.[a-z][\w.-]*/)?.[0]]).toEqual([
        material.kind,
        language,
        undefined,
      ])
      expect([material.kind, language, text.match(/\{\w+\}/)?.[0]]).toEqual([material.kind, language, undefined])
    }
  }
})

test('made again from the same fact, the bytes are the same', async () => {
  const before = await bytesOf('opening')
  const { rows } = await world.deployment.database.pool.query<{ stream: string; seq: number; log_index: string }>(
    `select stream, seq, log_index from case_document where case_id = $1 and kind = 'opening'`,
    [caseId],
  )
  const [row] = rows
  const material = await gather(world.deployment, world.deployment.database.pool as never, site, {
    stream: row?.stream ?? '',
    seq: row?.seq ?? 0,
    index: row?.log_index ?? '',
  })
  const again = await newCompiler().set(composeSheet(material, 'en'))
  expect(createHash('sha256').update(again.pdf).digest('hex')).toBe(createHash('sha256').update(before).digest('hex'))
}, 60_000)

test('OPN-05: each document says what its fact says, and hostile text stands in it as text', async () => {
  if (!popplerIsHere('what stands in the documents of a whole case')) return
  const state = await world.tender(caseId)
  const number = state.published?.number ?? ''
  const { rows } = await world.deployment.database.pool.query<{ log_index: string; hash: Buffer; kind: string }>(
    'select d.kind, d.log_index, f.hash from case_document d join current c on c.stream = d.stream join fact f on f.year = c.year and f.stream = d.stream and f.seq = d.seq where d.case_id = $1',
    [caseId],
  )
  const seen = Object.fromEntries(
    await Promise.all(kinds.map(async (kind) => [kind, inspect(await bytesOf(kind))] as const)),
  )
  // Both prices as they were decrypted: 350,000 and 380,000 of the smallest unit.
  const record = seen['opening']?.text ?? ''
  for (const price of [/3[\s,.]?500[.,]00/, /3[\s,.]?800[.,]00/]) expect(record).toMatch(price)
  for (const kind of kinds) {
    const { text, info, attached } = seen[kind] ?? { text: '', info: '', attached: '{}' }
    const row = rows.find((each) => each.kind === kind)
    const hash = row?.hash.toString('base64') ?? ''
    expect(text).toContain('Sandbox: invented people and sums')
    expect(text).toContain(`entry ${row?.log_index}`)
    expect(text.replace(/\s/g, '')).toContain(hash)
    expect(text).toMatch(/Page 1 of \d/)
    expect(info).toMatch(/Tagged:\s+yes/)
    const fact = JSON.parse(attached) as {
      log: string
      facts: { index: number; hash: string; case: string; body: unknown }[]
    }
    expect(fact).toMatchObject({
      log: world.deployment.logOrigin,
      facts: [{ index: Number(row?.log_index), hash, case: caseId }],
    })
  }
  // 400000 and 350000 smallest units of XTS (two decimals, grouped by the country's sign).
  expect(seen.notice?.text).toContain(number)
  expect(seen.notice?.text).toMatch(/Paper for the school/)
  expect(seen.notice?.text).toMatch(/Fictia Public Buying Act, art\. 12\(3\)/)
  expect(seen.opening?.text).toMatch(/3.500[.,]00/)
  expect(seen.opening?.text).toMatch(/Did not take part/)
  expect(seen.award?.text).toMatch(/Lowest price: 3.500[.,]00/)
  expect(seen.award?.text).toMatch(/is higher than the lowest/)
  for (const [kind, text] of [
    ['amendment', seen.amendment?.text],
    ['award', seen.award?.text],
    ['contract', seen.contract?.text],
  ])
    expect([kind, (text ?? '').replace(/\s+/g, '')]).toEqual([
      kind,
      expect.stringContaining('#panic("no")$x$*b*</p><script>[U+202E]desrever[a]@b<c>'),
    ])
  // Technical responses and people's names are no part of the public record.
  for (const kind of kinds) {
    expect(seen[kind]?.attached).not.toContain('responses')
    expect(seen[kind]?.text).not.toMatch(/contract-officer|approver/)
  }
  // The attached file holds the exact text, the turning sign included.
  expect(seen.amendment?.attached).toContain('\u202edesrever')
})

test('nobody changes or removes a document, and what is not public has none', async () => {
  const { pool } = world.deployment.database
  await expect(pool.query(`update case_document set number = 'x'`)).rejects.toThrow(/permission denied/)
  await expect(pool.query('delete from case_document')).rejects.toThrow(/permission denied/)
  await expect(
    pool.query(
      `insert into case_document (id, case_id, stream, seq, log_index, kind, language, number, pages, size, sha256, bytes) values ('x', 'x', 'x', 1, 1, 'notice', 'ru', 'x', 1, 1, 'wrong', '\\x00')`,
    ),
  ).rejects.toThrow(/sha256|check/)
  const { rows } = await pool.query('select 1 from case_document where case_id = $1', [secret])
  expect(rows).toEqual([])
  expect(await readDocuments(world.deployment, secret)).toEqual([])
})

describe('over HTTP', () => {
  const app = Fastify({ routerOptions: { maxParamLength: 200 } })
  beforeAll(() => registerCaseDocuments(app, world.deployment))
  afterAll(() => app.close())

  test('the list leads to the bytes, with their hash as the tag', async () => {
    const { documents } = (await app.inject({ url: `/api/cases/${caseId}/documents` })).json()
    expect(documents).toHaveLength(kinds.length)
    const [notice] = documents
    const answer = await app.inject({ url: notice.address })
    expect(answer.statusCode).toBe(200)
    expect(createHash('sha256').update(answer.rawPayload).digest('hex')).toBe(notice.sha256)
    expect(answer.rawPayload.subarray(0, 5).toString()).toBe('%PDF-')
    expect(answer.headers).toMatchObject({
      etag: `"${notice.sha256}"`,
      'content-type': 'application/pdf',
      'content-language': 'en',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
    })
    const number = (await world.tender(caseId)).published?.number
    expect(answer.headers['content-disposition']).toContain(`filename="${number}-notice-en.pdf"`)
    const again = await app.inject({ url: notice.address, headers: { 'if-none-match': `"${notice.sha256}"` } })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })

  test('another case, an unknown id and odd words find nothing', async () => {
    const { documents } = (await app.inject({ url: `/api/cases/${caseId}/documents` })).json()
    for (const url of [
      `/api/cases/${secret}/documents/${documents[0].id}`,
      `/api/cases/${caseId}/documents/${randomUUID()}`,
      `/api/cases/${caseId}/documents/..%2F..%2Fetc%2Fpasswd`,
      `/api/cases/x/documents/${documents[0].id}`,
    ])
      expect([url, (await app.inject({ url })).statusCode]).toEqual([url, 404])
    expect((await app.inject({ url: '/api/cases/x/documents' })).json()).toEqual({ documents: [] })
  })
})

/** A pool whose connections die at every commit. */
function mortalPool(pool: World['deployment']['database']['pool']) {
  return {
    query: pool.query.bind(pool),
    connect: async () => {
      const client = await pool.connect()
      return new Proxy(client, {
        get: (target, key) => {
          const own = Reflect.get(target, key)
          if (key !== 'query') return typeof own === 'function' ? own.bind(target) : own
          return (text: string, values?: unknown[]) =>
            text === 'commit' ? Promise.reject(new Error('killed')) : target.query(text, values)
        },
      })
    },
  }
}
