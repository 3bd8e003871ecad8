// Time-stamps: every batch with a sealed entry gets a token from each authority, beside the sequencer and in the order of the batches.
//
// No bid waits for it. Each authority has a loop of its own, so that one that is dead or slow does not hold up the other; what it missed it is
// asked for when it is back. Before a box is closed its tokens are logged as entries (log-tokens), so that anyone can see the time of each bid.
import { randomUUID } from 'node:crypto'
import { logCase, type LogState } from '@naru/domain/log/log.ts'
import { toBase64, u64 } from '@naru/sealing/bytes.ts'
import { H } from '@naru/sealing/hash.ts'
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

const atOnce = 4
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
  sequencer.onSequenced((batch) => {
    if (batch.some((each) => each.sealed)) for (const loop of loops) loop.poke()
  })
  return {
    run: async () => (await Promise.all(loops.map((loop) => loop.run()))).reduce((sum, each) => sum + each, 0),
    failing,
    stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))),
  }
}

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
    if (rows.length === 0) return logged
    const tokens = rows.map((row) => ({
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
      input: { tokens },
      size: 0,
    })
    if (!outcome.done) throw new Error(`tokens could not be logged: ${JSON.stringify(outcome.why)}`)
    logged += rows.length
  }
}

/** Cases of those given whose sealed entries promised by their deadline all have a token, so that their box may be closed. */
export async function tokensComplete(deployment: Deployment, caseId: string): Promise<boolean> {
  if (deployment.timestampAuthorities.length === 0) return true
  const { rows } = await deployment.database.pool.query<{ missing: boolean }>(
    `select exists (
       select from log_entry e join log_batch b on b.first = (select max(o.first) from log_batch o where o.first <= e.index)
       where e.case_id = $1 and get_byte(e.entry, 1) = 1 and not exists (select from batch_token t where t.first = b.first))
     or exists (select from pending p where p.case_id = $1 and get_byte(p.entry, 1) = 1) as missing`,
    [caseId],
  )
  return !rows[0]?.missing
}
