// One case at every stage, made by the acts themselves, and everyone who might ask for it: what the authorisation matrix is asked of.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { PersonActor } from '@naru/domain/actor.ts'
import { roles } from '@naru/domain/actor.ts'
import type { FastifyInstance } from 'fastify'
import { publicationFor, startReleases } from './after/releases.ts'
import { type Reader, type Stage, stages } from './authorisation-table.ts'
import { startClock } from './clock.ts'
import { buildApp } from './http/app.ts'
import { startSequencer } from './sequencer.ts'
import { makeWorld, type World } from './test-world.ts'
import { readNow } from './time.ts'
import { keepTrust } from './trust.ts'

/** A case at one stage, with the words that only some may meet in it. */
export interface StagedCase {
  readonly caseId: string
  readonly bid: { readonly m: string } | null
  readonly secrets: Readonly<Record<string, string>>
}

export interface AuthorisationWorld {
  readonly world: World
  readonly cases: Readonly<Record<Stage, StagedCase>>
  readonly plan: string
  readonly people: Readonly<Partial<Record<Reader, PersonActor>>>
  /** Asks the running server as a reader. */
  ask(
    reader: Reader,
    method: string,
    path: string,
    more?: { body?: string; headers?: Record<string, string> },
  ): Promise<Response>
  end(): Promise<void>
}

const operatorToken = randomBytes(24).toString('base64url')
const listens = async (app: FastifyInstance) => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

/** Makes everything. `screens` is the folder of the built screens, or null for the API alone. */
export async function makeAuthorisationWorld(screens: string | null): Promise<AuthorisationWorld> {
  const world = await makeWorld()
  const { deployment } = world
  // A matrix asks more in a minute than anybody may; what bounds a flood has tests of its own.
  const boundless = { burst: 1_000_000, perSecond: 1_000_000 }
  Object.assign(deployment, {
    quotas: { requests: boundless, acts: boundless, bids: boundless },
    actQuota: () => 0,
  })
  const sequencer = await startSequencer(deployment, { intervalMs: 20 })
  const clock = startClock(deployment, 3_600_000)
  const { author, approver, officer, planner, holders } = world
  const [bidder, rival] = world.suppliers as [PersonActor, PersonActor]
  const buyer = author.organisation
  const third = await world.admit(buyer, ['key-holder'])
  const { keys: spareKeys } = await world.makeHolder()
  const people = {
    bidder,
    rival,
    author,
    approver,
    officer,
    planner,
    outsider: await world.admit(await world.register(['supplier']), ['bidder']),
    evaluator: await world.admit(buyer, ['evaluator']),
    otherEvaluator: await world.admit(buyer, ['evaluator']),
    finance: await world.admit(buyer, ['finance-officer']),
    administrator: await world.administratorOf(buyer),
    agency: (holders[0] as World['holders'][number]).actor,
    guardian: (holders[2] as World['holders'][number]).actor,
    otherHolder: (await world.makeHolder()).actor,
    foreign: await world.admit(await world.register(['buyer']), roles),
  } satisfies Partial<Record<Reader, PersonActor>>
  const five = [...holders.slice(0, 2), { actor: third, keys: spareKeys }, ...holders.slice(2)]

  const cases = await stagedCases(world, { ...people, sequencer, clock, five })
  const { rows } = await deployment.database.pool.query<{ case_id: string }>(
    `select case_id from current where kind = 'plan'`,
  )
  await keepTrust(deployment, { roots: [], timestampAuthorities: [], policy: '' })
  await sequencer.run()
  await keepThings(world, cases)
  const releases = startReleases(deployment, publicationFor(deployment, 'http://naru.invalid'), null)
  await releases.run()
  await releases.stop()
  const app = await buildApp(deployment, {
    publicOrigin: 'http://localhost:1',
    screens,
    sequencer,
    clock,
    operatorToken,
    quiet: true,
  })
  const origin = await listens(app)
  const shows = await headersOf(world, origin, people)
  return {
    world,
    cases,
    people,
    plan: rows[0]?.case_id ?? '',
    ask: (reader, method, path, { body, headers } = {}) =>
      fetch(origin + path, {
        method,
        redirect: 'manual',
        signal: AbortSignal.timeout(20_000),
        headers: { ...shows[reader], ...headers },
        ...(body !== undefined && { body }),
      }),
    end: async () => {
      await app.close()
      await clock.stop()
      await sequencer.stop()
      await world.end()
    },
  }
}

/** What each reader shows of itself: a session's cookie, a credential, the operator's token, or nothing. */
async function headersOf(
  world: World,
  origin: string,
  people: Readonly<Partial<Record<Reader, PersonActor>>>,
): Promise<Readonly<Partial<Record<Reader, Record<string, string>>>>> {
  const found: Partial<Record<Reader, Record<string, string>>> = {
    operator: { authorization: `Bearer ${operatorToken}` },
  }
  for (const [reader, { person, organisation }] of Object.entries(people)) {
    const answer = await fetch(`${origin}/sandbox/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ person, organisation }),
    })
    found[reader as Reader] = { cookie: `naru_session=${((await answer.json()) as { session: string }).session}` }
  }
  const [credential, secret] = [randomUUID(), randomBytes(32).toString('base64url')]
  const { person, organisation } = people.bidder as PersonActor
  await world.done(await world.administratorOf(organisation), organisation, 'delegate-credential', {
    credential,
    person,
    label: 'Bids',
    acts: ['submit-bid'],
    secretHash: createHash('sha256').update(secret).digest('hex'),
    until: new Date(Date.parse(await readNow(world.deployment)) + 86_400_000).toISOString(),
  })
  return { ...found, program: { authorization: `Bearer ${credential}.${secret}` } }
}

interface Hands
  extends Record<'bidder' | 'rival' | 'approver' | 'officer' | 'evaluator' | 'otherEvaluator', PersonActor> {
  readonly sequencer: { run(): Promise<unknown> }
  readonly clock: { run(): Promise<unknown> }
  readonly five: World['holders']
}

/** Brings one purchase to each stage. All that close, close at one deadline; what is younger is made after it. */
async function stagedCases(world: World, hands: Hands): Promise<Record<Stage, StagedCase>> {
  const { bidder, rival, approver, officer, evaluator, otherEvaluator } = hands
  const { holders } = world
  const secret = (what: string) => `${what} ${randomBytes(9).toString('hex')}`
  const made = {} as Record<
    Stage,
    { caseId: string; bid: { bid: string; m: string } | null; secrets: Record<string, string> }
  >
  const titled = (stage: Stage) => {
    const title = secret('Title')
    return {
      title,
      wanted: { content: { title: { en: title } }, ...(stage === 'opened' && twoEnvelopes(hands.five, title)) },
    }
  }
  const begin = async (stage: Stage, how: 'preparedTender' | 'approvedTender' | 'publishTender') => {
    const { title, wanted } = titled(stage)
    const caseId = await world[how](20, wanted)
    made[stage] = { caseId, bid: null, secrets: { 'the title': title } }
    if (how !== 'publishTender') return
    const [text, question] = [secret('Is it so'), randomUUID()]
    await world.done(bidder, caseId, 'ask-question', { question, text })
    made[stage].secrets['a question as it was asked'] = text
    if (stage === 'failed') return
    const price = (250_000 + randomBytes(2).readUInt16BE()).toString()
    const answers = stage === 'opened' ? { method: secret('By hand') } : undefined
    const mine = await world.sealed(caseId, bidder, '200000', undefined, answers)
    await world.done(bidder, caseId, 'submit-bid', mine.input)
    const theirs = await world.sealed(caseId, rival, price, undefined, answers)
    await world.done(rival, caseId, 'submit-bid', theirs.input)
    made[stage].bid = mine
    Object.assign(made[stage].secrets, {
      'the rival’s organisation': rival.organisation,
      'the rival’s bid': theirs.bid,
      'the rival’s price': `"${price}"`,
    })
  }
  const old: Stage[] = ['closed', 'opened', 'ranked', 'awarded', 'signing', 'contracted', 'cancelled', 'failed']
  for (const stage of old) await begin(stage, 'publishTender')
  await hands.sequencer.run()
  await world.done(approver, made.cancelled.caseId, 'cancel-tender', { reason: 'No longer needed.' })
  const last = Math.max(
    ...(await Promise.all(
      old.map(async (stage) => Date.parse((await world.tender(made[stage].caseId)).rounds[0]?.deadline ?? '')),
    )),
  )
  await world.moveTo(new Date(last + 61_000).toISOString())
  await hands.sequencer.run()
  await hands.clock.run()
  await hands.sequencer.run()
  for (const stage of ['opened', 'ranked', 'awarded', 'signing', 'contracted'] as const) {
    const those = stage === 'opened' ? [0, 1, 3, 4].map((at) => hands.five[at]) : [0, 2, 3].map((at) => holders[at])
    for (const holder of those) {
      const outcome = await world.postShares(made[stage].caseId, holder as World['holders'][number])
      if (!outcome.done) throw new Error(`${stage}: ${JSON.stringify(outcome.why)}`)
    }
  }
  for (const at of [0, 2, 3]) {
    const outcome = await world.attend(made.closed.caseId, holders[at] as World['holders'][number])
    if (!outcome.done) throw new Error(`closed: ${JSON.stringify(outcome.why)}`)
  }
  await hands.clock.run()

  const { opened } = made
  const interest = secret('Nothing')
  await world.done(evaluator, opened.caseId, 'declare-conflict', { none: true, text: interest })
  await world.done(otherEvaluator, opened.caseId, 'declare-conflict', { none: true, text: null })
  const comment = secret('Well thought out')
  const bids = (await world.tender(opened.caseId)).rounds[0]?.technical?.bids ?? []
  await world.done(evaluator, opened.caseId, 'score-bids', {
    scores: bids.map(({ bid }) => ({ bid, lot: 'L1', criterion: 'method', points: '20', comment })),
  })
  Object.assign(opened.secrets, { 'what an evaluator wrote': comment, 'an interest that was declared': interest })

  for (const stage of ['awarded', 'signing', 'contracted'] as const) {
    const { caseId, bid } = made[stage]
    await world.done(approver, caseId, 'award-lot', {
      award: randomUUID(),
      lot: 'L1',
      bid: bid?.bid,
      reason: 'The lowest price.',
    })
    if (stage === 'awarded') continue
    const [contract, special] = [randomUUID(), secret('At the back door')]
    await world.done(officer, caseId, 'draft-contract', { contract, lot: 'L1', special })
    made[stage].secrets['special conditions of a contract'] = special
    if (stage === 'signing') continue
    await world.done(bidder, caseId, 'consent-to-contract', { contract, version: 1 })
    await world.done(officer, caseId, 'confirm-contract', { contract, version: 1 })
  }
  await begin('published', 'publishTender')
  await begin('approved', 'approvedTender')
  await begin('draft', 'preparedTender')
  await hands.sequencer.run()
  for (const stage of stages) {
    const wrapped = randomBytes(24).toString('base64')
    made[stage].secrets['the wrapped keys of a holder'] = wrapped
    await keepKeys(world, made[stage].caseId, wrapped)
  }
  return made
}

/** What differs in a purchase by best score: two envelopes, five key holders and a third, one criterion. */
const twoEnvelopes = (holders: World['holders'], title: string) => ({
  method: 'fictia-open-best-score',
  holders,
  content: {
    title: { en: title },
    choice: { method: 'fictia-open-best-score', ground: 'default', reason: 'Quality counts.' },
    criteria: [{ id: 'method', title: { en: 'Method of work' }, points: '40' }],
  },
})

/** The keys of both holders who ask, as their devices wrapped them; the first one's are the secret. */
async function keepKeys(world: World, caseId: string, ciphertext: string): Promise<void> {
  for (const [nth, holder] of [world.holders[0], world.holders[2]].entries())
    await world.deployment.database.pool.query(
      `insert into holder_key (person, case_id, how, wrapped, made) values ($1, $2, 'passkey', $3, naru_now())`,
      [
        holder?.actor.person,
        caseId,
        JSON.stringify({ v: 1, ciphertext: nth === 0 ? ciphertext : randomBytes(24).toString('base64') }),
      ],
    )
}

/** What other parts of the program make of a case: a document of its newest fact, signed; attachments of the rival's opened bid. */
async function keepThings(world: World, cases: Readonly<Record<Stage, StagedCase>>): Promise<void> {
  const { pool } = world.deployment.database
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  for (const [stage, { caseId }] of Object.entries(cases)) {
    const bytes = Buffer.from(`%PDF of ${caseId}`)
    const id = documentOf(caseId)
    // Of a fact that everyone may read, or before the notice of one that nobody may: the routes must tell them apart.
    await pool.query(
      `insert into case_document (id, case_id, stream, seq, log_index, kind, language, number, pages, size, sha256, bytes)
       select $1, case_id, stream, seq, index, 'notice', 'en', '1', 1, $3, $4, $5 from log_entry where case_id = $2 and public = $6 order by index desc limit 1`,
      [id, caseId, bytes.length, digest(bytes), bytes, stage !== 'draft' && stage !== 'approved'],
    )
    await pool.query(
      `insert into signed_document (document, signatures, case_id, organisation, person, at, gen_time, sha256, bytes)
       values ($1, 1, $2, 'nobody', 'nobody', naru_now(), naru_now(), $3, $4)`,
      [id, caseId, digest(bytes), bytes],
    )
    const round = (await world.tender(caseId)).rounds[0]
    const index = (round?.opening?.bids ?? round?.technical?.bids)?.at(-1)?.index
    if (index === undefined) continue
    const upload = randomUUID()
    await pool.query(
      `insert into attachment_upload (id, case_id, round, organisation, person, hdr, len, segs, submitted) values ($1, $2, 1, $3, $3, $1, 100, 1, naru_now())`,
      [upload, caseId, world.suppliers[1]?.organisation],
    )
    for (const cls of stage === 'opened' ? ['tech'] : ['price', 'tech'])
      await pool.query(
        `insert into opened_attachment (case_id, index, cls, j, bid, name, mime, size, upload, file, ctx, root, state)
         values ($1, $2, $3, 0, $4, 'plan.txt', 'text/plain', 10, $5, '{"hdr":"","len":100,"segs":1,"root":""}', '\\x00', '\\x00', 'waiting')`,
        [caseId, index, cls, randomUUID(), upload],
      )
  }
}

/** The id of the document that a case has. */
export const documentOf = (caseId: string): string =>
  createHash('sha256')
    .update(caseId)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5')
