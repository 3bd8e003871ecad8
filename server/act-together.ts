// The storm before a deadline: bids for one tender that arrive while another transaction of such bids is under way are recorded together, in one
// transaction with one durable commit. Alone, a bid goes at once and at the same cost as any other act.
//
// Each is decided for itself, as act.ts decides it; a refusal touches no other. Whatever does not go together, or goes wrong together, is done
// anew by itself: a repetition finds the first answer, so nothing is doubled and nothing lost.
import type { Act } from '@naru/domain/act.ts'
import { findAct, getFactType } from '@naru/domain/catalogue.ts'
import { streamName } from '@naru/domain/id.ts'
import { fromBase64 } from '@naru/sealing/bytes.ts'
import type pg from 'pg'
import {
  type ActOutcome,
  type ActRequest,
  actorName,
  type BeginRow,
  committed,
  type Deciding,
  decideAct,
  doAct,
  kindsFor,
  recordAttempt,
  type Recording,
  recordOf,
  unknownCertificate,
} from './act.ts'
import type { Deployment } from './deployment.ts'
import { gather } from './gather.ts'
import { appendBids, mostTogether, type StreamHead } from './store/append.ts'
import { inOneWrite } from './store/database.ts'
import { readNow } from './time.ts'

/** So many bids within a second are a storm; it is over when that was last so two seconds ago. */
const stormBids = 16
const stormMs = 2_000
const arrivals = new WeakMap<Deployment, number[]>()

/** Whether bids come so fast that what can be done later gets out of their way. */
export const inStorm = (deployment: Deployment): boolean => performance.now() - deployment.stormAt < stormMs

function noteArrival(deployment: Deployment): void {
  const latest = arrivals.get(deployment) ?? []
  arrivals.set(deployment, latest)
  const now = performance.now()
  latest.push(now)
  if (latest.length > stormBids) latest.shift()
  if (latest.length === stormBids && now - (latest[0] ?? 0) < 1_000) deployment.stormAt = now
}

/** Of two transactions of one tender one is decided while the database writes the other. */
const atOnce = 2

interface Asked {
  readonly definition: Act
  readonly request: ActRequest
}
type Box = ReturnType<typeof gather<Asked, ActOutcome | 'alone'>>
const boxes = new WeakMap<Deployment, Map<string, Box>>()

const organisationOf = ({ actor }: ActRequest): string => (actor.kind === 'person' ? actor.organisation : '')

/** A bid without attachments: those are claimed one act at a time. */
function goesTogether({ lock, noun }: Act, { actor, input }: ActRequest): boolean {
  if (lock !== 'shared' || noun !== 'bid' || actor.kind !== 'person') return false
  const { submission } = input as { submission?: { envelopes: readonly { header: { files?: unknown } }[] } }
  return (submission?.envelopes ?? []).every(({ header: { files } }) => Array.isArray(files) && files.length === 0)
}

/** Does an act like `doAct`; a bid together with those that wait with it for the same tender. */
export async function actTogether(deployment: Deployment, request: ActRequest): Promise<ActOutcome> {
  const definition = findAct(request.act)
  if (!definition || !goesTogether(definition, request)) return doAct(deployment, request)
  noteArrival(deployment)
  await lookAtCertificate(deployment, request.input)
  const known = boxes.get(deployment) ?? new Map<string, Box>()
  boxes.set(deployment, known)
  const box =
    known.get(request.caseId) ??
    gather<Asked, ActOutcome | 'alone'>((group) => round(deployment, request.caseId, group), {
      together: mostTogether,
      atOnce,
      // One bid of a bidder, and one use of a key, at a time: the second sees what the first did.
      apart: (each) => [organisationOf(each.request), actorName(each.request.actor)],
    })
  known.set(request.caseId, box)
  try {
    const outcome = await box.ask({ definition, request })
    if (outcome === 'alone') return await doAct(deployment, request)
    if (!outcome.done) await recordAttempt(deployment, request, outcome)
    return outcome
  } finally {
    if (box.idle && known.get(request.caseId) === box) known.delete(request.caseId)
  }
}

/** A certificate that is new here is looked at before any transaction begins. */
async function lookAtCertificate(deployment: Deployment, input: unknown): Promise<void> {
  const { signature } = input as { signature?: { kind: string; der?: string } }
  if (signature?.kind !== 'cades' || signature.der === undefined) return
  let der: Uint8Array
  try {
    der = fromBase64(signature.der)
  } catch {
    // The act itself says what is wrong with it.
    return
  }
  await deployment.certificates.checkAhead(der)
  if (!deployment.certificates.knows(der)) await deployment.certificates.admit(der, await timeOfLooking(deployment))
}

const readings = new WeakMap<Deployment, Promise<number>>()

/** One reading of the clock serves all certificates that are new while it is under way, ms. */
function timeOfLooking(deployment: Deployment): Promise<number> {
  const reading =
    readings.get(deployment) ??
    readNow(deployment)
      .then(Date.parse)
      .finally(() => readings.delete(deployment))
  readings.set(deployment, reading)
  return reading
}

/** One transaction of a group; answers the outcome of each, or that it has to be done alone. */
async function round(
  deployment: Deployment,
  caseId: string,
  group: readonly Asked[],
): Promise<readonly (ActOutcome | 'alone')[]> {
  const client = await deployment.database.pool.connect()
  try {
    const decided = await decideGroup(deployment, client, caseId, group)
    const recordings = decided.filter((each) => typeof each === 'object' && 'recorded' in each)
    if (recordings.length === 0) await client.query('rollback')
    else {
      const statements = appendBids(
        recordings.map((each) => ({
          recorded: each.recorded[0] as Recording['recorded'][number],
          entry: each.entries[0] as Recording['entries'][number],
          head: each.heads.get(each.recorded[0]?.fact.stream ?? '') as StreamHead,
          answered: each.answered,
        })),
      )
      // A commit after a failed statement rolls back, so all may go in one write.
      await inOneWrite(client, () =>
        Promise.all([...statements.map((each) => client.query(each)), client.query('commit')]),
      )
      deployment.poke()
    }
    return decided.map((each) => (typeof each === 'object' && 'recorded' in each ? committed(deployment, each) : each))
  } catch {
    // Two uses of one key, or a connection that broke: each alone finds out for itself.
    await client.query('rollback').catch(() => {})
    return group.map(() => 'alone')
  } finally {
    client.release()
  }
}

/** Locks the case, reads the time once, and decides each of the group on what the database knows of it. */
async function decideGroup(
  deployment: Deployment,
  client: pg.PoolClient,
  caseId: string,
  group: readonly Asked[],
): Promise<readonly (Recording | ActOutcome | 'alone')[]> {
  const kinds = [...new Set(group.flatMap(({ definition }) => kindsFor(definition)))].filter((kind) => kind !== 'bid')
  const organisations = group.map(({ request }) => organisationOf(request))
  const known = deployment.known.of([
    ...kinds.map((kind) => streamName(kind, caseId)),
    ...organisations.map((each) => streamName('organisation', each)),
  ])
  const [, { rows }] = await inOneWrite(client, () =>
    Promise.all([
      client.query('begin'),
      client.query<BeginRow & { n: number }>({
        name: 'begin_together',
        text: 'select * from begin_together($1, $2, $3, $4, $5, $6)',
        values: [
          caseId,
          group.map(({ request }) => actorName(request.actor)),
          group.map(({ request }) => request.key),
          organisations,
          kinds,
          known.hashes,
        ],
      }),
    ]),
  )
  const shared = rows.filter((row) => row.n === 0)
  const decided: (Recording | ActOutcome | 'alone')[] = []
  for (const [n, { definition, request }] of group.entries()) {
    const own = [...rows.filter((row) => row.n === n + 1), ...shared]
    try {
      const made = await decideAct(deployment, client, definition, request, own, known)
      if (!('outcome' in made)) decided.push(bidOf(deployment, made))
      else decided.push(unknownCertificate(made.outcome, request.input) ? 'alone' : made.outcome)
    } catch {
      // Its fault is its own.
      decided.push('alone')
    }
  }
  return decided
}

/** What a bid writes, where it is what a group writes: one fact that nobody may read, and nothing personal. */
function bidOf(deployment: Deployment, decided: Deciding): Recording | 'alone' {
  const recording = recordOf(deployment, decided)
  const [only, ...more] = recording.recorded
  const fits =
    only && more.length === 0 && recording.personals.length === 0 && getFactType(only.fact.type).show === null
  return fits ? recording : 'alone'
}
