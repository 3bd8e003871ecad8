// A full box: thousands of bids are submitted, closed, opened by the key holders' wallet and ranked; how long each step takes, and the memory.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { moveClock, waitFor } from '@naru/stories/client.ts'
import { attendAll, batchOf, roundOf } from '@naru/stories/parts/opening.ts'
import { startSandbox } from '@naru/stories/running.ts'
import { paperLine } from '@naru/stories/tales/kg-quotation.ts'
import { later, minutes } from '@naru/stories/times.ts'
import { openStage } from '@naru/stories/world.ts'
import { registerBidders } from './bidders.ts'
import { inParallel, lineTo } from './line.ts'
import { processSeconds } from './processor.ts'
import { openTender } from './tender.ts'
import { verifyBundleOf } from './verify.ts'

export interface OpeningOptions {
  readonly bidders: number
  readonly connections: number
  /** Fetches the audit bundle at the end and verifies it. */
  readonly verify?: boolean
}

/** Opens one tender with so many bids. Answers 1 when a bid was refused, or is missing or void in the opening. */
export async function hammerOpening({ bidders: count, connections, verify = false }: OpeningOptions): Promise<number> {
  const sandbox = await startSandbox('kg', 30, { LOG_LEVEL: 'error' })
  try {
    const stage = await openStage({ url: sandbox.url, wallet: sandbox.wallet, country: 'kg' })
    await stage.setUp([{ name: 'opening', lines: [paperLine], tell: async () => {} }])
    const { world } = stage
    const bidders = await registerBidders(sandbox.url, count, connections)
    const { tender, purchase, deadline, bodies } = await openTender(stage, bidders)
    const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
      const [since, cpu] = [performance.now(), processSeconds(sandbox.pid)]
      const value = await work()
      const [took, used] = [(performance.now() - since) / 1000, processSeconds(sandbox.pid) - cpu]
      console.log(`${what}: ${took.toFixed(1)} s (program's processor ${used.toFixed(1)} s)`)
      return value
    }

    const line = lineTo(sandbox.url, connections)
    let refused = 0
    await timed(`${count} bids submitted`, () =>
      inParallel(
        bidders.map((bidder, n) => ({ cookie: bidder.cookie, body: bodies[n] as Buffer })),
        connections,
        async ({ cookie, body }) => {
          const headers = { 'content-type': 'application/json', cookie, 'idempotency-key': randomUUID() }
          const { status } = await line.fire({
            method: 'POST',
            path: `/api/cases/${tender}/acts/submit-bid`,
            headers,
            body,
          })
          if (status !== 200) refused += 1
        },
      ),
    )
    line.close()
    const round = async () => roundOf((await world.anyone.view(tender)).tender)
    await timed('closed, every chain committed to', async () => {
      await moveClock(sandbox.url, later(deadline, minutes(2)))
      await waitFor(async () => ((await round()).closing ? true : undefined), 'the closing', patience)
    })
    await attendAll(world, purchase, { agency: [1], guardians: [0, 1] })
    for (const [group, nth] of [
      ['agency', 1],
      ['guardians', 0],
      ['guardians', 1],
    ] as const) {
      const { person, batch } = await timed(`shares of one key holder by the wallet, with the box read`, () =>
        batchOf(world, purchase, group, nth),
      )
      await timed('  posted', async () =>
        (await world.as(person)).mustAct(tender, 'post-shares', { batch: batch as never }),
      )
    }
    const opened = await timed('opened, every bid derived anew, and ranked', () =>
      waitFor(
        async () => {
          const now = await round()
          return now.opening && now.rankings.length > 0 ? now : undefined
        },
        'the opening',
        patience,
      ),
    )
    const valid = opened.opening?.bids.filter((each) => each.status === 'valid').length ?? 0
    const ranked = opened.rankings[0]?.ranking.lines.length ?? 0
    await timed('the public view of the opened tender, read once', () => round())
    const [, peak = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${sandbox.pid}/status`, 'utf8')) ?? []
    console.log(
      `${valid} valid and ${ranked} ranked of ${count} bids, ${refused} refused; the program's memory was at most ${(Number(peak) / 1024).toFixed(0)} MiB`,
    )
    // Open data follow by themselves, a moment later.
    const verified = verify ? await verifyBundleOf(sandbox.url, tender) : 0
    return verified === 0 && valid === count && ranked === count && refused === 0 ? 0 : 1
  } finally {
    await sandbox.stop()
  }
}

const patience = 600_000
