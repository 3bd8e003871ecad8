// Time-stamps: every batch with a sealed entry gets a token from each authority, beside the sequencer and in the order of the batches.
//
// No bid waits for it. Each authority has a loop of its own, so that one that is dead or slow does not hold up the other; what it missed it is
// asked for when it is back. Before a box is closed its tokens are logged as entries (log-tokens), so that anyone can see the time of each bid.
import { randomUUID } from 'node:crypto'
import { logCase, type LogState } from '@naru/domain/log/log.ts'
import { toBase64, u64 } from '@naru/sealing/bytes.ts'
import { H } from '@naru/sealing/hash.ts'
import { leafHash } from '@naru/log/merkle.ts'
import { doAct } from './act.ts'
import type { Deployment } from './deployment.ts'
import { startLoop } from './loop.ts'
import type { TimestampAuthority } from './neighbours/timestamp.ts'
import type { Sequencer } from './sequencer.ts'

export interface Stamping {
  /** Asks every authority for what it has not stamped yet; answers how many tokens came. */
  run(): Promise<number>
  /** Why an authority failed last, by name; absent while it works. */
  readonly failing: ReadonlyMap<string, string>
  stop(): Promise<void>
}

/** What is time-stamped of a batch: H("tst", u64(first), u64(count), root), 32 bytes. */
export const batchMessage = (first: number, count: number, root: Uint8Array): Uint8Array =>
  H('tst', u64(first), u64(count), root)

/** A bid's own token: the same over the batch of its entry alone. */
const bidMessage = (index: number, entry: Uint8Array): Uint8Array => batchMessage(index, 1, leafHash(entry))

const atOnce = 4
/** Tokens of single bids on their way: they are many in a storm, and nobody waits for each. */
const bidsAtOnce = 16
const retryMs = 1_000

/** Starts the stamping of one deployment's batches. */
export function startStamping(
  deployment: Deployment,
  authorities: readonly TimestampAuthority[],
  sequencer: Pick<Sequencer, 'onSequenced'>,
): Stamping {
  const { pool } = deployment.database
  const failing = new Map<string, string>()
  deployment.timestampAuthorities = authorities.map((each) => each.name)

  const loops = authorities.map((authority) => {
    // All batches below are stamped by this authority.
    let from = -1
    const run = async (): Promise<number> => {
      if (from < 0) {
        const { rows } = await pool.query<{ last: string | null }>(
          'select max(first) as last from batch_token where authority = $1',
          [authority.name],
        )
        from = Number(rows[0]?.last ?? -1) + 1
      }
      for (let count = 0; ; ) {
        const { rows } = await pool.query<{ first: string; count: number; root: Buffer }>(
          'select first, count, root from log_batch where sealed > 0 and first >= $1 order by first limit $2',
          [from, atOnce],
        )
        if (rows.length === 0) return count
        const answers = await Promise.allSettled(
          rows.map((row) => authority.stamp(batchMessage(Number(row.first), row.count, new Uint8Array(row.root)))),
        )
        for (const [n, answer] of answers.entries()) {
          const first = Number(rows[n]?.first)
          // In order: what comes after a failure is asked for again.
          if (answer.status === 'rejected') {
            const why = answer.reason instanceof Error ? answer.reason.message : String(answer.reason)
            if (!failing.has(authority.name)) process.stderr.write(`stamping: ${authority.name}: ${why}\n`)
            failing.set(authority.name, why)
            return count
          }
          await pool.query(
            'insert into batch_token (first, authority, token, gen_time) values ($1, $2, $3, $4) on conflict do nothing',
            [first, authority.name, Buffer.from(answer.value.token), new Date(answer.value.genTime).toISOString()],
          )
          failing.delete(authority.name)
          from = first + 1
          count += 1
        }
      }
    }
    return startLoop(`stamping by ${authority.name}`, retryMs, run)
  })
  const bids = startLoop('stamping of bids', retryMs, () => stampBids())
  // All bids below have what they need.
  let bidsFrom = 0
  async function stampBids(): Promise<number> {
    if (authorities.length === 0) return 0
    const { rows: open } = await pool.query<{ case_id: string }>(
      `select case_id from current where kind = 'tender' and open_until is not null and state like '%"tokenPerBid":true%'`,
    )
    if (open.length === 0) return 0
    for (let count = 0; ; ) {
      const { rows } = await pool.query<{ index: string; entry: Buffer }>(
        `select e.index, e.entry from log_entry e where e.case_id = any ($1) and e.index >= $2 and ${lacksOwnToken('e')} order by e.index limit $3`,
        [open.map((each) => each.case_id), bidsFrom, bidsAtOnce],
      )
      if (rows.length === 0) return count
      const answers = await Promise.all(
        rows.map((row) => firstToken(authorities, bidMessage(Number(row.index), new Uint8Array(row.entry)))),
      )
      for (const [n, answer] of answers.entries()) {
        // In order, as they are logged: what comes after a failure is asked for again.
        if (!answer) return count
        const index = Number(rows[n]?.index)
        await pool.query(
          'insert into bid_token (index, authority, token, gen_time) values ($1, $2, $3, $4) on conflict do nothing',
          [index, answer.name, Buffer.from(answer.token), new Date(answer.genTime).toISOString()],
        )
        bidsFrom = index + 1
        count += 1
      }
    }
  }

  sequencer.onSequenced((batch) => {
    if (batch.some((each) => each.sealed)) for (const loop of [...loops, bids]) loop.poke()
  })
  return {
    run: async () =>
      (await Promise.all([...loops, bids].map((loop) => loop.run()))).reduce((sum, each) => sum + each, 0),
    failing,
    stop: async () => void (await Promise.all([...loops, bids].map((loop) => loop.stop()))),
  }
}

/** A token of whoever answers first in the order of the list; null where nobody does. */
async function firstToken(authorities: readonly TimestampAuthority[], message: Uint8Array) {
  for (const authority of authorities) {
    try {
      return { name: authority.name, ...(await authority.stamp(message)) }
    } catch {
      // The next one is asked; why it failed its batches tell.
    }
  }
  return null
}

/** SQL: a sealed entry that shared its batch with others and has no token of its own. A batch of one bid is that already. */
const lacksOwnToken = (entry: string): string =>
  `get_byte(${entry}.entry, 1) = 1 and not exists (select from bid_token t where t.index = ${entry}.index)
   and not exists (select from log_batch b where b.first = ${entry}.index and b.count = 1)`

const mostTokens = 100

/** Logs all tokens that are not logged yet; answers how many. They are placed before anything that is recorded after this. */
export async function logTokens(deployment: Deployment): Promise<number> {
  const { pool } = deployment.database
  for (let logged = 0; ; ) {
    const { rows: states } = await pool.query<{ state: string }>('select state from current where stream = $1', [
      `log:${logCase}`,
    ])
    const stamped = states[0] ? (JSON.parse(states[0].state) as LogState).stamped : {}
    const { rows } = await pool.query<{
      first: string
      count: number
      authority: string
      token: Buffer
      gen_time: string
      times: string[]
    }>(
      `select t.first, b.count, t.authority, t.token, t.gen_time,
         (select array_agg(round(extract(epoch from f.at) * 1000)::bigint order by e.index) from log_entry e join current c on c.stream = e.stream
          join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq where e.index >= b.first and e.index < b.first + b.count) as times
       from batch_token t join log_batch b on b.first = t.first
       where t.first > coalesce(($1::jsonb ->> t.authority)::bigint, -1) order by t.first, t.authority limit $2`,
      [JSON.stringify(stamped), mostTokens],
    )
    const own = rows.length > 0 ? [] : await ownTokens(deployment, states[0]?.state)
    if (rows.length + own.length === 0) return logged
    const tokens: { authority: string; genTime: string; stamp: object; own?: true }[] = rows.map((row) => ({
      authority: row.authority,
      genTime: row.gen_time,
      stamp: {
        v: 1,
        first: Number(row.first),
        count: row.count,
        token: toBase64(new Uint8Array(row.token)),
        times: row.times.map(Number),
      },
    }))
    const outcome = await doAct(deployment, {
      caseId: logCase,
      act: 'log-tokens',
      key: randomUUID(),
      actor: { kind: 'platform', part: 'log' },
      input: { tokens: [...tokens, ...own] },
      size: 0,
    })
    if (!outcome.done) throw new Error(`tokens could not be logged: ${JSON.stringify(outcome.why)}`)
    logged += rows.length + own.length
  }
}

/** The next tokens of single bids that are not logged yet, in the order of the log. */
async function ownTokens(deployment: Deployment, state: string | undefined) {
  const { stampedBid = -1 } = state ? (JSON.parse(state) as LogState) : {}
  const { rows } = await deployment.database.pool.query<{
    index: string
    authority: string
    token: Buffer
    gen_time: string
    at: string
  }>(
    `select t.index, t.authority, t.token, t.gen_time, round(extract(epoch from f.at) * 1000)::bigint as at
     from bid_token t join log_entry e on e.index = t.index join current c on c.stream = e.stream
     join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq
     where t.index > $1 order by t.index limit $2`,
    [stampedBid, mostTokens],
  )
  return rows.map((row) => ({
    authority: row.authority,
    genTime: row.gen_time,
    own: true as const,
    stamp: {
      v: 1,
      first: Number(row.index),
      count: 1,
      token: toBase64(new Uint8Array(row.token)),
      times: [Number(row.at)],
    },
  }))
}

/**
 * Whether all sealed entries of a case have a token of their batch, and one of their own where the terms ask for it, so that their box may be closed.
 * A bid that came after its deadline is not waited for: none is promised then.
 */
export async function tokensComplete(deployment: Deployment, caseId: string): Promise<boolean> {
  if (deployment.timestampAuthorities.length === 0) return true
  const { rows } = await deployment.database.pool.query<{ missing: boolean }>(
    `select exists (
       select from log_entry e join log_batch b on b.first = (select max(o.first) from log_batch o where o.first <= e.index)
       where e.case_id = $1 and get_byte(e.entry, 1) = 1 and not exists (select from batch_token t where t.first = b.first))
     or exists (select from pending p where p.case_id = $1 and get_byte(p.entry, 1) = 1)
     or exists (
       select from current c join log_entry e on e.case_id = c.case_id where c.stream = 'tender:' || $1 and c.state like '%"tokenPerBid":true%'
         and ${lacksOwnToken('e')}) as missing`,
    [caseId],
  )
  return !rows[0]?.missing
}
