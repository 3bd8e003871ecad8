// THE path of every change: who, lock, now, decide, append, answer. One transaction; a bid takes two round trips with its begin and commit.
import { hash, randomBytes } from 'node:crypto'
import type { Act, ActContext } from '@naru/domain/act.ts'
import { type Actor, actedBy } from '@naru/domain/actor.ts'
import { evolve, findAct, getFactType } from '@naru/domain/catalogue.ts'
import type { Fact, NewFact } from '@naru/domain/history.ts'
import { type StreamKind, streamName } from '@naru/domain/id.ts'
import { whyNot } from '@naru/domain/may.ts'
import { mapPersonal } from '@naru/domain/personal.ts'
import { type Invalid, isInvalid, isRefusal, type Refusal, refuse } from '@naru/domain/refusal.ts'
import { toMilliseconds } from '@naru/domain/time.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { promiseMessage, type SignedPromise } from '@naru/sealing/signature.ts'
import type pg from 'pg'
import { notLookedAt } from './certificates.ts'
import { officialActs } from '@naru/domain/confirmation.ts'
import { refreshLaw } from './law.ts'
import { bringNeeds, type CaseRow, contextOf } from './context.ts'
import type { Deployment } from './deployment.ts'
import { entryOf, noPredecessor, personalCommitment, type Recorded, recordFact } from './record.ts'
import { type Confirmed, confirmationOf, doesNotFit, whyNotConfirmed } from './sign-in/confirm.ts'
import { appendFact, type FirstAnswer, type StreamHead } from './store/append.ts'
import { inOneWrite } from './store/database.ts'
import type { Recalled } from './store/known-states.ts'
import { projectListing, projectMembership } from './store/projections.ts'

/** What is asked: an act on a case by an actor, under a key that makes a repetition the same act. `input` has passed the act's schema. */
export interface ActRequest {
  readonly caseId: string
  readonly act: string
  readonly key: string
  readonly actor: Actor
  readonly input: unknown
  /** Bytes that came in, for the record of refused attempts. */
  readonly size: number
  /** How the person's passkey confirmed the act; absent where it was not asked. */
  readonly confirmed?: Confirmed | typeof doesNotFit | null
}

/** What was answered. `answer` is JSON text, the same bytes for every repetition. */
export type ActOutcome =
  | { readonly done: true; readonly answer: string; readonly repeated: boolean }
  | { readonly done: false; readonly why: Refusal | Invalid; readonly now: string }

/** The answer to an act that was done. `promise` is given for a sealed bid: the operator's signed word that it arrived at this time. */
export interface ActAnswer {
  readonly case: string
  readonly act: string
  readonly at: string
  readonly facts: readonly {
    readonly stream: string
    readonly seq: number
    readonly type: string
    readonly hash: string
  }[]
  readonly promise?: SignedPromise
}

export const actorName = (actor: Actor): string =>
  actor.kind === 'person'
    ? actor.credential
      ? `credential:${actor.credential}`
      : actor.person
    : actor.kind === 'platform'
      ? `platform:${actor.part}`
      : 'anyone'

// A repeated double click can meet itself between lookup and insert; the second run then finds the first answer.
const tries = 4
const mayRetry = new Set(['23505', '40001', '40P01'])

/** A row of begin_act; no state where this program named its head as known. */
export type BeginRow = Omit<CaseRow, 'state'> & { readonly state: string | null }

/** Does an act or says why not. Throws only for faults. */
export async function doAct(deployment: Deployment, request: ActRequest): Promise<ActOutcome> {
  const definition = findAct(request.act)
  if (!definition) throw new Error(`${request.act} is no act`)
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await tryAct(deployment, definition, request, attempt < tries)
    if (!outcome) continue
    const unknown = attempt < tries ? unknownCertificate(outcome, request.input) : null
    if (unknown) {
      // No neighbour is asked inside the transaction: the certificate is looked at outside, once, and the act done anew.
      await deployment.certificates.admit(unknown.der, unknown.at)
      continue
    }
    if (outcome.done && !outcome.repeated) deployment.poke()
    if (outcome.done && definition.noun === 'law') await refreshLaw(deployment)
    if (!outcome.done) await recordAttempt(deployment, request, outcome)
    return outcome
  }
}

/**
 * One try in a transaction of its own; null where it met another and may be tried again. Its connection is given back before anything else
 * is asked of the database: as many refused acts at once as there are connections would each hold one and wait for a second for ever.
 */
async function tryAct(
  deployment: Deployment,
  definition: Act,
  request: ActRequest,
  again: boolean,
): Promise<ActOutcome | null> {
  const client = await deployment.database.pool.connect()
  try {
    const outcome = await inTransaction(deployment, client, definition, request)
    if (!outcome.done || outcome.repeated) await client.query('rollback')
    return outcome
  } catch (error) {
    await client.query('rollback').catch(() => {})
    if (!again || !mayRetry.has((error as { code?: string }).code ?? '')) throw error
    return null
  } finally {
    client.release()
  }
}

/** The signature whose certificate was never looked at, or too long ago, and the time of the attempt (ms); null for every other outcome. */
export function unknownCertificate(outcome: ActOutcome, input: unknown): { der: Uint8Array; at: number } | null {
  if (outcome.done || !('refused' in outcome.why) || outcome.why.facts?.code !== notLookedAt) return null
  const { signature } = input as { signature: { der: string } }
  return { der: fromBase64(signature.der), at: Date.parse(outcome.now) }
}

/** From `begin` to the outcome; committed where the act was done for the first time. */
async function inTransaction(
  deployment: Deployment,
  client: pg.PoolClient,
  definition: Act,
  request: ActRequest,
): Promise<ActOutcome> {
  const { actor, caseId } = request
  const organisation = actor.kind === 'person' ? streamName('organisation', actor.organisation) : null
  const kinds = kindsFor(definition)
  const known = deployment.known.of([
    ...kinds.map((kind) => streamName(kind, caseId)),
    ...(organisation ? [organisation] : []),
  ])
  const [, { rows }] = await inOneWrite(client, () =>
    Promise.all([
      client.query('begin'),
      client.query<BeginRow>({
        name: 'begin_act',
        text: 'select * from begin_act($1, $2, $3, $4, $5, $6, $7, $8)',
        values: [
          caseId,
          definition.lock === 'exclusive',
          actorName(actor),
          request.key,
          organisation,
          kinds,
          definition.needs.includes('bids') ? null : actor.kind === 'person' ? actor.organisation : '',
          known.hashes,
        ],
      }),
    ]),
  )
  const decided = await decideAct(deployment, client, definition, request, rows, known)
  return 'outcome' in decided ? decided.outcome : append(deployment, client, decided)
}

/** What an act comes to on what the database knows, before anything is written: facts to record, or the outcome without any. */
export async function decideAct(
  deployment: Deployment,
  client: pg.PoolClient,
  definition: Act,
  request: ActRequest,
  rows: readonly BeginRow[],
  known: Recalled,
): Promise<Deciding | { readonly outcome: ActOutcome }> {
  const { actor, caseId, input } = request
  const outcome = (made: ActOutcome) => ({ outcome: made })
  const [first] = rows
  if (!first) throw new Error('begin_act gave no row')
  // What a schema has read stands in the schema's order: a repetition gives the same text (14 µs; in canonical form 31).
  const inputHash = hash('sha256', JSON.stringify(input), 'buffer')
  if (first.answer !== null) {
    const same = first.answered_act === definition.name && first.input_hash?.equals(inputHash)
    if (!same)
      return outcome({
        done: false,
        now: first.now,
        why: { invalid: [{ path: 'Idempotency-Key', code: 'keyOfAnotherAct' }] },
      })
    return outcome({ done: true, answer: first.answer, repeated: true })
  }
  // Every fact carries the time by which law is judged; a first answer that was given stays given, and outages are recorded all the same.
  if (deployment.clockIsWrong && definition.noun !== 'log')
    return outcome({ done: false, now: first.now, why: refuse('clockIsWrong') })
  const states = new Map(rows.filter((row) => row.stream).map((row) => [row.stream, known.stateOf(row)]))
  const before = contextOf(deployment, caseId, actor, rows, (row) => states.get(row.stream))
  const context = await bringNeeds(deployment, client, before, definition, input)
  const refused = whyNot(definition, context)
  if (refused) return outcome({ done: false, now: context.now, why: refused })
  const decision = definition.decide(context, input)
  if (isRefusal(decision) || isInvalid(decision)) return outcome({ done: false, now: context.now, why: decision })
  const { confirmed = null } = request
  const unconfirmed = await whyNotConfirmed(deployment, client, definition.name, actor, confirmed)
  if (unconfirmed) return outcome({ done: false, now: context.now, why: unconfirmed })
  const signed = confirmed === doesNotFit || !officialActs.has(definition.name) ? null : confirmed
  return { context, rows, states, request, inputHash, facts: decision, confirmed: signed }
}

export const kindsFor = (definition: Act): StreamKind[] => {
  if (['organisation', 'plan', 'log', 'law'].includes(definition.noun)) return [definition.noun]
  const kinds: StreamKind[] = ['tender']
  if (definition.noun === 'contract') kinds.push('contract')
  if (definition.needs.includes('own-bid') || definition.needs.includes('bids')) kinds.push('bid')
  return kinds
}

/** What was decided and is not written yet. */
export interface Deciding {
  readonly context: ActContext
  readonly rows: readonly BeginRow[]
  readonly states: ReadonlyMap<string, unknown>
  readonly request: ActRequest
  readonly inputHash: Buffer
  readonly facts: readonly NewFact[]
  readonly confirmed: Confirmed | null
}

/** What an act writes: its facts with their log entries, where each stream then stands, personal values, and the answer. */
export interface Recording {
  readonly recorded: readonly Recorded[]
  readonly entries: readonly ReturnType<typeof entryOf>[]
  readonly heads: ReadonlyMap<string, StreamHead>
  /** The act's last fact of each stream, by its place in `recorded`. */
  readonly newest: ReadonlyMap<string, number>
  readonly personals: readonly { readonly commitment: Buffer; readonly salt: Buffer; readonly value: string }[]
  readonly answered: FirstAnswer
}

/** Makes facts into bytes; writes nothing. */
export function recordOf(deployment: Deployment, what: Deciding): Recording {
  const { context, rows, states, request } = what
  const { caseId, actor, act, key } = request
  const at = context.now
  const heads = new Map<string, StreamHead>()
  for (const row of rows)
    if (row.stream)
      heads.set(row.stream, {
        kind: row.kind as StreamKind,
        year: row.year,
        seq: row.seq,
        hash: row.hash,
        state: states.get(row.stream),
      })
  const caseYear =
    [...heads.values()].find((head) => head.kind === 'tender' || head.kind === 'plan')?.year ?? Number(at.slice(0, 4))
  const personals: Recording['personals'][number][] = []
  const recorded: Recorded[] = []
  const add = (fact: NewFact): void => {
    const stream = streamName(fact.kind, fact.id)
    const head = heads.get(stream) ?? { kind: fact.kind, year: caseYear, seq: 0, hash: noPredecessor, state: null }
    const body = mapPersonal(getFactType(fact.type).body.parse(fact.body), (value) => {
      if (!('$personal' in value)) return value
      const salt = randomBytes(16)
      const commitment = personalCommitment(salt, value.$personal)
      personals.push({ commitment, salt, value: value.$personal })
      return { $commitment: commitment.toString('base64') }
    })
    const whole: Fact = { stream, seq: head.seq + 1, caseId, type: fact.type, at, by: actedBy(actor), body }
    const made = recordFact(whole, head.hash)
    recorded.push(made)
    heads.set(stream, { ...head, seq: whole.seq, hash: made.hash, state: evolve(fact.kind, head.state, whole) })
  }
  for (const fact of what.facts) add(fact)
  if (what.confirmed && recorded.length > 0) add(confirmationOf(what.confirmed, recorded, personals.length > 0))
  const entries = recorded.map((each) => entryOf(each, randomBytes(32)))
  const answer = answerOf(deployment, request, recorded, entries)
  return {
    recorded,
    entries,
    heads,
    newest: new Map(recorded.map((each, n) => [each.fact.stream, n])),
    personals,
    answered: { actor: actorName(actor), key, act, inputHash: what.inputHash, answer: JSON.stringify(answer) },
  }
}

/** Tells the program what was committed. */
export function committed(deployment: Deployment, { recorded, answered }: Recording): ActOutcome {
  if (recorded.some(({ fact }) => getFactType(fact.type).show !== null)) deployment.publicChange += 1
  return { done: true, answer: answered.answer, repeated: false }
}

/** Records what was decided and commits. */
async function append(deployment: Deployment, client: pg.PoolClient, what: Deciding): Promise<ActOutcome> {
  const { caseId } = what.request
  const recording = recordOf(deployment, what)
  const { recorded, entries, heads, newest, personals, answered } = recording
  const write = () => [
    ...recorded.map((each, n) =>
      client.query(
        appendFact({
          recorded: each,
          entry: entries[n] as (typeof entries)[number],
          head: heads.get(each.fact.stream) as StreamHead,
          newest: newest.get(each.fact.stream) === n,
          answered: n === 0 ? answered : null,
        }),
      ),
    ),
    ...personals.map(({ commitment, salt, value }) =>
      client.query({
        name: 'append_personal',
        text: 'insert into personal (commitment, salt, value, case_id) values ($1, $2, $3, $4)',
        values: [commitment, salt, value, caseId],
      }),
    ),
  ]
  const projected = [...newest.keys()].filter((stream) => !['bid', 'plan'].includes(heads.get(stream)?.kind ?? ''))
  if (projected.length === 0) {
    // A commit after a failed statement rolls back, so both may go in one write.
    await inOneWrite(client, () => Promise.all([...write(), client.query('commit')]))
    return committed(deployment, recording)
  }
  await inOneWrite(client, () => Promise.all(write()))
  for (const stream of projected) {
    const head = heads.get(stream) as StreamHead
    if (head.kind === 'organisation') await projectMembership(client, head.state)
    else await projectListing(deployment, client, heads, caseId)
  }
  await client.query('commit')
  return committed(deployment, recording)
}

function answerOf(
  deployment: Deployment,
  request: ActRequest,
  recorded: readonly Recorded[],
  entries: readonly { entry: Uint8Array }[],
): ActAnswer {
  const facts = recorded.map(({ fact, hash }) => ({
    stream: fact.stream,
    seq: fact.seq,
    type: fact.type,
    hash: toBase64(hash),
  }))
  const at = recorded[0]?.fact.at ?? ''
  const sealed = recorded.findIndex(({ fact }) => getFactType(fact.type).entry === 'sealed')
  if (sealed < 0) return { case: request.caseId, act: request.act, at, facts }
  const body = {
    v: 1 as const,
    log: deployment.logOrigin,
    m: ((recorded[sealed] as (typeof recorded)[number]).fact.body as { m: string }).m,
    entry: toBase64(entries[sealed]?.entry ?? new Uint8Array()),
    time: toMilliseconds(at),
  }
  return {
    case: request.caseId,
    act: request.act,
    at,
    facts,
    promise: { body, sig: toBase64(deployment.signPromise(promiseMessage(body))) },
  }
}

/** A refused attempt leaves who, when, what and why; the content is not stored. Equal ones are counted (0017-attempts.sql). */
export async function recordAttempt(
  deployment: Deployment,
  request: ActRequest,
  outcome: Extract<ActOutcome, { done: false }>,
): Promise<void> {
  const code = isRefusal(outcome.why) ? outcome.why.refused : 'invalid'
  await deployment.database.pool.query('select record_attempt($1, $2, $3, $4, $5, $6)', [
    outcome.now,
    request.caseId,
    actorName(request.actor),
    request.act,
    code,
    request.size,
  ])
}
