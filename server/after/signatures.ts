// After a bid has its place in the log: its signature is raised with a time-stamp (CAdES B-T) and checked in full, before the round is closed.
//
// A finding is private until then: nothing public moves because of a sealed bid. The clock hands the faults to the closing, whose eligibility
// entry tells them. Neighbours that are down delay a check and never fail a bid.
import { createHash } from 'node:crypto'
import { canonical } from '@naru/sealing/jcs.ts'
import { Malformed } from '@naru/sealing/malformed.ts'
import { checkCades, readCades, signatureValueOf, withTimestamp } from '@naru/sealing/signatures/cades.ts'
import { Untrusted } from '@naru/sealing/signatures/certificate.ts'
import type { RevocationEvidence } from '@naru/sealing/signatures/revocation.ts'
import { checkToken } from '@naru/sealing/signatures/timestamp.ts'
import { inStorm } from '../act-together.ts'
import type { Deployment } from '../deployment.ts'
import { type Loop, startLoop } from '../loop.ts'
import type { TimestampAuthority } from '../neighbours/timestamp.ts'
import { readRecord } from '../record.ts'
import { readNow } from '../time.ts'
import { startSecondOpinion } from './second-opinion.ts'

export interface SignatureChecks extends Pick<Loop, 'run' | 'stop'> {
  /** Checks all of a case that still waits, whatever its next try; answers how many are decided. */
  settle(caseId: string): Promise<number>
}

/** A bid whose signature failed its full check: M in base64 and the code. */
export interface SignatureFault {
  readonly m: string
  readonly code: string
}

interface Waiting {
  readonly stream: string
  readonly seq: number
  readonly m: Buffer
  readonly arrived: string
  der: Buffer
  readonly record: string
}

/** Who was silent in this run is not waited for again in it: a closing with thousands of bids must not wait for each. */
interface Patience {
  readonly silentAuthorities: Set<TimestampAuthority>
  silentIssuers: number
  /** The time when all that are checked together had their time-stamps, ms: a list that is fetched then serves them all. */
  now: number
}
const newPatience = (): Patience => ({ silentAuthorities: new Set(), silentIssuers: 0, now: 0 })
/** After so many certificates of which no issuer said anything, none is asked in this run. */
const mostSilence = 5

const cursor = 'signatures'
const atOnce = 50
const stampsAtOnce = 16

/** The faults of a case's signatures, for its closing. */
export async function findSignatureFaults(deployment: Deployment, caseId: string): Promise<SignatureFault[]> {
  const { rows } = await deployment.database.pool.query<{ m: Buffer; code: string }>(
    `select m, code from bid_signature where case_id = $1 and state = 'failed' order by log_index`,
    [caseId],
  )
  return rows.map(({ m, code }) => ({ m: m.toString('base64'), code }))
}

/** Starts the checks. Authorities are asked in turn; the first that answers counts. Without any a signature stays B and is checked so. */
export function startSignatureChecks(
  deployment: Deployment,
  authorities: readonly TimestampAuthority[],
  intervalMs = 1_000,
): SignatureChecks {
  const { pool } = deployment.database
  const second = startSecondOpinion()

  /** Takes up the signed bids that the log has since the last time. */
  async function collect(): Promise<void> {
    const { rows: heads } = await pool.query<{ from: string; head: string | null }>(
      'select coalesce((select index from after_cursor where name = $1), -1) as from, (select max(index) from log_entry) as head',
      [cursor],
    )
    const head = Number(heads[0]?.head ?? -1)
    if (head <= Number(heads[0]?.from ?? -1)) return
    await pool.query(
      // A record is read as JSON once, and only where the words of such a signature stand in it.
      `with signed as materialized (
         select e.stream, e.seq, e.case_id, e.index, f.at, f.record::jsonb -> 'body' as body
         from log_entry e join current c on c.stream = e.stream join fact f on f.year = c.year and f.stream = e.stream and f.seq = e.seq
         where e.index > $1 and e.index <= $2 and not e.public and f.type in ('BidSubmitted', 'BidWithdrawn')
           and f.record like '%"kind":"cades"%'),
       taken as (
         insert into bid_signature (stream, seq, case_id, log_index, round, m, arrived, der)
         select stream, seq, case_id, index, (body ->> 'round')::int, decode(body ->> 'm', 'base64'), at, decode(body #>> '{signature,der}', 'base64')
         from signed where body #>> '{signature,kind}' = 'cades' on conflict do nothing)
       insert into after_cursor (name, index) values ($3, $2) on conflict (name) do update set index = greatest(after_cursor.index, excluded.index)`,
      [Number(heads[0]?.from), head, cursor],
    )
  }

  async function stamp(value: Uint8Array, patience: Patience): Promise<Uint8Array | null> {
    for (const authority of authorities) {
      if (patience.silentAuthorities.has(authority)) continue
      try {
        return (await authority.stamp(value)).token
      } catch {
        // The other one is asked; without any the signature waits.
        patience.silentAuthorities.add(authority)
      }
    }
    return null
  }

  /** Time-stamps those of these signatures that have none, many at once; where nobody answers they stay as they are. Then the clock is read. */
  async function raise(rows: readonly Waiting[], patience: Patience): Promise<void> {
    const raiseOne = async (row: Waiting): Promise<void> => {
      try {
        const der = new Uint8Array(row.der)
        if (readCades(der).token) return
        const made = await stamp(signatureValueOf(der), patience)
        if (made) row.der = Buffer.from(withTimestamp(der, made))
      } catch (error) {
        // Its check says what is wrong with it.
        if (!(error instanceof Malformed)) throw error
      }
    }
    const [first, ...rest] = rows
    // Who is silent is found out by one.
    if (first && authorities.length > 0) await raiseOne(first)
    for (let at = 0; at < rest.length && authorities.length > 0; at += stampsAtOnce)
      await Promise.all(rest.slice(at, at + stampsAtOnce).map(raiseOne))
    patience.now = Date.parse(await readNow(deployment))
  }

  /** What issuers say now; of one that is silent, what it said when the certificate was last looked at. */
  async function evidenceFor(der: Uint8Array, at: number, patience: Patience): Promise<RevocationEvidence> {
    const before = deployment.certificates.remembered(der, at)
    if (patience.silentIssuers >= mostSilence) return before
    const found = await deployment.certificates.evidence(der, at, 'cades', patience.now)
    if (!found.silent) return found
    patience.silentIssuers += 1
    return { crls: [...found.crls, ...before.crls], ocsp: [...found.ocsp, ...before.ocsp] }
  }

  /** Keeps evidence, each piece once, and answers the SHA-256 of each. */
  async function keepEvidence(pieces: readonly Uint8Array[]): Promise<Buffer[]> {
    const hashes = pieces.map((each) => createHash('sha256').update(each).digest())
    for (const [n, each] of pieces.entries())
      await pool.query(
        'insert into revocation_evidence (sha256, der, at) values ($1, $2, naru_now()) on conflict do nothing',
        [hashes[n], Buffer.from(each)],
      )
    return hashes
  }

  /** Raises and checks one. Answers whether it is decided. `last`: the closing is due, nothing more can be waited for. */
  async function checkOne(row: Waiting, last: boolean, patience: Patience): Promise<boolean> {
    const arrived = Date.parse(row.arrived)
    let der: Uint8Array = new Uint8Array(row.der)
    const later = async (note: string): Promise<boolean> => {
      await pool.query(
        `update bid_signature set der = $3, tries = tries + 1, note = $4,
           next_try = clock_timestamp() + make_interval(secs => least(60, 2 ^ least(tries, 6))) where stream = $1 and seq = $2`,
        [row.stream, row.seq, Buffer.from(der), note],
      )
      return false
    }
    let revocation: RevocationEvidence = { crls: [], ocsp: [] }
    try {
      if (!readCades(der).token && authorities.length > 0) {
        const made = await stamp(signatureValueOf(der), patience)
        if (made) der = withTimestamp(der, made)
        else if (!last) return await later('no time-stamp authority answers')
      }
      const { fact } = readRecord(row.record)
      const content = canonical((fact.body as { manifest: unknown }).manifest)
      const { trust } = deployment.certificates
      const { token } = readCades(der)
      const moment = token ? checkToken(token, signatureValueOf(der), trust.timestamps).genTime : arrived
      revocation = await evidenceFor(der, moment, patience)
      const told = await checkCades({
        der,
        content,
        trust,
        at: arrived,
        revocation,
        secondOpinion: second.ask,
      })
      const evidence = await keepEvidence(told.evidence)
      await pool.query(
        `update bid_signature set der = $3, state = 'holds', code = null, note = null, certificate = $4, subject = $5, gen_time = $6,
           authority = $7, evidence = $8, checked = naru_now(), tries = tries + 1 where stream = $1 and seq = $2`,
        [
          row.stream,
          row.seq,
          Buffer.from(der),
          Buffer.from(told.fingerprint, 'hex'),
          `${told.subject.organisation ?? ''}/${told.subject.person ?? ''}`,
          told.genTime === null ? null : new Date(told.genTime).toISOString(),
          told.timestamp?.authority ?? null,
          evidence,
        ],
      )
      return true
    } catch (error) {
      const code = error instanceof Untrusted ? error.code : error instanceof Malformed ? 'form' : null
      if (code === null) throw error
      if (code === 'revocation-unknown') return await later('no issuer says whether the certificate stands')
      await pool.query(
        `update bid_signature set der = $3, state = 'failed', code = $4, note = $5, evidence = $6, checked = naru_now(), tries = tries + 1
         where stream = $1 and seq = $2`,
        [
          row.stream,
          row.seq,
          Buffer.from(der),
          code,
          (error as Error).message.slice(0, 300),
          // What the finding rests on, so that anyone can come to it again.
          await keepEvidence([...revocation.crls, ...revocation.ocsp]),
        ],
      )
      return true
    }
  }

  const select = `select s.stream, s.seq, s.m, s.arrived, s.der, f.record from bid_signature s join current c on c.stream = s.stream
     join fact f on f.year = c.year and f.stream = s.stream and f.seq = s.seq where s.state = 'waiting'`

  const loop = startLoop('signatures', intervalMs, async (stopped) => {
    // A full check takes some 25 ms of processor time: while bids storm in it waits, until their round is to be closed at the latest.
    if (inStorm(deployment)) return 0
    await collect()
    let decided = 0
    const patience = newPatience()
    for (;;) {
      const { rows } = await pool.query<Waiting>(
        `${select} and s.next_try <= clock_timestamp() order by s.log_index limit ${atOnce}`,
      )
      if (rows.length === 0 || stopped()) return decided
      await raise(rows, patience)
      for (const row of rows) {
        if (stopped() || inStorm(deployment)) return decided
        if (await checkOne(row, false, patience)) decided += 1
      }
    }
  })

  return {
    run: loop.run,
    stop: async () => {
      await loop.stop()
      await second.stop()
    },
    settle: async (caseId) => {
      await collect()
      const { rows } = await pool.query<Waiting>(`${select} and s.case_id = $1 order by s.log_index`, [caseId])
      let decided = 0
      const patience = newPatience()
      for (let at = 0; at < rows.length; at += atOnce) {
        const some = rows.slice(at, at + atOnce)
        await raise(some, patience)
        for (const row of some) if (await checkOne(row, true, patience)) decided += 1
      }
      return decided
    },
  }
}
