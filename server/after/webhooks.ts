// Tells other systems what happened: each public fact, and that something happened in an organisation's own cases, in log order, one
// message per fact, signed as Standard Webhooks 1.0 asks. A message that is not taken is tried again and holds back those after it.
import { createHmac, randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { getFactType } from '@naru/domain/catalogue.ts'
import type { Deployment } from '../deployment.ts'
import { type Loop, startLoop } from '../loop.ts'
import { mayCall, publicLookup } from '../neighbours/public-address.ts'
import { readRecord } from '../record.ts'

/** A subscription as the loop works on it. */
interface Subscription {
  readonly id: string
  readonly organisation: string
  readonly address: string
  readonly secret: string
  readonly cursor: string
  readonly failures: number
}

/** What is sent for one fact. `body` is the public body; null for a fact that is not public, of which only the type is told. */
export interface Message {
  readonly type: string
  readonly timestamp: string
  readonly data: {
    readonly log: string
    readonly index: number
    readonly case: string
    readonly stream: string
    readonly seq: number
    readonly hash: string
    readonly public: boolean
    readonly body: unknown
  }
}

/** A new secret as Standard Webhooks writes it: `whsec_` and 32 random bytes in base64. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** The signature header of a message: HMAC-SHA-256 over `id.timestamp.body`, base64, with its version. */
export function signatureOf(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

/** `run` delivers all that is due now and answers how many messages were taken. */
export type Webhooks = Pick<Loop, 'run' | 'stop'>

export interface WebhookOptions {
  readonly intervalMs?: number
  /** The longest wait for an answer, milliseconds. Shorter than a claim lasts. */
  readonly patienceMs?: number
}

const atOnce = 8
const mostInTurn = 200
/** How long a subscription belongs to the program that took it; renewed with every message. */
const claimSeconds = 60
const longestWaitSeconds = 3600
/** With waits of up to an hour this is about three days; then a person must look. */
const mostFailures = 80

/** Starts delivering. Several programs may: a subscription is worked on by one at a time. */
export function startWebhooks(deployment: Deployment, options: WebhookOptions = {}): Webhooks {
  const { intervalMs = 500, patienceMs = 10_000 } = options
  const { pool } = deployment.database
  let stopped = () => false

  async function claim(): Promise<readonly Subscription[]> {
    const { rows } = await pool.query<Subscription>(
      `update webhook set next_try = clock_timestamp() + make_interval(secs => $1)
       where id in (select id from webhook where not paused and next_try <= clock_timestamp() and cursor < (select coalesce(max(index), -1) from log_entry)
         order by next_try limit $2 for update skip locked)
       returning id, organisation, address, secret, cursor, failures`,
      [claimSeconds, atOnce],
    )
    return rows
  }

  async function work(): Promise<number> {
    let taken = 0
    while (!stopped()) {
      const claimed = await claim()
      if (claimed.length === 0) break
      const counts = await Promise.all(claimed.map(deliver))
      taken += counts.reduce((sum, count) => sum + count, 0)
    }
    return taken
  }

  /** Sends what waits for one subscription until it is done, refused, or its turn is over. */
  async function deliver(subscription: Subscription): Promise<number> {
    const { id } = subscription
    const { upTo, messages } = await readMessages(deployment, subscription, mostInTurn)
    let cursor = subscription.cursor
    let taken = 0
    for (const message of messages) {
      if (stopped()) break
      const fault = await post(deployment, subscription, message, patienceMs)
      if (fault !== null) {
        await postpone(subscription, cursor, fault)
        return taken
      }
      const next = String(message.data.index)
      // Where somebody asked for a replay meanwhile, the cursor is theirs.
      const moved = await pool.query(
        `update webhook set cursor = $3, delivered = clock_timestamp(), failures = 0, last_error = null, next_try = clock_timestamp() + make_interval(secs => $4)
         where id = $1 and cursor = $2`,
        [id, cursor, next, claimSeconds],
      )
      taken += 1
      if (moved.rowCount === 0) return taken
      cursor = next
    }
    const end = messages.length < mostInTurn && !stopped() ? String(upTo) : cursor
    await pool.query('update webhook set cursor = $3, next_try = clock_timestamp() where id = $1 and cursor = $2', [
      id,
      cursor,
      end,
    ])
    return taken
  }

  /** The wait doubles with every failure up to an hour; after some three days the subscription is paused. */
  async function postpone(subscription: Subscription, cursor: string, fault: Fault): Promise<void> {
    const { rows } = await pool.query<{ failures: number }>(
      `update webhook set failures = failures + 1, last_error = $3, paused = $4 or failures + 1 >= $5,
         next_try = clock_timestamp() + make_interval(secs => least($6, 2 ^ least(failures, 12)) * (1 + random() / 5))
       where id = $1 and cursor = $2 returning failures`,
      [subscription.id, cursor, fault.why.slice(0, 300), fault.gone, mostFailures, longestWaitSeconds],
    )
    if (rows.length === 0)
      await pool.query('update webhook set next_try = clock_timestamp() where id = $1', [subscription.id])
  }

  return startLoop('webhooks', intervalMs, (isStopped) => {
    stopped = isStopped
    return work()
  })
}

/**
 * What a subscription is told after its cursor. Facts that are not public come from the organisation's own streams only: its profile, plans,
 * tenders, bids, and contracts on either side. A buyer is never told of bids.
 */
async function readMessages(
  deployment: Deployment,
  { organisation, cursor }: Subscription,
  limit: number,
): Promise<{ upTo: number; messages: readonly Message[] }> {
  const { pool } = deployment.database
  const newest = await pool.query<{ index: string }>('select coalesce(max(index), -1) as index from log_entry')
  const upTo = Number(newest.rows[0]?.index ?? -1)
  const { rows } = await pool.query<{ index: string; record: string; hash: Buffer; public: boolean }>(
    `select e.index, e.public, f.record, f.hash from log_entry e
     join current c on c.stream = e.stream
     join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq
     where e.index > $1 and e.index <= $2
       and (e.public or c.owner = $3 or (c.kind = 'contract' and exists (select from current t where t.stream = 'tender:' || e.case_id and t.owner = $3)))
     order by e.index limit $4`,
    [cursor, upTo, organisation, limit],
  )
  const messages = rows.map((row): Message => {
    const { fact } = readRecord(row.record)
    const { show } = getFactType(fact.type)
    return {
      type: fact.type,
      timestamp: fact.at,
      data: {
        log: deployment.logOrigin,
        index: Number(row.index),
        case: fact.caseId,
        stream: fact.stream,
        seq: fact.seq,
        hash: row.hash.toString('base64'),
        public: row.public,
        body: row.public && show ? show(fact.body) : null,
      },
    }
  })
  return { upTo, messages }
}

interface Fault {
  readonly why: string
  /** The receiver says that it is gone for good (410). */
  readonly gone: boolean
}

/** Posts one message; null when it was taken (any 2xx), else why not. Redirects are not followed. */
function post(
  deployment: Deployment,
  subscription: Subscription,
  message: Message,
  patienceMs: number,
): Promise<Fault | null> {
  const { address, secret, id } = subscription
  if (!mayCall(address, deployment.mode)) return Promise.resolve({ why: 'the address is not allowed', gone: false })
  const url = new URL(address)
  const body = JSON.stringify(message)
  const messageId = `msg_${id}_${message.data.index}`
  const timestamp = Math.floor(Date.now() / 1000)
  return new Promise((resolve) => {
    const end = (why: string, gone = false) => {
      clearTimeout(late)
      resolve({ why, gone })
    }
    const asked = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
      url,
      {
        method: 'POST',
        agent: false,
        lookup: publicLookup(deployment.mode === 'sandbox'),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Naru-Webhooks/1',
          'webhook-id': messageId,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signatureOf(secret, messageId, timestamp, body),
        },
      },
      (answer) => {
        const status = answer.statusCode ?? 0
        // What the receiver says beyond its status is not read.
        answer.destroy()
        if (status >= 200 && status < 300) {
          clearTimeout(late)
          resolve(null)
        } else end(`the receiver answered ${status}`, status === 410)
      },
    )
    const late = setTimeout(() => {
      end(`no answer within ${patienceMs} ms`)
      asked.destroy()
    }, patienceMs)
    asked.on('error', (error) => end(error.message))
    asked.end(body)
  })
}
