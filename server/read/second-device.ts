// A bidder's second device (protocol §7.2): the sealed bytes of one version, for a short window that the bidder opens and only for who can name M and leafSalt.
//
// Nothing here tells how many bids there are or whose: whatever is asked for wrongly is not there, found by one comparison in the database.
import { type Actor, anyone } from '@naru/domain/actor.ts'
import type { BidState } from '@naru/domain/bid/bid.ts'
import { streamName } from '@naru/domain/id.ts'
import { toMilliseconds } from '@naru/domain/time.ts'
import { fromBase64, toBase64 } from '@naru/sealing/bytes.ts'
import { sealedEntry } from '@naru/sealing/receipt.ts'
import { type SignedStanding, type StandingBody, standingMessage } from '@naru/sealing/second-device.ts'
import type { Deployment } from '../deployment.ts'
import { readRecord } from '../record.ts'
import { readNow } from '../time.ts'
import { readContext } from './case.ts'
import { receiptOf } from './receipt.ts'

/** Minutes that a window stays open, and how often a device may look in it: Estonia's practice for votes. */
export const windowMinutes = 30
export const looksInWindow = 3

/** A window as its bidder sees it. `index` is the version's place in the log; `looks` are all that ever were. */
export interface SecondLook {
  readonly index: number
  readonly until: string
  readonly remaining: number
  readonly looks: readonly string[]
}

interface Row {
  readonly until: string
  readonly remaining: number
  readonly looks: readonly string[]
}
// Real time: a window is minutes of a person's day, also where a sandbox's clock is moved.
const shown = `to_char(until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as until, remaining,
  array (select to_char(l at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from unnest(looks) as l) as looks`

/** The reader's own version, named by M, with its place, null while it waits for one; null where there is no such version. */
async function findOwn(
  deployment: Deployment,
  caseId: string,
  actor: Actor,
  m: string,
): Promise<{ readonly index: number | null } | null> {
  const { ownBid } = await readContext(deployment, caseId, actor)
  const version = ownBid?.versions.find((each) => each.m === m)
  if (!ownBid || !version) return null
  const { rows } = await deployment.database.pool.query<{ index: string }>(
    'select index from log_entry where stream = $1 and seq = $2',
    [streamName('bid', ownBid.id), version.factSeq],
  )
  return { index: rows[0] ? Number(rows[0].index) : null }
}

/** Opens a window for the reader's own version, or opens it anew; null where there is no such version in the log. */
export async function openSecondLook(
  deployment: Deployment,
  caseId: string,
  actor: Actor,
  m: string,
): Promise<SecondLook | null> {
  const index = (await findOwn(deployment, caseId, actor, m))?.index ?? null
  if (index === null) return null
  const { rows } = await deployment.database.pool.query<Row>(
    `insert into second_look (case_id, m, opened, until, remaining)
     values ($1, $2, clock_timestamp(), clock_timestamp() + $3 * interval '1 minute', $4)
     on conflict (m) do update set opened = excluded.opened, until = excluded.until, remaining = excluded.remaining
     returning ${shown}`,
    [caseId, m, windowMinutes, looksInWindow],
  )
  const [row] = rows
  return row ? { index, ...row } : null
}

/** How the window of the reader's own version stands: `unopened` where none ever was; null where the reader has no such version. */
export async function readSecondLook(
  deployment: Deployment,
  caseId: string,
  actor: Actor,
  m: string,
): Promise<SecondLook | 'unopened' | null> {
  const own = await findOwn(deployment, caseId, actor, m)
  if (!own) return null
  const { rows } = await deployment.database.pool.query<Row>(`select ${shown} from second_look where m = $1`, [m])
  return own.index === null || !rows[0] ? 'unopened' : { index: own.index, ...rows[0] }
}

/** What a second device gets. `proof` is the receipt's text, null while it waits. */
export interface SealedLook {
  readonly manifest: unknown
  readonly envelopes: readonly { readonly header: unknown; readonly ciphertext: string }[]
  readonly standing: SignedStanding
  readonly proof: string | null
  readonly remaining: number
}

/** The sealed bytes of a version by its handle: `absent` where there is none such, `closed` outside its window. */
export async function lookAtSealed(
  deployment: Deployment,
  caseId: string,
  handle: { readonly index: number; readonly m: string; readonly leafSalt: string },
): Promise<SealedLook | 'absent' | 'closed'> {
  const { pool } = deployment.database
  const entry = sealedEntry(fromBase64(handle.leafSalt), fromBase64(handle.m))
  const found = await pool.query<{ stream: string; seq: number }>(
    'select stream, seq from log_entry where index = $1 and case_id = $2 and entry = $3',
    [handle.index, caseId, Buffer.from(entry)],
  )
  const [place] = found.rows
  if (!place) return 'absent'
  const window = await pool.query<{ remaining: number }>(
    `update second_look set remaining = remaining - 1, looks = looks || clock_timestamp()
     where m = $1 and case_id = $2 and remaining > 0 and until > clock_timestamp() returning remaining`,
    [handle.m, caseId],
  )
  const [open] = window.rows
  if (!open) return 'closed'
  const rows = await pool.query<{ record: string; state: string }>(
    `select f.record, c.state from fact f join current c on c.stream = f.stream where f.stream = $1 and f.seq = $2`,
    [place.stream, place.seq],
  )
  const [row] = rows.rows
  const bid = row && (JSON.parse(row.state) as BidState)
  const version = bid?.versions.find((each) => each.m === handle.m)
  if (!row || !bid || !version) return 'absent'
  const { envelopes = [] } = readRecord(row.record).fact.body as {
    envelopes?: readonly { header: unknown; ciphertext: string }[]
  }
  const newest = bid.versions.at(-1)
  const body: StandingBody = {
    v: 1,
    log: deployment.logOrigin,
    m: handle.m,
    state: newest?.manifest.action === 'withdraw' ? 'withdrawn' : newest?.m === handle.m ? 'newest' : 'replaced',
    time: toMilliseconds(await readNow(deployment)),
  }
  const { tender } = await readContext(deployment, caseId, anyone)
  const receipt = await receiptOf(deployment, tender, bid.id, version)
  return {
    manifest: version.manifest,
    envelopes: envelopes.map(({ header, ciphertext }) => ({ header, ciphertext })),
    standing: { body, sig: toBase64(deployment.signPromise(standingMessage(body))) },
    proof: receipt.state === 'ready' ? receipt.text : null,
    remaining: open.remaining,
  }
}
