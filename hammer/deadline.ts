// The storm before a deadline: bidders send bids that were sealed before the clock starts, to one tender after the other, each bidder once to
// each; nothing may be lost or doubled.
import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { paperLine } from '@naru/stories/tales/kg-quotation.ts'
import { type Running, startSandbox } from '@naru/stories/running.ts'
import { openStage, type Stage } from '@naru/stories/world.ts'
import { registerBidders } from './bidders.ts'
import { issueFor, signInWith, startAuthority } from './certificates.ts'
import { inParallel, lineTo, quantile } from './line.ts'
import { neighbourSeconds, ownSeconds, postgresSeconds, processSeconds } from './processor.ts'
import type { Bidder } from './seal-many.ts'
import { openTender } from './tender.ts'
import { countBids, rawInserts, yardstickUrl } from './yardstick.ts'

export interface DeadlineOptions {
  readonly seconds: number
  readonly bidders: number
  /** So many tenders close one after the other; a run lasts at most as long as bidders × tenders bids do. */
  readonly tenders: number
  readonly connections: number
  /** 0: bids are signed by the sandbox's sessions; 1: each bidder with a certificate of its own, the same in all tenders; 2: and signed in with it before. */
  readonly certificates: number
  readonly runs: number
}

const settleMs = 3_000

interface Run {
  readonly accepted: number
  readonly perSecond: number
  readonly seconds: number
  readonly p50: number
  readonly p99: number
  readonly refused: number
  readonly lost: number
  readonly duplicated: number
  readonly floor: number
  readonly fsync: string
  /** Processor milliseconds an accepted bid took of each. */
  readonly msPerBid: {
    readonly program: number
    readonly database: number
    readonly generator: number
    readonly neighbours: number
  }
}

/** Runs the storm so many times, each against tenders of its own, and reports the worst. Answers the exit code: 1 when a bid was lost or doubled. */
export async function hammerDeadline(options: DeadlineOptions): Promise<number> {
  const { bidders: count, tenders, connections, runs } = options
  console.log(
    `${count} bidders, ${tenders} tenders, ${connections} connections, ${runs} runs of ${options.seconds} s; program, database and generator share this machine`,
  )
  const authority = options.certificates ? await startAuthority() : null
  const sandbox = await startSandbox('kg', 30, {
    LOG_LEVEL: 'error',
    ...(authority && { SIGNATURE_ROOTS: authority.roots }),
  })
  try {
    const stage = await openStage({ url: sandbox.url, wallet: sandbox.wallet, country: 'kg' })
    await stage.setUp([{ name: 'storm', lines: [paperLine], tell: async () => {} }])
    const registered = await registerBidders(sandbox.url, count, connections)
    const issued = authority ? await issueFor(authority, registered) : []
    const bidders = registered.map((each, n) => ({ ...each, ...(issued[n] && { signs: issued[n] }) }))
    if (options.certificates >= 2) await signInWith(sandbox.url, bidders, connections)
    const done: Run[] = []
    for (let n = 1; n <= runs; n += 1) {
      const run = await storm(sandbox, stage, bidders, options)
      done.push(run)
      console.log(`run ${n}: ${inWords(run)}`)
    }
    const worst = done.reduce((a, b) => (b.perSecond < a.perSecond ? b : a))
    console.log(`worst of ${runs}: ${inWords(worst)}`)
    return done.some((run) => run.lost > 0 || run.duplicated > 0) ? 1 : 0
  } finally {
    await sandbox.stop()
    authority?.stop()
  }
}

const inWords = (run: Run): string =>
  [
    `${run.perSecond.toFixed(0)} accepted/s over ${run.seconds.toFixed(1)} s (${run.accepted} signed promises)`,
    `p50 ${run.p50.toFixed(0)} ms, p99 ${run.p99.toFixed(0)} ms`,
    `refused ${run.refused}, lost ${run.lost}, duplicated ${run.duplicated}`,
    `fsync ${run.fsync}`,
    `raw PostgreSQL ${run.floor.toFixed(0)}/s, ratio ${(run.perSecond / run.floor).toFixed(2)}`,
    `processor per bid: program ${run.msPerBid.program.toFixed(2)} ms, database ${run.msPerBid.database.toFixed(2)} ms, generator ${run.msPerBid.generator.toFixed(2)} ms, neighbours ${run.msPerBid.neighbours.toFixed(2)} ms`,
    `${limit(run)}`,
  ].join('; ')

/** What bounds the run: one core for the program's one thread, and all cores together for all of them. */
function limit({ perSecond, msPerBid: { program, database, generator, neighbours } }: Run): string {
  const cores = availableParallelism()
  const [alone, together] = [1000 / program, (1000 * cores) / (program + database + generator + neighbours)]
  const bound = Math.min(alone, together)
  const by =
    alone < together
      ? "the program's one thread"
      : `the ${cores} cores that program, database, generator and neighbours share`
  return `limit: ${by} (${bound.toFixed(0)}/s if nothing else ran; ${((perSecond / bound) * 100).toFixed(0)} % of it reached)`
}

async function storm(
  sandbox: Running,
  stage: Stage,
  bidders: readonly Bidder[],
  options: DeadlineOptions,
): Promise<Run> {
  const { seconds, connections, tenders } = options
  const shots: { readonly tender: string; readonly bidder: Bidder; readonly body: Buffer }[] = []
  for (let n = 0; n < tenders; n += 1) {
    const { tender, bodies } = await openTender(stage, bidders)
    for (const [at, bidder] of bidders.entries()) shots.push({ tender, bidder, body: bodies[at] as Buffer })
  }
  const line = lineTo(sandbox.url, connections)
  const times: number[] = []
  let promised = 0
  let refused = 0
  let firstTrouble = ''
  const spent = () =>
    [
      processSeconds(sandbox.pid),
      postgresSeconds(sandbox.data),
      ownSeconds(),
      neighbourSeconds(sandbox.pid, sandbox.data),
    ] as const
  // What setting up has left is placed and published first.
  await new Promise((resume) => setTimeout(resume, settleMs))
  console.log(`  ${shots.length} bids are sealed; the storm on program ${sandbox.pid} begins`)
  const before = spent()
  const since = performance.now()
  const until = Date.now() + seconds * 1000
  await inParallel(
    shots,
    connections,
    async ({ tender, bidder, body }) => {
      const answer = await line.fire({
        method: 'POST',
        path: `/api/cases/${tender}/acts/submit-bid`,
        headers: { 'content-type': 'application/json', cookie: bidder.cookie, 'idempotency-key': randomUUID() },
        body,
      })
      if (answer.status === 200 && answer.body.includes('"promise"')) {
        times.push(answer.ms)
        promised += 1
      } else {
        refused += 1
        firstTrouble ||= `${answer.status} ${answer.body.toString().slice(0, 300)}`
      }
    },
    () => Date.now() >= until,
  )
  const took = (performance.now() - since) / 1000
  const [program, database, generator, neighbours] = spent().map(
    (each, n) => ((each - (before[n] ?? 0)) * 1000) / Math.max(1, promised),
  ) as [number, number, number, number]
  line.close()
  if (firstTrouble) console.log(`  first refusal: ${firstTrouble}`)
  const cases = [...new Set(shots.map((shot) => shot.tender))]
  const kept = await countBids(yardstickUrl(sandbox.data), cases)
  const bodies = shots.slice(0, 2000).map((shot) => shot.body)
  const floor = await rawInserts(yardstickUrl(sandbox.data), bodies, Math.min(connections, 32), 8)
  times.sort((a, b) => a - b)
  return {
    accepted: promised,
    perSecond: promised / took,
    seconds: took,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    refused,
    lost: Math.max(0, promised - Math.min(kept.facts, kept.entries)),
    duplicated: kept.facts - kept.streams + Math.max(0, kept.streams - kept.bidders),
    floor: floor.perSecond,
    fsync: `${floor.fsync}, synchronous_commit ${floor.commit}`,
    msPerBid: { program, database, generator, neighbours },
  }
}
